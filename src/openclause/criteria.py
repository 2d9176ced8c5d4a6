"""Verdicts on the ten points of the Open Source Definition and the four freedoms of the OSAID.

In: clauses and, where it is at hand, the text. Out: a `Verdict` for each criterion, with the
clauses that show it. Which rules break or cloud which criterion is data, in `data/openness.toml`;
what nothing in the text decides is `unclear` and says why. A license text can decide the four
freedoms for what it covers, never whether a whole system meets the OSAID.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from openclause.clauses import Clause
from openclause.cues import Sightings
from openclause.evidence import SHOWN
from openclause.findings import Finding, Findings, find
from openclause.grants import Grant
from openclause.notices import Notices, read_notices
from openclause.taxonomy import criteria

Status = Literal["met", "violated", "unclear"]


class Verdict(msgspec.Struct, frozen=True):
    """Whether a license keeps a criterion, the ids of the clauses that show it, and why."""

    criterion: str
    status: Status
    clauses: tuple[str, ...]
    why: str


# Only where something was read does silence withhold.
_READ_ENOUGH = 0.6

_Reading = tuple[Status, tuple[str, ...], str]


def judge(
    clauses: Sequence[Clause],
    *,
    text: str = "",
    notices: Notices | None = None,
    findings: Findings | None = None,
) -> dict[str, Verdict]:
    """Judge a license by each criterion.

    Parameters
    ----------
    clauses
        The clauses read out of the text, in any order.
    text
        The whole text; without it, what a text says beside its clauses (licenses named, rights
        waived) is not known.
    notices
        What the text says beside its clauses, if it was read already.
    findings
        What the clauses and notices come to, if that was found already.

    References
    ----------
    Open Source Initiative: The Open Source Definition, version 1.9; The Open Source AI
    Definition, version 1.0.
    """
    findings = findings or find(clauses, notices or read_notices(text), Sightings(text))
    shown = [finding for finding in findings.rules.values() if finding.shown]
    return {
        criterion: Verdict(criterion, *_judge(criterion, findings, shown, clauses))
        for criterion in criteria()
    }


def _judge(
    criterion: str, findings: Findings, shown: Sequence[Finding], clauses: Sequence[Clause]
) -> _Reading:
    broken = [finding for finding in shown if criterion in finding.rule.breaks]
    if broken:
        return "violated", _ids(broken), _why(broken)
    reading = _SILENT[criterion](findings, clauses)
    clouded = [finding for finding in shown if criterion in finding.rule.clouds]
    if clouded and reading[0] != "violated":
        return "unclear", _ids(clouded), _why(clouded)
    return reading


def _ids(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for finding in findings for clause in finding.clauses))


def _why(findings: Iterable[Finding]) -> str:
    return " ".join(finding.rule.text.en for finding in findings)


def _granted(findings: Findings, grant: Grant, act: str) -> _Reading:
    if grant.said:
        return "met", grant.clauses, f"{act} is granted."
    if grant.strength >= SHOWN:
        return "unclear", grant.clauses, f"{act} is only implied."
    if findings.presence < _READ_ENOUGH:
        why = f"Nothing that grants {act.lower()} was read, but little was read at all."
        return "unclear", (), why
    return "violated", (), f"{act} is not granted, and what is not granted is withheld."


def _share(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    return _granted(findings, findings.grants.distribution, "Distribution")


def _source_code(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    shown = _of(clauses, "disclose-source/obligation", "network-disclosure/obligation")
    if shown:
        return "met", shown, "Source has to be given along."
    return "unclear", (), "The text does not say whether source is shipped."


def _modify(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    return _granted(findings, findings.grants.modification, "Change")


def _integrity(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    status, shown, why = _modify(findings, clauses)
    naming = _of(clauses, "naming/obligation", "naming/prohibition", "state-changes/obligation")
    if status == "met" and naming:
        return "met", naming, "Changed versions may be distributed if named or marked."
    return status, shown, why


def _everybody(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    return _unless_withheld(findings, "Nobody is shut out.")


def _every_field(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    return _unless_withheld(findings, "No purpose is shut out.")


def _passes_on(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    status, shown, why = _share(findings, clauses)
    if status == "violated":
        return status, shown, why
    return status, shown, "Whoever receives the work receives the rights."


def _any_product(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    return "met", (), "The rights do not hang on a product."


def _other_software(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    return "met", (), "Nothing is demanded of other works on the same medium."


def _any_technology(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    return "met", (), "No term hangs on a technology or style of interface."


def _use(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    shown = _of(clauses, "use/permission", "commercial-use/permission")
    if shown:
        return "met", shown, "Use is granted for any purpose."
    return _granted(findings, findings.grants.distribution, "Use")


def _study(findings: Findings, clauses: Sequence[Clause]) -> _Reading:
    status, shown, _ = _modify(findings, clauses)
    if status == "met":
        return "met", shown, "Whoever may change the work may study it."
    return "unclear", (), "The text neither grants nor forbids study."


def _unless_withheld(findings: Findings, why: str) -> _Reading:
    if findings.grants.distribution.strength < SHOWN:
        return "unclear", (), "Without a grant of distribution the text does not say."
    return "met", (), why


def _of(clauses: Sequence[Clause], *kinds: str) -> tuple[str, ...]:
    return tuple(
        clause.id
        for clause in clauses
        if f"{clause.term}/{clause.modality}" in kinds and clause.confidence >= SHOWN
    )


_SILENT: dict[str, Callable[[Findings, Sequence[Clause]], _Reading]] = {
    "OSD-1": _share,
    "OSD-2": _source_code,
    "OSD-3": _modify,
    "OSD-4": _integrity,
    "OSD-5": _everybody,
    "OSD-6": _every_field,
    "OSD-7": _passes_on,
    "OSD-8": _any_product,
    "OSD-9": _other_software,
    "OSD-10": _any_technology,
    "OSAID-use": _use,
    "OSAID-study": _study,
    "OSAID-modify": _modify,
    "OSAID-share": _share,
}
