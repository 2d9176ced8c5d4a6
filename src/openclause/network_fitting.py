"""Fitting a network with one hidden layer that many yes-or-no questions share.

In: sparse rows, the answers to each question, and how much each answer counts (nothing where it is
not known). Out: a `Network`. What features mean for one question is learnt for the others with
it: a limit that is seldom said is known by what it shares with bans that are said often. Learnt
with NumPy and SciPy: scikit-learn's networks can neither leave single answers out nor drop units.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from openclause.classifier import Floats
from openclause.network import Network, logistic

# These were chosen on the folds.
N_HIDDEN = 128
EPOCHS = 6
LEAST_STEPS = 400  # for corpora of a few documents
ROWS_A_STEP = 256
RATE, LAST_RATE = 0.004, 0.0001
DROPPED = 0.3
BLIND = 0.25  # of the rows of a step, to what they can do without
_FIRST_SPREAD = 0.1
_SELDOM = -4.0  # most answers are no
_LOUDNESS = 10.0
_INERTIA, _SQUARE_INERTIA, _TINY = 0.9, 0.999, 1e-8

Rows = slice | NDArray[np.int64]


class _Moving:
    """An array that is learnt: each step moves it, or some rows of it, against a gradient.

    References
    ----------
    D. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015.
    """

    def __init__(self, values: Floats) -> None:
        self.values = values
        self._mean, self._square = np.zeros_like(values), np.zeros_like(values)

    def move(self, gradient: Floats, step: int, rate: float, rows: Rows = slice(None)) -> None:
        mean = _INERTIA * self._mean[rows] + (1 - _INERTIA) * gradient
        square = _SQUARE_INERTIA * self._square[rows] + (1 - _SQUARE_INERTIA) * gradient**2
        self._mean[rows], self._square[rows] = mean, square
        way = mean / (1 - _INERTIA**step)
        self.values[rows] -= rate * way / (np.sqrt(square / (1 - _SQUARE_INERTIA**step)) + _TINY)


class _Learner:
    """A network on the way: what moves, and the random numbers it draws."""

    def __init__(self, n_features: int, n_questions: int) -> None:
        self.random = np.random.default_rng(0)
        self.hidden = _Moving(self._spread(n_features, N_HIDDEN, _FIRST_SPREAD))
        self.hidden_bias = _Moving(np.zeros(N_HIDDEN, np.float32))
        self.output = _Moving(self._spread(N_HIDDEN, n_questions, N_HIDDEN**-0.5))
        self.output_bias = _Moving(np.full(n_questions, _SELDOM, np.float32))

    def _spread(self, n_rows: int, n_columns: int, width: float) -> Floats:
        return (self.random.standard_normal((n_rows, n_columns)) * width).astype(np.float32)

    def learn(
        self, rows: csr_matrix, truth: Floats, counts: Floats, step: int, rate: float
    ) -> None:
        """Take one step: forth through the layers, and back with the error.

        `rows` is `(n, n_features)`, `truth` and `counts` are `(n, n_questions)`; steps count
        from 1.

        References
        ----------
        N. Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting,
        2014.
        """
        sums = rows @ self.hidden.values + self.hidden_bias.values
        kept = (self.random.random(sums.shape, dtype=np.float32) >= DROPPED) / np.float32(
            1 - DROPPED
        )
        passes = kept * (sums > 0)
        seen = sums * passes
        said = logistic(seen @ self.output.values + self.output_bias.values)
        error = (said - truth) * counts * np.float32(_LOUDNESS / len(truth))
        blame = error @ self.output.values.T * passes
        features = rows.T.tocsr()
        met = np.flatnonzero(np.diff(features.indptr))
        self.output.move(seen.T @ error, step, rate)
        self.output_bias.move(error.sum(axis=0), step, rate)
        self.hidden.move(features[met] @ blame, step, rate, met)
        self.hidden_bias.move(blame.sum(axis=0), step, rate)


def fit_network(
    rows: csr_matrix,
    truth: NDArray[np.bool_],
    counts: NDArray[np.floating[Any]],
    *,
    aside: NDArray[np.bool_],
) -> Network:
    """Learn a network; the same arguments give the same one on the same kind of machine.

    Parameters
    ----------
    rows
        Features, `(n_rows, n_features)`.
    truth
        The answers, `(n_rows, n_questions)`.
    counts
        How much each answer counts, 0 where it is not known, of the same shape.
    aside
        The features that rows can do without, `(n_features,)`: some rows of each step do not show
        them, so that what stands beside a sentence is not trusted more than the sentence.

    Answers are as many as rows times questions: they become floats of 4 bytes step by step.
    """
    learner = _Learner(rows.shape[1], truth.shape[1])
    exact = rows.astype(np.float32, copy=False)
    for step, rate, some in _steps(len(truth), learner.random):
        answers, worth = (each[some].astype(np.float32) for each in (truth, counts))
        shown = _without(exact[some], aside, learner.random)
        learner.learn(shown, answers, worth, step, rate)
    moving = (learner.hidden, learner.hidden_bias, learner.output, learner.output_bias)
    return Network(*(each.values for each in moving))


def _without(rows: csr_matrix, aside: NDArray[np.bool_], random: np.random.Generator) -> csr_matrix:
    """Take features that are aside from some rows; these rows are changed."""
    blind = random.random(rows.shape[0]) < BLIND
    row_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    rows.data[blind[row_of] & aside[rows.indices]] = 0
    return rows


def _steps(
    n_rows: int, random: np.random.Generator
) -> Iterator[tuple[int, float, NDArray[np.int64]]]:
    """Yield the number of each step from 1, its rate, and its rows: all of them in each epoch."""
    in_epoch = ceil(n_rows / ROWS_A_STEP)
    epochs = max(EPOCHS, ceil(LEAST_STEPS / in_epoch))
    for epoch in range(epochs):
        order = random.permutation(n_rows)
        for part in range(in_epoch):
            done = epoch * in_epoch + part
            rate = RATE + (LAST_RATE - RATE) * done / (epochs * in_epoch)
            yield done + 1, rate, order[part * ROWS_A_STEP : (part + 1) * ROWS_A_STEP]
