"""Sketches of known licenses: which of their word 5-grams are kept, and how they weigh a text.

In: the sorted 5-gram hashes of texts. Out: rows (hash, owner) to keep, and for a text how much of
it each license explains. A fixed sample of all hashes is kept, all of short licenses, and some of
those that tell a license from its nearest relatives, each in every license that holds it; so what
two licenses explain of a text differs just by what tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.wording import Hashes, distinct, ngram_hashes

SHINGLE_WORDS = 5
# At least so many hashes of a license are a fair sample of it: all up to its limit.
SKETCH_SHINGLES = 64
_SAMPLED = np.uint32(2**32 // 16)
# A license of fewer 5-grams is kept whole.
_SHORT = 256
# Of each of so many relatives, all with that much in common, so many hashes tell it apart.
_RELATIVES, _RELATED, _TELLING = 8, 0.4, 8
# A relative is looked for by hashes that fewer licenses hold.
_COMMON = 400
# A hash is told from those that are kept by its first bits, or else by all: so many are the rest.
_REST = 13

Floats = NDArray[np.float64]


class Sketches(msgspec.Struct, frozen=True, eq=False):
    """What is kept of all licenses: `shingles` `(n_rows,)`, sorted, and their `owners`.

    `limits` `(n_known,)` are the hashes up to which all of a license's are kept, and `kept`
    `(n_known,)` counts those: a fair sample.
    """

    shingles: Hashes
    owners: NDArray[np.uint16]
    kept: NDArray[np.uint16]
    limits: Hashes


class Evidence(msgspec.Struct, frozen=True, eq=False):
    """What speaks for each license, `(n_known,)`.

    `explained` counts the kept hashes that the text shares with it; `likeness` is the Dice
    coefficient, `held` the part of the license that the text has and `covered` the part of the
    text that the license has, all three estimated from the fair sample.
    """

    explained: NDArray[np.int64]
    likeness: Floats
    held: Floats
    covered: Floats


def shingles_of(hashes: Hashes) -> Hashes:
    """Return the different hashes of word 5-grams, sorted; of all words where there are fewer."""
    if not len(hashes):
        return hashes
    return distinct(ngram_hashes(hashes, min(SHINGLE_WORDS, len(hashes))))


def sketched(texts: Sequence[Hashes]) -> Sketches:
    """Choose what to keep of licenses, given the sorted shingles of each."""
    kept = _chosen(texts)
    kept = np.union1d(kept, _telling(texts, kept)).astype(np.uint32)
    parts = [text[np.isin(text, kept, assume_unique=True)] for text in texts]
    owners = np.repeat(np.arange(len(texts)), [len(part) for part in parts])
    shingles = np.concatenate([*parts, np.empty(0, np.uint32)])
    order = np.lexsort((owners, shingles))
    limits = np.array([_limit(text) for text in texts], np.uint32)
    counts = [
        np.searchsorted(text, limit, "right") for text, limit in zip(texts, limits, strict=True)
    ]
    return Sketches(
        shingles=shingles[order].astype(np.uint32),
        owners=owners[order].astype(np.uint16),
        kept=np.array(counts, np.uint16),
        limits=limits,
    )


def _limit(text: Hashes) -> int:
    if len(text) <= max(_SHORT, SKETCH_SHINGLES):
        return int(np.iinfo(np.uint32).max)
    return max(int(text[SKETCH_SHINGLES - 1]), int(_SAMPLED))


def _chosen(texts: Sequence[Hashes]) -> Hashes:
    """Return the fair samples of all licenses, which are the whole of the short ones."""
    samples = [text[text <= _limit(text)] for text in texts]
    return np.unique(np.concatenate([*samples, np.empty(0, np.uint32)]))


def _telling(texts: Sequence[Hashes], kept: Hashes) -> Hashes:
    """Return further hashes, so that each license is told from its nearest relatives."""
    chosen = [text[np.isin(text, kept, assume_unique=True)] for text in texts]
    found = [
        hash_
        for owner, other in _relatives(chosen)
        for hash_ in _lacking(texts[owner], texts[other], chosen[owner])
    ]
    return np.array(sorted(set(found)), np.uint32)


def _lacking(own: Hashes, other: Hashes, chosen: Hashes) -> list[int]:
    """Return what is still lacking of the hashes that a license has and another has not."""
    only = np.setdiff1d(own, other, assume_unique=True)
    fresh = only[~np.isin(only, chosen, assume_unique=True)]
    return cast(list[int], fresh[: max(0, _TELLING - (len(only) - len(fresh)))].tolist())


def _relatives(chosen: Sequence[Hashes]) -> Iterator[tuple[int, int]]:
    """Yield pairs of licenses that have much in common, the nearest ones of each."""
    sizes = np.array([len(part) for part in chosen])
    owners = np.repeat(np.arange(len(chosen)), sizes)
    shingles = np.concatenate([*chosen, np.empty(0, np.uint32)])
    order = np.lexsort((owners, shingles))
    shingles, owners = shingles[order], owners[order]
    for owner, part in enumerate(chosen):
        rows, _ = rows_of(part, shingles, most=_COMMON)
        shared = np.bincount(owners[rows], minlength=len(chosen))
        near = 2 * shared / np.maximum(sizes + sizes[owner], 1)
        near[owner] = 0.0
        for other in np.argsort(-near, kind="stable")[:_RELATIVES].tolist():
            if near[other] >= _RELATED:
                yield owner, other


def rows_of(
    asked: Hashes, shingles: Hashes, *, most: int = 2**16
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that hold asked hashes, and for each row which of those it is.

    What more than `most` rows hold is passed over.
    """
    first = np.searchsorted(shingles, asked, "left")
    some = np.flatnonzero(first < len(shingles))
    some = some[shingles[first[some]] == asked[some]]
    first = first[some]
    times = np.searchsorted(shingles, asked[some], "right") - first
    some, first, times = some[times <= most], first[times <= most], times[times <= most]
    return runs(first, times), np.repeat(some, times)


def runs(first: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers from each first one on, as many of each as `times` says."""
    ends = np.cumsum(times)
    numbers = np.arange(ends[-1] if len(ends) else 0)
    numbers += np.repeat(first - ends + times, times)
    return numbers


class _Table(msgspec.Struct, frozen=True, eq=False):
    """The different kept hashes `(n + 1,)`, the last one for none, and where their rows begin.

    `begun` `(2^19,)` tells with which bits kept hashes begin: those of most other hashes are none.
    `cells` `(n_rows,)` are the owners, those of a fair sample counted on from `n_known`, of which
    each has `kept` `(n_known,)`; `limits` are the different ones, and `limit_of` `(n_known,)` tells
    which is a license's.
    """

    begun: NDArray[np.bool_]
    hashes: Hashes
    starts: NDArray[np.int64]
    cells: NDArray[np.uint32]
    kept: Floats
    limits: Hashes
    limit_of: NDArray[np.int64]


@lru_cache(maxsize=4)
def _table(sketches: Sketches) -> _Table:
    rows, n_known = sketches.shingles, len(sketches.kept)
    starts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1])[: len(rows)])
    fair = rows <= sketches.limits[sketches.owners]
    limits, limit_of = np.unique(sketches.limits, return_inverse=True)
    begun = np.zeros(2**32 >> _REST, bool)
    begun[rows[starts] >> _REST] = True
    return _Table(
        begun=begun,
        hashes=np.append(rows[starts], np.uint32(0)),
        starts=np.append(starts, [len(rows), len(rows)]),
        cells=sketches.owners + np.uint32(n_known) * fair,
        kept=sketches.kept.astype(np.float64),
        limits=limits,
        limit_of=limit_of,
    )


def weighed(asked: Hashes, sketches: Sketches) -> Evidence:
    """Weigh a text, given its sorted shingles, against all licenses.

    References
    ----------
    A. Broder, On the resemblance and containment of documents, 1997.
    """
    table, n_known = _table(sketches), len(sketches.kept)
    maybe = asked[table.begun[asked >> _REST]]
    places = np.searchsorted(table.hashes[:-1], maybe)
    places = places[table.hashes[places] == maybe]
    first = table.starts[places]
    cells = table.cells[runs(first, table.starts[places + 1] - first)]
    rest, shared = np.bincount(cells, minlength=2 * n_known).reshape(2, n_known)
    counts = np.searchsorted(asked, table.limits, "right")[table.limit_of].astype(np.float64)
    return Evidence(
        explained=rest + shared,
        likeness=2 * shared / np.maximum(table.kept + counts, 1),
        held=shared / np.maximum(table.kept, 1),
        covered=shared / np.maximum(counts, 1),
    )
