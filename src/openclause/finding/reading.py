"""The bytes of a candidate, read again where they are: in a worker, minutes after they were found.

In: a `Candidate`. Out: its bytes, those that do not matter blanked. What cannot be read is a
`DocumentError` on one line. A `Reader` stays in an archive from one of its members to the next, so
that who reads them in the order in which they were found goes through it once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

from openclause.errors import DocumentError
from openclause.finding.archives import Member, members
from openclause.finding.candidates import Candidate, Limits
from openclause.finding.names import archive_suffix
from openclause.finding.passages import blanked
from openclause.finding.streams import Budget, Problem, nested, open_file, read_up_to

# So many archives are kept open: one, and those that it lies in.
_OPEN = 4
_GONE = "is not in its archive any more; run again"
_DEFAULTS = Limits()


def read(candidate: Candidate, limits: Limits = _DEFAULTS) -> bytes:
    """Return the bytes of a candidate.

    Raises
    ------
    DocumentError
        When the candidate is an error itself, is gone, may not be read or is too large.
    """
    with Reader(limits) as reader:
        return reader.read(candidate)


class Reader:
    """Reads one candidate after another; to be closed, as it keeps the last archives open."""

    def __init__(self, limits: Limits = _DEFAULTS) -> None:
        self._limits = limits
        self._open: dict[tuple[str, ...], _Opened] = {}

    def __enter__(self) -> Reader:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of all archives."""
        while self._open:
            self._open.popitem()[1].close()

    def read(self, candidate: Candidate) -> bytes:
        """Return the bytes of a candidate.

        Raises
        ------
        DocumentError
            When the candidate is an error itself, is gone, may not be read or is too large.
        """
        if candidate.error:
            raise DocumentError(candidate.error)
        limits = self._limits
        most = max((end for _, end in candidate.kept), default=limits.file_bytes + 1)
        try:
            data = self._bytes(candidate.location, most)
            if len(data) > limits.file_bytes:
                raise Problem(f"is larger than {limits.file_bytes:,} bytes; give the license alone")
        except Problem as problem:
            raise DocumentError(f"{candidate.path}: {problem}") from problem
        return blanked(data, candidate.kept) if candidate.kept else data

    def _bytes(self, location: tuple[str, ...], most: int) -> bytes:
        *above, name = location
        if not above:
            with open_file(name) as stream:
                return read_up_to(stream, most)
        place = tuple(above)
        if (archive := self._open.get(place)) and archive.stamp == _stamp(above[0]):
            self._open[place] = self._open.pop(place)  # the last that was used
            if (data := archive.read_on(name, most)) is not None:
                return data
        if (data := self._opened(place).read_on(name, most)) is None:
            raise Problem(_GONE)
        return data

    def _opened(self, location: tuple[str, ...]) -> _Opened:
        """Open an archive; one that is open already is begun anew."""
        if before := self._open.pop(location, None):
            before.close()
        while len(self._open) >= _OPEN:
            self._open.pop(next(iter(self._open))).close()
        opened = self._open[location] = _Opened(location, self._limits)
        return opened


class _Opened:
    """An archive, itself in others perhaps, on the way from its first member to its last."""

    def __init__(self, location: tuple[str, ...], limits: Limits) -> None:
        disk, *inner = location
        self.stamp = _stamp(disk)
        self._room = ExitStack()
        stream = self._room.enter_context(open_file(disk))
        self._budget = Budget(os.fstat(stream.fileno()).st_size, limits)
        try:
            self._members = self._inside(stream, disk, inner)
        except BaseException:
            self.close()
            raise

    def read_on(self, name: str, most: int) -> bytes | None:
        """Go on to a member and return its first bytes; None if it does not come any more."""
        self._budget.unpacked = 0  # each member may be as large as if it were read alone
        for member in self._members:
            if member.name == name and not member.error:
                return member.read(most)
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._room.close()

    def _inside(self, stream: IO[bytes], name: str, inner: list[str]) -> Iterator[Member]:
        for step in inner:
            found = _members(stream, name, self._budget)  # its member is good as long as it is
            member = _wanted(found, step)
            stream, name = nested(member.read, member.size, self._budget), step
        return _members(stream, name, self._budget)


def _stamp(path: str) -> tuple[int, int]:
    """Return what changes when a file does."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise Problem("vanished before it was read; run again") from error
    return status.st_mtime_ns, status.st_size


def _members(stream: IO[bytes], name: str, budget: Budget) -> Iterator[Member]:
    form = archive_suffix(name)
    if form is None:
        raise Problem("is no archive any more; run again")
    return members(stream, name, form, budget)


def _wanted(found: Iterator[Member], name: str) -> Member:
    for member in found:
        if member.name == name and not member.error:
            return member
    raise Problem(_GONE)
