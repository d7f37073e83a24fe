"""Rehearsal: the same import against a TikTok Shop on this machine, before anything leaves the house.

It runs on a throw-away store and a throw-away shop; only its findings are told. No id of it reaches workbook or store.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from sheets_sync.issue import Tab
from sheets_sync.ports import Progress
from sheets_sync.sandbox import Sandbox, SandboxOptions
from sheets_sync.settings import Settings, StoreSettings
from sheets_sync.shop import AttributeRule, CategoryRules, Condition
from sheets_sync.tables import Patch, Snapshot, WorkbookIds, WriteResult
from sheets_sync.usecases.platform_rules import PlatformRules, add_category_rules, load_rules
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.send import SendOptions, send
from sheets_sync.usecases.session import Session, open_session


class _ReadOnly:
    """The workbook of the real run, which a rehearsal may read but never write, and that is bound to no shop."""

    def __init__(self, session: Session) -> None:
        self._workbook = session.workbook
        self.name = session.workbook.name
        self.exists = session.workbook.exists

    def read(self, tabs: Collection[Tab] | None = None) -> Snapshot:
        snapshot = self._workbook.read(tabs)
        snapshot.ids = WorkbookIds(cart=snapshot.ids.cart)
        return snapshot

    def write(self, patch: Patch) -> WriteResult:
        """Say that everything was written."""
        return WriteResult(sum(len(cells) for tab in patch.tabs.values() for cells in tab.updates.values()))


class _Quieter:
    """Progress of a rehearsal: that of the run, but for what it does not do."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.advance = progress.advance

    def step(self, code: str, **params: object) -> None:
        if code not in ("step_settle", "step_write_workbook"):
            self._progress.step(code, **params)


def rehearse(session: Session, options: SendOptions) -> RunResult:
    """Import into the sandbox and tell what would happen, the review included."""
    session.progress.step("step_rehearse")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sheets_sync_")))
        sandbox = stack.enter_context(Sandbox(options=SandboxOptions(rate_per_second=0, daily_quota=0)))
        sandbox.load(rules=_wire(load_rules(session, online=False), session))
        settings = _settings(session.settings, sandbox, folder)
        trial = stack.enter_context(
            open_session(settings, session.command, progress=_Quieter(session.progress), clock=session.clock)
        )
        for tab in (Tab.PRODUCTS, Tab.SKUS):
            trial.store.save_base_rows(session.store.base_rows(tab).values())
        trial.__dict__["workbook"] = _ReadOnly(session)
        result = send(trial, replace(options, wait=True, wait_seconds=60, confirm=None, plan_id=""))
    result.run_id = session.run_id
    return result


def _wire(platform: PlatformRules, session: Session) -> dict[str, Any]:
    """The real shop's cached categories, rules and brands as its API told them; {} keeps the sandbox's own."""
    if not platform.categories:
        return {}
    add_category_rules(session, platform, session.store.cached_keys("rules"), online=False)
    return {
        "category_version": session.settings.tiktok.category_version or session.template.category_version,
        "categories": [
            {
                "id": c.id,
                "parent_id": c.parent_id,
                "local_name": c.name,
                "is_leaf": c.leaf,
                "permission_statuses": ["AVAILABLE" if c.available else "INVITE_ONLY"],
            }
            for c in platform.categories.values()
        ],
        "rules": {key: _wire_rules(rules) for key, rules in platform.rules.items()},
        "attributes": {key: [_wire_attribute(a) for a in rules.attributes] for key, rules in platform.rules.items()},
        "brands": [
            {
                "id": key,
                "name": name,
                "authorized_status": "AUTHORIZED",
                "is_t1_brand": False,
                "brand_status": "AVAILABLE",
            }
            for key, name in platform.brands.items()
        ],
    }


def _wire_rules(rules: CategoryRules) -> dict[str, Any]:
    return {
        "product_certifications": [
            {
                "id": c.id,
                "name": c.name,
                "is_required": c.required,
                "requirement_conditions": _wire_conditions(c.conditions),
                "expiration_date": {"is_required": c.expires},
            }
            for c in rules.certificates
        ],
        "size_chart": {"is_supported": rules.size_chart_supported, "is_required": rules.size_chart_required},
        "package_dimension": {"is_required": rules.dimensions_required},
        "allowed_special_product_types": ["PRE_ORDER"] if rules.pre_order else [],
        "seller_sku": {"is_required": rules.plain_codes},
    }


def _wire_attribute(rule: AttributeRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "type": "SALES_PROPERTY" if rule.sales else "PRODUCT_PROPERTY",
        "is_requried": rule.required,
        "is_multiple_selection": rule.multiple,
        "is_customizable": rule.custom,
        "value_data_format": "POSITIVE_INT_OR_DECIMAL" if rule.number else "",
        "values": [{"id": value_id, "name": name} for value_id, name in rule.values],
        "requirement_conditions": _wire_conditions(rule.conditions),
    }


def _wire_conditions(conditions: Iterable[Condition]) -> list[dict[str, str]]:
    return [
        {"condition_type": "VALUE_ID_MATCH", "attribute_id": c.attribute_id, "attribute_value_id": c.value_id}
        for c in conditions
    ]


def _settings(real: Settings, sandbox: Sandbox, folder: Path) -> Settings:
    """The real settings with a shop, a store and tokens of their own."""
    tiktok = {
        "api_base": sandbox.url,
        "auth_base": sandbox.url,
        "app_key": sandbox.app_key,
        "app_secret": SecretStr(sandbox.app_secret),
        "access_token": SecretStr(sandbox.access_token),
        "refresh_token": SecretStr(sandbox.refresh_token),
        "shop_cipher": SecretStr(sandbox.shop_cipher),
        "warehouse_id": "",
    }
    return real.model_copy(
        update={
            "tiktok": real.tiktok.model_copy(update=tiktok),
            "store": StoreSettings(url=SecretStr(f"sqlite:///{folder / 'rehearsal.db'}")),
            "state_folder": folder,
        }
    )
