"""The bytes of a candidate, read again where they are: in a worker, minutes after they were found.

In: a `Candidate`. Out: its bytes, those that do not matter blanked. What cannot be read is a
`DocumentError` on one line. Members of packed archives are kept for a while, since an archive that
is read from its beginning gives many of them in one go.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import IO

from openclause.errors import DocumentError
from openclause.finding.archives import Member, members
from openclause.finding.candidates import Candidate, Limits
from openclause.finding.names import archive_suffix, kind_of
from openclause.finding.passages import blanked
from openclause.finding.streams import Budget, Problem, nested, open_file, read_up_to

# So much of one archive's members is kept, for so many archives.
_KEPT_BYTES, _KEPT_ARCHIVES = 16_000_000, 4
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
    kept = _members_kept(location[:-1], _stamp(location[0]), limits)
    if (data := kept.get(location[-1])) is not None:
        return data[:most]
    with _archive(location[:-1], limits) as found:
        return _wanted(found, location[-1]).read(most)


def _stamp(path: str) -> tuple[int, int]:
    """Return what changes when a file does."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise Problem("vanished before it was read; run again") from error
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=_KEPT_ARCHIVES)
def _members_kept(
    location: tuple[str, ...], stamp: tuple[int, int], limits: Limits
) -> dict[str, bytes]:
    """Return small members of an archive that has to be unpacked from its beginning."""
    form = archive_suffix(location[-1])
    if len(location) == 1 and form and form[1] == "zip":
        return {}
    kept: dict[str, bytes] = {}
    free = _KEPT_BYTES
    try:
        with _archive(location, limits) as found:
            for member in found:
                if _worth_keeping(member, free):
                    kept[member.name] = member.read(member.size)
                    free -= member.size
    except Problem:
        return kept
    return kept


def _worth_keeping(member: Member, free: int) -> bool:
    kind = kind_of(member.name)
    return kind is not None and not member.error and 0 < member.size <= min(free, 1_000_000)


@contextmanager
def _archive(location: tuple[str, ...], limits: Limits) -> Iterator[Iterator[Member]]:
    """Open the archive at a place, itself in others perhaps, and give its members."""
    disk, *inner = location
    with open_file(disk) as stream:
        budget = Budget(os.fstat(stream.fileno()).st_size, limits)
        opened, name = stream, disk
        for step in inner:
            member = _wanted(_members(opened, name, budget), step)
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
