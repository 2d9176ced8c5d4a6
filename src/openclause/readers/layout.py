"""Lays out the words of a page as lines: breaks, indented list items, table rows.

In: words, and the breaks and markers around them, in reading order. Out: text. Breaks are owed
until words come, so that blocks without words leave no trace.
"""

from __future__ import annotations

import re

INDENT = "    "
MAX_DEPTH = 9  # levels that are indented; a broken page may open lists without end
PARAGRAPH = 2  # line ends that set a block apart

_LINE_END = r"\r\n?"
_UNSEEN = {0xAD: None, 0x200B: None, 0x2060: None, 0xFEFF: None}  # soft hyphens, joiners
_MARKED = r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)](?:\s|$)|\d+(?:\.\d+)+\s|[-*•–]\s"


class Layout:
    """The lines so far, and what is owed before the next words."""

    def __init__(self) -> None:
        self.depth = 0  # of lists
        self._out: list[str] = []
        self._breaks = 0
        self._space = ""
        self._item: tuple[int, str] | None = None  # depth and marker of one without words as yet
        self._fresh = False  # an item or cell has begun and has no words as yet
        self._line = 0
        self._row = -1

    def __len__(self) -> int:
        """Count the pieces written: a place that `text` can start from or end at."""
        return len(self._out)

    def text(self, start: int = 0, end: int | None = None) -> str:
        """Return the lines between two places, all of them by default."""
        return "".join(self._out[start:end]).strip("\n")

    def words(self, data: str) -> None:
        """Write words, white space between them as single spaces."""
        data = data if data.isascii() else data.translate(_UNSEEN)
        words = data.split()
        if data[:1].isspace():
            self._space = self._space or " "
        if words:
            self._put(" ".join(words))
            self._space = " " if data[-1].isspace() else ""

    def verbatim(self, data: str) -> None:
        """Write preformatted text as it stands."""
        data = re.sub(_LINE_END, "\n", data)
        if self._breaks or not self._out:
            data = data.removeprefix("\n")
        if data:
            self._put(data)
            self._line += data.count("\n")

    def gap(self, breaks: int) -> None:
        """Owe at least so many line ends; none where an item or cell has only just begun."""
        if not self._fresh:
            self._breaks = max(self._breaks, breaks)

    def line_end(self) -> None:
        """Owe one line end more, up to a blank line."""
        if not self._fresh:
            self._breaks = min(self._breaks + 1, PARAGRAPH)

    def item(self, marker: str) -> None:
        """Begin a list item."""
        if self._item and self._item[1]:
            self._put("")
        self._fresh = False
        self.gap(1)
        self._item, self._fresh = (max(self.depth - 1, 0), marker), True

    def row(self) -> None:
        """Begin a table row."""
        self._fresh = False
        self.gap(1)
        self._row = -1

    def cell(self) -> None:
        """Begin a table cell: on the line of those before it, if that is the row's only line."""
        self._fresh = False
        if self._row == self._line:
            self._breaks, self._space = 0, "\t"
        else:
            self.gap(1)
        self._fresh = True

    def close(self) -> None:
        """End an item or a cell; what stands after it decides how far apart."""
        if not self._fresh:
            self._breaks = min(self._breaks, 1)
        self._fresh, self._item = False, None

    def _put(self, words: str) -> None:
        if self._breaks or not self._out:
            self._break_line(words)
        else:
            self._out.append(self._space)
        if self._row < 0:
            self._row = self._line
        self._out.append(words)
        self._breaks, self._space, self._item, self._fresh = 0, "", None, False

    def _break_line(self, words: str) -> None:
        last = self._out[-1] if self._out else "\n" * self._breaks
        ends = max(0, self._breaks - (len(last) - len(last.rstrip("\n"))))
        self._line += ends
        depth, marker = self._item or (self.depth, "")
        marker = "" if re.match(_MARKED, words) else marker if words else marker.rstrip()
        self._out.append("\n" * ends + INDENT * min(depth, MAX_DEPTH) + marker)
