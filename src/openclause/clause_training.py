"""Learning the clause model: annotated documents -> weights over the features of units.

In: labelled documents, and drills. Out: a `ClauseModel` with one label for each `modality/term`
that occurs often enough, and `ClauseScores` measured on families it did not learn from. What the
rules found in a unit is among its features: rules and paraphrases are weighed together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from openclause.classifier import Floats, LinearModel
from openclause.clause_examples import UnitExamples, clause_examples, drill_examples
from openclause.clause_model import ClauseModel, Vocabulary, clause_part, unpacked
from openclause.clauses import Clause, records
from openclause.corpus import ClauseLabel, LabelledDocument
from openclause.drills import Drill
from openclause.evaluation import ClauseScores, clause_scores
from openclause.modelfile import Part
from openclause.reading import label_of, weigh
from openclause.taxonomy import terms

FEWEST_EXAMPLES = 8
# These five were chosen on the folds.
N_FEATURES = 24_000
FEWEST_UNITS = 2
INVERSE_REGULARIZATION = 1.0
POSITIVE_WEIGHT = 2.0
ADDS = 0.4  # the chance from which on a clause is found that no rule proposed

_NEVER = -20.0

Progress = Callable[[str], None]
Truth = NDArray[np.bool_]


class _Table(msgspec.Struct, frozen=True, eq=False):
    """All units of some examples: their features, labels, and whether risk was annotated."""

    rows: csr_matrix
    truth: Truth
    risk: Truth


class ClauseLesson(msgspec.Struct, frozen=True, eq=False):
    """The clause model as a part of a folder, what it is worth, and what others find.

    `found` holds by key the clauses that a model of other families finds in each annotated text.
    """

    part: Part
    scores: ClauseScores
    found: dict[str, tuple[Clause, ...]]


def train_clauses(
    documents: Sequence[LabelledDocument],
    drills: Sequence[Drill] = (),
    *,
    progress: Progress = lambda _: None,
) -> ClauseLesson:
    """Learn the clause model from all annotated documents and measure it on held-out families.

    Parameters
    ----------
    drills
        Sentences written for training; every model learns from them, none is judged by them.
    """
    annotated = [each for each in documents if each.record.clauses is not None]
    keys = [each.record.key for each in annotated]
    progress(f"reading the clauses of {len(annotated)} documents")
    examples = clause_examples(annotated)
    labels = learnable(examples) if len({each.fold for each in examples}) > 1 else ()
    if not labels:
        models = dict.fromkeys({each.fold for each in examples}, _silent_model())
        return _lesson(_silent_model(), keys, examples, models)
    drilled = drill_examples(drills)
    models, margins = held_out_models(examples, drilled, labels=labels, progress=progress)
    slope = calibrated(margins)
    models = {fold: scaled(model, slope) for fold, model in models.items()}
    progress(f"learning {len(labels)} kinds of clause from {len(examples)} documents")
    model = scaled(fit_clauses([*examples, *drilled], labels=labels), slope)
    return _lesson(model, keys, examples, models)


def _lesson(
    model: ClauseModel,
    keys: Sequence[str],
    examples: Sequence[UnitExamples],
    models: Mapping[int, ClauseModel],
) -> ClauseLesson:
    found = held_out_clauses(examples, models)
    scores = clause_scores(*_compared(examples, found))
    return ClauseLesson(clause_part(model), scores, dict(zip(keys, found, strict=True)))


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


def held_out_models(
    examples: Sequence[UnitExamples],
    drilled: Sequence[UnitExamples],
    *,
    labels: tuple[str, ...],
    progress: Progress,
) -> tuple[dict[int, ClauseModel], tuple[Floats, Truth]]:
    """Return by fold a model that did not see it, and what those models say of all units.

    The margins and whether they should be positive are pooled over units and labels, `(n,)`.
    """
    models, margins, truths = {}, [], []
    folds = sorted({each.fold for each in examples})
    for fold in folds:
        progress(f"judging the clauses of fold {fold + 1} of {len(folds)}")
        others = [each for each in examples if each.fold != fold]
        model = fit_clauses([*others, *drilled], labels=labels)
        models[fold] = model
        said = held_out_margins([each for each in examples if each.fold == fold], model)
        margins.append(said[0])
        truths.append(said[1])
    return models, (np.concatenate(margins), np.concatenate(truths))


def held_out_margins(examples: Sequence[UnitExamples], model: ClauseModel) -> tuple[Floats, Truth]:
    """Return the margins of units and labels that were annotated, and the truth, `(n,)`."""
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


def held_out_clauses(
    examples: Sequence[UnitExamples], models: Mapping[int, ClauseModel]
) -> list[tuple[Clause, ...]]:
    """Return what the model of its fold finds in each document."""
    return [
        records(each.reading, weigh(each.reading, each.proposed, models[each.fold]))
        for each in examples
    ]


def judged(
    examples: Sequence[UnitExamples], models: Mapping[int, ClauseModel]
) -> tuple[list[Sequence[ClauseLabel]], list[Sequence[ClauseLabel]]]:
    """Return for each document its labels, and what the model of its fold finds.

    Risk clauses are left out where they were not annotated.
    """
    return _compared(examples, held_out_clauses(examples, models))


def _compared(
    examples: Sequence[UnitExamples], found: Sequence[Sequence[Clause]]
) -> tuple[list[Sequence[ClauseLabel]], list[Sequence[ClauseLabel]]]:
    truth: list[Sequence[ClauseLabel]] = []
    shown: list[Sequence[ClauseLabel]] = []
    for each, given in zip(examples, found, strict=True):
        labels = [ClauseLabel(c.start, c.end, c.term, c.modality, c.holder, c.main) for c in given]
        truth.append(_judged(each.truth, risk=each.risk))
        shown.append(_judged(labels, risk=each.risk))
    return truth, shown


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
