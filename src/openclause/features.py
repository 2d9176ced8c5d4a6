"""What the clause model sees of a unit: strings, one a feature.

In: a `Reading`. Out: for each unit a list of features: its words and word pairs, each word under
the cue that governs it, the words of its lead-in and section, and what the rules found in it and
in its lead-ins. The same function serves training and answering.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from openclause.clauses import Effect, Reading
from openclause.modality import Cue
from openclause.segmentation import Unit

LONGEST = 150
_SHORT = {"permission": "P", "obligation": "O", "prohibition": "X", "mask": "M"}


def unit_features(reading: Reading, effects: Sequence[Effect]) -> list[list[str]]:
    """Return the features of each unit: one list a unit of the outline, empty for headings."""
    hits: dict[int, list[str]] = defaultdict(list)
    for effect in effects:
        hits[effect.unit].append(f"{effect.term}/{_SHORT[effect.modality]}")
        hits[effect.unit].extend(effect.rules)
    return [
        [] if unit.kind == "heading" else _features(reading, number, unit, hits)
        for number, unit in enumerate(reading.outline.units)
    ]


def _features(
    reading: Reading, number: int, unit: Unit, hits: dict[int, list[str]]
) -> list[str]:
    words = reading.outline.words[unit.first : min(unit.last, unit.first + LONGEST)]
    found = [f"w {word}" for word in words]
    found += [f"b {one} {two}" for one, two in zip(words, words[1:], strict=False)]
    found += _governed(words, unit, reading.scopes.cues[number])
    found += [f"r {hit}" for hit in hits[number]]
    found += _context(reading, number, unit, hits)
    return found


def _governed(words: Sequence[str], unit: Unit, cues: Sequence[Cue]) -> list[str]:
    """Return each word under the nearest cue before it, or the one behind it."""
    found: list[str] = []
    state = next((f"<{_SHORT[c.kind.modality]}" for c in cues if c.kind.direction == "backward"), "-")
    at = 0
    for cue in cues:
        first = cue.first - unit.first
        found += [f"{state} {word}" for word in words[at:first]]
        if cue.kind.direction == "forward":
            state = _SHORT[cue.kind.modality]
        found.append(f"c {cue.id}")
        at = cue.last - unit.first
    return found + [f"{state} {word}" for word in words[at:]]


def _context(
    reading: Reading, number: int, unit: Unit, hits: dict[int, list[str]]
) -> list[str]:
    found = [f"k {unit.kind}", f"o {unit.role}"]
    found += [f"s {word}" for word in (unit.section or "").lower().split()]
    modality, _ = reading.scopes.inherited(number)
    found.append(f"i {modality}")
    lead, depth = unit.lead, 0
    while lead >= 0 and depth < 3:
        above = reading.outline.units[lead]
        if above.kind != "heading" and reading.scopes.leads_in(lead):
            said = reading.outline.words[max(above.first, above.last - 40) : above.last]
            found += [f"l {word}" for word in said]
            found += [f"lr {hit}" for hit in hits[lead]]
            found.append("led")
        elif above.kind == "heading":
            found += [f"h {word}" for word in reading.outline.words[above.first : above.last]]
        lead, depth = above.lead, depth + 1
    return found
