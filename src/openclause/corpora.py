"""Several corpora as one: the project's and those of its users.

In: folders of records with their texts. Out: labelled documents, checked against each other. What
is near a text of an earlier folder joins that text's family and split, so that no model is judged
on what it has learnt from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from openclause.corpus import LabelledDocument, digest, load, read_records, to_toml
from openclause.errors import DataError
from openclause.families import nearest


def load_all(folders: Sequence[Path]) -> tuple[LabelledDocument, ...]:
    """Read folders of records as one corpus, sorted by key.

    A text that joins a family of the split `test` is judged with it and not learnt from: it loses
    its clause labels.

    Raises
    ------
    DataError
        If a folder has a fault, or two of them use one key or hold one text.
    """
    joined = load(folders[0])
    for folder in folders[1:]:
        more = load(folder)
        _refuse_clashes(joined, more, folder)
        joined += tuple(_related(more, joined))
    return tuple(sorted(joined, key=lambda document: document.record.key))


def first_of(documents: Sequence[LabelledDocument], folder: Path) -> tuple[LabelledDocument, ...]:
    """Return those of some documents that are of one folder."""
    own = {record.key for record in read_records(folder)}
    return tuple(document for document in documents if document.record.key in own)


def corpus_digest(documents: Sequence[LabelledDocument]) -> str:
    """Return the sha256 of all records in their one shape; they hold the sums of the texts."""
    return digest("".join(to_toml(document.record) for document in documents).encode("utf-8"))


def _refuse_clashes(
    before: Sequence[LabelledDocument], more: Sequence[LabelledDocument], folder: Path
) -> None:
    keys = {document.record.key for document in before}
    texts = {document.record.sha256: document.record.key for document in before}
    for document in more:
        key = document.record.key
        where = f"{folder / key}.toml"
        if key in keys:
            raise DataError(f"{where} [key]: is used in another corpus too; give it another key")
        if twin := texts.get(document.record.sha256):
            raise DataError(
                f"{where} [sha256]: is the text of {twin!r} in another corpus; delete one of both"
            )


def _related(
    more: Sequence[LabelledDocument], before: Sequence[LabelledDocument]
) -> Iterator[LabelledDocument]:
    """Yield documents whose families have joined those of texts that came before."""
    records = {document.record.key: document.record for document in before}
    near = nearest(
        {document.record.key: document.text for document in more},
        among={document.record.key: document.text for document in before},
    )
    relatives = {
        document.record.family: records[near[document.record.key]]
        for document in more
        if document.record.key in near
    }
    for document in more:
        record, relative = document.record, relatives.get(document.record.family)
        if relative is not None:
            clauses = None if relative.split == "test" else record.clauses
            family, split = relative.family, relative.split
            record = replace(record, family=family, split=split, clauses=clauses)
        yield LabelledDocument(record, document.text)
