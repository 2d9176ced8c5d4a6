"""How likely each rank is, by trees that learnt how far what was found can be trusted.

In: named values of a text, `values_of`: what the rules of decision come to with and without the
prior, the strength of each rule, the grants, the prior. Out: for each rank but the most open the
chance that it holds if nothing less open does. Whatever restricts moves no chance down. The trees
are data, `data/weighing.json`, learnt by `weighing_fitting`; a rule that they have not met counts
by what it does to the shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.errors import DataError
from openclause.findings import Findings
from openclause.ranks import ranked
from openclause.taxonomy import categories

_FLOOR = 0.01
_GRANTS = ("distribution", "modification")
Values = dict[str, float]


class Trees(msgspec.Struct, frozen=True, eq=False):
    """Decision trees in arrays `(n_nodes,)`: a leaf goes on to itself.

    `names` are the values that nodes ask for, by their number. Those of rank `r + 1` start at
    `roots[r]`, `(n_ranks - 1, n_trees)`; its chance is the logistic curve over `biases[r]` and the
    sum of what their leaves say. `threshold` and `value` are in the units of the values and in
    log-odds.
    """

    names: tuple[str, ...]
    depth: int
    biases: tuple[float, ...]
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]

    def chances(self, values: Mapping[str, float]) -> tuple[float, ...]:
        """Return the chance of each rank given nothing less open, the most open rank left out."""
        row = np.array([values.get(name, 0.0) for name in self.names])
        at = self.roots
        for _ in range(self.depth):
            goes_left = row[self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        sums = self.value[at].sum(axis=1) + self.biases
        return tuple((1.0 / (1.0 + np.exp(-sums))).tolist())


@cache
def load_trees() -> Trees:
    """Return the trees that openclause carries.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    raw = (Path(__file__).with_name("data") / "weighing.json").read_bytes()
    try:
        return from_json(raw)
    except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
        raise DataError(f"data/weighing.json: {error}; fit it again") from error


def from_json(raw: bytes) -> Trees:
    """Read trees as `to_json` wrote them."""
    told = msgspec.json.decode(raw)
    return Trees(
        names=tuple(told["names"]),
        depth=told["depth"],
        biases=tuple(told["biases"]),
        roots=np.array(told["roots"], np.int64),
        feature=np.array(told["feature"], np.int64),
        threshold=np.array(told["threshold"], np.float64),
        left=np.array(told["left"], np.int64),
        right=np.array(told["right"], np.int64),
        value=np.array(told["value"], np.float64),
    )


def to_json(trees: Trees) -> bytes:
    """Return trees as JSON."""
    told = {
        name: each.tolist() if isinstance(each := getattr(trees, name), np.ndarray) else each
        for name in Trees.__struct_fields__
    }
    return msgspec.json.encode(told) + b"\n"


def values_of(
    findings: Findings,
    *,
    shares: Mapping[str, float],
    alone: Mapping[str, float],
    prior: Mapping[str, float],
    length: int,
) -> Values:
    """Return the named values of a text.

    Parameters
    ----------
    shares, alone
        What the rules of decision deal to each rank, the least open first, with the prior and
        without.
    length
        The length of the text in characters.
    """
    grants = findings.grants
    values = {f"rule:{id_}": found.strength for id_, found in findings.rules.items()}
    values |= _dealt("", shares) | _dealt("alone-", alone)
    values |= {f"prior:{name}": log(prior.get(name, 0.0) + _FLOOR) for name in categories()}
    values |= {f"limit:{name}": findings.limits.get(name, 0.0) for name in ranked()[1:]}
    for name in _GRANTS:
        grant = getattr(grants, name)
        values |= {f"grant:{name}": grant.strength, f"grant:{name}-own": grant.own}
    values |= {"grant:commerce": grants.commerce.strength, "grant:linking": grants.linking.strength}
    return values | {
        "grant:waived": grants.waived,
        "grant:presumed": grants.presumed,
        "length": log(length + 1.0),
    }


def _dealt(kind: str, shares: Mapping[str, float]) -> Values:
    """Return of each rank how likely it or a less open one is, and it if nothing less open is."""
    values: Values = {}
    reached, left = 0.0, 1.0
    for name in reversed(ranked()[1:]):
        reached += shares[name]
        values[f"{kind}reached:{name}"] = reached
        values[f"{kind}own:{name}"] = shares[name] / left if left > 0.0 else 1.0
        left -= shares[name]
    return values
