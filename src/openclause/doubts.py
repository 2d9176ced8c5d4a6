"""Why a person should look at a verdict, beside a low confidence.

In: the category, the findings and the prior. Out: findings of rules of `data/openness.toml` that
say why: an act is granted here and forbidden there, a grant is merely implied, a borderline term
was met (`openness` names its rule), or the whole text reads like another category.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openclause.evidence import SHOWN
from openclause.findings import Finding, Findings, decision_rules
from openclause.grants import Grant
from openclause.taxonomy import NOT_A_LICENSE

# The prior disputes a category that it gives less than the one, while it is this sure of another.
_UNLIKELY, _CONVINCED = 0.1, 0.6
# A text that grants no distribution in so many words cannot merely imply it in these.
_NOTHING_GRANTED = ("proprietary", NOT_A_LICENSE)


def doubts(
    category: str, findings: Findings, prior: Mapping[str, float] | None
) -> tuple[Finding, ...]:
    """Return what makes a verdict worth a second look, as findings."""
    return tuple(_doubts(category, findings, prior))


def _doubts(
    category: str, findings: Findings, prior: Mapping[str, float] | None
) -> Iterator[Finding]:
    for finding in findings.rules.values():
        if finding.shown and finding.rule.review:
            yield finding
    grants, rules = findings.grants, findings.rules
    yield from _contradiction(grants.distribution, rules["distribution-forbidden"])
    yield from _contradiction(grants.modification, rules["modification-forbidden"])
    if category not in _NOTHING_GRANTED and not grants.distribution.said:
        yield Finding(decision_rules()["merely-implied"], 1.0, grants.distribution.clauses)
    if prior and prior.get(category, 0.0) < _UNLIKELY and max(prior.values()) > _CONVINCED:
        yield Finding(decision_rules()["disputed"], 1.0)


def _contradiction(grant: Grant, ban: Finding) -> Iterator[Finding]:
    if ban.shown and grant.own >= SHOWN:
        yield Finding(decision_rules()["contradiction"], 1.0, (*grant.clauses, *ban.clauses))
