"""Learning the clause model: annotated documents -> a linear model over the features of units.

In: labelled documents. Out: a `LinearModel` with one label for each `modality/term` that occurs
often enough, and `ClauseScores` measured on families it did not learn from. What the rules found
in a unit is among its features, so this model is rules and paraphrases weighed together.
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

from openclause.classifier import Floats, LinearModel, Rows
from openclause.clauses import Effect, Reading, reader, records
from openclause.corpus import ClauseLabel, LabelledDocument, folds
from openclause.evaluation import ClauseScores, clause_scores
from openclause.reading import label_of, unit_rows, weigh
from openclause.segmentation import Unit
from openclause.taxonomy import terms

N_FOLDS = 5
N_BUCKETS = 2**14
FEWEST_EXAMPLES = 25
# These two were chosen on the folds.
INVERSE_REGULARIZATION = 10.0
POSITIVE_WEIGHT = 2.0

_LEAST_OVERLAP = 0.1
_NEVER = -20.0

Progress = Callable[[str], None]


class UnitExamples(msgspec.Struct, frozen=True, eq=False):
    """An annotated document ready to learn from.

    `labels` holds the `modality/term` labels of each unit; `risk` tells whether its risk group
    was annotated, so that a missing label means that there is no such clause.
    """

    truth: tuple[ClauseLabel, ...]
    reading: Reading
    proposed: list[Effect]
    rows: tuple[Rows, Rows]
    labels: list[frozenset[str]]
    risk: bool
    fold: int


def train_clauses(
    documents: Sequence[LabelledDocument], *, progress: Progress = lambda _: None
) -> tuple[LinearModel, ClauseScores]:
    """Learn the clause model from all annotated documents and measure it on held-out families."""
    examples = clause_examples(documents)
    if not examples:
        return _silent_model(), clause_scores([], [])
    counts = Counter(label for each in examples for unit in each.labels for label in unit)
    labels = tuple(sorted(label for label, n in counts.items() if n >= FEWEST_EXAMPLES))
    if not labels:
        return _silent_model(), clause_scores(
            [each.truth for each in examples], [()] * len(examples)
        )
    scores = clause_scores(*held_out(examples, labels=labels, progress=progress))
    progress(f"learning {len(labels)} kinds of clause from {len(examples)} documents")
    return fit_clauses(examples, labels=labels), scores


def _silent_model() -> LinearModel:
    """Return a model that never finds anything: no document was annotated."""
    label = label_of("use", "permission")
    return LinearModel(
        (label,), np.zeros((1, 1), np.float32), np.array([_NEVER], np.float32), link="sigmoid"
    )


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
        rows=unit_rows(reading, proposed, n_buckets=N_BUCKETS),
        labels=_unit_labels(reading, truth),
        risk=_is_risk_annotated(document.text, truth),
        fold=fold,
    )


def _is_risk_annotated(text: str, truth: Sequence[ClauseLabel]) -> bool:
    """Tell a document whose second pass, over the risk group, is done.

    One that speaks of warranties but has no disclaimer among its labels awaits it.
    """
    found = any(label.term == "warranty-disclaimer" for label in truth)
    return found or "warrant" not in text.lower()


def _unit_labels(reading: Reading, truth: Sequence[ClauseLabel]) -> list[frozenset[str]]:
    labels: list[set[str]] = [set() for _ in reading.outline.units]
    for label in truth:
        unit = _unit_of(reading.outline.units, label)
        if unit is not None:
            labels[unit].add(label_of(label.term, label.modality))
    return [frozenset(each) for each in labels]


def _unit_of(units: Sequence[Unit], label: ClauseLabel) -> int | None:
    """Return the unit that overlaps a labelled span best."""
    best, found = _LEAST_OVERLAP, None
    for number, unit in enumerate(units):
        if unit.kind != "heading" and unit.start < label.end and unit.whole > label.start:
            share = max(_share(unit.start, end, label) for end in (unit.end, unit.whole))
            if share > best:
                best, found = share, number
    return found


def _share(start: int, end: int, label: ClauseLabel) -> float:
    shared = min(end, label.end) - max(start, label.start)
    return shared / (max(end, label.end) - min(start, label.start))


def held_out(
    examples: Sequence[UnitExamples], *, labels: tuple[str, ...], progress: Progress
) -> tuple[list[Sequence[ClauseLabel]], list[Sequence[ClauseLabel]]]:
    """Return for each document its labels, and what a model that did not see its family finds.

    Risk clauses are left out where they were not annotated.
    """
    truth: list[Sequence[ClauseLabel]] = []
    found: list[Sequence[ClauseLabel]] = []
    for fold in range(N_FOLDS):
        progress(f"judging the clauses of fold {fold + 1} of {N_FOLDS}")
        model = fit_clauses([each for each in examples if each.fold != fold], labels=labels)
        for each in examples:
            if each.fold == fold:
                given = records(each.reading, weigh(each.reading, each.proposed, model))
                shown = [
                    ClauseLabel(c.start, c.end, c.term, c.modality, c.holder, c.main) for c in given
                ]
                truth.append(_judged(each.truth, risk=each.risk))
                found.append(_judged(shown, risk=each.risk))
    return truth, found


def _judged(labels: Sequence[ClauseLabel], *, risk: bool) -> list[ClauseLabel]:
    return [label for label in labels if risk or terms()[label.term].group != "risk"]


def fit_clauses(examples: Sequence[UnitExamples], *, labels: tuple[str, ...]) -> LinearModel:
    """Fit one logistic regression a label, their weights rounded as they are stored."""
    matrix, truth, risk = _matrix(examples, labels)
    fitted = Parallel(n_jobs=2)(
        delayed(_fit_label)(matrix, truth[:, column], risk if _is_risk(label) else None)
        for column, label in enumerate(labels)
    )
    weights = np.array([weight for weight, _ in fitted], np.float16).T
    bias = np.array([bias for _, bias in fitted], np.float32)
    return LinearModel(labels, np.ascontiguousarray(weights, np.float32), bias, link="sigmoid")


def _is_risk(label: str) -> bool:
    return terms()[label.split("/")[1]].group == "risk"


def _matrix(
    examples: Sequence[UnitExamples], labels: tuple[str, ...]
) -> tuple[csr_matrix, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return features `(n_units, N_BUCKETS)`, truth `(n_units, n_labels)`, risk `(n_units,)`."""
    matrix = vstack([sum(_sparse(rows) for rows in each.rows) for each in examples]).tocsr()
    said = [unit for each in examples for unit in each.labels]
    risk = np.repeat([each.risk for each in examples], [len(each.labels) for each in examples])
    spoken = np.diff(matrix.indptr) > 0
    truth = np.array([[label in unit for label in labels] for unit in said])
    return matrix[spoken], truth[spoken], risk[spoken]


def _sparse(rows: Rows) -> csr_matrix:
    shape = (len(rows.starts) - 1, N_BUCKETS)
    return csr_matrix((rows.values, rows.buckets, rows.starts), shape=shape)


def _fit_label(
    matrix: csr_matrix, truth: NDArray[np.bool_], rows: NDArray[np.bool_] | None
) -> tuple[Floats, float]:
    if rows is not None:
        matrix, truth = matrix[rows], truth[rows]
    if not truth.any():
        return np.zeros(matrix.shape[1], np.float32), _NEVER
    regression = LogisticRegression(
        C=INVERSE_REGULARIZATION,
        solver="liblinear",
        class_weight={False: 1.0, True: POSITIVE_WEIGHT},
        random_state=0,
    )
    regression.fit(matrix, truth)
    return regression.coef_[0].astype(np.float32), float(regression.intercept_[0])
