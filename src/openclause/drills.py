"""Drills: sentences written for training, each with its labels.

In: a folder of tab-separated files. Out: `Drill` records. Real licences say a rare thing in few
ways; drills say it in many more, in words of our own. They are learnt from and never judged.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from openclause.errors import DataError
from openclause.limits import NO_LIMIT, carriers
from openclause.taxonomy import MODALITIES, terms

COLUMNS = ("labels", "makes", "lead", "sentence")


class Drill(msgspec.Struct, frozen=True):
    """A sentence, or an item with the lead-in that it hangs under, and its `modality/term`s.

    `makes` is the category that an open license becomes by it, `NO_LIMIT` if it stays as open, or
    nothing if the labels say enough.
    """

    labels: frozenset[str]
    makes: str
    lead: str
    sentence: str

    @property
    def text(self) -> str:
        """The drill as a licence would set it."""
        return f"{self.lead}\n\n   (a) {self.sentence}" if self.lead else self.sentence


def read_drills(folder: Path) -> tuple[Drill, ...]:
    """Read all drills of a folder, in the order of its files; none where there is no folder.

    Raises
    ------
    DataError
        If a line has other columns, no sentence, or an unknown label or category.
    """
    return tuple(drill for path in sorted(folder.glob("*.tsv")) for drill in _read(path))


def _read(path: Path) -> Iterator[Drill]:
    for where, row in table_rows(path, COLUMNS):
        yield _drill(row, where=where)


def table_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows of a tab-separated file, each with words for where it stands.

    Raises
    ------
    DataError
        If a line has other columns, or nothing in the last one.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(rows, ())) != tuple(columns):
            raise DataError(f"{path.name}, line 1: the columns must be {', '.join(columns)}")
        for number, row in enumerate(rows, start=2):
            where = f"{path.name}, line {number}"
            if len(row) != len(columns) or not row[-1].strip():
                raise DataError(f"{where}: give {', '.join(columns)}, parted by tabs")
            yield where, row


def _drill(row: list[str], *, where: str) -> Drill:
    labels = frozenset(row[0].split())
    unknown = sorted(labels - known_labels())
    if unknown:
        raise DataError(f"{where}: unknown label {unknown[0]!r}; write it as `modality/term`")
    if row[1] not in ("", NO_LIMIT, *carriers()):
        raise DataError(f"{where}: `makes` must be {', '.join((*carriers(), NO_LIMIT))} or nothing")
    return Drill(labels, *row[1:])


def known_labels() -> frozenset[str]:
    """Return all labels there can be."""
    return frozenset(f"{modality}/{term}" for modality in MODALITIES for term in terms())
