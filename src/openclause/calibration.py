"""Learns how far verdicts can be trusted from verdicts that are known to be right or wrong.

In: the signs of verdicts on families that no model learnt from, each with whether it was right.
Out: the weights of `data/confidence.toml`. Whoever trains the models makes the verdicts, with
clauses and priors of models that saw nothing of the family, and hands them over here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from sklearn.linear_model import LogisticRegression

from openclause.confidence import Calibration, Calibrations, Signs
from openclause.corpus import write_whole

# Chosen on grouped folds of train and dev: so few weights need little holding back.
_INVERSE_REGULARIZATION = 0.1
_MOST_ITERATIONS = 1_000
# A bias is looked for within this of the fitted one.
_FURTHEST = 20.0
_HEAD = """\
# How far verdicts can be trusted: the weight of each sign of `confidence.Signs`, and what is
# added to their sum. Made by `openclause.calibration`; fit it again rather than edit it.
"""


def fit_confidence(signs: Sequence[Signs], right: Sequence[bool]) -> Calibration:
    """Fit the weights of the signs so that chances agree with how often verdicts are right.

    Parameters
    ----------
    signs, right
        Of each verdict its signs, and whether its category was the true one.

    References
    ----------
    J. Platt, Probabilistic outputs for support vector machines, 1999: a logistic curve over the
    score, here over several signs.
    """
    rows = _rows(signs)
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    regression = LogisticRegression(C=_INVERSE_REGULARIZATION, max_iter=_MOST_ITERATIONS)
    regression.fit((rows - mean) / spread, np.array(right))
    weights = regression.coef_[0] / spread
    named = zip(Signs.__struct_fields__, weights.tolist(), strict=True)
    return Calibration(
        bias=round(float(regression.intercept_[0] - weights @ mean), 4),
        weights={name: round(weight, 4) for name, weight in named},
    )


def settled(fitted: Calibration, signs: Sequence[Signs], right: Sequence[bool]) -> Calibration:
    """Move the bias of a fit until the mean chance of some verdicts is how often they are right.

    That is the likeliest bias beside given weights. Verdicts that are all right, or all wrong,
    move nothing.

    Parameters
    ----------
    signs, right
        Of verdicts on texts that the rules were not written by, or least.
    """
    if all(right) or not any(right):
        return fitted

    def surer_than_right(more: float) -> float:
        moved = msgspec.structs.replace(fitted, bias=fitted.bias + more)
        return float(np.mean([moved.chance(each) for each in signs]) - np.mean(right))

    more = float(brentq(surer_than_right, -_FURTHEST, _FURTHEST))
    return msgspec.structs.replace(fitted, bias=round(fitted.bias + more, 4))


def write_confidence(calibrations: Calibrations, path: Path) -> None:
    """Write `confidence.toml`."""
    parts = [
        f"\n[{name}]\nbias = {part.bias}\nweights = {_table(part.weights)}\n"
        for name, part in msgspec.structs.asdict(calibrations).items()
    ]
    write_whole(path, (_HEAD + "".join(parts)).encode("utf-8"))


def _rows(signs: Sequence[Signs]) -> NDArray[np.float64]:
    return np.array([msgspec.structs.astuple(each) for each in signs])


def _table(weights: dict[str, float]) -> str:
    return "{ " + ", ".join(f"{name} = {weight}" for name, weight in weights.items()) + " }"
