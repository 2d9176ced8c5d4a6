"""How a text deviates from a known license: sentences that it adds, and those that it lacks.

In: the sentences of a text, and the hashes of a license's sentences in its order. Out: `Deviation`
records in the order of the text, and the share of words in common. Sentences that only changed
places are no deviations; what the differences mean the clauses must tell.
"""

from __future__ import annotations

from collections import Counter
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
    """The sentences of a license in its order: their hashes, and how many words each has."""

    hashes: tuple[int, ...]
    words: tuple[int, ...]
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
    words = dict(zip(wanted.hashes, wanted.words, strict=True))
    times = said.times
    lacking = sum(
        [words[hash_] for hash_, count in Counter(wanted.hashes).items() if count > times[hash_]]
    )
    total = sum(wanted.words)
    return 2 * (total - lacking) / max(total + said.words, 1)


def deviations(text: str, said: Sequence[Sentence], wanted: Wanted) -> tuple[Deviation, ...]:
    """Return the sentences of a text that a license lacks, and those of it that the text lacks."""
    own = set(wanted.hashes)
    places = {sentence.hash: sentence.end for sentence in reversed(said)}
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


def _missing(wanted: Wanted, places: dict[int, int]) -> Iterator[Deviation]:
    place = 0
    for number, hash_ in enumerate(wanted.hashes, 1):
        place = places.get(hash_, place)
        if hash_ not in places:
            words = message("identity.sentence", n=number, total=len(wanted.hashes))
            yield Deviation(place, place, "missing", words)
