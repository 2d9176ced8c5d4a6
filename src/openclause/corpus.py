"""The labelled corpus: one TOML record a licence, its text beside it, checked and grouped.

In: a folder of `<key>.toml` records with `texts/<key>.txt`, which `fetching` materialises and
which are never committed. Out: frozen records and labelled documents, checked, dealt and counted.
Which texts are relatives `families` tells; what is learnt from them is left to `training`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from openclause import untrusted_toml
from openclause.errors import DataError
from openclause.families import Split, nearest, split_of
from openclause.taxonomy import MODALITIES, Holder, Modality, categories, terms

Basis = Literal["read", "mapped"]
Artifact = Literal["software", "model", "data", "content", "font", "hardware", "service"]

_KEY = re.compile(r"[a-z0-9][a-z0-9._+-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The registry package, and the file inside it, that a text comes from."""

    package: str
    version: str
    file: str


class ClauseLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reader found at the characters `[start, end)` of a text."""

    start: int
    end: int
    term: str
    modality: Modality
    holder: Holder
    main: bool


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of one licence; the order of the fields is that of its file.

    `alt` is a second plausible category. `basis` tells a category that a careful reader gave from
    one mapped from ScanCode's unread. `clauses` is None until the text was read clause by clause.
    `source` is None for a text that its owner keeps beside the record. `unnamed` marks a text
    that others know by no name: it is learnt from, but no text is identified as it.
    """

    key: str
    name: str
    spdx_id: str | None = None
    unnamed: bool | None = None
    language: str
    artifact: Artifact
    category: str
    alt: str | None = None
    addendum: bool
    hard: bool
    basis: Basis
    why: str | None = None
    scancode_category: str | None = None
    family: str
    split: Split
    chars: int
    sha256: str
    source: Source | None = None
    clauses: tuple[ClauseLabel, ...] | None = None


class LabelledDocument(msgspec.Struct, frozen=True):
    """A record with the text that it labels."""

    record: Record
    text: str


class Stats(msgspec.Struct, frozen=True):
    """How much of what a corpus holds; `categories` counts by category, then by split."""

    records: int
    chars: int
    families: int
    largest_family: int
    annotated: int
    clauses: int
    categories: dict[str, dict[str, int]]
    splits: dict[str, int]
    languages: dict[str, int]
    artifacts: dict[str, int]
    bases: dict[str, int]
    terms: dict[str, int]


def default_folder(start: Path | None = None) -> Path:
    """Find `corpora/licenses` in a folder (by default the current one) or above it.

    Raises
    ------
    DataError
        If there is none: the corpus lives in the repository, not in the installed package.
    """
    start = (start or Path.cwd()).resolve()
    for base in (start, *start.parents):
        folder = base / "corpora" / "licenses"
        if folder.is_dir():
            return folder
    raise DataError(f"{start}: no corpora/licenses here or above; pass --corpus FOLDER")


def text_path(folder: Path, key: str) -> Path:
    """Return where the text of a key is kept."""
    return folder / "texts" / f"{key}.txt"


def digest(data: bytes) -> str:
    """Return the sha256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader finds the old content or the new, never a part of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_records(folder: Path) -> tuple[Record, ...]:
    """Read all records of a folder, strictly, sorted by key.

    Raises
    ------
    DataError
        If there are none, or at the first file that is not TOML, lacks a field, has an unknown
        one or a value of another type, or whose key is not its name.
    """
    records = [read_record(path) for path in sorted(folder.glob("*.toml"))]
    if not records:
        raise DataError(f"{folder}: no records (*.toml) in this folder; pass --corpus FOLDER")
    return tuple(sorted(records, key=lambda record: record.key))


def read_record(path: Path) -> Record:
    """Read one record, strictly.

    Raises
    ------
    DataError
        As `read_records`, or if there is no such file.
    """
    try:
        record = msgspec.convert(untrusted_toml.parse(path.read_bytes().decode("utf-8")), Record)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}; mend the record, its README says how") from error
    if record.key != path.stem:
        raise DataError(f"{path} [key]: is {record.key!r}; make key and file name the same")
    return record


def to_toml(record: Record) -> str:
    """Write a record in the one canonical shape: a field a line, a clause a line."""
    fields = [(name, getattr(record, name)) for name in record.__struct_fields__]
    return "".join(f"{name} = {_value(value)}\n" for name, value in fields if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, msgspec.Struct):
        pairs = [f"{name} = {_value(getattr(value, name))}" for name in value.__struct_fields__]
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, tuple):
        return "[\n" + "".join(f"  {_value(item)},\n" for item in value) + "]"
    # JSON's strings, numbers and booleans are TOML's too, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_record(record: Record, folder: Path) -> Path:
    """Write a record's file into a folder and return its path."""
    path = folder / f"{record.key}.toml"
    write_whole(path, to_toml(record).encode("utf-8"))
    return path


def read_texts(folder: Path, records: Iterable[Record]) -> dict[str, str]:
    """Read the texts that are there, by key, with their line ends untouched.

    Raises
    ------
    DataError
        If a text cannot be read or is not UTF-8.
    """
    paths = {record.key: text_path(folder, record.key) for record in records}
    return {key: _read_text(path) for key, path in paths.items() if path.exists()}


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}; delete it and run `openclause corpus fetch`") from error


def load(folder: Path) -> tuple[LabelledDocument, ...]:
    """Read all records with their texts, checked, sorted by key.

    Raises
    ------
    DataError
        If a record or text cannot be read, a text is missing, or `check` finds a problem.
    """
    records = read_records(folder)
    texts = read_texts(folder, records)
    problems = check(records, texts)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise DataError(f"{folder}: {problems[0]}{more}")
    return tuple(LabelledDocument(record, texts[record.key]) for record in records)


def check(records: Sequence[Record], texts: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Find everything wrong with records and, where texts are given, with what they say of them.

    Parameters
    ----------
    texts
        Text by key; one missing is a problem. None checks the records alone.

    Returns
    -------
    tuple of str
        A line a problem: the file, the field in brackets, what is wrong and what to do.
    """
    problems = [*_clashes(records)]
    for record in records:
        faults = [*_label_faults(record), *_clause_faults(record)]
        if texts is not None:
            faults += _text_faults(record, texts.get(record.key))
        problems += [f"{record.key}.toml {fault}" for fault in faults]
    return tuple(problems)


def _clashes(records: Iterable[Record]) -> Iterator[str]:
    seen: set[str] = set()
    splits: dict[str, str] = {}
    for record in records:
        if record.key in seen:
            yield f"{record.key}.toml [key]: is used twice; give one of them another key"
        seen.add(record.key)
        split = splits.setdefault(record.family, record.split)
        if split != record.split:
            yield (
                f"{record.key}.toml [split]: family {record.family!r} is in {split!r} and "
                f"{record.split!r}; keep a family in one split"
            )


def _label_faults(record: Record) -> Iterator[str]:
    if not _KEY.fullmatch(record.key):
        yield "[key]: use small letters, digits, '.', '_', '+' and '-' only"
    if not _SHA256.fullmatch(record.sha256):
        yield "[sha256]: is no sha256 in hexadecimal; write that of the text"
    for field, category in (("category", record.category), ("alt", record.alt)):
        if category is not None and category not in categories():
            yield f"[{field}]: {category!r} is no category; use an id of data/categories.toml"
    if record.alt == record.category:
        yield "[alt]: is the category itself; leave it out"
    if record.clauses is not None and record.split == "test":
        yield "[split]: an annotated text is evaluated in folds; put its family in train or dev"


def _clause_faults(record: Record) -> Iterator[str]:
    seen: set[tuple[int, int, str, str]] = set()
    for number, label in enumerate(record.clauses or ()):
        where = f"[clauses {number}]:"
        if label.term not in terms():
            yield f"{where} {label.term!r} is no term; use an id of data/terms"
        if label.modality not in MODALITIES:
            yield f"{where} {label.modality!r} is no modality; use one of {', '.join(MODALITIES)}"
        if not 0 <= label.start < label.end <= record.chars:
            span = f"[{label.start}, {label.end})"
            yield f"{where} {span} is no span of {record.chars} characters; mend start and end"
        effect = (label.start, label.end, label.term, label.modality)
        if effect in seen:
            yield f"{where} says the same as one before; delete it"
        seen.add(effect)


def _text_faults(record: Record, text: str | None) -> Iterator[str]:
    if text is None:
        mend = "run `openclause corpus fetch`" if record.source else "put it there"
        yield f"[sha256]: texts/{record.key}.txt is missing; {mend}"
        return
    if digest(text.encode("utf-8")) != record.sha256:
        yield "[sha256]: the text has changed; fetch it again or label the new text"
    elif len(text) != record.chars:
        yield f"[chars]: is {record.chars}, the text has {len(text)}; correct it"
    for number, label in enumerate(record.clauses or ()):
        if not text[label.start : label.end].strip():
            yield f"[clauses {number}]: quotes nothing; mend start and end"


def place(key: str, text: str, *, among: Sequence[LabelledDocument]) -> tuple[str, Split]:
    """Return the family and the split of a text to add: its nearest relative's, or else its own.

    A family of its own is never put into test: whoever adds a text has seen what is made of it.
    """
    near = nearest({key: text}, among={each.record.key: each.text for each in among})
    for document in among:
        if document.record.key == near.get(key):
            return document.record.family, document.record.split
    return key, split_of(key, annotated=True)


def folds(records: Iterable[Record], n: int) -> tuple[tuple[Record, ...], ...]:
    """Deal records into n folds, families whole, categories and sizes as even as they come.

    Raises
    ------
    DataError
        If there are fewer families than folds.
    """
    groups: defaultdict[str, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: record.key):
        groups[record.family].append(record)
    if not 1 <= n <= len(groups):
        raise DataError(f"{len(groups)} families cannot make {n} folds; ask for fewer")
    dealt: list[list[Record]] = [[] for _ in range(n)]
    held: list[Counter[str]] = [Counter() for _ in range(n)]
    for name in sorted(groups, key=lambda name: (-len(groups[name]), digest(name.encode("utf-8")))):
        counts = Counter(record.category for record in groups[name])
        common = counts.most_common(1)[0][0]
        fold = min(range(n), key=lambda i: (held[i][common], len(dealt[i])))
        dealt[fold] += groups[name]
        held[fold] += counts
    return tuple(tuple(sorted(members, key=lambda record: record.key)) for members in dealt)


def stats(records: Sequence[Record]) -> Stats:
    """Count what a corpus holds."""
    by_family = Counter(record.family for record in records)
    annotated = [record.clauses for record in records if record.clauses is not None]
    labels = [label for clauses in annotated for label in clauses]
    return Stats(
        records=len(records),
        chars=sum(record.chars for record in records),
        families=len(by_family),
        largest_family=max(by_family.values(), default=0),
        annotated=len(annotated),
        clauses=len(labels),
        categories={
            category: _count(record.split for record in records if record.category == category)
            for category in categories()
        },
        splits=_count(record.split for record in records),
        languages=_count(record.language for record in records),
        artifacts=_count(record.artifact for record in records),
        bases=_count(record.basis for record in records),
        terms=_count(label.term for label in labels),
    )


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
