"""Make the records of corpora/licenses from the label files they were first read from.

Run once for each delivery of labels, from the repository:

    python corpora/import_labels.py categories.jsonl clauses.jsonl reserved.txt

The texts come out of the pinned package, are grouped into families, and are not kept. Licences
that the last file lists are kept for judging and get no record. Existing records are replaced.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec

from openclause.corpus import ClauseLabel, Record, Source, check, default_folder, write_record
from openclause.errors import DataError
from openclause.families import families, split_of
from openclause.fetching import Pin, cache_folder, obtain, read_pin, text_in


def read_lines(path: Path) -> dict[str, dict[str, Any]]:
    """Read a file of JSON lines into its objects by key."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {row["key"]: row for row in rows}


def record_of(row: dict[str, Any], labels: list[dict[str, Any]] | None, pin: Pin) -> Record:
    """Make a record of one line of categories and its clauses, not yet placed in a family."""
    same = ("key", "name", "language", "artifact", "category", "alt", "addendum", "hard", "basis")
    file = f"licensedcode/data/licenses/{row['key']}.LICENSE"
    clauses = None if labels is None else msgspec.convert(labels, list[ClauseLabel])
    return msgspec.convert(
        {name: row[name] for name in (*same, "why", "scancode_category", "chars")}
        | {"spdx_id": row["spdx"], "sha256": row["text_sha256"], "family": "", "split": "train"}
        | {"source": Source(pin.package, pin.version, file)}
        | {"clauses": None if clauses is None else sorted(clauses, key=order)},
        Record,
    )


def order(label: ClauseLabel) -> tuple[int, int, str, str]:
    """Return what clauses are sorted by: their place, then what they say."""
    return label.start, label.end, label.term, label.modality


def placed(records: list[Record], texts: dict[str, str]) -> list[Record]:
    """Return the records with their families and splits."""
    family = families(texts)
    annotated = {family[record.key] for record in records if record.clauses is not None}
    return [
        msgspec.structs.replace(
            record,
            family=family[record.key],
            split=split_of(family[record.key], annotated=family[record.key] in annotated),
        )
        for record in records
    ]


def main(arguments: Namespace) -> None:
    """Read labels and texts, and write the records once all are right."""
    folder = arguments.folder or default_folder()
    pin = read_pin(folder)
    rows, clauses = read_lines(arguments.categories), read_lines(arguments.clauses)
    for key in arguments.reserved.read_text("utf-8").split():
        rows.pop(key, None)
    records = [
        record_of(row, clauses.get(key, {}).get("clauses"), pin) for key, row in rows.items()
    ]
    with ZipFile(obtain(pin, cache=cache_folder())) as archive:
        texts = {record.key: text_in(archive, record, pin=pin).decode() for record in records}
    records = placed(records, texts)
    if problems := check(records, texts):
        raise DataError("\n".join(problems))
    for record in records:
        write_record(record, folder)


if __name__ == "__main__":
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("categories", "clauses", "reserved"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--folder", type=Path, help="where the records are; by default found")
    try:
        main(parser.parse_args())
    except DataError as error:
        sys.exit(str(error))
