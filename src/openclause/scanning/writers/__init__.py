"""The looks of a scan: one function a format, listed in `WRITERS`.

In: records, as they come, and a `View`. Out: the bytes to write, as they come. All text of others
goes through `safety`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from openclause.page import View
from openclause.scanning.records import Record
from openclause.scanning.writers.html import html
from openclause.scanning.writers.lines import jsonl
from openclause.scanning.writers.lines import table as csv
from openclause.scanning.writers.parquet import parquet
from openclause.scanning.writers.sarif import sarif
from openclause.scanning.writers.table import table

Writer = Callable[[Iterable[Record], View], Iterator[bytes]]

WRITERS: dict[str, Writer] = {
    "table": table,
    "jsonl": jsonl,
    "csv": csv,
    "parquet": parquet,
    "sarif": sarif,
    "html": html,
}

__all__ = ["WRITERS", "Writer", "csv", "html", "jsonl", "parquet", "sarif", "table"]
