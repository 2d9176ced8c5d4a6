"""The search: paths in, candidates out.

In: files and folders as a user names them. Out: `Candidate` records, lazily, root by root in the
order given and name by name within. What lies in two roots comes once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from openclause.finding.candidates import Candidate, Limits
from openclause.finding.examining import failed, in_archive, on_disk
from openclause.finding.model_folders import ModelFolders
from openclause.finding.names import archive_suffix, display, kind_of
from openclause.finding.walking import Entry, walk

_DEFAULTS = Limits()


def candidates(
    paths: Sequence[Path],
    *,
    ignored: bool = False,
    limits: Limits = _DEFAULTS,
    models: ModelFolders | None = None,
) -> Iterator[Candidate]:
    """Find where licenses may stand.

    Parameters
    ----------
    paths
        Files, archives and folders. A file that is named is a candidate whatever it is called.
    ignored
        Whether files that git ignores are searched too.
    models
        Is told of each folder before the first candidate in it comes.

    Yields
    ------
    Candidate
        Also for what could not be read or listed, with its `error`.
    """
    roots = dict.fromkeys(os.path.abspath(path) for path in paths)
    names = {os.path.abspath(path): path for path in reversed(paths)}
    visited: set[tuple[int, int]] = set()
    for root in roots:
        if (error := _unreadable(root)) is not None:
            every: Iterator[Candidate] = iter([failed((root,), "licence", error)])
        elif not os.path.isdir(root):
            every = _named_file(root, limits)
        else:
            if models:
                models.enter(root, str(names[root]))
            look = models.look if models else None
            entries = walk(root, ignored=ignored, visited=visited, look=look)
            others = (entry for entry in entries if entry.path not in roots)
            every = (found for entry in others for found in _examined(entry, limits))
        for found in every:
            yield _as_named(found, root, names[root])


def _unreadable(root: str) -> str | None:
    try:
        os.stat(root)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        return f"cannot be read ({cause}); check the path"
    return None


def _named_file(path: str, limits: Limits) -> Iterator[Candidate]:
    posix = path.replace(os.sep, "/")
    archive, kind = archive_suffix(posix), kind_of(posix)
    if archive and kind in (None, "tag"):
        yield from in_archive(path, archive, limits)
        return
    found = on_disk(path, kind, limits) if kind not in (None, "tag") else None
    found = found or on_disk(path, "licence", limits)
    if found:
        yield found


def _examined(entry: Entry, limits: Limits) -> Iterator[Candidate]:
    if entry.error:
        if entry.kind not in (None, "tag", "readme"):
            yield failed((entry.path,), entry.kind, entry.error)
    elif entry.archive:
        yield from in_archive(entry.path, entry.archive, limits)
    elif entry.kind and (found := on_disk(entry.path, entry.kind, limits)):
        yield found


def _as_named(found: Candidate, root: str, path: Path) -> Candidate:
    """Show a path below the root as the user wrote the root."""
    disk, *members = found.location
    # Both are absolute and normal; `relpath` makes them so once more for each of a million files.
    below = disk[len(root) :].lstrip(os.sep) if disk.startswith(root) else None
    relative = os.path.relpath(disk, root) if below is None else below
    base = str(path)
    inside = relative if base == "." else os.path.join(base, relative)
    named = inside if relative else base
    shown = display((named, *members))
    error = found.error and shown + found.error.removeprefix(found.path)
    return msgspec.structs.replace(found, path=shown, error=error)
