"""Verdicts on what careful readers read: the rules of decision measured by themselves.

In: documents annotated clause by clause. Out: how often `openness.decide`, given these very
clauses and no prior, comes to the category that readers gave. What is wrong here is wrong with
the rules of decision, not with the reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openclause.clauses import Clause
from openclause.corpus import LabelledDocument
from openclause.evaluation import CategoryScores, Guess, category_scores
from openclause.lines import LineNumbers
from openclause.openness import Openness, decide
from openclause.reading import Found
from openclause.standing import restricts

# Readers are mistaken too.
_SURE = 0.95
_SOURCE = "known"


def labelled_clauses(document: LabelledDocument) -> tuple[Clause, ...]:
    """Return what readers found in a document as clauses, in the order of the labels."""
    return tuple(_clauses(document))


def verdict_scores(documents: Sequence[LabelledDocument]) -> CategoryScores:
    """Score the verdicts on documents whose clauses and category readers gave; skip the others."""
    judged = [
        document
        for document in documents
        if document.record.clauses is not None and document.record.basis == "read"
    ]
    answers = [decide(labelled_clauses(document), text=document.text) for document in judged]
    return category_scores(
        [document.record.category for document in judged],
        [Guess(answer.category, answer.confidence) for answer in answers],
        alternatives=[document.record.alt for document in judged],
    )


def held_out_verdicts(
    documents: Sequence[LabelledDocument],
    found: Mapping[str, Found],
    priors: Mapping[str, Mapping[str, float]],
) -> dict[str, Openness]:
    """Decide documents, by key, from what models of other families found and expected in each.

    Those in languages that are not read, and those whose category no reader gave, are left out.
    """
    return {
        key: decide(
            found[key].clauses,
            text=document.text,
            prior=priors.get(key),
            limits=found[key].limits,
            weighed=True,
        )
        for document in documents
        if (key := document.record.key) in found and is_judged(document)
    }


def is_judged(document: LabelledDocument) -> bool:
    """Tell whether a verdict on a document can be judged: it is read, and a reader gave it one."""
    return document.record.basis == "read" and document.record.language == "en"


def held_out_scores(
    documents: Sequence[LabelledDocument], verdicts: Mapping[str, Openness]
) -> CategoryScores | None:
    """Score verdicts by key against the categories that readers gave; None if there are none."""
    records = [each.record for each in documents if each.record.key in verdicts]
    if not records:
        return None
    answers = [verdicts[record.key] for record in records]
    return category_scores(
        [record.category for record in records],
        [Guess(answer.category, answer.confidence) for answer in answers],
        alternatives=[record.alt for record in records],
    )


def _clauses(document: LabelledDocument) -> Iterator[Clause]:
    lines = LineNumbers(document.text)
    for number, label in enumerate(document.record.clauses or (), start=1):
        said = document.text[label.start : label.end]
        yield Clause(
            id=f"c{number}",
            start=label.start,
            end=label.end,
            line=lines.of(label.start),
            section=None,
            text=said,
            term=label.term,
            modality=label.modality,
            holder=label.holder,
            main=label.main,
            restricts=restricts(label.term, label.modality, said),
            conditions=(),
            confidence=_SURE,
            source=_SOURCE,
        )
