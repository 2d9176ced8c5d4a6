"""Fitting the clause model: a table of units -> weights over the features of units.

In: a `Table`. Out: a `ClauseModel` whose scores are margins, not yet chances, and the margins of
units that it did not see. Which units it may see, and what it is worth, is for `clause_training`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from openclause.classifier import Floats, LinearModel
from openclause.clause_examples import DRILL
from openclause.clause_model import ClauseModel, Vocabulary
from openclause.clause_table import Table, Truth
from openclause.limits import carriers

# These were chosen on the folds.
N_FEATURES = 24_000
FEWEST_UNITS = 2
INVERSE_REGULARIZATION = 1.0
POSITIVE_WEIGHT = 2.0
# Limits are learnt from what people add to open licenses more than from whole agreements.
LIMIT_REGULARIZATION = 0.3
DRILL_COUNTS = 10.0
# The first fit only tells which features count: it need not be so close.
ROUGH, CLOSE = 1.0, 0.01
ADDS = 0.4  # the chance from which on a clause is found that no rule proposed

NEVER = -20.0


def fit_clauses(table: Table) -> ClauseModel:
    """Fit one support vector machine a column, twice: the second time on the features that count.

    Each column is learnt from the units where it is known.
    """
    columns, every = _vocabulary(table)
    counts = table.counts[:, columns]
    rows = weighed(counts, every)
    weights, _ = _fitted(table, rows, ROUGH)
    kept = np.sort(np.argsort(-worth(rows, weights), kind="stable")[:N_FEATURES])
    chosen = Vocabulary(every.ids[kept], every.rarity[kept], every.blocks[kept])
    fitted = _fitted(table, weighed(counts[:, kept], chosen), CLOSE)
    return _model(table.labels, chosen, *fitted)


def worth(rows: csr_matrix, weights: Floats) -> Floats:
    """Return how far each feature moves the margins of all units, `(n_features,)`.

    Its largest weight counts, times the length of its column: by weights alone, what two units show
    would drive out what thousands do.
    """
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=0), np.float64).ravel())
    return cast(Floats, np.abs(weights).max(axis=1, initial=0.0) * lengths)


def _vocabulary(table: Table) -> tuple[NDArray[np.int64], Vocabulary]:
    """Return the columns of features that occur in units enough, and these with their rarity."""
    shown = table.counts.getnnz(axis=0)
    often = np.flatnonzero(shown >= FEWEST_UNITS)
    rarity = np.log((1 + table.counts.shape[0]) / (1 + shown[often])) + 1
    rounded = rarity.astype(np.float16).astype(np.float32)
    return often, Vocabulary(table.ids[often], rounded, table.blocks[often])


def weighed(counts: csr_matrix, vocabulary: Vocabulary) -> csr_matrix:
    """Return the rows that a model with this vocabulary weighs, of counts of its features.

    Both are `(n_units, n_features)`.
    """
    n_units = counts.shape[0]
    row_of = np.repeat(np.arange(n_units), np.diff(counts.indptr))
    values = vocabulary.values(row_of, counts.indices, counts.data, n_units)
    return csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)


def margins_of(table: Table, model: ClauseModel) -> Floats:
    """Return what a model fitted to rows of a table says of its units, `(n_units, n_columns)`."""
    columns = np.searchsorted(table.ids, model.vocabulary.ids)
    rows = weighed(table.counts[:, columns], model.vocabulary)
    parts = (model.linear, model.limits)
    return np.hstack([rows @ linear.weights + linear.bias for linear in parts])


def _fitted(table: Table, rows: csr_matrix, tolerance: float) -> tuple[Floats, Floats]:
    """Return the weights `(n_features, n_columns)` and the bias of each column.

    That a unit limits at all is learnt beside the limits and added to each: what speaks for it
    speaks for all of them.
    """
    n, exact = len(table.labels), rows.astype(np.float64)
    limited, judged = table.truth[:, n:], table.known[:, n:]
    labels, bias = _fit_columns(
        _machine(INVERSE_REGULARIZATION, tolerance), exact, table.truth[:, :n], table.known[:, :n]
    )
    limits, limit_bias = _fit_columns(
        _machine(LIMIT_REGULARIZATION, tolerance),
        exact,
        np.column_stack([limited, limited.any(axis=1)]),
        np.column_stack([judged, judged.all(axis=1)]),
        np.where(table.folds == DRILL, DRILL_COUNTS, 1.0),
    )
    weights = np.hstack([labels, limits[:, :-1] + limits[:, -1:]])
    return weights, np.concatenate([bias, limit_bias[:-1] + limit_bias[-1]])


def _machine(regularization: float, tolerance: float) -> LinearSVC:
    return LinearSVC(
        C=regularization,
        class_weight={False: 1.0, True: POSITIVE_WEIGHT},
        tol=tolerance,
        max_iter=300,
        random_state=0,
    )


def _fit_columns(
    machine: LinearSVC,
    rows: csr_matrix,
    truth: Truth,
    known: Truth,
    shares: NDArray[np.float64] | None = None,
) -> tuple[Floats, Floats]:
    """Fit each column to the rows where it is known; those known of the same share them.

    Parameters
    ----------
    shares
        How much each row counts for, all the same by default.
    """
    weights = np.zeros((rows.shape[1], truth.shape[1]), np.float32)
    bias = np.full(truth.shape[1], NEVER, np.float32)
    alike: dict[bytes, list[int]] = defaultdict(list)
    for column in range(truth.shape[1]):
        alike[known[:, column].tobytes()].append(column)
    for columns in alike.values():
        where = known[:, columns[0]]
        some, counts = rows[where], None if shares is None else shares[where]
        for column in columns:
            wanted = truth[where, column]
            if wanted.any() and not wanted.all():
                machine.fit(some, wanted, counts)
                weights[:, column], bias[column] = machine.coef_[0], machine.intercept_[0]
    return weights, bias


def _model(
    labels: tuple[str, ...], vocabulary: Vocabulary, weights: Floats, bias: Floats
) -> ClauseModel:
    n = len(labels)
    linear, limits = (
        LinearModel(names, np.ascontiguousarray(weights[:, some]), bias[some], link="sigmoid")
        for names, some in ((labels, slice(n)), (tuple(carriers()), slice(n, None)))
    )
    return ClauseModel(vocabulary, linear, np.full(n, ADDS, np.float32), limits)
