"""Fitting the clause model: a table of units -> a network over the features of units.

In: a `Table`. Out: a `ClauseModel` whose answers are margins, not yet chances, and the margins of
units that it did not see. Which units it may see, and what it is worth, is for `clause_training`.
"""

from __future__ import annotations

from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from openclause.classifier import Floats
from openclause.clause_model import ClauseModel, Vocabulary
from openclause.clause_table import Table, Truth
from openclause.features import BLOCKS
from openclause.limits import carriers
from openclause.network_fitting import fit_network

# These were chosen on the folds.
N_FEATURES = 40_000
FEWEST_UNITS = 2
YES_COUNTS = 2.0  # which half precision holds exactly
ADDS = 0.4  # the chance from which on a clause is found that no rule proposed

NEVER = -20.0

# Tables are large: they are gone through in turns.
_ROWS_AT_ONCE, _COLUMNS_AT_ONCE = 20_000, 16


def fit_clauses(table: Table) -> ClauseModel:
    """Fit one network to all columns, over the features that tell most.

    Each column is learnt from the units where it is known.
    """
    # What is not looked at any more is let go: two processes fit at once.
    table = table.showing(_common(table))
    table = table.showing(_most_telling(table))
    chosen = _vocabulary(table)
    cells = np.where(table.truth, np.float16(YES_COUNTS), np.float16(1)) * table.known
    context = chosen.blocks == BLOCKS.index("context")
    network = fit_network(weighed(table.counts, chosen), table.truth, cells, aside=context)
    yes, no = ((answer & table.known).any(axis=0) for answer in (table.truth, ~table.truth))
    bias = np.where(yes & no, network.output_bias, np.float32(NEVER))
    return ClauseModel(
        table.labels,
        tuple(carriers()),
        chosen,
        msgspec.structs.replace(
            network, output=network.output * (yes & no), output_bias=bias.astype(np.float32)
        ),
        np.full(len(table.labels), ADDS, np.float32),
    )


def _common(table: Table) -> NDArray[np.int64]:
    """Return the columns of features that occur in units enough."""
    return np.flatnonzero(table.counts.getnnz(axis=0) >= FEWEST_UNITS)


def _most_telling(table: Table) -> NDArray[np.int64]:
    """Return the columns of the features that tell most."""
    told = telling(weighed(table.counts, _vocabulary(table)), table.truth, table.known)
    return np.sort(np.argsort(-told, kind="stable")[:N_FEATURES])


def telling(rows: csr_matrix, truth: Truth, known: Truth) -> Floats:
    """Return how well each feature alone tells yes from no, in the column that it tells best.

    That is the difference of its means, in units of what chance would make of the rarer one; of
    shape `(n_features,)`.
    """
    told = np.zeros(rows.shape[1], np.float32)
    for first in range(0, truth.shape[1], _COLUMNS_AT_ONCE):
        some = slice(first, first + _COLUMNS_AT_ONCE)
        told = np.maximum(told, np.abs(_apart(rows, truth[:, some], known[:, some])).max(axis=1))
    return told


def _apart(rows: csr_matrix, truth: Truth, known: Truth) -> Floats:
    yes, no = ((answer & known).astype(np.float32) for answer in (truth, ~truth))
    n_yes, n_no = (np.maximum(answer.sum(axis=0), 1) for answer in (yes, no))
    return cast(Floats, (rows.T @ yes) / np.sqrt(n_yes) - (rows.T @ no) * np.sqrt(n_yes) / n_no)


def _vocabulary(table: Table) -> Vocabulary:
    """Return all features of a table, with how rare they are among its units."""
    n_units, shown = table.counts.shape[0], table.counts.getnnz(axis=0)
    rarity = np.log((1 + n_units) / (1 + shown)) + 1
    return Vocabulary(table.ids, rarity.astype(np.float16).astype(np.float32), table.blocks)


def weighed(counts: csr_matrix, vocabulary: Vocabulary) -> csr_matrix:
    """Return the rows that a model with this vocabulary weighs, of counts of its features.

    Both are `(n_units, n_features)`.
    """
    values = np.empty(len(counts.data), np.float32)
    for start in range(0, counts.shape[0], _ROWS_AT_ONCE):
        starts = counts.indptr[start : start + _ROWS_AT_ONCE + 1]
        some, n_rows = slice(starts[0], starts[-1]), len(starts) - 1
        row_of = np.repeat(np.arange(n_rows), np.diff(starts))
        values[some] = vocabulary.values(row_of, counts.indices[some], counts.data[some], n_rows)
    return csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)


def margins_of(table: Table, model: ClauseModel) -> Floats:
    """Return what a model fitted to rows of a table says of its units, `(n_units, n_columns)`."""
    columns = np.searchsorted(table.ids, model.vocabulary.ids)
    rows = weighed(table.counts[:, columns], model.vocabulary)
    return model.network.answered(rows @ model.network.hidden)
