"""Annotated documents and drills as examples to learn from: units with features and labels.

In: labelled documents, drills. Out: `UnitExamples`. A label of several sentences is one of each
of them. How a model is fitted to them is for `clause_training`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from zlib import crc32

import msgspec

from openclause.clauses import Clause, Effect, Reading, reader
from openclause.corpus import ClauseLabel, LabelledDocument, folds
from openclause.drills import Drill
from openclause.features import Cells, unit_features
from openclause.limit_examples import CLOSED, document_limits, drill_limit, most_of
from openclause.reading import label_of
from openclause.segmentation import Unit
from openclause.verdicts import is_judged, labelled_clauses

N_FOLDS = 5
DRILL = -1  # the fold of what is never judged

_LEAST_OVERLAP = 0.1
# A unit has the label of a passage of several sentences if so much of it lies inside.
_MOST_OF_UNIT = 0.6
_SLACK = 2  # characters that a label may reach beyond its unit


class UnitExamples(msgspec.Struct, frozen=True, eq=False):
    """An annotated document ready to learn from.

    `labels` holds the `modality/term` labels of each unit, `makes` what it comes to by itself (see
    `limit_examples`) and `most` the rank that no unit goes beyond; `labelled` tells whether its
    clauses were annotated, `risk` tells whether its risk group
    was annotated, so that a missing label means that there is no such clause.
    """

    truth: tuple[ClauseLabel, ...]
    reading: Reading
    proposed: list[Effect]
    labels: list[frozenset[str]]
    makes: list[str | None]
    risk: bool
    fold: int
    most: int = CLOSED
    labelled: bool = True

    @property
    def cells(self) -> Cells:
        """The features of its units; made when asked for, since they take up a lot."""
        return unit_features(self.reading, self.proposed)


def clause_examples(documents: Sequence[LabelledDocument]) -> list[UnitExamples]:
    """Take annotated documents apart and give each unit its labels."""
    annotated = [document for document in documents if document.record.clauses is not None]
    dealt = fold_of(annotated)
    return [_example(document, dealt[document.record.family]) for document in annotated]


def _example(document: LabelledDocument, fold: int) -> UnitExamples:
    reading = reader().take_apart(document.text)
    proposed = reader().effects(reading)
    truth = tuple(document.record.clauses or ())
    return UnitExamples(
        truth=truth,
        reading=reading,
        proposed=proposed,
        labels=unit_labels(reading, truth),
        makes=_makes(document, reading),
        risk=_is_risk_annotated(document.text, truth),
        fold=fold,
        most=most_of(document.record),
    )


def written_examples(documents: Iterable[LabelledDocument]) -> Iterator[UnitExamples]:
    """Take licenses apart that were written for training: they are in the fold of drills."""
    return (_example(document, DRILL) for document in documents)


def plain_examples(
    documents: Iterable[LabelledDocument], dealt: Mapping[str, int]
) -> Iterator[UnitExamples]:
    """Take documents apart whose category a reader gave, but no clauses: they limit no more.

    Texts of the split `test` are left out.

    Parameters
    ----------
    dealt
        The folds of families that are annotated, by `fold_of`.
    """
    return (
        _plain(document, dealt.get(document.record.family, any_fold(document.record.family)))
        for document in documents
        if is_plain(document)
    )


def is_plain(document: LabelledDocument) -> bool:
    """Tell whether a document teaches what limits nothing, without clause labels."""
    record = document.record
    unlabelled = record.clauses is None and record.split != "test"
    return unlabelled and is_judged(document) and most_of(record) < CLOSED


def _plain(document: LabelledDocument, fold: int) -> UnitExamples:
    reading = reader().take_apart(document.text)
    proposed = reader().effects(reading)
    n_units = len(reading.outline.units)
    return UnitExamples(
        truth=(),
        reading=reading,
        proposed=proposed,
        labels=[frozenset()] * n_units,
        makes=[None] * n_units,
        risk=False,
        fold=fold,
        most=most_of(document.record),
        labelled=False,
    )


def fold_of(annotated: Sequence[LabelledDocument]) -> dict[str, int]:
    """Return the fold of each family that has an annotated document."""
    families = {document.record.family for document in annotated}
    if not families:
        return {}
    dealt = folds([each.record for each in annotated], min(N_FOLDS, len(families)))
    return {record.family: fold for fold, records in enumerate(dealt) for record in records}


def any_fold(family: str) -> int:
    """Return the fold of a family without an annotated document."""
    return crc32(family.encode()) % N_FOLDS


def drill_examples(drills: Iterable[Drill]) -> Iterator[UnitExamples]:
    """Take drills apart; those that are not read as one sentence and its lead-in are left out."""
    for drill in drills:
        reading = reader().take_apart(drill.text)
        units = reading.outline.units
        if len(units) != 1 + bool(drill.lead) or any(unit.kind == "heading" for unit in units):
            continue
        proposed = reader().effects(reading)
        labels = [frozenset[str]()] * (len(units) - 1) + [drill.labels]
        makes = [*[None] * (len(units) - 1), drill_limit(drill, reading)]
        yield UnitExamples((), reading, proposed, labels, makes, True, DRILL)


def drilled_limit(drill: Drill) -> str | None:
    """Return what the sentence of a drill comes to, wherever it stands."""
    return drill.makes or drill_limit(drill, reader().take_apart(drill.text))


def _makes(document: LabelledDocument, reading: Reading) -> list[str | None]:
    units = reading.outline.units
    clauses: dict[int, list[Clause]] = {}
    for label, clause in zip(
        document.record.clauses or (), labelled_clauses(document), strict=True
    ):
        for unit in units_of(units, label):
            clauses.setdefault(unit, []).append(clause)
    return document_limits(document, clauses, len(units))


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
        for unit in units_of(reading.outline.units, label):
            labels[unit].add(label_of(label.term, label.modality))
    return [frozenset(each) for each in labels]


def units_of(units: Sequence[Unit], label: ClauseLabel) -> list[int]:
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
