"""The bytes of a candidate, read again where they are: in a worker, minutes after they were found.

In: a `Candidate`. Out: its bytes, those that do not matter blanked. What cannot be read is a
`DocumentError` on one line. Members of packed archives are kept for a while, since an archive that
is read from its beginning gives many of them in one go.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import IO

from openclause.errors import DocumentError
from openclause.finding.archives import Member, members
from openclause.finding.candidates import Candidate, Limits
from openclause.finding.names import archive_suffix, kind_of
from openclause.finding.passages import blanked
from openclause.finding.streams import Budget, Problem, nested, open_file, read_up_to

# So much of one archive's members is kept, for so many archives.
_KEPT_BYTES, _KEPT_MEMBER, _KEPT_ARCHIVES = 16_000_000, 1_000_000, 4
_DEFAULTS = Limits()


def read(candidate: Candidate, limits: Limits = _DEFAULTS) -> bytes:
    """Return the bytes of a candidate.

    Raises
    ------
    DocumentError
        When the candidate is an error itself, is gone, may not be read or is too large.
    """
    if candidate.error:
        raise DocumentError(candidate.error)
    most = max((end for _, end in candidate.kept), default=limits.file_bytes + 1)
    try:
        data = _bytes(candidate.location, most, limits)
        if len(data) > limits.file_bytes:
            raise Problem(f"is larger than {limits.file_bytes:,} bytes; give the license alone")
    except Problem as problem:
        raise DocumentError(f"{candidate.path}: {problem}") from problem
    return blanked(data, candidate.kept) if candidate.kept else data


def _bytes(location: tuple[str, ...], most: int, limits: Limits) -> bytes:
    if len(location) == 1:
        with open_file(location[0]) as stream:
            return read_up_to(stream, most)
    form = archive_suffix(location[-2])
    if len(location) > 2 or (form and form[1] != "zip"):  # noqa: PLR2004 - a file and a member
        window = _window(location[:-1], _stamp(location[0]), limits)
        if (data := window.read(location[-1])) is not None:
            return data[:most]
    with _archive(location[:-1], limits) as found:
        return _wanted(found, location[-1]).read(most)


class _Window:
    """Small members of an archive that has to be unpacked from its beginning, some at a time.

    Whoever reads members in the order in which they were found unpacks the archive once for each
    `_KEPT_BYTES` of them, and not once for each of them.
    """

    def __init__(self, location: tuple[str, ...], limits: Limits) -> None:
        self.location, self.limits = location, limits
        self.kept: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        """Return a member, None if it is none to be kept or the archive is broken before it."""
        if name not in self.kept:
            self.kept = {}
            with suppress(Problem):
                self._keep_from(name)
        return self.kept.get(name)

    def _keep_from(self, name: str) -> None:
        free, reached = _KEPT_BYTES, False
        with _archive(self.location, self.limits) as found:
            for member in found:
                reached = reached or member.name == name
                if reached and _worth_keeping(member):
                    self.kept[member.name] = member.read(member.size)
                    free -= member.size
                if free <= 0 or (reached and not self.kept):
                    return


@lru_cache(maxsize=_KEPT_ARCHIVES)
def _window(location: tuple[str, ...], _stamp: tuple[int, int], limits: Limits) -> _Window:
    return _Window(location, limits)


def _worth_keeping(member: Member) -> bool:
    return bool(kind_of(member.name)) and not member.error and 0 < member.size <= _KEPT_MEMBER


def _stamp(path: str) -> tuple[int, int]:
    """Return what changes when a file does."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise Problem("vanished before it was read; run again") from error
    return status.st_mtime_ns, status.st_size


@contextmanager
def _archive(location: tuple[str, ...], limits: Limits) -> Iterator[Iterator[Member]]:
    """Open the archive at a place, itself in others perhaps, and give its members."""
    disk, *inner = location
    with open_file(disk) as stream:
        budget = Budget(os.fstat(stream.fileno()).st_size, limits)
        opened, name = stream, disk
        for step in inner:
            found = _members(opened, name, budget)
            member = _wanted(found, step)
            opened, name = nested(member.read, member.size, budget), step
        yield _members(opened, name, budget)


def _members(stream: IO[bytes], name: str, budget: Budget) -> Iterator[Member]:
    form = archive_suffix(name)
    if form is None:
        raise Problem("is no archive any more; run again")
    return members(stream, name, form, budget)


def _wanted(found: Iterator[Member], name: str) -> Member:
    for member in found:
        if member.name == name and not member.error:
            return member
    raise Problem("is not in its archive any more; run again")
