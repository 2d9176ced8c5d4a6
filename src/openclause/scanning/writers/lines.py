"""Records for programs and spreadsheets: one line each.

In: records. Out: bytes, as the records come.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from openclause.page import View
from openclause.scanning.records import Record, Released, to_line
from openclause.scanning.writers.safety import cell

HEAD = (
    "path", "sha256", "kind", "size", "category", "rank", "confidence", "needs_review", "license",
    "spdx_id", "similarity", "exact", "restricting", "declared", "findings", "addendum",
    "by_reference", "error", "warnings", "weights", "reached", "at_best", "gated", "api_only",
)  # fmt: skip


def jsonl(records: Iterable[Record], view: View) -> Iterator[bytes]:
    """Yield a record a line, as JSON."""
    for record in records:
        yield to_line(record) + b"\n"


def table(records: Iterable[Record], view: View) -> Iterator[bytes]:
    """Yield a head and a record a line, as CSV that no spreadsheet takes for formulas."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEAD)
    for record in records:
        writer.writerow(map(_cell, row(record)))
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def row(record: Record) -> tuple[object, ...]:
    """Return the values of a record in the order of `HEAD`."""
    best = record.identification
    return (
        record.path,
        record.sha256,
        record.kind,
        record.size,
        record.release.category if record.release else record.category,
        record.rank,
        record.confidence,
        record.needs_review,
        best.id if best else None,
        best.spdx_id if best else None,
        best.similarity if best else None,
        best.exact if best else None,
        "; ".join(record.restricting),
        "; ".join(record.declared),
        "; ".join(finding.text for finding in record.findings),
        record.addendum,
        record.by_reference,
        record.error,
        "; ".join(record.warnings),
        *_released(record.release),
    )


def _released(release: Released | None) -> tuple[object, ...]:
    if release is None:
        return (None,) * 5
    return release.weights, release.reached, release.at_best, release.gated, release.api_only


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}"
    return cell(value) if isinstance(value, str) else str(value)
