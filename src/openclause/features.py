"""What the clause model sees of a unit: hashed features, in four blocks.

In: a `Reading` and what the rules propose for it. Out: `Cells`, one for each feature that a unit
shows. `wording` holds the unit's words, pairs of words, and each word under the cue that governs
it; `context` the words of its lead-ins, headings and section; `signals` what the rules found in it
and in its lead-ins; `letters` the runs of letters in its long words, by which a word that was never
learnt is known from its kin. The blocks are weighed apart, or a few signals would drown in hundreds
of words. The same function serves training and answering.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.clauses import Effect, Reading
from openclause.reach import Cue
from openclause.remembering import LONGEST as LONGEST_WORD
from openclause.remembering import Remembered
from openclause.segmentation import Unit
from openclause.sketches import runs
from openclause.wording import Hashes, mix, ngram_hashes, one_spelling

BLOCKS = ("wording", "context", "signals", "letters")
# The block of what each part of `unit_features` shows, in their order.
_BLOCK_OF = np.array([0, 1, 3, 0, 1, 2], np.uint8)
# Of a unit so many words are seen, and of a lead-in so many of its last.
LONGEST, LEAD_WORDS = 200, 40
DEEPEST = 3
# So many letters are a run, and a word of so many is long.
RUN, LONG = 4, 5
_STEPS = (12, 24, 48)  # words
_SHORT = {"permission": "P", "obligation": "O", "prohibition": "X", "mask": "M"}
_AHEAD, _BEHIND = ("forward", "both"), ("backward", "both")

Whole = NDArray[np.int64]
# The units that are looked into, each with those that lead it in, the nearest first,
# and their distance from 0.
_Leads = dict[int, list[tuple[int, int]]]
# A unit that sees words `[first, stop)` of a text, and as what it sees them. Behind all words stand
# all pairs of words, as if they were words too.
_Stretch = tuple[int, int, int, str]
# A unit, and names of features that it shows.
_Names = tuple[int, Sequence[str]]


class Cells(msgspec.Struct, frozen=True, eq=False):
    """Features of units: unit `rows[i]` shows the feature `ids[i]` of `BLOCKS[blocks[i]]`.

    All three are `(n_cells,)`; a feature that a unit shows twice stands there twice.
    """

    rows: Whole
    ids: Hashes
    blocks: NDArray[np.uint8]


def unit_features(
    reading: Reading, effects: Sequence[Effect], units: Sequence[int] | None = None
) -> Cells:
    """Return the features of some units, or of all that are looked into; the others show none."""
    asked = reading.looked_into() if units is None else units
    leads = {number: [*_above(reading, number)] for number in asked}
    seen = [*_wording(reading, leads)], [*_context(reading, leads)]
    inside = [*_letters(reading, leads)]
    named = (
        [*_traits(reading, leads)],
        [*_sections(reading, leads)],
        [*_signals(reading, leads, effects)],
    )
    ids, sizes = _mixed(_shown(reading.outline.words), [*chain(*seen)])
    letters = np.frombuffer(b"".join([own for _, own in inside]), np.uint32)
    names = [own for _, own in chain(*named)]
    others = [len(own) // letters.itemsize for _, own in inside] + [*map(len, names)]
    sizes = np.concatenate([sizes, np.array(others, np.int64)])
    parts = (*seen, inside, *named)
    blocks = np.repeat(_BLOCK_OF, [len(part) for part in parts])
    numbers = np.array([row[0] for row in chain(*parts)], np.int64)
    return Cells(
        np.repeat(numbers, sizes),
        np.concatenate([ids, mix(letters, _hashed(["letters"])), _hashed([*chain(*names)])]),
        np.repeat(blocks, sizes),
    )


def _above(reading: Reading, number: int) -> Iterator[tuple[int, int]]:
    """Yield the units that lead a unit in, the nearest first, each with its distance from 0."""
    lead, depth = reading.outline.units[number].lead, 0
    while lead >= 0 and depth < DEEPEST:
        if reading.outline.units[lead].kind == "heading" or reading.scopes.leads_in(lead):
            yield lead, depth
        lead, depth = reading.outline.units[lead].lead, depth + 1


def _crc(feature: str) -> int:
    return crc32(one_spelling(feature).encode("utf-8", "replace"))


_CRC_OF = Remembered(_crc, most=2**16)


def _hashed(names: Sequence[str]) -> Hashes:
    return np.fromiter(map(_CRC_OF.__getitem__, names), np.uint32, len(names))


def _runs_in(word: str) -> bytes:
    """Return the hashes of a long word's runs of letters, as they stand in an array."""
    if not LONG <= len(word) <= LONGEST_WORD:
        return b""
    framed = f"<{word}>"
    runs_of = [_crc(framed[start : start + RUN]) for start in range(len(framed) - RUN + 1)]
    return np.array(runs_of, np.uint32).tobytes()


_RUNS_IN = Remembered(_runs_in, most=2**16)


def _shown(words: Sequence[str]) -> Hashes:
    """Return the words of a text and, behind them, its pairs of words."""
    hashes = _hashed(words)
    return np.concatenate([hashes, ngram_hashes(hashes, 2)])


def _mixed(shown: Hashes, seen: Sequence[_Stretch]) -> tuple[Hashes, Whole]:
    """Return the words of stretches, mixed with that as which they are seen, and how many each."""
    first = np.array([row[1] for row in seen], np.int64)
    sizes = np.maximum(np.array([row[2] for row in seen], np.int64) - first, 0)
    own = shown.take(runs(first, sizes))
    return mix(own, np.repeat(_hashed([row[3] for row in seen]), sizes)), sizes


def _wording(reading: Reading, leads: _Leads) -> Iterator[_Stretch]:
    """Yield the words of each unit, its pairs of words, and its words as they are governed."""
    pairs = len(reading.outline.words)
    for number in leads:
        unit = reading.outline.units[number]
        first, last = unit.first, min(unit.last, unit.first + LONGEST)
        yield number, first, last, "word"
        yield number, pairs + first, pairs + last - 1, "pair"
        for start, stop, name in _governed(unit, reading.scopes.cues[number]):
            yield number, start, stop if stop < last else last, name


def _governed(unit: Unit, cues: Sequence[Cue]) -> Iterator[tuple[int, int, str]]:
    """Yield the stretches of a unit's words, each under the nearest cue before it or behind it."""
    first, state = unit.first, "-"
    for cue in reversed(cues):
        if cue.kind.direction in _BEHIND:
            state = f"<{_SHORT[cue.kind.modality]}"
    for cue in cues:
        if first < cue.first:
            yield first, cue.first, state
        if cue.kind.direction in _AHEAD:
            state = _SHORT[cue.kind.modality]
        yield cue.first, cue.last, "cue"
        first = cue.last
    yield first, unit.last, state


def _context(reading: Reading, leads: _Leads) -> Iterator[_Stretch]:
    """Yield the words of each unit's lead-ins and headings, and pairs of those of the nearest."""
    pairs = len(reading.outline.words)
    for number, its in leads.items():
        for lead, depth in its:
            above = reading.outline.units[lead]
            if above.kind == "heading":
                yield number, above.first, above.last, "heading"
                continue
            first = max(above.first, above.last - LEAD_WORDS)
            yield number, first, above.last, "lead"
            if depth == 0:
                yield number, pairs + first, pairs + above.last - 1, "lead pair"


def _letters(reading: Reading, leads: _Leads) -> Iterator[tuple[int, bytes]]:
    """Yield the hashes of the runs of letters in the words of each unit."""
    for number in leads:
        unit = reading.outline.units[number]
        words = reading.outline.words[unit.first : min(unit.last, unit.first + LONGEST)]
        yield number, b"".join(map(_RUNS_IN.__getitem__, words))


def _traits(reading: Reading, leads: _Leads) -> Iterator[_Names]:
    """Yield what kind of unit each one is, its cues and its first word."""
    words = reading.outline.words
    for number in leads:
        unit = reading.outline.units[number]
        modality, _ = reading.scopes.inherited(number)
        names = [f"k {unit.kind}", f"o {unit.role}", f"i {modality}"]
        names += [f"c {cue.id}" for cue in reading.scopes.cues[number]]
        if unit.first < unit.last:
            names.append(f"^ {words[unit.first]}")
        yield number, names


def _sections(reading: Reading, leads: _Leads) -> Iterator[_Names]:
    """Yield the words of the name of each unit's section."""
    units = reading.outline.units
    sections = {unit.section or "" for unit in units}
    names = {name: [f"s {word}" for word in name.lower().split()] for name in sections}
    yield from ((number, names[units[number].section or ""]) for number in leads)


def _length(reading: Reading, number: int) -> int:
    """Return how long a unit is, in three steps: in short ones rules are seldom mistaken."""
    unit = reading.outline.units[number]
    return bisect_left(_STEPS, unit.last - unit.first)


def _signals(reading: Reading, leads: _Leads, effects: Sequence[Effect]) -> Iterator[_Names]:
    """Yield what the rules found in each unit, and in what leads it in."""
    hits: dict[int, list[str]] = defaultdict(list)
    for effect in effects:
        name = f"r {effect.term}/{_SHORT[effect.modality]}"
        hits[effect.unit] += [name, f"{name} {_length(reading, effect.unit)}", *effect.rules]
    for number, names in hits.items():
        yield number, names
    for number, its in leads.items():
        for lead, _ in its:
            if lead in hits:
                yield number, [f"lead {name}" for name in hits[lead]]
