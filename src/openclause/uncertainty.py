"""What a reader should look at first: where rules and models disagree, or neither is sure.

In: labelled documents, annotated or not, and answers. Out: `Doubt` records, the most doubtful
first: documents by their verdicts, then sentences of a document by what is said of each. Labels
that a reader gives there teach the most.

References
----------
B. Settles, Active learning literature survey, 2009, sections 3.1 and 3.2 (uncertainty sampling,
query by committee).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from openclause.analysis import Analysis, Model, prior_of
from openclause.clauses import reader
from openclause.corpus import LabelledDocument, Record
from openclause.reading import label_of, unit_chances
from openclause.segmentation import Unit

Why = Literal["rules only", "model only", "unsure"]

# A disagreement weighs as much as so much confidence.
_LABEL, _PRIOR = 0.5, 0.25
# The model speaks against a rule below the first chance, and by itself from the second on.
_AGAINST, _ALONE = 0.5, 0.4
_UNSURE = (0.3, 0.7)


class DocumentDoubt(msgspec.Struct, frozen=True):
    """How doubtful a document is, from 0 on, and what the different voices say of it.

    `label` is the corpus's category, `verdict` the program's, `prior` the likeliest by words alone.
    """

    key: str
    doubt: float
    confidence: float
    label: str
    verdict: str
    prior: str
    needs_review: bool
    annotated: bool


class SentenceDoubt(msgspec.Struct, frozen=True):
    """A sentence or item on which voices differ; `chance` is the model's, in [0, 1]."""

    key: str
    line: int
    start: int
    end: int
    text: str
    effect: str
    why: Why
    chance: float
    doubt: float


def document_doubt(record: Record, analysis: Analysis, prior: Mapping[str, float]) -> DocumentDoubt:
    """Weigh what speaks against a verdict: its own doubt, a reader's label, the words alone."""
    openness = analysis.openness
    likeliest = max(prior, key=lambda name: prior[name])
    labelled = record.basis == "read" and openness.category not in (record.category, record.alt)
    doubt = 1.0 - openness.confidence
    doubt += _LABEL * labelled + _PRIOR * prior[likeliest] * (likeliest != openness.category)
    return DocumentDoubt(
        key=record.key,
        doubt=round(doubt, 3),
        confidence=openness.confidence,
        label=record.category,
        verdict=openness.category,
        prior=likeliest,
        needs_review=openness.needs_review,
        annotated=record.clauses is not None,
    )


def document_doubts(
    documents: Sequence[LabelledDocument], answers: Sequence[Analysis], model: Model
) -> list[DocumentDoubt]:
    """Return the doubts of all documents, the most doubtful first."""
    found = [
        document_doubt(one.record, answer, prior_of(one.text, model))
        for one, answer in zip(documents, answers, strict=True)
    ]
    return sorted(found, key=lambda each: (-each.doubt, each.key))


def sentence_doubts(document: LabelledDocument, model: Model) -> list[SentenceDoubt]:
    """Return the sentences of a text on which voices differ, each once, the most doubtful first."""
    reading = reader().take_apart(document.text)
    proposed = reader().effects(reading)
    if not reading.outline.units or not model.clauses.labels:
        return []
    chances, _ = unit_chances(reading, proposed, model.clauses)
    said = {(each.unit, label_of(each.term, each.modality)) for each in proposed}
    found = []
    for number, (unit, row) in enumerate(zip(reading.outline.units, chances.tolist(), strict=True)):
        for label, chance in zip(model.clauses.labels, row, strict=True):
            if differ := _differ(chance, ruled=(number, label) in said):
                found.append(_sentence(document, unit, label, chance, differ))
    best: dict[int, SentenceDoubt] = {}
    for each in sorted(found, key=lambda each: (-each.doubt, each.start, each.effect)):
        best.setdefault(each.start, each)
    return list(best.values())


def _differ(chance: float, *, ruled: bool) -> tuple[Why, float] | None:
    """Return why a chance is doubtful and by how much, or None if it is not."""
    low, high = _UNSURE
    if ruled and chance < _AGAINST:
        return "rules only", 1.0 - chance
    if not ruled and chance >= _ALONE:
        return "model only", chance
    if low <= chance <= high:
        return "unsure", 1.0 - 2 * abs(chance - sum(_UNSURE) / 2)
    return None


def _sentence(
    document: LabelledDocument, unit: Unit, effect: str, chance: float, differ: tuple[Why, float]
) -> SentenceDoubt:
    why, doubt = differ
    return SentenceDoubt(
        key=document.record.key,
        line=document.text.count("\n", 0, unit.start) + 1,
        start=unit.start,
        end=unit.end,
        text=document.text[unit.start : unit.end],
        effect=effect,
        why=why,
        chance=round(chance, 3),
        doubt=round(doubt, 3),
    )
