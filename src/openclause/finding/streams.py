"""Bytes of a file on disk or in an archive, never more of them than was agreed.

In: paths and streams. Out: bytes, or a `Problem` that says in one line what is wrong. A `Budget`
is what may still be unpacked of one archive, those within it included.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from io import BytesIO
from typing import IO

from openclause.finding.candidates import Limits
from openclause.finding.walking import NO_FILE

_CHUNK = 1 << 20
# No header, directory or member is asked for in a larger piece by any archive that is sound.
_LARGEST_READ = 1 << 26
_FIRST = 65536  # bytes


class Problem(Exception):  # noqa: N818 - it is no error of the program
    """Why there is nothing to read, in one line that follows a name."""


class Budget:
    """How much may still be unpacked of an archive of `packed` bytes; charging too much raises."""

    def __init__(self, packed: int, limits: Limits) -> None:
        self.packed, self.limits, self.unpacked = max(packed, 1), limits, 0
        self.spent = False

    def charge(self, count: int) -> None:
        """Note that so many bytes were unpacked.

        Raises
        ------
        Problem
            When they are too many, or too many for the archive's own size.
        """
        self.unpacked += count
        limits, often = self.limits, self.unpacked // self.packed
        if self.unpacked > limits.archive_bytes:
            self.spent = True
            raise Problem(f"unpacks to more than {limits.archive_bytes:,} bytes; unpack it first")
        if self.unpacked > limits.archive_ratio_from and often > limits.archive_ratio:
            self.spent = True
            raise Problem(f"unpacks to more than {limits.archive_ratio} times its size; left alone")


class Forward:
    """A stream that is read from its beginning to its end once, each byte charged to a budget.

    It seeks forward by reading, which is all that `tarfile` asks of a sound archive.
    """

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self.stream, self.budget, self.position = stream, budget, 0

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes; the rest of the stream is too much."""
        if not 0 <= size <= _LARGEST_READ:
            raise Problem("is broken or hostile: one of its headers is too large; left alone")
        data = self.stream.read(size)
        self.position += len(data)
        self.budget.charge(len(data))
        return data

    def seek(self, position: int, whence: int = 0) -> int:
        """Read on to a position."""
        if whence or position < self.position:
            raise Problem("is broken: its members do not follow each other; unpack it first")
        while self.position < position:
            if not self.read(min(_CHUNK, position - self.position)):
                break
        return self.position

    def tell(self) -> int:
        """Return the number of bytes that were read."""
        return self.position


class Guarded:
    """A stream with free access that never reads a large piece at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, or to the end, if that is not too much."""
        if size > _LARGEST_READ:
            raise Problem("is broken or hostile: its directory is too large; left alone")
        data = self.stream.read(_LARGEST_READ + 1 if size < 0 else size)
        if len(data) > _LARGEST_READ:
            raise Problem("is broken or hostile: its directory is too large; left alone")
        return data

    def seek(self, position: int, whence: int = 0) -> int:
        """Go to a position, as in any stream."""
        return self.stream.seek(position, whence)

    def tell(self) -> int:
        """Return the position."""
        return self.stream.tell()

    def seekable(self) -> bool:
        """Tell that it can be sought in."""
        return True


def open_file(path: str) -> IO[bytes]:
    """Open a regular file for reading; a pipe or device is never waited for.

    Raises
    ------
    Problem
        When it is missing, may not be read or is no regular file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except FileNotFoundError as error:
        raise Problem("vanished before it was read; run again") from error
    except PermissionError as error:
        raise Problem("may not be read; check its permissions") from error
    except (OSError, ValueError) as error:
        raise Problem(f"cannot be read ({_words(error)}); check the path") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Problem(NO_FILE)
    return os.fdopen(handle, "rb")


def nested(read: Callable[[int], bytes], size: int, budget: Budget) -> IO[bytes]:
    """Return the bytes of an archive within an archive as a stream.

    Raises
    ------
    Problem
        When there are more than the limits allow of one file at once.
    """
    most = min(budget.limits.nested_bytes, budget.limits.archive_bytes)
    if size > most:
        raise Problem(f"is an archive of more than {most:,} bytes in another; unpack it first")
    data = read(most + 1)
    if len(data) > most:
        raise Problem(f"is an archive of more than {most:,} bytes in another; unpack it first")
    return BytesIO(data)


def read_up_to(stream: IO[bytes], size: int) -> bytes:
    """Read so many bytes, or all if there are fewer.

    Raises
    ------
    Problem
        When the disk or the network fails.
    """
    try:
        # A buffer of the size of the largest file takes longer to get than most files to read.
        data = stream.read(min(size, _FIRST))
        return data + stream.read(size - _FIRST) if len(data) == _FIRST else data
    except OSError as error:
        raise Problem(f"cannot be read ({_words(error)}); check the disk") from error


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
