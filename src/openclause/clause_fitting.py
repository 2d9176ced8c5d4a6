"""Fitting the clause model: a table of units -> weights over the features of units.

In: a `Table`. Out: a `ClauseModel` whose scores are margins, not yet chances, and the margins of
units that it did not see. Which units it may see, and what it is worth, is for `clause_training`.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from openclause.classifier import Floats, LinearModel
from openclause.clause_model import ClauseModel, Vocabulary
from openclause.clause_table import Table, Truth
from openclause.limits import carriers

# These were chosen on the folds.
N_FEATURES = 24_000
FEWEST_UNITS = 2
INVERSE_REGULARIZATION = 1.0
POSITIVE_WEIGHT = 2.0
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
    weights, _ = _fitted(table, weighed(counts, every), ROUGH)
    worth = np.abs(weights).max(axis=1, initial=0.0) * every.rarity
    kept = np.sort(np.argsort(-worth, kind="stable")[:N_FEATURES])
    chosen = Vocabulary(every.ids[kept], every.rarity[kept], every.blocks[kept])
    fitted = _fitted(table, weighed(counts[:, kept], chosen), CLOSE)
    return _model(table.labels, chosen, *fitted)


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

    Columns that are known of the same units are fitted to the same rows.
    """
    n_columns = table.known.shape[1]
    weights = np.zeros((rows.shape[1], n_columns), np.float32)
    bias = np.full(n_columns, NEVER, np.float32)
    alike: dict[bytes, list[int]] = defaultdict(list)
    for column in range(n_columns):
        alike[table.known[:, column].tobytes()].append(column)
    exact = rows.astype(np.float64)
    for columns in alike.values():
        known = table.known[:, columns[0]]
        some = exact[known]
        for column in columns:
            truth = table.truth[known, column]
            weights[:, column], bias[column] = _fit_column(some, truth, tolerance)
    return weights, bias


def _fit_column(rows: csr_matrix, truth: Truth, tolerance: float) -> tuple[Floats, float]:
    if not truth.any() or truth.all():
        return np.zeros(rows.shape[1], np.float32), NEVER
    machine = LinearSVC(
        C=INVERSE_REGULARIZATION,
        class_weight={False: 1.0, True: POSITIVE_WEIGHT},
        tol=tolerance,
        max_iter=300,
        random_state=0,
    )
    machine.fit(rows, truth)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def _model(
    labels: tuple[str, ...], vocabulary: Vocabulary, weights: Floats, bias: Floats
) -> ClauseModel:
    n = len(labels)
    linear, limits = (
        LinearModel(names, np.ascontiguousarray(weights[:, some]), bias[some], link="sigmoid")
        for names, some in ((labels, slice(n)), (tuple(carriers()), slice(n, None)))
    )
    return ClauseModel(vocabulary, linear, np.full(n, ADDS, np.float32), limits)
