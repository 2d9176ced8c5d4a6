"""The components of a model's release, as the Model Openness Framework names them.

In: paths of files. Out: which component a file belongs to; the table of components and classes,
from `data/model_openness.toml`.

References
----------
White et al., The Model Openness Framework, arXiv:2403.13784.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import msgspec

from openclause.errors import DataError
from openclause.taxonomy import Words, read_toml

Class = Literal["III", "II", "I"]
CLASSES: tuple[Class, ...] = ("III", "II", "I")
ComponentKind = Literal["code", "model", "data", "documentation"]


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A component: the class that first asks for it, and how it is recognised."""

    class_: Class = msgspec.field(name="class")
    kind: ComponentKind
    name: Words
    files: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    optional: bool = False
    instead: str | None = None
    license: Literal["open", "any"] = "open"


class Weights(msgspec.Struct, frozen=True):
    """How files of weights are told apart."""

    adapters: re.Pattern[str]
    pointer: bytes
    split: re.Pattern[str]
    api: re.Pattern[str]


@cache
def components() -> dict[str, Component]:
    """Return the 17 components by id.

    Raises
    ------
    DataError
        If the table is not as it should be.
    """
    tables = read_toml("model_openness.toml")
    try:
        found = msgspec.convert(tables["component"], dict[str, Component])
    except msgspec.ValidationError as error:
        raise DataError(f"data/model_openness.toml: {error}") from error
    if set(found) != set(tables["order"]):
        raise DataError("data/model_openness.toml: `order` must name each component once")
    return found


def component_of(path: str) -> str | None:
    """Return the component that a file of a model's folder belongs to."""
    never, table = _patterns()
    low = path.casefold()
    if never.fullmatch(low):
        return None
    return next((name for name, pattern in table if pattern.fullmatch(low)), None)


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    data, found = read_toml("model_openness.toml"), components()
    table = tuple((name, _at_the_end(found[name].files)) for name in data["order"])
    return any_of(data["never"]), table


def _at_the_end(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(f"(?:.*/)?(?:{'|'.join(patterns)})")


def any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern that looks for any of some; of none, one that never matches."""
    return re.compile("|".join(f"(?:{one})" for one in patterns) or r"(?!)", re.IGNORECASE)


@cache
def kinds_of_weights() -> Weights:
    """Return how files of weights are told apart."""
    data: dict[str, Any] = read_toml("model_openness.toml")["weights"]
    return Weights(
        adapters=any_of(data["adapters"]),
        pointer=data["pointer"].encode(),
        split=re.compile(data["split"]),
        api=any_of(data["api"]),
    )
