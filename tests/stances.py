"""Stances of little licences of our own, with the clauses that a reader finds in them."""

from __future__ import annotations

import msgspec
from builders import analysis, clause, openness

from openclause.comparison.passing import decide
from openclause.comparison.stances import Stance
from openclause.identity import Match

GRANT = "You may change the work and distribute changed versions."
KEEP = "You must keep the copyright notice."
SHARE = "Changed versions must come under this License."
BAR = "You may not impose any further restrictions on recipients."
LITIGATE = "Whoever sues over patents in the work loses all rights."
LAW = "The law of Ruritania governs this License."
RESEARCH = "You may not use the work for commercial purposes."
WEAPONS = "You may not use the work to build weapons."
BOMBS = "You may not use the work to build bombs."
BIND = "You must bind recipients to these restrictions."
VERBATIM = "You may not distribute changed versions."
SOURCE = "You must make the source of changed versions available."

EFFECTS = {
    GRANT: ("distribute-derivatives", "permission"),
    KEEP: ("include-copyright", "obligation"),
    SHARE: ("share-alike", "obligation"),
    LITIGATE: ("patent-retaliation", "prohibition"),
    LAW: ("governing-law", "obligation"),
    RESEARCH: ("commercial-use", "prohibition"),
    WEAPONS: ("field-of-use", "prohibition"),
    BOMBS: ("field-of-use", "prohibition"),
    BIND: ("flow-down", "obligation"),
    VERBATIM: ("distribute-derivatives", "prohibition"),
    SOURCE: ("disclose-source", "obligation"),
}


def stance(title, *said, category="permissive", edition=None, match=None, **info):
    """Return the stance of a license that says some sentences below its title."""
    text = "\n".join([title, "", *said, ""])
    clauses = [
        clause(*EFFECTS[words], start=text.index(words), text=words)
        for words in said
        if words in EFFECTS
    ]
    matches = () if match is None else (match,)
    read = analysis(*clauses, category=category, identification=matches)
    flags = {name: info.pop(name) for name in ("addendum", "by_reference", "parts") if name in info}
    read = msgspec.structs.replace(
        read,
        openness=openness(category, *clauses[:1], **flags),
        document=msgspec.structs.replace(read.document, **{"title": title, **info}),
    )
    return Stance(read, text, label=title, edition=edition)


def near(name):
    """Return a match that is not exact."""
    return Match(id="x", spdx_id=None, name=name, similarity=0.9, exact=False)


def rules(a, b):
    """Return the verdict and the rules that speak for it."""
    verdict, grounds = decide(a, b)
    return verdict, [one.rule for one in grounds if one.weight in (verdict, "unclear")]
