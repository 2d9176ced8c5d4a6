"""How a text deviates from a known license: sentences that it adds, and those that it lacks.

In: the sentences of a text, and the hashes of a license's sentences in its order. Out: `Deviation`
records in the order of the text, and the share of words in common. Sentences that only changed
places are no deviations; what the differences mean the clauses must tell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from operator import itemgetter
from typing import Literal
from zlib import crc32

import msgspec

from openclause.fingerprints import Sentence
from openclause.messages import message

# So many sentences in the place of others are changed, not cut otherwise.
_CHANGED = 2
# One sentence is cut into so many at most.
_PIECES = 4
# Of a sentence, the one before and the one behind it, first all must be the same, then fewer.
_ALIKE = (itemgetter(0, 1, 2), itemgetter(0, 1), itemgetter(0, 2), itemgetter(0))


class Deviation(msgspec.Struct, frozen=True):
    """A sentence that a text has beside the license it comes near to, or lacks.

    Of a missing sentence `text` says which one it is: `start` and `end` are both the place where
    it would stand.
    """

    start: int
    end: int
    kind: Literal["added", "missing"]
    text: str


class Wanted(msgspec.Struct, frozen=True):
    """The sentences of a license in its order, by hash; `words` tells how many each has.

    `repeated` tells how often those come that come more than once, `total` counts all words.
    """

    hashes: tuple[int, ...]
    words: dict[int, int]
    repeated: dict[int, int]
    total: int
    title: frozenset[bytes]


class Counted(msgspec.Struct, frozen=True):
    """How often each sentence stands in a text, by hash, and the words of them all."""

    times: Counter[int]
    words: int


def counted(said: Sequence[Sentence]) -> Counted:
    """Count the sentences of a text, to be compared with many licenses."""
    times = Counter([sentence.hash for sentence in said])
    return Counted(times, sum([sentence.length for sentence in said]))


def likeness(said: Counted, wanted: Wanted) -> float:
    """Return the Dice coefficient of the words that stand in equal sentences, in [0, 1]."""
    return 2 * common_words(said, wanted) / max(wanted.total + said.words, 1)


def same_sentences(said: Sequence[Sentence], wanted: Wanted) -> bool:
    """Tell whether sentences are all of those of a license and, titles aside, no others."""
    times = Counter([sentence.hash for sentence in said])
    lacks = any(times[hash_] < wanted.repeated.get(hash_, 1) for hash_ in wanted.words)
    return not lacks and all(
        each.hash in wanted.words or wanted.title.issuperset(each.words) for each in said
    )


def common_words(said: Counted, wanted: Wanted) -> int:
    """Return how many words of a license stand in sentences that a text has as often as it."""
    times, words = said.times, wanted.words
    once = sum(map(words.__getitem__, words.keys() & times.keys()))
    both = wanted.repeated.keys() & times.keys()
    return once + sum([(min(times[h], wanted.repeated[h]) - 1) * words[h] for h in both])


def stretch(said: Counted, wanted: Wanted, lack: float) -> float:
    """Return the most that a stretch of a license has of words in sentences that a text has.

    Words of sentences within it that the text lacks count `lack` against it.

    References
    ----------
    J. Bentley, Programming Pearls: algorithm design techniques, 1984 (J. Kadane's scan).
    """
    again = {hash_: said.times[hash_] for hash_ in wanted.repeated}
    most = so_far = 0.0
    for hash_ in wanted.hashes:
        words, stands = wanted.words[hash_], hash_ in said.times
        if hash_ in again:
            stands = again[hash_] > 0
            again[hash_] -= 1
        so_far = max(0.0, so_far + (words if stands else -lack * words))
        most = max(most, so_far)
    return most


def deviations(text: str, said: Sequence[Sentence], wanted: Wanted) -> tuple[Deviation, ...]:
    """Return the sentences of a text that a license lacks, and those of it that the text lacks.

    One that the license has twice and the text once is lacking; one that the text repeats is not
    added. The same words cut into sentences otherwise are the same.
    """
    own = set(wanted.hashes)
    added = [
        number
        for number, sentence in enumerate(said)
        if sentence.hash not in own and not wanted.title.issuperset(sentence.words)
    ]
    missing = dict(_missing(wanted, _ends(said, wanted)))
    if min(len(added), len(missing)) and len(added) + len(missing) > _CHANGED:
        added = _without_cuts(said, added, wanted, missing)
    found = [*_added(text, said, added), *_lacking(wanted, missing)]
    return tuple(sorted(found, key=lambda deviation: (deviation.start, deviation.end)))


def all_added(text: str, said: Sequence[Sentence]) -> tuple[Deviation, ...]:
    """Return sentences of a text that stand beside all licenses."""
    return tuple(_added(text, said, range(len(said))))


def _without_cuts(
    said: Sequence[Sentence], added: Sequence[int], wanted: Wanted, missing: dict[int, int]
) -> list[int]:
    """Take the sentences that are only cut otherwise from what is missing; return what was added.

    A line break, a bullet or an abbreviation may end a sentence in one copy and not in another.
    """
    numbers: dict[int, list[int]] = defaultdict(list)
    for number in missing:
        numbers[wanted.hashes[number]].append(number)
    fresh, same = set(added), set[int]()
    for number in added:
        run = list(takewhile(fresh.__contains__, range(number, number + _PIECES)))
        last, found = _same_words([said[each] for each in run], numbers)
        if found and number not in same and missing.keys() >= set(found):
            same.update(range(number, number + last))
            for each in found:
                del missing[each]
    return [number for number in added if number not in same]


def _same_words(
    pieces: Sequence[Sentence], numbers: Mapping[int, Sequence[int]]
) -> tuple[int, list[int]]:
    """Return how many pieces have the words of which sentences of the license, one by one.

    `numbers` tells where a hash stands in the license; the hash of a sentence is the CRC-32 of its
    words between spaces, so that it can be followed from word to word.
    """
    found: list[int] = []
    so_far: int | None = None
    for count, piece in enumerate(pieces, 1):
        for word in piece.words:
            so_far = crc32(word) if so_far is None else crc32(b" " + word, so_far)
            if so_far in numbers and (not found or found[-1] + 1 in numbers[so_far]):
                found.append(found[-1] + 1 if found else numbers[so_far][0])
                so_far = None
        if found and so_far is None:
            return count, found
    return 0, []


def _added(text: str, said: Sequence[Sentence], added: Collection[int]) -> Iterator[Deviation]:
    """Yield added sentences; what follows a colon in the same paragraph belongs to its lead-in."""
    start = None
    numbers = set(added)
    for number in added:
        sentence = said[number]
        start = sentence.start if start is None else start
        after = said[number + 1] if number + 1 in numbers else None
        if after and _leads_in(text, sentence, after):
            continue
        yield Deviation(start, sentence.end, "added", text[start : sentence.end])
        start = None


def _leads_in(text: str, sentence: Sentence, after: Sentence) -> bool:
    between = text[sentence.end : after.start]
    return text[sentence.start : sentence.end].endswith(":") and between.count("\n") <= 1


def _missing(wanted: Wanted, ends: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Yield which sentences of the license have no end in the text, and where they would stand."""
    place = 0
    for number in range(len(wanted.hashes)):
        if number in ends:
            place = ends[number]
        else:
            yield number, place


def _ends(said: Sequence[Sentence], wanted: Wanted) -> dict[int, int]:
    """Return where in a text the sentences of a license end, by their numbers."""
    places: dict[int, list[int]] = defaultdict(list)
    for number, sentence in enumerate(said):
        places[sentence.hash].append(number)
    rest = {
        hash_ for hash_, times in wanted.repeated.items() if 0 < len(places.get(hash_, ())) < times
    }
    found: dict[int, int] = {}
    left = {hash_: iter(own) for hash_, own in places.items() if hash_ not in rest}
    for number, hash_ in enumerate(wanted.hashes):
        place = next(left[hash_], None) if hash_ in left else None
        if place is not None:
            found[number] = said[place].end
    return found | (_between_neighbours(said, wanted, rest) if rest else {})


def _between_neighbours(
    said: Sequence[Sentence], wanted: Wanted, some: Collection[int]
) -> dict[int, int]:
    """Return the ends of sentences that a license has more often than the text.

    Those stand in the text that have the neighbours there which they have in the license.
    """
    counted = [each for each in said if not wanted.title.issuperset(each.words)]
    own = _neighbours(wanted.hashes, some)
    text = _neighbours([each.hash for each in counted], some)
    found: dict[int, int] = {}
    for alike in _ALIKE:
        waiting = defaultdict(list)
        for place in sorted(text.keys() - found.values(), reverse=True):
            waiting[alike(text[place])].append(place)
        for number in sorted(own.keys() - found.keys()):
            if waiting.get(key := alike(own[number])):
                found[number] = waiting[key].pop()
    return {number: counted[place].end for number, place in found.items()}


def _neighbours(hashes: Sequence[int], some: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return some hashes by their places, each with the ones before and behind it."""
    around = (-1, *hashes, -1)
    return {
        number: (hash_, *around[number : number + 3 : 2])
        for number, hash_ in enumerate(hashes)
        if hash_ in some
    }


def _lacking(wanted: Wanted, missing: Mapping[int, int]) -> Iterator[Deviation]:
    for number, place in missing.items():
        words = message("identity.sentence", n=number + 1, total=len(wanted.hashes))
        yield Deviation(place, place, "missing", words)
