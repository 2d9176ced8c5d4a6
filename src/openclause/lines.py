"""Physical lines of a text and what each begins with.

In: text and the ranges of comment decoration in it. Out: `Line` records with true offsets, and
`LineNumbers` for whoever says where something stands. Which lines belong together is for `blocks`
to say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import msgspec

TAB = 8
# No indent is wider, in characters.
WIDEST = 200

# All that is white space and ends no line, and what stands for nothing.
_SPACE = (
    " \t\xa0\x00\u3000\ufeff\x1c\x1d\x1e\x1f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u202f\u205f"
)
_ENDS = r"\n\r\f\v\x85\u2028\u2029"
_LINE = re.compile(rf"[^{_ENDS}]+")
_LINE_WITHOUT_INDENT = re.compile(rf"[^{_ENDS}{_SPACE}][^{_ENDS}]*")
_LINE_END = re.compile(r"\r\n?|\n")
# Each kind of marker; the first that fits tells.
_BULLET = (
    r"[-*•·–—●▪◦‣⁃§+>○■\uf0b7\uf0a7](?=[ \t\xa0])|[•●▪◦‣⁃■\uf0b7\uf0a7]|o(?=[ \t]{2,})|--(?=[ \t])"
    r"|-(?=[A-Z][a-z]+ )"
)
_MARKER = re.compile(
    r"(?P<heading>#{1,6}(?=[ \t]))"
    r"|(?i:(?P<section>(?:section|article|clause|part|§)[ \t]+(?:\d+(?:\.\d+)*|[ivxl]+)\b[.:)]?))"
    r"|(?P<decimal>\(?\d{1,3}(?:\.\d{1,3})+[.)]?(?=[ \t])|\(?\d{1,3}(?:[.)]|\.\))(?=[ \t])"
    r"|\d{1,2}(?:\.\d{1,2})*\.(?=[A-Z][A-Za-z]))"
    r"|(?P<paren>\(?\d{1,2}\))"
    r"|(?i:(?P<roman>\(?(?:x{0,3}(?:ix|iv|v?i{1,3}|v|x))(?:[.)]|\.\))(?=[ \t]|$)"
    r"|(?-i:[ivx]{1,4}\.(?=[A-Z][a-z]))))"
    r"|(?i:(?P<alpha>\(?[a-z](?:[.)]|\.\))(?=[ \t]|$)|\((?P<twin>[a-z])(?P=twin)?\)))"
    rf"|(?P<bullet>{_BULLET})"
)
# "**1.**", "1\\.", "\\(a\\)"
_EMPHASIZED = re.compile(
    r"(?P<sign>[*_]{0,3})(?P<mark>(?:\\?\()?[^\s*_\\()]{1,8}\\?[.)])(?P=sign)(?=[ \t]|$)"
)
_NEAR = 8
_NUMBERED = ("section", "decimal", "paren", "roman", "alpha")


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line that says something.

    `start` and `end` are the offsets of what it says, marker included, outer white space and
    comment decoration left out; `body` is where the text after the marker begins, `indent` the
    column of `start`, `gap` tells that a blank line stands before it.
    """

    start: int
    end: int
    body: int
    indent: int
    gap: bool
    marker: str
    kind: str


class LineNumbers:
    """The numbers of the lines of a text, as answers give them.

    A line ends at a line feed, a carriage return, or both; `starts` are the offsets at which lines
    begin.
    """

    def __init__(self, text: str) -> None:
        if "\r" in text:
            self.starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        else:
            self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1])]

    def of(self, offset: int) -> int:
        """Return the line of an offset, from 1, in the logarithm of the text's length."""
        return bisect_right(self.starts, offset)


def read_lines(text: str, mask: Sequence[tuple[int, int]] = ()) -> list[Line]:
    """Return the lines of `text` that are not blank once the masked ranges are taken out."""
    lines: list[Line] = []
    last = -1
    for start, end in _spans(text, mask):
        gap = last < 0 or (start > last + 1 and _blank_between(text, last, start))
        lines.append(_line(text, start, end, gap))
        last = end
    return lines


def _blank_between(text: str, last: int, start: int) -> bool:
    feeds = text.count("\n", last, start)
    return feeds > 1 or (not feeds and text.count("\r", last, start) > 1)


def _spans(text: str, mask: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    starts = [start for start, _ in mask]
    for found in (_LINE if starts else _LINE_WITHOUT_INDENT).finditer(text):
        start, end = found.span()
        if starts:
            start, end = _unmasked(mask, starts, start, end)
            while start < end and text[start] in _SPACE:
                start += 1
        while end > start and text[end - 1] in _SPACE:
            end -= 1
        if start < end:
            yield start, end


def _unmasked(
    mask: Sequence[tuple[int, int]], starts: list[int], start: int, end: int
) -> tuple[int, int]:
    at = bisect_right(starts, start) - 1
    if at >= 0 and mask[at][1] > start:
        start = min(mask[at][1], end)
    last = bisect_right(starts, end - 1) - 1
    if last > at and mask[last][1] >= end:
        end = max(start, mask[last][0])
    return start, end


def _column(text: str, start: int) -> int:
    low = max(0, start - WIDEST)
    first = max(text.rfind("\n", low, start), text.rfind("\r", low, start)) + 1
    lead = text[max(first, low) : start]
    return len(lead.expandtabs(TAB))


def _line(text: str, start: int, end: int, gap: bool) -> Line:
    column = _column(text, start) if start and text[start - 1] not in "\n\r" else 0
    kind, mark, body = _marked(text, start, end)
    return Line(start, end, body, column, gap, mark, kind)


def _marked(text: str, start: int, end: int) -> tuple[str, str, int]:
    """Return the kind of a line's marker, the marker, and where the words behind it begin.

    A number behind a bullet is the marker of its item ("- (a) sell it").
    """
    kind, mark, body = _first(text, start, end)
    inner = _first(text, body, end) if kind == "bullet" and body < end else None
    return inner if inner and inner[0] in _NUMBERED else (kind, mark, body)


def _first(text: str, start: int, end: int) -> tuple[str, str, int]:
    kind, mark, body = _emphasized(text, start, end) or _bare(text, start, end)
    while body < end and text[body] in _SPACE:
        body += 1
    return kind, mark, body


def _emphasized(text: str, start: int, end: int) -> tuple[str, str, int] | None:
    """Return a number that Markdown emphasizes, or keeps from being one of its own lists."""
    if text[start] not in "*_\\" and "\\" not in text[start : min(end, start + _NEAR)]:
        return None
    found = _EMPHASIZED.match(text, start, end)
    if found is None:
        return None
    mark = found["mark"].replace("\\", "")
    bare = _MARKER.match(f"{mark} ")
    if bare is None or bare.lastgroup not in _NUMBERED or bare.end() != len(mark):
        return None
    return bare.lastgroup, mark, found.end()


def _bare(text: str, start: int, end: int) -> tuple[str, str, int]:
    kind, body = _marker(text, start, end)
    return kind, text[start:body].strip() if kind else "", body


def _marker(text: str, start: int, end: int) -> tuple[str, int]:
    """Return the kind of marker that a line begins with, if any, and where it ends."""
    found = _MARKER.match(text, start, end)
    if found is None:
        return "", start
    if found.lastgroup == "section" and _is_word(text, found.end(), end):
        # The sign of a section is a bullet, too.
        return ("bullet", start + 1) if text.startswith("§ ", start) else ("", start)
    return found.lastgroup or "", found.end()


def _is_word(text: str, at: int, end: int) -> bool:
    """Tell a reference that opens a wrapped line ("Section 2 or ...") from a marker."""
    rest = text[at:end].lstrip()
    return bool(rest) and not rest[0].isupper() and rest[0] not in "-–—:."
