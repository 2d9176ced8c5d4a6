"""Which known licenses a file holds that joins several: each is named, with its own deviations.

In: a text, its sentences, its pieces (see `parts`) and the licenses that it comes near to as one.
Out: one `Match` for each license in it, that first which covers most of it. Where one license
explains the whole in fewer words than those of the pieces do, the text is that one, whatever it is
made of. What the parts come to is left to `joining`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from openclause.fingerprints import Sentence
from openclause.identity import Explained, Index, Match, identify_part, wanted
from openclause.parts import Piece

# What a license has and the text lacks counts this much beside what it explains of the text, and
# to name one more license as much as so many words.
_LACK, _NAME = 0.3, 12.0
# What a license leaves over is looked at from so many words on; so many sentences of its own may
# stand between, and it may have that much beside what another license explains.
_LEAST_WORDS, _GAP, _BESIDE = 16, 2, 0.5
# What is left over of what is left over, and so on.
_DEPTH = 4


def named(
    text: str,
    said: Sequence[Sentence],
    pieces: Sequence[Piece],
    matches: tuple[Match, ...],
    index: Index,
) -> tuple[Match, ...]:
    """Return the known licenses that a text holds, those first that cover most of it.

    Parameters
    ----------
    matches
        The licenses that the text is or comes near to as one: the answer where it holds but one.
    """
    if not matches or matches[0].exact or not said:
        return matches
    parts = list(_parts(text, said, pieces))
    found = _found(text, parts, index)
    if len({each.owner for own in found for each in own}) > 1:
        found = _as_one(text, said, parts, found, index)
    together = _together([each for own in found for each in own])
    return tuple(each.match for each in together) if len(together) > 1 else matches


def _parts(
    text: str, said: Sequence[Sentence], pieces: Sequence[Piece]
) -> Iterator[Sequence[Sentence]]:
    """Yield the sentences of each piece, and those before, between and behind the pieces."""
    starts = [sentence.start for sentence in said]
    cuts = sorted(
        {0, *(place for piece in pieces for place in (piece.start, piece.end)), len(text)}
    )
    numbers = [bisect_left(starts, cut) for cut in cuts]
    yield from (said[first:last] for first, last in pairwise(numbers) if first < last)


def _found(text: str, parts: Sequence[Sequence[Sentence]], index: Index) -> list[list[Explained]]:
    """Name the parts, and what is left over of each; exact copies of the same words once."""
    told: dict[tuple[int, ...], list[Explained]] = {}
    found: list[list[Explained]] = []
    for own in parts:
        key = tuple(sentence.hash for sentence in own)
        if key not in told or any(each.match.deviations for each in told[key]):
            told[key] = list(_licenses(text, own, index))
        found.append(told[key])
    return found


def _as_one(
    text: str,
    said: Sequence[Sentence],
    parts: Sequence[Sequence[Sentence]],
    found: list[list[Explained]],
    index: Index,
) -> list[list[Explained]]:
    """Take one license in the place of those of some parts if it explains them in fewer words."""
    whole = identify_part(text, _span(said), index, said=said)
    if whole is None:
        return found
    held = [
        number
        for number, own in enumerate(found)
        if any(each.covered[whole.owner] >= _BESIDE * each.covered[each.owner] for each in own)
    ]
    if not held:
        return found
    first, last = held[0], held[-1] + 1
    own = [sentence for part in parts[first:last] for sentence in part]
    one = identify_part(text, _span(own), index, said=own)
    several = _together([each for part in found[first:last] for each in part])
    if one is None or _worth([one]) < _worth(several):
        return found
    return [*found[:first], [one], *found[last:]]


def _span(said: Sequence[Sentence]) -> tuple[int, int]:
    return said[0].start, said[-1].end


def _licenses(
    text: str, said: Sequence[Sentence], index: Index, *, depth: int = _DEPTH
) -> Iterator[Explained]:
    """Yield the license that a part is, and those in what it leaves over."""
    best = identify_part(text, _span(said), index, said=said)
    if best is None or _worth([best]) <= 0:
        return
    yield best
    for rest in _left_over(said, best, index) if depth else ():
        for other in _licenses(text, rest, index, depth=depth - 1):
            if other.covered[best.owner] < _BESIDE * other.covered[other.owner]:
                yield other


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
        if len(run) < len(said) and sum(len(each.words) for each in run) >= _LEAST_WORDS:
            yield run
        first = place + 1


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
    """Return the words that licenses explain, less what the text lacks of them and their names."""
    return sum(each.words - _LACK * each.lack - _NAME for each in found)
