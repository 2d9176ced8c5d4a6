"""Limits: what one sentence alone makes of an open license, whatever words it uses.

In: the model's chances for a sentence or list item. Out: `Limit` records. Clauses say what a
sentence is about, a limit says what it comes to; cues in words tell only the wordings that
somebody thought of. `data/limits.toml` says which clauses carry a limit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby

import msgspec

from openclause.errors import DataError
from openclause.taxonomy import categories, read_toml

NO_LIMIT = "-"


class Limit(msgspec.Struct, frozen=True):
    """A sentence or item `[start, end)` that alone would give an open license a category.

    `chance` lies in (0, 1].
    """

    start: int
    end: int
    category: str
    chance: float


@cache
def carriers() -> dict[str, tuple[str, ...]]:
    """Return the `modality/term` labels that carry a limit, by category, the least open first.

    Raises
    ------
    DataError
        If a category is unknown.
    """
    raw = read_toml("limits.toml")["carriers"]
    if unknown := [name for name in raw if name not in categories()]:
        raise DataError(f"data/limits.toml: unknown category {unknown[0]!r}")
    return {name: tuple(labels) for name, labels in raw.items()}


def beginning_within(limits: Sequence[Limit], first: int, last: int) -> Sequence[Limit]:
    """Return those of some limits in the text's order that begin at `[first, last]`."""
    return limits[bisect_left(limits, first, key=_start) : bisect_right(limits, last, key=_start)]


def _start(limit: Limit) -> int:
    return limit.start


def by_start(limits: Iterable[Limit]) -> dict[int, tuple[Limit, ...]]:
    """Return limits by where their sentences begin, which is where the clauses of these begin."""
    return {start: tuple(some) for start, some in groupby(limits, key=_start)}
