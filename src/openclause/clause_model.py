"""The clause model: how likely a unit carries each term and modality, served with NumPy alone.

In: the `Cells` of a text's units. Out: probabilities `(n_units, n_labels)`. The model knows some
ten thousand features by their hashes; each has a weight for each label. How it is learnt is for
`clause_training`, what is made of its chances for `reading`.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.classifier import Floats, LinearModel, Rows
from openclause.errors import ModelError
from openclause.features import BLOCKS, Cells
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
        """Return the known features of each unit: (1 + log count) * rarity, each block of length 1.

        The blocks are then scaled by `BLOCK_WEIGHTS`.
        """
        maybe = np.flatnonzero(self._heads[cells.ids >> _TAIL])
        columns = np.searchsorted(self.ids, cells.ids[maybe])
        columns = np.minimum(columns, max(len(self.ids) - 1, 0))
        known = self.ids[columns] == cells.ids[maybe]
        width = max(len(self.ids), 1)
        rows = cells.rows[maybe[known]]
        pairs, counts = np.unique(rows * width + columns[known], return_counts=True)
        row_of, columns = np.divmod(pairs, width)
        values = (1 + np.log(counts)) * self.rarity[columns]
        blocks = self.blocks[columns]
        place = row_of * len(BLOCKS) + blocks
        squares = np.bincount(place, values**2, minlength=n_units * len(BLOCKS))
        values *= BLOCK_WEIGHTS[blocks] / np.sqrt(squares[place])
        starts = np.searchsorted(row_of, np.arange(n_units + 1))
        return Rows(starts, columns, values.astype(np.float32))


class ClauseModel(msgspec.Struct, frozen=True, eq=False):
    """A vocabulary, its weights, and from which chance on each label is believed, `(n_labels,)`."""

    vocabulary: Vocabulary
    linear: LinearModel
    least: Floats

    @property
    def labels(self) -> tuple[str, ...]:
        """The `modality/term` labels in the order of the columns."""
        return self.linear.labels

    def chances(self, cells: Cells, n_units: int) -> Floats:
        """Return the probability of each label for each unit, `(n_units, n_labels)`."""
        scores = self.linear.scores(self.vocabulary.rows(cells, n_units))
        return cast(Floats, 1 / (1 + np.exp(-np.clip(scores, -80, 80))))


def clause_part(model: ClauseModel) -> Part:
    """Return the model as a part of a model folder, its weights in whole steps of a byte."""
    steps = np.abs(model.linear.weights).max(axis=0, initial=1e-6) / _STEPS
    return Part(
        name=CLAUSE_PART,
        settings={"labels": list(model.labels)},
        arrays={
            "ids": model.vocabulary.ids,
            "rarity": model.vocabulary.rarity.astype(np.float16),
            "blocks": model.vocabulary.blocks,
            "weights": np.rint(model.linear.weights / steps).astype(np.int8),
            "steps": steps.astype(np.float32),
            "bias": model.linear.bias,
            "least": model.least,
        },
    )


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: tuple[str, ...]


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
    labels = msgspec.convert(part.settings, _Settings).labels
    arrays = part.arrays
    weights = arrays["weights"].astype(np.float32) * arrays["steps"].astype(np.float32)
    return ClauseModel(
        Vocabulary(arrays["ids"], arrays["rarity"].astype(np.float32), arrays["blocks"]),
        LinearModel(labels, weights, arrays["bias"].astype(np.float32), link="sigmoid"),
        arrays["least"].astype(np.float32),
    )


def _fits(model: ClauseModel) -> bool:
    n_features, n_labels = len(model.vocabulary.ids), len(model.labels)
    one = (n_features,)
    return (
        n_labels > 0
        and model.linear.weights.shape == (n_features, n_labels)
        and model.linear.bias.shape == model.least.shape == (n_labels,)
        and model.vocabulary.rarity.shape == model.vocabulary.blocks.shape == one
        and bool((np.diff(model.vocabulary.ids.astype(np.int64)) > 0).all())
        and bool((model.vocabulary.blocks < len(BLOCKS)).all())
        and bool(np.isfinite(model.linear.weights).all() and np.isfinite(model.linear.bias).all())
    )
