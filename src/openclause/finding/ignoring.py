"""What git ignores in a folder, so that build output and installed packages stay out of a search.

In: folders of a git repository, from its root down, by their absolute paths. Out: whether a path
is ignored. Like git, only `.gitignore` files and `.git/info/exclude` of the repository count, and a
tree that is no repository ignores nothing. Files that git tracks although a rule ignores them
count as ignored here.
"""

from __future__ import annotations

import logging
import os
import stat
from codecs import BOM_UTF8
from collections.abc import Iterator

import msgspec

from openclause.finding.globs import Rule, rule
from openclause.finding.names import shown
from openclause.locales import unicode_name

# So much of rules may hold in a folder; what fits no more is not obeyed, and more is searched.
_MOST_BYTES = 250_000
GIT, IGNORE = ".git", ".gitignore"
_LOG = logging.getLogger(__name__)
# Not to wait for a pipe, and, as git, to follow no link in a tree.
_SAFELY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0)


class Rules(msgspec.Struct, frozen=True):
    """The rules of one folder, whose path ends in a separator, and their size in bytes."""

    folder: str
    lines: tuple[Rule, ...]
    size: int


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
    return Ignores(True, (*above.rules, *_read(folder, IGNORE, above)))


def is_ignored(path: str, ignores: Ignores, *, folder: bool) -> bool:
    """Tell whether the nearest rule that fits an absolute path says to ignore it."""
    for each in reversed(ignores.rules):
        below = path[len(each.folder) :].replace(os.sep, "/")
        relative = below if below.isascii() else os.fsencode(below).decode("latin-1")
        name = relative.rpartition("/")[2]
        for line in reversed(each.lines):
            if line.fits(relative, name, folder=folder):
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


def _read(folder: str, name: str, above: Ignores = NOTHING) -> Iterator[Rules]:
    path = os.path.join(folder, name)
    room = _MOST_BYTES - sum(each.size for each in above.rules)
    data = _content(path, room + 1, os.O_RDONLY | _SAFELY | (_AS_IT_IS if name == IGNORE else 0))
    if len(data) > room:
        _LOG.warning(
            "%s: not obeyed: with the rules above it, it has more than %s bytes; what it ignores "
            "is searched, too; shorten it",
            shown(unicode_name(path)),
            f"{_MOST_BYTES:,}",
        )
        return
    lines = data.removeprefix(BOM_UTF8).decode("latin-1").split("\n")
    if sound := tuple(found for line in lines if (found := rule(line.removesuffix("\r")))):
        yield Rules(os.path.join(folder, ""), sound, len(data))


def _content(path: str, most: int, flags: int) -> bytes:
    """Return the beginning of a regular file; nothing of what is none."""
    try:
        with open(path, "rb", opener=lambda path, _: os.open(path, flags)) as stream:
            regular = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
            return stream.read(most) if regular else b""
    except OSError:
        return b""
