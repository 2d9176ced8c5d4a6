"""What models of other families answered on each document: kept with a model, to compare it by.

In: labelled documents, and the priors, verdicts and clauses that models gave them which had seen
nothing of their family. Out: a part of the model folder, a row a document. Two models that were
trained on much the same corpus can so be compared on documents that both have learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.clauses import Clause
from openclause.corpus import ClauseLabel, LabelledDocument, Record, digest
from openclause.evaluation import effect, matched
from openclause.modelfile import Part, find_folder, read_manifest, read_part, unpacking
from openclause.shapes import Shape, refuse_misfits

PART = "heldout"
NONE = 255  # the column of what was not judged
_HEX = 16  # of the sha256, which are 64 bits
_MOST = np.iinfo(np.uint16).max
_SHAPES = {
    "texts": Shape("u8", ("documents",)),
    "answers": Shape("u1", ("documents", 2)),
    "labels": Shape("u8", ("documents",)),
    "counts": Shape("u2", ("documents", 3)),
}


class Row(msgspec.Struct, frozen=True):
    """One document: its text and its labels as digests, and what was answered.

    `prior` and `verdict` are categories or None; `labelled`, `found` and `agreed` count clauses,
    0 where `labels` is, that is, where the document is not annotated.
    """

    text: int
    prior: str | None
    verdict: str | None
    labels: int
    labelled: int
    found: int
    agreed: int


def rows(
    documents: Sequence[LabelledDocument],
    *,
    priors: Mapping[str, str],
    verdicts: Mapping[str, str],
    clauses: Mapping[str, Sequence[Clause]],
) -> tuple[Row, ...]:
    """Return a row for each document of which anything was answered; answers are by key."""
    judged = [one.record for one in documents if one.record.key in priors]
    return tuple(
        row(
            record,
            prior=priors.get(record.key),
            verdict=verdicts.get(record.key),
            clauses=clauses.get(record.key),
        )
        for record in judged
    )


def row(
    record: Record, *, prior: str | None, verdict: str | None, clauses: Sequence[Clause] | None
) -> Row:
    """Return what was answered on one document; its clauses count if it is annotated."""
    labels = record.clauses
    if labels is None or clauses is None:
        return Row(text_id(record), prior, verdict, 0, 0, 0, 0)
    agreed = len(matched(labels, clauses, by=effect))
    counts = (min(n, int(_MOST)) for n in (len(labels), len(clauses), agreed))
    return Row(text_id(record), prior, verdict, labels_id(labels), *counts)


def text_id(record: Record) -> int:
    """Return the first 64 bits of the sha256 of a record's text."""
    return int(record.sha256[:_HEX], 16)


def labels_id(labels: Sequence[ClauseLabel]) -> int:
    """Return 64 bits that tell one annotation from another; never 0."""
    return int(digest(msgspec.json.encode(labels))[:_HEX], 16) or 1


def heldout_part(held_out: Sequence[Row], categories: Sequence[str]) -> Part:
    """Return the rows, in the order of their texts' digests, as a part of a model folder."""
    ordered = sorted(held_out, key=lambda each: each.text)
    column = {name: number for number, name in enumerate(categories)} | {None: NONE}
    answers = [(column[each.prior], column[each.verdict]) for each in ordered]
    counts = [(each.labelled, each.found, each.agreed) for each in ordered]
    return Part(
        name=PART,
        settings={"categories": list(categories)},
        arrays={
            "texts": np.array([each.text for each in ordered], np.uint64),
            "labels": np.array([each.labels for each in ordered], np.uint64),
            "answers": np.array(answers, np.uint8).reshape(-1, 2),
            "counts": np.array(counts, np.uint16).reshape(-1, 3),
        },
    )


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    categories: tuple[str, ...]


def load_heldout(folder: Path | None = None) -> dict[int, Row] | None:
    """Read the rows of a model folder by text, or None where it was made without them.

    Raises
    ------
    ModelError
        If there is no model, or the part is damaged.
    """
    folder = find_folder(folder)
    if f"{PART}.json" not in read_manifest(folder).files:
        return None
    part = read_part(folder, PART)
    with unpacking(folder, PART):
        return _unpacked(part.arrays, msgspec.convert(part.settings, _Settings).categories)


def _unpacked(arrays: Mapping[str, NDArray[Any]], categories: Sequence[str]) -> dict[int, Row]:
    refuse_misfits(arrays, _SHAPES, {})
    names = {NONE: None, **dict(enumerate(categories))}
    columns = (arrays[name].tolist() for name in ("texts", "answers", "labels", "counts"))
    return {
        text: Row(text, names[prior], names[verdict], labels, *counts)
        for text, (prior, verdict), labels, counts in zip(*columns, strict=True)
    }
