"""The chance of each rank, and what share of the whole weight it gets.

In: findings, notices and the prior. Out: for each category the chance that one of its rules holds,
and the shares of all, the least open rank first. The prior leans on faint chances and on silence;
what a clause shows it may strengthen, never weaken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from openclause.evidence import SHOWN, either
from openclause.findings import Finding, Findings, decision_rules
from openclause.governing import NOTICE
from openclause.grants import Grant
from openclause.notices import Notices
from openclause.taxonomy import NOT_A_LICENSE, categories

# How far the prior may move the odds of a faint finding.
_LEAN = 8.0
# Faint chances at many ranks must not add up to a decision: odds are raised to this power.
_SHARP = 1.25
# What silence about a grant is worth: its odds are multiplied by this and by what the prior says,
# so far; without a prior, by the second. Fitted to texts whose silence was right or wrong.
_SILENCE, _SILENCE_ALONE, _LEAN_ON_SILENCE = 0.25, 0.8, 20.0
# No text is more silent than this; where copies are not granted either, grants were missed, which
# takes this much off silence about changes.
_MOST_SILENT, _BOTH_SILENT = 0.95, 0.4
# A name is worth this much by itself.
_NAMED = 0.9
# A freed linking takes this much off a share-alike duty, a milder license to choose off all ranks.
_FREED, _CHOSEN = 0.7, 0.9
_COPYLEFT = ("weak-copyleft", "strong-copyleft")
# How likely a text without clauses is no license, by how many kinds of license words it has.
_STRAY = (0.95, 0.55, 0.3, 0.1)


class Chance(msgspec.Struct, frozen=True):
    """The chance that clauses put a text at a rank, that their silence does, and the findings.

    The prior may move the odds of it by no more than `most`.
    """

    strength: float
    findings: tuple[Finding, ...]
    silence: float = 0.0
    most: float = _LEAN

    @property
    def silent(self) -> bool:
        """Whether the rank rests on silence only."""
        return self.strength < SHOWN and self.silence > 0.0


def read_chances(findings: Findings, notices: Notices) -> dict[str, Chance]:
    """Return the chance of each category's own rules, whatever the other ranks say."""
    chances = {
        "proprietary": _undistributable(findings),
        "no-derivatives": _unchangeable(findings),
        "non-commercial": _plain(findings, "non-commercial"),
        "source-available": _plain(findings, "source-available"),
        "use-restricted": _plain(findings, "use-restricted"),
        **_copyleft(findings, notices),
        "permissive": _conditional(findings),
        "public-domain": Chance(1.0, (worked_out("dedication", 1.0),)),
    }
    return _with_name(_chosen(chances, findings, notices), findings)


def _plain(findings: Findings, category: str) -> Chance:
    found = tuple(map(findings.rules.__getitem__, _rules_for(category)))
    return Chance(either(*(finding.strength for finding in found)), found)


@cache
def _rules_for(category: str) -> tuple[str, ...]:
    return tuple(id_ for id_, rule in decision_rules().items() if rule.category == category)


def _undistributable(findings: Findings) -> Chance:
    forbidden = (findings.rules["distribution-forbidden"], findings.rules["distribution-withheld"])
    withheld = _withheld("no-distribution-granted", findings.grants.distribution, findings)
    return _banned_or_withheld(forbidden, withheld)


def _unchangeable(findings: Findings) -> Chance:
    ids = (
        "modification-forbidden",
        "derivatives-stay-home",
        "verbatim-only",
        "unchanged-said",
        "change-withheld",
        "change-otherwise-barred",
        "own-product-unchanged",
        "binaries-unchanged",
    )
    forbidden = tuple(findings.rules[each] for each in ids)
    withheld = _withheld("no-modification-granted", findings.grants.modification, findings)
    found = _banned_or_withheld(forbidden, withheld)
    left = 1.0 - _BOTH_SILENT * (1.0 - findings.grants.distribution.strength)
    return msgspec.structs.replace(found, silence=left * found.silence)


def _banned_or_withheld(forbidden: tuple[Finding, ...], withheld: Finding) -> Chance:
    strength = either(*(finding.strength for finding in forbidden))
    return Chance(strength, (*forbidden, withheld), withheld.strength)


def _withheld(rule: str, grant: Grant, findings: Findings) -> Finding:
    """Weigh that an act is not granted.

    An addendum or a bare use policy leaves the grants to the license it goes with.
    """
    return worked_out(rule, 1.0 - either(grant.strength, findings.grants.presumed))


def _copyleft(findings: Findings, notices: Notices) -> dict[str, Chance]:
    """Return the two share-alike ranks: whole works, unless linking others in is left free."""
    whole = _plain(findings, "strong-copyleft")
    own = _plain(findings, "weak-copyleft")
    if findings.grants.named == "strong-copyleft":
        named = worked_out("named-license", _NAMED)
        whole = Chance(either(whole.strength, _NAMED), (named, *whole.findings))
    freed = _FREED * findings.grants.linking.strength
    excepted = "exception" in notices.signals and findings.grants.linking.strength >= SHOWN
    most = 1.0 if excepted else _LEAN
    return {
        "strong-copyleft": Chance(whole.strength * (1.0 - freed), whole.findings, most=most),
        "weak-copyleft": Chance(either(own.strength, whole.strength * freed), own.findings),
    }


def _chosen(chances: dict[str, Chance], findings: Findings, notices: Notices) -> dict[str, Chance]:
    """Leave little of what is stricter than the license that may be chosen instead."""
    named = findings.grants.named
    if named is None or "choice" not in notices.signals:
        return chances
    stricter = ranked()[ranked().index(named) + 1 :]
    if not _may_choose(notices):
        stricter = _COPYLEFT if named in ("permissive", "public-domain") else ()
    return chances | {name: _freed(name, chances[name]) for name in stricter}


def _may_choose(notices: Notices) -> bool:
    """Tell whether a notice leaves a choice; what amends a license limits whatever is chosen."""
    return "addendum" not in notices.signals and notices.length < NOTICE


def _freed(name: str, chance: Chance) -> Chance:
    """Take off what a choice spares: share-alike, silence, a faint ban; never one that is shown."""
    left = 1.0 - _CHOSEN
    shown = chance.strength >= SHOWN and name not in _COPYLEFT
    strength = chance.strength if shown else left * chance.strength
    return msgspec.structs.replace(chance, strength=strength, silence=left * chance.silence)


def _conditional(findings: Findings) -> Chance:
    """Return the chance that the text grants rights, on conditions or not, but keeps them."""
    clauses = findings.grants.distribution.clauses + findings.grants.modification.clauses
    grant = worked_out("free-grant", 1.0 - findings.grants.waived, tuple(dict.fromkeys(clauses)))
    found = (grant, findings.rules["asked-in-return"])
    return Chance(either(*(finding.strength for finding in found)), found)


def _with_name(chances: dict[str, Chance], findings: Findings) -> dict[str, Chance]:
    """Add the license that the text names to the rank it stands for."""
    named = findings.grants.named
    if named is None or named == "strong-copyleft":
        return chances
    finding = worked_out("named-license", _NAMED)
    old = chances[named]
    changed = {named: Chance(either(old.strength, _NAMED), (finding, *old.findings), old.silence)}
    if named == "public-domain":
        changed["permissive"] = Chance(1.0 - _NAMED, chances["permissive"].findings)
    return chances | changed


def is_only_named(findings: Findings, length: int) -> bool:
    """Tell a notice that names its license and says nothing else that moves the rank."""
    shown = any(finding.shown for finding in findings.rules.values())
    limited = max(findings.limits.values(), default=0.0) >= SHOWN
    return _is_named(findings, length) and not shown and not limited


def at_least_named(held: Sequence[float], findings: Findings, length: int) -> tuple[float, ...]:
    """Return chances of the ranks, that of a license which a notice names at least what it is.

    But for open ones: an exception to a copyleft license names it, too.
    """
    named = findings.grants.named
    if named is None or not _is_named(findings, length) or categories()[named].openness == "open":
        return tuple(held)
    rank = ranked().index(named)
    return (*held[:rank], max(held[rank], _NAMED), *held[rank + 1 :])


def _is_named(findings: Findings, length: int) -> bool:
    return findings.grants.named is not None and length < NOTICE


def _no_license(findings: Findings, notices: Notices) -> float:
    silence = 1.0 - findings.presence
    if findings.grants.waived >= SHOWN:
        return _STRAY[-1] * silence
    return _STRAY[min(notices.words, len(_STRAY) - 1)] * silence


@cache
def ranked() -> tuple[str, ...]:
    """Return the categories that have a rank, the most open first."""
    return tuple(name for name in categories() if name != NOT_A_LICENSE)


def _stray_odds(prior: Mapping[str, float] | None) -> float:
    if prior is None:
        return 1.0
    own = prior.get(NOT_A_LICENSE, 0.0)
    return _odds(own, 1.0 - own, len(ranked()))


def _rank_odds(prior: Mapping[str, float] | None, rank: int) -> float:
    """Return how far the prior favours a rank over all more open ones, against even shares."""
    if prior is None or rank == 0:
        return 1.0
    names = ranked()
    return _odds(prior.get(names[rank], 0.0), sum(prior.get(n, 0.0) for n in names[:rank]), rank)


def _odds(own: float, rest: float, rivals: int) -> float:
    floor = 0.01
    return (own + floor) / (rest + floor) * rivals


def _lean(strength: float, odds: float, most: float) -> float:
    """Return a chance that rests on clauses after the prior has moved its odds.

    What is shown the prior may strengthen, never weaken.
    """
    least = 1.0 if strength >= SHOWN else 1.0 / _LEAN
    return _moved(strength**_SHARP, (1.0 - strength) ** _SHARP, min(max(odds, least), most))


def _meant(silence: float, odds: float | None) -> float:
    """Return the chance that silence is meant: readers miss grants, so the prior says much here."""
    silent = min(silence, _MOST_SILENT)
    worth = _SILENCE_ALONE
    if odds is not None:
        worth = _SILENCE * min(max(odds, 1.0 / _LEAN_ON_SILENCE), _LEAN_ON_SILENCE)
    return _moved(silent, 1.0 - silent, worth)


def _moved(own: float, rest: float, odds: float) -> float:
    return own * odds / (own * odds + rest)


def deal(chances: Mapping[str, Chance], prior: Mapping[str, float] | None) -> dict[str, float]:
    """Return the share of each rank, by its chance after the prior has leaned on it."""
    held = []
    for rank, name in enumerate(ranked()):
        chance = chances[name]
        odds = _rank_odds(prior, rank)
        said = _lean(chance.strength, odds, chance.most)
        held.append(either(said, _meant(chance.silence, odds if prior else None)))
    return shares_of(held)


def shares_of(held: Sequence[float]) -> dict[str, float]:
    """Deal the whole weight out, the least open rank first; each takes its chance of the rest.

    Parameters
    ----------
    held
        The chance of each rank if nothing less open holds, the most open first.
    """
    shares: dict[str, float] = {}
    left = 1.0
    for name, chance in reversed(list(zip(ranked(), held, strict=True))):
        shares[name] = left * chance
        left -= shares[name]
    return shares


def stray_chance(findings: Findings, notices: Notices, prior: Mapping[str, float] | None) -> float:
    """Return the chance that the text is no license at all; one that names its license is one."""
    if notices.mentions:
        return 0.0
    silence = _no_license(findings, notices)
    return _moved(silence, 1.0 - silence, _stray_odds(prior))


def worked_out(rule: str, strength: float, clauses: tuple[str, ...] = ()) -> Finding:
    """Return the finding of a rule that is worked out in code."""
    return Finding(decision_rules()[rule], strength, clauses)
