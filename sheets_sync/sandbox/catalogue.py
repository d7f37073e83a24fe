"""Categories, their rules and attributes, and brands: all kept in wire format, so that a real shop's can be loaded."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .answers import ApiError, Wire
from .market import read_data

NO_RULES: Wire = {
    "product_certifications": [],
    "size_chart": {"is_supported": True, "is_required": False},
    "cod": {"is_supported": False},
    "package_dimension": {"is_required": False},
    "epr": {"is_required": False},
    "responsible_person": {"is_required": False},
    "manufacturer": {"is_required": False},
    "allowed_special_product_types": [],
    "fees": [],
    "seller_sku": {"is_required": False},
}


@dataclass
class Tree:
    """One version (`v1`, `v2`) of the category tree."""

    categories: dict[str, Wire] = field(default_factory=dict)
    rules: dict[str, Wire] = field(default_factory=dict)
    attributes: dict[str, list[Wire]] = field(default_factory=dict)
    keywords: dict[str, str] = field(default_factory=dict)  # lower-case word -> leaf id

    def chain(self, category_id: str) -> list[Wire]:
        """The categories from the root down to this one."""
        found: list[Wire] = []
        while category_id in self.categories:
            found.append(self.categories[category_id])
            category_id = found[-1]["parent_id"]
        return found[::-1]


class Catalogue:
    """The platform's reference data. Callers hold the sandbox's lock while they change it."""

    def __init__(self) -> None:
        self.trees = {"v1": Tree(), "v2": Tree()}
        self.brands: dict[str, Wire] = {}

    def leaf(self, version: str, category_id: str) -> tuple[Tree, Wire]:
        """The leaf's tree and entry, or the refusal that category calls give (12052023, 12052024, 12052230)."""
        tree = self.trees[version]
        if not category_id.isdigit():
            raise ApiError(12052002, "category id format is invalid")
        if category_id not in tree.categories:
            if any(category_id in other.categories for other in self.trees.values()):
                raise ApiError(12052230, f"category is not a leaf of category_version {version}")
            raise ApiError(12052023, "category does not exist")
        if not tree.categories[category_id]["is_leaf"]:
            raise ApiError(12052024, "category is not a leaf category")
        return tree, tree.categories[category_id]

    def rules(self, version: str, category_id: str) -> Wire:
        return self.trees[version].rules.get(category_id, NO_RULES)

    def attributes(self, version: str, category_id: str) -> list[Wire]:
        return self.trees[version].attributes.get(category_id, [])

    def recommend(self, version: str, title: str) -> str | None:
        """The leaf whose longest keyword or name part stands in the title."""
        tree, lowered = self.trees[version], title.lower()
        words = dict(tree.keywords)
        for category in tree.categories.values():
            if category["is_leaf"]:
                for part in category["local_name"].lower().split("・"):
                    words.setdefault(part, category["id"])
        hits = [(len(word), word) for word in words if word and word in lowered]
        return words[max(hits)[1]] if hits else None

    def load(self, rules: Wire) -> None:
        """Replace parts by a real shop's: see `Sandbox.load` for the shape."""
        by_version = rules["versions"] if "versions" in rules else {rules.get("category_version", "v1"): rules}
        for version, part in by_version.items():
            tree = self.trees[version]
            if "categories" in part:
                tree.categories = {entry["id"]: copy.deepcopy(entry) for entry in part["categories"]}
                tree.rules, tree.attributes, tree.keywords = {}, {}, {}
            tree.rules.update(copy.deepcopy(part.get("rules", {})))
            tree.attributes.update(copy.deepcopy(part.get("attributes", {})))
        if "brands" in rules:
            self.brands = {brand["id"]: dict(brand) for brand in rules["brands"]}

    def dump(self) -> Wire:
        """The counterpart of `load`."""
        versions = {
            name: {"categories": list(tree.categories.values()), "rules": tree.rules, "attributes": tree.attributes}
            for name, tree in self.trees.items()
        }
        return copy.deepcopy({"versions": versions, "brands": list(self.brands.values())})


def seeded_catalogue() -> Catalogue:
    """The packaged Japanese trees and brands (about 130 brands, so that paging matters)."""
    catalogue, data = Catalogue(), read_data("jp_categories.toml")
    for version, tree in catalogue.trees.items():
        parents = {entry[0] for entry in data[version].values()}
        for category_id, entry in data[version].items():
            leaf = category_id not in parents
            origin = entry if version == "v1" or not leaf else data["v1"][entry[2]]
            permission = origin[3] if len(origin) > 3 else "AVAILABLE"
            tree.categories[category_id] = {
                "id": category_id, "parent_id": entry[0], "local_name": entry[1], "is_leaf": leaf,
                "permission_statuses": [permission],
            }
            if leaf:
                tree.rules[category_id] = _rules(origin[2])
                tree.attributes[category_id] = [_attribute(text) for text in _profile(origin[2])["attributes"]]
        twins = {entry[2]: key for key, entry in data["v2"].items() if len(entry) > 2}
        for leaf_id, words in data["keywords"].items():
            tree.keywords.update(dict.fromkeys(words, leaf_id if version == "v1" else twins[leaf_id]))
    catalogue.brands = {brand["id"]: brand for brand in _brands()}
    return catalogue


def _profile(name: str) -> Wire:
    profile: Wire = read_data("jp_rules.toml")["profile"][name]
    return profile


def _rules(profile_name: str) -> Wire:
    profile = _profile(profile_name)
    chart = profile.get("size_chart")
    return {
        **NO_RULES,
        "product_certifications": [_certification(text) for text in profile.get("certifications", [])],
        "size_chart": {"is_supported": chart is not None, "is_required": chart == "required"},
        "package_dimension": {"is_required": profile.get("package_dimension", False)},
        "allowed_special_product_types": ["PRE_ORDER"] if profile.get("pre_order") else [],
    }


def _parse(text: str) -> tuple[str, bool, list[Wire]]:
    """`name`, `name!` or `name?other=value` -> name, always required, conditions."""
    if "?" not in text:
        return text.rstrip("!"), text.endswith("!"), []
    name, _, condition = text.partition("?")
    other, _, value = condition.partition("=")
    attribute = read_data("jp_rules.toml")["attribute"][other]
    value_id = next(key for key, label in attribute["values"].items() if label == value)
    rule = {"condition_type": "VALUE_ID_MATCH", "attribute_id": attribute["id"], "attribute_value_id": value_id}
    return name, False, [rule]


def _attribute(text: str) -> Wire:
    name, required, conditions = _parse(text)
    data: dict[str, Any] = read_data("jp_rules.toml")["attribute"][name]
    sales = data.get("sales", False)
    wire = {
        "id": data["id"],
        "name": data["name"],
        "type": "SALES_PROPERTY" if sales else "PRODUCT_PROPERTY",
        "is_requried": required,  # the platform's own spelling
        "is_customizable": sales or data.get("customizable", False),
        "is_multiple_selection": data.get("multiple", False),
        "values": [{"id": key, "name": label} for key, label in data["values"].items()],
        "requirement_conditions": conditions,
    }
    return {**wire, "value_data_format": "POSITIVE_INT_OR_DECIMAL"} if data.get("number") else wire


def _certification(text: str) -> Wire:
    name, required, conditions = _parse(text)
    data = read_data("jp_rules.toml")["certification"][name]
    return {
        "id": data["id"], "name": data["name"], "is_required": required, "document_details": data["details"],
        "sample_image_url": "", "requirement_conditions": conditions,
        "expiration_date": {"is_required": data.get("expiration", False)},
    }


def _brands() -> Iterator[Wire]:
    for brand in read_data("jp_market.toml")["brand"]:
        authorised = brand.get("authorised", False)
        yield {
            "id": brand["id"], "name": brand["name"], "is_t1_brand": brand.get("t1", False),
            "authorized_status": "AUTHORIZED" if authorised else "UNAUTHORIEZD",  # the platform's own spelling
            "brand_status": brand.get("status", "AVAILABLE"),
        }
    for number in range(1, 127):
        yield {
            "id": str(7_082_427_311_584_400_003 + 7 * number), "name": f"Sandbox Brand {number:03d}",
            "is_t1_brand": False, "authorized_status": "UNAUTHORIEZD", "brand_status": "AVAILABLE",
        }
