"""Adding a license to a corpus: from a draft and its text to a record that holds.

In: a draft, the text, a folder of records, the project's or a user's own. Out: the record and its
text, written whole or not at all, in the family of its nearest relative there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from openclause.corpus import (
    Basis,
    LabelledDocument,
    Record,
    check,
    digest,
    place,
    read_records,
    read_texts,
    text_path,
    write_record,
    write_whole,
)
from openclause.drafts import Draft, place_clauses
from openclause.errors import DataError
from openclause.families import Split

# Names of files that say nothing of which license they hold.
_NAMELESS = re.compile(
    r"(?:un)?licen[sc]es?|copying|notice|terms|eula|readme|index|legal|text|stdin", re.IGNORECASE
)
_MOST_CHARS = 60


class Corpus(msgspec.Struct, frozen=True):
    """What a folder holds already: its records, and the texts that are there."""

    folder: Path
    records: tuple[Record, ...]
    texts: Mapping[str, str]


class Added(msgspec.Struct, frozen=True):
    """A record that was written, where, and the relative whose family it joined, if any.

    `left_out` tells that its clauses are not in the record: a family of the split `test` is
    judged, never learnt from.
    """

    record: Record
    path: str
    relative: str | None
    left_out: bool


def read_corpus(folder: Path) -> Corpus:
    """Read what a folder of records holds, be it nothing yet.

    Raises
    ------
    DataError
        If a record or text cannot be read.
    """
    if not any(folder.glob("*.toml")):
        return Corpus(folder, (), {})
    records = read_records(folder)
    return Corpus(folder, records, read_texts(folder, records))


def key_of(path: str | None, title: str | None) -> str:
    """Return an id for a text: its file's name, or its title where that says nothing."""
    stem = Path(path).stem if path else ""
    name = stem if stem and not _NAMELESS.fullmatch(stem) else title or stem
    slug = re.sub(r"[^a-z0-9.+]+", "-", name.lower())[:_MOST_CHARS].strip("-.+")
    return slug or "license"


def refuse_known(key: str, text: str, corpus: Corpus) -> None:
    """Raise a `DataError` if a folder has the key, or the text, already."""
    where = f"{corpus.folder / key}.toml"
    keys = {record.key for record in corpus.records}
    if key in keys or text_path(corpus.folder, key).exists():
        raise DataError(f"{where} [key]: is there already; pass another --id, or delete it first")
    told = digest(text.encode("utf-8"))
    for record in corpus.records:
        if record.sha256 == told:
            raise DataError(
                f"{where} [sha256]: is the text of {record.key!r}, which is there already; "
                f"correct {record.key}.toml instead"
            )


def add(  # noqa: PLR0913
    draft: Draft,
    text: str,
    corpus: Corpus,
    *,
    key: str,
    basis: Basis,
    split: Split | None = None,
) -> Added:
    """Write a text and its record into a folder.

    Parameters
    ----------
    basis
        `read` if a person gave the category.
    split
        Of a family of its own; by default one that is learnt from.

    Raises
    ------
    DataError
        If the key or the text is there already, a clause does not stand in the text, or anything
        else is wrong with the record: the file, the field and what to do. Nothing is written then.
    """
    refuse_known(key, text, corpus)
    where = f"{key}.toml"
    labels = place_clauses(draft, text, where=where) if draft.read else None
    near = [
        LabelledDocument(r, corpus.texts[r.key]) for r in corpus.records if r.key in corpus.texts
    ]
    family, found = place(key, text, among=near)
    chosen = split if split is not None and family == key else found
    record = Record(
        key=key,
        name=draft.name,
        spdx_id=draft.spdx_id or None,
        language=draft.language,
        artifact=draft.artifact,
        category=draft.category,
        alt=draft.alt or None,
        addendum=draft.addendum,
        hard=draft.hard,
        basis=basis,
        why=draft.why or None,
        family=family,
        split=chosen,
        chars=len(text),
        sha256=digest(text.encode("utf-8")),
        clauses=None if chosen == "test" else labels,
    )
    _refuse_faulty(record, labels, text, corpus.records)
    path = _write(record, text, corpus.folder)
    relative = None if family == key else family
    return Added(record, str(path), relative, left_out=record.clauses is None and bool(labels))


def _refuse_faulty(record: Record, labels: object, text: str, others: Sequence[Record]) -> None:
    whole = msgspec.structs.replace(
        record, clauses=labels, split="train" if labels else record.split
    )
    faults = check([whole], {record.key: text})
    clashes = check([*others, record])
    own = [*faults, *(line for line in clashes if line.startswith(f"{record.key}.toml "))]
    if own:
        more = f" (and {len(own) - 1} more)" if len(own) > 1 else ""
        raise DataError(f"{own[0]}{more}")


def _write(record: Record, text: str, folder: Path) -> Path:
    """Write the text, then the record; a text whose record cannot be written is taken back."""
    path = text_path(folder, record.key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"))
        return write_record(record, folder)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise DataError(
            f"{folder}: cannot be written ({error.strerror}); name another --corpus"
        ) from error
