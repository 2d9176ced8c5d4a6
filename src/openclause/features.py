"""What the clause model sees of a unit: strings, one a feature.

In: a `Reading`. Out: for each unit its wording (word pairs, each word under the cue that governs
it, the words of its lead-in and section) and its signals (what the rules found in it and in its
lead-ins). The two are weighed apart, or a few signals would drown in hundreds of words. The same
function serves training and answering.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from openclause.clauses import Effect, Reading
from openclause.modality import Cue
from openclause.segmentation import Unit

LONGEST = 150
DEEPEST = 3
_SHORT = {"permission": "P", "obligation": "O", "prohibition": "X", "mask": "M"}


class UnitFeatures(msgspec.Struct, frozen=True):
    """What is seen of one unit: its wording, and the signals that the rules give."""

    wording: list[str]
    signals: list[str]


def unit_features(reading: Reading, effects: Sequence[Effect]) -> list[UnitFeatures]:
    """Return the features of each unit of the outline, none for headings."""
    hits: dict[int, list[str]] = defaultdict(list)
    for effect in effects:
        hits[effect.unit].append(f"{effect.term}/{_SHORT[effect.modality]}")
        hits[effect.unit].extend(effect.rules)
    return [
        UnitFeatures([], []) if unit.kind == "heading" else _features(reading, number, unit, hits)
        for number, unit in enumerate(reading.outline.units)
    ]


def _features(
    reading: Reading, number: int, unit: Unit, hits: dict[int, list[str]]
) -> UnitFeatures:
    words = reading.outline.words[unit.first : min(unit.last, unit.first + LONGEST)]
    wording = [f"b {one} {two}" for one, two in pairwise(words)]
    wording += _governed(words, unit, reading.scopes.cues[number])
    wording += _context(reading, number, unit)
    return UnitFeatures(wording, _signals(reading, number, unit, hits))


def _signals(reading: Reading, number: int, unit: Unit, hits: dict[int, list[str]]) -> list[str]:
    """Return what the rules found in a unit, and in what leads it in."""
    found = [f"r {hit}" for hit in hits[number]]
    lead, depth = unit.lead, 0
    while lead >= 0 and depth < DEEPEST:
        if reading.scopes.leads_in(lead):
            found += [f"lr {hit}" for hit in hits[lead]]
        lead, depth = reading.outline.units[lead].lead, depth + 1
    return found


def _governed(words: Sequence[str], unit: Unit, cues: Sequence[Cue]) -> list[str]:
    """Return each word under the nearest cue before it, or the one behind it."""
    found: list[str] = []
    state = next(
        (f"<{_SHORT[c.kind.modality]}" for c in cues if c.kind.direction in ("backward", "both")),
        "-",
    )
    at = 0
    for cue in cues:
        first = cue.first - unit.first
        found += [f"{state} {word}" for word in words[at:first]]
        if cue.kind.direction in ("forward", "both"):
            state = _SHORT[cue.kind.modality]
        found.append(f"c {cue.id}")
        at = cue.last - unit.first
    return found + [f"{state} {word}" for word in words[at:]]


def _context(reading: Reading, number: int, unit: Unit) -> list[str]:
    """Return the unit's kind and role, and the words of its section and lead-ins."""
    modality, _ = reading.scopes.inherited(number)
    found = [f"k {unit.kind}", f"o {unit.role}", f"i {modality}"]
    found += [f"s {word}" for word in (unit.section or "").lower().split()]
    lead, depth = unit.lead, 0
    while lead >= 0 and depth < DEEPEST:
        above = reading.outline.units[lead]
        if above.kind == "heading":
            found += [f"h {word}" for word in reading.outline.words[above.first : above.last]]
        elif reading.scopes.leads_in(lead):
            said = reading.outline.words[max(above.first, above.last - 40) : above.last]
            found += [f"l {word}" for word in said]
            found.append("led")
        lead, depth = above.lead, depth + 1
    return found
