r"""Emphasis and escapes of Markdown: signs among the words that are no part of them.

In: a text, or a line of one. Out: where such signs stand in the text (`**not**`, `_it_`, `\(a\)`),
or the line without those that hide how the items of a list are counted; offsets hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIGNS = re.compile(r"[*_]+")
_LONGEST = 3
_ESCAPE = r"(?<!\\)\\(?=[!-/:-@\[\]-`{-~])"
_ESCAPES = re.compile(_ESCAPE)
# `\(a\)` and `**(a)**` within a line.
_COUNTING = re.compile(
    rf"(?<=\w)\\\)(?=\s)|{_ESCAPE}"
    r"|(?<![\w*_])[*_]{1,3}(?=\(\w{1,5}\))|(?<=\w\))[*_]{1,3}(?=\s)"
)


def emphasis(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of signs of emphasis at the edges of words, and of backslashes."""
    for found in _SIGNS.finditer(text) if "*" in text or "_" in text else ():
        start, end = found.span()
        edge = _is_edge(text[start - 1 : start], text[end : end + 1])
        if edge and end - start <= _LONGEST:
            yield start, end
    if "\\" in text:
        yield from (found.span() for found in _ESCAPES.finditer(text))


def plainly_counted(line: str) -> str:
    """Return a line as long as it was, in which `**(a)**` is `(a)`, and nothing is escaped."""
    if "*" in line or "_" in line or "\\" in line:
        return _COUNTING.sub(_undressed, line)
    return line


def _is_edge(before: str, after: str) -> bool:
    """Tell the edge of words from their inside, and from a sign that stands alone."""
    opens = not before.isalnum() and before != "\\" and not after.isspace() and after != ""
    closes = not before.isspace() and before != "" and not after.isalnum()
    return opens or closes


def _undressed(found: re.Match[str]) -> str:
    return ") " if found[0] == "\\)" else " " * len(found[0])
