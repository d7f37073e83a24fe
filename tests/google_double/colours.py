"""Colours as the API gives them back: components in single precision, zeros left out, mirrored as `…Style.rgbColor`."""

import struct
from typing import Any

_NAMES = ("backgroundColor", "foregroundColor", "color", "tabColor", "headerColor", "firstBandColor",
          "secondBandColor", "footerColor")  # fmt: skip


def rounded(colour: dict[str, Any]) -> dict[str, Any]:
    out = {}
    for name, value in colour.items():
        if value:
            single = struct.unpack("f", struct.pack("f", value))[0]
            out[name] = int(single) if float(single).is_integer() else float(f"{single:.8g}")
    return out


def mirrored(value: Any) -> Any:
    """A copy of any part of a request with every colour in both of its forms; the style wins."""
    if isinstance(value, list):
        return [mirrored(item) for item in value]
    if not isinstance(value, dict):
        return value
    out: dict[str, Any] = {}
    for name, item in value.items():
        if name in _NAMES and isinstance(item, dict):
            style = value.get(name + "Style")
            if style is None:
                out[name] = rounded(item)
                out[name + "Style"] = {"rgbColor": rounded(item)}
        elif name.endswith("Style") and name[:-5] in _NAMES and isinstance(item, dict):
            if "rgbColor" in item:
                out[name[:-5]] = rounded(item["rgbColor"])
                out[name] = {"rgbColor": rounded(item["rgbColor"])}
            else:
                out[name] = dict(item)
        else:
            out[name] = mirrored(item)
    return out


def with_twins(mask: dict[str, Any]) -> dict[str, Any]:
    """A mask that names a colour in one of its forms means both."""
    out: dict[str, Any] = {}
    for name, sub in mask.items():
        base = name[:-5] if name.endswith("Style") and name[:-5] in _NAMES else name
        if base in _NAMES:
            out[base] = out[base + "Style"] = {}
        else:
            out[name] = with_twins(sub) if sub else {}
    return out
