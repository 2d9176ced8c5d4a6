"""The entries of an atlas: records of the corpus, or lines that a scan wrote.

In: a folder of the corpus, or a file of `openclause scan --format jsonl`. Out: `Entry` records.
What readers reviewed is taken as it is; texts are analyzed only where that is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from openclause.analysis import Analysis, analyze_many
from openclause.atlas.dates import published
from openclause.atlas.records import Entry
from openclause.attitudes import Attitude, attitude
from openclause.clauses import Clause
from openclause.corpus import ClauseLabel, Record, read_records, read_texts, text_path
from openclause.errors import DataError
from openclause.scanning import Record as Scanned
from openclause.standing import restricts
from openclause.taxonomy import ACTS, categories, terms

Progress = Callable[[str, int, int], None]

_TOGETHER = 32  # texts of a process between two looks at the progress; a batch of `analyze_many`


def corpus_entries(
    folder: Path,
    *,
    read: bool = False,
    model: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[Entry, ...]:
    """Return an entry for each record of a corpus, by key.

    Parameters
    ----------
    read
        Whether the program reads the texts that nobody annotated; their categories stay those of
        the records.
    progress
        Is called with a stage, the texts read and all texts to read.

    Raises
    ------
    DataError
        If a record is not well formed, or a text to read is not there.
    """
    records = [record for record in read_records(folder) if not record.unnamed]
    models = [record for record in records if record.artifact == "model"]
    heads = read_texts(folder, models)
    found = _analyses(folder, records, model, jobs, progress) if read else {}
    return tuple(
        _from_record(record, heads.get(record.key), found.get(record.key)) for record in records
    )


def _from_record(record: Record, text: str | None, found: Analysis | None) -> Entry:
    entry = Entry(
        id=record.key,
        name=record.name,
        category=record.category,
        artifact=record.artifact,
        family=record.family,
        date=published(id=record.key, name=record.name, text=text),
    )
    if record.clauses is not None:
        clauses = [_clause(label, at) for at, label in enumerate(record.clauses)]
        return _with_clauses(entry, clauses, "reader")
    return _with_clauses(entry, found.clauses, "program") if found else entry


def _with_clauses(entry: Entry, clauses: Sequence[Clause], who: str) -> Entry:
    about: defaultdict[str, list[Clause]] = defaultdict(list)
    for clause in clauses:
        about[clause.term].append(clause)
    attitudes = {term: attitude(said, term=term) for term, said in about.items()}
    limits = {clause.term for clause in clauses if clause.restricts}
    return _known(entry, attitudes, limits, who)


def _known(
    entry: Entry, attitudes: Mapping[str, Attitude], restricted: Iterable[str], who: str
) -> Entry:
    # A limit is a term of an act; duties that copying hangs on, such as notices, are none.
    return msgspec.structs.replace(
        entry,
        attitudes={term: attitudes[term] for term in terms() if term in attitudes},
        limits=tuple(sorted(term for term in restricted if terms()[term].group in ACTS)),
        read_by=who,
    )


def _clause(label: ClauseLabel, number: int) -> Clause:
    """Return what a reader labelled as a clause; its words, and so its conditions, are not held."""
    return Clause(
        id=f"c{number + 1}",
        start=label.start,
        end=label.end,
        line=1,
        section=None,
        text="",
        term=label.term,
        modality=label.modality,
        holder=label.holder,
        main=label.main,
        restricts=restricts(label.term, label.modality, ""),
        conditions=(),
        confidence=1.0,
        source="known",
    )


def _analyses(
    folder: Path,
    records: Sequence[Record],
    model: Path | None,
    jobs: int,
    progress: Progress | None,
) -> dict[str, Analysis]:
    keys = [record.key for record in records if record.clauses is None]
    missing = next((key for key in keys if not text_path(folder, key).is_file()), None)
    if missing is not None:
        raise DataError(
            f"{text_path(folder, missing)}: is missing; run `openclause corpus fetch` or leave "
            "--read out"
        )
    found: dict[str, Analysis] = {}
    step = _TOGETHER * jobs
    for at in range(0, len(keys), step):
        part = keys[at : at + step]
        answers = analyze_many([text_path(folder, key) for key in part], model=model, jobs=jobs)
        found |= {k: a for k, a in zip(part, answers, strict=True) if isinstance(a, Analysis)}
        if progress is not None:
            progress("read", at + len(part), len(keys))
    return found


def scan_entries(path: Path) -> tuple[tuple[Entry, ...], int]:
    """Return an entry for each text that a scan decided, and how many places it did not decide.

    Equal bytes are one entry, in the order of the scan, with the number of their places.

    Raises
    ------
    DataError
        If the file cannot be read, or a line is not a record of a scan.
    """
    texts: dict[tuple[str, str], Entry] = {}
    skipped = 0
    for record in _lines(path):
        if record.category is None:
            skipped += 1
            continue
        key = (record.sha256 or record.path, record.category)
        entry = texts.get(key)
        texts[key] = (
            msgspec.structs.replace(entry, places=entry.places + 1)
            if entry
            else _from_scan(record, record.category)
        )
    return tuple(texts.values()), skipped


def _lines(path: Path) -> Iterator[Scanned]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _scanned(line, f"{path}, line {number}")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error


def _scanned(line: bytes, where: str) -> Scanned:
    try:
        record = msgspec.json.decode(line, type=Scanned)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(
            f"{where}: is no record of a scan ({error}); make the file with "
            "`openclause scan --format jsonl`"
        ) from error
    unknown: set[Any] = {passage.term for passage in record.passages} - set(terms())
    unknown |= {record.category} - {None, *categories()}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise DataError(f"{where}: {names} is unknown to this version; scan again with it")
    return record


def _from_scan(record: Scanned, category: str) -> Entry:
    known = record.identification
    entry = Entry(
        id=record.path,
        name=known.name if known else record.path,
        category=category,
        family=known.id if known else None,
        date=published(id=known.id, name=known.name) if known and known.exact else None,
    )
    return _known(entry, _restrictions(record), record.restricting, "program")


def _restrictions(record: Scanned) -> dict[str, Attitude]:
    said: defaultdict[str, set[str]] = defaultdict(set)
    for passage in record.passages:
        said[passage.term].add(passage.modality)
    return {
        term: "cannot" if "prohibition" in modalities else "must"
        for term, modalities in said.items()
    }
