"""The network of the clause model: what it learns, what it leaves out, and that it is the same."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from openclause import network
from openclause.classifier import Rows
from openclause.network import Network
from openclause.network_fitting import fit_network

# Two features, of which exactly one must show: no weights of single features say that.
EITHER = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 20, np.float32)
ONE = (EITHER.sum(axis=1) == 1)[:, None]


def fitted(rows: csr_matrix, truth: np.ndarray, counts: np.ndarray) -> Network:
    return fit_network(rows, truth, counts, aside=np.zeros(rows.shape[1], bool))


def margins(network: Network, rows: csr_matrix) -> np.ndarray:
    return network.answered(rows @ network.hidden)


@pytest.fixture(scope="module")
def either() -> Network:
    return fitted(csr_matrix(EITHER), ONE, np.ones(ONE.shape, np.float32))


def test_what_two_features_say_together_is_learnt(either: Network) -> None:
    assert ((margins(either, csr_matrix(EITHER)) > 0) == ONE).all()


def test_learning_twice_gives_the_same_network(either: Network) -> None:
    again = fitted(csr_matrix(EITHER), ONE, np.ones(ONE.shape, np.float32))
    assert np.array_equal(again.hidden, either.hidden)
    assert np.array_equal(again.output, either.output)


def test_what_answers_count_may_be_of_half_precision(either: Network) -> None:
    half = fitted(csr_matrix(EITHER), ONE, np.ones(ONE.shape, np.float16))
    assert half.hidden.dtype == half.output.dtype == np.float32
    assert np.array_equal(half.hidden, either.hidden)


def test_answers_that_do_not_count_are_not_learnt() -> None:
    rows = csr_matrix(np.eye(2, dtype=np.float32).repeat(40, axis=0))
    truth = np.array([[True, True]] * 40 + [[False, True]] * 40)
    counts = np.array([[1, 1]] * 40 + [[1, 0]] * 40, np.float32)
    known = margins(fitted(rows, truth, counts), rows)
    lied = truth.copy()
    lied[40:, 1] = False
    assert np.array_equal(known, margins(fitted(rows, lied, counts), rows))
    assert (known[:40] > 0).all()
    assert (known[40:, 0] < 0).all()


def test_what_rows_can_do_without_is_not_leant_on_alone() -> None:
    rows = csr_matrix(np.array([[1, 1], [0, 0]] * 40, np.float32))
    truth = np.array([[True], [False]] * 40)
    counts = np.ones(truth.shape, np.float32)
    own = csr_matrix(np.array([[1, 0]], np.float32))
    leaning = fitted(rows, truth, counts)
    upright = fit_network(rows, truth, counts, aside=np.array([False, True]))
    assert margins(upright, own) > margins(leaning, own)
    assert (margins(upright, rows) > 0).tolist() == truth.tolist()


def test_rows_are_summed_as_the_matrix_says(either: Network) -> None:
    rows = Rows(np.array([0, 0, 1, 3]), np.array([1, 0, 1]), np.array([1, 1, 1], np.float32))
    expected = margins(either, csr_matrix(EITHER[[0, 1, 3]]))
    assert either.margins(rows) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("most", [1, 3, 80, 1_000])
def test_rows_that_are_answered_in_turns_get_the_same_answers(
    either: Network, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sparse = csr_matrix(EITHER)
    rows = Rows(sparse.indptr, sparse.indices, sparse.data)
    whole = either.margins(rows)
    monkeypatch.setattr(network, "_ROWS_AT_ONCE", most)
    assert np.array_equal(either.margins(rows), whole)


def test_no_rows_have_no_answers(either: Network) -> None:
    none = np.zeros(0, np.int64)
    assert either.margins(Rows(np.zeros(1, np.int64), none, none)).shape == (0, 1)


def test_chances_are_those_of_the_log_odds_and_stay_within_bounds() -> None:
    odds = np.array([[-1_000.0, 0.0, np.log(3), 1_000.0]], np.float32)
    assert np.allclose(network.logistic(odds), [[0.0, 0.5, 0.75, 1.0]])
    assert odds[0, 0] == -1_000.0
