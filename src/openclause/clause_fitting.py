"""Fitting the clause model: examples -> weights over the features of units.

In: units with features, labels and limits. Out: a `ClauseModel` whose scores are margins, not yet
chances. Which examples it may see, and what it is worth, is for `clause_training`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.svm import LinearSVC

from openclause.classifier import Floats, LinearModel
from openclause.clause_examples import UnitExamples
from openclause.clause_model import ClauseModel, Vocabulary
from openclause.limits import carriers
from openclause.taxonomy import categories, terms

# These were chosen on the folds.
N_FEATURES = 24_000
FEWEST_UNITS = 2
INVERSE_REGULARIZATION = 1.0
POSITIVE_WEIGHT = 2.0
ADDS = 0.4  # the chance from which on a clause is found that no rule proposed

NEVER = -20.0

Truth = NDArray[np.bool_]


class Table(msgspec.Struct, frozen=True, eq=False):
    """All units of some examples: their features, labels, limits, and what is known of them.

    `truth` is `(n_units, n_labels)`, known for risk where `risk`, `(n_units,)`, is true; `limited`
    is `(n_units, n_limits)`, known where `judged`, of the same shape, is.
    """

    rows: csr_matrix
    truth: Truth
    risk: Truth
    limited: Truth
    judged: Truth


def fit_clauses(examples: Sequence[UnitExamples], *, labels: tuple[str, ...]) -> ClauseModel:
    """Fit one support vector machine a column, twice: the second time on the features that count.

    Labels are learnt from what has them, limits from all.
    """
    whole = _fit(examples, _vocabulary(examples), labels)
    weights = np.hstack([whole.linear.weights, whole.limits.weights])
    worth = np.abs(weights).max(axis=1, initial=0.0) * whole.vocabulary.rarity
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
    names = tuple(carriers())
    least = np.full(len(labels), ADDS, np.float32)
    model = ClauseModel(vocabulary, _blank(vocabulary, labels), least, _blank(vocabulary, names))
    labelled = units_of([each for each in examples if each.labelled], model)
    whole = units_of(examples, model)
    tasks = [
        (labelled.rows, labelled.truth[:, n], labelled.risk if risk else None)
        for n, risk in enumerate(are_risk(labels))
    ]
    tasks += [(whole.rows, whole.limited[:, n], whole.judged[:, n]) for n in range(len(names))]
    fitted = Parallel(n_jobs=2)(delayed(_fit_label)(*task) for task in tasks)
    weights = np.array([weight for weight, _ in fitted], np.float32).T
    bias = np.array([bias for _, bias in fitted], np.float32)
    parts = [
        LinearModel(columns, np.ascontiguousarray(weights[:, place]), bias[place], link="sigmoid")
        for columns, place in (
            (labels, slice(len(labels))),
            (names, slice(len(labels), None)),
        )
    ]
    return msgspec.structs.replace(model, linear=parts[0], limits=parts[1])


def _blank(vocabulary: Vocabulary, names: tuple[str, ...]) -> LinearModel:
    width = max(len(vocabulary.ids), 1)
    return LinearModel(
        names, np.zeros((width, len(names)), np.float32), np.zeros(len(names), np.float32)
    )


def are_risk(labels: Sequence[str]) -> Truth:
    """Tell for each label whether it is of the group of risk terms, `(n_labels,)`."""
    return np.array([terms()[label.split("/")[1]].group == "risk" for label in labels])


def units_of(examples: Sequence[UnitExamples], model: ClauseModel) -> Table:
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
    limited, judged = limit_truth(examples, model.limits.labels)
    return Table(
        vstack(parts).tocsr()[spoken],
        truth[spoken],
        risk[spoken],
        limited[spoken],
        judged[spoken],
    )


def limit_truth(examples: Sequence[UnitExamples], names: Sequence[str]) -> tuple[Truth, Truth]:
    """Return which limits units have, and of which that is known, `(n_units, n_limits)` both.

    No unit limits more than the category of its text does.
    """
    makes = [unit for each in examples for unit in each.makes]
    limited = np.array([[unit == name for name in names] for unit in makes])
    known = np.array([unit is not None for unit in makes])
    beyond = np.array([categories()[name].rank or 0 for name in names])
    most = np.repeat([each.most for each in examples], [len(each.makes) for each in examples])
    return limited, known[:, None] | (beyond[None, :] > most[:, None])


def _fit_label(rows: csr_matrix, truth: Truth, known: Truth | None) -> tuple[Floats, float]:
    if known is not None:
        rows, truth = rows[known], truth[known]
    if not truth.any() or truth.all():
        return np.zeros(rows.shape[1], np.float32), NEVER
    machine = LinearSVC(
        C=INVERSE_REGULARIZATION,
        class_weight={False: 1.0, True: POSITIVE_WEIGHT},
        tol=1e-2,
        max_iter=300,
        random_state=0,
    )
    machine.fit(rows, truth)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])
