"""How far a verdict can be trusted: a few signs of it, and the weights that made them a chance.

In: the signs of one verdict. Out: the chance that it is right, in [0, 1]. The weights are data,
`data/confidence.toml`, fitted by `calibration` to answers about families that no model learnt
from: one set for verdicts beside a prior of the whole text, one for verdicts of clauses alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import msgspec

from openclause.errors import DataError
from openclause.taxonomy import categories, read_toml

# Chances are told by their odds, and no further than this, as logarithms: 150 to 1.
_FURTHEST = 5.0


class Signs(msgspec.Struct, frozen=True):
    """What tells a verdict to trust from one to doubt.

    `share` and `prior` are the odds that clauses and prior give the category, as logarithms;
    `agrees` whether the first choice of the prior is the same; `silent` whether silence decided;
    `doubts` whether there is a stated reason for review; the others tell the kind of category.
    """

    share: float
    prior: float
    agrees: float
    silent: float
    doubts: float
    open: float
    open_ish: float


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weight of each sign, and what is added to their sum."""

    bias: float
    weights: dict[str, float]

    def chance(self, signs: Signs) -> float:
        """Return the chance that a verdict with such signs is right."""
        total = self.bias + sum(
            weight * getattr(signs, name) for name, weight in self.weights.items()
        )
        return 1.0 / (1.0 + math.exp(-total))


class Calibrations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weights for verdicts with a prior, and for those of clauses alone."""

    with_prior: Calibration
    alone: Calibration


@cache
def calibrations() -> Calibrations:
    """Return the weights that openclause carries.

    Raises
    ------
    DataError
        If a sign is unknown or a number is missing.
    """
    try:
        found = msgspec.convert(read_toml("confidence.toml"), Calibrations)
    except msgspec.ValidationError as error:
        raise DataError(f"data/confidence.toml: {error}; fit it again") from error
    unknown = {*found.with_prior.weights, *found.alone.weights} - set(Signs.__struct_fields__)
    if unknown:
        raise DataError(f"data/confidence.toml: unknown {', '.join(sorted(unknown))}")
    return found


def chance(signs: Signs, *, with_prior: bool) -> float:
    """Return the chance that a verdict is right."""
    known = calibrations()
    return (known.with_prior if with_prior else known.alone).chance(signs)


def read_signs(
    category: str,
    share: float,
    *,
    prior: Mapping[str, float] | None,
    silent: bool,
    doubts: bool,
) -> Signs:
    """Gather the signs of a verdict.

    Parameters
    ----------
    share
        The chance that the clauses give the category, in [0, 1].
    """
    kind = categories()[category].openness
    return Signs(
        share=_log_odds(share),
        prior=_log_odds(prior.get(category, 0.0)) if prior else 0.0,
        agrees=float(bool(prior) and _first(prior or {}) == category),
        silent=float(silent),
        doubts=float(doubts),
        open=float(kind == "open"),
        open_ish=float(kind == "open-ish"),
    )


def _first(prior: Mapping[str, float]) -> str:
    return max(prior, key=lambda name: prior[name])


def _log_odds(share: float) -> float:
    if not 0.0 < share < 1.0:
        return math.copysign(_FURTHEST, share - 0.5)
    return min(max(math.log(share / (1.0 - share)), -_FURTHEST), _FURTHEST)
