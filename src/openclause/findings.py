"""What clauses add up to: which rules of `data/openness.toml` they satisfy, and how surely.

In: clauses and the text's `Notices`. Out: `Findings`: for each rule its strength and the clauses
that show it, and beside them what is granted. `criteria` and `openness` draw the conclusions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from openclause.clauses import Clause
from openclause.cues import Shown, Sightings, cue_names, limbs
from openclause.errors import DataError
from openclause.evidence import SHOWN, Evidence, Weighed, ids, together, weigh
from openclause.grants import Grants, read_grants
from openclause.limits import Limit
from openclause.notices import Notices
from openclause.signals import Signals, signal_names
from openclause.taxonomy import Holder, Words, categories, criteria, read_toml

# What is left of a ban in an exception that grants more than the license it goes with.
_EASED = 0.45
# From this chance on a sentence comes to a category whose cues it does not show.
LEARNT = 0.5
# From here on it overrules cues against the rule.
OVERRULES = 0.9
# A grant this sure takes this much off a ban on some of the act only.
_GRANTED, _BESIDE = 0.8, 0.8
_ADDED = (
    "link/permission",
    "relicense/permission",
    "network-disclosure/permission",
    "disclose-source/permission",
    "share-alike/permission",
    "distribute-derivatives/permission",
    "distribute/permission",
)
_RESTRICTIVE = frozenset(
    ("proprietary", "no-derivatives", "non-commercial", "source-available", "use-restricted")
)


class DecisionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One thing that speaks for a category; see `data/openness.toml` for the fields."""

    id: str
    category: str
    text: Words
    reads: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    yields: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    side_yields: tuple[str, ...] = ()
    limb: str | None = None
    bounds: tuple[str, ...] = ()
    saves: tuple[str, ...] = ()
    saved_by: str | None = None
    holders: tuple[Holder, ...] = ()
    weight: float = 1.0
    breaks: tuple[str, ...] = ()
    clouds: tuple[str, ...] = ()
    review: bool = False
    limit: bool = False
    yields_to: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """A rule, how surely it holds (0..1) and the ids of the clauses that show it."""

    rule: DecisionRule
    strength: float
    clauses: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether the rule counts as satisfied."""
        return self.strength >= SHOWN


class Findings(msgspec.Struct, frozen=True):
    """All that the clauses show; `presence` is the chance that there are any.

    `limits` holds for each category the chance of the likeliest sentence that comes to it alone.
    """

    rules: dict[str, Finding]
    grants: Grants
    presence: float
    limits: Mapping[str, float] = {}


@cache
def decision_rules() -> dict[str, DecisionRule]:
    """Return the decision rules by id, in the order of their file.

    Raises
    ------
    DataError
        If a rule has an unknown key, or names a category, criterion or cue that does not exist.
    """
    raw = read_toml("openness.toml")
    try:
        rules = msgspec.convert(raw["rule"], tuple[DecisionRule, ...])
    except (KeyError, msgspec.ValidationError) as error:
        raise DataError(f"data/openness.toml [[rule]]: {error}") from error
    for rule in rules:
        unknown = {rule.category} - set(categories())
        unknown |= {*rule.breaks, *rule.clouds} - set(criteria())
        cues = {*rule.wants, *rule.unless, *rule.bounds, *rule.saves, rule.limb}
        unknown |= {cue for cue in cues if cue} - cue_names()
        unknown |= {*rule.when, *rule.never} - signal_names()
        unknown |= {*rule.yields, *rule.needs, *rule.side_yields} - set(Grants.__struct_fields__)
        if unknown:
            raise DataError(f"data/openness.toml {rule.id}: unknown {', '.join(sorted(unknown))}")
    return {rule.id: rule for rule in rules}


def find(
    clauses: Sequence[Clause],
    notices: Notices,
    sightings: Sightings | None = None,
    *,
    limits: Sequence[Limit] = (),
) -> Findings:
    """Weigh clauses against the decision rules.

    Parameters
    ----------
    sightings
        The cues that were looked for before in the clauses' text; to be added to.
    limits
        What sentences of the text alone come to, in its order.
    """
    evidence = weigh(clauses, sightings, limits)
    grants = read_grants(evidence, notices)
    eased = _EASED if _only_adds(evidence, notices) else 1.0
    read = {rule.id: rule for kind in evidence.kinds for rule in _reading(kind)}
    rules = _nothing_found() | {
        id_: _yielding(_apply(rule, evidence, notices.signals, grants), grants, eased)
        for id_, rule in read.items()
    }
    return Findings(rules, grants, evidence.presence, _likeliest(evidence))


def _likeliest(evidence: Evidence) -> dict[str, float]:
    likeliest: dict[str, float] = {}
    for kind in evidence.kinds.values():
        for weighed in kind:
            for limit in weighed.limits:
                known = likeliest.get(limit.category, 0.0)
                likeliest[limit.category] = max(known, limit.chance)
    return likeliest


@cache
def _reading(kind: str) -> tuple[DecisionRule, ...]:
    """Return the rules that clauses of a kind may satisfy."""
    return tuple(rule for rule in decision_rules().values() if kind in rule.reads)


@cache
def _nothing_found() -> dict[str, Finding]:
    return {id_: Finding(rule, 0.0) for id_, rule in decision_rules().items()}


def _only_adds(evidence: Evidence, notices: Notices) -> bool:
    """Tell an exception that adds a right: its bans limit what it adds, not what others grant."""
    if "exception" not in notices.signals or not evidence.of(_ADDED):
        return False
    return bool(notices.mentions) or "free-linking" in notices.signals


def _yielding(finding: Finding, grants: Grants, eased: float) -> Finding:
    """Weaken a finding by the grants that it yields to, a ban also by what eases bans."""
    left = finding.strength
    if not left:
        return finding
    for name in finding.rule.yields:
        left *= 1.0 - getattr(grants, name).strength
    for name in finding.rule.needs:
        left *= getattr(grants, name).strength
    if finding.rule.category in _RESTRICTIVE:
        left *= eased
    return msgspec.structs.replace(finding, strength=left)


def _apply(rule: DecisionRule, evidence: Evidence, signals: Signals, grants: Grants) -> Finding:
    if signals.any_of(rule.never) or not all(name in signals for name in rule.when):
        return _nothing_found()[rule.id]
    shown = [
        weighed
        for weighed in evidence.of(rule.reads)
        if _concerns(rule, weighed.clause) and _says(rule, weighed)
    ]
    if not shown:
        return _nothing_found()[rule.id]
    strength = together(
        max(weighed.weight, weighed.limit(rule.category))
        * rule.weight
        * _left(rule, weighed, grants)
        for weighed in shown
    )
    return Finding(rule, strength, ids(shown))


def _left(rule: DecisionRule, weighed: Weighed, grants: Grants) -> float:
    """Return what grants leave of one ban; of a flat, main one all: it contradicts them.

    "Except as allowed here" bars what is not granted; a ban said in passing, or one whose own words
    narrow the act, leaves the main grant of the act standing.
    """
    if rule.saved_by and weighed.shows_any(rule.saves):
        return float(1.0 - getattr(grants, rule.saved_by).strength)
    if not rule.side_yields or (weighed.clause.main and not weighed.shows_any(rule.bounds)):
        return 1.0
    granted = max(getattr(grants, name).strength for name in rule.side_yields)
    return 1.0 - (_BESIDE * granted if granted >= _GRANTED else 0.0)


def _says(rule: DecisionRule, weighed: Weighed) -> bool:
    """Tell whether a clause shows the cues of a rule, or comes to its category without them.

    Cues against it count unless what was learnt is nearly sure.
    """
    limit = weighed.limit(rule.category)
    if rule.yields_to and weighed.limit(rule.yields_to) > limit:
        return False
    wanted = weighed.shows_all(rule.wants) or (rule.limit and limit >= LEARNT)
    return wanted and (limit >= OVERRULES or not _excused(rule, weighed))


def _excused(rule: DecisionRule, weighed: Weighed) -> bool:
    """Tell whether cues against a rule show; each limb that names the act needs one of its own."""
    if not weighed.shows_any(rule.unless):
        return False
    parts = limbs(weighed.low) if rule.limb else ()
    own = [shown for shown in map(Shown, parts) if rule.limb and shown[rule.limb]]
    return all(any(map(shown.__getitem__, rule.unless)) for shown in own)


def _concerns(rule: DecisionRule, clause: Clause) -> bool:
    if rule.holders:
        return clause.holder in rule.holders
    return clause.modality != "obligation" or clause.holder != "licensor"
