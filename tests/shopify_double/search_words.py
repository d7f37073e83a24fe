"""The language of the `query:` argument: words, fields with comparisons, AND, OR, NOT, brackets, quotes, prefixes.

OR binds tighter than AND, a blank is AND, `-x` is NOT x, a backslash takes the meaning from the sign behind it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_FIELD = re.compile(r"([A-Za-z_][\w.\-]*):")
_COMPARISON = re.compile(r">=|<=|>|<")


@dataclass(frozen=True)
class Term:
    """A word by itself has no `field`. `quoted`: the value stood between quotation marks."""

    field: str
    comparison: str
    value: str
    quoted: bool = False
    prefix: bool = False


@dataclass(frozen=True)
class Not:
    of: "Wish"


@dataclass(frozen=True)
class All:
    of: tuple["Wish", ...]


@dataclass(frozen=True)
class AnyOf:
    of: tuple["Wish", ...]


Wish = Term | Not | All | AnyOf


class SyntaxFault(Exception):
    """A query that cannot be read."""


def parse(text: str) -> Wish:
    reader = _Reader(text)
    wish = reader.all()
    if reader.at < len(text):
        raise SyntaxFault(text[reader.at :])
    return wish


def fulfils(wish: Wish, holds: Callable[[Term], bool]) -> bool:
    """Whether a thing for which `holds` answers each term is wished for."""
    match wish:
        case Term():
            return holds(wish)
        case Not():
            return not fulfils(wish.of, holds)
        case All():
            return all(fulfils(one, holds) for one in wish.of)
        case AnyOf():
            return any(fulfils(one, holds) for one in wish.of)


def terms(wish: Wish) -> list[Term]:
    match wish:
        case Term():
            return [wish]
        case Not():
            return terms(wish.of)
        case _:
            return [term for one in wish.of for term in terms(one)]


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def all(self) -> Wish:
        found: list[Wish] = []
        while self._more():
            if not self._word("AND"):
                found.append(self._any())
        return found[0] if len(found) == 1 else All(tuple(found))

    def _any(self) -> Wish:
        found = [self._one()]
        while self._more() and self._word("OR"):
            self._more()
            found.append(self._one())
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _one(self) -> Wish:
        if self._word("NOT"):
            self._more()
            return Not(self._one())
        if self.text[self.at : self.at + 1] == "-":
            self.at += 1
            return Not(self._one())
        if self.text[self.at : self.at + 1] == "(":
            self.at += 1
            wish = self.all()
            if self.text[self.at : self.at + 1] != ")":
                raise SyntaxFault(self.text)
            self.at += 1
            return wish
        return self._term()

    def _term(self) -> Term:
        field, comparison = "", ""
        if named := _FIELD.match(self.text, self.at):
            field, self.at = named[1], named.end()
            if compared := _COMPARISON.match(self.text, self.at):
                comparison, self.at = compared[0], compared.end()
        start = self.at
        value, quoted, prefix = self._value()
        if self.at == start:
            raise SyntaxFault(self.text[start:] or self.text)
        return Term(field, comparison, value, quoted, prefix)

    def _value(self) -> tuple[str, bool, bool]:
        mark = self.text[self.at : self.at + 1]
        quoted = mark in {"'", '"'} and bool(mark)
        self.at += quoted
        value = ""
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "\\" and self.at + 1 < len(self.text):
                value += self.text[self.at + 1]
                self.at += 2
                continue
            if (quoted and sign == mark) or (not quoted and (sign.isspace() or sign in "()")):
                break
            value += sign
            self.at += 1
        if quoted:
            if self.at >= len(self.text):
                raise SyntaxFault(self.text)
            self.at += 1
            return value, True, False
        return value.removesuffix("*"), False, value.endswith("*")

    def _word(self, word: str) -> bool:
        end = self.at + len(word)
        if self.text[self.at : end] == word and self.text[end : end + 1] in {"", " ", "("}:
            self.at = end
            return True
        return False

    def _more(self) -> bool:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1] not in {"", ")"}
