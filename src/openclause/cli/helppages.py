"""Guides as pages on a terminal, in its width.

In: a `Guide`, a width in character cells and a language. Out: text. Wide letters, such as Korean
ones, take two cells; in a narrow terminal what a name means stands below it. Nothing heavy is
imported: this is what `openclause --help` waits for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from openclause.cli.guides import EXAMPLES, Guide, Row, Section
from openclause.locales import Language
from openclause.phrasebook import said

_NARROW, _WIDEST = 60, 100
# The widest column of names, and what it may take of the page.
_NAMES, _SHARE = 30, 0.4
_BELOW = 6


def help_page(found: Guide, lang: Language, *, width: int) -> str:
    """Return a guide as one page; no line is wider than the width unless one word is."""
    width = min(width, _WIDEST)
    return "\n".join(_page(found, lang, width)).rstrip("\n")


def _page(found: Guide, lang: Language, width: int) -> Iterator[str]:
    usage = f"{said('Usage', lang)}: "
    yield from _hung(usage + f"{found.path} {found.usage}", width, hang=cells(usage))
    for paragraph in found.paragraphs:
        yield ""
        yield from wrapped(paragraph, width)
    for section in found.sections:
        yield ""
        yield f"{section.title}:"
        yield from _rows(section, width)


def _rows(section: Section, width: int) -> Iterator[str]:
    if section.kind == EXAMPLES:
        for row in section.rows:
            yield from _hung(f"  {row.name}", width, hang=_BELOW)
        return
    names = _column(section.rows, width)
    for row in section.rows:
        yield from _row(row, names, width)


def _column(rows: tuple[Row, ...], width: int) -> int:
    """Return the cells of the names' column; 0 if what they mean stands below them."""
    if width < _NARROW:
        return 0
    most = min(_NAMES, int(width * _SHARE))
    return max((cells(row.name) for row in rows if cells(row.name) <= most), default=most)


def _row(row: Row, names: int, width: int) -> Iterator[str]:
    indent = names + 4 if names else _BELOW
    told = [" " * indent + line for line in wrapped(row.meaning, width - indent)]
    if told and names >= cells(row.name):
        name = f"  {row.name}"
        told[0] = name + " " * (indent - cells(name)) + told[0].lstrip()
        yield from told
    else:
        yield from _hung(f"  {row.name}", width, hang=4)
        yield from told


def _hung(line: str, width: int, *, hang: int) -> Iterator[str]:
    """Wrap a line; what does not fit hangs below it."""
    indent = len(line) - len(line.lstrip())
    first, *rest = wrapped(line.strip(), width - indent)
    yield " " * indent + first
    yield from (" " * hang + more for more in wrapped(" ".join(rest), width - hang))


def wrapped(words: str, width: int) -> list[str]:
    """Return lines of whole words, none wider than a width in cells unless one word is."""
    lines: list[str] = []
    for word in words.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def cells(words: str) -> int:
    """Return how many cells of a terminal words take."""
    return sum(_cells(letter) for letter in words)


def _cells(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
