"""List markers of a Word document, counted as Word counts them.

In: the main part of a document, then its paragraphs in order. Out: the marker of each, and its
level. Word keeps the numbers nowhere: they follow from the definitions in the numbering part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from openclause.readers.numbering import numeral

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FORMATS = {
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
}
_PLACE = r"%(\d)"
_MAX_DEPTH = 12  # of styles based on styles


class Level(msgspec.Struct, frozen=True):
    """How one level of a list is written: `pattern` is Word's, as in `%1.%2.`."""

    start: int
    style: str
    pattern: str


class WordLists:
    """Counts the lists of one document; ask for each paragraph once, in order."""

    def __init__(self, part: Any) -> None:
        root = _numbering(part)
        self._levels = _definitions(root)
        self._nums = _instances(root)
        self._styles = _numbered_styles(part)
        self._counts: dict[str, dict[int, int]] = {}
        self._restarted: set[str] = set()

    def marker(self, paragraph: Any) -> tuple[str, int]:
        """Return marker and level of `paragraph`; an empty marker if it is no list item."""
        num, level = self._place(paragraph)
        abstract, starts = self._nums.get(num, ("", {}))
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return "", 0
        if levels[level].style == "bullet":
            return "-", level
        counts = self._counts.setdefault(abstract, {})
        if starts and num not in self._restarted:
            self._restarted.add(num)
            counts.clear()
        _count(counts, levels, level, starts)
        return _written(levels, counts, level), level

    def _place(self, paragraph: Any) -> tuple[str, int]:
        style = _value(paragraph, "pPr/pStyle")
        num, level = self._styles.get(style, ("", 0))
        own = _value(paragraph, "pPr/numPr/numId")
        return own or num, int(_value(paragraph, "pPr/numPr/ilvl") or level)


def _count(
    counts: dict[int, int], levels: dict[int, Level], level: int, starts: dict[int, int]
) -> None:
    for upper in range(level):
        if upper in levels:
            counts.setdefault(upper, starts.get(upper, levels[upper].start))
    first = starts.get(level, levels[level].start)
    counts[level] = counts[level] + 1 if level in counts else first
    for lower in [each for each in counts if each > level]:
        del counts[lower]


def _written(levels: dict[int, Level], counts: dict[int, int], level: int) -> str:
    def place(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        return numeral(counts[at], levels[at].style) if at in counts else ""

    return re.sub(_PLACE, place, levels[level].pattern).strip()


def _numbering(part: Any) -> Any:
    """Return the root of the numbering part, None in documents without lists."""
    for rel in part.rels.values():
        if rel.reltype.endswith("/numbering") and not rel.is_external:
            return rel.target_part.element
    return None


def _definitions(root: Any) -> dict[str, dict[int, Level]]:
    abstracts = [] if root is None else root.findall(_W + "abstractNum")
    return {
        each.get(_W + "abstractNumId"): {
            int(level.get(_W + "ilvl")): _level(level) for level in each.findall(_W + "lvl")
        }
        for each in abstracts
    }


def _level(level: Any) -> Level:
    style = _value(level, "numFmt")
    written = "bullet" if style == "bullet" else _FORMATS.get(style, "decimal")
    return Level(int(_value(level, "start") or 1), written, _value(level, "lvlText"))


def _instances(root: Any) -> dict[str, tuple[str, dict[int, int]]]:
    """Return for each list the definition it follows, and the numbers it starts anew from."""
    return {
        num.get(_W + "numId"): (
            _value(num, "abstractNumId"),
            {
                int(over.get(_W + "ilvl")): int(_value(over, "startOverride"))
                for over in num.findall(_W + "lvlOverride")
                if _value(over, "startOverride")
            },
        )
        for num in ([] if root is None else root.findall(_W + "num"))
    }


def _numbered_styles(part: Any) -> dict[str, tuple[str, int]]:
    """Return list and level of the styles that number their paragraphs, inherited ones included."""
    styles = {each.get(_W + "styleId"): each for each in part.styles.element.findall(_W + "style")}
    numbered: dict[str, tuple[str, int]] = {}
    for name in styles:
        for style in _ancestry(styles, name):
            if num := _value(style, "pPr/numPr/numId"):
                numbered[name] = (num, int(_value(style, "pPr/numPr/ilvl") or 0))
                break
    return numbered


def _ancestry(styles: dict[str, Any], name: str) -> Iterator[Any]:
    """Yield a style and those it is based on; a broken file may make them a circle."""
    for _ in range(_MAX_DEPTH):
        if name not in styles:
            return
        yield styles[name]
        name = _value(styles[name], "basedOn")


def _value(element: Any, path: str) -> str:
    found = element.find("/".join(_W + name for name in path.split("/")))
    return "" if found is None else str(found.get(_W + "val") or "")
