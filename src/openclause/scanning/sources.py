"""What there is to read: files in folders and archives, or the rows of a Parquet file.

In: paths. Out: `Item` records in an order that only names and rows decide, one at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from openclause.errors import DataError, DocumentError
from openclause.finding import Candidate, Limits, ModelFolders, Reader, candidates
from openclause.locales import unicode_name
from openclause.scanning.records import Item

if TYPE_CHECKING:
    from pyarrow import RecordBatch

# What only declares is not read.
_DECLARING = "metadata"
# Rows at a time: so many of the longest texts still fit into memory.
_ROWS = 128
_DEFAULTS = Limits()


class Columns(msgspec.Struct, frozen=True):
    """The columns of a Parquet file that hold the texts and their names."""

    text: str
    id: str | None = None


def items(
    paths: Sequence[str | os.PathLike[str]],
    *,
    ignored: bool = False,
    limits: Limits = _DEFAULTS,
    columns: Columns | None = None,
    models: ModelFolders | None = None,
) -> Iterator[Item]:
    """Yield what is to be read, with its bytes.

    Parameters
    ----------
    paths
        Folders, files, or with `columns` Parquet files.
    ignored
        Whether files count that git ignores.
    limits
        How far the search goes, and what is read of what it finds.
    models
        Is told of each folder before the first item in it comes.

    Raises
    ------
    DataError
        If a path does not exist, or a Parquet file lacks a column or cannot be read.
    """
    check(paths)
    if columns is None:
        found = candidates(_as_paths(paths), ignored=ignored, limits=limits, models=models)
        with Reader(limits) as reader:
            yield from (_item(candidate, reader) for candidate in found)
        return
    for path in paths:
        yield from _rows(Path(path), columns)


def count(
    paths: Sequence[str | os.PathLike[str]],
    *,
    ignored: bool = False,
    limits: Limits = _DEFAULTS,
    columns: Columns | None = None,
) -> Iterator[int]:
    """Yield how many items there are, as far as it is known: one number after another."""
    if columns is not None:
        yield sum(_table(Path(path)).metadata.num_rows for path in paths)
        return
    found = candidates(_as_paths(paths), ignored=ignored, limits=limits)
    yield from (number for number, _ in enumerate(found, start=1))


def check(paths: Sequence[str | os.PathLike[str]]) -> None:
    """Raise a `DataError` for the first path at which there is nothing."""
    for path in paths:
        if not os.path.lexists(path):
            shown = unicode_name(path).encode("utf-8", "replace").decode()
            raise DataError(f"{shown}: does not exist; check the path")


def _as_paths(paths: Sequence[str | os.PathLike[str]]) -> list[Path]:
    return [Path(path) for path in paths]


def _item(candidate: Candidate, reader: Reader) -> Item:
    data = None
    error = candidate.error and candidate.error.removeprefix(f"{candidate.path}: ")
    if error is None and candidate.kind != _DECLARING:
        try:
            data = reader.read(candidate)
        except DocumentError as failed:
            error = str(failed).removeprefix(f"{candidate.path}: ")
    return Item(
        path=candidate.path,
        kind=candidate.kind,
        size=candidate.size,
        declared=candidate.declared,
        data=data,
        error=error,
    )


def _rows(path: Path, columns: Columns) -> Iterator[Item]:
    table = _table(path)
    names = [name for name in (columns.text, columns.id) if name is not None]
    if missing := [name for name in names if name not in table.schema_arrow.names]:
        there = ", ".join(table.schema_arrow.names)
        raise DataError(f"{path}: has no column {missing[0]!r}; it has {there}")
    number = 0
    for batch in _batches(path, table, names):
        texts = batch.column(columns.text).to_pylist()
        ids = batch.column(columns.id).to_pylist() if columns.id else None
        for row, text in enumerate(texts):
            name = str(ids[row]) if ids else f"{path.name}#{number}"
            yield _row(name, text)
            number += 1


def _batches(path: Path, table: Any, names: Sequence[str]) -> Iterator[RecordBatch]:
    import pyarrow

    try:
        yield from table.iter_batches(batch_size=_ROWS, columns=list(names), use_threads=False)
    except (OSError, pyarrow.ArrowException) as error:
        raise DataError(f"{path}: cannot be read on ({error}); write the file anew") from error


def _row(name: str, text: str | bytes | None) -> Item:
    name = name.encode("utf-8", "backslashreplace").decode()
    if text is None:
        return Item(path=name, kind="text", size=0, error="is null; give the text of a license")
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
    return Item(path=name, kind="text", size=len(data), data=data)


def _table(path: Path) -> Any:
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise DataError(
            f"{path}: Parquet needs the extra parquet; pip install 'openclause[parquet]'"
        ) from error
    try:
        return ParquetFile(path, pre_buffer=False)
    except (OSError, pyarrow.ArrowException) as error:
        cause = " ".join(str(error).split())
        raise DataError(f"{path}: is no Parquet file that can be read ({cause})") from error
