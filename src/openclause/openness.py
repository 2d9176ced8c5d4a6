"""How open a document is: the most restrictive rule that its clauses satisfy decides.

In: clauses, the text, and the document classifier's probabilities (the prior), if there are any.
Out: `Openness`. Each rank, from the least open down, gets the chance that one of its rules holds.
How far that can be trusted is weighed by trees (`weighing`) that learnt it from readings of texts
unknown to the reader; the category is the least open rank that is more likely than not once
nothing less open is. Of clauses that readers reviewed, and without a prior, the chances decide by
themselves: the least open rank with half of the weight at it or above; there the prior only leans
on faint findings and on silence. Neither way does one limit more make a text more open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from openclause.clauses import Clause
from openclause.confidence import Signs, chance, read_signs
from openclause.cues import Sightings
from openclause.doubts import doubts
from openclause.evidence import SHOWN
from openclause.findings import Finding, Findings, find
from openclause.governing import NOTICE
from openclause.limits import Limit
from openclause.messages import message
from openclause.notices import Notices, read_notices
from openclause.ranks import (
    Chance,
    at_least_named,
    deal,
    is_only_named,
    ranked,
    read_chances,
    shares_of,
    stray_chance,
    worked_out,
)
from openclause.taxonomy import NOT_A_LICENSE, categories
from openclause.weighing import Trees, Values, load_trees, values_of

# Below this confidence a person should look.
_SURE = 0.6
# Findings are given as reasons from here on.
_WORTH_SAYING = 0.3
# From this rank down to the deciding one, whatever else restricts is a reason too.
_RESTRICTIVE = 4


class Reason(msgspec.Struct, frozen=True):
    """A rule that made the decision, in words, and the ids of the clauses that satisfy it."""

    rule: str
    text: str
    clauses: tuple[str, ...]


class Part(msgspec.Struct, frozen=True):
    """A passage `[start, end)` with a license of its own."""

    start: int
    end: int
    category: str


class Openness(msgspec.Struct, frozen=True):
    """How open the document is, and why.

    `rank` counts from 0, the most open, and is None for no license; `confidence` and
    `probabilities` lie in [0, 1]; `parts` is empty unless the text joins several licenses.
    """

    category: str
    rank: int | None
    confidence: float
    probabilities: dict[str, float]
    needs_review: bool
    reasons: tuple[Reason, ...]
    addendum: bool
    by_reference: bool
    parts: tuple[Part, ...]


def with_category(openness: Openness, category: str, chance: float) -> Openness:
    """Return a decision for another category that has this chance, all others being alike."""
    rest = round((1.0 - chance) / (len(categories()) - 1), 4)
    return msgspec.structs.replace(
        openness,
        category=category,
        rank=categories()[category].rank,
        confidence=chance,
        probabilities={name: chance if name == category else rest for name in categories()},
    )


class _Verdict(msgspec.Struct, frozen=True):
    """A category, the weight of each, and why a person should look."""

    category: str
    shares: dict[str, float]
    doubtful: tuple[Finding, ...]


def decide(  # noqa: PLR0913
    clauses: Sequence[Clause],
    *,
    text: str,
    prior: Mapping[str, float] | None = None,
    notices: Notices | None = None,
    findings: Findings | None = None,
    limits: Sequence[Limit] = (),
    weighed: bool = False,
) -> Openness:
    """Decide the openness category of a document.

    Parameters
    ----------
    clauses
        The clauses read out of `text`, in any order.
    text
        The whole text.
    prior
        Probability of each category, `not-a-license` among them, from a model of the whole text.
    notices
        What the text says beside its clauses, if it was read already.
    findings
        What the clauses and notices come to, if that was found already.
    limits
        What single sentences come to, in the text's order, if `findings` are not given.
    weighed
        Whether `clauses` and `limits` are a model's readings, to be weighed beside the prior; what
        readers reviewed is taken at its word.

    References
    ----------
    `data/categories.toml` (order of the categories) and `data/openness.toml` (edge cases).
    """
    notices = notices or read_notices(text)
    findings = findings or find(clauses, notices, Sightings(text), limits=limits)
    chances = read_chances(findings, notices)
    trees = load_trees() if weighed and prior is not None else None
    verdict = _verdict(chances, findings, notices, prior, length=len(text), trees=trees)
    signs = _signs(verdict, chances, prior)
    category, doubtful = verdict.category, verdict.doubtful
    probabilities = _calibrated(verdict, chance(signs, with_prior=prior is not None))
    unsure = () if probabilities[category] >= _SURE else (worked_out("unsure", 1.0),)
    return Openness(
        category=category,
        rank=categories()[category].rank,
        confidence=probabilities[category],
        probabilities=probabilities,
        needs_review=bool(doubtful or unsure),
        reasons=tuple(_reasons(category, chances, (*doubtful, *unsure))),
        addendum="addendum" in notices.signals,
        by_reference=_by_reference(findings, notices),
        parts=_parts(notices),
    )


def signs_of(
    clauses: Sequence[Clause],
    *,
    text: str,
    prior: Mapping[str, float] | None = None,
    limits: Sequence[Limit] = (),
    trees: Trees | None = None,
) -> tuple[str, Signs]:
    """Return the category that `decide` gives, and the signs of how far to trust it.

    They are what `calibration` learns from. With `trees`, those of other families, it is weighed.
    """
    notices = read_notices(text)
    findings = find(clauses, notices, Sightings(text), limits=limits)
    chances = read_chances(findings, notices)
    verdict = _verdict(chances, findings, notices, prior, length=len(text), trees=trees)
    return verdict.category, _signs(verdict, chances, prior)


def read_values(
    clauses: Sequence[Clause],
    *,
    text: str,
    prior: Mapping[str, float],
    limits: Sequence[Limit] = (),
) -> Values:
    """Return the named values of a text that are weighed, which `weighing_fitting` learns from."""
    notices = read_notices(text)
    findings = find(clauses, notices, Sightings(text), limits=limits)
    return _values(read_chances(findings, notices), findings, prior, len(text))


def _values(
    chances: Mapping[str, Chance], findings: Findings, prior: Mapping[str, float], length: int
) -> Values:
    shares, alone = deal(chances, prior), deal(chances, None)
    return values_of(findings, shares=shares, alone=alone, prior=prior, length=length)


def _verdict(  # noqa: PLR0913
    chances: Mapping[str, Chance],
    findings: Findings,
    notices: Notices,
    prior: Mapping[str, float] | None,
    *,
    length: int,
    trees: Trees | None = None,
) -> _Verdict:
    away = stray_chance(findings, notices, prior)
    if prior is None or trees is None:
        shares = deal(chances, prior)
        category = _half_reached(shares)
    elif is_only_named(findings, length):
        # Nothing was read that could be mistaken.
        shares = deal(chances, None)
        category = _half_reached(shares)
    else:
        weighed = trees.chances(_values(chances, findings, prior, length))
        held = at_least_named((1.0, *weighed), findings, length)
        shares = shares_of(held)
        category = _first_held(held)
    category = NOT_A_LICENSE if away >= SHOWN else category
    return _Verdict(category, _with_stray(shares, away), doubts(category, findings, prior))


def _first_held(held: Sequence[float]) -> str:
    """Return the least open category that is more likely than not, as nothing less open is.

    Chances only rise with what restricts, so that no limit more makes a text more open.
    """
    least_open_first = reversed(list(zip(ranked(), held, strict=True)))
    return next(name for name, held_by in least_open_first if held_by >= SHOWN)


def _signs(
    verdict: _Verdict, chances: Mapping[str, Chance], prior: Mapping[str, float] | None
) -> Signs:
    category = verdict.category
    return read_signs(
        category,
        verdict.shares[category],
        prior=prior,
        silent=category in chances and chances[category].silent,
        doubts=bool(verdict.doubtful),
    )


def _with_stray(shares: Mapping[str, float], stray: float) -> dict[str, float]:
    return {name: share * (1.0 - stray) for name, share in shares.items()} | {NOT_A_LICENSE: stray}


def _half_reached(shares: Mapping[str, float]) -> str:
    """Return the least open category with half of the weight at it or at less open ones.

    More weight on any rank moves this one only up, which the most probable one does not promise.
    """
    reached = 0.0
    for name, share in shares.items():
        reached += share
        if reached >= SHOWN:
            return name
    return ranked()[0]


def _calibrated(verdict: _Verdict, sure: float) -> dict[str, float]:
    """Give the category the chance that it is right, and deal the rest out as it was."""
    category, shares = verdict.category, verdict.shares
    rest = sum(shares.values()) - shares[category]
    scale = (1.0 - sure) / rest if rest > 0 else 0.0
    dealt = {name: share * scale for name, share in shares.items()} | {category: sure}
    total = sum(dealt.values())
    return {name: round(dealt[name] / total, 4) for name in categories()}


def _reasons(
    category: str, chances: Mapping[str, Chance], doubtful: Sequence[Finding]
) -> Iterator[Reason]:
    """Give what decided, what else restricts further down, and why a person should look."""
    yield from map(_reason, dict.fromkeys([*_deciding(category, chances), *doubtful]))
    yield from _borderline([finding for finding in doubtful if finding.rule.review])


def _borderline(findings: Sequence[Finding]) -> Iterator[Reason]:
    """Say which of the rules that were met ask for a look by themselves."""
    if findings:
        names = ", ".join(finding.rule.id for finding in findings)
        shown = dict.fromkeys(clause for finding in findings for clause in finding.clauses)
        yield Reason("borderline", message("reason.borderline", rules=names), tuple(shown))


def _deciding(category: str, chances: Mapping[str, Chance]) -> Iterator[Finding]:
    """Give what decided, the surest first, then what else restricts further down."""
    if category == NOT_A_LICENSE:
        yield worked_out("no-license-words", 1.0)
        return
    found = [f for f in chances[category].findings if f.strength >= _WORTH_SAYING]
    found.sort(key=lambda finding: -finding.strength)
    yield from found or [worked_out("prior", 1.0)]
    names = ranked()
    for name in reversed(names[_RESTRICTIVE : names.index(category)]):
        for finding in chances[name].findings:
            if finding.shown and finding.clauses:
                yield finding


def _reason(finding: Finding) -> Reason:
    return Reason(finding.rule.id, finding.rule.text.en, finding.clauses)


def _by_reference(findings: Findings, notices: Notices) -> bool:
    return (
        notices.length <= NOTICE
        and "addendum" not in notices.signals
        and findings.grants.named is not None
    )


def _parts(notices: Notices) -> tuple[Part, ...]:
    parts = tuple(Part(m.start, m.end, m.category) for m in notices.mentions)
    return parts if len({part.category for part in parts}) > 1 else ()
