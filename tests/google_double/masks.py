"""Field masks in their three spellings: `a.b,c`, `a/b` and `a(b,c(d))`."""

from typing import Any

from .errors import bad

Mask = dict[str, Any]  # name → Mask; an empty one means everything below
ALL: Mask = {}


def parse(text: str) -> Mask:
    mask, end = _list(text, 0)
    if end != len(text):
        raise bad(f"Invalid field mask: {text}")
    return ALL if "*" in mask else mask


def _list(text: str, at: int) -> tuple[Mask, int]:
    mask: Mask = {}
    while at < len(text) and text[at] != ")":
        at = _path(text, at, mask)
        if at < len(text) and text[at] == ",":
            at += 1
    return mask, at


def _path(text: str, at: int, mask: Mask) -> int:
    """One path with what hangs on it, put into `mask`."""
    names: list[str] = []
    below: Mask = ALL
    start = at
    while True:
        while at < len(text) and text[at] not in ",./()":
            at += 1
        names.append(text[start:at].strip())
        if not names[-1]:
            raise bad(f"Invalid field mask: {text}")
        if at < len(text) and text[at] in "./":
            at += 1
            start = at
            continue
        if at < len(text) and text[at] == "(":
            below, at = _list(text, at + 1)
            if at >= len(text):
                raise bad(f"Invalid field mask: {text}")
            at += 1
        break
    if names[-1] == "*" and len(names) > 1:
        names.pop()
    if "*" in below:
        below = ALL
    _put(mask, names, below)
    return at


def _put(mask: Mask, names: list[str], below: Mask) -> None:
    for name in names[:-1]:
        if name in mask and not mask[name]:
            return  # all of it is wanted already
        mask = mask.setdefault(name, {})
    last = names[-1]
    if last in mask and mask[last] and below:
        for name, sub in below.items():
            _put(mask[last], [name], sub)
    elif not (last in mask and not mask[last]):
        mask[last] = below.copy() if below else {}


def wants(mask: Mask, *path: str) -> bool:
    for name in path:
        if not mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def below(mask: Mask, *path: str) -> Mask:
    """The mask under a path that is wanted."""
    for name in path:
        if not mask:
            return ALL
        mask = mask.get(name, ALL)
    return mask


def cut(value: Any, mask: Mask) -> Any:
    """What the mask lets through."""
    if not mask:
        return value
    if isinstance(value, list):
        return [cut(item, mask) for item in value]
    if isinstance(value, dict):
        return {name: cut(value[name], sub) for name, sub in mask.items() if name in value}
    return value


def update(old: dict[str, Any], new: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """`old` with the masked fields as in `new`: absent there means cleared."""
    if not mask:
        return dict(new)
    out = dict(old)
    for name, sub in mask.items():
        if sub:
            value: Any = update(old.get(name) or {}, new.get(name) or {}, sub)
        else:
            value = new.get(name)
        if value is None or value == {}:
            out.pop(name, None)
        else:
            out[name] = value
    return out
