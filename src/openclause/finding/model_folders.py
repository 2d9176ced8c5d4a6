"""Which folders of a tree are models: told by names of files, and by the front of a read-me.

In: the path of a folder. Out: the paths of the outermost folders that hold a model, or a model's
card without it. What is in them is for `surveying`. Links to folders are not followed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from openclause.finding.components import any_of, component_of
from openclause.finding.ignoring import NOTHING, Ignores, ignores_above, ignores_in, is_ignored
from openclause.finding.model_cards import read_card
from openclause.finding.names import display, skipped
from openclause.finding.streams import Problem, open_file, read_up_to
from openclause.taxonomy import read_toml

_README = re.compile(r"(?:readme|model[-_ ]?card)[^/]*\.(?:md|markdown)", re.IGNORECASE)
_WEIGHTS = "model-parameters"
# Front matter is no longer, in bytes; it is read whole so that it can be told from other YAML.
_FRONT_BYTES = 1_000_000


def model_folders(folder: str, *, ignored: bool = False) -> Iterator[str]:
    """Yield the outermost folders at or below a folder that are models, by the bytes of names.

    A folder is one that holds weights in a format of models alone, or weights beside a
    configuration, or the card of a model. What lies below one is part of it.

    Parameters
    ----------
    ignored
        Whether folders count that git ignores.
    """
    stack = [(folder, NOTHING if ignored else ignores_above(folder))]
    while stack:
        path, above = stack.pop()
        folders, names = _members(path)
        if _is_model(path, names):
            yield path
            continue
        rules = above if ignored else ignores_in(path, above)
        inside = [os.path.join(path, name) for name in folders]
        stack += [(one, rules) for one in reversed(inside) if not _is_out(one, rules)]


def named_model_folders(
    paths: Sequence[str | os.PathLike[str]], *, ignored: bool = False
) -> dict[str, str]:
    """Return the models below some paths: the folder of each by what candidates in it are called.

    That is empty for the folder `.` itself, below which no name bears a prefix.
    """
    names: dict[str, str] = {}
    for path in paths:
        root = os.path.abspath(path)
        for folder in model_folders(root, ignored=ignored) if os.path.isdir(root) else ():
            names.setdefault(folder, _name_of(folder, root, str(Path(path))))
    return {name: folder for folder, name in names.items()}


def _name_of(folder: str, root: str, name: str) -> str:
    """Return a folder below a root as the user wrote the root."""
    steps = [step for step in (name, os.path.relpath(folder, root)) if step != "."]
    return display((os.path.join(*steps),)) if steps else ""


def _is_out(path: str, rules: Ignores) -> bool:
    return bool(rules.rules) and is_ignored(path, rules, folder=True)


def _members(folder: str) -> tuple[list[str], list[str]]:
    """Return the names of folders and of files, sorted; of a folder that cannot be listed none."""
    folders, names = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    names.append(entry.name)
                elif not skipped(entry.name):
                    folders.append(entry.name)
    except OSError:
        return [], []
    return sorted(folders, key=os.fsencode), sorted(names, key=os.fsencode)


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
