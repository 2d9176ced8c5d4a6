"""Which known license a text is, or comes nearest to.

In: a text and an `Index`. Out: `Match` records, best first. Two texts of the same normal form (see
`wording`) are the same license; a near one is only near: a single word may turn its meaning, so
that its clauses must be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.deviations import Deviation, common_words, counted, deviations, stretch
from openclause.fingerprints import Sentence, sentences
from openclause.index import (
    TITLE_WORDS,
    Index,
    Known,
    any_title,
    build_index,
    digest,
    index_part,
    is_title,
    load_index,
    precedence,
    wanted,
)
from openclause.sketches import Evidence, Floats, shingles_of, weighed
from openclause.wording import Hashes, document_words, worded

__all__ = [
    "Explained",
    "Index",
    "Known",
    "Match",
    "as_part",
    "build_index",
    "identify",
    "identify_part",
    "index_part",
    "load_index",
    "named_only",
    "wanted",
]

LEAST_SIMILARITY = 0.5
# A license is told inside of a longer text by this much of it, a text that lacks its end by so
# much of the text, if it is not too little of the license.
_HELD, _COVERED, _LEAST_LIKE = 0.5, 0.7, 0.2
# What a license has and the text lacks counts this much beside what it explains of the text: more
# where the text holds so much of some license that it is hardly cut off.
_LACK, _LACK_OF_WHOLE, _WHOLE = 0.06, 0.3, 0.8
# So many words of equal sentences weigh as much as one kept hash.
_WORDS = 10
# The most that a text can be like another that it is not.
_NOT_EXACT = 0.999
# So many licenses are looked at; those of which this much speaks are compared by sentences.
_COMPARED, _RIVALS = 8, 0.75


class Match(msgspec.Struct, frozen=True):
    """A known license and how like it a text is: `similarity` in [0, 1], 1 only if `exact`."""

    id: str
    spdx_id: str | None
    name: str
    similarity: float
    exact: bool
    deviations: tuple[Deviation, ...] = ()

    def lacks(self) -> bool:
        """Tell whether the text lacks a sentence of the license."""
        return any(deviation.kind == "missing" for deviation in self.deviations)


def identify(
    text: str, index: Index, *, top: int = 3, said: Sequence[Sentence] | None = None
) -> tuple[Match, ...]:
    """Return the known licenses that a text is or is most like, at most `top`, best first.

    `similarity` is the Dice coefficient of the two texts' word 5-grams, estimated from the kept
    ones. That license comes first which explains most of the text, and of those that explain the
    same the one that has least beside it. The best one, if it is not exact, has its deviations.

    Parameters
    ----------
    said
        The text's sentences, if they were found already.

    References
    ----------
    J. Rissanen, Modeling by shortest data description, 1978.
    """
    found = _found(text, index)
    found = _with_sentences(found, lambda: sentences(text) if said is None else said, index)
    return _matches(text, found, index)[:top]


def nearest(matches: Sequence[Match], index: Index) -> Known | None:
    """Return the license that comes first of those that a text is like."""
    return index.by_id(matches[0].id) if matches else None


class Explained(msgspec.Struct, frozen=True, eq=False):
    """The best match of a part of a text, with the words of the license that it has and lacks.

    `owner` is its position in the index, `equal` counts the words in equal sentences, `evidence` is
    what speaks for all licenses.
    """

    match: Match
    owner: int
    words: float
    lack: float
    equal: int
    evidence: Evidence


def identify_part(
    text: str, span: tuple[int, int], index: Index, *, said: Sequence[Sentence]
) -> Explained | None:
    """Return the known license that a part of a text is or is most like; None if none is near.

    It is never exact, for that is said of whole texts; its deviations are those of the part.

    Parameters
    ----------
    span
        Where the part stands, in characters `[start, end)`.
    said
        The sentences of the part, with their places in the whole text.
    """
    found = _found_by_words(*worded(text[slice(*span)]), index)
    found = _with_sentences(found, lambda: said, index)
    matches = _matches(text, found, index)
    return _explained(matches[0], found.evidence, said, index) if matches else None


def as_part(best: Match, text: str, index: Index, *, said: Sequence[Sentence]) -> Explained:
    """Return the best match of a whole text as that of a part which is all of it.

    Parameters
    ----------
    said
        The sentences of the text.
    """
    return _explained(best, _found(text, index).evidence, said, index)


def _explained(
    best: Match, evidence: Evidence, said: Sequence[Sentence], index: Index
) -> Explained:
    owner = _owners(index)[best.id]
    license_, counts = wanted(owner, index), counted(said)
    equal = common_words(counts, license_)
    held = 1.0 if best.exact else float(evidence.held[owner])
    has = max(equal, min(held * license_.total, counts.words))
    if best.exact:
        best = msgspec.structs.replace(best, similarity=_NOT_EXACT, exact=False)
    return Explained(best, owner, has, license_.total - has, equal, evidence)


def named_only(text: str, known: Sequence[Known], index: Index) -> tuple[Match, ...]:
    """Return matches of licenses that a text names without being like them, as they are ordered.

    Their similarity is what it is, and their deviations would be the whole of them: none is told.
    """
    likeness = _found(text, index).evidence.likeness
    owners = _owners(index)
    return tuple(_match(each, float(likeness[owners[each.id]])) for each in known)


@cache
def _owners(index: Index) -> dict[str, int]:
    """Return the positions of the known licenses by their ids."""
    return {known.id: owner for owner, known in enumerate(index.known)}


class _Found(msgspec.Struct, frozen=True, eq=False):
    """The licenses that a text is, those that it comes near to, best first, and by which sentences.

    Owners are positions in the index; `lack` is what lacking hashes count. `said` is empty where no
    sentence was asked for.
    """

    exact: list[int]
    near: list[int]
    evidence: Evidence
    lack: float
    said: Sequence[Sentence] = ()


@lru_cache(maxsize=1)
def _found(text: str, index: Index) -> _Found:
    """Find licenses by the words of a whole text; the last are kept, for several rooms ask."""
    return _found_by_words(*document_words(text), index)


def _found_by_words(normal: bytes, hashes: Hashes, index: Index) -> _Found:
    exact = _exact_owners(normal, index)
    evidence = weighed(shingles_of(hashes), index.sketches)
    lack = _lack(evidence, index)
    scores = evidence.explained - lack * _sizes(index)
    near = [owner for owner in _nearest(evidence, scores) if owner not in exact]
    return _Found(exact, near, evidence, lack)


def _with_sentences(found: _Found, asked: Callable[[], Sequence[Sentence]], index: Index) -> _Found:
    said = asked() if found.near and not found.exact and len(index.sentences) else ()
    near = _by_sentences(found.near, found.evidence, said, index, found.lack)
    return msgspec.structs.replace(found, near=near, said=said)


def _matches(text: str, found: _Found, index: Index) -> tuple[Match, ...]:
    """Make matches of what was found, the best one with its deviations."""
    likeness = found.evidence.likeness
    matches = [_match(index.known[owner]) for owner in found.exact]
    matches += [_match(index.known[owner], float(likeness[owner])) for owner in found.near]
    if found.said and matches:
        differs = deviations(text, found.said, wanted(found.near[0], index))
        matches[0] = msgspec.structs.replace(matches[0], deviations=differs)
    return tuple(matches)


def _lack(evidence: Evidence, index: Index) -> float:
    """Return what lacking hashes count, by whether the text holds what explains most of it."""
    if not len(index.known):
        return _LACK
    best = np.argmax(evidence.explained - _LACK * _sizes(index))
    return _LACK_OF_WHOLE if evidence.held[best] >= _WHOLE else _LACK


def _nearest(evidence: Evidence, scores: Floats) -> list[int]:
    """Return the licenses that a text comes near to, those first that explain most of it."""
    inside = evidence.held >= _HELD
    part = (evidence.covered >= _COVERED) & (evidence.likeness >= _LEAST_LIKE)
    near = np.flatnonzero(inside | part | (evidence.likeness >= LEAST_SIMILARITY))
    return [int(owner) for owner in near[np.argsort(-scores[near], kind="stable")][:_COMPARED]]


@cache
def _sizes(index: Index) -> NDArray[np.int64]:
    """Count the kept hashes of each license, `(n_known,)`."""
    return np.bincount(index.shingle_owners, minlength=len(index.known))


def _by_sentences(
    near: Sequence[int], evidence: Evidence, said: Sequence[Sentence], index: Index, lack: float
) -> list[int]:
    """Order near licenses once more, the rivals of the first by the words of equal sentences.

    Where the text is cut off, what a license has before and behind the part that is left says
    nothing, if that part tells it from its rivals.
    """
    if not said or not near:
        return list(near)
    sizes = _sizes(index)
    scores = {owner: float(evidence.explained[owner] - lack * sizes[owner]) for owner in near}
    rivals = [owner for owner in near if scores[owner] >= _RIVALS * scores[near[0]]]
    if len(rivals) < 2:  # noqa: PLR2004
        return list(near)
    counts = counted(said)

    def score(owner: int) -> tuple[float, ...]:
        license_, explained = wanted(owner, index), float(evidence.explained[owner])
        words = common_words(counts, license_) - lack * license_.total
        whole = round(scores[owner] + words / _WORDS, 3)
        if lack == _LACK_OF_WHOLE:
            return (whole,)
        part = stretch(counts, license_, _LACK_OF_WHOLE)
        return round(explained + part / _WORDS, 3), whole

    order = sorted(rivals, key=lambda owner: precedence(index.known[owner]))
    order.sort(key=score, reverse=True)
    return order + [owner for owner in near if owner not in rivals]


def _match(known: Known, similarity: float | None = None) -> Match:
    """Make the match of an exact text, or of one that is only near."""
    if similarity is None:
        return Match(known.id, known.spdx_id, known.name, 1.0, exact=True)
    likeness = min(round(similarity, 3), _NOT_EXACT)
    return Match(known.id, known.spdx_id, known.name, likeness, exact=False)


def _exact_owners(said: bytes, index: Index) -> list[int]:
    """Find the licenses whose words these are, be it after a heading of the license's own words.

    Those with an SPDX id come first, then those with the shortest id.
    """
    words = said.split(maxsplit=TITLE_WORDS + 1)
    for start in range(min(TITLE_WORDS, len(words) - 1) + 1):
        if start and words[start - 1] not in any_title(index):
            break
        owners = _owners_of(digest(said), index)
        said = said[len(words[start]) + 1 :]
        found = [owner for owner in owners if is_title(words[:start], index.known[owner])]
        if found:
            return sorted(found, key=lambda owner: precedence(index.known[owner]))
    return []


def _owners_of(known: int, index: Index) -> list[int]:
    """Return the licenses that have a digest, found among the sorted ones."""
    if known not in _digests(index):
        return []
    asked = np.uint64(known)
    first, last = index.digests.searchsorted(asked), index.digests.searchsorted(asked, "right")
    found: list[int] = index.digest_owners[first:last].tolist()
    return found


@cache
def _digests(index: Index) -> frozenset[int]:
    return frozenset(index.digests.tolist())
