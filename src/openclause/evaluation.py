"""Answers against labels: how often they are right, and how far they may be trusted.

In: categories or clauses as readers gave them, and as they were found. Out: frozen scores. Where
the answers come from, and which texts may be judged, is left to `training` and to the caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from math import ceil
from typing import Protocol

import msgspec

from openclause.clauses import Labelled
from openclause.identity import Match
from openclause.taxonomy import Modality, categories

SAME_SPAN_IOU = 0.5
N_BINS = 10
COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


class Guess(msgspec.Struct, frozen=True):
    """A category and how sure its giver is of it, in [0, 1]."""

    category: str
    confidence: float


class LabelScore(msgspec.Struct, frozen=True):
    """How well one label is found: of `support` that there are, of those that were given."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


class Bin(msgspec.Struct, frozen=True):
    """Answers with a confidence in (low, high], how sure they are and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


class Risk(msgspec.Struct, frozen=True):
    """The share of wrong answers among the surest ones; `coverage` is the part answered."""

    coverage: float
    risk: float
    least_confidence: float


class CategoryScores(msgspec.Struct, frozen=True):
    """How well categories are given; all shares lie in [0, 1].

    `lenient_accuracy` also takes the second plausible category, `openness_accuracy` tells open,
    open-ish, closed and no license apart. `confusion` has a row a true category and a column a
    given one, `(n_categories, n_categories)`, in the order of the taxonomy.
    """

    documents: int
    accuracy: float
    lenient_accuracy: float
    openness_accuracy: float
    macro_f1: float
    calibration_error: float
    labels: tuple[LabelScore, ...]
    reliability: tuple[Bin, ...]
    risks: tuple[Risk, ...]
    confusion: tuple[tuple[int, ...], ...]


def category_scores(
    truth: Sequence[str],
    guesses: Sequence[Guess],
    *,
    alternatives: Sequence[str | None] | None = None,
) -> CategoryScores:
    """Score guessed categories against true ones; macro F1 is over those that occur in either.

    Parameters
    ----------
    alternatives
        A second plausible category for each document, or None.

    References
    ----------
    M. Naeini et al., Obtaining well calibrated probabilities using Bayesian binning, 2015 (expected
    calibration error, ten bins); R. El-Yaniv and Y. Wiener, On the foundations of noise-free
    selective classification, 2010 (risk at a coverage).
    """
    given = [guess.category for guess in guesses]
    right = [a == b for a, b in zip(truth, given, strict=True)]
    second = alternatives or [None] * len(truth)
    either = [g in pair for g, pair in zip(given, zip(truth, second, strict=True), strict=True)]
    openness = {name: category.openness for name, category in categories().items()}
    bins = tuple(_bins(guesses, right))
    labels = _label_scores(Counter(truth), Counter(given), _right_by_label(truth, given))
    return CategoryScores(
        documents=len(truth),
        accuracy=_mean(right),
        lenient_accuracy=_mean(either),
        openness_accuracy=_mean(
            [openness[a] == openness[b] for a, b in zip(truth, given, strict=True)]
        ),
        macro_f1=_mean([label.f1 for label in labels]),
        calibration_error=sum(b.count * abs(b.confidence - b.accuracy) for b in bins)
        / max(len(truth), 1),
        labels=labels,
        reliability=bins,
        risks=tuple(_risks(guesses, right)),
        confusion=_confusion(truth, given),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _right_by_label(truth: Iterable[str], given: Iterable[str]) -> Counter[str]:
    return Counter(a for a, b in zip(truth, given, strict=True) if a == b)


def _label_scores(
    truth: Counter[str], given: Counter[str], right: Counter[str]
) -> tuple[LabelScore, ...]:
    """Score each label that is true or given somewhere, categories in the taxonomy's order."""
    order = {name: rank for rank, name in enumerate(categories())}
    found = sorted(truth.keys() | given.keys(), key=lambda name: (order.get(name, 0), name))
    return tuple(_label_score(name, truth[name], given[name], right[name]) for name in found)


def _label_score(label: str, truth: int, given: int, right: int) -> LabelScore:
    return LabelScore(
        label=label,
        precision=right / given if given else 0.0,
        recall=right / truth if truth else 0.0,
        f1=_f1(truth, given, right),
        support=truth,
    )


def _f1(truth: int, given: int, right: int) -> float:
    return 2 * right / (truth + given) if truth + given else 0.0


def _bins(guesses: Sequence[Guess], right: Sequence[bool]) -> Iterator[Bin]:
    answers: dict[int, list[tuple[float, bool]]] = {}
    for guess, is_right in zip(guesses, right, strict=True):
        number = max(ceil(guess.confidence * N_BINS) - 1, 0)
        answers.setdefault(number, []).append((guess.confidence, is_right))
    for number, members in sorted(answers.items()):
        yield Bin(
            low=number / N_BINS,
            high=(number + 1) / N_BINS,
            count=len(members),
            confidence=_mean([confidence for confidence, _ in members]),
            accuracy=_mean([is_right for _, is_right in members]),
        )


def _risks(guesses: Sequence[Guess], right: Sequence[bool]) -> Iterator[Risk]:
    confidences = [guess.confidence for guess in guesses]
    surest = sorted(zip(confidences, right, strict=True), key=lambda answer: -answer[0])
    for coverage in COVERAGES if surest else ():
        answered = surest[: max(1, round(coverage * len(surest)))]
        yield Risk(coverage, 1 - _mean([is_right for _, is_right in answered]), answered[-1][0])


def _confusion(truth: Sequence[str], given: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    pairs = Counter(zip(truth, given, strict=True))
    return tuple(tuple(pairs[row, column] for column in categories()) for row in categories())


class IdentityScores(msgspec.Struct, frozen=True):
    """How well known texts are recognised when changed, as shares of `texts`.

    Those wrapped anew should all be exact; of those with one other word none should be exact, but
    each should still come first.
    """

    texts: int
    rewrapped_exact: float
    changed_exact: float
    changed_first: float


def identity_scores(
    keys: Sequence[str], rewrapped: Sequence[Sequence[Match]], changed: Sequence[Sequence[Match]]
) -> IdentityScores:
    """Score the matches, best first, of each known text wrapped anew and with one other word."""
    return IdentityScores(
        texts=len(keys),
        rewrapped_exact=_mean([bool(m) and m[0].exact for m in rewrapped]),
        changed_exact=_mean([bool(m) and m[0].exact for m in changed]),
        changed_first=_mean(
            [bool(m) and m[0].id == key for key, m in zip(keys, changed, strict=True)]
        ),
    )


class PriorScores(msgspec.Struct, frozen=True):
    """What the document classifier is worth: on families that it did not learn from, and on test.

    `negatives_found` is the share of documents made to be no license that were taken for such,
    `licenses_lost` that of licenses that were; both by models that saw nothing alike.
    """

    folds: CategoryScores
    test: CategoryScores | None
    negatives_found: float
    licenses_lost: float


class ClauseScores(msgspec.Struct, frozen=True):
    """How well clauses are found in `documents`; all shares lie in [0, 1].

    A clause is found where term, modality and span agree. `modality_accuracy` is among those whose
    term and span agree, `main_recall` among the labels that a user must not miss.
    """

    documents: int
    labelled: int
    found: int
    precision: float
    recall: float
    f1: float
    macro_f1: float
    modality_accuracy: float
    main_recall: float
    terms: tuple[LabelScore, ...]


class UnitScores(msgspec.Struct, frozen=True):
    """How well the `modality/term` labels of `units` sentences and items are found.

    Macro F1 is over the labels that are true or found somewhere. All shares lie in [0, 1].
    """

    units: int
    labelled: int
    found: int
    precision: float
    recall: float
    f1: float
    macro_f1: float


class Scores(msgspec.Struct, frozen=True):
    """What was measured of all parts of a model folder.

    `verdicts` are the categories of annotated texts, decided from the clauses and chances that
    models of other families gave; None where no text is annotated. `item_recall` is the share
    found of the labels that stand in list items under a lead-in.
    """

    category: PriorScores
    identity: IdentityScores
    clauses: ClauseScores
    item_recall: float
    verdicts: CategoryScores | None = None


def clause_scores(
    truth: Sequence[Sequence[Labelled]], found: Sequence[Sequence[Labelled]]
) -> ClauseScores:
    """Score the clauses found in each document against those that readers labelled there.

    Each label is matched with one clause at most, the best overlap first. Macro F1 is over the
    terms that are labelled or found somewhere.
    """
    documents = list(zip(truth, found, strict=True))
    labels = [label for document in truth for label in document]
    clauses = [clause for document in found for clause in document]
    same = [pair for document in documents for pair in matched(*document, by=effect)]
    about = [pair for document in documents for pair in matched(*document, by=_term)]
    terms = _label_scores(
        Counter(map(_term, labels)),
        Counter(map(_term, clauses)),
        Counter(label.term for label, _ in same),
    )
    return ClauseScores(
        documents=len(documents),
        labelled=len(labels),
        found=len(clauses),
        precision=len(same) / max(len(clauses), 1),
        recall=len(same) / max(len(labels), 1),
        f1=_f1(len(labels), len(clauses), len(same)),
        macro_f1=_mean([term.f1 for term in terms]),
        modality_accuracy=_mean([label.modality == clause.modality for label, clause in about]),
        main_recall=sum(label.main for label, _ in same) / max(sum(x.main for x in labels), 1),
        terms=terms,
    )


def unit_scores(
    truth: Iterable[Sequence[frozenset[str]]], found: Iterable[Sequence[frozenset[str]]]
) -> UnitScores:
    """Score the labels found in each unit of each document against those that it carries."""
    units = [pair for both in zip(truth, found, strict=True) for pair in zip(*both, strict=True)]
    labels = Counter(label for true, _ in units for label in true)
    given = Counter(label for _, guessed in units for label in guessed)
    right = Counter(label for true, guessed in units for label in true & guessed)
    n_labels, n_given, n_right = labels.total(), given.total(), right.total()
    return UnitScores(
        units=len(units),
        labelled=n_labels,
        found=n_given,
        precision=n_right / max(n_given, 1),
        recall=n_right / max(n_labels, 1),
        f1=_f1(n_labels, n_given, n_right),
        macro_f1=_mean([label.f1 for label in _label_scores(labels, given, right)]),
    )


def _term(clause: Labelled) -> str:
    return clause.term


def effect(clause: Labelled) -> tuple[str, Modality]:
    """Return what a clause says, whatever its words: what must agree for two to be the same."""
    return clause.term, clause.modality


class Key(Protocol):
    """What two clauses must have in common to be the same."""

    def __call__(self, clause: Labelled, /) -> Hashable:
        """Return it."""


def matched(
    labels: Sequence[Labelled], clauses: Sequence[Labelled], *, by: Key
) -> list[tuple[Labelled, Labelled]]:
    """Pair the labels of a document with its clauses, each one once, the best overlap first.

    Of equal overlaps the pair of one modality goes first, then the one that comes first.
    """
    candidates = sorted(
        (-overlap(label, clause), label.modality != clause.modality, i, j)
        for i, label in enumerate(labels)
        for j, clause in enumerate(clauses)
        if by(label) == by(clause) and overlap(label, clause) >= SAME_SPAN_IOU
    )
    pairs: dict[int, int] = {}
    for _, _, i, j in candidates:
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(labels[i], clauses[j]) for i, j in sorted(pairs.items())]


def overlap(first: Labelled, second: Labelled) -> float:
    """Return the characters that two spans share, over those that either covers."""
    shared = min(first.end, second.end) - max(first.start, second.start)
    covered = max(first.end, second.end) - min(first.start, second.start)
    return max(0, shared) / max(1, covered)
