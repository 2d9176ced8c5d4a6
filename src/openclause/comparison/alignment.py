"""Which sentences of two texts belong together: equal, moved, changed, or alone.

In: the sentences of both. Out: a `Pairing` of their numbers. Equal sentences that keep their
order are found first (patience: those that stand once in each text, then what grows around
them); what is left over is paired by the words it shares. Time grows with n log n.

References
----------
B. Cohen's patience diff: the longest increasing run of lines that are unique on both sides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from openclause.fingerprints import Sentence
from openclause.recall import increasing

# Sentences that share less of their words are not versions of each other.
_LEAST_SHARED = 0.5
# Word pairs that stand in more sentences tell nothing; so many rivals are weighed exactly.
_COMMON, _RIVALS = 24, 6

Pair = tuple[int, int]


class Pairing(msgspec.Struct, frozen=True):
    """The numbers of sentences: of A, of B, or of both."""

    equal: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    changed: tuple[Pair, ...]
    missing: tuple[int, ...]
    added: tuple[int, ...]


def pair_up(a: Sequence[Sentence], b: Sequence[Sentence]) -> Pairing:
    """Pair the sentences of two texts; each is in one pair at most."""
    hashes = [one.hash for one in a], [one.hash for one in b]
    equal = _in_order(*hashes)
    left = set(range(len(a))) - {one for one, _ in equal}
    right = set(range(len(b))) - {two for _, two in equal}
    moved = _moved(hashes, sorted(left), sorted(right))
    left -= {one for one, _ in moved}
    right -= {two for _, two in moved}
    changed = _changed(a, b, sorted(left), sorted(right))
    left -= {one for one, _ in changed}
    right -= {two for _, two in changed}
    return Pairing(
        tuple(equal), tuple(moved), tuple(changed), tuple(sorted(left)), tuple(sorted(right))
    )


def _in_order(a: Sequence[int], b: Sequence[int]) -> list[Pair]:
    """Return equal sentences in the order of both: anchors, and what grows around each."""
    pairs: list[Pair] = []
    end = len(a), len(b)
    before = -1, -1
    for anchor in [*_anchors(a, b), end]:
        pairs += _grown(a, b, before, anchor)
        if anchor != end:
            pairs.append(anchor)
        before = anchor
    return pairs


def _anchors(a: Sequence[int], b: Sequence[int]) -> list[Pair]:
    """Return the longest run, increasing in both, of sentences that stand once in each."""
    times = Counter(a), Counter(b)
    places = {hash_: place for place, hash_ in enumerate(b) if times[1][hash_] == 1}
    unique = [
        (number, places[hash_])
        for number, hash_ in enumerate(a)
        if times[0][hash_] == 1 and hash_ in places
    ]
    return increasing(unique)


def _grown(a: Sequence[int], b: Sequence[int], before: Pair, after: Pair) -> Iterator[Pair]:
    """Yield the equal pairs that stand right behind one anchor or right before the next."""
    one, two = before[0] + 1, before[1] + 1
    while one < after[0] and two < after[1] and a[one] == b[two]:
        yield one, two
        one, two = one + 1, two + 1
    back: list[Pair] = []
    last, other = after[0] - 1, after[1] - 1
    while last >= one and other >= two and a[last] == b[other]:
        back.append((last, other))
        last, other = last - 1, other - 1
    yield from reversed(back)


def _moved(
    hashes: tuple[Sequence[int], Sequence[int]], left: Sequence[int], right: Sequence[int]
) -> list[Pair]:
    """Pair equal sentences that are left over, first with first."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for two in reversed(right):
        waiting[hashes[1][two]].append(two)
    pairs = []
    for one in left:
        if places := waiting.get(hashes[0][one]):
            pairs.append((one, places.pop()))
    return pairs


def _changed(
    a: Sequence[Sentence], b: Sequence[Sentence], left: Sequence[int], right: Sequence[int]
) -> list[Pair]:
    """Pair what is left over by shared words, the likest first, nearest places breaking ties."""
    scale = len(b) / max(len(a), 1)
    rated = sorted(
        (-_dice(a[one].words, b[two].words), abs(one * scale - two), one, two)
        for one, two in _rivals(a, b, left, right)
    )
    taken: tuple[set[int], set[int]] = set(), set()
    pairs = []
    for distance, _, one, two in rated:
        if -distance >= _LEAST_SHARED and one not in taken[0] and two not in taken[1]:
            pairs.append((one, two))
            taken[0].add(one)
            taken[1].add(two)
    return sorted(pairs)


def _rivals(
    a: Sequence[Sentence], b: Sequence[Sentence], left: Sequence[int], right: Sequence[int]
) -> Iterator[Pair]:
    """Yield the pairs worth weighing: those that share the most runs of two words."""
    holders: dict[tuple[bytes, bytes], list[int]] = defaultdict(list)
    for two in right:
        for run in _runs(b[two]):
            holders[run].append(two)
    for one in left:
        votes: Counter[int] = Counter()
        for run in _runs(a[one]):
            places = holders.get(run, ())
            if len(places) <= _COMMON:
                votes.update(places)
        for two, _ in votes.most_common(_RIVALS):
            yield one, two


def _runs(sentence: Sentence) -> set[tuple[bytes, bytes]]:
    words = sentence.words
    return set(pairwise(words)) or {(words[0], b"")}


def _dice(one: Sequence[bytes], two: Sequence[bytes]) -> float:
    shared = sum((Counter(one) & Counter(two)).values())
    return 2 * shared / max(len(one) + len(two), 1)
