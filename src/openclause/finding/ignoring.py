"""What git ignores in a folder, so that build output and installed packages stay out of a search.

In: folders of a git repository, from its root down, by their absolute paths. Out: whether a path
is ignored. Like git, only `.gitignore` files and `.git/info/exclude` of the repository count, and a
tree that is no repository ignores nothing. Files that git tracks although a rule ignores them
count as ignored here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import msgspec

from openclause.finding.globs import Rule, rule

# A longer file of rules is not one.
_MOST_BYTES = 1_000_000
GIT = ".git"


class Rules(msgspec.Struct, frozen=True):
    """The rules of one folder, whose path ends in a separator."""

    folder: str
    lines: tuple[Rule, ...]


class Ignores(msgspec.Struct, frozen=True):
    """The rules that hold in a folder, the nearest last, and whether it is in a repository."""

    repository: bool = False
    rules: tuple[Rules, ...] = ()


NOTHING = Ignores()


def ignores_above(folder: str) -> Ignores:
    """Return the rules that a folder inherits from the repository around it.

    A folder that its repository ignores inherits none: who names it wants it searched.
    """
    top = _repository(folder)
    ignores = NOTHING
    for each in _down(top, folder) if top else ():
        ignores = ignores_in(each, ignores)
        below = _next(each, folder)
        if below and is_ignored(below, ignores, folder=True):
            return Ignores(repository=True)
    return ignores


def ignores_in(folder: str, above: Ignores, *, top: bool | None = None) -> Ignores:
    """Return the rules for what lies in a folder; a repository within another starts anew.

    Parameters
    ----------
    top
        Whether the folder is the top of a repository, where that is known.
    """
    if _is_top(folder) if top is None else top:
        above = Ignores(True, tuple(_read(folder, os.path.join(GIT, "info", "exclude"))))
    if not above.repository:
        return above
    return Ignores(True, (*above.rules, *_read(folder, ".gitignore")))


def is_ignored(path: str, ignores: Ignores, *, folder: bool) -> bool:
    """Tell whether the nearest rule that fits an absolute path says to ignore it."""
    for each in reversed(ignores.rules):
        relative = path[len(each.folder) :].replace(os.sep, "/") + "/" * folder
        for line in reversed(each.lines):
            if line.fits(relative):
                return line.ignores
    return False


def _is_top(folder: str) -> bool:
    return os.path.lexists(os.path.join(folder, GIT))


def _repository(folder: str) -> str | None:
    """Return the nearest folder above this one, or this one, that is a git repository."""
    while not _is_top(folder):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def _down(top: str, folder: str) -> Iterator[str]:
    """Yield the folders from `top` to the one above `folder`."""
    while top != folder:
        yield top
        top = _next(top, folder)


def _next(top: str, folder: str) -> str:
    """Return the folder in `top` on the way to `folder`."""
    return os.path.join(top, os.path.relpath(folder, top).split(os.sep)[0])


def _read(folder: str, name: str) -> Iterator[Rules]:
    try:
        with open(os.path.join(folder, name), "rb") as stream:
            lines = stream.read(_MOST_BYTES).decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return
    if sound := tuple(found for line in lines if (found := rule(line))):
        yield Rules(os.path.join(folder, ""), sound)
