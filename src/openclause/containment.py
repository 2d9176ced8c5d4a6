"""Known licenses inside a longer text: where their sentences stand together.

In: the sentences of a text and an `Index`. Out: `Passage` records that do not overlap, in reading
order. A passage begins as the license does that it is told as, and holds at least half
of its words; which sentences
differ is told by `deviations`. What several passages come to is left to the rooms above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.deviations import Counted, counted, likeness, same_sentences
from openclause.fingerprints import Sentence
from openclause.identity import Index, Known, wanted
from openclause.sketches import runs
from openclause.wording import distinct

# Less of a license is not the license; fewer words are in too many of them.
_LEAST_SHARE, _LEAST_WORDS = 0.5, 24
# Unknown sentences that may stand between two of one passage.
_GAP = 3
# What is left of a license stands no farther than this behind it, in sentences.
_NEXT = 2
# Licenses are looked for in the order of the words that they share; so many are tried.
_TRIED = 200
# A passage is told as the best of so many licenses; it begins with one of their first sentences.
_NEAR, _BEGINNING = 8, 4

_Ints = NDArray[np.int64]


class Passage(msgspec.Struct, frozen=True):
    """Sentences `[first, last]` of a text that are those of a known license.

    `share` is the Dice coefficient of the words in equal sentences; `beginning` tells whether it
    begins as the license does, `exact` whether it has all of its sentences and no others.
    """

    first: int
    last: int
    known: Known
    share: float
    beginning: bool
    exact: bool


def known_passages(said: Sequence[Sentence], index: Index) -> tuple[Passage, ...]:
    """Return the passages of a text that are known licenses, the largest of rivals."""
    if not said or not len(index.sentences):
        return ()
    hashes = np.array([sentence.hash for sentence in said], np.uint32)
    totals = _totals(index)
    places: dict[int, list[int]] = defaultdict(list)
    for place, sentence in enumerate(said):
        places[sentence.hash].append(place)
    free = bytearray(b"\1" * len(said))
    spans: list[tuple[int, int]] = []
    for owner in _candidates(hashes, totals, index):
        if 1 not in free:
            break
        for first, last in _occurrences(places, free, owner, index):
            free[first : last + 1] = bytes(last + 1 - first)
            spans.append((first, last))
    told: dict[bytes, Passage] = {}
    found = (_passage(said, span, told, totals, index) for span in sorted(spans))
    return tuple(passage for passage in found if passage.beginning)


@cache
def _totals(index: Index) -> NDArray[np.float64]:
    """Return the words of each license, `(n_known,)`."""
    return np.bincount(
        index.sentence_owners, index.sentence_words, minlength=len(index.known)
    ).astype(np.float64)


def _candidates(hashes: NDArray[np.uint32], totals: NDArray[np.float64], index: Index) -> list[int]:
    """Return the licenses that the text may hold, those with most words in it first."""
    shared = _shared(distinct(hashes), index)
    share = shared / np.maximum(totals, 1)
    fits = np.flatnonzero((share >= _LEAST_SHARE) & (shared >= _LEAST_WORDS))
    order = np.lexsort((fits, -(shared * share * share)[fits]))
    return [int(owner) for owner in fits[order][:_TRIED]]


def _shared(hashes: NDArray[np.uint32], index: Index) -> NDArray[np.float64]:
    """Return the words that each license has in sentences of these hashes: `(n_known,)`."""
    rows = _rows(hashes, index)
    return np.bincount(
        index.sentence_owners[rows], index.sentence_words[rows], minlength=len(index.known)
    ).astype(np.float64)


def _rows(hashes: NDArray[np.uint32], index: Index) -> _Ints:
    first = np.searchsorted(index.sentences, hashes, "left")
    times = np.searchsorted(index.sentences, hashes, "right") - first
    return runs(first, times)


def _occurrences(
    places: Mapping[int, Sequence[int]], free: bytearray, owner: int, index: Index
) -> list[tuple[int, int]]:
    """Return where the free sentences of a license stand together, once for each copy of it."""
    license_ = wanted(owner, index)
    words = license_.words
    both = words.keys() & places.keys()
    said = {place: hash_ for hash_ in both for place in places[hash_] if free[place]}
    least = max(_LEAST_SHARE * license_.total, _LEAST_WORDS)
    spans: list[tuple[int, int]] = []
    if sum(words[hash_] for hash_ in set(said.values())) < least:
        return spans
    for copy in _copies(sorted(said), said, license_.hashes):
        if sum(words[hash_] for hash_ in {said[place] for place in copy}) >= least:
            spans.append((copy[0], copy[-1]))
        elif spans and copy[0] - spans[-1][1] <= _NEXT:
            spans[-1] = (spans[-1][0], copy[-1])
    return spans


def _copies(
    places: Iterable[int], hashes: Mapping[int, int], order: Sequence[int]
) -> Iterator[list[int]]:
    """Part places where too much lies between, or where the license begins anew.

    It does where the first sentence comes again, and where one comes that stands before it: then
    the first was another license's, which shares it.
    """
    ranks = {hash_: rank for rank, hash_ in reversed(list(enumerate(order)))}
    copy: list[int] = []
    seen: set[int] = set()
    first = 0
    for place in places:
        rank = ranks[hashes[place]]
        between = place - copy[-1] - 1 if copy else 0
        anew = rank < first or (rank == first and 2 * len(seen) > len(order))
        if copy and (anew or between > (0 if rank in seen else _GAP)):
            yield copy
            copy, seen = [], set()
        first = first if copy else rank
        copy.append(place)
        seen.add(rank)
    if copy:
        yield copy


def _passage(
    said: Sequence[Sentence],
    span: tuple[int, int],
    told: dict[bytes, Passage],
    totals: NDArray[np.float64],
    index: Index,
) -> Passage:
    """Tell a span as the license that it shares most with; equal spans are told once."""
    first, last = span
    own = said[first : last + 1]
    hashes = np.array([sentence.hash for sentence in own], np.uint32)
    key = hashes.tobytes()
    if key not in told:
        dice = 2 * _shared(distinct(hashes), index)
        counts = counted(own)
        dice /= np.maximum(totals + counts.words, 1)
        some = np.flatnonzero(dice)
        near = some[np.argsort(-dice[some], kind="stable")][:_NEAR].tolist()
        told[key] = max((_as(own, counts, owner, index) for owner in near), key=_closeness)
    return msgspec.structs.replace(told[key], first=first, last=last)


def _as(own: Sequence[Sentence], counts: Counted, owner: int, index: Index) -> Passage:
    license_ = wanted(owner, index)
    first = {sentence.hash for sentence in own[:_BEGINNING]}
    beginning = not first.isdisjoint(license_.hashes[:_BEGINNING])
    share, exact = likeness(counts, license_), same_sentences(own, license_)
    return Passage(0, 0, index.known[owner], share, beginning, exact)


def _closeness(passage: Passage) -> tuple[float, bool, int]:
    known = passage.known
    return round(passage.share, 4), known.spdx_id is not None, -len(known.id)
