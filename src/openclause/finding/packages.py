"""Which declarations and which license texts belong to one package.

In: candidates, and what their texts are. Out: `Package` records, as the search leaves folders. A
text belongs to the nearest package above it, if it lies there or in a folder for licenses; texts
elsewhere below are of other people's works and are judged by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Protocol

import msgspec

from openclause.taxonomy import read_toml


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """What a license text is: its category, and the known license that it is or nearly is.

    `near` are the ids of all known licenses that it nearly is, siblings of the best one.
    """

    path: str
    category: str
    id: str | None = None
    spdx_id: str | None = None
    name: str | None = None
    near: tuple[str, ...] = ()
    exact: bool = False
    needs_review: bool = False


class Declaration(msgspec.Struct, frozen=True):
    """What the metadata at a path declares; empty if it declares nothing."""

    path: str
    expressions: tuple[str, ...]


class Package(msgspec.Struct, frozen=True):
    """A folder with metadata; `folder` is empty for the folder that was searched from."""

    folder: str
    declarations: tuple[Declaration, ...]
    texts: tuple[Text, ...]


class Placed(Protocol):
    """A candidate, or whatever else tells as much of a place."""

    @property
    def path(self) -> str:
        """Where it is, as `Candidate.path`."""

    @property
    def kind(self) -> str:
        """As `Candidate.kind`."""

    @property
    def declared(self) -> tuple[str, ...]:
        """As `Candidate.declared`."""

    @property
    def error(self) -> str | None:
        """As `Candidate.error`."""


class _Open(msgspec.Struct):
    """A folder that the search is still in; `builds` are what builds left in it."""

    folder: str
    declarations: list[Declaration] = []
    texts: list[Text] = []
    builds: list[Package] = []

    def closed(self) -> Iterator[Package]:
        """Yield the package that it is; what a build left beside a project is the project's."""
        if not self.declarations:
            yield from self.builds
            return
        said = [each for build in self.builds for each in build.declarations]
        yield Package(self.folder, (*self.declarations, *said), tuple(self.texts))


def packages(found: Iterable[tuple[Placed, Text | None]]) -> Iterator[Package]:
    """Gather declarations and texts by package.

    Parameters
    ----------
    found
        Candidates in the order of the search, each with what its text is, where it has one. No
        more of them are held than lie in the folders that the search is still in.

    Yields
    ------
    Package
        As soon as the search has left its folder.
    """
    gathering = Gathering()
    for each, text in found:
        yield from gathering.add(each, text)
    yield from gathering.end()


class Gathering:
    """The folders that a search is still in, for whoever hands it candidates one by one."""

    def __init__(self) -> None:
        self._inside = [_Open("")]

    def add(self, each: Placed, text: Text | None) -> Iterator[Package]:
        """Take the next candidate; yield the packages whose folders were left for it."""
        inside = self._inside
        while not _is_in(each.path, inside[-1].folder):
            yield from _left(inside)
        inside += (_Open(folder) for folder in _between(inside[-1].folder, each.path))
        if each.error is None:
            _put(each, text, inside)

    def end(self) -> Iterator[Package]:
        """Leave all folders."""
        while self._inside:
            yield from _left(self._inside)


def _left(inside: list[_Open]) -> Iterator[Package]:
    last = inside.pop()
    if last.folder.endswith(".egg-info") and inside:
        inside[-1].builds += last.closed()
    else:
        yield from last.closed()


def _is_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _between(folder: str, path: str) -> list[str]:
    """Return the folders below `folder` on the way to a path, the outermost first."""
    found: list[str] = []
    above = _above(path)
    while above and above != folder:
        found.append(above)
        above = _above(above)
    return found[::-1]


def _put(each: Placed, text: Text | None, inside: Sequence[_Open]) -> None:
    """Note a declaration at its package's folder, or a text at each folder that it is own in.

    A Debian copyright file is neither: it lists other people's works by names of its own.
    """
    if each.kind in ("metadata", "model-card"):
        home = _home(each.path)
        place = next(open_ for open_ in inside if open_.folder == home)
        place.declarations.append(Declaration(each.path, each.declared))
    elif each.kind == "licence" and text is not None:
        for open_ in inside:
            if _is_own(each.path[len(open_.folder) :].lstrip("/")):
                open_.texts.append(text)


def _home(path: str) -> str:
    """Return the folder that the metadata at a path is about: of META-INF, the one above it."""
    parts = _above(path).split("/")
    for at in range(len(parts) - 1, -1, -1):
        if parts[at].casefold() == "meta-inf":
            return "/".join(parts[:at])
    return "/".join(parts)


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _is_own(path: str) -> bool:
    """Tell whether a text lies in a package's folder, or in one for licenses in it."""
    folder, below, _ = path.partition("/")
    return not below or folder.casefold() in _own_folders()


@cache
def _own_folders() -> frozenset[str]:
    return frozenset(read_toml("discrepancies.toml")["folders"]["own"])
