"""Models side by side on the same labelled documents, with what chance explains of the difference.

In: labelled documents and the whole answers of several models. Out: each figure of each model with
its 95 % interval, and of each further model how it differs from the first, both drawn over the
families of the documents. That a model has learnt from these documents only its maker can rule out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import starmap

import msgspec

from openclause.analysis import Analysis
from openclause.bootstrap import Difference, Interval, difference, share
from openclause.corpus import LabelledDocument
from openclause.evaluation import effect, matched
from openclause.taxonomy import categories

Sums = tuple[list[float], list[float]]


class ModelScores(msgspec.Struct, frozen=True):
    """What one model reaches; `clauses` is None where no document is annotated."""

    model: str
    documents: int
    families: int
    categories: Interval
    openness: Interval
    clauses: Interval | None


class SideBySide(msgspec.Struct, frozen=True):
    """All models, and the differences of each further one from the first."""

    models: tuple[ModelScores, ...]
    differences: dict[str, tuple[Difference, ...]]


def compare_models(
    documents: Sequence[LabelledDocument], answers: Mapping[str, Sequence[Analysis]]
) -> SideBySide:
    """Score the answers of several models, by name, on the same documents in the same order."""
    names = list(answers)
    sums = {name: _sums(documents, answers[name]) for name in names}
    families = _families(documents)
    first = sums[names[0]]
    return SideBySide(
        models=tuple(_scores(name, sums[name], families) for name in names),
        differences={
            name: tuple(
                difference(figure, first[figure], sums[name][figure], families[figure])
                for figure in first
                if families[figure]
            )
            for name in names[1:]
        },
    )


CATEGORIES, OPENNESS, CLAUSES = "categories", "open / open-ish / closed", "clause F1"


def _families(documents: Sequence[LabelledDocument]) -> dict[str, list[str]]:
    every = [each.record.family for each in documents]
    read = [each.record.family for each in documents if each.record.clauses is not None]
    return {CATEGORIES: every, OPENNESS: every, CLAUSES: read}


def _sums(documents: Sequence[LabelledDocument], answers: Sequence[Analysis]) -> dict[str, Sums]:
    pairs = list(zip(documents, answers, strict=True))
    ones = [1.0] * len(pairs)
    read = list(starmap(_clause_sums, (p for p in pairs if p[0].record.clauses is not None)))
    return {
        CATEGORIES: ([float(_same(*pair, kind=False)) for pair in pairs], ones),
        OPENNESS: ([float(_same(*pair, kind=True)) for pair in pairs], ones),
        CLAUSES: ([above for above, _ in read], [below for _, below in read]),
    }


def _same(document: LabelledDocument, answer: Analysis, *, kind: bool) -> bool:
    true, given = document.record.category, answer.openness.category
    known = categories()
    return true == given or (kind and known[true].openness == known[given].openness)


def _clause_sums(document: LabelledDocument, answer: Analysis) -> tuple[float, float]:
    labels = document.record.clauses or ()
    agreed = len(matched(labels, answer.clauses, by=effect))
    return 2.0 * agreed, float(len(labels) + len(answer.clauses))


def _scores(name: str, sums: dict[str, Sums], families: dict[str, list[str]]) -> ModelScores:
    found = {figure: share(*sums[figure], families[figure]) for figure in sums}
    return ModelScores(
        model=name,
        documents=len(families[CATEGORIES]),
        families=len(set(families[CATEGORIES])),
        categories=found[CATEGORIES],
        openness=found[OPENNESS],
        clauses=found[CLAUSES] if families[CLAUSES] else None,
    )
