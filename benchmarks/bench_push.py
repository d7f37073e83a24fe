"""Pushing into the sandbox through a line with 50 and 500 ms latency, over real HTTP, with the journal on disk.

A run of four imports each: products are created, nothing changed, a price changed in each, a title changed in each.
Counted in the sandbox's own log: calls per product, calls per second against min(rate, workers / latency), and the most
calls of one API path in any sliding second. At last a bigger push shows whether memory grows with the products.
"""
# ruff: noqa: PLC0415 - the parent stays small

import argparse
import dataclasses
import io
import itertools
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MUG = "600024"
SCENES = ((0.05, 50, 8), (0.5, 10, 8), (0.5, 50, 32))  # latency in seconds, calls a second, workers
GROWTH = 25.0  # MB that a push may grow by on its way from a quarter to the end
_ID = re.compile(r"\d{6,}")


# ---------------------------------------------------------------- the pushing process


def wanted(count: int) -> Iterator[Any]:
    """Desired listings, as the rows of the workbook would ask for them, each with a picture of its own."""
    from sheets_sync.desired import DesiredListing, DesiredSku
    from sheets_sync.issue import Tab
    from sheets_sync.tables import RowRef

    for number in range(count):
        key = f"item-{number:06d}"
        sku = DesiredSku(
            Tab.PRODUCTS, RowRef(key), key, seller_sku=key.upper(), price=Decimal(1980), stock=5, cart_stock=5
        )
        yield DesiredListing(
            RowRef(key), key, sync=True, title=f"陶器のマグカップ 300ml {number}", description="<p>陶器です。</p>" * 60,
            category=MUG, images=(f"https://pictures.example/{key}.jpg",), package_weight_g=350, skus=(sku,),
            position=number,
        )  # fmt: skip


class Pictures:
    """A picture for every address, made without work: the same one with the address in a comment."""

    def __init__(self) -> None:
        from PIL import Image

        out = io.BytesIO()
        Image.new("RGB", (600, 600), (200, 90, 30)).save(out, "JPEG")
        self._jpeg = out.getvalue()

    def fetch(self, address: str) -> bytes:
        note = address.encode()
        return self._jpeg[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + self._jpeg[2:]

    fetch_file = fetch

    def prepare(self, content: bytes, _use: str) -> Any:
        from sheets_sync.ports import PreparedPicture

        return PreparedPicture(content, "picture.jpg")


def pushing(shop: dict[str, str], rate: float, workers: int, count: int, folder: Path) -> dict[str, Any]:
    """Create, nothing, price, title: when each began and ended, and how memory stood on the way."""
    from sheets_sync.clock import SystemClock
    from sheets_sync.payload_parts import Market
    from sheets_sync.planning import Approved, PlanRules, make_plan, plan_product
    from sheets_sync.push.context import PushContext, Task
    from sheets_sync.push.refresh import refresh
    from sheets_sync.push.run import push_all
    from sheets_sync.shop import CategoryRules
    from sheets_sync.states import Action
    from sheets_sync.store import open_store
    from sheets_sync.tiktok.client import TikTokShop
    from sheets_sync.tiktok.tokens import Tokens

    clock = SystemClock()
    client = TikTokShop(
        api_base=shop["url"], auth_base=shop["url"], app_key=shop["app_key"], app_secret=shop["app_secret"],
        tokens=lambda auth: Tokens(
            folder / "credentials.json", auth, clock, app_key=shop["app_key"], access_token=shop["access_token"],
            refresh_token=shop["refresh_token"],
        ),
        clock=clock, shop_cipher=shop["shop_cipher"], requests_per_second=rate,
    )  # fmt: skip
    store = open_store(f"sqlite:///{folder / 'store.db'}")
    store.save_fact("shop_id", shop["shop_id"])
    rules, items = PlanRules(), dict[str, Approved]()
    context = PushContext(
        shop=client, store=store, pictures=Pictures(), clock=clock,
        market=Market("JPY", "v1", "GRAM", "CENTIMETER", shop["warehouse_id"], "main"), run_id="run",
        rules={MUG: CategoryRules(MUG)}, replan=lambda key, link: plan_product(items[key], link, rules),
    )  # fmt: skip
    told: dict[str, Any] = {}

    def run(name: str, wants: Iterable[Any]) -> None:
        refresh(context, workers)
        for want in wants:
            items[want.product_key] = Approved(want, True, Action.KEEP)
        began = time.perf_counter()
        plan = make_plan(items.values(), store.links(), set(), "shop", rules)
        tasks = [Task(one, items[one.product_key].want) for one in plan.products if one.steps]
        planned = time.perf_counter() - began
        begin, memory = time.time(), []
        for number, done in enumerate(push_all(context, tasks, workers), 1):
            if done.refused or done.unknown or done.later:
                raise SystemExit(f"{name}: {done}")
            if number in (max(1, len(tasks) // 4), len(tasks)):
                memory.append(_memory())
        told[name] = {"begin": begin, "end": time.time(), "tasks": len(tasks), "plan": planned, "memory": memory}

    run("create", wanted(count))
    run("no change", ())
    run("price", [_repriced(item.want) for item in items.values()])
    run("title", [dataclasses.replace(item.want, title=item.want.title + " 白") for item in items.values()])
    client.close()
    store.close()
    return told | {"cpu": time.process_time()}


def _repriced(want: Any) -> Any:
    return dataclasses.replace(want, skus=tuple(dataclasses.replace(s, price=Decimal(2980)) for s in want.skus))


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * resource.getpagesize() / 1e6


# ---------------------------------------------------------------- what the shop saw


def calls_in(log: list[dict[str, Any]], phase: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in log if phase["begin"] <= row["at"] <= phase["end"] and row["operation"]]


def busiest_second(calls: list[dict[str, Any]]) -> int:
    """The most calls of one API path within any sliding second."""
    lanes: dict[str, list[float]] = defaultdict(list)
    for row in calls:
        lanes[f"{row['method']} {_ID.sub('#', row['path'])}"].append(row["at"])
    most = 0
    for moments in lanes.values():
        moments.sort()
        first = 0
        for last, at in enumerate(moments):
            while at - moments[first] >= 1:
                first += 1
            most = max(most, last - first + 1)
    return most


def scene(latency: float, rate: int, workers: int, count: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    from shop_process import control, shop_process

    with tempfile.TemporaryDirectory() as folder, shop_process(latency) as shop:
        job = json.dumps({"shop": shop, "rate": rate, "workers": workers, "count": count, "folder": folder})
        process = subprocess.run(
            [sys.executable, __file__, "--child", job], stdout=subprocess.PIPE, text=True, check=True
        )
        return json.loads(process.stdout), control(shop, "requests")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="a 400th of it is pushed at each latency")
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", metavar="JOB", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        job = json.loads(options.child)
        print(json.dumps(pushing(job["shop"], job["rate"], job["workers"], job["count"], Path(job["folder"]))))
        return 0
    results = [_scene(*each, max(40, options.rows // 400)) for each in SCENES]
    results.append(_memory_stays(max(200, options.rows // 25)))
    return 1 if options.check and not all(results) else 0


def _scene(latency: float, rate: int, workers: int, count: int) -> bool:
    from measure import Claim, report

    told, log = scene(latency, rate, workers, count)
    possible = min(rate, workers / latency)
    claims = []
    for name, must in (("create", 2), ("no change", 0), ("price", 1), ("title", 2)):
        calls = calls_in(log, told[name])
        kinds = ", ".join(f"{kind} {n / count:g}" for kind, n in Counter(row["operation"] for row in calls).items())
        claims.append(Claim(f"calls per product, {name} ({kinds})", len(calls) / count, must, unit=""))
        if name != "no change":
            # Each kind of call has a limit of its own; workers are shared by all of a product's calls.
            kinds_count = len({row["operation"] for row in calls})
            most = min(rate * kinds_count, workers / latency)
            speed = len(calls) / (told[name]["end"] - told[name]["begin"])
            claims.append(Claim(f"possible calls a second / reached, {name}", most / speed, 1 / 0.8, 1 / 0.95))
    over = max(busiest_second(calls_in(log, told[name])) for name in ("create", "price", "title"))
    claims.append(Claim("most calls of a path in a sliding second", over, rate, unit=f"(limit {rate})"))
    line = f"{latency * 1000:.0f} ms, {rate} calls/s, {workers} workers"
    title = f"push {count} products, {line}: {possible:.0f}/s of a kind possible"
    phases = ("create", "price", "title")
    seconds = "  ".join(f"{name} {told[name]['end'] - told[name]['begin']:.1f} s" for name in phases)
    return report(title, {}, "", claims, [f"{seconds}; processor {told['cpu']:.1f} s in all"])


def _memory_stays(count: int) -> bool:
    from measure import Claim, report

    told, log = scene(0, 10_000, 8, count)
    phases = ("create", "price", "title")
    grown = max(memory[-1] - memory[0] for name in phases if (memory := told[name]["memory"]))
    calls = sum(len(calls_in(log, told[name])) for name in phases)
    claims = [Claim("memory from a quarter of a push to its end", grown, GROWTH, unit="MB")]
    plans = ", ".join(f"{name} {told[name]['plan']:.2f} s" for name in phases)
    seconds = itertools.chain.from_iterable([[told[name]["end"] - told[name]["begin"]] for name in phases])
    notes = [f"plans: {plans}; {calls:,} calls in {sum(seconds):.1f} s; processor {told['cpu']:.1f} s"]
    return report(f"push {count:,} products without latency", {}, "", claims, notes)


if __name__ == "__main__":
    sys.exit(main())
