"""What is in a model's folder: its files, its card, and whether its weights are really there.

In: a folder. Out: a `Survey`. Files are looked at by name and size; of weights only the first bytes
are read, of the card all. What that comes to is for `releases`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from openclause.finding.candidates import Limits
from openclause.finding.components import component_of, kinds_of_weights
from openclause.finding.model_cards import Card, read_card
from openclause.finding.names import base, shown, skipped
from openclause.finding.passages import headings
from openclause.finding.streams import Problem, open_file, read_up_to

_CARD = re.compile(r"(?:readme|model[-_ ]?card)[^/]*\.(?:md|markdown|rst|txt)", re.IGNORECASE)
# Files of more are no model's folder.
_MOST_FILES = 200_000
_POINTER_BYTES = 1024
_DEFAULTS = Limits()


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a model's folder; paths are below it, with forward slashes.

    Attributes
    ----------
    files
        Paths by component of the Model Openness Framework.
    weights
        Paths of files of weights that hold them, `adapters` of those that only add to a model.
    pointers
        Paths of weights that were not downloaded.
    missing
        Names of parts of the weights that an index or a part's number asks for.
    architecture
        The architecture that the configuration names, whose code is elsewhere.
    card_path, card, headings, text
        The model card: its front matter, its headings and its text.
    """

    files: dict[str, tuple[str, ...]]
    weights: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    architecture: str | None = None
    card_path: str | None = None
    card: Card | None = None
    headings: tuple[str, ...] = ()
    text: str = ""


def survey(folder: Path, *, limits: Limits = _DEFAULTS) -> Survey:
    """Look through a model's folder; files that cannot be read count as not there."""
    paths = [path for path, _ in zip(_files(os.fspath(folder)), range(_MOST_FILES), strict=False)]
    by_component: dict[str, list[str]] = {}
    for path in paths:
        if component := component_of(path):
            by_component.setdefault(component, []).append(path)
    weights = by_component.get("model-parameters", [])
    pointers = [path for path in weights if _is_pointer(folder, path)]
    held = [path for path in weights if path not in pointers]
    adapters = [path for path in held if kinds_of_weights().adapters.fullmatch(path.casefold())]
    card_path = min((path for path in paths if _CARD.fullmatch(path)), key=_card_rank, default=None)
    data = _bytes(folder, card_path, limits.metadata_bytes) if card_path else b""
    return Survey(
        files={name: tuple(map(shown, found)) for name, found in by_component.items()},
        weights=tuple(shown(path) for path in held if path not in adapters),
        adapters=tuple(map(shown, adapters)),
        pointers=tuple(map(shown, pointers)),
        missing=tuple(_missing(folder, paths, weights, limits)),
        architecture=_architecture(folder, paths, limits),
        card_path=shown(card_path) if card_path else None,
        card=read_card(data),
        headings=headings(data),
        text=data.decode("utf-8", "replace"),
    )


def _files(folder: str) -> Iterator[str]:
    """Yield the paths of files below a folder, in the order of their names."""
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not skipped(name))
        for name in sorted(names):
            yield os.path.relpath(os.path.join(above, name), folder).replace(os.sep, "/")


def _card_rank(path: str) -> tuple[bool, str]:
    return not path.casefold().startswith("model"), path


def _bytes(folder: Path, path: str, count: int) -> bytes:
    try:
        with open_file(os.path.join(folder, path)) as stream:
            return read_up_to(stream, count)
    except Problem:
        return b""


def _is_pointer(folder: Path, path: str) -> bool:
    """Tell whether a file stands for weights elsewhere, is empty, or leads to nothing."""
    begins = _bytes(folder, path, _POINTER_BYTES)
    return not begins or begins.startswith(kinds_of_weights().pointer)


def _missing(
    folder: Path, paths: Sequence[str], weights: Sequence[str], limits: Limits
) -> Iterator[str]:
    """Yield the names of weights that an index lists, or the parts of a row that lacks some."""
    there = {base(path) for path in paths}
    asked: set[str] = set()
    for path in paths:
        if path.endswith(".index.json"):
            table = _json(folder, path, limits)
            asked |= {str(name) for name in _mapping(table.get("weight_map")).values()}
    for path in weights:
        if found := kinds_of_weights().split.fullmatch(base(path)):
            asked |= set(_row(found))
    yield from sorted(map(shown, asked - there))


def _row(found: re.Match[str]) -> Iterator[str]:
    for number in range(1, int(found["total"]) + 1):
        yield f"{found['name']}-{number:05}-of-{found['total']}{found['rest']}"


def _architecture(folder: Path, paths: Sequence[str], limits: Limits) -> str | None:
    """Return what `config.json` says that the model is."""
    for path in ("config.json", "model_index.json", "params.json"):
        if path in paths:
            config = _json(folder, path, limits)
            named = config.get("architectures") or config.get("model_type")
            named = named or config.get("_class_name")
            if isinstance(named, list):
                named = ", ".join(map(str, named))
            if named:
                return str(named)[:200]
    return None


def _json(folder: Path, path: str, limits: Limits) -> dict[str, Any]:
    try:
        return _mapping(msgspec.json.decode(_bytes(folder, path, limits.file_bytes)))
    except (msgspec.DecodeError, RecursionError):
        return {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
