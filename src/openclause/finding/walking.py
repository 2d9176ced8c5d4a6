"""From a folder to its files that a search is interested in, in an order that only names decide.

In: the absolute path of a folder. Out: `Entry` records, lazily, folder by folder. No link to a
folder is followed, so that there are no loops; a link to a file is one that must not lead out of
the tree. What cannot be listed is an entry with a cause. What is in the files is for `examining`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence

import msgspec

from openclause.finding.candidates import Kind
from openclause.finding.ignoring import (
    GIT,
    NOTHING,
    Ignores,
    ignores_above,
    ignores_in,
    is_ignored,
)
from openclause.finding.names import archive_suffix, kind_of, skipped

# A cache of model snapshots keeps files elsewhere in it and links to them from the snapshots.
_CACHED_REPOSITORY = re.compile(r"(?:models|datasets|spaces)--.+")

Look = Callable[[str, Sequence[str]], None]

LEAVES = "is a link that leads out of the tree; name the file itself if it shall be read"
BROKEN = "is a link to nothing; mend or remove it"
NO_FILE = "is no regular file; leave it out"


class Entry(msgspec.Struct, frozen=True):
    """A file to be examined; `archive` is its suffix and form if it is one."""

    path: str
    kind: Kind | None
    archive: tuple[str, str] | None = None
    error: str | None = None


class _Found(msgspec.Struct, frozen=True, gc=False):
    """What is kept of a folder's members: as little as can be, for folders of a million."""

    name: str
    folder: bool
    link: bool = False
    regular: bool = False
    kind: Kind | None = None
    archive: tuple[str, str] | None = None


class _Way(msgspec.Struct, frozen=True):
    """What shapes a walk, and where it has been."""

    ignored: bool
    visited: set[tuple[int, int]]
    look: Look | None


def walk(
    folder: str, *, ignored: bool, visited: set[tuple[int, int]], look: Look | None = None
) -> Iterator[Entry]:
    """Yield the files below a folder, members in the order of their names' bytes.

    `visited` folders, by device and number, are passed over, and new ones are added. `look` is
    called with each folder and the names of all files in it before the first of them comes.
    """
    tree = tree_of(folder)
    way = _Way(ignored, visited, look)
    stack = [_listed(folder, NOTHING if ignored else ignores_above(folder), way)]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
        elif isinstance(step, Entry):
            if entry := _checked(step, tree):
                yield entry
        else:
            stack.append(_listed(step[0], step[1], way))


def _listed(folder: str, above: Ignores, way: _Way) -> Iterator[Entry | tuple[str, Ignores]]:
    """Yield a folder's files, and its folders with the rules that hold in this one."""
    try:
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in way.visited:
            return
        way.visited.add((status.st_dev, status.st_ino))
        found, names, top = _members(folder)
    except OSError as error:
        yield Entry(folder, "licence", error=_cause(error))
        return
    if way.look:
        way.look(folder, names)
    rules = above if way.ignored else ignores_in(folder, above, top=top)
    base = os.path.join(folder, "")
    for each in found:
        path = base + each.name
        if rules.rules and is_ignored(path, rules, folder=each.folder):
            continue
        yield (path, rules) if each.folder else _entry(path, each)


def _members(folder: str) -> tuple[list[_Found], list[str], bool]:
    """Return the folders and the files of interest in a folder, and the names of all files.

    And whether it is the top of a git repository.
    """
    posix = os.path.join(folder, "").replace(os.sep, "/")
    found, names, top = [], [], False
    with os.scandir(folder) as entries:
        for entry in entries:
            top = top or entry.name == GIT
            if entry.is_dir(follow_symlinks=False):
                kept = None if skipped(entry.name) else _Found(entry.name, True)
            else:
                names.append(entry.name)
                kept = _found(entry, posix)
            if kept:
                found.append(kept)
    return sorted(found, key=lambda each: os.fsencode(each.name)), names, top


def _found(entry: os.DirEntry[str], above: str) -> _Found | None:
    link = entry.is_symlink()
    if link and os.path.isdir(entry.path):
        return None
    path = above + entry.name
    kind = kind_of(path)
    archive = archive_suffix(path) if kind in (None, "tag") else None
    if kind is None and archive is None:
        return None
    regular = link or entry.is_file(follow_symlinks=False)
    return _Found(entry.name, False, link, regular, kind, archive)


def _entry(path: str, found: _Found) -> Entry:
    error = None if found.regular else NO_FILE
    return Entry(path, found.kind, found.archive, LEAVES if found.link else error)


def _checked(entry: Entry, tree: str) -> Entry | None:
    """Follow a link to a file within the tree; others keep their error.

    An archive that is linked to is read once, where it stands.
    """
    if entry.error != LEAVES:
        return entry
    try:
        target = os.path.realpath(entry.path, strict=True)
        regular = stat.S_ISREG(os.stat(target).st_mode)
    except OSError:
        return msgspec.structs.replace(entry, error=BROKEN)
    if not target.startswith(tree):
        return entry
    if entry.archive and archive_suffix(target):
        return None
    return msgspec.structs.replace(entry, error=None if regular else NO_FILE)


def tree_of(folder: str) -> str:
    """Return the real folder, with a separator, that links from below `folder` may not leave."""
    real = os.path.realpath(folder)
    for above in _upwards(real):
        if _CACHED_REPOSITORY.fullmatch(os.path.basename(above)) and os.path.isdir(
            os.path.join(above, "snapshots")
        ):
            return os.path.join(above, "")
    return os.path.join(real, "")


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _cause(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "may not be listed; check the folder's permissions"
    if isinstance(error, FileNotFoundError):
        return "vanished while it was searched; run again"
    return f"cannot be listed ({error.strerror or error}); check the folder"
