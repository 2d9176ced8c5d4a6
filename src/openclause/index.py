"""The index of the known licenses: what is kept of them, none of their texts.

In: licenses and their texts, or a model folder. Out: an `Index`: digests of whole texts, sketches
of their word 5-grams (see `sketches`), hashes of their sentences (see `fingerprints`). What a text
is by it is for `identity` to tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.deviations import Wanted
from openclause.errors import ModelError
from openclause.fingerprints import Sentence, sentences
from openclause.modelfile import Part, find_folder, read_part, unpacking
from openclause.shapes import Shape, refuse_misfits
from openclause.sketches import Sketches, shingles_of, sketched
from openclause.taxonomy import categories
from openclause.wording import Hashes, normal_form, plain_words, word_hashes

PART = "identity"
_MOST_LICENSES = 2**16
_MOST_WORDS = 255
_SENTENCE_ARRAYS = {
    "sentences": np.uint32,
    "sentence_owners": np.uint16,
    "sentence_places": np.uint16,
    "sentence_words": np.uint8,
}
# What indices made before sentences were kept lack; such an index tells no deviations.
_NO_SENTENCES = {name: np.empty(0, kind) for name, kind in _SENTENCE_ARRAYS.items()}
_SHAPES = {
    "digests": Shape("u8", ("digests",), order="sorted"),
    "digest_owners": Shape("u2", ("digests",), below="known"),
    "shingles": Shape("u4", ("shingles",), order="sorted"),
    "shingle_owners": Shape("u2", ("shingles",), below="known"),
    "kept": Shape("u2", ("known",)),
    "limits": Shape("u4", ("known",)),
    "sentences": Shape("u4", ("sentences",), order="sorted"),
    "sentence_owners": Shape("u2", ("sentences",), below="known"),
    "sentence_places": Shape("u2", ("sentences",)),
    "sentence_words": Shape("u1", ("sentences",)),
}
# A heading of so many words may stand before a license without making it another one, if they
# are words of its own name or these.
TITLE_WORDS = 10
_ANY_TITLE = frozenset(
    b"a agreement c general license of open public software source text the v version".split()
)
# Shorter texts are not known without their headings: too little would be left.
_LEAST_BODY_WORDS = 20


class Known(msgspec.Struct, frozen=True, array_like=True):
    """A license that the index knows, and the openness category that the corpus gives it."""

    id: str
    spdx_id: str | None
    name: str
    category: str


class Index(msgspec.Struct, frozen=True, eq=False):
    """What is kept of the known licenses; owners are positions in `known`.

    `digests` `(n_digests,)` are those of normal forms, sorted; `shingles`, `shingle_owners`,
    `kept` and `limits` are those of `Sketches`.
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

    def by_id(self, id_: str) -> Known:
        """Return the known license of an id.

        Raises
        ------
        KeyError
            If there is none.
        """
        return _known_by_id(self)[id_]

    @property
    def sketches(self) -> Sketches:
        """What is kept of the licenses' word 5-grams."""
        return _sketches(self)


@lru_cache(maxsize=4)
def _sketches(index: Index) -> Sketches:
    return Sketches(index.shingles, index.shingle_owners, index.kept, index.limits)


@cache
def _known_by_id(index: Index) -> dict[str, Known]:
    return {known.id: known for known in index.known}


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
    sketches = sketched([shingles_of(word_hashes(each)) for each in words])
    digests, digest_owners = _columns(_digests(words, known, texts))
    return Index(
        **_sentence_columns(known, texts),
        known=tuple(known),
        digests=digests,
        digest_owners=digest_owners.astype(np.uint16),
        shingles=sketches.shingles,
        shingle_owners=sketches.owners,
        kept=sketches.kept,
        limits=sketches.limits,
    )


def without(index: Index, ids: Collection[str]) -> Index:
    """Return the index as it is for who has never seen some licenses, given their ids."""
    stays = np.array([known.id not in ids for known in index.known], bool)
    numbers = (np.cumsum(stays) - 1).astype(np.uint16)
    digests = stays[index.digest_owners]
    shingles = stays[index.shingle_owners]
    said = stays[index.sentence_owners]
    return Index(
        known=tuple(known for known in index.known if known.id not in ids),
        digests=index.digests[digests],
        digest_owners=numbers[index.digest_owners[digests]],
        shingles=index.shingles[shingles],
        shingle_owners=numbers[index.shingle_owners[shingles]],
        kept=index.kept[stays],
        limits=index.limits[stays],
        sentences=index.sentences[said],
        sentence_owners=numbers[index.sentence_owners[said]],
        sentence_places=index.sentence_places[said],
        sentence_words=index.sentence_words[said],
    )


def _sentence_columns(known: Sequence[Known], texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    rows = [
        (sentence.hash, owner, place, min(sentence.length, _MOST_WORDS))
        for owner, text in enumerate(texts)
        for place, sentence in enumerate(without_titles(sentences(text), known[owner]))
        if place <= np.iinfo(np.uint16).max
    ]
    table = np.array(sorted(rows), np.uint64).reshape(-1, len(_SENTENCE_ARRAYS))
    return {
        name: table[:, column].astype(kind)
        for column, (name, kind) in enumerate(_SENTENCE_ARRAYS.items())
    }


def without_titles(found: Iterable[Sentence], known: Known) -> list[Sentence]:
    """Return the sentences of a license that count, in their places: all but its titles."""
    title = title_words(known)
    return [sentence for sentence in found if not title.issuperset(sentence.words)]


def _columns(pairs: Iterable[tuple[int, int]]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    table = np.array(sorted(set(pairs)), np.uint64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _digests(
    words: Sequence[list[bytes]], known: Sequence[Known], texts: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield the digest of each license, and that of its body unless that is another license."""
    whole = [digest(b" ".join(license_words)) for license_words in words]
    yield from zip(whole, range(len(whole)), strict=True)
    for owner, license_words in enumerate(words):
        body = _body(license_words, known[owner], texts[owner])
        if body and (own := digest(b" ".join(body))) not in whole:
            yield own, owner


def _body(words: list[bytes], known: Known, text: str) -> list[bytes]:
    """Return the words below a license's heading; none if it has no heading or little else."""
    heading = normal_form(text.strip().partition("\n")[0]).split()
    body = words[len(heading) :]
    headed = words[: len(heading)] == heading and is_title(heading, known)
    return body if headed and len(body) >= _LEAST_BODY_WORDS else []


def is_title(words: Iterable[bytes], known: Known) -> bool:
    """Tell whether all of some words are of a license's name, or of those that titles have."""
    return title_words(known).issuperset(words)


@cache
def title_words(known: Known) -> frozenset[bytes]:
    """Return the words that a title of a license may have."""
    return _ANY_TITLE.union(normal_form(_names(known)).split())


@cache
def any_title(index: Index) -> frozenset[bytes]:
    """Return the words that the title of any license may have, and few that none has."""
    return _ANY_TITLE.union(plain_words("\n".join(map(_names, index.known))))


def _names(known: Known) -> str:
    return f"{known.id} {known.spdx_id} {known.name}"


def precedence(known: Known) -> tuple[bool, int, str]:
    """Return what licenses are ordered by if all else is equal: an SPDX id, then a short id."""
    return known.spdx_id is None, len(known.id), known.id


def digest(said: bytes) -> int:
    """Return the digest of a normal form, of 64 bits."""
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "little")


def index_part(index: Index) -> Part:
    """Return the index as a part of a model folder."""
    return Part(
        name=PART,
        settings={"known": msgspec.to_builtins(index.known)},
        arrays={name: getattr(index, name) for name in _SHAPES},
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
    with unpacking(folder, PART):
        known = msgspec.convert(part.settings["known"], tuple[Known, ...])
        if strange := {each.category for each in known} - categories().keys():
            raise ValueError(f"{min(strange)[:40]!r} is no category")
        arrays = _NO_SENTENCES | part.arrays
        refuse_misfits(arrays, _SHAPES, {"known": len(known)})
        return Index(known=known, **{name: arrays[name] for name in _SHAPES})


@lru_cache(maxsize=512)
def wanted(owner: int, index: Index) -> Wanted:
    """Return the sentences of a known license, given its position in `known`."""
    rows, limits = _by_owner(index)
    own = rows[limits[owner] : limits[owner + 1]]
    hashes, words = index.sentences[own].tolist(), index.sentence_words[own].tolist()
    return Wanted(
        tuple(hashes),
        words=dict(zip(hashes, words, strict=True)),
        repeated={hash_: times for hash_, times in Counter(hashes).items() if times > 1},
        total=sum(words),
        title=title_words(index.known[owner]),
    )


@cache
def _by_owner(index: Index) -> tuple[NDArray[np.int64], list[int]]:
    """Return the sentences' rows in the order of the licenses and of their texts, and its limits.

    Those of a license are between its limit and the next.
    """
    rows = np.lexsort((index.sentence_places, index.sentence_owners))
    owners = np.arange(len(index.known) + 1)
    return rows, np.searchsorted(index.sentence_owners[rows], owners).tolist()
