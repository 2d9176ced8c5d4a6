"""What was worked out once is kept for the processes to come: nothing but a saving of time.

In: what something is made from, and how. Out: the thing, read from the user's cache folder if a
process before has left it there, else made and left there. A file is named by the digest of all
that its contents follow from, so that it never outlives a change; one that is damaged or that
belongs to someone else is made again. Where nothing can be written, all is made each time.

The folder is `$OPENCLAUSE_CACHE`, else `openclause` in the user's folder of caches; an empty
`$OPENCLAUSE_CACHE` keeps nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec

from openclause import __version__

_T = TypeVar("_T")
_DIGEST_BYTES = 32
_OURS = 0o700


def digest(*parts: bytes) -> str:
    """Return one digest, in hexadecimal digits, of parts in their order."""
    whole = sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def code(names: Iterable[str]) -> bytes:
    """Return the source of modules of this package, for results that follow from it.

    Where the package was installed without its source, its version stands for it.
    """
    try:
        return b"\0".join(Path(__file__).with_name(f"{name}.py").read_bytes() for name in names)
    except OSError:
        return __version__.encode()


def kept(name: str, made_from: str, kind: type[_T], make: Callable[[], _T]) -> _T:
    """Return what an earlier process made, else make it.

    Parameters
    ----------
    name
        A name for files; the newest of a name takes the place of those before it.
    made_from
        The digest of all that the result follows from.
    kind
        The type of the result, of records, tables and text that MessagePack can hold.
    """
    folder = cache_folder()
    if folder is None:
        return make()
    path = folder / f"{name}-{made_from[:32]}.msgpack"
    try:
        return msgspec.msgpack.decode(_read(path), type=kind)
    except (OSError, ValueError, msgspec.DecodeError):
        made = make()
        _write(path, msgspec.msgpack.encode(made), name)
        return made


def cache_folder() -> Path | None:
    """Return the folder of what is kept; None if nothing is to be kept or there is no home."""
    asked = os.environ.get("OPENCLAUSE_CACHE")
    if asked is not None:
        return Path(asked) if asked else None
    try:
        return user_folder()
    except RuntimeError:
        return None


def user_folder() -> Path:
    """Return the user's cache folder for openclause, which may not exist yet.

    Raises
    ------
    RuntimeError
        If the user has no home.
    """
    caches = os.environ.get("XDG_CACHE_HOME")
    return (Path(caches) if caches else Path.home() / ".cache") / "openclause"


def _read(path: Path) -> bytes:
    """Return the bytes of a file of ours that is whole; a pipe is never waited for."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
            raise ValueError("belongs to someone else")
        data = file.read()
    if sha256(data[_DIGEST_BYTES:]).digest() != data[:_DIGEST_BYTES]:
        raise ValueError("is damaged")
    return data[_DIGEST_BYTES:]


def _write(path: Path, data: bytes, name: str) -> None:
    """Leave a file whole or not at all, in the place of those of its name; failing is no harm."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=_OURS, parents=True, exist_ok=True)
        older = [one for one in path.parent.glob(f"{name}-*.msgpack") if one != path]
        beside.write_bytes(sha256(data).digest() + data)
        beside.replace(path)
        for one in (*older, *_rests(path.parent, name)):
            one.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _rests(folder: Path, name: str) -> Iterator[Path]:
    """Yield what processes that were killed have left half written."""
    for path in folder.glob(f".{name}-*.msgpack.*"):
        process = path.suffix[1:]
        if process.isdigit() and not _lives(int(process)):
            yield path


def _lives(process: int) -> bool:
    """Tell whether a process runs; where that cannot be asked, all do."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
