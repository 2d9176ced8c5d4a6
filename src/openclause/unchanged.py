"""Which units of a changed text must be read anew: those that do not stand in unchanged sentences.

In: a text, its outline, and where its unchanged sentences stand. Out: the numbers of units. Clauses
may go over several of them, and items hang on what leads them in. Which sentences are unchanged is
for `recall` to say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter

from openclause.placing import parts_paragraphs
from openclause.segmentation import Outline, Unit

# Characters `[start, end)`.
Range = tuple[int, int]

# What stands in unchanged sentences is so much within them; white space is the rest.
_MOSTLY = 0.9


def is_within(start: int, end: int, safe: Sequence[Range]) -> bool:
    """Tell whether a clause stands in unchanged sentences only, but for what joins them."""
    return _covered(start, end, safe) >= _MOSTLY * (end - start)


def units_to_read(text: str, outline: Outline, safe: Sequence[Range]) -> set[int]:
    """Return the numbers of units whose clauses may reach beyond what is safe, with their lead-ins.

    What is read in others stands within what is safe, alone or joined to its neighbours.

    Parameters
    ----------
    safe
        Where unchanged sentences stand, in order.
    """
    asked: set[int] = set()
    for row in _rows(text, outline.units):
        ends = [*(outline.units[number].start for number in row[1:]), outline.units[row[-1]].end]
        if any(_is_changed(outline.units[n], end, safe) for n, end in zip(row, ends, strict=True)):
            asked.update(row)
    return asked | _leading_in(outline, asked)


def _rows(text: str, units: Sequence[Unit]) -> Iterator[list[int]]:
    """Yield the numbers of units in a row that may be one clause."""
    row: list[int] = []
    reach = 0
    for number, unit in enumerate(units):
        if row and unit.start >= reach and parts_paragraphs(text, units[row[-1]].end, unit.start):
            yield row
            row = []
        row.append(number)
        reach = max(reach, unit.whole)
    if row:
        yield row


def _is_changed(unit: Unit, end: int, safe: Sequence[Range]) -> bool:
    """Tell whether more than a little of a unit, and of what parts it from the next, is changed."""
    changed = end - unit.start - _covered(unit.start, end, safe)
    return changed > (1 - _MOSTLY) * (unit.end - unit.start)


def _leading_in(outline: Outline, numbers: AbstractSet[int]) -> set[int]:
    """Return all units that lead some units in, at any distance."""
    found: set[int] = set()
    for number in numbers:
        lead = outline.units[number].lead
        while lead >= 0 and lead not in found:
            found.add(lead)
            lead = outline.units[lead].lead
    return found


def _covered(start: int, end: int, safe: Sequence[Range]) -> int:
    """Return how many of some characters stand in unchanged sentences."""
    covered = 0
    for number in range(bisect_right(safe, start, key=itemgetter(1)), len(safe)):
        first, last = safe[number]
        if first >= end:
            break
        covered += min(last, end) - max(first, start)
    return covered
