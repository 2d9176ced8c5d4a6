"""The members of an archive, one after another, read in place: nothing is written under its names.

In: the stream of a zip or tar archive or of one packed file. Out: `Member` records whose `read` is
good until the next one is asked for, and a `Problem` where the archive as a whole is broken,
encrypted or too large for the limits. Which members matter is for `examining`.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, cast

import msgspec

from openclause.finding.names import base
from openclause.finding.streams import Budget, Forward, Guarded, Problem

# What the libraries raise on broken archives; `tarfile` reads some headers beyond their ends.
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
)
_ENCRYPTED = 0x1
_DRIVE = 2


class Member(msgspec.Struct, frozen=True):
    """A file in an archive; `read(n)` gives its first n bytes, `error` says why it must not."""

    name: str
    size: int
    read: Callable[[int], bytes]
    error: str | None = None


def members(
    stream: IO[bytes], name: str, form: tuple[str, str], budget: Budget
) -> Iterator[Member]:
    """Yield the files in an archive.

    Parameters
    ----------
    name
        Of the archive, whose one file is called the same without the suffix.
    form
        Suffix and form, as `names.archive_suffix` tells them.

    Raises
    ------
    Problem
        When the archive is broken, of a kind that is not read, or too large for its budget.
    """
    suffix, kind = form
    if kind == "closed":
        raise Problem(f"is an archive of a kind that is not read ({suffix}); unpack it first")
    try:
        if kind == "zip":
            yield from _once(_zipped(stream, budget), budget)
        elif kind == "tar":
            yield from _once(_tarred(_unpacked(stream, suffix), budget), budget)
        else:
            packed = Forward(_unpacked(stream, suffix), budget)
            only = Member(base(name)[: -len(suffix)], 0, _up_to(packed))
            yield from _once(iter([only]), budget)
    except _BROKEN as error:
        raise Problem(f"is a broken archive ({_said(error)}); get it anew") from error


def _once(found: Iterator[Member], budget: Budget) -> Iterator[Member]:
    """Count members, and give a name that comes again an error: which one is meant is unclear."""
    names: set[str] = set()
    for count, member in enumerate(found):
        if count >= budget.limits.archive_members:
            raise Problem(f"holds more than {count:,} files; unpack it first")
        error = member.error
        if member.name in names:
            error = "stands twice in the archive; only the first was read"
        names.add(member.name)
        error = error or _strange(member.name)
        yield Member(member.name, member.size, _sound(member.read), error)


def _sound(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Return a function that reads too, and says what is broken in one line."""

    def reading(size: int) -> bytes:
        try:
            return read(size)
        except NotImplementedError as error:
            raise Problem("is packed in a way that is not read; unpack the archive") from error
        except _BROKEN as error:
            raise Problem(f"is broken in its archive ({_said(error)}); get it anew") from error

    return reading


def _strange(name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or parts[0][1:_DRIVE] == ":":
        return "has a name that leads out of the archive; left alone"
    return None


def _zipped(stream: IO[bytes], budget: Budget) -> Iterator[Member]:
    with zipfile.ZipFile(cast(IO[bytes], Guarded(stream))) as archive:
        for info in archive.infolist():
            if not info.filename.endswith("/"):  # is_dir() fails without a name
                yield _zip_member(archive, info, budget)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Member:
    def read(size: int) -> bytes:
        with archive.open(info) as opened:
            data = opened.read(size)
        budget.charge(len(data))
        return data

    error = None
    if info.flag_bits & _ENCRYPTED:
        error = "is encrypted; unpack the archive with its password"
    elif stat.S_ISLNK(info.external_attr >> 16):
        error = "is a link within an archive; its target is read where it stands"
    return Member(info.filename, info.file_size, read, error)


def _tarred(unpacked: IO[bytes], budget: Budget) -> Iterator[Member]:
    stream = cast(IO[bytes], Forward(unpacked, budget))
    with tarfile.open(fileobj=stream, mode="r:", encoding="utf-8") as archive:
        while (info := archive.next()) is not None:
            cast(Any, archive).members.clear()
            if not info.isdir():
                yield _tar_member(archive, info)


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Member:
    def read(size: int) -> bytes:
        opened = archive.extractfile(info)
        return opened.read(min(size, info.size)) if opened else b""

    error = None
    if info.issym() or info.islnk():
        error = "is a link within an archive; its target is read where it stands"
    elif not info.isreg():
        error = "is no regular file; leave it out"
    return Member(info.name, info.size, read, error)


def _unpacked(stream: IO[bytes], suffix: str) -> IO[bytes]:
    """Return the stream behind a compression, told by how the file begins."""
    begins = stream.read(6)
    stream.seek(0)
    opened: Any
    if begins.startswith(b"\x1f\x8b"):
        opened = gzip.GzipFile(fileobj=stream)
    elif begins.startswith(b"BZh"):
        opened = bz2.BZ2File(stream)
    elif begins.startswith((b"\xfd7zXZ\0", b"]\0\0")):
        opened = lzma.LZMAFile(stream)  # noqa: SIM115 - closed with the stream below it
    elif begins.startswith(b"\x28\xb5\x2f\xfd"):
        opened = _zstandard(stream)
    elif suffix.endswith((".gz", ".bz2", ".xz")):
        raise Problem(f"is no {suffix} file; give it its right name")
    else:
        opened = stream
    return cast(IO[bytes], opened)


def _zstandard(stream: IO[bytes]) -> Any:
    from importlib import import_module

    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name).open(stream)
        except ImportError:
            continue
    raise Problem("is packed with Zstandard; unpack it first, or install backports.zstd")


def _up_to(stream: Forward) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        parts: list[bytes] = []
        while size and (data := stream.read(min(size, 1 << 16))):
            parts.append(data)
            size -= len(data)
        return b"".join(parts)

    return read


def _said(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return words[:80] or type(error).__name__
