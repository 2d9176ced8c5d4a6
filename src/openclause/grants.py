"""What a text grants: distribution, change and linking, by clauses, by a name or by a waiver.

In: `Evidence` and `Notices`. Out: `Grants`, each as how surely the act is granted. What is not
granted is withheld, but an act that other clauses presuppose counts as implied. What follows for
the category is `openness`' business.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from openclause.evidence import SHOWN, Evidence, Weighed, either, ids
from openclause.notices import Mention, Notices, named_category
from openclause.taxonomy import categories, mildest

# A notice is shorter than this many characters: it is about the license that it names.
NOTICE = 3500
# Where this much was read in a long text, a license named in passing grants nothing.
_READ_THROUGH = 0.9
# What a text says of itself by a dedication or a waiver, and what a license that it names grants.
_SAID, _SAID_OF_A_PART, _NAMED = 0.9, 0.2, 0.85
# A grant that is no main one is mostly about a part or another work.
_ASIDE = 0.5
# A permission whose sentence names another act: one verb of a list may have been missed.
_INLINE = 0.8
# Words of a grant somewhere in the text, from which no clause was read.
_IN_PASSING, _IN_A_NOTICE = 0.35, 0.5

# What is left of an implied grant where a ban on the act was read as well.
_DOUBTED = 0.7

_ACTS = ("use/permission", "modify/permission", "distribute/permission")
# What grants an act: term/modality and how far it goes.
_Kinds = dict[str, float]
_DISTRIBUTES: _Kinds = {"distribute/permission": 1.0, "distribute-derivatives/permission": 1.0}
_MODIFIES: _Kinds = {"modify/permission": 1.0, "distribute-derivatives/permission": 0.9}
_CHANGED_COPIES: _Kinds = {"distribute-derivatives/permission": 1.0}
_LINKS: _Kinds = {"link/permission": 1.0}
_PRESUPPOSES_COPIES: _Kinds = {
    "sell/permission": 0.7,
    "sublicense/permission": 0.5,
    "link/permission": 0.4,
    "share-alike/obligation": 0.6,
    "disclose-source/obligation": 0.5,
    "flow-down/obligation": 0.4,
    "relicense/permission": 0.4,
    "include-license/obligation": 0.5,
    "include-copyright/obligation": 0.5,
    "include-notice/obligation": 0.4,
}
_PRESUPPOSES_CHANGES: _Kinds = {
    "share-alike/obligation": 0.7,
    "state-changes/obligation": 0.6,
    "naming/obligation": 0.5,
    "relicense/permission": 0.3,
    "disclose-source/obligation": 0.4,
}


class Grant(msgspec.Struct, frozen=True):
    """How surely an act is granted, and by what.

    `own` counts clauses of the text, `explicit` also a license that it names, `waived` a waiver
    of all rights, `implied` what presupposes the act.
    """

    own: float = 0.0
    explicit: float = 0.0
    implied: float = 0.0
    waived: float = 0.0
    clauses: tuple[str, ...] = ()

    @property
    def said(self) -> bool:
        """Whether the act is granted in so many words."""
        return max(self.explicit, self.waived) >= SHOWN

    @property
    def strength(self) -> float:
        """The chance that the act is granted at all."""
        return either(self.explicit, self.implied, self.waived)


class Grants(msgspec.Struct, frozen=True):
    """What is granted; `named` is the category of the license that the text names, if it counts."""

    distribution: Grant
    modification: Grant
    changed_copies: Grant
    linking: Grant
    named: str | None


def read_grants(evidence: Evidence, notices: Notices) -> Grants:
    """Weigh what a text grants."""
    copies = _own(evidence, _DISTRIBUTES, unless=("to-licensor-or-inside", "listed-parts"))
    changes = _own(evidence, _MODIFIES, unless=("license-text",))
    named = _named(evidence, notices, min(copies.own, changes.own))
    return Grants(
        distribution=_completed(
            copies,
            notices,
            named=_granted_by(named, "no-derivatives"),
            implied=_doubt(evidence, ("distribute/prohibition",))
            * either(
                _presupposed(evidence, _PRESUPPOSES_COPIES, "redistributes"),
                _inline(evidence, "passes-on"),
                _in_passing("distribution-words", notices, evidence.of(_DISTRIBUTES)),
            ),
        ),
        modification=_completed(
            changes,
            notices,
            named=_granted_by(named, "non-commercial"),
            implied=_doubt(evidence, ("modify/prohibition", "reverse-engineer/prohibition"))
            * either(
                _presupposed(evidence, _PRESUPPOSES_CHANGES, "changes-things"),
                _inline(evidence, "changes-things"),
                _in_passing("modification-words", notices, evidence.of(_MODIFIES)),
            ),
        ),
        changed_copies=_changed_copies(evidence),
        linking=_own(evidence, _LINKS, wants="free-linking"),
        named=named,
    )


def dedicated(notices: Notices) -> float:
    """Return how surely the text waives all rights or gives them to the public domain."""
    if "waiver" in notices.signals:
        return _SAID
    if "public-domain" not in notices.signals:
        return 0.0
    whole = "part-public-domain" not in notices.signals and notices.length < NOTICE
    return _SAID if whole else _SAID_OF_A_PART


def _own(
    evidence: Evidence, kinds: _Kinds, *, unless: tuple[str, ...] = (), wants: str | None = None
) -> Grant:
    shown = [
        weighed
        for weighed in evidence.of(kinds)
        if weighed.clause.holder != "licensor"
        and not weighed.shows_any(unless)
        and (wants is None or weighed.shows(wants))
    ]
    strength = either(
        *(weighed.clause.confidence * _share(kinds, weighed) * _place(weighed) for weighed in shown)
    )
    return Grant(own=strength, explicit=strength, clauses=ids(shown))


def _share(kinds: _Kinds, weighed: Weighed) -> float:
    return kinds[f"{weighed.clause.term}/{weighed.clause.modality}"]


def _place(weighed: Weighed) -> float:
    return 1.0 if weighed.clause.main else _ASIDE


def _completed(own: Grant, notices: Notices, *, named: float, implied: float) -> Grant:
    return Grant(own.own, either(own.own, named), implied, dedicated(notices), own.clauses)


def _granted_by(named: str | None, least: str) -> float:
    """Return how surely a named license grants an act that all up to a category grant."""
    if named is None:
        return 0.0
    rank, limit = categories()[named].rank, categories()[least].rank
    return _NAMED if rank is not None and limit is not None and rank <= limit else 0.0


def _presupposed(evidence: Evidence, kinds: _Kinds, cue: str) -> float:
    return either(
        *(
            weighed.weight * _share(kinds, weighed)
            for weighed in evidence.of(kinds)
            if weighed.shows(cue) and not weighed.shows("negated")
        )
    )


def _inline(evidence: Evidence, cue: str) -> float:
    hides = ("negated", "unchanged-only", "to-licensor-or-inside", "listed-parts")
    return either(
        *(
            _INLINE * weighed.clause.confidence * _place(weighed)
            for weighed in evidence.of(_ACTS)
            if weighed.clause.holder == "recipient"
            and weighed.shows(cue)
            and not weighed.shows_any(hides)
        )
    )


def _doubt(evidence: Evidence, kinds: Iterable[str]) -> float:
    """Return what is left of an implied grant beside a ban, however narrow, on the same act."""
    return _DOUBTED if any(True for _ in evidence.of(kinds)) else 1.0


def _in_passing(signal: str, notices: Notices, read: Iterable[Weighed]) -> float:
    """Weigh words of a grant, unless clauses were read, whatever they grant, that explain them."""
    if signal not in notices.signals or any(True for _ in read):
        return 0.0
    return _IN_PASSING if notices.length > NOTICE else _IN_A_NOTICE


def _changed_copies(evidence: Evidence) -> Grant:
    """Weigh what lets changed copies out: said so, or change and distribution in one sentence."""
    own = _own(evidence, _CHANGED_COPIES)
    changed = {(w.clause.start, w.clause.end) for w in evidence.of(("modify/permission",))}
    together = (
        weighed.weight
        for weighed in evidence.of(("distribute/permission",))
        if (weighed.clause.start, weighed.clause.end) in changed
    )
    return msgspec.structs.replace(own, implied=either(*together))


def _named(evidence: Evidence, notices: Notices, own: float) -> str | None:
    """Return the category of the named license, where the name counts.

    A short text is about what it names; in a long one, or beside a choice and grants of its own,
    a name counts where a grant names it. An exception frees those who link only from a license
    that binds them, named or not.
    """
    if {"exception", "free-linking"} <= notices.signals:
        named = named_category(notices.mentions, notices) or "weak-copyleft"
        return mildest((named, "weak-copyleft"))
    if naming := _naming(evidence, notices):
        return named_category(naming, notices)
    long = notices.length > NOTICE
    if own >= SHOWN and (long or "choice" in notices.signals):
        return None
    if long and evidence.presence >= _READ_THROUGH:
        return None
    return named_category(notices.mentions, notices)


def _naming(evidence: Evidence, notices: Notices) -> tuple[Mention, ...]:
    """Return the licenses that a grant names: "licensed under X" is a grant by name."""
    if not notices.mentions:
        return ()
    granting = [
        weighed
        for weighed in evidence.of(_ACTS)
        if weighed.clause.main
        and weighed.clause.confidence >= SHOWN
        and weighed.clause.holder != "licensor"
    ]
    return tuple(
        mention
        for mention in notices.mentions
        if any(_names(weighed, mention) for weighed in granting)
    )


def _names(weighed: Weighed, mention: Mention) -> bool:
    """Tell whether a clause holds a name, or says it again by its first words."""
    if weighed.clause.start <= mention.start < weighed.clause.end:
        return True
    first = mention.name.lower().split()[:2]
    return len(first) > 1 and " ".join(first) in weighed.low
