"""Overlapping clauses laid flat over the lines of a text.

In: a text and clauses. Out: lines of pieces, in order, that together are the text without its line
ends: each piece has the clauses that cover all of it, and those that begin with it. How that looks
is left to the formats.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec

from openclause.clauses import Clause

_LINE_END = re.compile(r"\r\n|\r|\n")
# No browser likes a line without end: from here on, in characters, one is cut between words.
_LONGEST_LINE = 4_000


class Segment(msgspec.Struct, frozen=True):
    """Characters `[start, end)` that all lie in the same clauses, and in no others."""

    start: int
    end: int
    clauses: tuple[Clause, ...]


class Piece(msgspec.Struct, frozen=True):
    """Words of one line, the clauses that they lie in, and those that begin with them."""

    text: str
    clauses: tuple[Clause, ...] = ()
    begins: tuple[Clause, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """A line; its `number`, from 1, is None where it goes on with a long one."""

    number: int | None
    pieces: tuple[Piece, ...]


def flatten(clauses: Iterable[Clause]) -> tuple[Segment, ...]:
    """Cut overlapping clauses where one begins or ends; segments stand in order and apart."""
    waiting = deque(sorted(clauses, key=lambda clause: (clause.start, -clause.end)))
    edges = sorted({edge for clause in waiting for edge in (clause.start, clause.end)})
    found: list[Segment] = []
    covering: list[Clause] = []
    for start, end in pairwise(edges):
        covering = [clause for clause in covering if clause.end > start]
        while waiting and waiting[0].start <= start:
            covering.append(waiting.popleft())
        if covering:
            found.append(Segment(start, end, tuple(covering)))
    return tuple(found)


def lines(text: str, clauses: Iterable[Clause]) -> Iterator[Line]:
    """Yield the lines of a text, each in pieces."""
    segments = flatten(clauses)
    starts = [segment.start for segment in segments]
    for number, start, end in _ranges(text):
        first = max(bisect_right(starts, start) - 1, 0)
        near = (segments[at] for at in range(first, len(segments)))
        yield Line(number, tuple(_pieces(text, start, end, near)))


def _pieces(text: str, start: int, end: int, segments: Iterable[Segment]) -> Iterator[Piece]:
    for segment in segments:
        if segment.start >= end:
            break
        begin, stop = max(segment.start, start), min(segment.end, end)
        begin += _indent(text[begin:stop]) if segment.start < start else 0
        if begin >= stop:
            continue
        if begin > start:
            yield Piece(text[start:begin])
        begins = tuple(clause for clause in segment.clauses if clause.start == begin)
        yield Piece(text[begin:stop], segment.clauses, begins)
        start = stop
    if start < end:
        yield Piece(text[start:end])


def _indent(words: str) -> int:
    """Return how far a line that goes on with a clause is indented; that is no part of it."""
    return len(words) - len(words.lstrip())


def _ranges(text: str) -> Iterator[tuple[int | None, int, int]]:
    """Yield number, start and end of each line, long ones in parts."""
    start = 0
    ends = [*_LINE_END.finditer(text), None]
    for number, found in enumerate(ends, start=1):
        end = found.start() if found else len(text)
        if found or end > start:
            yield from _parts(text, number, start, end)
        start = found.end() if found else end


def _parts(text: str, number: int, start: int, end: int) -> Iterator[tuple[int | None, int, int]]:
    shown: int | None = number
    while end - start > _LONGEST_LINE:
        limit = start + _LONGEST_LINE
        cut = text.rfind(" ", start + 1, limit) + 1 or limit
        yield shown, start, cut
        shown, start = None, cut
    yield shown, start, end
