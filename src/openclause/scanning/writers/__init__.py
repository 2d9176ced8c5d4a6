"""The looks of a scan: one function a format, listed in `WRITERS`.

In: records, as they come, and a `View`. Out: the bytes to write, as they come. All text of others
goes through `safety`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from openclause.page import View
from openclause.scanning.records import Record
from openclause.scanning.writers import html, lines, parquet, sarif, table

Writer = Callable[[Iterable[Record], View], Iterator[bytes]]

WRITERS: dict[str, Writer] = {
    "table": table.table,
    "jsonl": lines.jsonl,
    "csv": lines.table,
    "parquet": parquet.parquet,
    "sarif": sarif.sarif,
    "html": html.html,
}

__all__ = ["WRITERS", "Writer"]
