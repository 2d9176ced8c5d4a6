"""The clause model: how likely a unit carries each term and modality, served with NumPy alone.

In: the `Cells` of a text's units. Out: probabilities `(n_units, n_labels)`, and those that a unit
alone limits an open license, `(n_units, n_limits)`. The model knows some ten thousand features by
their hashes; each has a weight for each label and limit. How it is learnt is for
`clause_training`, what is made of its chances for `reading`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.classifier import Floats, LinearModel, Rows
from openclause.errors import ModelError
from openclause.features import BLOCKS, Cells, Whole
from openclause.limits import carriers
from openclause.modelfile import Part, find_folder, read_part
from openclause.wording import Hashes

CLAUSE_PART = "clauses"
# What a block of features counts for beside the others.
BLOCK_WEIGHTS = np.array([1.0, 0.3, 1.0], np.float32)
_STEPS = 127
# Bits of an id that are looked at before it is looked for among those known, and the others.
_HEAD, _TAIL = 20, 12


class Vocabulary(msgspec.Struct, frozen=True, eq=False):
    """The features that a model knows: sorted `ids`, their rarity (idf) and block, `(n_features,)`.

    References
    ----------
    K. Spaerck Jones, A statistical interpretation of term specificity, 1972 (idf).
    """

    ids: Hashes
    rarity: Floats
    blocks: NDArray[np.uint8]
    _heads: NDArray[np.bool_] = msgspec.field(default_factory=lambda: np.zeros(1 << _HEAD, bool))

    def __post_init__(self) -> None:
        """Mark the first bits of the known ids: most features of a text are told from them."""
        self._heads[self.ids >> _TAIL] = True

    def rows(self, cells: Cells, n_units: int) -> Rows:
        """Return the known features of each unit."""
        maybe = np.flatnonzero(self._heads[cells.ids >> _TAIL])
        columns = np.searchsorted(self.ids, cells.ids[maybe])
        columns = np.minimum(columns, max(len(self.ids) - 1, 0))
        known = self.ids[columns] == cells.ids[maybe]
        width = max(len(self.ids), 1)
        rows = cells.rows[maybe[known]]
        pairs, counts = np.unique(rows * width + columns[known], return_counts=True)
        row_of, columns = np.divmod(pairs, width)
        starts = np.searchsorted(row_of, np.arange(n_units + 1))
        return Rows(starts, columns, self.values(row_of, columns, counts, n_units))

    def values(
        self, row_of: Whole, columns: Whole, counts: NDArray[np.integer[Any]], n_units: int
    ) -> Floats:
        """Return (1 + log count) * rarity for cells of units, all `(n_cells,)`.

        Each block of a unit has the length 1, scaled by `BLOCK_WEIGHTS`.
        """
        values = (1 + np.log(counts)) * self.rarity[columns]
        blocks = self.blocks[columns]
        place = row_of * len(BLOCKS) + blocks
        squares = np.bincount(place, values**2, minlength=n_units * len(BLOCKS))
        values *= BLOCK_WEIGHTS[blocks] / np.sqrt(squares[place])
        return cast(Floats, values.astype(np.float32))


class ClauseModel(msgspec.Struct, frozen=True, eq=False):
    """A vocabulary, its weights, and from which chance on each label is believed, `(n_labels,)`.

    `limits` has a column for each category of `limits.carriers`.
    """

    vocabulary: Vocabulary
    linear: LinearModel
    least: Floats
    limits: LinearModel

    @property
    def labels(self) -> tuple[str, ...]:
        """The `modality/term` labels in the order of the columns."""
        return self.linear.labels

    def chances(self, cells: Cells, n_units: int) -> tuple[Floats, Floats]:
        """Return the probability of each label and of each limit for each unit.

        Their shapes are `(n_units, n_labels)` and `(n_units, n_limits)`.
        """
        rows = self.vocabulary.rows(cells, n_units)
        return _logistic(self.linear.scores(rows)), _logistic(self.limits.scores(rows))


def _logistic(scores: Floats) -> Floats:
    return cast(Floats, 1 / (1 + np.exp(-np.clip(scores, -80, 80))))


def clause_part(model: ClauseModel) -> Part:
    """Return the model as a part of a model folder, its weights in whole steps of a byte."""
    return Part(
        name=CLAUSE_PART,
        settings={"labels": list(model.labels), "limits": list(model.limits.labels)},
        arrays={
            "ids": model.vocabulary.ids,
            "rarity": model.vocabulary.rarity.astype(np.float16),
            "blocks": model.vocabulary.blocks,
            **_packed(model.linear, ""),
            **_packed(model.limits, "limit-"),
            "least": model.least,
        },
    )


def _packed(linear: LinearModel, prefix: str) -> dict[str, NDArray[Any]]:
    steps = np.abs(linear.weights).max(axis=0, initial=1e-6) / _STEPS
    return {
        f"{prefix}weights": np.rint(linear.weights / steps).astype(np.int8),
        f"{prefix}steps": steps.astype(np.float32),
        f"{prefix}bias": linear.bias,
    }


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: tuple[str, ...]
    limits: tuple[str, ...]


def load_clause_model(folder: Path | None = None) -> ClauseModel:
    """Read the clause model of a model folder, by default of the one that openclause carries.

    Raises
    ------
    ModelError
        If there is no such model, or it is damaged or made for another version.
    """
    folder = find_folder(folder)
    part = read_part(folder, CLAUSE_PART)
    try:
        model = unpacked(part)
    except (KeyError, ValueError, msgspec.ValidationError) as error:
        raise ModelError(f"{folder}: its part {CLAUSE_PART!r} is incomplete ({error})") from error
    if not _fits(model):
        raise ModelError(
            f"{folder}: its part {CLAUSE_PART!r} does not fit together; make a new model"
        )
    return model


def unpacked(part: Part) -> ClauseModel:
    """Return the model that a part holds."""
    settings = msgspec.convert(part.settings, _Settings)
    arrays = part.arrays
    return ClauseModel(
        Vocabulary(arrays["ids"], arrays["rarity"].astype(np.float32), arrays["blocks"]),
        _linear(arrays, "", settings.labels),
        arrays["least"].astype(np.float32),
        _linear(arrays, "limit-", settings.limits),
    )


def _linear(
    arrays: Mapping[str, NDArray[Any]], prefix: str, labels: tuple[str, ...]
) -> LinearModel:
    weights, steps = arrays[f"{prefix}weights"], arrays[f"{prefix}steps"]
    return LinearModel(
        labels,
        np.multiply(weights, steps, dtype=np.float32),
        arrays[f"{prefix}bias"].astype(np.float32),
        link="sigmoid",
    )


def _fits(model: ClauseModel) -> bool:
    one = (len(model.vocabulary.ids),)
    return (
        bool(model.labels)
        and _is_whole(model.linear, *one)
        and _is_whole(model.limits, *one)
        and set(model.limits.labels) <= set(carriers())
        and model.least.shape == (len(model.labels),)
        and model.vocabulary.rarity.shape == model.vocabulary.blocks.shape == one
        and bool((np.diff(model.vocabulary.ids.astype(np.int64)) > 0).all())
        and bool((model.vocabulary.blocks < len(BLOCKS)).all())
    )


def _is_whole(linear: LinearModel, n_features: int) -> bool:
    return (
        linear.weights.shape == (n_features, len(linear.labels))
        and linear.bias.shape == (len(linear.labels),)
        and bool(np.isfinite(linear.weights).all() and np.isfinite(linear.bias).all())
    )
