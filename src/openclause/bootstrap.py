"""How far a measured share is to be trusted: confidence intervals, drawn over whole families.

In: sums of each family, such as right answers and answers. Out: the share of the sums, and the
interval in which it lies. Texts of a family are alike, so that they are drawn together.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

_DRAWS = 2_000
_TAIL = 2.5  # per cent on either side
_SEED = 0

Sums = NDArray[np.float64]


class Interval(msgspec.Struct, frozen=True):
    """A value and the limits between which 95 of 100 draws of the families lie."""

    value: float
    low: float
    high: float


class Difference(msgspec.Struct, frozen=True):
    """A figure of two models on the same documents, and by how much the second one is better.

    `gain` is second less first; all of it lies below 0 where the second is worse beyond chance.
    """

    figure: str
    documents: int
    families: int
    first: Interval
    second: Interval
    gain: Interval

    @property
    def worse(self) -> bool:
        """Tell whether the second is worse by more than the draw of the families explains."""
        return self.gain.high < 0


def share(above: Sequence[float], below: Sequence[float], families: Sequence[str]) -> Interval:
    """Return the sum of `above` over that of `below`, each of a document, with its interval.

    References
    ----------
    B. Efron, R. Tibshirani, An introduction to the bootstrap, 1993, chapter 13 (percentiles).
    """
    sums = _by_family([above, below], families)
    return _interval(_ratio(_whole(sums), 0), _ratio(_drawn(sums), 0))


def difference(
    figure: str,
    first: tuple[Sequence[float], Sequence[float]],
    second: tuple[Sequence[float], Sequence[float]],
    families: Sequence[str],
) -> Difference:
    """Compare two shares, each `(above, below)` by document, on the same draws of families."""
    sums = _by_family([*first, *second], families)
    drawn = _drawn(sums)
    one, two = (_ratio(drawn, column) for column in (0, 2))
    before, after = (_ratio(_whole(sums), column) for column in (0, 2))
    return Difference(
        figure=figure,
        documents=len(families),
        families=len(sums),
        first=_interval(before, one),
        second=_interval(after, two),
        gain=_interval(after - before, two - one),
    )


def _by_family(columns: Sequence[Sequence[float]], families: Sequence[str]) -> Sums:
    """Return the sums of each column over each family, `(n_families, n_columns)`."""
    names, places = np.unique(np.array(families, dtype=str), return_inverse=True)
    sums = [np.bincount(places, column, minlength=len(names)) for column in columns]
    return np.array(sums, np.float64).T.reshape(len(names), len(columns))


def _drawn(sums: Sums) -> Sums:
    """Return the sums of each draw of so many families, one family perhaps several times."""
    n = len(sums)
    if not n:
        return np.zeros((1, sums.shape[1]))
    random = np.random.default_rng(_SEED)
    times = random.multinomial(n, np.full(n, 1 / n), size=_DRAWS)
    return np.asarray(times @ sums, np.float64)


def _whole(sums: Sums) -> Sums:
    return np.asarray(sums.sum(axis=0, keepdims=True), np.float64)


def _ratio(rows: Sums, column: int) -> Sums:
    return np.asarray(rows[:, column] / np.maximum(rows[:, column + 1], 1), np.float64)


def _interval(value: Sums, drawn: Sums) -> Interval:
    low, high = np.percentile(drawn, (_TAIL, 100 - _TAIL))
    return Interval(float(value[0]), float(low), float(high))
