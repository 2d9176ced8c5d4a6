"""Known licenses inside a longer text: where their sentences stand together.

In: the sentences of a text and an `Index`. Out: `Passage` records that do not overlap, in reading
order. A passage begins as the license does that it is told as, and holds at least half
of its words; which sentences
differ is told by `deviations`. What several passages come to is left to the rooms above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.deviations import Counted, Wanted, counted, likeness, same_sentences
from openclause.fingerprints import Sentence
from openclause.identity import Index, Known, wanted
from openclause.sketches import runs

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

    `beginning` tells whether it begins as the license does, `exact` whether it has all of its
    sentences and no others.
    """

    first: int
    last: int
    known: Known
    beginning: bool
    exact: bool


def known_passages(said: Sequence[Sentence], index: Index) -> tuple[Passage, ...]:
    """Return the passages of a text that are known licenses, the largest of rivals."""
    if not said or not len(index.sentences):
        return ()
    free: dict[int, list[int]] = defaultdict(list)
    for place, sentence in enumerate(said):
        free[sentence.hash].append(place)
    left = sum([sentence.length for sentence in said])
    spans: list[tuple[int, int]] = []
    for owner in _candidates(free, index):
        if left < _LEAST_WORDS:
            break
        found = _occurrences(free, owner, index)
        left -= _take(found, said, free)
        spans += found
    told: dict[tuple[int, ...], Passage] = {}
    passages = (_passage(said, span, told, index) for span in sorted(spans))
    return tuple(passage for passage in passages if passage.beginning)


def _take(
    spans: Iterable[tuple[int, int]], said: Sequence[Sentence], free: dict[int, list[int]]
) -> int:
    """Take the sentences of spans from the free ones; return how many words they have."""
    taken = {place for first, last in spans for place in range(first, last + 1)}
    words = 0
    for hash_ in {said[place].hash for place in taken}:
        own = free.pop(hash_, [])
        if rest := [place for place in own if place not in taken]:
            free[hash_] = rest
        words += sum([said[place].length for place in own if place in taken])
    return words


@cache
def _totals(index: Index) -> NDArray[np.float64]:
    """Return the words of each license, `(n_known,)`; one where there are none."""
    words = np.bincount(index.sentence_owners, index.sentence_words, minlength=len(index.known))
    return np.maximum(words, 1.0)


def _candidates(hashes: Collection[int], index: Index) -> list[int]:
    """Return the licenses that the text may hold, those with most words in it first."""
    shared = _shared(hashes, index)
    share = shared / _totals(index)
    fits = np.flatnonzero((share >= _LEAST_SHARE) & (shared >= _LEAST_WORDS))
    own, part = shared[fits], share[fits]
    order = np.lexsort((fits, -(own * part * part)))
    return cast(list[int], fits[order][:_TRIED].tolist())


def _shared(hashes: Collection[int], index: Index) -> NDArray[np.float64]:
    """Return the words that each license has in sentences of different hashes: `(n_known,)`."""
    rows = _rows(np.fromiter(hashes, np.uint32, len(hashes)), index)
    return np.bincount(
        index.sentence_owners[rows], index.sentence_words[rows], minlength=len(index.known)
    ).astype(np.float64, copy=False)


def _rows(hashes: NDArray[np.uint32], index: Index) -> _Ints:
    first = np.searchsorted(index.sentences, hashes, "left")
    times = np.searchsorted(index.sentences, hashes, "right") - first
    return runs(first, times)


def _occurrences(
    free: Mapping[int, Sequence[int]], owner: int, index: Index
) -> list[tuple[int, int]]:
    """Return where the free sentences of a license stand together, once for each copy of it."""
    license_ = wanted(owner, index)
    words = license_.words
    both = words.keys() & free.keys()
    least = max(_LEAST_SHARE * license_.total, _LEAST_WORDS)
    spans: list[tuple[int, int]] = []
    if sum(map(words.__getitem__, both)) < least:
        return spans
    said = {place: hash_ for hash_ in both for place in free[hash_]}
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
    told: dict[tuple[int, ...], Passage],
    index: Index,
) -> Passage:
    """Tell a span as the license that it shares most with; equal spans are told once."""
    first, last = span
    own = said[first : last + 1]
    key = tuple([sentence.hash for sentence in own])
    if key not in told:
        known, license_ = _nearest(counted(own), index)
        beginning = not set(key[:_BEGINNING]).isdisjoint(license_.hashes[:_BEGINNING])
        told[key] = Passage(first, last, known, beginning, same_sentences(own, license_))
    return msgspec.structs.replace(told[key], first=first, last=last)


def _nearest(said: Counted, index: Index) -> tuple[Known, Wanted]:
    """Return the license whose sentences have most words in common with some sentences."""
    dice = 2 * _shared(said.times, index) / (_totals(index) + said.words)
    some = np.flatnonzero(dice)
    near = some[np.argsort(-dice[some], kind="stable")][:_NEAR].tolist()
    found = [(index.known[owner], wanted(owner, index)) for owner in near]
    # It may have less in common, for sentences that it repeats may stand there once; never more.
    least = round(likeness(said, found[0][1]), 4)
    found = [
        each
        for each, most in zip(found, dice[near].tolist(), strict=True)
        if round(most, 4) >= least
    ]
    return max(found, key=lambda each: (round(likeness(said, each[1]), 4), *_standing(each[0])))


def _standing(known: Known) -> tuple[bool, int]:
    return known.spdx_id is not None, -len(known.id)
