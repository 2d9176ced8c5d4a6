"""Terms x licenses, and in plain sentences on what the licenses do not agree.

In: the analyses. Out: `Row` and `Difference` records in the order of the taxonomy; terms that no
license mentions are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openclause.analysis import Analysis
from openclause.attitudes import Attitude, is_duty
from openclause.comparison.records import Cell, Difference, Disagreement, Row
from openclause.messages import LANGUAGES, Language, in_language, message
from openclause.taxonomy import GROUPS, Words, terms

_KINDS: tuple[Disagreement, ...] = ("opposed", "asked", "silent", "conditions")
# Who differs most is said first: what some allow and others forbid.
_ORDER: tuple[Attitude, ...] = ("can", "conditional", "must", "cannot", "none")


def rows(analyses: Sequence[Analysis]) -> tuple[Row, ...]:
    """Return the matrix: a row for each term that any license mentions."""
    return tuple(_rows(analyses))


def _rows(analyses: Sequence[Analysis]) -> Iterator[Row]:
    for term in terms().values():
        cells = tuple(
            Cell(each.terms[term.id].attitude, each.terms[term.id].clauses) for each in analyses
        )
        attitudes = {cell.attitude for cell in cells}
        if attitudes != {"none"}:
            yield Row(term.id, term.group, len(attitudes) > 1, cells)


def differences(matrix: Sequence[Row], labels: Sequence[str]) -> tuple[Difference, ...]:
    """Return one sentence for each row that differs, by group, the sharpest of each first."""
    found = [
        Difference(row.term, row.group, _kind(row), _sentence(row, labels))
        for row in matrix
        if row.differs
    ]
    # Rows come in the order of the taxonomy, which stays that of differences of one kind.
    return tuple(sorted(found, key=lambda one: (GROUPS.index(one.group), _KINDS.index(one.kind))))


def _kind(row: Row) -> Disagreement:
    attitudes = {cell.attitude for cell in row.cells}
    if "cannot" in attitudes and attitudes & {"can", "conditional"}:
        return "opposed"
    if "none" in attitudes and "must" in attitudes:
        return "asked"
    return "silent" if "none" in attitudes else "conditions"


def _sentence(row: Row, labels: Sequence[str]) -> Words:
    return Words(**{lang: _said(row, labels, lang) for lang in LANGUAGES})


def _said(row: Row, labels: Sequence[str], lang: Language) -> str:
    kind = "duty" if is_duty(row.term) else "act"
    parts = []
    for attitude in _ORDER:
        holding = [
            label
            for label, cell in zip(labels, row.cells, strict=True)
            if cell.attitude == attitude
        ]
        if holding:
            which = "many" if len(holding) > 1 else "one"
            key = f"compare.{kind}-{attitude}-{which}"
            parts.append(message(key, lang, names=_listed(holding, lang)))
    name = in_language(terms()[row.term].name, lang)
    return message("compare.difference", lang, term=name, said="; ".join(parts))


def _listed(labels: Sequence[str], lang: Language) -> str:
    if len(labels) == 1:
        return labels[0]
    rest, last = ", ".join(labels[:-1]), labels[-1]
    return message("compare.and", lang, rest=rest, last=last)
