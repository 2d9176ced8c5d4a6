"""What a scan has read so far, on disk: killed at any moment, it goes on where it was.

In: readings with the digests of their bytes, in any order. Out: the same, to a later scan. One
line of JSON each, only ever added to, behind a head that names the edition. A line that the kill
tore is cut off. Which lines there are is held by a private index on disk, not in memory.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from zlib import crc32

import msgspec

from openclause.errors import DataError
from openclause.scanning.records import Reading

_FORMAT = "openclause-journal"
# What decoding a line raises that a failing disk spoilt.
_SPOILT = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_INDEX = "CREATE TABLE lines (key TEXT PRIMARY KEY, start INTEGER, length INTEGER) WITHOUT ROWID"


class _Head(msgspec.Struct, frozen=True):
    format: str
    edition: str


class _Line(msgspec.Struct, frozen=True):
    """A reading as it is encoded, and the sum of that: not each flipped bit breaks JSON."""

    key: str
    sum: int
    reading: msgspec.Raw


class _Key(msgspec.Struct, frozen=True):
    key: str


class Journal:
    """An append-only file of readings, locked while it is open.

    Parameters
    ----------
    path
        The file; it is begun where there is none.
    edition
        What the readings are made with.
    resume
        Whether a file that holds readings already is to be gone on with.

    Raises
    ------
    DataError
        If the file is something else, of another edition, in use, or holds readings although
        `resume` is not asked for; if it cannot be written.
    """

    def __init__(self, path: Path, edition: str, *, resume: bool) -> None:
        self.path = path
        self._file = self._opened()
        try:
            self._index = sqlite3.connect("", check_same_thread=False)  # on disk, gone when closed
            self._index.execute("PRAGMA journal_mode=OFF")
            self._index.execute(_INDEX)
            self._begin(edition, resume=resume)
        except BaseException:
            self.close()
            raise

    def get(self, key: str) -> Reading | None:
        """Return what was read of the bytes of that key, if it was."""
        row = self._index.execute(
            "SELECT start, length FROM lines WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        self._file.seek(row[0])
        return _reading(self._file.read(row[1]))

    def put(self, readings: Iterable[tuple[str, Reading]]) -> None:
        """Add readings; when it returns, they outlive this process.

        Raises
        ------
        DataError
            If the disk is full or gone; what was added before stays.
        """
        lines = [(key, _line(key, reading)) for key, reading in readings]
        if not lines:
            return
        start = self._append(b"".join(line for _, line in lines))
        for key, line in lines:
            self._note(key, start, len(line))
            start += len(line)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        if index := getattr(self, "_index", None):
            index.close()

    def _opened(self) -> BinaryIO:
        try:
            file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "r+b", 0)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            self._refuse("is no journal of a scan; name another file")
        if not _locked(file):
            file.close()
            self._refuse("is in use by another scan; wait for it or name another journal")
        return file

    def _begin(self, edition: str, *, resume: bool) -> None:
        head = self._file.readline()
        if not head.endswith(b"\n"):
            if head and not msgspec.json.encode(_Head(_FORMAT, edition)).startswith(head):
                self._refuse("is no journal of a scan; name another file")
            self._cut(0)
            self._append(msgspec.json.encode(_Head(_FORMAT, edition)) + b"\n")
            return
        self._check(head, edition)
        if not resume and self._file.read(1):
            self._refuse("holds readings already; go on with --resume or name another journal")
        self._file.seek(len(head))
        self._read_lines(len(head))

    def _check(self, head: bytes, edition: str) -> None:
        try:
            found = msgspec.json.decode(head, type=_Head)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._refuse("is no journal of a scan; name another file")
        if found.format != _FORMAT:
            self._refuse("is no journal of a scan; name another file")
        if found.edition != edition:
            self._refuse(
                "was begun with another version of openclause or of its model; begin a new one"
            )

    def _read_lines(self, start: int) -> None:
        """Note where each whole line is; cut off what a kill or a full disk left of the last."""
        with self.path.open("rb") as lines:
            lines.seek(start)
            for line in lines:
                if not line.endswith(b"\n"):
                    self._cut(start)
                    return
                # A line that a failing disk spoilt is passed over: its file is read again.
                with suppress(*_SPOILT):
                    self._note(msgspec.json.decode(line, type=_Key).key, start, len(line))
                start += len(line)

    def _note(self, key: str, start: int, length: int) -> None:
        self._index.execute("INSERT OR REPLACE INTO lines VALUES (?, ?, ?)", (key, start, length))

    def _append(self, data: bytes) -> int:
        """Add data whole, or not at all; return where it begins."""
        start = self._file.seek(0, os.SEEK_END)
        try:
            written = 0
            while written < len(data):
                written += self._file.write(data[written:])
        except OSError as error:
            self._cut(start)
            raise _unwritable(self.path, error) from error
        return start

    def _cut(self, length: int) -> None:
        try:
            self._file.truncate(length)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _refuse(self, why: str) -> NoReturn:
        raise DataError(f"{self.path}: {why}")


def _line(key: str, reading: Reading) -> bytes:
    encoded = msgspec.json.encode(reading)
    return msgspec.json.encode(_Line(key, crc32(encoded), msgspec.Raw(encoded))) + b"\n"


def _reading(line: bytes) -> Reading | None:
    """Return the reading of a line, or None where it does not agree with its sum."""
    with suppress(*_SPOILT):
        noted = msgspec.json.decode(line, type=_Line)
        if crc32(noted.reading) == noted.sum:
            return msgspec.json.decode(noted.reading, type=Reading)
    return None


def _locked(file: Any) -> bool:
    """Lock a file for this process alone, where the system can."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(
        f"{path}: the journal cannot be written ({error.strerror}); make room or name another "
        "file, then go on with --resume: what is in it stays"
    )
