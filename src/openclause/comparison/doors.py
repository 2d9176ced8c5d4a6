"""The doors that a license leaves open to another: later versions, and licenses that it names.

In: two stances. Out: `Ground` records: `allowed` where a door is open, `unclear` where a notice or
a list outside the text decides, notes where it is shut.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from openclause.comparison.editions import is_later, names
from openclause.comparison.grounds import ground
from openclause.comparison.records import Ground
from openclause.comparison.stances import Stance


def doors(a: Stance, b: Stance) -> tuple[Ground, ...]:
    """Return what A says of being passed on under B by name, version or list."""
    found = [*_later(a, b), *_named(a, b), *_equivalent(a, b)]
    if not any(one.weight in ("allowed", "unclear") for one in found):
        found += _listed(a, b)
    if b.altered and any(one.weight == "allowed" for one in found):
        return (*map(_doubted, found), ground("altered", "unclear", a, b))
    return tuple(found)


def _doubted(one: Ground) -> Ground:
    """Let a door that is open to the real license open nothing to one that only bears its name."""
    return msgspec.structs.replace(one, weight="note") if one.weight == "allowed" else one


def _later(a: Stance, b: Stance) -> Iterator[Ground]:
    if not is_later(a.title, b.title):
        return
    direct, by_notice = a.sign("later"), a.sign("later-by-notice", "notice-later")
    if direct and a.edition != "only":
        yield ground("later-version", "allowed", a, b, said=(direct, ()))
    elif by_notice and a.edition == "or-later":
        yield ground("later-version", "allowed", a, b, said=(by_notice, ()))
    elif by_notice and a.edition == "only":
        yield ground("only-by-notice", "note", a, b, said=(by_notice, ()))
    elif by_notice:
        yield ground("later-by-notice", "unclear", a, b, said=(by_notice, ()))


def _named(a: Stance, b: Stance) -> Iterator[Ground]:
    for sentence in a.signs.get("named", ()):
        if names(a.with_definitions(sentence), b.title):
            said = (a.quote([sentence]), ())
            if a.sign("needs-notice"):
                yield ground("named-by-notice", "unclear", a, b, said=said)
            else:
                yield ground("named-license", "allowed", a, b, said=said)
            return


def _equivalent(a: Stance, b: Stance) -> Iterator[Ground]:
    shown = a.sign("equivalent")
    source = b.clauses(["disclose-source"], "obligation")
    if shown and source and b.copyleft and not b.limited:
        yield ground("equivalent", "allowed", a, b, said=(shown, b.share_alike + b.quote(source)))


def _listed(a: Stance, b: Stance) -> Iterator[Ground]:
    """Doubt where a list elsewhere decides: one of equivalents holds only what limits alike.

    An earlier version of A itself is on no such list: A says which of its versions may be taken.
    """
    shown = a.sign("listed")
    alike = a.limited == b.limited or not a.sign("listed-equivalent")
    if shown and alike and b.copyleft and not is_later(b.title, a.title):
        yield ground("listed", "unclear", a, b, said=(shown, b.share_alike))
