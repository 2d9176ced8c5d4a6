"""Learning the clause model: annotated documents -> weights over the features of units.

In: labelled documents, and drills. Out: a `ClauseModel` with one label for each `modality/term`
that occurs often enough, and `ClauseScores` measured on families it did not learn from. What the
rules found in a unit is among its features: rules and paraphrases are weighed together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from openclause.classifier import Floats, LinearModel
from openclause.clause_model import ClauseModel, Vocabulary, clause_part, unpacked
from openclause.clauses import Effect, Reading, reader, records
from openclause.corpus import ClauseLabel, LabelledDocument, folds
from openclause.drills import Drill
from openclause.evaluation import ClauseScores, clause_scores
from openclause.features import Cells, unit_features
from openclause.reading import label_of, weigh
from openclause.segmentation import Unit
from openclause.taxonomy import terms

N_FOLDS = 5
DRILL = -1  # the fold of what is never judged
FEWEST_EXAMPLES = 8
# These five were chosen on the folds.
N_FEATURES = 24_000
FEWEST_UNITS = 2
INVERSE_REGULARIZATION = 1.0
POSITIVE_WEIGHT = 2.0
ADDS = 0.4  # the chance from which on a clause is found that no rule proposed

_LEAST_OVERLAP = 0.1
# A unit has the label of a passage of several sentences if so much of it lies inside.
_MOST_OF_UNIT = 0.6
_SLACK = 2  # characters that a label may reach beyond its unit
_NEVER = -20.0

Progress = Callable[[str], None]
Truth = NDArray[np.bool_]


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


class _Table(msgspec.Struct, frozen=True, eq=False):
    """All units of some examples: their features, labels, and whether risk was annotated."""

    rows: csr_matrix
    truth: Truth
    risk: Truth


def train_clauses(
    documents: Sequence[LabelledDocument],
    drills: Sequence[Drill] = (),
    *,
    progress: Progress = lambda _: None,
) -> tuple[ClauseModel, ClauseScores]:
    """Learn the clause model from all annotated documents and measure it on held-out families.

    Parameters
    ----------
    drills
        Sentences written for training; every model learns from them, none is judged by them.
    """
    examples = clause_examples(documents)
    labels = learnable(examples)
    if not labels:
        empty: list[Sequence[ClauseLabel]] = [()] * len(examples)
        return _silent_model(), clause_scores([each.truth for each in examples], empty)
    drilled = drill_examples(drills)
    models, margins = held_out_models(examples, drilled, labels=labels, progress=progress)
    slope = calibrated(margins)
    models = [scaled(model, slope) for model in models]
    scores = clause_scores(*judged(examples, models))
    progress(f"learning {len(labels)} kinds of clause from {len(examples)} documents")
    return scaled(fit_clauses([*examples, *drilled], labels=labels), slope), scores


def learnable(examples: Sequence[UnitExamples]) -> tuple[str, ...]:
    """Return the labels that occur often enough to be learnt, in order."""
    counts = Counter(label for each in examples for unit in each.labels for label in unit)
    return tuple(sorted(label for label, n in counts.items() if n >= FEWEST_EXAMPLES))


def _silent_model() -> ClauseModel:
    """Return a model that never finds anything: no document was annotated."""
    none = np.zeros(0, np.float32)
    vocabulary = Vocabulary(np.zeros(0, np.uint32), none, np.zeros(0, np.uint8))
    weights, bias = np.zeros((0, 1), np.float32), np.array([_NEVER], np.float32)
    linear = LinearModel((label_of("use", "permission"),), weights, bias, link="sigmoid")
    return ClauseModel(vocabulary, linear, np.ones(1, np.float32))


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


def held_out_models(
    examples: Sequence[UnitExamples],
    drilled: Sequence[UnitExamples],
    *,
    labels: tuple[str, ...],
    progress: Progress,
) -> tuple[list[ClauseModel], tuple[Floats, Truth]]:
    """Return for each fold a model that did not see it, and what those models say of all units.

    The margins and whether they should be positive are pooled over units and labels, `(n,)`.
    """
    models, margins, truths = [], [], []
    for fold in sorted({each.fold for each in examples}):
        progress(f"judging the clauses of fold {fold + 1} of {N_FOLDS}")
        others = [each for each in examples if each.fold != fold]
        model = fit_clauses([*others, *drilled], labels=labels)
        models.append(model)
        said = held_out_margins([each for each in examples if each.fold == fold], model)
        margins.append(said[0])
        truths.append(said[1])
    return models, (np.concatenate(margins), np.concatenate(truths))


def held_out_margins(examples: Sequence[UnitExamples], model: ClauseModel) -> tuple[Floats, Truth]:
    """Return the model's margins for units and labels that were annotated, and the truth, `(n,)`."""
    table = _table(examples, model)
    scores = table.rows @ model.linear.weights + model.linear.bias
    known = table.risk[:, None] | ~_are_risk(model.labels)[None, :]
    return scores[known], table.truth[known]


def calibrated(pooled: tuple[Floats, Truth]) -> tuple[float, float]:
    """Return slope and intercept that turn held-out margins into log-odds.

    References
    ----------
    J. Platt, Probabilistic outputs for support vector machines, 1999.
    """
    margins, truth = pooled
    if truth.all() or not truth.any():
        return 1.0, 0.0
    fitted = LogisticRegression(C=1e6).fit(margins[:, None], truth)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def scaled(model: ClauseModel, line: tuple[float, float]) -> ClauseModel:
    """Return the model with margins turned into log-odds, its weights rounded as stored."""
    slope, intercept = line
    linear = msgspec.structs.replace(
        model.linear,
        weights=model.linear.weights * np.float32(slope),
        bias=model.linear.bias * np.float32(slope) + np.float32(intercept),
    )
    return unpacked(clause_part(msgspec.structs.replace(model, linear=linear)))


def judged(
    examples: Sequence[UnitExamples], models: Sequence[ClauseModel]
) -> tuple[list[Sequence[ClauseLabel]], list[Sequence[ClauseLabel]]]:
    """Return for each document its labels, and what the model of its fold finds.

    Risk clauses are left out where they were not annotated.
    """
    truth: list[Sequence[ClauseLabel]] = []
    found: list[Sequence[ClauseLabel]] = []
    for each in examples:
        given = records(each.reading, weigh(each.reading, each.proposed, models[each.fold]))
        shown = [ClauseLabel(c.start, c.end, c.term, c.modality, c.holder, c.main) for c in given]
        truth.append(_judged(each.truth, risk=each.risk))
        found.append(_judged(shown, risk=each.risk))
    return truth, found


def _judged(labels: Sequence[ClauseLabel], *, risk: bool) -> list[ClauseLabel]:
    return [label for label in labels if risk or terms()[label.term].group != "risk"]


def fit_clauses(examples: Sequence[UnitExamples], *, labels: tuple[str, ...]) -> ClauseModel:
    """Fit one support vector machine a label, twice: the second time on the features that count."""
    whole = _fit(examples, _vocabulary(examples), labels)
    worth = np.abs(whole.linear.weights).max(axis=1, initial=0.0) * whole.vocabulary.rarity
    kept = np.sort(np.argsort(-worth, kind="stable")[:N_FEATURES])
    known = whole.vocabulary
    chosen = Vocabulary(known.ids[kept], known.rarity[kept], known.blocks[kept])
    return _fit(examples, chosen, labels)


def _vocabulary(examples: Sequence[UnitExamples]) -> Vocabulary:
    """Return all features that occur in units enough, with their rarity."""
    shown: dict[int, int] = {}
    seen: list[NDArray[np.uint64]] = []
    base = 0
    for each in examples:
        cells = each.cells
        pairs = (cells.rows + base).astype(np.uint64) << np.uint64(32) | cells.ids
        seen.append(np.unique(pairs))
        shown.update(zip(cells.ids.tolist(), cells.blocks.tolist(), strict=True))
        base += len(each.labels)
    ids, counts = np.unique(
        np.concatenate(seen).astype(np.uint64) & np.uint64(0xFFFFFFFF), return_counts=True
    )
    often = counts >= FEWEST_UNITS
    ids, counts = ids[often].astype(np.uint32), counts[often]
    rarity = np.log((1 + base) / (1 + counts)) + 1
    blocks = np.array([shown[number] for number in ids.tolist()], np.uint8)
    return Vocabulary(ids, rarity.astype(np.float16).astype(np.float32), blocks)


def _fit(
    examples: Sequence[UnitExamples], vocabulary: Vocabulary, labels: tuple[str, ...]
) -> ClauseModel:
    width = max(len(vocabulary.ids), 1)
    linear = LinearModel(
        labels, np.zeros((width, len(labels)), np.float32), np.zeros(len(labels), np.float32)
    )
    model = ClauseModel(vocabulary, linear, np.full(len(labels), ADDS, np.float32))
    table = _table(examples, model)
    fitted = Parallel(n_jobs=2)(
        delayed(_fit_label)(table.rows, table.truth[:, column], table.risk if risk else None)
        for column, risk in enumerate(_are_risk(labels))
    )
    weights = np.array([weight for weight, _ in fitted], np.float32).T
    bias = np.array([bias for _, bias in fitted], np.float32)
    linear = LinearModel(labels, np.ascontiguousarray(weights), bias, link="sigmoid")
    return msgspec.structs.replace(model, linear=linear)


def _are_risk(labels: Sequence[str]) -> Truth:
    return np.array([terms()[label.split("/")[1]].group == "risk" for label in labels])


def _table(examples: Sequence[UnitExamples], model: ClauseModel) -> _Table:
    """Return the units of all examples that are no headings."""
    width = max(len(model.vocabulary.ids), 1)
    parts = []
    for each in examples:
        rows = model.vocabulary.rows(each.cells, len(each.labels))
        shape = (len(each.labels), width)
        parts.append(csr_matrix((rows.values, rows.buckets, rows.starts), shape=shape))
    spoken = np.array(
        [unit.kind != "heading" for each in examples for unit in each.reading.outline.units]
    )
    said = [unit for each in examples for unit in each.labels]
    truth = np.array([[label in unit for label in model.labels] for unit in said])
    risk = np.repeat([each.risk for each in examples], [len(each.labels) for each in examples])
    return _Table(vstack(parts).tocsr()[spoken], truth[spoken], risk[spoken])


def _fit_label(rows: csr_matrix, truth: Truth, annotated: Truth | None) -> tuple[Floats, float]:
    if annotated is not None:
        rows, truth = rows[annotated], truth[annotated]
    if not truth.any() or truth.all():
        return np.zeros(rows.shape[1], np.float32), _NEVER
    machine = LinearSVC(
        C=INVERSE_REGULARIZATION,
        class_weight={False: 1.0, True: POSITIVE_WEIGHT},
        tol=1e-2,
        max_iter=300,
        random_state=0,
    )
    machine.fit(rows, truth)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])
