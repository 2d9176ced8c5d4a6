"""What single sentences of labelled texts come to: what limits are learnt from.

In: what readers labelled in a text, or the labels of a drill. Out: for each unit the category that
it alone would give an open license, `NO_LIMIT`, or None where that is not known. Readers labelled
clauses and whole texts; the rules of decision, given the clauses of one unit, say what it comes
to, and what contradicts the category of the whole text is not learnt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import msgspec

from openclause.clauses import Clause, Effect, Reading, holder_of
from openclause.corpus import LabelledDocument, Record
from openclause.drills import Drill
from openclause.evidence import SHOWN
from openclause.findings import find
from openclause.limits import NO_LIMIT, carriers
from openclause.notices import Notices, read_notices
from openclause.placing import records
from openclause.ranks import read_chances
from openclause.taxonomy import Modality, categories

# The license of a text of a rank up to this has no clause that goes unexplained.
_OPEN, CLOSED = 1, 8
# A unit whose clauses speak for a limit so far, but not enough, is not known to be none.
_FAINT = 0.15
# Up to this rank, a clause that says more than the text's category is a misreading of cues.
_SURELY_NOT = 4
_HARMLESS = frozenset(
    f"prohibition/{term}"
    for term in (
        "warranty-disclaimer", "liability-limit", "patent-retaliation", "trademark", "naming",
    )
)  # fmt: skip


def document_limits(
    document: LabelledDocument, clauses: Mapping[int, Sequence[Clause]], n_units: int
) -> list[str | None]:
    """Return what each unit of a text comes to.

    Parameters
    ----------
    clauses
        What readers labelled, by the unit it stands in.
    """
    notices = msgspec.structs.replace(read_notices(document.text), mentions=())
    said = {unit: _strengths(some, notices) for unit, some in clauses.items()}
    top = {_strictest(strengths) for strengths in said.values()}
    explained = _is_explained(document.record, top)
    found: list[str | None] = [NO_LIMIT] * n_units
    for unit, strengths in said.items():
        found[unit] = _known(document.record, clauses[unit], strengths, explained=explained)
    return found


def drill_limit(drill: Drill, reading: Reading) -> str | None:
    """Return what a drill comes to: what it says itself, or what its labels come to."""
    if drill.makes:
        return drill.makes
    unit = len(reading.outline.units) - 1
    pairs = [label.split("/") for label in sorted(drill.labels)]
    cue = reading.scopes.first_cue(unit)
    effects = [
        Effect(unit, term, said, holder_of(reading, unit, cue, (term, said)), (), 1.0)
        for said, term in cast(list[tuple[Modality, str]], pairs)
    ]
    category = _strictest(_strengths(records(reading, effects), read_notices(drill.sentence)))
    return None if category == NO_LIMIT and _may_limit(drill.labels) else category


def most_of(record: Record) -> int:
    """Return the rank that no unit of a text goes beyond: that of its stricter category."""
    return max(_rank(record.category), _rank(record.alt))


def _strengths(clauses: Sequence[Clause], notices: Notices) -> dict[str, float]:
    chances = read_chances(find(clauses, notices), notices)
    return {category: chances[category].strength for category in carriers()}


def _strictest(strengths: Mapping[str, float]) -> str:
    return next((name for name, chance in strengths.items() if chance >= SHOWN), NO_LIMIT)


def _is_explained(record: Record, top: Iterable[str]) -> bool:
    """Tell whether a text's category needs no limit, or some unit has it."""
    rank = _rank(record.category)
    return record.category in top or not _OPEN < rank < CLOSED


def _known(
    record: Record, clauses: Sequence[Clause], strengths: Mapping[str, float], *, explained: bool
) -> str | None:
    category, rank = _strictest(strengths), _rank(record.category)
    if category != NO_LIMIT:
        if _rank(category) <= most_of(record):
            return category
        return NO_LIMIT if rank <= _SURELY_NOT else None
    labels = frozenset(f"{clause.modality}/{clause.term}" for clause in clauses)
    doubtful = max(strengths.values()) > _FAINT or not explained
    return None if doubtful and rank >= _SURELY_NOT and _may_limit(labels) else NO_LIMIT


def _rank(category: str | None) -> int:
    rank = categories()[category].rank if category else None
    return -1 if rank is None else rank


def _may_limit(labels: frozenset[str]) -> bool:
    """Tell labels that limit in some wordings."""
    bans = any(label.startswith("prohibition/") for label in labels - _HARMLESS)
    return bans or not labels.isdisjoint(label for able in carriers().values() for label in able)
