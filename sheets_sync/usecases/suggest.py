"""候補カテゴリ: a category proposed for each row that has none. It counts only when she takes it (「候補どおり」).

Her own decisions come first: what she chose for a cart product type is proposed for the type's other products. The
rest is asked of TikTok Shop, once a title (reference: TikTok Shop API 3.6). No failure of this ever stops an export.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sheets_sync.content import fingerprint
from sheets_sync.description import strip_tags
from sheets_sync.errors import CredentialsError, SheetsSyncError, ShopError, ShopRejected, Unavailable
from sheets_sync.issue import Tab
from sheets_sync.rows.categories import CategoryIndex, takes_suggestion
from sheets_sync.rows.defaults import Defaults, parse_defaults
from sheets_sync.rows.desired import SUGGESTED
from sheets_sync.rows.parse import typed_rows
from sheets_sync.rows.typed import TypedRow
from sheets_sync.tables import Patch, Snapshot
from sheets_sync.template import Owner, fold
from sheets_sync.usecases.platform_rules import load_rules
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session

log = logging.getLogger(__name__)

MOST_ASKED = 2000
"""Titles asked in one run; the others are asked by the next. Rows that are ON come first."""

ANSWER = "category_suggestion"
"""Kind under which the store keeps the platform's answers: fingerprint of the title → category id, "" = none."""

DECISION = "category_of_type:"
"""Begin of the fact that keeps what she chose for a cart product type."""

_NONE_AGAIN_AFTER = dt.timedelta(days=7)
_FAILURES_IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class _Product:
    """A product row as far as suggestions look at it."""

    row: TypedRow
    cart_type: str

    @property
    def category_text(self) -> str:
        return self.row.text("category")

    @property
    def title(self) -> str:
        return self.row.text("title")


def suggest(session: Session, told: RunResult) -> None:
    """Fill 候補カテゴリ of the rows that need a category, and say in `told` how it went. Raises nothing of its own."""
    session.progress.step("step_suggest")
    try:
        snapshot = session.workbook.read({Tab.PRODUCTS, Tab.DEFAULTS})
        patch, open_rows, left = _suggestions(session, snapshot)
        if patch.tabs:
            session.workbook.write(patch)
    except SheetsSyncError as error:
        log.warning("no suggestions: %s", error)
        told.notes += [("suggest_failed", {}), (error.code, error.params)]
        return
    told.counts["suggested"] = len(patch.tab(Tab.PRODUCTS).updates)
    told.notes.append(("suggested", {"count": told.counts["suggested"], "open": open_rows}))
    if left:
        told.notes.append(("suggest_left", {"count": left}))


def _suggestions(session: Session, snapshot: Snapshot) -> tuple[Patch, int, int]:
    """The cells to write, how many rows need a category, and how many of them got no answer this time."""
    platform = load_rules(session, online=True)
    leaves = {key: platform.paths[key] for key, c in platform.categories.items() if c.leaf and c.available}
    index = CategoryIndex(leaves)
    products = list(_products(session, snapshot))
    decisions = _decisions(session, products, index)
    defaults = _defaults(session, snapshot, index)
    needing = [product for product in products if _needs(product, defaults)]
    found = {p.row.ref: chosen for p in needing if (chosen := decisions.get(fold(p.cart_type), ""))}
    asked = [product for product in needing if product.row.ref not in found and product.title]
    answers, left = _answers(session, asked, index)
    found |= {p.row.ref: answer for p in asked if (answer := answers.get(_title_print(p), ""))}
    patch = Patch()
    for product in needing:
        if chosen := found.get(product.row.ref, ""):
            label = index.label(chosen)
            if label != product.row.text(SUGGESTED):
                patch.tab(Tab.PRODUCTS).set(product.row.ref, SUGGESTED, label)
    return patch, len(needing), left


def _products(session: Session, snapshot: Snapshot) -> Iterator[_Product]:
    base = session.store.base_rows(Tab.PRODUCTS)
    rows = typed_rows(
        Tab.PRODUCTS, snapshot.tabs[Tab.PRODUCTS], session.template, owners=(Owner.EDITOR,), columns=(SUGGESTED,)
    )
    for row in rows:
        known = base.get(row.ref.key)
        if row.ref.occurrence == 0 and not (known and known.gone):
            yield _Product(row, str(known.base.get("cart_type") or "") if known else "")


def _needs(product: _Product, defaults: Defaults) -> bool:
    """Whether the row has no category of its own, by default or by a suggestion that stands and was taken."""
    if product.category_text:
        return takes_suggestion(product.category_text) and not product.row.text(SUGGESTED)
    return "category" not in product.row.bad and "category" not in defaults.resolve(product.cart_type).columns


def _defaults(session: Session, snapshot: Snapshot, index: CategoryIndex) -> Defaults:
    rows = typed_rows(Tab.DEFAULTS, snapshot.tabs[Tab.DEFAULTS], session.template, owners=(Owner.KEY, Owner.EDITOR))
    return parse_defaults(rows, index, {}, session.language)[0]


def _decisions(session: Session, products: Iterable[_Product], index: CategoryIndex) -> Mapping[str, str]:
    """Category by folded cart product type: what most of the type's rows have, else what the store remembers."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    types = set()
    for product in products:
        kind = fold(product.cart_type)
        types.add(kind)
        text = product.row.text(SUGGESTED) if takes_suggestion(product.category_text) else product.category_text
        if kind and text and (category := index.id_of(text)):
            counted[kind][category] += 1
    decided = {kind: counts.most_common(1)[0][0] for kind, counts in counted.items()}
    for kind, category in decided.items():
        session.store.save_fact(DECISION + kind, category)
    remembered = {kind: session.store.fact(DECISION + kind) for kind in types - set(decided) if kind}
    # A category that the shop can no longer use is no proposal.
    return {kind: key for kind, key in {**remembered, **decided}.items() if key and index.id_of(key)}


def _answers(session: Session, products: Iterable[_Product], index: CategoryIndex) -> tuple[dict[str, str], int]:
    """The platform's answers by fingerprint of the title, remembered ones included, and how many rows have none yet."""
    found: dict[str, str] = {}
    open_titles: dict[str, _Product] = {}
    rows = Counter[str]()
    for product in sorted(products, key=lambda p: p.row.values.get("sync") is not True):
        key = _title_print(product)
        rows[key] += 1
        if key in found or key in open_titles:
            continue
        known = session.store.cached(ANSWER, key)
        if known and (index.id_of(known[0]) or (not known[0] and session.clock.now() - known[1] < _NONE_AGAIN_AFTER)):
            found[key] = known[0]
        else:
            open_titles[key] = product
    if session.has_shop:
        asked = dict(list(open_titles.items())[:MOST_ASKED])
        found |= _ask(session, asked, index)
    return found, sum(rows[key] for key in open_titles if key not in found)


def _ask(session: Session, products: Mapping[str, _Product], index: CategoryIndex) -> dict[str, str]:
    """Ask for each title. Stops asking when the service is out of reach; what came back counts."""
    found: dict[str, str] = {}
    failures = 0
    with ThreadPoolExecutor(max_workers=session.settings.tiktok.workers, thread_name_prefix="suggest") as pool:
        asked = {key: pool.submit(_ask_for, session, product) for key, product in products.items()}
        for done, (key, future) in enumerate(asked.items(), start=1):
            if future.cancelled():
                continue
            try:
                category = future.result()
            except ShopRejected as error:
                log.warning("no category for a title: %s", error)
                category = ""
            except (ShopError, Unavailable, CredentialsError) as error:
                log.warning("a title could not be asked: %s", error)
                failures += 1
                if failures >= _FAILURES_IN_A_ROW or isinstance(error, CredentialsError):
                    pool.shutdown(wait=False, cancel_futures=True)
                continue
            failures = 0
            found[key] = category if index.id_of(category) else ""
            session.store.save_cached(ANSWER, key, found[key], session.clock.now())
            session.progress.advance("step_suggest", done, len(asked))
    return found


def _ask_for(session: Session, product: _Product) -> str:
    """Id of the leaf that TikTok Shop proposes, "" for none."""
    limits = session.template.limits
    title = product.title[: int(limits["title_max"])]
    words = " ".join(strip_tags(product.row.text("description")).split())[: int(limits["description_max"])]
    chain = session.shop.recommend_category(title, words)
    return chain[-1].id if chain and chain[-1].leaf else ""


def _title_print(product: _Product) -> str:
    return fingerprint(product.title)
