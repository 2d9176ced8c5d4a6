"""Labels beside answers: where they differ, and which documents to read again.

In: labelled documents and what was read out of them, or the records of two readers. Out: frozen
comparisons, by document, by sentence and by error. How well whole sets of answers do is counted by
`evaluation`; how a comparison looks is left to the command line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from openclause.analysis import Analysis, analyze_document, load_model, unaware
from openclause.clauses import Clause, Labelled
from openclause.corpus import ClauseLabel, LabelledDocument, Record
from openclause.documents import comment_mask, read_text
from openclause.evaluation import (
    CategoryScores,
    ClauseScores,
    Guess,
    UnitScores,
    category_scores,
    clause_scores,
    effect,
    matched,
    unit_scores,
)
from openclause.lines import LineNumbers
from openclause.segmentation import Unit, segment
from openclause.taxonomy import Modality, categories
from openclause.verdicts import verdict_scores

State = Literal["agreed", "missed", "found"]
Progress = Callable[[str, int, int], None]

# A span carries its label to each unit that it covers by half.
_COVERED = 0.5


class Mark(msgspec.Struct, frozen=True):
    """A clause that both have, that only the labels have, or that only the program found.

    `confidence` and `source` are the program's, None for what it missed.
    """

    state: State
    term: str
    modality: Modality
    start: int
    end: int
    main: bool
    confidence: float | None = None
    source: str | None = None


class MarkedUnit(msgspec.Struct, frozen=True):
    """A sentence, item or heading with the marks that begin in it; `line` is 1-based."""

    line: int
    start: int
    end: int
    kind: str
    text: str
    marks: tuple[Mark, ...]


class DocumentScore(msgspec.Struct, frozen=True):
    """How far labels and program agree on one document.

    `confidence` is the mean of the clauses found, 1 where there are none.
    """

    key: str
    labelled: int
    found: int
    agreed: int
    f1: float
    confidence: float
    category: str
    found_category: str

    @property
    def disagreements(self) -> int:
        """Return the number of clauses that only one of both has."""
        return self.labelled + self.found - 2 * self.agreed


class Review(msgspec.Struct, frozen=True):
    """One document, unit by unit; `annotated` tells whether anyone labelled its clauses."""

    name: str
    annotated: bool
    score: DocumentScore
    units: tuple[MarkedUnit, ...]


class Error(msgspec.Struct, frozen=True):
    """A clause that was missed or found in vain, with the words that it stands in."""

    key: str
    line: int
    text: str
    mark: Mark


class Measured(msgspec.Struct, frozen=True):
    """Whole answers against labels: categories, clauses, sentences, documents and errors.

    All but `category` speak of the annotated documents only. `verdicts` are those that the rules
    of decision come to on the labelled clauses.
    """

    category: CategoryScores
    verdicts: CategoryScores
    clauses: ClauseScores
    units: UnitScores
    documents: tuple[DocumentScore, ...]
    errors: tuple[Error, ...] = ()


class ReadingPair(msgspec.Struct, frozen=True):
    """How two readers of one document agree.

    `main_recall` is the share of the first reader's main clauses that the second has too,
    `main_recall_back` the other way round; both are None where there is nothing to find.
    """

    key: str
    first: int
    second: int
    f1: float
    modality_accuracy: float
    main_recall: float | None
    main_recall_back: float | None
    category: str
    second_category: str


class Agreement(msgspec.Struct, frozen=True):
    """How two readers agree, document by document and over all; the first one counts as truth."""

    clauses: ClauseScores
    main_recall_back: float
    category_agreement: float
    openness_agreement: float
    documents: tuple[ReadingPair, ...]


def answer(
    documents: Sequence[LabelledDocument],
    *,
    model: Path | None = None,
    progress: Progress = lambda *_: None,
) -> list[Analysis]:
    """Read all documents as if they were unknown: the index is asked as if it held none of them.

    Raises
    ------
    ModelError
        If the model is missing, damaged or of another format version.
    """
    learnt = unaware(load_model(model), [document.record.key for document in documents])
    answers = []
    for done, document in enumerate(documents, start=1):
        answers.append(analyze_document(read_text(document.text), model=learnt))
        progress("texts", done, len(documents))
    return answers


def review(document: LabelledDocument, analysis: Analysis) -> Review:
    """Lay the labels of a document beside what the program finds in it."""
    record = document.record
    return Review(
        name=record.name,
        annotated=record.clauses is not None,
        score=score(record, analysis),
        units=tuple(_marked_units(document.text, marks(record.clauses or (), analysis.clauses))),
    )


def marks(labels: Sequence[ClauseLabel], clauses: Sequence[Clause]) -> list[Mark]:
    """Return a mark for each label and for each clause that no label answers to, in text order."""
    pairs = matched(labels, clauses, by=effect)
    partner = {id(label): clause for label, clause in pairs}
    taken = {id(clause) for _, clause in pairs}
    both = [_mark("agreed" if id(one) in partner else "missed", one, partner) for one in labels]
    alone = [_mark("found", one, {id(one): one}) for one in clauses if id(one) not in taken]
    return sorted(both + alone, key=lambda mark: (mark.start, mark.end))


def _mark(state: State, one: Labelled, partner: dict[int, Labelled]) -> Mark:
    found = partner.get(id(one))
    given = (found.confidence, found.source) if isinstance(found, Clause) else (None, None)
    return Mark(state, one.term, one.modality, one.start, one.end, one.main, *given)


def _marked_units(text: str, found: Sequence[Mark]) -> Iterator[MarkedUnit]:
    """Yield all units; a mark stands at the unit in which it begins."""
    units = segment(text, comment_mask(text)).units
    starts = [unit.start for unit in units]
    held: dict[int, list[Mark]] = {}
    for mark in found:
        held.setdefault(max(bisect_right(starts, mark.start) - 1, 0), []).append(mark)
    lines = LineNumbers(text)
    for number, unit in enumerate(units):
        said = text[unit.start : unit.end]
        line = lines.of(unit.start)
        own = tuple(held.get(number, ()))
        yield MarkedUnit(line, unit.start, unit.end, unit.kind, said, own)


def score(record: Record, analysis: Analysis) -> DocumentScore:
    """Count how far labels and program agree on one document."""
    labels, clauses = record.clauses or (), analysis.clauses
    agreed = len(matched(labels, clauses, by=effect))
    total = len(labels) + len(clauses)
    sure = [clause.confidence for clause in clauses]
    return DocumentScore(
        key=record.key,
        labelled=len(labels),
        found=len(clauses),
        agreed=agreed,
        f1=2 * agreed / total if total else 1.0,
        confidence=sum(sure) / len(sure) if sure else 1.0,
        category=record.category,
        found_category=analysis.openness.category,
    )


def ranked(scores: Iterable[DocumentScore]) -> list[DocumentScore]:
    """Order documents for a reader: most disagreements first."""
    return sorted(scores, key=lambda each: (-each.disagreements, each.f1, each.key))


def measure(documents: Sequence[LabelledDocument], answers: Sequence[Analysis]) -> Measured:
    """Score whole answers: categories of all documents, clauses of the annotated ones."""
    records = [document.record for document in documents]
    pairs = list(zip(documents, answers, strict=True))
    read = [(one, answer) for one, answer in pairs if one.record.clauses is not None]
    labels = [one.record.clauses or () for one, _ in read]
    return Measured(
        category=category_scores(
            [record.category for record in records],
            [Guess(each.openness.category, each.openness.confidence) for each in answers],
            alternatives=[record.alt for record in records],
        ),
        verdicts=verdict_scores(documents),
        clauses=clause_scores(labels, [answer.clauses for _, answer in read]),
        units=unit_scores(
            [carried(one.text, one.record.clauses or ()) for one, _ in read],
            [carried(one.text, answer.clauses) for one, answer in read],
        ),
        documents=tuple(score(one.record, answer) for one, answer in read),
        errors=tuple(error for one, answer in read for error in errors(one, answer)),
    )


def carried(text: str, clauses: Sequence[Labelled]) -> list[frozenset[str]]:
    """Return which `modality/term` each sentence or item of a text carries.

    A span is carried by each unit that it covers by half; by the one it lies in, if there is none.
    """
    units = [each for each in segment(text, comment_mask(text)).units if each.kind != "heading"]
    said: list[set[str]] = [set() for _ in units]
    for clause in clauses:
        shares = [_covered(unit, clause) for unit in units]
        best = max(shares, default=0.0)
        for number, share in enumerate(shares):
            if share >= _COVERED or 0 < share == best < _COVERED:
                said[number].add(f"{clause.modality}/{clause.term}")
    return [frozenset(each) for each in said]


def _covered(unit: Unit, clause: Labelled) -> float:
    shared = min(unit.end, clause.end) - max(unit.start, clause.start)
    return max(shared, 0) / max(unit.end - unit.start, 1)


def errors(document: LabelledDocument, analysis: Analysis) -> Iterator[Error]:
    """Yield what was missed in an annotated document, and what was found in vain."""
    lines = LineNumbers(document.text)
    for mark in marks(document.record.clauses or (), analysis.clauses):
        if mark.state != "agreed":
            said = document.text[mark.start : mark.end]
            yield Error(document.record.key, lines.of(mark.start), said, mark)


def by_term(found: Iterable[Error]) -> dict[str, list[Error]]:
    """Group errors by term, the terms with most errors first."""
    groups: dict[str, list[Error]] = {}
    for error in found:
        groups.setdefault(error.mark.term, []).append(error)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def spread(found: Sequence[Error], n: int) -> list[Error]:
    """Return n errors, or all if there are fewer, from all over a list, always the same ones."""
    n = min(n, len(found))
    return [found[place * len(found) // n] for place in range(n)]


def agreement(first: Sequence[Record], second: Sequence[Record]) -> Agreement:
    """Compare the labels of two readers of the same documents, in the same order."""
    one, two = ([record.clauses or () for record in records] for records in (first, second))
    pairs = list(zip(first, second, strict=True))
    kinds = {name: category.openness for name, category in categories().items()}
    same = Counter(a.category == b.category for a, b in pairs)
    alike = Counter(kinds[a.category] == kinds[b.category] for a, b in pairs)
    return Agreement(
        clauses=clause_scores(one, two),
        main_recall_back=clause_scores(two, one).main_recall,
        category_agreement=same[True] / max(len(pairs), 1),
        openness_agreement=alike[True] / max(len(pairs), 1),
        documents=tuple(_reading_pair(a, b) for a, b in pairs),
    )


def _reading_pair(first: Record, second: Record) -> ReadingPair:
    one, two = first.clauses or (), second.clauses or ()
    there, back = clause_scores([one], [two]), clause_scores([two], [one])
    return ReadingPair(
        key=first.key,
        first=len(one),
        second=len(two),
        f1=there.f1,
        modality_accuracy=there.modality_accuracy,
        main_recall=there.main_recall if any(label.main for label in one) else None,
        main_recall_back=back.main_recall if any(label.main for label in two) else None,
        category=first.category,
        second_category=second.category,
    )
