"""What the arrays of a model's part must be: kinds, sizes and bounds, as data.

In: arrays by name, and the `Shape` of each. Out: nothing, or a `ValueError` that names the first
array that is otherwise. Sums tell damage only: whoever forges an array forges its sum as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

# No float of a model comes near it, and sums of products of two such are far from the greatest.
_MOST = 1e6


class Shape(msgspec.Struct, frozen=True):
    """What an array must be.

    `kind` is what NumPy calls its type (`u4`), or `f` for floats of any width, which must be
    numbers below a million. `sizes` are numbers, or names of sizes that are the same wherever a
    part has them. Integers stay below the size that `below` names; `order` tells whether each is
    greater than the one before it (`rising`), or no less (`sorted`).
    """

    kind: str
    sizes: tuple[str | int, ...]
    below: str = ""
    order: Literal["", "sorted", "rising"] = ""


def refuse_misfits(
    arrays: Mapping[str, NDArray[Any]], shapes: Mapping[str, Shape], sizes: Mapping[str, int]
) -> None:
    """Hold the arrays of a part against their shapes.

    Parameters
    ----------
    sizes
        Those known beforehand; the others are those of the first array that has them.

    Raises
    ------
    KeyError
        If an array is missing.
    ValueError
        If one is of another kind or size, or holds what is out of bounds or order.
    """
    known = dict(sizes)
    for name, shape in shapes.items():
        _refuse_form(name, arrays[name], shape, known)
        _refuse_numbers(name, arrays[name], shape, known)


def _refuse_form(name: str, array: NDArray[Any], shape: Shape, known: dict[str, int]) -> None:
    if not array.dtype.str[1:].startswith(shape.kind):
        raise ValueError(f"array {name} is of the kind {array.dtype}")
    if array.ndim == len(shape.sizes):
        for size, found in zip(shape.sizes, array.shape, strict=True):
            if isinstance(size, str):
                known.setdefault(size, found)
    wanted = tuple(size if isinstance(size, int) else known.get(size) for size in shape.sizes)
    if array.shape != wanted:
        raise ValueError(f"array {name} is of the shape {array.shape}")


def _refuse_numbers(name: str, array: NDArray[Any], shape: Shape, known: Mapping[str, int]) -> None:
    if shape.kind == "f" and not _are_ordinary(array):
        raise ValueError(f"array {name} holds what is no ordinary number")
    if shape.below and array.size and int(array.max()) >= known[shape.below]:
        raise ValueError(f"array {name} points out of its table")
    if shape.order and not _is_ordered(array, strictly=shape.order == "rising"):
        raise ValueError(f"array {name} is in no order")


def _are_ordinary(array: NDArray[Any]) -> bool:
    if array.dtype.itemsize <= np.float16().itemsize:  # which are below, and slow to compare
        return bool(np.isfinite(array).all())
    return bool(array.min(initial=0) > -_MOST and array.max(initial=0) < _MOST)


def _is_ordered(array: NDArray[Any], *, strictly: bool) -> bool:
    one, next_ = array[:-1], array[1:]
    return bool((one < next_).all() if strictly else (one <= next_).all())
