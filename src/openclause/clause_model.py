"""The clause model: how likely a unit carries each term and modality, served with NumPy alone.

In: the `Cells` of a text's units. Out: probabilities `(n_units, n_labels)`, and those that a unit
alone limits an open license, `(n_units, n_limits)`. The model knows some ten thousand features by
their hashes; a network answers for all labels and limits at once. How it is learnt is for
`clause_training`, what is made of its chances for `reading`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.classifier import Floats, Integers, Rows
from openclause.features import BLOCKS, Cells
from openclause.limits import carriers
from openclause.modelfile import Part, unpacking
from openclause.network import Network, logistic
from openclause.shapes import Shape, refuse_misfits
from openclause.taxonomy import MODALITIES, terms
from openclause.wording import Hashes

CLAUSE_PART = "clauses"
# What a block of features counts for beside the others.
BLOCK_WEIGHTS = np.array([1.0, 0.3, 1.0, 1.0], np.float32)
_STEPS = 127
# So many hidden units at most, for each sentence holds a number of each while it is read.
_WIDEST = 4096
# The order matters: what comes first tells the sizes of the others.
_SHAPES = {
    "ids": Shape("u4", ("features",), order="rising"),
    "rarity": Shape("f", ("features",)),
    "blocks": Shape("u1", ("features",), below="blocks"),
    "hidden-bias": Shape("f", ("hidden",)),
    "hidden": Shape("i1", ("features", "hidden")),
    "steps": Shape("f", ("hidden",)),
    "output": Shape("f", ("hidden", "questions")),
    "output-bias": Shape("f", ("questions",)),
    "least": Shape("f", ("labels",)),
}
# Bits of an id by which it is looked up among those known, and the others.
_HEAD, _TAIL = 18, 14


class Vocabulary(msgspec.Struct, frozen=True, eq=False):
    """The features that a model knows: sorted `ids`, their rarity (idf) and block, `(n_features,)`.

    References
    ----------
    K. Spaerck Jones, A statistical interpretation of term specificity, 1972 (idf).
    """

    ids: Hashes
    rarity: Floats
    blocks: NDArray[np.uint8]

    def rows(self, cells: Cells, n_units: int) -> Rows:
        """Return the known features of each unit."""
        columns, known = self._columns(cells.ids)
        width = max(len(self.ids), 1)
        pairs, counts = np.unique(
            _narrowed(cells.rows.take(known) * width + columns, n_units * width), return_counts=True
        )
        row_of, columns = np.divmod(pairs, width)
        starts = np.searchsorted(row_of, np.arange(n_units + 1))
        return Rows(starts, columns, self.values(row_of, columns, counts, n_units))

    def _columns(self, ids: Hashes) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the positions of known ids among those known, and which of the asked they are."""
        known_ids, first = _lookup(self)
        columns = first.take(ids >> _TAIL)
        while (behind := (found := known_ids.take(columns)) < ids).any():
            columns += behind
        known = np.flatnonzero((found == ids) & (columns < len(self.ids)))
        return columns.take(known), known

    def values(self, row_of: Integers, columns: Integers, counts: Integers, n_units: int) -> Floats:
        """Return (1 + log count) * rarity for cells of units, all `(n_cells,)`.

        Each block of a unit has the length 1, scaled by `BLOCK_WEIGHTS`.
        """
        values = (1 + np.log(counts)) * self.rarity.take(columns)
        place = row_of * len(BLOCKS) + self.blocks.take(columns)
        squares = np.bincount(place, values**2, minlength=n_units * len(BLOCKS))
        squares[squares == 0] = 1  # of what shows nothing
        scales = BLOCK_WEIGHTS / np.sqrt(squares).reshape(n_units, len(BLOCKS))
        values *= scales.take(place)
        return cast(Floats, values.astype(np.float32))


def _narrowed(numbers: NDArray[np.int64], below: int) -> Integers:
    """Return numbers below another one in 32 bits if they fit: so they are sorted twice as fast."""
    return numbers.astype(np.int32) if below <= 2**31 else numbers


@lru_cache(maxsize=4)
def _lookup(vocabulary: Vocabulary) -> tuple[Hashes, NDArray[np.int32]]:
    """Return the known ids, a greatest one behind them, and where those of each head begin.

    Of few heads there is more than one.
    """
    heads = np.concatenate([[-1], vocabulary.ids >> _TAIL, [(1 << _HEAD) - 1]])
    first = np.repeat(np.arange(len(vocabulary.ids) + 1, dtype=np.int32), np.diff(heads))
    return np.append(vocabulary.ids, np.uint32(2**32 - 1)), first


class ClauseModel(msgspec.Struct, frozen=True, eq=False):
    """A vocabulary, a network over it, and from which chance on each label is believed.

    The network answers for each of `labels` (`modality/term`), then for each of `limits`
    (categories of `limits.carriers`); `least` is `(n_labels,)`.
    """

    labels: tuple[str, ...]
    limits: tuple[str, ...]
    vocabulary: Vocabulary
    network: Network
    least: Floats

    def chances(self, cells: Cells, n_units: int) -> tuple[Floats, Floats]:
        """Return the probability of each label and of each limit for each unit.

        Their shapes are `(n_units, n_labels)` and `(n_units, n_limits)`.
        """
        chances = logistic(self.network.margins(self.vocabulary.rows(cells, n_units)))
        return chances[:, : len(self.labels)], chances[:, len(self.labels) :]


def clause_part(model: ClauseModel) -> Part:
    """Return the model as a part of a model folder, most weights in whole steps of a byte."""
    network = model.network
    steps = np.abs(network.hidden).max(axis=0, initial=1e-6) / _STEPS
    return Part(
        name=CLAUSE_PART,
        settings={"labels": list(model.labels), "limits": list(model.limits)},
        arrays={
            "ids": model.vocabulary.ids,
            "rarity": model.vocabulary.rarity.astype(np.float16),
            "blocks": model.vocabulary.blocks,
            "hidden": np.rint(network.hidden / steps).astype(np.int8),
            "steps": steps.astype(np.float32),
            "hidden-bias": network.hidden_bias,
            "output": network.output,
            "output-bias": network.output_bias,
            "least": model.least,
        },
    )


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: tuple[str, ...]
    limits: tuple[str, ...]


def clause_model_of(part: Part, folder: Path) -> ClauseModel:
    """Return the model that a part of a folder holds.

    Raises
    ------
    ModelError
        If it is incomplete, or does not fit together.
    """
    with unpacking(folder, CLAUSE_PART):
        settings = msgspec.convert(part.settings, _Settings)
        _refuse_names(settings)
        questions = len(settings.labels) + len(settings.limits)
        sizes = {"labels": len(settings.labels), "questions": questions, "blocks": len(BLOCKS)}
        refuse_misfits(part.arrays, _SHAPES, sizes)
        if (width := len(part.arrays["hidden-bias"])) > _WIDEST:
            raise ValueError(f"{width} hidden units, of {_WIDEST} at most")
        return unpacked(part)


def _refuse_names(settings: _Settings) -> None:
    labels = {f"{modality}/{term}" for term in terms() for modality in MODALITIES}
    for names, known in ((settings.labels, labels), (settings.limits, carriers().keys())):
        if strange := set(names) - known:
            raise ValueError(f"{min(strange)[:40]!r} is no label of clauses")
        if len(set(names)) < len(names):
            raise ValueError("a name comes twice")
    if not settings.labels:
        raise ValueError("no labels")


def unpacked(part: Part) -> ClauseModel:
    """Return the model that a part holds."""
    settings = msgspec.convert(part.settings, _Settings)
    arrays = part.arrays
    hidden = np.multiply(arrays["hidden"], arrays["steps"], dtype=np.float32)
    rest = (arrays[name].astype(np.float32) for name in ("hidden-bias", "output", "output-bias"))
    return ClauseModel(
        settings.labels,
        settings.limits,
        Vocabulary(arrays["ids"], arrays["rarity"].astype(np.float32), arrays["blocks"]),
        Network(hidden, *rest),
        arrays["least"].astype(np.float32),
    )
