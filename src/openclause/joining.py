"""What the licenses that a text joins come to, and what one within something else is.

In: the decision for the whole text, its pieces (see `parts`) and a function that decides a piece.
Out: the decision with its parts. Of licenses to choose from the mildest decides, of licenses that
hold together the strictest; an exception belongs to the license before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

import msgspec

from openclause.clauses import Clause
from openclause.expressions import combined
from openclause.grants import GRANTING
from openclause.identity import Known
from openclause.messages import message
from openclause.notices import Notices, choice_shows, read_notices, read_signals
from openclause.openness import Openness, Part, Reason, with_category
from openclause.parts import Piece
from openclause.references import Names
from openclause.signals import Signals
from openclause.strays import is_bare_code
from openclause.taxonomy import NOT_A_LICENSE, categories, mildest, strictest

# How sure a known text makes of its category.
_KNOWN = 0.97
# Reasons for a look that nobody needs to take at a text that readers know.
_ASKS_FOR_A_LOOK = ("borderline", "unsure")
# Restricting clauses this sure outside of a license are believed.
_SURE = 0.5
# A notice that leaves a choice is shorter than this, in characters.
_NOTICE = 1500
_WARNINGS = {"any-of": "warning.any-of", "all-of": "warning.all-of"}
# A sentence or two are shorter than this, in characters.
_SENTENCES = 400
# So many known texts are named.
_MOST_NAMES = 10
# What a piece that grants nothing may say and be no part of the one before it.
_STANDING = ("addendum", "waiver", "public-domain", "elsewhere")

Decide = Callable[[Sequence[Clause], str, Notices], Openness]


class Joined(msgspec.Struct, frozen=True):
    """The decision of a text of several licenses, and what its reader should know of it."""

    openness: Openness
    warnings: tuple[str, ...] = ()


class _Judged(msgspec.Struct, frozen=True):
    """A piece with its category, and whether it leaves a choice or was amended by one behind it.

    `decide` returns its whole decision, which few are asked for.
    """

    piece: Piece
    category: str
    needs_review: bool
    decide: Callable[[], Openness]
    clauses: tuple[Clause, ...] = ()
    choice: bool = False
    amended: bool = False

    @property
    def granting(self) -> tuple[Clause, ...]:
        """The permissions, on which an addendum to the piece builds."""
        return tuple(clause for clause in self.clauses if clause.modality == "permission")


class Whole(msgspec.Struct, frozen=True):
    """A text with its clauses, in its order, its notices and what decides it as one, if asked."""

    text: str
    clauses: tuple[Clause, ...]
    notices: Notices
    decide: Callable[[], Openness]


def join(
    whole: Whole, pieces: Sequence[Piece], *, decide: Decide, names: Names | None = None
) -> Joined:
    """Decide a text by its pieces.

    Parameters
    ----------
    decide
        Decides the clauses, the text and the notices of a piece.
    names
        What known licenses are called.
    """
    judged = _judge(whole, pieces, decide, names)
    if len(judged) > 1:
        return _several(whole, judged)
    if judged and judged[0].amended:
        return Joined(_named(judged[0].decide(), judged))
    if judged and len(pieces) == 1:
        return Joined(_inner(judged[0], whole))
    return Joined(whole.decide())


def _judge(
    whole: Whole, pieces: Sequence[Piece], decide: Decide, names: Names | None
) -> list[_Judged]:
    """Decide the pieces, equal ones once; what is no license is left out."""
    told: dict[tuple[str, Known | None], _Judged] = {}
    judged: list[_Judged] = []
    noticed, signals_of = cache(partial(read_notices, names=names)), cache(read_signals)
    for piece, clauses in _complete(whole, pieces, noticed):
        said = whole.text[piece.start : piece.end]
        key = said, piece.known
        signals = partial(_signals, piece, said, noticed, signals_of)
        if key not in told:
            builds_on = judged[-1].granting if judged and "addendum" in signals() else ()
            told[key] = _judged(piece, clauses + builds_on, said, noticed, decide)
        one = msgspec.structs.replace(told[key], piece=piece)
        if judged and "exception" in signals():
            judged[-1] = _amended(judged[-1], one)
        elif one.category != NOT_A_LICENSE:
            judged.append(one)
    return judged


def _complete(
    whole: Whole, pieces: Sequence[Piece], noticed: Callable[[str], Notices]
) -> list[tuple[Piece, tuple[Clause, ...]]]:
    """Return the pieces with their clauses; one that says nothing of a grant goes on before it.

    A first piece that only restricts goes on in the one behind it.
    """
    starts = [clause.start for clause in whole.clauses]
    complete: list[tuple[Piece, tuple[Clause, ...]]] = []
    foreword = False
    for piece in pieces:
        first, last = (bisect_left(starts, place) for place in (piece.start, piece.end))
        clauses = whole.clauses[first:last]
        said = whole.text[piece.start : piece.end]
        stands = piece.known is not None or _stands(clauses, said, noticed)
        if complete and (foreword or not stands):
            before, others = complete[-1]
            complete[-1] = Piece(before.start, piece.end), others + clauses
        else:
            complete.append((piece, clauses))
        foreword = not (stands or complete[1:]) and any(each.restricts for each in clauses)
    return complete


def _stands(clauses: Sequence[Clause], said: str, noticed: Callable[[str], Notices]) -> bool:
    """Tell whether a piece grants something itself, names a license, or amends one.

    Leave to use, said in a sentence or two, is no license of its own.
    """
    acts = GRANTING if len(said) > _SENTENCES else GRANTING - {"use"}
    if any(clause.modality == "permission" and clause.term in acts for clause in clauses):
        return True
    notices = noticed(said)
    return bool(notices.mentions) or notices.signals.any_of(_STANDING)


def _signals(
    piece: Piece,
    said: str,
    noticed: Callable[[str], Notices],
    signals_of: Callable[[str], Signals],
) -> Signals:
    """Return the signals of a piece; nothing else is asked of most known texts."""
    return signals_of(said) if piece.known else noticed(said).signals


def _judged(
    piece: Piece,
    clauses: tuple[Clause, ...],
    said: str,
    noticed: Callable[[str], Notices],
    decide: Decide,
) -> _Judged:
    read = cache(lambda: decide(clauses, said, noticed(said)))
    category, needs_review, decided = _decided(piece, clauses, read)
    choice = piece.known is None and _leaves_choice(said, noticed(said))
    return _Judged(piece, category, needs_review, decided, clauses, choice=choice)


def _leaves_choice(said: str, notices: Notices) -> bool:
    """Tell a notice that offers several licenses, whose texts may follow."""
    if notices.length > _NOTICE:
        return False
    named = {mention.name.lower() for mention in notices.mentions}
    return choice_shows(said) or (len(named) > 1 and "choice" in notices.signals)


def _decided(
    piece: Piece, clauses: Sequence[Clause], read: Callable[[], Openness]
) -> tuple[str, bool, Callable[[], Openness]]:
    """Take the category of a known text as it is; of what is not known, the one that was read.

    What is said beside a known text, behind it or before it, can make it another license.
    """
    first, last = piece.sure or (piece.start, piece.end)
    own = (each for each in clauses if piece.start <= each.start < piece.end)
    beside = any(not (first <= each.start and each.end <= last) for each in own)
    known = piece.known
    if known is None or beside or known.category not in categories():
        return read().category, read().needs_review, read
    return known.category, False, lambda: as_known(known, read())


def as_known(known: Known, read: Openness) -> Openness:
    """Take the category that the corpus gives a known text, and of what was read the rest."""
    same = read.reasons if read.category == known.category else ()
    same = tuple(reason for reason in same if reason.rule not in _ASKS_FOR_A_LOOK)
    return msgspec.structs.replace(
        with_category(read, known.category, _KNOWN), needs_review=False, reasons=same
    )


def as_told(known: Known, joined: Joined, *, read: bool) -> Joined:
    """Take the word of the corpus for a text that is known as a whole.

    Parameters
    ----------
    read
        Whether the reasons may stand: they do if they led to the same category.
    """
    if known.category not in categories():
        return joined
    openness = as_known(known, joined.openness)
    if not read or not openness.reasons:
        said = Reason("known-text", message("reason.known-text", name=known.name), ())
        openness = msgspec.structs.replace(openness, reasons=(said,))
    return msgspec.structs.replace(joined, openness=openness)


def _amended(before: _Judged, exception: _Judged) -> _Judged:
    """Join an exception to the license before it."""
    category = combined(before.category, exception.category)
    deciding = before if category == before.category else exception
    return msgspec.structs.replace(
        before,
        piece=Piece(before.piece.start, exception.piece.end),
        amended=True,
        category=category,
        needs_review=deciding.needs_review,
        decide=lambda: msgspec.structs.replace(
            deciding.decide(), category=category, rank=categories()[category].rank
        ),
    )


def _several(whole: Whole, judged: Sequence[_Judged]) -> Joined:
    offered = [one for one in judged if not one.choice] or list(judged)
    any_of = len(offered) < len(judged) or choice_shows(_between(whole.text, judged))
    found = [one.category for one in offered]
    category = mildest(found) if any_of else strictest(found)
    number = found.index(category)
    decided = offered[number]
    rule = "any-of" if any_of else "all-of"
    words, read = message(f"reason.{rule}"), decided.decide()
    openness = msgspec.structs.replace(
        read,
        needs_review=any(one.needs_review for one in offered),
        reasons=(Reason(rule, words, ()), *read.reasons),
        addendum=_adds(whole),
        by_reference=False,
        parts=tuple(_part(one) for one in offered),
    )
    return Joined(_named(openness, judged), (_warning(number + 1, len(offered), decided, rule),))


def _adds(whole: Whole) -> bool:
    """Tell whether a text adds to another one, as its signals say if it speaks of rights at all."""
    said = "addendum" in whole.notices.signals
    return said and (not is_bare_code(whole.text) or whole.decide().addendum)


def _named(openness: Openness, judged: Sequence[_Judged]) -> Openness:
    """Say which known texts the parts are, each name once."""
    known = {one.piece.known.name: one.piece for one in reversed(judged) if one.piece.known}
    said = [
        Reason("known-part", message("reason.known-part", name=name, start=p.start, end=p.end), ())
        for name, p in list(reversed(known.items()))[:_MOST_NAMES]
    ]
    return msgspec.structs.replace(openness, reasons=(*openness.reasons, *said))


def _between(text: str, judged: Sequence[_Judged]) -> str:
    """Return what stands outside of the pieces."""
    between, end = [], 0
    for one in judged:
        between.append(text[end : one.piece.start])
        end = one.piece.end
    return "\n".join([*between, text[end:]])


def _warning(number: int, total: int, decided: _Judged, rule: str) -> str:
    return message(
        _WARNINGS[rule],
        number=number,
        total=total,
        start=decided.piece.start,
        end=decided.piece.end,
        category=decided.category,
    )


def _part(one: _Judged) -> Part:
    return Part(one.piece.start, one.piece.end, one.category)


def _inner(inner: _Judged, whole: Whole) -> Openness:
    """Decide a text by the license within it, unless what stands around it decides as well."""
    as_one = whole.decide()
    categories_ = (inner.category, as_one.category)
    decided = any(_outside(whole, inner.piece)) and NOT_A_LICENSE not in categories_
    if decided and strictest(categories_) != inner.category:
        return as_one
    start, openness = inner.piece.start, inner.decide()
    own = tuple(Part(p.start + start, p.end + start, p.category) for p in openness.parts)
    parts = own or (_part(inner),)
    return _named(msgspec.structs.replace(openness, parts=parts), [inner])


def _outside(whole: Whole, piece: Piece) -> Iterator[Clause]:
    """Yield the clauses outside of a piece that restrict, or that decided the whole text."""
    deciding = {clause for reason in whole.decide().reasons[:1] for clause in reason.clauses}
    for clause in whole.clauses:
        inside = piece.start <= clause.start and clause.end <= piece.end
        counts = clause.id in deciding or (clause.main and clause.restricts)
        if not inside and counts and clause.confidence >= _SURE:
            yield clause
