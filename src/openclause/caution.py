"""What keeps a decision humble: a text in another language, a license that stands elsewhere.

In: a decision and what it rests on. Out: the decision with less confidence or with a person's
review asked for, and warnings. Nothing here makes a text more open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from openclause.clauses import Clause
from openclause.documents import language
from openclause.grants import GRANTING
from openclause.messages import message
from openclause.notices import Mention, Notices, named_category
from openclause.openness import Openness, Part, Reason, with_category
from openclause.strays import is_bare_code
from openclause.taxonomy import NOT_A_LICENSE, categories

# `und` is a text too short to tell.
SUPPORTED_LANGUAGES = ("en", "und")
# What is left of a guess about a text that cannot be read.
_LEFT = 0.35
# How sure a license is that stands elsewhere without a name, and one that is named.
_ELSEWHERE, _NAMED = 0.6, 0.9
_SURE = 0.5


def english(clauses: Sequence[Clause], spoken: str) -> tuple[Clause, ...]:
    """Return the clauses that can be believed: in a foreign text, only those in English."""
    if spoken in SUPPORTED_LANGUAGES:
        return tuple(clauses)
    return tuple(clause for clause in clauses if language(clause.text) == "en")


def foreign(openness: Openness, spoken: str, clauses: Sequence[Clause]) -> Openness:
    """Ask for a review of a text that is not in English, and make little of the guess."""
    if spoken in SUPPORTED_LANGUAGES:
        return openness
    even = (1.0 - _LEFT) / len(categories())
    shares = {
        name: round(_LEFT * share + even, 4) for name, share in openness.probabilities.items()
    }
    said = openness.reasons
    if not clauses:
        said = (Reason("other-language", message("reason.other-language"), ()),)
    return msgspec.structs.replace(
        openness,
        probabilities=shares,
        confidence=shares[openness.category],
        needs_review=True,
        reasons=said,
    )


def elsewhere(openness: Openness, notices: Notices, clauses: Sequence[Clause]) -> Openness:
    """Decide a notice that reserves all rights, or sends to a license which it does not name."""
    if any(_grants(clause) for clause in clauses) or not _names_none(notices):
        return openness
    rule = "unnamed-license" if "elsewhere" in notices.signals else "rights-reserved"
    return msgspec.structs.replace(
        with_category(openness, "proprietary", _ELSEWHERE),
        needs_review=True,
        reasons=(Reason(rule, message(f"reason.{rule}"), ()),),
        by_reference=rule == "unnamed-license",
        parts=(),
    )


def _names_none(notices: Notices) -> bool:
    return (
        not notices.mentions
        and not notices.signals.any_of(("waiver", "public-domain", "addendum"))
        and notices.signals.any_of(("elsewhere", "reserved"))
    )


def _grants(clause: Clause) -> bool:
    granted = clause.modality == "permission" and clause.term in GRANTING
    return granted and clause.main and clause.confidence >= _SURE


def named(openness: Openness, notices: Notices, clauses: Sequence[Clause]) -> Openness:
    """Be sure of a license that is named beyond doubt, and list the licenses of a notice once."""
    if not openness.by_reference:
        return msgspec.structs.replace(openness, parts=())
    openness = msgspec.structs.replace(openness, parts=tuple(_listed(notices)))
    doubtful = notices.unknown or not all(_certain(one, notices) for one in notices.mentions)
    restricting = any(clause.main and clause.restricts for clause in clauses)
    same = openness.category == named_category(notices.mentions, notices)
    if doubtful or restricting or not same or openness.confidence >= _NAMED:
        return openness
    sure = with_category(openness, openness.category, _NAMED)
    return msgspec.structs.replace(sure, needs_review=False)


def _certain(mention: Mention, notices: Notices) -> bool:
    return mention.id is not None or notices.expression is not None


def _listed(notices: Notices) -> Iterator[Part]:
    """Yield the licenses that a notice names, if they are of several categories."""
    once = _once(notices)
    if len({one.category for one in once}) > 1:
        yield from (Part(one.start, one.end, one.category) for one in once)


def _once(notices: Notices) -> tuple[Mention, ...]:
    """Return the licenses that are named, each once, one of a category that no id tells."""
    known = {mention.category for mention in notices.mentions if mention.id}
    once: dict[str, Mention] = {}
    for one in notices.mentions:
        if one.id or one.category not in known:
            once.setdefault(one.id or one.category, one)
    return tuple(once.values())


def stray(openness: Openness, text: str) -> Openness:
    """Take a program that says nothing of rights for no license, whatever it says to its users."""
    if openness.category == NOT_A_LICENSE or not is_bare_code(text):
        return openness
    return msgspec.structs.replace(
        with_category(openness, NOT_A_LICENSE, _ELSEWHERE),
        needs_review=False,
        reasons=(Reason("bare-code", message("reason.bare-code"), ()),),
        addendum=False,
        by_reference=False,
        parts=(),
    )


def unknown(openness: Openness, notices: Notices) -> Openness:
    """Ask for a review where identifiers were given that nobody knows."""
    if not notices.unknown or openness.category == NOT_A_LICENSE:
        return openness
    return msgspec.structs.replace(openness, needs_review=True)


def warnings(openness: Openness, notices: Notices, spoken: str) -> Iterator[str]:
    """Yield what the reader should know of a decision."""
    if spoken not in SUPPORTED_LANGUAGES:
        yield message("warning.language", language=spoken)
    if notices.unknown:
        yield message("warning.unknown-id", ids=", ".join(notices.unknown))
    if openness.by_reference and notices.mentions:
        ids = ", ".join(one.id or one.name for one in _once(notices))
        yield message("warning.by-reference", ids=ids)
