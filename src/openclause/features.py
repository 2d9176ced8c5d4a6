"""What the clause model sees of a unit: hashed features, in three blocks.

In: a `Reading` and what the rules propose for it. Out: `Cells`, one for each feature that a unit
shows. `wording` holds the unit's words, pairs of words, and each word under the cue that governs
it; `context` the words of its lead-ins, headings and section; `signals` what the rules found in it
and in its lead-ins. The blocks are weighed apart, or a few signals would drown in hundreds of
words. The same function serves training and answering.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.clauses import Effect, Reading
from openclause.modality import Cue
from openclause.remembering import Remembered
from openclause.segmentation import Unit
from openclause.wording import Hashes, mix, ngram_hashes

BLOCKS = ("wording", "context", "signals")
# Of a unit so many words are seen, and of a lead-in so many of its last.
LONGEST, LEAD_WORDS = 200, 40
DEEPEST = 3
_STEPS = (12, 24, 48)  # words
_SHORT = {"permission": "P", "obligation": "O", "prohibition": "X", "mask": "M"}

Whole = NDArray[np.int64]
# The units that lead a unit in, the nearest first, each with its distance from 0.
_Leads = list[tuple[int, int]]


class Cells(msgspec.Struct, frozen=True, eq=False):
    """Features of units: unit `rows[i]` shows the feature `ids[i]` of `BLOCKS[blocks[i]]`.

    All three are `(n_cells,)`; a feature that a unit shows twice stands there twice.
    """

    rows: Whole
    ids: Hashes
    blocks: NDArray[np.uint8]


def unit_features(reading: Reading, effects: Sequence[Effect]) -> Cells:
    """Return the features of all units of the outline; headings show none."""
    hashes = _hashed(reading.outline.words)
    leads = [[*_leads(reading, number)] for number in range(len(reading.outline.units))]
    parts = [
        _stacked([*_wording(reading, hashes)]),
        _stacked([*_context(reading, leads, hashes)]),
        _stacked([*_signals(reading, leads, effects)]),
    ]
    return Cells(
        np.concatenate([rows for rows, _ in parts]),
        np.concatenate([ids for _, ids in parts]),
        np.repeat(np.arange(len(BLOCKS), dtype=np.uint8), [len(rows) for rows, _ in parts]),
    )


def _crc(feature: str) -> int:
    return crc32(feature.encode("utf-8", "replace"))


_CRC_OF = Remembered(_crc, most=2**16)


def _hashed(names: Sequence[str]) -> Hashes:
    return np.fromiter(map(_CRC_OF.__getitem__, names), np.uint32, len(names))


def _stacked(pieces: Sequence[tuple[Whole, Hashes]]) -> tuple[Whole, Hashes]:
    rows = [np.empty(0, np.int64), *(rows for rows, _ in pieces)]
    return np.concatenate(rows), np.concatenate([np.empty(0, np.uint32), *(i for _, i in pieces)])


def _kind(hashes: Hashes, name: str) -> Hashes:
    """Make features of a kind of their own out of hashes."""
    return mix(hashes, _hashed([name]))


def _named(cells: Sequence[tuple[int, str]]) -> tuple[Whole, Hashes]:
    rows, names = zip(*cells, strict=True) if cells else ((), ())
    return np.array(rows, np.int64), _hashed(names)


def _wording(reading: Reading, hashes: Hashes) -> Iterator[tuple[Whole, Hashes]]:
    """Yield words, pairs of words and governed words, then what kind of unit each one is."""
    owner, state = _places(reading)
    spoken = owner >= 0
    paired = spoken[:-1] & (owner[:-1] == owner[1:])
    yield owner[spoken], _kind(hashes[spoken], "word")
    yield owner[spoken], mix(hashes[spoken], state[spoken])
    yield owner[:-1][paired], _kind(ngram_hashes(hashes, 2)[paired], "pair")
    yield _named([*_traits(reading)])


def _places(reading: Reading) -> tuple[Whole, Hashes]:
    """Return for each word the unit it is seen in, or -1, and the cue that governs it, hashed."""
    stretches = [*_stretches(reading)]
    numbers, sizes, names = zip(*stretches, strict=True) if stretches else ((), (), ())
    owner, state = np.repeat(np.array(numbers, np.int64), sizes), np.repeat(_hashed(names), sizes)
    for unit in reading.outline.units:
        if unit.last - unit.first > LONGEST:
            owner[unit.first + LONGEST : unit.last] = -1
    return owner, state


def _stretches(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Yield for all words in a row their unit, or -1, how many they are, and what governs them."""
    for number, unit in enumerate(reading.outline.units):
        if unit.kind == "heading":
            yield -1, unit.last - unit.first, "-"
        else:
            for first, stop, name in _governed(unit, reading.scopes.cues[number]):
                yield number, stop - first, name


def _governed(unit: Unit, cues: Sequence[Cue]) -> Iterator[tuple[int, int, str]]:
    """Yield the stretches of a unit's words, each under the nearest cue before it or behind it."""
    behind = (cue for cue in cues if cue.kind.direction in ("backward", "both"))
    state = next((f"<{_SHORT[cue.kind.modality]}" for cue in behind), "-")
    first = unit.first
    for cue in cues:
        yield first, cue.first, state
        if cue.kind.direction in ("forward", "both"):
            state = _SHORT[cue.kind.modality]
        yield cue.first, cue.last, "cue"
        first = cue.last
    yield first, unit.last, state


def _traits(reading: Reading) -> Iterator[tuple[int, str]]:
    for number, unit in enumerate(reading.outline.units):
        if unit.kind == "heading":
            continue
        modality, _ = reading.scopes.inherited(number)
        yield number, f"k {unit.kind}"
        yield number, f"o {unit.role}"
        yield number, f"i {modality}"
        yield from ((number, f"c {cue.id}") for cue in reading.scopes.cues[number])
        if unit.first < unit.last:
            yield number, f"^ {reading.outline.words[unit.first]}"


def _context(
    reading: Reading, leads: Sequence[_Leads], hashes: Hashes
) -> Iterator[tuple[Whole, Hashes]]:
    """Yield the words of each unit's lead-ins and headings, and of its section's name."""
    sections: list[tuple[int, str]] = []
    said: dict[tuple[int, bool], list[Hashes]] = {}  # items share a lead-in
    numbers: list[int] = []
    pieces: list[Hashes] = [np.empty(0, np.uint32)]
    kinds = _Kinds(
        _kind(hashes, "heading"), _kind(hashes, "lead"), _kind(ngram_hashes(hashes, 2), "lead pair")
    )
    for number, unit in enumerate(reading.outline.units):
        if unit.kind != "heading":
            sections += [(number, f"s {word}") for word in (unit.section or "").lower().split()]
            for lead, depth in leads[number]:
                if (lead, depth == 0) not in said:
                    said[lead, depth == 0] = [*_lead_features(reading, kinds, lead, depth)]
                numbers += [number] * len(said[lead, depth == 0])
                pieces += said[lead, depth == 0]
    sizes = [len(ids) for ids in pieces[1:]]
    yield np.repeat(np.array(numbers, np.int64), sizes), np.concatenate(pieces)
    yield _named(sections)


class _Kinds(msgspec.Struct, frozen=True):
    """All words of a text, and pairs of words, hashed as what stands above a unit."""

    heading: Hashes
    lead: Hashes
    pair: Hashes


def _leads(reading: Reading, number: int) -> Iterator[tuple[int, int]]:
    """Yield the units that lead a unit in, the nearest first, each with its distance from 0."""
    lead, depth = reading.outline.units[number].lead, 0
    while lead >= 0 and depth < DEEPEST:
        if reading.outline.units[lead].kind == "heading" or reading.scopes.leads_in(lead):
            yield lead, depth
        lead, depth = reading.outline.units[lead].lead, depth + 1


def _lead_features(reading: Reading, kinds: _Kinds, lead: int, depth: int) -> Iterator[Hashes]:
    above = reading.outline.units[lead]
    if above.kind == "heading":
        yield kinds.heading[above.first : above.last]
        return
    first = max(above.first, above.last - LEAD_WORDS)
    yield kinds.lead[first : above.last]
    if depth == 0:
        yield kinds.pair[first : max(first, above.last - 1)]


def _length(reading: Reading, number: int) -> int:
    """Return how long a unit is, in three steps: in short ones rules are seldom mistaken."""
    unit = reading.outline.units[number]
    return sum(unit.last - unit.first > step for step in _STEPS)


def _signals(
    reading: Reading, leads: Sequence[_Leads], effects: Sequence[Effect]
) -> Iterator[tuple[Whole, Hashes]]:
    """Yield what the rules found in each unit, and in what leads it in."""
    hits: dict[int, list[str]] = defaultdict(list)
    for effect in effects:
        name = f"r {effect.term}/{_SHORT[effect.modality]}"
        hits[effect.unit] += [name, f"{name} {_length(reading, effect.unit)}", *effect.rules]
    found = [(number, name) for number, names in hits.items() for name in names]
    for number, unit in enumerate(reading.outline.units):
        if unit.kind != "heading":
            for lead, _ in leads[number]:
                found += [(number, f"lead {name}") for name in hits.get(lead, ())]
    yield _named(found)
