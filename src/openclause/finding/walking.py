"""From a folder to its files that a search is interested in, in an order that only names decide.

In: the absolute path of a folder. Out: `Entry` records, lazily, folder by folder. No link to a
folder is followed, so that there are no loops; a link to a file is one that must not lead out of
the tree. What cannot be listed is an entry with a cause. What is in the files is for `examining`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator

import msgspec

from openclause.finding.candidates import Kind
from openclause.finding.ignoring import NOTHING, Ignores, ignores_above, ignores_in, is_ignored
from openclause.finding.names import archive_suffix, kind_of, skipped

# A cache of model snapshots keeps files elsewhere in it and links to them from the snapshots.
_CACHED_REPOSITORY = re.compile(r"(?:models|datasets|spaces)--.+")

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


def walk(folder: str, *, ignored: bool, visited: set[tuple[int, int]]) -> Iterator[Entry]:
    """Yield the files below a folder, members in the order of their names' bytes.

    `visited` folders, by device and number, are passed over, and new ones are added.
    """
    tree = tree_of(folder)
    stack = [_listed(folder, NOTHING if ignored else ignores_above(folder), ignored, visited)]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
        elif isinstance(step, Entry):
            if entry := _checked(step, tree):
                yield entry
        else:
            stack.append(_listed(step[0], step[1], ignored, visited))


def _listed(
    folder: str, above: Ignores, ignored: bool, visited: set[tuple[int, int]]
) -> Iterator[Entry | tuple[str, Ignores]]:
    """Yield a folder's files, and its folders with the rules that hold in this one."""
    try:
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in visited:
            return
        visited.add((status.st_dev, status.st_ino))
        found = _members(folder)
    except OSError as error:
        yield Entry(folder, "licence", error=_cause(error))
        return
    rules = above if ignored else ignores_in(folder, above)
    for each in found:
        path = os.path.join(folder, each.name)
        if rules.rules and is_ignored(path, rules, folder=each.folder):
            continue
        yield (path, rules) if each.folder else _entry(path, each)


def _members(folder: str) -> list[_Found]:
    posix = os.path.join(folder, "").replace(os.sep, "/")
    with os.scandir(folder) as entries:
        found = [kept for entry in entries if (kept := _found(entry, posix))]
    return sorted(found, key=lambda each: os.fsencode(each.name))


def _found(entry: os.DirEntry[str], above: str) -> _Found | None:
    if entry.is_dir(follow_symlinks=False):
        return None if skipped(entry.name) else _Found(entry.name, True)
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
