"""How a text deviates from a known license: sentences that it adds, and those that it lacks.

In: the sentences of a text, and the hashes of a license's sentences in its order. Out: `Deviation`
records in the order of the text, and the share of words in common. Sentences that only changed
places are no deviations; what the differences mean the clauses must tell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

import msgspec

from openclause.fingerprints import Sentence
from openclause.messages import message


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
    return Counted(times, sum([len(sentence.words) for sentence in said]))


def likeness(said: Counted, wanted: Wanted) -> float:
    """Return the Dice coefficient of the words that stand in equal sentences, in [0, 1]."""
    return 2 * common_words(said, wanted) / max(wanted.total + said.words, 1)


def common_words(said: Counted, wanted: Wanted) -> int:
    """Return how many words of a license stand in sentences that a text has as often as it."""
    times, words = said.times, wanted.words
    once = sum(map(words.__getitem__, words.keys() & times.keys()))
    both = wanted.repeated.keys() & times.keys()
    return once + sum([(min(times[h], wanted.repeated[h]) - 1) * words[h] for h in both])


def deviations(text: str, said: Sequence[Sentence], wanted: Wanted) -> tuple[Deviation, ...]:
    """Return the sentences of a text that a license lacks, and those of it that the text lacks.

    One that the license has twice and the text once is lacking; one that the text repeats is not
    added.
    """
    own = set(wanted.hashes)
    places: dict[int, list[int]] = defaultdict(list)
    for sentence in reversed(said):
        places[sentence.hash].append(sentence.end)
    added = [
        number
        for number, sentence in enumerate(said)
        if sentence.hash not in own and not wanted.title.issuperset(sentence.words)
    ]
    found = [*_added(text, said, added), *_missing(wanted, places)]
    return tuple(sorted(found, key=lambda deviation: (deviation.start, deviation.end)))


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


def _missing(wanted: Wanted, places: dict[int, list[int]]) -> Iterator[Deviation]:
    """Yield what stands in the license more often than in the text, whose places are used up."""
    place = 0
    for number, hash_ in enumerate(wanted.hashes, 1):
        if places[hash_]:
            place = places[hash_].pop()
        else:
            words = message("identity.sentence", n=number, total=len(wanted.hashes))
            yield Deviation(place, place, "missing", words)
