"""Licenses side by side: what each says of each term, how their words differ, what fits together.

In: `Source` records, documents with what they are called. Out: a `Comparison`. The rooms below
analyze each license by itself; here they are set against each other. What arguments stand for is
`comparing`'s business, how an answer looks is that of `formats.comparison`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path, PurePath

import msgspec

from openclause.analysis import Analysis, analyze_document
from openclause.comparison.editions import notice_of, without_edition
from openclause.comparison.matrix import differences, rows
from openclause.comparison.passing import decide
from openclause.comparison.records import (
    Cell,
    Change,
    Compared,
    Comparison,
    Difference,
    Edit,
    Ground,
    Passing,
    Span,
    Wording,
    json_schema,
)
from openclause.comparison.stances import Stance
from openclause.comparison.wording import compare_wording
from openclause.documents import Document
from openclause.messages import LANGUAGES
from openclause.taxonomy import Words

__all__ = [
    "Cell",
    "Change",
    "Compared",
    "Comparison",
    "Difference",
    "Edit",
    "Ground",
    "Passing",
    "Source",
    "Span",
    "Wording",
    "compare_documents",
    "json_schema",
]

# What a license is called is cut here, in characters.
_LABEL = 48


class Source(msgspec.Struct, frozen=True):
    """A document to compare, and the id that it was asked for by, if it was."""

    document: Document
    id: str | None = None
    spdx_id: str | None = None


def compare_documents(sources: Sequence[Source], *, model: Path | None = None) -> Comparison:
    """Compare two licenses or more.

    Raises
    ------
    ValueError
        If there are fewer than two.
    ModelError
        If the model is missing, damaged or of another format version.
    """
    if len(sources) < 2:  # noqa: PLR2004
        raise ValueError(f"{len(sources)} licenses: a comparison takes two or more")
    analyses = [analyze_document(source.document, model=model) for source in sources]
    labels = _labels(sources, analyses)
    stances = [
        Stance(
            analysis,
            source.document.text,
            label=label,
            spdx_id=source.spdx_id,
            edition=notice_of(source.spdx_id),
        )
        for source, analysis, label in zip(sources, analyses, labels, strict=True)
    ]
    matrix = rows(analyses)
    return Comparison(
        licenses=tuple(
            _compared(*each) for each in zip(sources, analyses, labels, stances, strict=True)
        ),
        terms=matrix,
        differences=differences(matrix, labels),
        wording=compare_wording(sources[0].document.text, sources[1].document.text),
        passing=tuple(
            Passing(a, b, *decide(stances[a], stances[b]))
            for a, b in permutations(range(len(stances)), 2)
        ),
    )


def _labels(sources: Sequence[Source], analyses: Sequence[Analysis]) -> list[str]:
    """Call each license by its id, its title or its file, and number what is called the same.

    A text without any of these is called by its place: #1, #2.
    """
    plain = [
        _label(*pair) or f"#{place}"
        for place, pair in enumerate(zip(sources, analyses, strict=True), start=1)
    ]
    labels = []
    for number, label in enumerate(plain):
        before = plain[:number].count(label)
        labels.append(f"{label} ({before + 1})" if before else label)
    return labels


def _label(source: Source, analysis: Analysis) -> str:
    best = next((match for match in analysis.identification if match.exact), None)
    title = " ".join((analysis.document.title or "").split())
    name = " ".join(PurePath(source.document.path or "").name.split())
    known = without_edition(best.spdx_id or best.id) if best else ""
    return (source.spdx_id or source.id or known or title or name)[:_LABEL]


def _compared(source: Source, analysis: Analysis, label: str, stance: Stance) -> Compared:
    best = analysis.identification[0] if analysis.identification else None
    exact = best is not None and best.exact
    return Compared(
        label=label,
        name=best.name if best and exact else analysis.document.title or label,
        id=source.id or (best.id if best and exact else None),
        spdx_id=source.spdx_id or (best.spdx_id if best and exact else None),
        exact=exact,
        edition=stance.edition,
        document=analysis.document,
        category=analysis.openness.category,
        category_name=Words(**{lang: analysis.category_name(lang) for lang in LANGUAGES}),
        rank=analysis.openness.rank,
        confidence=analysis.openness.confidence,
        needs_review=analysis.openness.needs_review,
        clauses=analysis.clauses,
        warnings=analysis.warnings,
    )
