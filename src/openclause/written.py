"""Written licenses: whole texts of our own, each sentence labelled, for the models to learn from.

In: a folder of tab-separated files. Out: `LabelledDocument`s. Real licenses set their sentences
in few shapes; these set them in many more. They are learnt from and never judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec

from openclause.corpus import ClauseLabel, LabelledDocument, Record, digest
from openclause.drills import known_labels, table_rows
from openclause.errors import DataError
from openclause.taxonomy import Modality, categories

COLUMNS = ("kind", "labels", "main", "text")
_TITLE, _HEADING = "title", "heading"
# What stands before a line of each kind, unless it is the first one.
_BEFORE = {
    _HEADING: "\n\n",
    "paragraph": "\n\n",
    "sentence": " ",
    "item": "\n   ",
    "subitem": "\n      ",
    "line": "\n",
}
_MARKER = re.compile(r"(?:\(?[0-9A-Za-z]{1,4}[.)]|[-*•–]|\d+(?:\.\d+)+)\s+(?=\S)")
_MAIN, _NOTHING = "1", "-"


class _Line(msgspec.Struct, frozen=True):
    """A heading, sentence or item; of a title, `labels` is the category, `main` the second one."""

    kind: str
    labels: tuple[str, ...]
    main: str
    text: str


def read_written(folder: Path) -> tuple[LabelledDocument, ...]:
    """Read all written licenses of a folder, in the order of its files; none without a folder.

    Raises
    ------
    DataError
        If a line has other columns, no text, or an unknown kind, label or category.
    """
    return tuple(each for path in sorted(folder.glob("*.tsv")) for each in _read(path))


def _read(path: Path) -> Iterator[LabelledDocument]:
    parts: list[list[_Line]] = []
    for line in _lines(path):
        if line.kind == _TITLE:
            parts.append([])
        parts[-1].append(line)
    for number, (title, *lines) in enumerate(parts, start=1):
        yield _document(f"{path.stem}-{number}", title, lines)


def _lines(path: Path) -> Iterator[_Line]:
    for number, (where, row) in enumerate(table_rows(path, COLUMNS)):
        yield _line(row, where=where, first=not number)


def _line(row: Sequence[str], *, where: str, first: bool) -> _Line:
    kind, said, main, text = row
    labels = tuple(said.split())
    if kind not in (_TITLE, *_BEFORE) or (first and kind != _TITLE):
        names = ", ".join((_TITLE, *_BEFORE))
        raise DataError(f"{where}: `kind` must be {names}, that of the first line `title`")
    known = {*categories()} if kind == _TITLE else known_labels()
    unknown = sorted({*labels, *_second(kind, main)} - known)
    if unknown or (kind == _TITLE and len(labels) != 1):
        named = " ".join(unknown or labels)
        raise DataError(f"{where}: unknown label or category {named!r}")
    return _Line(kind, labels, main, text)


def _second(kind: str, main: str) -> set[str]:
    return {main} - {_NOTHING} if kind == _TITLE else set()


def _document(key: str, title: _Line, lines: Sequence[_Line]) -> LabelledDocument:
    text, labels = "", []
    for line in lines:
        text += _BEFORE[line.kind] if text else ""
        start = len(text) + _marker(line)
        text += line.text
        labels += [_label(said, start, len(text), main=line.main == _MAIN) for said in line.labels]
    return LabelledDocument(_record(key, title, text, tuple(labels)), text)


def _marker(line: _Line) -> int:
    """Return how long the marker at the beginning of a line is."""
    found = None if line.kind == _HEADING else _MARKER.match(line.text)
    return found.end() if found else 0


def _label(said: str, start: int, end: int, *, main: bool) -> ClauseLabel:
    modality, term = said.split("/")
    return ClauseLabel(start, end, term, cast(Modality, modality), "recipient", main)


def _record(key: str, title: _Line, text: str, labels: tuple[ClauseLabel, ...]) -> Record:
    return Record(
        key=key,
        name=title.text,
        language="en",
        artifact="software",
        category=title.labels[0],
        alt=None if title.main == _NOTHING else title.main,
        addendum=False,
        hard=False,
        basis="read",
        family=key,
        split="train",
        chars=len(text),
        sha256=digest(text.encode("utf-8")),
        clauses=labels,
    )
