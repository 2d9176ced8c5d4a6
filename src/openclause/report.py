"""One analysis in the order in which people read it.

In: an `Analysis`. Out: a `Report`: the reasons with their passages, the restricting clauses by
group, grants, duties, and the criteria by status. A passage is quoted once however many clauses
it carries. How this looks, and in which words, is left to `formats`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from openclause.analysis import Analysis
from openclause.clauses import Clause
from openclause.openness import Reason
from openclause.taxonomy import MODALITIES, Holder, Modality, terms

RESTRICTING_GROUPS = ("redistribution", "derivatives", "use", "control")
# Prohibitions weigh most, then duties, then what is allowed.
_WEIGHT: tuple[Modality, ...] = tuple(reversed(MODALITIES))


class Statement(msgspec.Struct, frozen=True):
    """What clauses say, apart from where: who may, must or must not, about which term."""

    modality: Modality
    holder: Holder
    term: str


class Passage(msgspec.Struct, frozen=True):
    """A stretch of the document with the clauses that it carries, all of equal offsets."""

    start: int
    end: int
    line: int
    section: str | None
    text: str
    clauses: tuple[Clause, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Return the characters `[start, end)` of the document."""
        return self.start, self.end


class Block(msgspec.Struct, frozen=True):
    """Passages that say the same; `quoted_before` where the report has quoted them all already."""

    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    quoted_before: bool = False


class Why(msgspec.Struct, frozen=True):
    """A reason for the category with the passages that give it."""

    reason: Reason
    passages: tuple[Passage, ...]


class Row(msgspec.Struct, frozen=True):
    """A criterion with the clauses that show its status."""

    criterion: str
    clauses: tuple[Clause, ...]


class Report(msgspec.Struct, frozen=True):
    """One analysis, ordered; `restricting` is by group, `criteria` by status."""

    analysis: Analysis
    reasons: tuple[Why, ...]
    restricting: dict[str, tuple[Block, ...]]
    grants: tuple[Block, ...]
    duties: tuple[Block, ...]
    risks: tuple[Block, ...]
    criteria: dict[str, tuple[Row, ...]]


def report(analysis: Analysis) -> Report:
    """Put an analysis in order."""
    groups = {group: _in_group(analysis.clauses, group) for group in RESTRICTING_GROUPS}
    shown = {clause.id for clauses in groups.values() for clause in clauses}
    rest = [clause for clause in analysis.clauses if clause.id not in shown]
    acts = [clause for clause in rest if terms()[clause.term].group != "risk"]
    return Report(
        analysis=analysis,
        reasons=tuple(_why(reason, analysis.clauses) for reason in analysis.openness.reasons),
        restricting=_restricting(groups),
        grants=_blocks(clause for clause in acts if clause.modality == "permission"),
        duties=_blocks(clause for clause in acts if clause.modality != "permission"),
        risks=_blocks(clause for clause in rest if terms()[clause.term].group == "risk"),
        criteria=_by_status(analysis),
    )


def _in_group(clauses: Iterable[Clause], group: str) -> list[Clause]:
    if group == "control":
        return [clause for clause in clauses if terms()[clause.term].group == "control"]
    return [
        clause
        for clause in clauses
        if group in clause.restricts and terms()[clause.term].group != "control"
    ]


def _why(reason: Reason, clauses: Sequence[Clause]) -> Why:
    wanted = set(reason.clauses)
    return Why(reason, tuple(_passages(clause for clause in clauses if clause.id in wanted)))


def _restricting(groups: dict[str, list[Clause]]) -> dict[str, tuple[Block, ...]]:
    quoted: set[tuple[int, int]] = set()
    ordered: dict[str, tuple[Block, ...]] = {}
    for group, clauses in groups.items():
        ordered[group] = tuple(_mark(block, quoted) for block in _blocks(clauses))
        quoted |= {(clause.start, clause.end) for clause in clauses}
    return ordered


def _mark(block: Block, quoted: set[tuple[int, int]]) -> Block:
    before = all(passage.span in quoted for passage in block.passages)
    return msgspec.structs.replace(block, quoted_before=before)


def _blocks(clauses: Iterable[Clause]) -> tuple[Block, ...]:
    """Gather passages of the same statements, the weightiest first, then in reading order."""
    by_statements: dict[tuple[Statement, ...], list[Passage]] = {}
    for passage in _passages(clauses):
        by_statements.setdefault(_statements(passage.clauses), []).append(passage)
    blocks = [Block(statements, tuple(passages)) for statements, passages in by_statements.items()]
    return tuple(
        sorted(
            blocks,
            key=lambda block: (
                _WEIGHT.index(block.statements[0].modality),
                block.passages[0].start,
                block.passages[0].end,
            ),
        )
    )


def _passages(clauses: Iterable[Clause]) -> list[Passage]:
    by_span: dict[tuple[int, int], list[Clause]] = {}
    for clause in clauses:
        by_span.setdefault((clause.start, clause.end), []).append(clause)
    return [
        Passage(start, end, found[0].line, found[0].section, found[0].text, tuple(found))
        for (start, end), found in sorted(by_span.items())
    ]


def _statements(clauses: Iterable[Clause]) -> tuple[Statement, ...]:
    order = list(terms())
    statements = {Statement(clause.modality, clause.holder, clause.term) for clause in clauses}
    return tuple(
        sorted(
            statements,
            key=lambda statement: (
                _WEIGHT.index(statement.modality),
                statement.holder,
                order.index(statement.term),
            ),
        )
    )


def _by_status(analysis: Analysis) -> dict[str, tuple[Row, ...]]:
    by_id = {clause.id: clause for clause in analysis.clauses}
    rows: dict[str, list[Row]] = {"violated": [], "unclear": [], "met": []}
    for criterion, summary in analysis.criteria.items():
        shown = tuple(by_id[name] for name in summary.clauses if name in by_id)
        rows[summary.status].append(Row(criterion, shown))
    return {status: tuple(found) for status, found in rows.items()}
