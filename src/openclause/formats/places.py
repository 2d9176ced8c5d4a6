"""Where characters stand, counted as other programs count: lines, columns, UTF-16 code units.

In: a text and offsets in its characters. Out: `Place` records.
"""

from __future__ import annotations

import re
from bisect import bisect_left

import msgspec

from openclause.lines import LineNumbers

# What takes two code units in UTF-16.
_WIDE = re.compile("[\U00010000-\U0010ffff]")


class Place(msgspec.Struct, frozen=True):
    """A place in a text: line and column from 1, offset from 0, both in UTF-16 code units."""

    line: int
    column: int
    offset: int


class Places:
    """The places of one text; each is found in the logarithm of the text's length."""

    def __init__(self, text: str) -> None:
        self._lines = LineNumbers(text)
        self._wide = [found.start() for found in _WIDE.finditer(text)]

    def of(self, offset: int) -> Place:
        """Return the place before the character at `offset`."""
        line = self._lines.of(offset)
        start = self._units(self._lines.starts[line - 1])
        return Place(line, self._units(offset) - start + 1, self._units(offset))

    def _units(self, offset: int) -> int:
        return offset + bisect_left(self._wide, offset)
