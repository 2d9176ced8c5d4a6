"""Which known licenses a file holds that joins several: each is named, with its own deviations.

In: a text, its sentences, its pieces (see `parts`) and the licenses that it comes near to as one.
Out: one `Match` for each license in it, that first which covers most of it, and the pieces, cut
where a license was found that `parts` does not know the beginning of. Where one license explains
the whole in fewer words than those of the pieces do, the text is that one, whatever it is made of.
What the parts come to is left to `joining`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

import msgspec
import numpy as np

from openclause.deviations import Deviation, Wanted, all_added, deviations, same_sentences
from openclause.fingerprints import Sentence
from openclause.identity import (
    LEAST_SIMILARITY,
    Explained,
    Index,
    Known,
    Match,
    as_part,
    identify_part,
    named_only,
    wanted,
)
from openclause.parts import Piece, beginning, stripped
from openclause.references import identified, names_of

# What a license has and the text lacks counts this much beside what it explains of the text, and
# to name one that lacks anything as much as so many words.
_LACK, _NAME = 0.3, 12.0
# What a license leaves over is looked at from so many words on; so many sentences of its own may
# stand between, and it may have that much beside what another license explains. Of that other so
# much must stand in equal sentences: what is mistyped looks like nothing, or like anything.
_LEAST_WORDS, _GAP, _BESIDE, _EQUAL = 16, 2, 0.5, 0.3
# Of a license that stands in a text as a whole, so much of its 5-grams do.
_WHOLE = 0.999
# What is left over of what is left over, and so on.
_DEPTH = 4
# A piece is cut, or one found outside of the others, where a license is as like as this.
_SURE = 0.8


class Named(msgspec.Struct, frozen=True):
    """The known licenses of a text, best first, and where licenses stand if it joins any.

    `several` tells that all of them stand in it, each in a part of its own; else they are the one
    that it is most like, and that one's rivals.
    """

    matches: tuple[Match, ...]
    pieces: tuple[Piece, ...]
    several: bool = False


class _Held(msgspec.Struct, frozen=True, eq=False):
    """Sentences of a text and the license that they are or are most like."""

    said: Sequence[Sentence]
    one: Explained


class _Stretch(msgspec.Struct, frozen=True, eq=False):
    """The sentences of a piece, or those outside of the pieces, and the licenses in them.

    The first license is that of all the sentences, the others those of what it leaves over.
    """

    said: Sequence[Sentence]
    piece: Piece | None
    held: Sequence[_Held]


class _Nearest:
    """Which license some sentences of a text are or are most like; the same are asked for once."""

    def __init__(self, text: str, index: Index) -> None:
        self._text, self._index = text, index
        self._told: dict[tuple[int, int], Explained | None] = {}

    def tell(self, said: Sequence[Sentence], one: Explained) -> None:
        """Let it be known what some sentences are."""
        self._told[_span(said)] = one

    def of(self, said: Sequence[Sentence]) -> Explained | None:
        """Return the license of sentences that stand together; None if none is near."""
        span = _span(said)
        if span not in self._told:
            self._told[span] = identify_part(self._text, span, self._index, said=said)
        return self._told[span]


def _span(said: Sequence[Sentence]) -> tuple[int, int]:
    return said[0].start, said[-1].end


def licenses_in(
    text: str,
    said: Sequence[Sentence],
    pieces: tuple[Piece, ...],
    matches: tuple[Match, ...],
    index: Index,
) -> Named:
    """Name the known licenses that a text holds.

    Parameters
    ----------
    matches
        The licenses that the text is or comes near to as one: the answer where it holds but one.
    """
    if not matches or matches[0].exact or not said:
        return Named(matches, pieces)
    whole = as_part(matches[0], text, index, said=said)
    nearest = _Nearest(text, index)
    nearest.tell(said, whole)
    stretches = list(_stretches(said, pieces, nearest, index))
    ids = {each.one.match.id for stretch in stretches for each in stretch.held}
    if len(ids) > 1:
        together = _together(_as_one(whole, stretches, nearest))
        if len(together) > 1:
            parts = [piece for each in stretches for piece in _cut(text, each, index)]
            matches = tuple(_with_added(each, text, stretches) for each in together)
            return Named(matches, tuple(parts), several=True)
    elif pieces and (ids - {matches[0].id}) & {match.id for match in matches}:
        own = [each.one.match.deviations for stretch in stretches for each in stretch.held]
        added = (each.text.split() for each in matches[0].deviations if each.kind == "added")
        if not any(own) and sum(map(len, added)) >= _LEAST_WORDS:
            return Named(_first(min(ids), text, said, matches, index), pieces)
    return Named(matches, pieces)


def _with_added(one: Explained, text: str, stretches: Sequence[_Stretch]) -> Match:
    """Return a match with what stands before its parts and belongs to no license.

    Before all licenses that is; what stands behind one belongs to its part.
    """
    added: list[Deviation] = []
    for before, after in pairwise(stretches):
        if not before.held and after.held and after.held[0].one.owner == one.owner:
            added += all_added(text, before.said)
    found = sorted((*one.match.deviations, *added), key=lambda each: (each.start, each.end))
    return msgspec.structs.replace(one.match, deviations=tuple(found)) if added else one.match


def _first(
    id_: str, text: str, said: Sequence[Sentence], matches: Sequence[Match], index: Index
) -> tuple[Match, ...]:
    """Put the license first that stands in the text, before one that holds what is beside it."""
    license_ = wanted(index.known.index(index.by_id(id_)), index)
    best, *others = sorted(matches, key=lambda match: match.id != id_)
    best = msgspec.structs.replace(best, deviations=deviations(text, said, license_))
    return (best, *(msgspec.structs.replace(other, deviations=()) for other in others))


def referred(
    text: str,
    matches: tuple[Match, ...],
    mentions: Iterable[tuple[str | None, str]],
    index: Index,
) -> tuple[Match, ...]:
    """Return the licenses that a text only names, if it is not like a known one itself.

    Parameters
    ----------
    mentions
        Ids of licenses in the index and names; without an id the name may be an SPDX identifier.
    """
    said = dict.fromkeys(mentions)
    known = [index.by_id(id_) if id_ else identified(name, names_of(index)) for id_, name in said]
    found = list(dict.fromkeys(each for each in known if each))
    if not found or (matches and matches[0].similarity >= LEAST_SIMILARITY):
        return matches
    return named_only(text, found, index)


def _stretches(
    said: Sequence[Sentence], pieces: Sequence[Piece], nearest: _Nearest, index: Index
) -> Iterator[_Stretch]:
    """Name the pieces and what is outside of them; copies of the very words of a license once."""
    starts = [sentence.start for sentence in said]
    by_start = {bisect_left(starts, piece.start): piece for piece in pieces}
    cuts = {bisect_left(starts, place) for piece in pieces for place in (piece.start, piece.end)}
    told: dict[tuple[int, ...], tuple[Sequence[Sentence], list[_Held]]] = {}
    for first, last in pairwise(sorted({0, *cuts, len(said)})):
        own = said[first:last]
        key = tuple(sentence.hash for sentence in own)
        if key not in told or any(each.one.match.deviations for each in told[key][1]):
            told[key] = own, list(_licenses(own, nearest, index))
        yield _Stretch(own, by_start.get(first), _moved(*told[key], own))


def _moved(
    before: Sequence[Sentence], held: Sequence[_Held], own: Sequence[Sentence]
) -> list[_Held]:
    """Return the licenses of sentences as they stand in others that say the same elsewhere."""
    at = {sentence.start: number for number, sentence in enumerate(before)}
    spans = [(at[each.said[0].start], at[each.said[-1].start] + 1) for each in held]
    return [_Held(own[slice(*span)], each.one) for each, span in zip(held, spans, strict=True)]


def _licenses(
    said: Sequence[Sentence], nearest: _Nearest, index: Index, *, depth: int = _DEPTH
) -> Iterator[_Held]:
    """Yield the license that some sentences are, the best one, and those in what it leaves over."""
    best = nearest.of(said)
    if best is None or _worth([best]) <= 0:
        return
    if depth and (members := _members(said, best, index)):
        for part in members:
            yield from _licenses(part, nearest, index, depth=depth - 1)
        return
    yield _Held(said, best)
    for rest in _left_over(said, best, index) if depth else ():
        for other in _licenses(rest, nearest, index, depth=depth - 1):
            equal = other.one.equal >= _EQUAL * other.one.words
            if equal and not _covers(other.one, best.owner):
                yield other


def _covers(one: Explained, owner: int) -> bool:
    """Tell whether another license has much of the part that one was found for, too."""
    covered = one.evidence.covered
    return bool(covered[owner] >= _BESIDE * covered[one.owner])


def _members(said: Sequence[Sentence], best: Explained, index: Index) -> list[Sequence[Sentence]]:
    """Part sentences where whole licenses stand in them, if those explain more than the best does.

    The best may be made of them and lack the rest.
    """
    places = {sentence.hash: number for number, sentence in reversed(list(enumerate(said)))}
    whole = np.flatnonzero(best.evidence.held >= _WHOLE) if best.lack else ()
    rows = [wanted(int(owner), index) for owner in whole]
    rows = sorted((row for row in rows if places.keys() >= row.words.keys()), key=_total)
    taken: list[tuple[int, int]] = []
    explained = 0
    for row in rows:
        own = [places[hash_] for hash_ in row.words]
        first, last = min(own, default=0), max(own, default=len(said)) + 1
        apart = all(last <= start or end <= first for start, end in taken)
        if apart and last - first <= len(row.hashes) + _GAP:
            taken.append((first, last))
            explained += row.total
    if len(taken) <= 1 or explained < _worth([best]):
        return []
    cuts = [0, *sorted(first for first, _ in taken)[1:], len(said)]
    return [said[first:last] for first, last in pairwise(cuts)]


def _total(license_: Wanted) -> int:
    return -license_.total


def _left_over(
    said: Sequence[Sentence], best: Explained, index: Index
) -> Iterator[Sequence[Sentence]]:
    """Yield the runs of sentences that are not those of a license."""
    license_ = wanted(best.owner, index)
    strange = [
        number
        for number, each in enumerate(said)
        if each.hash not in license_.words and not license_.title.issuperset(each.words)
    ]
    first = 0
    for place, number in enumerate(strange):
        if place + 1 < len(strange) and strange[place + 1] - number <= _GAP + 1:
            continue
        run = said[strange[first] : number + 1]
        if len(run) < len(said) and _words(run) >= _LEAST_WORDS:
            yield run
        first = place + 1


def _words(said: Sequence[Sentence]) -> int:
    return sum(sentence.length for sentence in said)


def _as_one(whole: Explained, stretches: Sequence[_Stretch], nearest: _Nearest) -> list[Explained]:
    """Take one license in the place of those of some stretches if it says them in fewer words."""
    found = [[each.one for each in stretch.held] for stretch in stretches]
    held = [
        number
        for number, own in enumerate(found)
        if any(_covers(each, whole.owner) for each in own)
    ]
    if held:
        first, last = held[0], held[-1] + 1
        own = [sentence for stretch in stretches[first:last] for sentence in stretch.said]
        one = nearest.of(own)
        several = _together([each for some in found[first:last] for each in some])
        if one and _worth([one]) >= _worth(several):
            found[first:last] = [[one]]
    return [each for some in found for each in some]


def _together(found: Sequence[Explained]) -> list[Explained]:
    """Join what is found of the same license: all deviations of its copies, the least likeness."""
    by_owner: dict[int, list[Explained]] = defaultdict(list)
    for each in found:
        by_owner[each.owner].append(each)
    joined = [_joined(copies) for copies in by_owner.values()]
    return sorted(joined, key=lambda each: -each.words)


def _joined(copies: Sequence[Explained]) -> Explained:
    return msgspec.structs.replace(
        copies[0],
        match=msgspec.structs.replace(
            copies[0].match,
            similarity=min(copy.match.similarity for copy in copies),
            deviations=tuple(each for copy in copies for each in copy.match.deviations),
        ),
        words=sum(copy.words for copy in copies),
        lack=sum(copy.lack for copy in copies),
    )


def _worth(found: Sequence[Explained]) -> float:
    """Return the words that licenses explain, less what the text lacks of them.

    One of which something is lacking might be another: to name it costs some words more.
    """
    return sum(each.words - _LACK * each.lack - (_NAME if each.lack else 0) for each in found)


def _cut(text: str, stretch: _Stretch, index: Index) -> Iterator[Piece]:
    """Yield a piece, or several where surely other licenses stand in it."""
    sure = [each.one.match.similarity >= _SURE for each in stretch.held]
    if stretch.piece and not any(sure[1:]):
        yield stretch.piece
        return
    regions = list(_regions(stretch, sure, index))
    ends = [stretch.said[0].start, *(stretch.said[last - 1].end for _, last, _ in regions)]
    starts = [
        beginning(text, ends[number], stretch.said[first].start)
        for number, (first, _, _) in enumerate(regions)
    ]
    if stretch.piece and starts:
        starts[0] = stretch.piece.start
    starts.append(stretch.piece.end if stretch.piece else ends[-1])
    for (first, last, owner), span in zip(regions, pairwise(starts), strict=True):
        yield Piece(*stripped(text, *span), _known(stretch.said[first:last], owner, index))


def _regions(
    stretch: _Stretch, sure: Sequence[bool], index: Index
) -> Iterator[tuple[int, int, int]]:
    """Yield where the licenses of a stretch stand: first and last sentence, and whose they are.

    Outside of the pieces, what stands before the first license does not belong to it.
    """
    at = {sentence.start: number for number, sentence in enumerate(stretch.said)}
    owners = [-1] * len(stretch.said)
    for number, each in enumerate(stretch.held):
        if sure[number] or (stretch.piece and not number):
            first, last = at[each.said[0].start], at[each.said[-1].start] + 1
            owners[first:last] = [each.one.owner] * (last - first)
    regions: list[tuple[int, int, int]] = []
    for owner, some in groupby(range(len(owners)), key=owners.__getitem__):
        numbers = list(some)
        first, last = numbers[0], numbers[-1] + 1
        if owner < 0:
            continue
        if regions and _words(stretch.said[first:last]) < _LEAST_WORDS:
            regions[-1] = (regions[-1][0], last, regions[-1][2])
        else:
            regions.append((first, last, owner))
    if regions and not stretch.piece:
        first, last, owner = regions[0]
        own = wanted(owner, index).words
        first = next((n for n in range(first, last) if stretch.said[n].hash in own), first)
        regions[0] = (first, last, owner)
    yield from regions


def _known(said: Sequence[Sentence], owner: int, index: Index) -> Known | None:
    """Return the license that some sentences are to the last one, if they are."""
    return index.known[owner] if same_sentences(said, wanted(owner, index)) else None
