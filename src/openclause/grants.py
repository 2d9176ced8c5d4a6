"""What a text grants: distribution, change and linking, by clauses, by a name or by a waiver.

In: `Evidence` and `Notices`. Out: `Grants`, each as how surely the act is granted. What is not
granted is withheld, but an act that other clauses presuppose counts as implied. What follows for
the category is `openness`' business.

The weights are judgements of what wording implies, made on texts in view and kept where verdicts
got better by them. No single one and no table as a whole, moved by 0.2, makes more than one of
2,433 verdicts on labelled clauses right (`benchmarks/grants.py`); what they are worth beside all
else is learnt by `weighing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from openclause.evidence import SHOWN, Evidence, Weighed, either, ids, together
from openclause.governing import NOTICE
from openclause.named_license import ACTS, named_license
from openclause.notices import Notices
from openclause.taxonomy import categories

# A permission of one of these terms lets something be done with the work.
GRANTING = frozenset({"use", "distribute", "modify", "distribute-derivatives", "commercial-use"})
# What a text says of itself by a dedication or a waiver, and what a license that it names grants.
_SAID, _SAID_OF_A_PART, _NAMED = 0.9, 0.2, 0.85
# A grant that is no main one is mostly about a part or another work.
_ASIDE = 0.5
# A permission whose sentence names another act: one verb of a list may have been missed.
_INLINE = 0.8
# Words of a grant somewhere in the text, from which no clause was read.
_IN_PASSING, _IN_A_NOTICE = 0.35, 0.4

# What is left of an implied grant where a ban on the act was read as well.
_DOUBTED = 0.7
# What grants an act: term/modality and how far it goes.
_Kinds = dict[str, float]
_DISTRIBUTES: _Kinds = {"distribute/permission": 1.0, "distribute-derivatives/permission": 1.0}
_MODIFIES: _Kinds = {"modify/permission": 1.0, "distribute-derivatives/permission": 0.9}
_CHANGED_COPIES: _Kinds = {"distribute-derivatives/permission": 1.0}
_LINKS: _Kinds = {"link/permission": 1.0, "share-alike/permission": 1.0}
_RELICENSES: _Kinds = {"relicense/permission": 1.0}
_SHARES: _Kinds = {"share-alike/obligation": 1.0}
_COMMERCE: _Kinds = {"commercial-use/permission": 1.0}
_EXCEPTS: _Kinds = {
    "link/permission": 1.0,
    "relicense/permission": 1.0,
    "share-alike/permission": 0.9,
    "disclose-source/permission": 0.8,
}
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
# Words in an exception that free other works, from which no clause was read.
_EXCEPTED = 0.85
# What an exception or an addendum leaves to the license that it goes with.
_PRESUMED = 0.75
_ADDS = ("patent-grant/permission", "patent-grant/obligation", "ownership/obligation")
_NOT_COPIES = ("to-licensor-or-inside", "listed-parts", "not-the-work")
_NOT_THE_WORK = ("license-text", "listed-parts", "technical-change", "not-the-work")
_INSIDE = ("own-product", "in-own-product")
_NOT_PLAIN = (*_INSIDE, "listed-parts")
_GIVES = ("distribute/permission", "ownership/permission")
# Leave to use the work in any way whatever is leave to pass it on and to change it.
_FREE_HAND: _Kinds = {
    "use/permission": 0.8,
    "commercial-use/permission": 0.7,
    "modify/permission": 0.7,
    "link/permission": 0.6,
    "patent-grant/permission": 0.7,
}
# Leave to use, however free, covers use; it says little about change.
_FREE_CHANGE: _Kinds = {**_FREE_HAND, "use/permission": 0.3, "commercial-use/permission": 0.3}
_FREE_USE: _Kinds = {"use/permission": 0.8, "commercial-use/permission": 0.7}
_FREE_HAND_OF_A_PART = 0.5
# Leave to put the work into one's own product is leave to pass it on within that.
_INCLUDES: _Kinds = {
    "distribute/permission": 1.0,
    "distribute-derivatives/permission": 1.0,
    "sublicense/permission": 0.8,
    "link/permission": 0.9,
    "use/permission": 0.7,
}
_PRESUPPOSES_CHANGES: _Kinds = {
    "include-license/obligation": 0.6,
    "include-copyright/obligation": 0.6,
    "include-notice/obligation": 0.6,
    "attribution/obligation": 0.6,
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


_NO_GRANT = Grant()


class Grants(msgspec.Struct, frozen=True):
    """What is granted; `named` is the category of the license that the text names, if it counts."""

    distribution: Grant
    modification: Grant
    changed_copies: Grant
    plain_copies: Grant
    loose_copies: Grant
    free_use: Grant
    own_product: Grant
    commerce: Grant
    linking: Grant
    own_terms: Grant
    own_scope: Grant
    open_choice: Grant
    waived: float
    presumed: float
    named: str | None


def read_grants(evidence: Evidence, notices: Notices) -> Grants:
    """Weigh what a text grants."""
    copies = _own(evidence, _DISTRIBUTES, unless=_NOT_COPIES)
    changes = _own(evidence, _MODIFIES, unless=_NOT_THE_WORK)
    linking = _linking(evidence, notices)
    named = named_license(evidence, notices, min(copies.own, changes.own), linking.strength)
    waived = _dedicated(evidence, notices)
    inclusion = _own(evidence, _INCLUDES, unless=("listed-parts",), wants=_INSIDE)
    implied_copies = _implied_copies(evidence, notices, inclusion)
    implied_changes = _implied_changes(evidence, notices)
    plain = _own(evidence, _DISTRIBUTES, unless=_NOT_PLAIN)
    copying, changing = (
        _granted_by(named, least) for least in ("no-derivatives", "non-commercial")
    )
    return Grants(
        distribution=_completed(copies, waived, named=copying, implied=implied_copies),
        modification=_completed(changes, waived, named=changing, implied=implied_changes),
        changed_copies=_changed_copies(evidence),
        plain_copies=_completed(plain, waived, named=copying, implied=0.0),
        loose_copies=_own(evidence, _DISTRIBUTES, unless=(*_NOT_PLAIN, "unchanged-only")),
        free_use=Grant(implied=_free_hand(evidence, notices, _FREE_USE)),
        own_product=inclusion,
        commerce=_own(evidence, _COMMERCE, unless=("commerce-aside",)),
        linking=linking,
        own_terms=_own(evidence, _RELICENSES, wants=("own-terms",), unless=("later-version",)),
        own_scope=_own(evidence, _SHARES, wants=("file-scope",), unless=("whole-scope",)),
        open_choice=_open_choice(named, notices),
        waived=waived,
        presumed=_presumed(evidence, notices),
        named=named,
    )


def _implied_copies(evidence: Evidence, notices: Notices, inclusion: Grant) -> float:
    """Weigh what presupposes that copies may be passed on."""
    return _doubt(evidence, ("distribute/prohibition",)) * either(
        _free_hand(evidence, notices, _FREE_HAND),
        inclusion.strength,
        _presupposed(evidence, _PRESUPPOSES_COPIES, "redistributes"),
        _inline(evidence, "passes-on"),
        _in_passing("distribution-words", notices, evidence.of(_DISTRIBUTES)),
    )


def _implied_changes(evidence: Evidence, notices: Notices) -> float:
    """Weigh what presupposes that the work may be changed."""
    free = _free_hand(evidence, notices, _FREE_CHANGE)
    unlimited = _free_hand(evidence, notices, _FREE_HAND, "no-limits")
    return _doubt(evidence, ("modify/prohibition",)) * either(
        max(free, unlimited),
        _presupposed(evidence, _PRESUPPOSES_CHANGES, "changes-things"),
        _inline(evidence, "changes-things"),
        _in_passing("modification-words", notices, evidence.of(_MODIFIES)),
    )


def _open_choice(named: str | None, notices: Notices) -> Grant:
    """Weigh a choice with a named open license in it: the other way may cost, this one does not."""
    offered = _granted_by(named, "strong-copyleft")
    return Grant(explicit=offered if offered and "choice" in notices.signals else 0.0)


def _dedicated(evidence: Evidence, notices: Notices) -> float:
    """Return how surely the text waives all rights or gives them to the public domain."""
    if "waiver" in notices.signals:
        return _SAID
    if notices.length < NOTICE and any(_dedicates(each) for each in evidence.of(_GIVES)):
        return _SAID
    if "public-domain" not in notices.signals:
        return 0.0
    whole = "part-public-domain" not in notices.signals and notices.length < NOTICE
    return _SAID if whole else _SAID_OF_A_PART


def _presumed(evidence: Evidence, notices: Notices) -> float:
    """Return how surely the rights come from another text that this one goes with."""
    if notices.signals.any_of(("exception", "policy-title")):
        return _PRESUMED
    adds = any(each.clause.main and each.trust >= SHOWN for each in evidence.of(_ADDS))
    return _PRESUMED if adds and "addendum" in notices.signals else 0.0


def _dedicates(weighed: Weighed) -> bool:
    clause = weighed.clause
    return clause.main and weighed.trust >= SHOWN and weighed.shows("dedication")


def _own(
    evidence: Evidence, kinds: _Kinds, *, unless: tuple[str, ...] = (), wants: tuple[str, ...] = ()
) -> Grant:
    shown = [
        weighed
        for weighed in evidence.of(kinds)
        if weighed.clause.holder != "licensor"
        and (not wants or weighed.shows_any(wants))
        and not weighed.shows_any((*unless, "withheld"))
    ]
    if not shown:
        return _NO_GRANT
    strength = together(
        weighed.trust * _share(kinds, weighed) * _place(weighed) for weighed in shown
    )
    return Grant(own=strength, explicit=strength, clauses=ids(shown))


def _share(kinds: _Kinds, weighed: Weighed) -> float:
    return kinds[f"{weighed.clause.term}/{weighed.clause.modality}"]


def _place(weighed: Weighed) -> float:
    return 1.0 if weighed.clause.main else _ASIDE


def _completed(own: Grant, waived: float, *, named: float, implied: float) -> Grant:
    return Grant(own.own, either(own.own, named), implied, waived, own.clauses)


def _granted_by(named: str | None, least: str) -> float:
    """Return how surely a named license grants an act that all up to a category grant."""
    if named is None:
        return 0.0
    rank, limit = categories()[named].rank, categories()[least].rank
    return _NAMED if rank is not None and limit is not None and rank <= limit else 0.0


def _presupposed(evidence: Evidence, kinds: _Kinds, cue: str) -> float:
    return together(
        weighed.weight * _share(kinds, weighed)
        for weighed in evidence.of(kinds)
        if weighed.shows(cue) and not weighed.shows("negated")
    )


def _linking(evidence: Evidence, notices: Notices) -> Grant:
    """Weigh what lets works under other terms be joined to this one."""
    evidence = _unbarred(evidence)
    free = _own(evidence, _LINKS, wants=("free-linking",), unless=("narrow-link",))
    if "exception" not in notices.signals:
        return free
    if "floss-only" in notices.signals:
        return Grant()
    excepted = _own(evidence, _EXCEPTS, wants=("free-exception",), unless=("narrow-link",))
    implied = _EXCEPTED if _frees_by_words(evidence, notices) else 0.0
    return max(free, excepted, Grant(implied=implied), key=lambda grant: grant.strength)


def _frees_by_words(evidence: Evidence, notices: Notices) -> bool:
    """Tell whether an exception frees works by its name, or by words that no clause narrows."""
    read = evidence.of(_LINKS)
    if not read:
        return notices.signals.any_of(("free-linking", "named-exception"))
    narrow = all(weighed.shows("narrow-link") for weighed in read)
    return not narrow and "free-linking" in notices.signals


def _unbarred(evidence: Evidence) -> Evidence:
    """Leave out leave to link whose own sentence also forbids to."""
    barred = {(w.clause.start, w.clause.end) for w in evidence.of(("link/prohibition",))}
    if not barred:
        return evidence
    free = [
        weighed
        for weighed in evidence.of(("link/permission",))
        if (weighed.clause.start, weighed.clause.end) not in barred
    ]
    return Evidence(evidence.kinds | {"link/permission": free}, evidence.presence)


def _free_hand(
    evidence: Evidence, notices: Notices, kinds: _Kinds, cue: str = "free-hand"
) -> float:
    """Weigh leave to do as one likes; in a long text it is about a part."""
    return (_FREE_HAND_OF_A_PART if notices.length > NOTICE else 1.0) * together(
        weighed.trust * _share(kinds, weighed)
        for weighed in evidence.of(kinds)
        if weighed.shows(cue) and not weighed.shows_any(("only-research", "negated"))
    )


def _inline(evidence: Evidence, cue: str) -> float:
    hides = ("negated", "unchanged-only", "to-licensor-or-inside", "listed-parts", "not-the-work")
    return together(
        _INLINE * weighed.trust * _place(weighed)
        for weighed in evidence.of(ACTS)
        if weighed.clause.holder == "recipient"
        and weighed.shows(cue)
        and not weighed.shows_any(hides)
    )


def _doubt(evidence: Evidence, kinds: Iterable[str]) -> float:
    """Return what is left of an implied grant beside a ban, however narrow, on the same act."""
    return _DOUBTED if evidence.of(kinds) else 1.0


def _in_passing(signal: str, notices: Notices, read: Sequence[Weighed]) -> float:
    """Weigh words of a grant, unless clauses were read, whatever they grant, that explain them."""
    if read or signal not in notices.signals:
        return 0.0
    return _IN_PASSING if notices.length > NOTICE else _IN_A_NOTICE


def _changed_copies(evidence: Evidence) -> Grant:
    """Weigh what lets changed copies out: said so, or change and distribution in one sentence."""
    own = _own(evidence, _CHANGED_COPIES)
    changed = {(w.clause.start, w.clause.end) for w in evidence.of(("modify/permission",))}
    weights = (
        weighed.weight
        for weighed in evidence.of(("distribute/permission",))
        if (weighed.clause.start, weighed.clause.end) in changed
    )
    return msgspec.structs.replace(own, implied=together(weights))
