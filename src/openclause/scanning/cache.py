"""What was read once need not be read again: readings by the digest of the bytes.

In: keys and encoded readings. Out: those that this scan or an earlier one kept. One SQLite file
for each edition, in the user's cache folder; two scans may use it at once. A cache never fails a
scan: a damaged file is put aside, one that cannot be read or written is told of once and done
without, and a row that does not agree with its sum is no reading.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from zlib import crc32

_LOG = logging.getLogger(__name__)
_MAX_BYTES = 4_000_000_000
_PAGE = 4096
_WAIT_S = 10
_SUM = 4  # bytes before each reading
# Files of editions that nobody used for so long are removed.
_KEPT_S = 60 * 24 * 3600
# Keys in a tree of their own: among readings of kilobytes they would be few to a page.
_TABLE = "CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, reading BLOB)"
_GET = "SELECT reading FROM readings WHERE key = ?"
_PUT = "INSERT OR IGNORE INTO readings VALUES (?, ?)"
_DROP = "DELETE FROM readings WHERE key = ?"
# What `Held` holds, in bytes: some ten thousand readings, with so much beside each.
_HELD_BYTES, _BESIDE = 16_000_000, 400


def default_folder() -> Path:
    """Return the folder for caches of this user, on this system."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base or Path.home() / "AppData" / "Local") / "openclause" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "openclause"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "openclause"


class Cache:
    """Readings of one edition on disk; after a trouble it only says that it knows nothing."""

    def __init__(self, folder: Path, edition: str) -> None:
        self.path = folder / f"readings-{edition}.sqlite"
        self._base: sqlite3.Connection | None = None
        self._told = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = self._opened()
            _forget_old(folder, self.path)
        except (OSError, sqlite3.OperationalError) as error:
            self._give_up(error)

    def get(self, key: str) -> bytes | None:
        """Return an encoded reading, or None where it is not known."""
        if self._base is None:
            return None
        try:
            row = self._base.execute(_GET, (key,)).fetchone()
            reading = _whole(row[0]) if row else None
            if row and reading is None:
                with self._base:
                    self._base.execute(_DROP, (key,))
        except sqlite3.Error as error:
            self._trouble(error)
            return None
        return reading

    def put(self, readings: Iterable[tuple[str, bytes]]) -> None:
        """Keep encoded readings; where one is kept already, it stays."""
        if self._base is None:
            return
        try:
            with self._base:
                self._base.executemany(_PUT, ((key, _sum(one) + one) for key, one in readings))
        except sqlite3.Error as error:
            self._trouble(error)

    def close(self) -> None:
        """Let go of the file."""
        if self._base is not None:
            with suppress(sqlite3.Error):
                self._base.close()
            self._base = None

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connect(self.path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            _put_aside(self.path)
            return _connect(self.path)

    def _trouble(self, error: sqlite3.Error) -> None:
        """Go on without the cache; a damaged file is out of the way of the next scan."""
        self.close()
        if isinstance(error, sqlite3.OperationalError):
            self._give_up(error)
            return
        try:
            _put_aside(self.path)
            self._base = _connect(self.path)
        except (OSError, sqlite3.Error) as again:
            self._give_up(again)

    def _give_up(self, error: Exception) -> None:
        self.close()
        if not self._told:
            self._told = True
            cause = getattr(error, "strerror", None) or error
            _LOG.warning("%s: no cache (%s); every file is read anew", self.path, cause)


class Held:
    """The readings of one scan in memory, where none are kept: those asked for last, so many."""

    def __init__(self, most: int = _HELD_BYTES) -> None:
        self._readings: dict[str, bytes] = {}
        self._free = most

    def get(self, key: str) -> bytes | None:
        """Return an encoded reading, or None where it is not held, or not any more."""
        found = self._readings.pop(key, None)
        if found is not None:
            self._readings[key] = found
        return found

    def put(self, readings: Iterable[tuple[str, bytes]]) -> None:
        """Hold encoded readings, and let go of those that nobody asked for the longest."""
        for key, reading in readings:
            self._drop(key)
            self._readings[key] = reading
            self._free -= len(reading) + _BESIDE
        while self._free < 0:
            self._drop(next(iter(self._readings)))

    def close(self) -> None:
        """Hold nothing."""
        self._readings.clear()

    def _drop(self, key: str) -> None:
        found = self._readings.pop(key, None)
        self._free += len(found) + _BESIDE if found is not None else 0


def _sum(reading: bytes) -> bytes:
    return crc32(reading).to_bytes(_SUM, "big")


def _whole(row: object) -> bytes | None:
    """Return the reading that a row holds behind its sum; SQLite notices no flipped bits."""
    if not isinstance(row, bytes):
        return None
    reading = row[_SUM:]
    return reading if row[:_SUM] == _sum(reading) else None


def _connect(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=_WAIT_S, check_same_thread=False)
    try:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=NORMAL")
        base.execute(f"PRAGMA max_page_count={_MAX_BYTES // _PAGE}")
        base.execute(_TABLE)
        base.execute(_GET, ("",)).fetchone()
    except sqlite3.Error:
        base.close()
        raise
    return base


def _put_aside(path: Path) -> None:
    aside = path.with_name(f"{path.name}.damaged")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.replace(aside)
    _LOG.warning("%s: the cache was damaged; it is now %s and begun anew", path, aside.name)


def _forget_old(folder: Path, own: Path) -> None:
    own.touch()
    before = time.time() - _KEPT_S
    for path in folder.glob("readings-*.sqlite*"):
        with suppress(OSError):
            if not path.name.startswith(own.name) and path.stat().st_mtime < before:
                path.unlink()
