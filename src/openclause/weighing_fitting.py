"""Learns to weigh what was found: boosted trees in which nothing restrictive opens a text.

In: named values of texts (`weighing.values_of`), their families and the ranks that readers gave.
Out: `Trees`. For each rank, the least open first, trees are learnt on the texts that are not less
open: several sets, each on some of the families, whose log-odds are averaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from openclause.findings import decision_rules
from openclause.ranks import ranked
from openclause.taxonomy import categories
from openclause.weighing import Trees, Values

# Chosen on grouped folds of train and dev.
_SETS, _TAKEN = 5, 0.5
_TREES, _RATE, _LEAVES, _LEAST, _PENALTY = 40, 0.15, 6, 15, 1.0
_DIGITS = 6
# Rules from this rank on restrict.
_RESTRICTIVE = 4
# What a prohibition more may only lower.
_LOWERED = ("distribution", "modification", "distribution-own", "modification-own", "linking")


def fit_trees(rows: Sequence[Values], ranks: Sequence[int], families: Sequence[str]) -> Trees:
    """Fit the trees of all ranks but the most open.

    Parameters
    ----------
    rows, ranks, families
        Of each text its named values, the same names in all, the rank that it has, from 0, and its
        family.

    References
    ----------
    J. Friedman, Greedy function approximation: a gradient boosting machine, 2001; with constraints
    of monotonicity as in scikit-learn. L. Breiman, Bagging predictors, 1996.
    """
    names = tuple(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    own, draws = np.array(ranks), drawn(families)
    grown = [
        [_grown(table[taken], own[taken] == rank, names) for taken in draws & (own <= rank)]
        for rank in range(1, len(ranked()))
    ]
    return _joined(names, grown)


def drawn(families: Sequence[str]) -> NDArray[np.bool_]:
    """Return which texts each set of trees learns from, `(n_sets, n_texts)`: whole families."""
    every = sorted(set(families))
    number = {family: place for place, family in enumerate(every)}
    taken = np.random.default_rng(0).random((_SETS, len(every))) < _TAKEN
    return taken[:, [number[family] for family in families]]


def _grown(
    table: NDArray[np.float64], right: NDArray[np.bool_], names: Sequence[str]
) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=_TREES,
        learning_rate=_RATE,
        max_leaf_nodes=_LEAVES,
        min_samples_leaf=_LEAST,
        l2_regularization=_PENALTY,
        monotonic_cst=signs(names),
        early_stopping=False,
        random_state=0,
    ).fit(table, right)


def _joined(
    names: tuple[str, ...], grown: Sequence[Sequence[HistGradientBoostingClassifier]]
) -> Trees:
    nodes: list[tuple[int, float, int, int, float]] = []
    roots: list[list[int]] = []
    depth = 0
    for sets in grown:
        starts = []
        for tree in chain.from_iterable(map(_trees, sets)):
            starts.append(len(nodes))
            nodes.extend(_nodes(tree, len(nodes)))
            depth = max(depth, int(tree["depth"].max()))
        roots.append(starts)
    biases = ([each._baseline_prediction.item() for each in sets] for sets in grown)
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    return Trees(
        names=names,
        depth=depth,
        biases=tuple(round(float(np.mean(each)), _DIGITS) for each in biases),
        roots=np.array(roots, np.int64),
        feature=np.array(feature, np.int64),
        threshold=np.array(threshold),
        left=np.array(left, np.int64),
        right=np.array(right, np.int64),
        value=np.array(value),
    )


def _trees(grown: HistGradientBoostingClassifier) -> Iterator[NDArray[Any]]:
    """Yield the nodes of each tree; scikit-learn keeps them to itself, a test compares answers."""
    for (predictor,) in grown._predictors:
        yield predictor.nodes


def _nodes(tree: NDArray[Any], start: int) -> Iterator[tuple[int, float, int, int, float]]:
    for number, node in enumerate(tree, start):
        leaf = bool(node["is_leaf"])
        yield (
            0 if leaf else int(node["feature_idx"]),
            0.0 if leaf else float(node["num_threshold"]),
            number if leaf else start + int(node["left"]),
            number if leaf else start + int(node["right"]),
            round(float(node["value"]) / _SETS, _DIGITS) if leaf else 0.0,
        )


def signs(names: Sequence[str]) -> list[int]:
    """Return how each value may move a chance: up only (1), down only (-1), or either way (0)."""
    return [_sign(name) for name in names]


def _sign(name: str) -> int:
    kind, _, what = name.partition(":")
    if kind.endswith(("reached", "own", "limit")):
        return 1
    if kind == "rule":
        rule = decision_rules()[what]
        rank = categories()[rule.category].rank or 0
        bans = any(read.endswith("/prohibition") for read in rule.reads)
        return int(rank >= _RESTRICTIVE or bans)
    return -int(kind == "grant" and what in _LOWERED)
