"""Whether a derivative of one license may be passed on under another, from the clauses of both.

In: two stances. Out: the verdict with its grounds. No license's name decides: only what its own
text grants, asks, limits and opens, against what the other grants, asks and bars.

References
----------
The grounds follow the published reasoning of the FSF (various licenses and comments about them),
of Mozilla (MPL 2.0 FAQ) and of Creative Commons (ShareAlike compatibility); see docs/compare.md.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from openclause.clauses import Clause
from openclause.comparison.doors import doors
from openclause.comparison.editions import is_same, names
from openclause.comparison.grounds import ground
from openclause.comparison.records import Ground, Span, Verdict, Weight
from openclause.comparison.signs import Burden, rules
from openclause.comparison.stances import Stance
from openclause.fingerprints import Sentence
from openclause.wording import normal_form


def decide(a: Stance, b: Stance) -> tuple[Verdict, tuple[Ground, ...]]:
    """Return whether a derivative of A may be passed on under B, and why."""
    grounds = tuple(_grounds(a, b))
    order = {"not": 0, "unclear": 1, "allowed": 2, "note": 3}
    grounds = tuple(sorted(grounds, key=lambda one: order[one.weight]))
    weights = {one.weight for one in grounds}
    if "not" in weights:
        return "not", grounds
    return ("unclear" if "unclear" in weights or "allowed" not in weights else "allowed"), grounds


def _grounds(a: Stance, b: Stance) -> Iterator[Ground]:
    first = [*_unread(a, b)] or [*_withheld(a, b)] or [*_same(a, b)]
    if first:
        yield from first
        return
    found = doors(a, b)
    yield from found
    if any(one.weight in ("allowed", "unclear") for one in found):
        return
    if a.withheld and not a.copyleft:
        yield ground("withheld", "not", a, b, said=(a.quote(a.reasons), ()))
        return
    yield from _granted(a, b)
    yield from _copyleft(a, b)
    yield from _limits(a, b)
    yield from _burdens(a, b)
    yield from _notices(a, b)


def _unread(a: Stance, b: Stance) -> Iterator[Ground]:
    for which in (a, b):
        if not which.english:
            yield ground("foreign", "unclear", a, b, which=which)
        elif which.rank < 0:
            yield ground("not-a-license", "unclear", a, b, which=which)
        elif which.analysis.openness.by_reference and not which.grants:
            yield ground("by-reference", "unclear", a, b, which=which)
        elif which.analysis.openness.addendum:
            yield ground("addendum", "unclear", a, b, which=which)
        elif which.analysis.openness.parts:
            yield ground("parts", "unclear", a, b, which=which)


def _withheld(a: Stance, b: Stance) -> Iterator[Ground]:
    if a.refusals:
        yield ground("no-derivatives", "not", a, b, said=(a.quote(a.refusals), ()))
    elif a.closed:
        yield ground("no-grant", "not", a, b, said=(a.quote(a.reasons), ()))


def _same(a: Stance, b: Stance) -> Iterator[Ground]:
    known = a.known and b.known and is_same(a.title, b.title)
    if not known and normal_form(a.text) != normal_form(b.text):
        return
    if a.edition == "only" and b.edition == "or-later":
        yield ground("not-wider", "not", a, b, said=(a.sign("later-by-notice"), ()))
    else:
        yield ground("same-license", "allowed", a, b, said=(a.quote(a.grants), b.quote(b.grants)))


def _granted(a: Stance, b: Stance) -> Iterator[Ground]:
    own = () if a.copyleft else a.sign("own-terms")
    if own:
        yield ground("own-terms", "allowed", a, b, said=(own, ()))
    if a.grants:
        yield ground("grants", "allowed", a, b, said=(a.quote(a.grants), ()))
    elif a.rank == 0:
        yield ground("waived", "allowed", a, b, said=(a.quote(a.reasons), ()))
    elif not own and not a.copyleft:
        yield ground("no-grant", "unclear", a, b)


def _copyleft(a: Stance, b: Stance) -> Iterator[Ground]:
    if a.copyleft:
        other = b.share_alike or b.quote(b.grants)
        yield ground("copyleft", "not", a, b, said=(a.share_alike, other))
        yield from _apart(a, b)
    elif a.unquoted_copyleft:
        yield _source_kept(a, b)


def _source_kept(a: Stance, b: Stance) -> Ground:
    """Tell a license that only wants the source open from one whose share-alike was missed."""
    source, other = (side.clauses(["disclose-source"], "obligation") for side in (a, b))
    if source and other and b.copyleft and not b.limited:
        said = (a.quote(source), b.share_alike + b.quote(other))
        return ground("source-kept", "note", a, b, said=said)
    return ground("copyleft-unquoted", "unclear", a, b, said=(a.quote(a.reasons), ()))


def _apart(a: Stance, b: Stance) -> Iterator[Ground]:
    """Say what may be done instead, where A's copyleft does not reach the whole."""
    if larger := a.sign("larger-work"):
        yield ground("larger-work", "note", a, b, said=(larger, ()))
    beside = [
        sentence
        for sentence in a.signs.get("combine", ())
        if names(a.with_definitions(sentence), b.title)
    ]
    if beside:
        yield ground("combine", "note", a, b, said=(a.quote(beside), ()))


def _limits(a: Stance, b: Stance) -> Iterator[Ground]:
    if not a.limited:
        return
    kept: list[str] = []
    for term, clauses in a.limits.items():
        if term not in b.limits:
            yield _loosened(a, b, term, clauses)
        elif term not in rules().limits.alike and not _all_in(a, clauses, b):
            said = (a.quote(clauses), b.quote(b.limits[term]))
            yield ground("limits-differ", "unclear", a, b, said=said, about=[term])
        else:
            kept.append(term)
    if kept:
        said = (_quotes(a, kept), _quotes(b, kept))
        yield ground("limits-same", "note", a, b, said=said, about=kept)
    if not a.limits and not a.copyleft and a.rank > b.rank:
        yield ground("restricted", "unclear", a, b)


def _loosened(a: Stance, b: Stance, term: str, clauses: Sequence[Clause]) -> Ground:
    binding = a.asks(["flow-down"])
    rule = "limits-flow" if binding else "limits"
    said = (a.quote([*clauses[:2], *binding[:2]]), b.quote(b.grants))
    return ground(rule, "not", a, b, said=said, about=[term])


def _quotes(side: Stance, terms: Sequence[str]) -> tuple[Span, ...]:
    return side.quote(clause for term in terms for clause in side.limits[term][:1])


def _all_in(a: Stance, clauses: Sequence[Clause], b: Stance) -> bool:
    """Tell whether every sentence of A that the clauses touch stands in B too."""
    return all(
        sentence.hash in b.wording for clause in clauses for sentence in _touched(a.said, clause)
    )


def _touched(said: Sequence[Sentence], clause: Clause) -> Sequence[Sentence]:
    """Return the sentences that a clause overlaps; they stand in order and apart."""
    first = bisect_right(said, clause.start, key=lambda sentence: sentence.end)
    last = bisect_left(said, clause.end, key=lambda sentence: sentence.start)
    return said[first:last]


def _burdens(a: Stance, b: Stance) -> Iterator[Ground]:
    """Weigh what A asks for against B's ban on asking more, if it has one."""
    bars = b.sign("further") if b.copyleft else ()
    asked = [burden for burden in rules().burden if _asked(burden, a)]
    beyond = [burden for burden in asked if not _answers(burden, b)]
    if bars:
        for burden in beyond:
            said = (_asked(burden, a), bars)
            yield ground("further", "not", a, b, said=said, about=[burden.id])
        if up := [burden for burden in asked if burden not in beyond]:
            said = (_asked(up[0], a), _answers(up[0], b))
            yield ground("taken-up", "note", a, b, said=said, about=[one.id for one in up])
    elif beyond and not a.copyleft:
        said = (tuple(span for one in beyond for span in _asked(one, a)[:1]), ())
        yield ground("keeps", "note", a, b, said=said, about=[one.id for one in beyond])


def _asked(burden: Burden, a: Stance) -> tuple[Span, ...]:
    return a.quote(a.clauses(burden.terms, *burden.asks)) + a.sign(*burden.signs)


def _answers(burden: Burden, b: Stance) -> tuple[Span, ...]:
    asked = b.quote(b.asks(burden.carried)) + b.sign(*burden.carried_signs)
    return asked + (b.sign(*burden.admitted) if b.sign("supplement") else ())


def _notices(a: Stance, b: Stance) -> Iterator[Ground]:
    """Ask whether B lets the notices go that A wants kept."""
    wanted = a.asks(rules().notices.terms)
    if not wanted or b.asks(rules().notices.terms):
        return
    said = (a.quote(wanted), b.quote(b.grants))
    if b.rank == 0:
        yield ground("drops-notices", "not", a, b, said=said)
    else:
        # Whoever closes a work keeps the notices beside it; one as open as A may well drop them.
        weight: Weight = "note" if b.rank > a.rank else "unclear"
        yield ground("maybe-drops-notices", weight, a, b, said=said)
