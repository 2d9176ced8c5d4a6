"""SPDX license expressions: what `MIT OR Apache-2.0` comes to.

In: a text, and a function that knows the category of an identifier. Out: `Expression` records with
their places. Any-of is as open as its mildest license, all-of as its strictest; an exception that
frees makes the license milder, one that restricts makes it stricter. Whose names stand for which
license is left to `references`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from openclause.taxonomy import mildest, strictest

if TYPE_CHECKING:
    from license_expression import Licensing

_SIGN = "spdx-license-identifier:"
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([^\n\r]{1,400})", re.IGNORECASE)
_ID = r"\(*+[A-Za-z0-9][A-Za-z0-9.+:-]{0,99}+\)*+"
_BARE = re.compile(rf"(?<![\w(]){_ID}(?:\s{{1,40}}(?:AND|OR|WITH)\s{{1,40}}{_ID})+")
_OPERATOR = re.compile(r"(?:AND|OR|WITH)(?=\s)")
# No name is longer, in characters.
_LONGEST = 400
_END = re.compile(r"\s*(?:\*+/|-->|#\}|\*\)|[\"'`,;|\\]|\s{2,}|\*+\s*$)")
# A file says its license once; a file of many notices is read so far.
_MOST = 200
# Brackets of an expression; none that a person wrote has more.
_BRACKETS = 200


def combined(own: str, exception: str) -> str:
    """Return what an exception makes of a license: milder if it frees, stricter if it restricts."""
    freeing = mildest((exception, "strong-copyleft")) == exception
    return mildest((own, exception)) if freeing else strictest((own, exception))


class Expression(msgspec.Struct, frozen=True):
    """An expression at `[start, end)`, its category, and the identifiers that nobody knows.

    `licenses` are the names in it with their categories, an exception joined to its license.
    """

    start: int
    end: int
    text: str
    category: str | None
    licenses: tuple[tuple[str, str | None], ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names that nobody knows."""
        return tuple(name for name, category in self.licenses if category is None)


Lookup = Callable[[str], str | None]


def read_expressions(text: str, lookup: Lookup) -> tuple[Expression, ...]:
    """Return the expressions behind SPDX tags, and those with an operator that stand in prose.

    In prose, words between `AND` and `OR` are an expression only if all of them are known and one
    has a version: in capitals, all prose is full of such words.
    """
    found: list[Expression] = []
    for start, words, tagged in _places(text):
        if (read := _read(start, words, lookup)) and (tagged or not read.unknown):
            found.append(read)
        if len(found) >= _MOST:
            break
    return tuple(found)


def _places(text: str) -> Iterator[tuple[int, str, bool]]:
    tagged = _TAG.finditer(text) if _SIGN in text.lower() else ()
    tags = [(tag.start(1), _trimmed(tag[1])) for tag in tagged]
    yield from ((start, words, True) for start, words in tags)
    inside = {start for start, _ in tags}
    if (" OR " in text or " AND " in text or " WITH " in text) and _has_version(text):
        for found in _BARE.finditer(text):
            if found.start() not in inside and any(map(str.isdigit, found[0])):
                yield found.start(), found[0], False


def _has_version(text: str) -> bool:
    """Tell whether a word with a digit stands beside an operator, as it does in an expression."""
    for found in _OPERATOR.finditer(text):
        start, end = found.span()
        if text[start - 1 : start].isspace():
            beside = text[max(start - _LONGEST, 0) : start].rsplit(maxsplit=1)[-1:]
            beside += text[end : end + _LONGEST].split(maxsplit=1)[:1]
            if any(map(str.isdigit, "".join(beside))):
                return True
    return False


def _trimmed(words: str) -> str:
    end = _END.search(words)
    return words[: end.start()] if end else words.rstrip()


def _read(start: int, words: str, lookup: Lookup) -> Expression | None:
    words = _balanced(words)
    tree = parsed(words)
    if tree is None:
        return None
    licenses: list[tuple[str, str | None]] = []
    category = _category(tree, lookup, licenses)
    return Expression(start, start + len(words), words, category, tuple(licenses))


def _balanced(words: str) -> str:
    while words.endswith(")") and words.count(")") > words.count("("):
        words = words[:-1]
    return words.rstrip(".")


def parsed(words: str) -> Any:
    """Return the tree of an expression as `license_expression` reads it; None where it is none."""
    from license_expression import ExpressionError

    if words.count("(") > _BRACKETS:
        return None
    try:
        return _licensing().parse(words)
    except (ExpressionError, RecursionError):
        return None


@cache
def _licensing() -> Licensing:
    from license_expression import Licensing

    return Licensing()


def _category(tree: Any, lookup: Lookup, licenses: list[tuple[str, str | None]]) -> str | None:
    """Return what a parsed expression comes to; one unknown license of all-of leaves it open."""
    if hasattr(tree, "exception_symbol"):
        name, category = _with(tree, lookup)
    elif not tree.args:
        name, category = tree.key, lookup(tree.key)
    else:
        return _joined(tree, lookup, licenses)
    licenses.append((name, category))
    return category


def _joined(tree: Any, lookup: Lookup, licenses: list[tuple[str, str | None]]) -> str | None:
    found = [_category(part, lookup, licenses) for part in tree.args]
    said = [category for category in found if category is not None]
    if type(tree).__name__ == "OR":
        return mildest(said) if said else None
    return strictest(said) if len(said) == len(found) else None


def _with(tree: Any, lookup: Lookup) -> tuple[str, str | None]:
    """Return a license with its exception; an unknown exception leaves the license as it is."""
    name, exception = tree.license_symbol.key, tree.exception_symbol.key
    own, freed = lookup(name), lookup(exception)
    if own is None or freed is None:
        return name, own
    return f"{name} WITH {exception}", combined(own, freed)
