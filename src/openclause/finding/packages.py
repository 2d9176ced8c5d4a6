"""Which declarations and which license texts belong to one package.

In: candidates, and what their texts are. Out: `Package` records in the order of their folders. A
text belongs to the nearest package above it, if it lies there or in a folder for licenses; texts
elsewhere below are of other people's works and are judged by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from openclause.finding.candidates import Candidate
from openclause.taxonomy import read_toml

if TYPE_CHECKING:
    from openclause.identity import Match

# From here on a text is taken for a version of the known one.
_NEARLY = 0.9


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


def text_of(
    path: str, category: str, matches: Sequence[Match], *, needs_review: bool = False
) -> Text:
    """Return what a text is, from its category and the known licenses that it comes nearest to."""
    near = [match for match in matches if match.similarity >= _NEARLY]
    best = near[0] if near else None
    return Text(
        path=path,
        category=category,
        id=best.id if best else None,
        spdx_id=best.spdx_id if best else None,
        name=best.name if best else None,
        near=tuple(match.id for match in near),
        exact=bool(best and best.exact),
        needs_review=needs_review,
    )


def packages(candidates: Iterable[Candidate], texts: Mapping[str, Text]) -> tuple[Package, ...]:
    """Gather declarations and texts by package; `texts` are by the paths of their candidates."""
    declared: dict[str, list[Declaration]] = {}
    found: list[Text] = []
    for each in candidates:
        if each.error:
            continue
        if each.kind in ("metadata", "model-card") or (each.kind == "licence" and each.declared):
            home = _home(each.path)
            declared.setdefault(home, []).append(Declaration(each.path, each.declared))
        if each.kind == "licence" and not each.declared and each.path in texts:
            found.append(texts[each.path])
    _move_egg_info(declared)
    return tuple(_package(home, declared[home], found) for home in sorted(declared))


def _package(home: str, declared: Sequence[Declaration], found: Sequence[Text]) -> Package:
    own = tuple(text for text in found if _is_own(text.path, home))
    return Package(home, tuple(declared), own)


def _move_egg_info(declared: dict[str, list[Declaration]]) -> None:
    """Give what a build left beside a project to the project."""
    for home in [home for home in declared if home.endswith(".egg-info")]:
        above = _above(home)
        if above in declared:
            declared[above] += declared.pop(home)


def _home(path: str) -> str:
    """Return the folder that the metadata at a path is about."""
    folder = _above(path)
    parts = folder.split("/")
    inside = _folders()["inside"]
    at = next((at for at, part in enumerate(parts) if part.casefold() in inside), None)
    if at is None or (parts[at].casefold() == "debian" and at < len(parts) - 1):
        return folder
    return "/".join(parts[:at])


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _is_own(path: str, home: str) -> bool:
    """Tell whether a text lies in a package's folder, or in one for licenses in it."""
    if home and not path.startswith(f"{home}/"):
        return False
    folders = path[len(home) :].lstrip("/").split("/")[:-1]
    return not folders or folders[0].casefold() in _folders()["own"]


def _folders() -> dict[str, list[str]]:
    folders: dict[str, list[str]] = read_toml("discrepancies.toml")["folders"]
    return folders
