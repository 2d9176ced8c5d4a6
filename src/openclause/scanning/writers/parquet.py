"""Records as Parquet: columns as in the JSON, row group after row group.

In: records. Out: bytes of one Parquet file, as the groups fill; needs the extra `parquet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any

import msgspec

from openclause.errors import DataError
from openclause.page import View
from openclause.scanning.records import Record, Released

_GROUP = 8192  # rows


class _Sink(RawIOBase):
    """What was written since it was last asked."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        return self._written

    def taken(self) -> bytes:
        """Return it, once."""
        found, self._parts = b"".join(self._parts), []
        return found


def parquet(records: Iterable[Record], view: View) -> Iterator[bytes]:
    """Yield a Parquet file.

    Raises
    ------
    DataError
        If the extra `parquet` is not installed.
    """
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise DataError(
            "--format parquet needs the extra parquet; pip install 'openclause[parquet]'"
        ) from error
    schema, sink = _schema(pyarrow), _Sink()
    with ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in _groups(records):
            rows = [msgspec.to_builtins(record) for record in group]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
            yield sink.taken()
    yield sink.taken()


def _groups(records: Iterable[Record]) -> Iterator[list[Record]]:
    group: list[Record] = []
    for record in records:
        group.append(record)
        if len(group) == _GROUP:
            yield group
            group = []
    if group:
        yield group


def _schema(arrow: Any) -> Any:
    text, texts, number, share, flag = (
        arrow.string(),
        arrow.list_(arrow.string()),
        arrow.int64(),
        arrow.float64(),
        arrow.bool_(),
    )
    identified = {"id": text, "spdx_id": text, "name": text, "similarity": share, "exact": flag}
    places = dict.fromkeys(("start", "end", "line", "column", "end_line", "end_column"), number)
    passage = {"term": text, "modality": text, "restricts": texts, **places, "quote": text}
    finding = {"id": text, "text": text, "severity": text, "files": texts}
    part = {"component": text, "status": text, "files": texts, "n_files": number,
            "licenses": texts, "category": text}  # fmt: skip
    released = {
        **dict.fromkeys(Released.__struct_fields__, text),
        **dict.fromkeys(("gated", "api_only"), flag),
        **dict.fromkeys(("missing", "base_models", "texts", "lacking", "sentences"), texts),
        "components": arrow.list_(arrow.struct(list(part.items()))),
    }
    special = {
        "release": arrow.struct(list(released.items())),
        "size": number,
        "rank": number,
        "confidence": share,
        "identification": arrow.struct(list(identified.items())),
        "passages": arrow.list_(arrow.struct(list(passage.items()))),
        "findings": arrow.list_(arrow.struct(list(finding.items()))),
        **dict.fromkeys(("needs_review", "addendum", "by_reference"), flag),
        **dict.fromkeys(("near", "restricting", "reasons", "declared", "warnings", "terms"), texts),
    }
    return arrow.schema([(name, special.get(name, text)) for name in Record.__struct_fields__])
