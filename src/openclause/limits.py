"""Limits: what one sentence alone makes of an open license, whatever words it uses.

In: the model's chances for a sentence or list item. Out: `Limit` records. Clauses say what a
sentence is about, a limit says what it comes to; cues in words tell only the wordings that
somebody thought of. `data/limits.toml` says which clauses carry a limit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import islice, takewhile

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


def within(limits: Sequence[Limit], start: int, end: int) -> tuple[Limit, ...]:
    """Return the limits, sorted by their places, of sentences that overlap `[start, end)`.

    Sentences do not overlap each other.
    """
    first = bisect_right(limits, start, key=lambda limit: limit.end)
    return tuple(takewhile(lambda limit: limit.start < end, islice(limits, first, None)))
