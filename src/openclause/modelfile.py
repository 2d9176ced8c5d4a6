"""The model folder: arrays and JSON, never code, believed only when every sum agrees.

In: parts (settings and arrays) to write, or a folder to read. Out: one folder with `model.json`
(format, versions, the sha256 of every other file), `<part>.json`, `<part>.<array>.npy`, and the
card for people; or the parts again. What the numbers mean is left to `identity` and `classifier`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.errors import ModelError

FORMAT = "openclause-model"
FORMAT_VERSION = 1
MANIFEST = "model.json"
CARD = "MODEL_CARD.md"
PAGES = (CARD, "confusion.svg", "reliability.svg")

# A model is written whole into the first, which is then renamed to the second. While there is a
# second one it counts, and not what stands around it; so there is a whole model at every moment.
_BEING_WRITTEN, _WRITTEN = "new", "next"
# The largest file of ours is fifty times smaller.
_MOST_BYTES = 2**28
_KINDS = "fiu"  # floats and integers: what an array may hold
_REMEDY = "install openclause again, or make a model with `openclause train`"


class Part(msgspec.Struct, frozen=True, eq=False):
    """One model of the folder: settings that JSON can hold, and arrays by name."""

    name: str
    settings: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `model.json` says: the sha256 of each file, and what the model was made with."""

    format: str
    format_version: int
    versions: dict[str, str]
    corpus_sha256: str
    files: dict[str, str]


class _Edition(msgspec.Struct, frozen=True):
    format: str
    format_version: int


def find_folder(explicit: Path | None = None) -> Path:
    """Find the model: the folder asked for, else the package's own, else the checkout's.

    Raises
    ------
    ModelError
        If there is no `model.json` where it should be.
    """
    package = Path(__file__).resolve().parent
    places = [explicit] if explicit else [package / "models", *_checkout(package)]
    for place in places:
        for folder in (place / _WRITTEN, place):
            if (folder / MANIFEST).is_file():
                return folder
    raise ModelError(f"{places[-1]}: no model here ({MANIFEST} is missing); {_REMEDY}")


def _checkout(package: Path) -> Iterator[Path]:
    """Yield the models folder of the project whose source the package is, if it is a checkout."""
    for folder in package.parents:
        if (folder / "pyproject.toml").is_file():
            if folder / "src" / package.name == package:
                yield folder / "models"
            return


def read_manifest(folder: Path) -> Manifest:
    """Read `model.json`, strictly.

    Raises
    ------
    ModelError
        If it is missing, is not ours, is of another format version or is damaged.
    """
    path = folder / MANIFEST
    data = _read_bytes(path)
    try:
        edition = msgspec.json.decode(data, type=_Edition)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: is no model of openclause ({error}); {_REMEDY}") from error
    if edition.format != FORMAT:
        raise ModelError(f"{path}: its format is {edition.format!r}, not {FORMAT!r}; {_REMEDY}")
    if edition.format_version != FORMAT_VERSION:
        raise ModelError(
            f"{path}: its format version is {edition.format_version}, this openclause reads "
            f"{FORMAT_VERSION}; use the openclause that made it, or make a new model"
        )
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, ValueError) as error:
        raise ModelError(f"{path}: {error}; {_REMEDY}") from error
    if any(name != Path(name).name for name in manifest.files):
        raise ModelError(f"{path}: names a file outside its folder; {_REMEDY}")
    return manifest


def read_part(folder: Path, name: str) -> Part:
    """Read one part of a model folder; no other part's files are opened.

    Raises
    ------
    ModelError
        If the part or one of its files is missing, or differs from what `model.json` says.
    """
    manifest = read_manifest(folder)
    settings_file = f"{name}.json"
    if settings_file not in manifest.files:
        raise ModelError(f"{folder / MANIFEST}: holds no part {name!r}; {_REMEDY}")
    return Part(
        name=name,
        settings=_settings(folder / settings_file, manifest.files[settings_file]),
        arrays={
            file.removeprefix(f"{name}.").removesuffix(".npy"): _array(folder / file, digest)
            for file, digest in manifest.files.items()
            if file.startswith(f"{name}.") and file.endswith(".npy")
        },
    )


@contextmanager
def unpacking(folder: Path, name: str) -> Iterator[None]:
    """Turn whatever is wrong with a part while it is unpacked into a `ModelError`.

    Raises
    ------
    ModelError
        If a `KeyError` or a `msgspec.ValidationError` tells that something is missing, a
        `ValueError` or an `IndexError` that something does not fit.
    """
    try:
        yield
    except (KeyError, msgspec.ValidationError) as error:
        raise ModelError(f"{folder}: its part {name!r} is incomplete ({error})") from error
    except (ValueError, IndexError) as error:
        raise ModelError(
            f"{folder}: its part {name!r} does not fit together ({error}); make a new model"
        ) from error


def _settings(path: Path, digest: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_checked_bytes(path, digest), type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: {error}; {_REMEDY}") from error


def _array(path: Path, digest: str) -> NDArray[Any]:
    """Read a `.npy` file as a read-only view of its bytes, which its header must fit exactly."""
    data = _checked_bytes(path, digest)
    stream = BytesIO(data)
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("is not a .npy file of version 1.0")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
        if dtype.kind not in _KINDS or fortran or min(shape, default=0) < 0:
            raise ValueError(f"holds {dtype} in the shape {shape}, which no model of ours has")
        return np.frombuffer(data, dtype, offset=stream.tell()).reshape(shape)
    except Exception as error:  # NumPy parses headers as Python: a wild one raises nearly anything
        raise ModelError(f"{path}: {error}; {_REMEDY}") from error


def _checked_bytes(path: Path, digest: str) -> bytes:
    data = _read_bytes(path)
    if sha256(data).hexdigest() != digest:
        raise ModelError(f"{path}: has changed since it was made (sha256 differs); {_REMEDY}")
    return data


def _read_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise ModelError(f"{path}: is no regular file; {_REMEDY}")
        if path.stat().st_size > _MOST_BYTES:
            raise ModelError(f"{path}: is larger than {_MOST_BYTES} bytes; {_REMEDY}")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error


def write_model(  # noqa: PLR0913, all of it is what a folder holds
    folder: Path,
    parts: Sequence[Part],
    *,
    versions: Mapping[str, str],
    corpus_sha256: str,
    card: str,
    pages: Mapping[str, str] = MappingProxyType({}),
) -> Manifest:
    """Write a model folder whole: the same arguments give the same bytes, or nothing changes.

    Whoever reads the folder while this runs, or after it was killed, finds the old model or the
    new one.

    Parameters
    ----------
    pages
        Texts for people beside the card, by file name; those that `PAGES` tells.

    Raises
    ------
    ModelError
        If the folder holds something else than a model, or cannot be written.
    """
    contents = {name: data for part in parts for name, data in _part_files(part)}
    manifest = Manifest(
        format=FORMAT,
        format_version=FORMAT_VERSION,
        versions=dict(sorted(versions.items())),
        corpus_sha256=corpus_sha256,
        files={name: sha256(data).hexdigest() for name, data in sorted(contents.items())},
    )
    pretty = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    contents |= {MANIFEST: pretty + b"\n"} | {
        name: page.encode("utf-8") for name, page in {CARD: card, **pages}.items()
    }
    refuse_other_files(folder)
    try:
        _replace(folder.resolve(), contents)
    except OSError as error:
        raise ModelError(
            f"{folder}: cannot be written ({error.strerror}); the model that was there is untouched"
        ) from error
    return manifest


def _part_files(part: Part) -> Iterator[tuple[str, bytes]]:
    yield f"{part.name}.json", msgspec.json.encode(part.settings)
    for name, array in part.arrays.items():
        stream = BytesIO()
        little_endian = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        np.lib.format.write_array(stream, little_endian, version=(1, 0), allow_pickle=False)
        yield f"{part.name}.{name}.npy", stream.getvalue()


def refuse_other_files(folder: Path) -> None:
    """Raise a `ModelError` if a folder to write holds anything but a model of ours."""
    if not folder.exists():
        return
    if not folder.is_dir():
        _refuse(folder, "is a file")
    names = {path.name for path in folder.iterdir()} - {*PAGES, _BEING_WRITTEN, _WRITTEN}
    try:
        ours = {*_own_names(folder), *_own_names(folder / _WRITTEN)}
    except ModelError:
        _refuse(folder, "holds a damaged or foreign model")
    strange = {name for name in names - ours if not _is_left_over(name)}
    if strange:
        _refuse(folder, f"holds {min(strange)!r}, which is no part of a model")


def _own_names(folder: Path) -> set[str]:
    return {MANIFEST, *read_manifest(folder).files} if (folder / MANIFEST).exists() else set()


def _is_left_over(name: str) -> bool:
    return name.startswith(".") and name.endswith(".part")


def _refuse(folder: Path, why: str) -> NoReturn:
    raise ModelError(f"{folder}: {why} and would be lost; name a new or empty folder")


def _replace(folder: Path, contents: Mapping[str, bytes]) -> None:
    new, written = folder / _BEING_WRITTEN, folder / _WRITTEN
    folder.mkdir(parents=True, exist_ok=True)
    if written.exists():  # an earlier run was stopped between the two renames
        _settle(folder, new, written)
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        for name, data in contents.items():
            _write(new / name, data)
        new.replace(written)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        raise
    with suppress(OSError):  # the new model counts already; the next run settles what is left
        _settle(folder, new, written)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path, new: Path, written: Path) -> None:
    """Give the files of a written model their places; until the last rename `written` counts.

    The manifest comes last, so that the old one tells whose the other files are.
    """
    fresh = {path.name for path in written.iterdir()}
    for name in sorted(fresh - {MANIFEST}):
        _place(written / name, folder / name)
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name not in fresh:
            path.unlink()
    _place(written / MANIFEST, folder / MANIFEST)
    shutil.rmtree(new, ignore_errors=True)
    written.replace(new)
    shutil.rmtree(new)


def _place(source: Path, target: Path) -> None:
    """Put a file under a second name, by a link where there can be one: that needs no space."""
    beside = target.with_name(f".{target.name}.part")
    beside.unlink(missing_ok=True)
    try:
        os.link(source, beside)
    except OSError:
        shutil.copyfile(source, beside)
    beside.replace(target)
