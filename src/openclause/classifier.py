"""Linear models over hashed features, served with NumPy alone.

In: texts, or features as strings, and a `LinearModel` from a model folder. Out: probabilities
`(n, n_labels)`. Features are made by the same functions for training, which `training` does with
scikit-learn, and for serving. What a probability is worth against the clauses `openness` decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.modelfile import Part, find_folder, read_part, unpacking
from openclause.shapes import Shape, refuse_misfits
from openclause.wording import Hashes, document_words, ngram_hashes

CATEGORY_PART = "category"

_SHAPES = {"bias": Shape("f", ("labels",)), "weights": Shape("f", ("buckets", "labels"))}
# Beyond these bounds scores end in infinities.
_TEMPERATURES = (1e-3, 1e3)

Floats = NDArray[np.float32]
Integers = NDArray[np.signedinteger[Any]]


class Rows(msgspec.Struct, frozen=True, eq=False):
    """Sparse rows of features: row i is `[starts[i], starts[i + 1])` of buckets and values."""

    starts: NDArray[np.int64]
    buckets: Integers
    values: Floats

    def turns(self, most: int) -> Iterator[Rows]:
        """Yield the rows some at once, in their order; no rows are one turn, too."""
        n_rows = len(self.starts) - 1
        for first in range(0, max(n_rows, 1), most):
            starts = self.starts[first : first + most + 1]
            cells = slice(starts[0], starts[-1])
            yield Rows(starts - starts[0], self.buckets[cells], self.values[cells])


class LinearModel(msgspec.Struct, frozen=True, eq=False):
    """A weight for each bucket of hashed features and each label.

    `weights` are `(n_buckets, n_labels)`, of any precision, `bias` is `(n_labels,)`. The scores
    divided by `temperature` are chances of exclusive labels by `softmax`, of independent ones by
    `sigmoid`.

    References
    ----------
    K. Weinberger et al., Feature hashing for large scale multitask learning, 2009;
    C. Guo et al., On calibration of modern neural networks, 2017 (temperature).
    """

    labels: tuple[str, ...]
    weights: NDArray[np.floating[Any]]
    bias: Floats
    link: Literal["softmax", "sigmoid"] = "softmax"
    temperature: float = 1.0

    def probabilities(self, hashes: Sequence[Hashes]) -> Floats:
        """Return the probability of each label, `(n_rows, n_labels)`.

        A row is the hashes of its features, `(n_features,)`.
        """
        scores = self.scores(hashed_rows(hashes, n_buckets=len(self.weights))) / self.temperature
        if self.link == "softmax":
            return softmax(scores)
        return cast(Floats, 1 / (1 + np.exp(-np.clip(scores, -80, 80))))

    def scores(self, rows: Rows) -> Floats:
        """Return the weighted sums of rows of features, `(n_rows, n_labels)`."""
        return weighted_sums(rows, self.weights) + self.bias


def weighted_sums(rows: Rows, weights: NDArray[np.floating[Any]]) -> Floats:
    """Return the sum of the weights of each row's features, times their values.

    `weights` is `(n_buckets, n)`, the result `(n_rows, n)`.
    """
    sums = np.zeros((len(rows.starts) - 1, weights.shape[1]), np.float32)
    buckets = rows.buckets.astype(np.intp, copy=False)
    for row, (first, last) in enumerate(pairwise(rows.starts.tolist())):
        if first < last:
            # Clipped, for no bucket lies outside, which need not be tested.
            own = weights.take(buckets[first:last], axis=0, mode="clip")
            own = own.astype(np.float32, copy=False)
            own *= rows.values[first:last, None]
            # Neither `@` nor einsum, whose last bits hang on the kind of processor: row by row.
            np.add.reduce(own, axis=0, out=sums[row])
    return sums


def softmax(scores: Floats) -> Floats:
    """Return the chances of exclusive labels, `(n, n_labels)`, of their scores."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return cast(Floats, powers / powers.sum(axis=1, keepdims=True))


def hash_document(text: str) -> Hashes:
    """Return the hashed features of a whole document: words and pairs of words of its wording."""
    _, words = document_words(text)
    return np.concatenate([words, ngram_hashes(words, 2)])


def hashed_rows(hashes: Sequence[Hashes], *, n_buckets: int) -> Rows:
    """Count hashes into buckets; a value is 1 + log(count), scaled so that a row's length is 1."""
    rows = [np.unique((row % n_buckets).astype(np.int32), return_counts=True) for row in hashes]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    buckets = np.concatenate([np.empty(0, np.int32), *(buckets for buckets, _ in rows)])
    values = [np.empty(0, np.float32), *(_scaled(1 + np.log(counts)) for _, counts in rows)]
    return Rows(starts, buckets, np.concatenate(values))


def _scaled(values: NDArray[np.float64]) -> Floats:
    """Return values divided by their length; there may be none."""
    squares = np.cumsum(values**2)
    return (values / np.sqrt(squares[-1:])).astype(np.float32)


def category_probabilities(texts: Sequence[str], model: LinearModel) -> Floats:
    """Return the probability of each category for each text, `(n_texts, n_categories)`."""
    return model.probabilities([hash_document(text) for text in texts])


def model_part(model: LinearModel, name: str) -> Part:
    """Return a linear model as a part of a model folder, its weights in half precision."""
    return Part(
        name=name,
        settings={
            "labels": list(model.labels),
            "link": model.link,
            "temperature": model.temperature,
        },
        arrays={
            "weights": model.weights.astype(np.float16),
            "bias": model.bias.astype(np.float32),
        },
    )


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: tuple[str, ...]
    link: Literal["softmax", "sigmoid"]
    temperature: float


def load_linear_model(folder: Path | None = None, *, name: str = CATEGORY_PART) -> LinearModel:
    """Read a linear model of a model folder, by default of the one that openclause carries.

    Raises
    ------
    ModelError
        If there is no such model, or it is damaged or made for another version.
    """
    folder = find_folder(folder)
    part = read_part(folder, name)
    with unpacking(folder, name):
        return _unpacked(part)


def _unpacked(part: Part) -> LinearModel:
    settings = msgspec.convert(part.settings, _Settings)
    refuse_misfits(part.arrays, _SHAPES, {"labels": len(settings.labels)})
    least, most = _TEMPERATURES
    if not settings.labels or not least <= settings.temperature <= most:
        raise ValueError(f"{len(settings.labels)} labels, temperature {settings.temperature}")
    if not len(part.arrays["weights"]):
        raise ValueError("no weights")
    return LinearModel(
        labels=settings.labels,
        weights=part.arrays["weights"],
        bias=part.arrays["bias"].astype(np.float32),
        link=settings.link,
        temperature=settings.temperature,
    )
