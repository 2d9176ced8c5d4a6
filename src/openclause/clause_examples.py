"""Annotated documents and drills as examples to learn from: units with features and labels.

In: labelled documents, drills. Out: `UnitExamples`. A label of several sentences is one of each
of them. How a model is fitted to them is for `clause_training`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from openclause.clauses import Effect, Reading, reader
from openclause.corpus import ClauseLabel, LabelledDocument, folds
from openclause.drills import Drill
from openclause.features import Cells, unit_features
from openclause.reading import label_of
from openclause.segmentation import Unit

N_FOLDS = 5
DRILL = -1  # the fold of what is never judged

_LEAST_OVERLAP = 0.1
# A unit has the label of a passage of several sentences if so much of it lies inside.
_MOST_OF_UNIT = 0.6
_SLACK = 2  # characters that a label may reach beyond its unit


class UnitExamples(msgspec.Struct, frozen=True, eq=False):
    """An annotated document ready to learn from.

    `labels` holds the `modality/term` labels of each unit; `risk` tells whether its risk group
    was annotated, so that a missing label means that there is no such clause.
    """

    truth: tuple[ClauseLabel, ...]
    reading: Reading
    proposed: list[Effect]
    cells: Cells
    labels: list[frozenset[str]]
    risk: bool
    fold: int


def clause_examples(documents: Sequence[LabelledDocument]) -> list[UnitExamples]:
    """Take annotated documents apart and give each unit its labels."""
    annotated = [document for document in documents if document.record.clauses is not None]
    families = {document.record.family for document in annotated}
    dealt = (
        folds([each.record for each in annotated], min(N_FOLDS, len(families))) if families else ()
    )
    fold_of = {record.key: fold for fold, records in enumerate(dealt) for record in records}
    return [_example(document, fold_of[document.record.key]) for document in annotated]


def _example(document: LabelledDocument, fold: int) -> UnitExamples:
    reading = reader().take_apart(document.text)
    proposed = reader().effects(reading)
    truth = tuple(document.record.clauses or ())
    return UnitExamples(
        truth=truth,
        reading=reading,
        proposed=proposed,
        cells=unit_features(reading, proposed),
        labels=unit_labels(reading, truth),
        risk=_is_risk_annotated(document.text, truth),
        fold=fold,
    )


def drill_examples(drills: Sequence[Drill]) -> list[UnitExamples]:
    """Take drills apart; those that are not read as one sentence and its lead-in are left out."""
    examples = []
    for drill in drills:
        reading = reader().take_apart(drill.text)
        units = reading.outline.units
        if len(units) != 1 + bool(drill.lead) or any(unit.kind == "heading" for unit in units):
            continue
        proposed = reader().effects(reading)
        labels = [frozenset[str]()] * (len(units) - 1) + [drill.labels]
        cells = unit_features(reading, proposed)
        examples.append(UnitExamples((), reading, proposed, cells, labels, True, DRILL))
    return examples


def _is_risk_annotated(text: str, truth: Sequence[ClauseLabel]) -> bool:
    """Tell a document whose second pass, over the risk group, is done.

    One that speaks of warranties but has no disclaimer among its labels awaits it.
    """
    found = any(label.term == "warranty-disclaimer" for label in truth)
    return found or "warrant" not in text.lower()


def unit_labels(reading: Reading, truth: Sequence[ClauseLabel]) -> list[frozenset[str]]:
    """Return the labels of each unit: those of its own, and those of passages it lies in."""
    labels: list[set[str]] = [set() for _ in reading.outline.units]
    for label in truth:
        for unit in _units_of(reading.outline.units, label):
            labels[unit].add(label_of(label.term, label.modality))
    return [frozenset(each) for each in labels]


def _units_of(units: Sequence[Unit], label: ClauseLabel) -> list[int]:
    """Return the unit that overlaps a labelled span best, and all others that lie inside it."""
    near = [
        number
        for number, unit in enumerate(units)
        if unit.kind != "heading" and unit.start < label.end and unit.whole > label.start
    ]
    best = max(near, key=lambda number: _likeness(units[number], label), default=None)
    if best is None or _likeness(units[best], label) <= _LEAST_OVERLAP:
        return []
    own = units[best]
    if own.start - _SLACK <= label.start and label.end <= own.whole + _SLACK:
        return [best]
    return sorted({best, *(n for n in near if _inside(units[n], label) >= _MOST_OF_UNIT)})


def _likeness(unit: Unit, label: ClauseLabel) -> float:
    return max(_share(unit.start, end, label) for end in (unit.end, unit.whole))


def _share(start: int, end: int, label: ClauseLabel) -> float:
    shared = min(end, label.end) - max(start, label.start)
    return shared / (max(end, label.end) - min(start, label.start))


def _inside(unit: Unit, label: ClauseLabel) -> float:
    return (min(unit.end, label.end) - max(unit.start, label.start)) / (unit.end - unit.start)
