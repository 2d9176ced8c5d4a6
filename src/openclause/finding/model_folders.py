"""Which folders of a tree are models: told by names of files, and by the front of a read-me.

In: the folders that a search goes through, as it goes, and the names in them. Out: the outermost
ones that hold a model, or a model's card without it. What is in them is for `surveying`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cache

from openclause.finding.components import any_of, component_of
from openclause.finding.model_cards import read_card
from openclause.finding.names import display
from openclause.finding.streams import Problem, open_file, read_up_to
from openclause.taxonomy import read_toml

_README = re.compile(r"(?:readme|model[-_ ]?card)[^/]*\.(?:md|markdown)", re.IGNORECASE)
_WEIGHTS = "model-parameters"
# Front matter is no longer, in bytes; it is read whole so that it can be told from other YAML.
_FRONT_BYTES = 1_000_000


class ModelFolders:
    """The folders of models that a search has come through, in its order.

    A folder is one that holds weights in a format of models alone, or weights beside a
    configuration, or the card of a model. What lies below one is part of it.

    Attributes
    ----------
    folders
        The path of each by what candidates in it are called: their path without what is below
        the folder. It is empty for the folder `.` itself, below which no name bears a prefix.
    """

    def __init__(self) -> None:
        self.folders: dict[str, str] = {}
        self._root, self._named, self._last = "", "", ""

    def enter(self, root: str, named: str) -> None:
        """Begin with another folder of the search, given as users wrote it, too."""
        self._root, self._named, self._last = root, named, ""

    def look(self, folder: str, names: Sequence[str]) -> None:
        """Take the next folder at or below that one, and the names of all files in it."""
        if self._last and folder.startswith(self._last):
            return
        if _is_model(folder, names):
            self._last = os.path.join(folder, "")
            self.folders[_name_of(folder, self._root, self._named)] = folder


def _name_of(folder: str, root: str, name: str) -> str:
    """Return a folder below a root as the user wrote the root."""
    steps = [step for step in (name, os.path.relpath(folder, root)) if step != "."]
    return display((os.path.join(*steps),)) if steps else ""


def _is_model(folder: str, names: Sequence[str]) -> bool:
    if any(_telling().weights.fullmatch(name) for name in names):
        return True
    beside = any(_telling().beside.fullmatch(name) for name in names)
    if beside and any(component_of(name) == _WEIGHTS for name in names):
        return True
    return any(_is_card(folder, name, sure=beside) for name in names if _README.fullmatch(name))


def _is_card(folder: str, name: str, *, sure: bool) -> bool:
    """Tell whether a read-me is a model's card; other front matter names licenses, too."""
    try:
        with open_file(os.path.join(folder, name)) as stream:
            data = read_up_to(stream, _FRONT_BYTES)
    except Problem:
        return False
    card = read_card(data)
    if card is None or card.is_data:
        return False
    return sure or bool(_telling().card.search(data[: card.end].decode("utf-8", "replace")))


class _Telling:
    """What tells a model's folder from others."""

    def __init__(self) -> None:
        data = read_toml("model_openness.toml")["folder"]
        self.weights = any_of(data["weights"])
        self.beside = any_of(data["beside"])
        self.card = re.compile("|".join(data["card"]), re.MULTILINE)


@cache
def _telling() -> _Telling:
    return _Telling()
