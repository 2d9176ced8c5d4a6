"""Which known license a text is, or comes nearest to; the index holds none of their texts.

In: a text and an `Index`, made by `training` and read from a model folder. Out: `Match` records,
best first. Two texts of the same normal form (see `wording`) are the same license; a near one is
only near: a single word may turn its meaning, so that its clauses must be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.deviations import Deviation, Wanted, counted, deviations, likeness
from openclause.errors import ModelError
from openclause.fingerprints import Sentence, sentences
from openclause.modelfile import Part, find_folder, read_part
from openclause.wording import (
    Hashes,
    distinct,
    document_words,
    ngram_hashes,
    normal_form,
    word_hashes,
)

PART = "identity"
SHINGLE_WORDS = 5
SKETCH_SHINGLES = 64
LEAST_SIMILARITY = 0.5

# The most that a text can be like another that it is not.
_NOT_EXACT = 0.999
_MOST_LICENSES = 2**16
_MOST_WORDS = 255
_ARRAYS = {
    "digests": np.uint64,
    "digest_owners": np.uint16,
    "shingles": np.uint32,
    "shingle_owners": np.uint16,
    "kept": np.uint16,
    "limits": np.uint32,
}
# What indices made before sentences were kept lack; such an index tells no deviations.
_SENTENCE_ARRAYS = {
    "sentences": np.uint32,
    "sentence_owners": np.uint16,
    "sentence_places": np.uint16,
    "sentence_words": np.uint8,
}
# Of so many licenses that come near, those within `_RIVALS` of the best are compared by sentences.
_COMPARED, _RIVALS = 12, 0.12
# A heading of so many words may stand before a license without making it another one, if they
# are words of its own name or these.
_TITLE_WORDS = 10
_ANY_TITLE = frozenset(
    b"a agreement c general license of open public software source text the v version".split()
)
# Shorter texts are not known without their headings: too little would be left.
_LEAST_BODY_WORDS = 20


class Match(msgspec.Struct, frozen=True):
    """A known license and how like it a text is: `similarity` in [0, 1], 1 only if `exact`."""

    id: str
    spdx_id: str | None
    name: str
    similarity: float
    exact: bool
    deviations: tuple[Deviation, ...] = ()


class Known(msgspec.Struct, frozen=True, array_like=True):
    """A license that the index knows, and the openness category that the corpus gives it."""

    id: str
    spdx_id: str | None
    name: str
    category: str


class Index(msgspec.Struct, frozen=True, eq=False):
    """What is kept of the known licenses; owners are positions in `known`.

    `digests` `(n_digests,)` are those of normal forms, sorted. `shingles` `(n_shingles,)` are
    each license's smallest hashes of word 5-grams, `SKETCH_SHINGLES` at most, sorted; `kept`
    `(n_known,)` counts them, and `limits` `(n_known,)` is the hash up to which all are kept.
    `sentences` `(n_sentences,)` are hashes of the licenses' sentences, sorted; `sentence_places`
    number them within their license, titles left out, and `sentence_words` count their words (to
    255).
    """

    known: tuple[Known, ...]
    digests: NDArray[np.uint64]
    digest_owners: NDArray[np.uint16]
    shingles: Hashes
    shingle_owners: NDArray[np.uint16]
    kept: NDArray[np.uint16]
    limits: Hashes
    sentences: Hashes
    sentence_owners: NDArray[np.uint16]
    sentence_places: NDArray[np.uint16]
    sentence_words: NDArray[np.uint8]


def build_index(known: Sequence[Known], texts: Sequence[str]) -> Index:
    """Make the index of licenses, given the text of each.

    Raises
    ------
    ModelError
        If there are more licenses than owners can be counted (65,536).
    """
    if len(known) > _MOST_LICENSES:
        raise ModelError(f"{len(known)} licenses: an index holds {_MOST_LICENSES} at most")
    words = [normal_form(text).split() for text in texts]
    sketches = [_shingles(word_hashes(each))[: SKETCH_SHINGLES + 1] for each in words]
    digests, digest_owners = _columns(_digests(words, known, texts))
    shingles, shingle_owners = _columns(
        (int(shingle), owner)
        for owner, sketch in enumerate(sketches)
        for shingle in sketch[:SKETCH_SHINGLES]
    )
    return Index(
        **_sentence_columns(known, texts),
        known=tuple(known),
        digests=digests,
        digest_owners=digest_owners.astype(np.uint16),
        shingles=shingles.astype(np.uint32),
        shingle_owners=shingle_owners.astype(np.uint16),
        kept=np.array([min(len(sketch), SKETCH_SHINGLES) for sketch in sketches], np.uint16),
        limits=np.array([_limit(sketch) for sketch in sketches], np.uint32),
    )


def _sentence_columns(known: Sequence[Known], texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    rows = [
        (sentence.hash, owner, place, min(len(sentence.words), _MOST_WORDS))
        for owner, text in enumerate(texts)
        for place, sentence in enumerate(_without_titles(sentences(text), known[owner]))
        if place <= np.iinfo(np.uint16).max
    ]
    table = np.array(sorted(rows), np.uint64).reshape(-1, len(_SENTENCE_ARRAYS))
    return {
        name: table[:, column].astype(kind)
        for column, (name, kind) in enumerate(_SENTENCE_ARRAYS.items())
    }


def _without_titles(found: Iterable[Sentence], known: Known) -> list[Sentence]:
    title = _title_words(known)
    return [sentence for sentence in found if not title.issuperset(sentence.words)]


def _limit(sketch: Hashes) -> int:
    return int(sketch[-2] if len(sketch) > SKETCH_SHINGLES else np.iinfo(np.uint32).max)


def _columns(pairs: Iterable[tuple[int, int]]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    table = np.array(sorted(set(pairs)), np.uint64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _digests(
    words: Sequence[list[bytes]], known: Sequence[Known], texts: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield the digest of each license, and that of its body unless that is another license."""
    whole = [_digest(b" ".join(license_words)) for license_words in words]
    yield from zip(whole, range(len(whole)), strict=True)
    for owner, license_words in enumerate(words):
        body = _body(license_words, known[owner], texts[owner])
        if body and (digest := _digest(b" ".join(body))) not in whole:
            yield digest, owner


def _body(words: list[bytes], known: Known, text: str) -> list[bytes]:
    """Return the words below a license's heading; none if it has no heading or little else."""
    heading = normal_form(text.strip().partition("\n")[0]).split()
    body = words[len(heading) :]
    headed = words[: len(heading)] == heading and _is_title(heading, known)
    return body if headed and len(body) >= _LEAST_BODY_WORDS else []


def _is_title(words: Iterable[bytes], known: Known) -> bool:
    return _title_words(known).issuperset(words)


@cache
def _title_words(known: Known) -> frozenset[bytes]:
    return _ANY_TITLE.union(normal_form(f"{known.id} {known.spdx_id} {known.name}").split())


def _digest(said: bytes) -> int:
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "little")


def _shingles(hashes: Hashes) -> Hashes:
    """Return the different hashes of word 5-grams, sorted; of all words where there are fewer."""
    if not len(hashes):
        return hashes
    return distinct(ngram_hashes(hashes, min(SHINGLE_WORDS, len(hashes))))


def index_part(index: Index) -> Part:
    """Return the index as a part of a model folder."""
    return Part(
        name=PART,
        settings={"known": msgspec.to_builtins(index.known)},
        arrays={name: getattr(index, name) for name in (*_ARRAYS, *_SENTENCE_ARRAYS)},
    )


def load_index(folder: Path | None = None) -> Index:
    """Read the index of a model folder, by default of the one that openclause carries.

    Raises
    ------
    ModelError
        If there is no model, or it is damaged or made for another version.
    """
    folder = find_folder(folder)
    part = read_part(folder, PART)
    try:
        index = Index(
            known=msgspec.convert(part.settings["known"], tuple[Known, ...]),
            **{name: part.arrays[name].astype(kind) for name, kind in _ARRAYS.items()},
            **{
                name: part.arrays.get(name, np.empty(0)).astype(kind)
                for name, kind in _SENTENCE_ARRAYS.items()
            },
        )
    except (KeyError, msgspec.ValidationError) as error:
        raise ModelError(f"{folder}: its part {PART!r} is incomplete ({error})") from error
    if not _fits(index):
        raise ModelError(f"{folder}: its part {PART!r} does not fit together; make a new model")
    return index


def _fits(index: Index) -> bool:
    owners = (index.digest_owners, index.shingle_owners, index.sentence_owners)
    return (
        index.digests.shape == index.digest_owners.shape
        and index.shingles.shape == index.shingle_owners.shape
        and len({getattr(index, name).shape for name in _SENTENCE_ARRAYS}) == 1
        and index.kept.shape == index.limits.shape == (len(index.known),)
        and all(column.ndim == 1 for column in owners)
        and all(int(column.max(initial=0)) < len(index.known) for column in owners)
    )


def identify(
    text: str, index: Index, *, top: int = 3, said: Sequence[Sentence] | None = None
) -> tuple[Match, ...]:
    """Return the known licenses that a text is or is most like, at most `top`, best first.

    `similarity` is the Dice coefficient of the two texts' word 5-grams, estimated from those of
    the known license that have the smallest hashes; below 0.5 nothing is said. Of licenses about
    as near, the one that shares most sentences comes first; the best one, if it is not exact, has
    its deviations.

    Parameters
    ----------
    said
        The text's sentences, if they were found already.

    References
    ----------
    A. Broder, On the resemblance and containment of documents, 1997 (bottom-k sketches).
    """
    normal, hashes = document_words(text)
    exact = _exact_owners(normal, index)
    similarities = _similarities(_shingles(hashes), index)
    similarities[exact] = 0.0
    near = [int(owner) for owner in np.argsort(-similarities, kind="stable")[: max(top, _COMPARED)]]
    near = [owner for owner in near if similarities[owner] >= LEAST_SIMILARITY]
    if not near or exact or not len(index.sentences):
        said = ()
    elif said is None:
        said = sentences(text)
    near = _by_sentences(near, similarities, said, index)
    matches = [_match(index.known[owner], 1.0) for owner in exact]
    matches += [_match(index.known[owner], float(similarities[owner])) for owner in near]
    if said:
        found = deviations(text, said, wanted(near[0], index))
        matches[0] = msgspec.structs.replace(matches[0], deviations=found)
    return tuple(matches[:top])


def wanted(owner: int, index: Index) -> Wanted:
    """Return the sentences of a known license, given its position in `known`."""
    rows, limits = _by_owner(index)
    own = rows[limits[owner] : limits[owner + 1]]
    return Wanted(
        tuple(index.sentences[own].tolist()),
        tuple(index.sentence_words[own].tolist()),
        _title_words(index.known[owner]),
    )


@cache
def _by_owner(index: Index) -> tuple[NDArray[np.int64], list[int]]:
    """Return the sentences' rows in the order of the licenses and of their texts, and its limits.

    Those of a license are between its limit and the next.
    """
    rows = np.lexsort((index.sentence_places, index.sentence_owners))
    owners = np.arange(len(index.known) + 1)
    return rows, np.searchsorted(index.sentence_owners[rows], owners).tolist()


def _by_sentences(
    near: list[int], similarities: NDArray[np.float64], said: Sequence[Sentence], index: Index
) -> list[int]:
    """Put licenses that are about as near as the best in the order of the words they share."""
    if not said:
        return near
    least, counts = similarities[near[0]] - _RIVALS, counted(said)
    scores = {owner: float(similarities[owner]) for owner in near}
    for owner in near:
        if similarities[owner] >= least:
            scores[owner] += likeness(counts, wanted(owner, index))
    return sorted(near, key=lambda owner: (-round(scores[owner], 3), _rank(index.known[owner])))


def _match(known: Known, similarity: float) -> Match:
    """Make the match of an exact text (similarity 1.0), or of one that is only near."""
    return Match(known.id, known.spdx_id, known.name, round(similarity, 3), similarity == 1.0)


def _exact_owners(said: bytes, index: Index) -> list[int]:
    """Find the licenses whose words these are, be it after a heading of the license's own words.

    Those with an SPDX id come first, then those with the shortest id.
    """
    words = said.split(maxsplit=_TITLE_WORDS + 1)
    for start in range(min(_TITLE_WORDS, len(words) - 1) + 1):
        owners = _owners_by_digest(index).get(_digest(said), ())
        said = said[len(words[start]) + 1 :]
        found = [owner for owner in owners if _is_title(words[:start], index.known[owner])]
        if found:
            return sorted(found, key=lambda owner: _rank(index.known[owner]))
    return []


@cache
def _owners_by_digest(index: Index) -> dict[int, set[int]]:
    owners: dict[int, set[int]] = defaultdict(set)
    for digest, owner in zip(index.digests.tolist(), index.digest_owners.tolist(), strict=True):
        owners[digest].add(owner)
    return dict(owners)


def _rank(known: Known) -> tuple[bool, int, str]:
    return known.spdx_id is None, len(known.id), known.id


def _similarities(shingles: Hashes, index: Index) -> NDArray[np.float64]:
    """Estimate how like each known license a text is, from its sorted shingles: `(n_known,)`.

    All counts are of hashes up to the largest that the sketch of the known license keeps.
    """
    first = np.searchsorted(index.shingles, shingles, "left")
    some = np.flatnonzero(first < len(index.shingles))
    some = some[index.shingles[first[some]] == shingles[some]]
    first = first[some]
    times = np.searchsorted(index.shingles, shingles[some], "right") - first
    found = np.arange(times.sum()) + np.repeat(first - np.cumsum(times) + times, times)
    shared = np.bincount(index.shingle_owners[found], minlength=len(index.known))
    asked = np.searchsorted(shingles, index.limits, "right")
    estimated = 2 * shared / np.maximum(index.kept + asked, 1)
    return cast(NDArray[np.float64], np.minimum(estimated, _NOT_EXACT))
