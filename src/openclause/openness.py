"""How open a document is: the most restrictive rule that its clauses satisfy decides.

In: clauses, the text, and the document classifier's probabilities (the prior), if there are any.
Out: `Openness`. Each rank, from the least open down, gets the chance that one of its rules holds;
the prior only leans on that chance, so that it helps where clauses are silent and cannot outvote
a clear one. The category is the least open rank with half of the weight at it or above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from openclause.clauses import Clause
from openclause.evidence import SHOWN, either
from openclause.findings import Finding, Findings, decision_rules, find
from openclause.grants import NOTICE, Grant, dedicated
from openclause.notices import Notices, read_notices
from openclause.taxonomy import categories

NOT_A_LICENSE = "not-a-license"
# Below this confidence a person should look.
_SURE = 0.6
# The prior disputes a category that it gives less than the one, while it is this sure of another.
_UNLIKELY, _CONVINCED = 0.1, 0.6
# How far the prior may move the odds of a finding, and of silence; how far it is trusted there.
_LEAN, _LEAN_ON_SILENCE = 5.0, 16.0
_TRUST, _TRUST_ON_SILENCE = 0.75, 1.25
# Faint chances at many ranks must not add up to a decision: odds are raised to this power.
_SHARP = 1.5
# The prior's part in the probabilities that are shown.
_PRIOR_PART = 0.2
# A name is worth this much by itself; so is what an exception leaves to its license.
_NAMED, _PRESUMED = 0.9, 0.75
# What silence about a grant is worth where nothing else was read, and what reading more adds.
_SILENCE, _SILENCE_AMID_CLAUSES = 0.6, 0.3
# A freed linking takes this much off a share-alike duty; a milder license to choose, the rest.
_FREED, _CHOSEN = 0.7, 0.9
# How likely a text without clauses is no license, by how many kinds of license words it has.
_STRAY = (0.95, 0.55, 0.3, 0.1)
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


class _Chance(msgspec.Struct, frozen=True):
    """The chance that a rank applies, its findings, and whether it rests on silence only."""

    strength: float
    findings: tuple[Finding, ...]
    silent: bool = False


def decide(
    clauses: Sequence[Clause],
    *,
    text: str,
    prior: Mapping[str, float] | None = None,
    notices: Notices | None = None,
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

    References
    ----------
    The taxonomy's sections 1 (order of the categories) and 3 (edge cases).
    """
    notices = notices or read_notices(text)
    findings = find(clauses, notices)
    chances = _chances(findings, notices)
    shares = _shares(chances, prior)
    stray = _lean(_no_license(findings, notices), _stray_odds(prior), silent=True)
    category = _category(shares) if stray < SHOWN else NOT_A_LICENSE
    probabilities = _blend(shares, stray, prior)
    return Openness(
        category=category,
        rank=categories()[category].rank,
        confidence=probabilities[category],
        probabilities=probabilities,
        needs_review=_doubtful(category, probabilities, findings, prior),
        reasons=tuple(_reasons(category, chances)),
        addendum="addendum" in notices.signals,
        by_reference=_by_reference(findings, notices),
        parts=_parts(notices),
    )


def _chances(findings: Findings, notices: Notices) -> dict[str, _Chance]:
    """Return the chance of each category's own rules, whatever the other ranks say."""
    chances = {
        "proprietary": _undistributable(findings, notices),
        "no-derivatives": _unchangeable(findings, notices),
        "non-commercial": _plain(findings, "non-commercial"),
        "source-available": _plain(findings, "source-available"),
        "use-restricted": _plain(findings, "use-restricted"),
        **_copyleft(findings, notices),
        "permissive": _conditional(findings, notices),
        "public-domain": _Chance(1.0, (_worked_out("dedication", 1.0),)),
    }
    return _with_name(chances, findings)


def _plain(findings: Findings, category: str) -> _Chance:
    found = tuple(
        finding for finding in findings.rules.values() if finding.rule.category == category
    )
    return _Chance(either(*(finding.strength for finding in found)), found)


def _undistributable(findings: Findings, notices: Notices) -> _Chance:
    forbidden = _eased(findings.rules["distribution-forbidden"], notices)
    withheld = _withheld("no-distribution-granted", findings.grants.distribution, findings, notices)
    return _banned_or_withheld((forbidden,), withheld)


def _unchangeable(findings: Findings, notices: Notices) -> _Chance:
    forbidden = (
        _eased(findings.rules["modification-forbidden"], notices),
        _eased(findings.rules["derivatives-stay-home"], notices),
        findings.rules["verbatim-only"],
    )
    withheld = _withheld("no-modification-granted", findings.grants.modification, findings, notices)
    return _banned_or_withheld(forbidden, withheld)


def _banned_or_withheld(forbidden: tuple[Finding, ...], withheld: Finding) -> _Chance:
    found = (*forbidden, withheld)
    silent = not any(finding.shown for finding in forbidden)
    return _Chance(either(*(finding.strength for finding in found)), found, silent)


def _withheld(rule: str, grant: Grant, findings: Findings, notices: Notices) -> Finding:
    """Weigh that an act is not granted: silence says more where other clauses were read.

    An exception or a bare use policy leaves the grants to the license it goes with.
    """
    presumed = _PRESUMED if {"exception", "policy-title"} & notices.signals else 0.0
    silence = _SILENCE + _SILENCE_AMID_CLAUSES * findings.presence
    return _worked_out(rule, (1.0 - either(grant.strength, presumed)) * silence)


def _eased(finding: Finding, notices: Notices) -> Finding:
    """Weaken a ban in an exception: it limits what the exception adds, not what others grant."""
    if "exception" not in notices.signals:
        return finding
    return msgspec.structs.replace(finding, strength=0.5 * finding.strength)


def _copyleft(findings: Findings, notices: Notices) -> dict[str, _Chance]:
    """Return the two share-alike ranks: whole works, unless linking others in is left free."""
    whole = _plain(findings, "strong-copyleft")
    own = _plain(findings, "weak-copyleft")
    freed = _FREED * findings.grants.linking.strength
    left = 1.0 - _CHOSEN * _milder_choice(findings, notices)
    return {
        "strong-copyleft": _Chance(left * whole.strength * (1.0 - freed), whole.findings),
        "weak-copyleft": _Chance(left * either(own.strength, whole.strength * freed), own.findings),
    }


def _milder_choice(findings: Findings, notices: Notices) -> bool:
    named = findings.grants.named
    return "choice" in notices.signals and named in ("permissive", "public-domain")


def _conditional(findings: Findings, notices: Notices) -> _Chance:
    """Return the chance that the text grants rights, on conditions or not, but keeps them."""
    clauses = findings.grants.distribution.clauses + findings.grants.modification.clauses
    grant = _worked_out("free-grant", 1.0 - dedicated(notices), tuple(dict.fromkeys(clauses)))
    found = (grant, findings.rules["asked-in-return"])
    return _Chance(either(*(finding.strength for finding in found)), found)


def _with_name(chances: dict[str, _Chance], findings: Findings) -> dict[str, _Chance]:
    """Add the license that the text names to the rank it stands for."""
    named = findings.grants.named
    if named is None:
        return chances
    finding = _worked_out("named-license", _NAMED)
    old = chances[named]
    changed = {named: _Chance(either(old.strength, _NAMED), (finding, *old.findings), old.silent)}
    if named == "public-domain":
        changed["permissive"] = _Chance(1.0 - _NAMED, chances["permissive"].findings)
    return chances | changed


def _no_license(findings: Findings, notices: Notices) -> float:
    silence = 1.0 - findings.presence
    if notices.mentions or dedicated(notices) >= SHOWN:
        return _STRAY[-1] * silence
    return _STRAY[min(notices.words, len(_STRAY) - 1)] * silence


def _ranked() -> list[str]:
    return [name for name in categories() if name != NOT_A_LICENSE]


def _stray_odds(prior: Mapping[str, float] | None) -> float:
    if prior is None:
        return 1.0
    own = prior.get(NOT_A_LICENSE, 0.0)
    return _odds(own, 1.0 - own, len(_ranked()))


def _rank_odds(prior: Mapping[str, float] | None, rank: int) -> float:
    """Return how far the prior favours a rank over all more open ones, against even shares."""
    if prior is None or rank == 0:
        return 1.0
    names = _ranked()
    return _odds(prior.get(names[rank], 0.0), sum(prior.get(n, 0.0) for n in names[:rank]), rank)


def _odds(own: float, rest: float, rivals: int) -> float:
    floor = 0.01
    return (own + floor) / (rest + floor) * rivals


def _lean(strength: float, odds: float, *, silent: bool) -> float:
    """Return a chance after the prior has moved its odds, further where clauses are silent."""
    limit = _LEAN_ON_SILENCE if silent else _LEAN
    trusted = odds ** (_TRUST_ON_SILENCE if silent else _TRUST)
    moved = strength**_SHARP * min(max(trusted, 1.0 / limit), limit)
    return float(moved / (moved + (1.0 - strength) ** _SHARP))


def _shares(chances: Mapping[str, _Chance], prior: Mapping[str, float] | None) -> dict[str, float]:
    """Deal the whole weight out, the least open rank first; each takes its chance of the rest."""
    shares: dict[str, float] = {}
    left = 1.0
    for rank, name in reversed(list(enumerate(_ranked()))):
        chance = chances[name]
        shares[name] = left * _lean(chance.strength, _rank_odds(prior, rank), silent=chance.silent)
        left -= shares[name]
    return shares


def _category(shares: Mapping[str, float]) -> str:
    """Return the least open category with half of the weight at it or at less open ones.

    More weight on any rank moves this one only up, which the most probable one does not promise.
    """
    reached = 0.0
    for name, share in shares.items():
        reached += share
        if reached >= SHOWN:
            return name
    return _ranked()[0]


def _blend(
    shares: Mapping[str, float], stray: float, prior: Mapping[str, float] | None
) -> dict[str, float]:
    """Return the probabilities: mostly what clauses and words say, for a part the prior."""
    said = {name: share * (1.0 - stray) for name, share in shares.items()} | {NOT_A_LICENSE: stray}
    if prior is not None:
        said = {
            name: (1.0 - _PRIOR_PART) * share + _PRIOR_PART * prior.get(name, 0.0)
            for name, share in said.items()
        }
    total = sum(said.values()) or 1.0
    return {name: round(said[name] / total, 4) for name in categories()}


def _doubtful(
    category: str,
    probabilities: Mapping[str, float],
    findings: Findings,
    prior: Mapping[str, float] | None,
) -> bool:
    likely, other = probabilities[category], max(probabilities.values())
    if likely < _SURE or other > likely:
        return True
    if prior and prior.get(category, 0.0) < _UNLIKELY and max(prior.values()) > _CONVINCED:
        return True
    if any(finding.shown and finding.rule.review for finding in findings.rules.values()):
        return True
    return _contradictory(findings) or _merely_implied(category, findings)


def _contradictory(findings: Findings) -> bool:
    """Tell whether an act is granted in one clause and forbidden in another."""
    return (
        findings.rules["distribution-forbidden"].shown and findings.grants.distribution.own >= SHOWN
    ) or (
        findings.rules["modification-forbidden"].shown and findings.grants.modification.own >= SHOWN
    )


def _merely_implied(category: str, findings: Findings) -> bool:
    if category in ("proprietary", NOT_A_LICENSE):
        return False
    return not findings.grants.distribution.said


def _reasons(category: str, chances: Mapping[str, _Chance]) -> Iterator[Reason]:
    """Give what decided, the surest first, then what else restricts further down."""
    if category == NOT_A_LICENSE:
        yield _reason(_worked_out("no-license-words", 1.0))
        return
    found = [f for f in chances[category].findings if f.strength >= _WORTH_SAYING]
    found.sort(key=lambda finding: -finding.strength)
    yield from map(_reason, found or [_worked_out("prior", 1.0)])
    names = _ranked()
    for name in reversed(names[_RESTRICTIVE : names.index(category)]):
        for finding in chances[name].findings:
            if finding.shown and finding.clauses:
                yield _reason(finding)


def _reason(finding: Finding) -> Reason:
    return Reason(finding.rule.id, finding.rule.text.en, finding.clauses)


def _worked_out(rule: str, strength: float, clauses: tuple[str, ...] = ()) -> Finding:
    return Finding(decision_rules()[rule], strength, clauses)


def _by_reference(findings: Findings, notices: Notices) -> bool:
    return (
        notices.length <= NOTICE
        and "addendum" not in notices.signals
        and findings.grants.named is not None
    )


def _parts(notices: Notices) -> tuple[Part, ...]:
    parts = tuple(Part(m.start, m.end, m.category) for m in notices.mentions)
    return parts if len({part.category for part in parts}) > 1 else ()
