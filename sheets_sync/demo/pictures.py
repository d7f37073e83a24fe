"""Draws the demo shop's product pictures: a plain thing on white, 1000 by 1000 pixels, the same every time.

A picture's name says what it shows: `tee-navy.jpg` is a navy T-shirt. Names with `small` become too small to be listed.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

SIDE: Final = 1000
TOO_SMALL: Final = 200

_Colour = tuple[int, int, int]
_Point = tuple[float, float]

_FINER: Final = 2  # drawn larger and reduced, for smooth edges
_COLUMNS: Final = ("Product image URL", "Variant image URL")
_COLOURS: Final[dict[str, _Colour]] = {
    "white": (244, 243, 239),
    "black": (52, 52, 56),
    "gray": (152, 155, 160),
    "navy": (43, 58, 96),
    "indigo": (46, 74, 128),
    "blue": (96, 148, 196),
    "green": (104, 142, 84),
    "leaf": (70, 112, 62),
    "red": (190, 72, 66),
    "pink": (228, 164, 172),
    "mustard": (204, 158, 58),
    "straw": (222, 194, 138),
    "natural": (226, 209, 180),
    "brown": (186, 128, 78),
    "roasted": (134, 90, 56),
    "gold": (206, 170, 92),
    "silver": (176, 182, 190),
    "pearl": (238, 230, 222),
    "yuzu": (236, 206, 92),
    "box": (120, 52, 60),
    "set": (128, 152, 160),
    "gift": (176, 92, 112),
    "calendar": (92, 128, 120),
}
_PLAIN: Final[_Colour] = (170, 160, 150)
_PAPER: Final[_Colour] = (250, 248, 242)


def names_in(catalogue: Path) -> list[str]:
    """Pictures that a Shopify product CSV names, relative to the shop's folder, each once, in order."""
    with catalogue.open(encoding="utf-8", newline="") as file:
        named = [row[column] for row in csv.DictReader(file) for column in _COLUMNS if row[column]]
    return list(dict.fromkeys(named))


def draw(folder: Path, names: Iterable[str]) -> None:
    """Draw each picture as `folder / name`; the same names give the same bytes. Raises OSError."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        motif, *words = path.stem.split("-")
        sheet = _Sheet()
        colour = next((_COLOURS[word] for word in words if word in _COLOURS), _PLAIN)
        sheet.shadow()
        _MOTIFS.get(motif, _parcel)(sheet, colour, words)
        sheet.finished(TOO_SMALL if "small" in words else SIDE).save(path, quality=88)


class _Sheet:
    """A white square, measured in hundredths of its side from the upper left corner."""

    def __init__(self) -> None:
        self._unit = SIDE * _FINER / 100
        self._image = Image.new("RGB", (SIDE * _FINER, SIDE * _FINER), "white")
        self._pen = ImageDraw.Draw(self._image)

    def finished(self, side: int) -> Image.Image:
        return self._image.reduce(SIDE * _FINER // side)

    def shadow(self) -> None:
        for step in range(6):
            tone = 250 - 3 * step
            self._pen.ellipse(self._scaled([(18 + step, 84 + step / 2), (82 - step, 94 - step / 2)]), (tone,) * 3)

    def shape(self, points: Sequence[_Point], colour: _Colour) -> None:
        self._pen.polygon(self._scaled(points), colour, _shade(colour, 0.78), 6)

    def oval(self, left: float, top: float, right: float, bottom: float, colour: _Colour) -> None:
        self._pen.ellipse(self._scaled([(left, top), (right, bottom)]), colour, _shade(colour, 0.78), 6)

    def box(self, left: float, top: float, right: float, bottom: float, colour: _Colour, *, corner: float = 1) -> None:
        corners = self._scaled([(left, top), (right, bottom)])
        self._pen.rounded_rectangle(corners, corner * self._unit, colour, _shade(colour, 0.78), 6)

    def line(self, points: Sequence[_Point], colour: _Colour, width: float = 1) -> None:
        self._pen.line(self._scaled(points), colour, round(width * self._unit), "curve")

    def ring(self, left: float, top: float, right: float, bottom: float, colour: _Colour, *, width: float) -> None:
        self._pen.ellipse(self._scaled([(left, top), (right, bottom)]), None, colour, round(width * self._unit))

    def _scaled(self, points: Sequence[_Point]) -> list[_Point]:
        return [(x * self._unit, y * self._unit) for x, y in points]


def _shade(colour: _Colour, factor: float) -> _Colour:
    red, green, blue = (min(255, round(part * factor)) for part in colour)
    return red, green, blue


def _mirrored(right_half: Sequence[_Point]) -> list[_Point]:
    return [*right_half, *((100 - x, y) for x, y in reversed(right_half))]


def _tee(sheet: _Sheet, colour: _Colour, words: Sequence[str]) -> None:
    sheet.shape(_mirrored([(58, 20), (72, 25), (88, 42), (78, 51), (71, 45), (71, 86)]), colour)
    sheet.oval(41, 14, 59, 27, (255, 255, 255))
    if "black" in words:
        sheet.box(56, 42, 66, 54, _shade(colour, 1.25))


def _longtee(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    body = (244, 243, 239)
    sheet.shape(_mirrored([(58, 18), (72, 23), (84, 44), (88, 78), (80, 79), (71, 48), (71, 86)]), body)
    for top in range(32, 84, 7):
        sheet.box(30.5, top, 69.5, top + 3, colour, corner=0.2)
    sheet.oval(41, 12, 59, 25, (255, 255, 255))


def _parka(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.oval(36, 8, 64, 34, _shade(colour, 0.9))
    sheet.shape(_mirrored([(58, 22), (73, 27), (86, 50), (89, 80), (80, 81), (72, 52), (72, 86)]), colour)
    sheet.line([(50, 24), (50, 85)], _shade(colour, 0.6), 0.8)
    sheet.shape(_mirrored([(64, 64), (68, 80)]), _shade(colour, 0.88))


def _cap(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.oval(42, 12, 58, 28, _shade(colour, 1.12))
    sheet.shape(_mirrored([(55, 24), (64, 27), (72, 35), (77, 47), (79, 64)]), colour)
    sheet.box(18, 62, 82, 82, _shade(colour, 0.9), corner=4)
    for left in range(22, 82, 5):
        sheet.line([(left, 64), (left, 80)], _shade(colour, 0.75), 0.4)


def _hat(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.oval(8, 56, 92, 82, colour)
    sheet.oval(30, 24, 70, 74, _shade(colour, 1.05))
    sheet.box(30, 52, 70, 60, (96, 62, 50), corner=2)


def _tote(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.ring(34, 12, 66, 66, _shade(colour, 0.82), width=3)
    sheet.shape(_mirrored([(76, 38), (72, 86)]), colour)
    sheet.line([(27, 45), (73, 45)], _shade(colour, 0.8), 0.6)


def _furoshiki(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.ring(36, 10, 64, 56, colour, width=4)
    sheet.oval(20, 36, 80, 88, colour)
    for left, top in ((32, 50), (48, 60), (62, 48), (40, 74), (58, 76)):
        sheet.ring(left, top, left + 8, top + 8, _shade(colour, 1.3), width=0.9)


def _necklace(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.line([(22, 12), (28, 38), (38, 54), (50, 60), (62, 54), (72, 38), (78, 12)], colour, 1)
    sheet.shape([(50, 60), (57, 74), (50, 82), (43, 74)], _shade(colour, 1.1))
    sheet.oval(43, 68, 57, 84, _shade(colour, 1.1))


def _earrings(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    for left in (26, 56):
        sheet.line([(left + 9, 34), (left + 9, 54)], _COLOURS["gold"], 1)
        sheet.oval(left, 50, left + 18, 68, colour)
        sheet.oval(left + 4, 53, left + 8, 57, (255, 255, 255))


def _mug(sheet: _Sheet, colour: _Colour, words: Sequence[str]) -> None:
    if "top" in words:
        sheet.ring(74, 40, 94, 60, colour, width=4)
        sheet.oval(18, 18, 82, 82, colour)
        sheet.oval(24, 24, 76, 76, (112, 76, 52))
        return
    sheet.ring(62, 36, 90, 70, colour, width=5)
    sheet.box(24, 24, 72, 86, _COLOURS["white"], corner=5)
    for top in (34, 48, 62):
        sheet.box(24, top, 72, top + 6, colour, corner=0.5)


def _bowl(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.box(40, 76, 60, 86, _shade(colour, 0.9))
    sheet.shape(_mirrored([(84, 42), (80, 58), (70, 72), (58, 80)]), colour)
    sheet.oval(16, 34, 84, 50, _shade(colour, 1.05))


def _bowls(sheet: _Sheet, _colour: _Colour, _words: Sequence[str]) -> None:
    places = ((12, 40, "blue"), (38, 28, "pink"), (64, 40, "green"), (24, 62, "mustard"), (52, 62, "gray"))
    for left, top, name in places:
        sheet.oval(left, top, left + 24, top + 22, _COLOURS[name])
        sheet.oval(left + 4, top + 3, left + 20, top + 16, _shade(_COLOURS[name], 1.15))


def _tea(sheet: _Sheet, colour: _Colour, words: Sequence[str]) -> None:
    if "leaf" in words:
        for number in range(40):
            left, top = 22 + number * 37 % 54, 30 + number * 23 % 48
            sheet.line([(left, top), (left + 4, top + 2)], _shade(colour, 0.8 + number % 5 / 10), 1.2)
        return
    sheet.box(28, 20, 72, 88, colour, corner=2)
    sheet.box(28, 20, 72, 28, _shade(colour, 0.8))
    sheet.box(38, 42, 62, 72, _PAPER, corner=0.5)
    sheet.oval(45, 50, 55, 64, colour)


def _yokan(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.box(12, 30, 88, 84, _COLOURS["natural"])
    for left in range(17, 80, 14):
        sheet.box(left, 36, left + 10, 78, colour)
        sheet.box(left, 50, left + 10, 62, _PAPER, corner=0.2)


def _candy(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    for number in range(19):
        left, top = 16 + number * 29 % 60, 28 + number * 17 % 52
        tone = _shade(colour, 1.0 + number % 4 / 10)
        for x, y in ((0, 3), (6, 3), (3, 0), (3, 6), (3, 3)):
            sheet.oval(left + x - 1, top + y - 1, left + x + 5, top + y + 5, tone)


def _lotion(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.box(42, 10, 58, 26, (225, 225, 222))
    sheet.box(34, 24, 66, 88, _shade(colour, 1.1), corner=5)
    sheet.box(38, 46, 62, 74, _PAPER)
    sheet.oval(45, 52, 55, 62, colour)


def _towel(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    for step in range(3):
        sheet.box(20, 62 - step * 16, 80, 84 - step * 16, _shade(colour, 1 + step * 0.06), corner=5)
    for left in (32, 48, 64):
        sheet.oval(left, 36, left + 6, 42, _PAPER)


def _plush(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.shape([(26, 34), (30, 8), (46, 24)], colour)
    sheet.shape([(74, 34), (70, 8), (54, 24)], colour)
    sheet.oval(26, 48, 74, 92, colour)
    sheet.oval(20, 16, 80, 66, colour)
    sheet.oval(36, 38, 64, 64, _PAPER)
    for left in (34, 60):
        sheet.oval(left, 34, left + 6, 40, (40, 34, 30))
    sheet.oval(46, 43, 54, 49, (40, 34, 30))


def _cards(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    for number in range(4):
        left, top = 16 + number * 14, 22 + number * 6
        sheet.box(left, top, left + 28, top + 40, _PAPER, corner=2)
        sheet.box(left + 3, top + 3, left + 25, top + 37, _shade(colour, 0.8 + number * 0.15))
        sheet.oval(left + 8, top + 8, left + 20, top + 20, _PAPER)


def _card(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.box(12, 30, 88, 80, colour, corner=4)
    sheet.box(12, 50, 88, 58, _shade(colour, 1.35), corner=0)
    sheet.box(46, 30, 54, 80, _shade(colour, 1.35), corner=0)


def _tray(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.box(10, 40, 90, 76, colour)
    sheet.box(14, 44, 86, 72, _shade(colour, 0.9))
    for top, name in ((50, "navy"), (58, "red"), (65, "green")):
        sheet.line([(20, top), (76, top)], _COLOURS[name], 2)


def _paper(sheet: _Sheet, colour: _Colour, words: Sequence[str]) -> None:
    sheet.box(28, 12, 72, 88, _PAPER, corner=0.5)
    if "calendar" in words:
        sheet.box(28, 12, 72, 34, colour, corner=0.5)
        for number in range(28):
            left, top = 32 + number % 7 * 5.4, 42 + number // 7 * 10
            sheet.box(left, top, left + 3, top + 5, _shade(colour, 1.4), corner=0.5)
        return
    for left in range(36, 68, 7):
        sheet.line([(left, 18), (left, 82)], _shade(_PAPER, 0.85), 0.3)
    for step in range(5):
        sheet.oval(56 - step * 4, 66 + step % 2 * 5, 64 - step * 4, 74 + step % 2 * 5, colour)


def _parcel(sheet: _Sheet, colour: _Colour, _words: Sequence[str]) -> None:
    sheet.box(20, 26, 80, 86, colour)
    sheet.box(45, 26, 55, 86, _shade(colour, 1.2), corner=0)


_MOTIFS: Final[dict[str, Callable[[_Sheet, _Colour, Sequence[str]], None]]] = {
    "tee": _tee,
    "longtee": _longtee,
    "parka": _parka,
    "cap": _cap,
    "hat": _hat,
    "tote": _tote,
    "furoshiki": _furoshiki,
    "necklace": _necklace,
    "earrings": _earrings,
    "mug": _mug,
    "bowl": _bowl,
    "bowls": _bowls,
    "tea": _tea,
    "yokan": _yokan,
    "candy": _candy,
    "lotion": _lotion,
    "towel": _towel,
    "plush": _plush,
    "cards": _cards,
    "card": _card,
    "tray": _tray,
    "paper": _paper,
}
