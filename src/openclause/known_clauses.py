"""What readers reviewed of the known licenses: their clauses, by the sentences that say them.

In: licenses with their labels, or a model folder. Out: `KnownClauses`, which hold places, terms and
modalities and the hashes of sentences, but no texts. How they are found again in a text is for
`recall`; a model folder may lack them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.clauses import Labelled
from openclause.documents import without_comment_signs
from openclause.fingerprints import Sentence, sentences
from openclause.index import Known, without_titles
from openclause.modelfile import Part, find_folder, read_manifest, read_part, unpacking
from openclause.shapes import Shape, refuse_misfits
from openclause.taxonomy import MODALITIES, Holder, Modality, terms

KNOWN_PART = "known"
_HOLDERS: tuple[str, ...] = get_args(Holder)
WORD = re.compile(r"\w+")
MARKERS = re.compile(r"[\W_]*(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivx]{2,4})[.)]+\s+)?[\W_]*")
_MOST = int(np.iinfo(np.uint16).max)
_COLUMNS = 8
_SHAPES = {
    "rows": Shape("u2", ("rows", _COLUMNS)),
    "counts": Shape("u4", ("known",)),
    "sentences": Shape("u4", ("sentences",)),
    "lengths": Shape("u4", ("known",)),
}


class Reviewed(msgspec.Struct, frozen=True):
    """A clause by the places of its sentences in the license, `first` to `last`.

    `skipped` words of the first one stand before it, `left` words of the last one behind it.
    """

    first: int
    last: int
    skipped: int
    left: int
    term: str
    modality: Modality
    holder: Holder
    main: bool


class KnownClauses(msgspec.Struct, frozen=True, eq=False):
    """The reviewed clauses of licenses by their id, the hashes of their sentences in order.

    `read` are the ids of those whose category a careful reader gave.
    """

    clauses: Mapping[str, tuple[Reviewed, ...]] = {}
    sentences: Mapping[str, tuple[int, ...]] = {}
    read: frozenset[str] = frozenset()


def review_of(
    known: Known, text: str, labels: Iterable[Labelled]
) -> tuple[tuple[int, ...], tuple[Reviewed, ...]]:
    """Return the hashes of a license's sentences, and its labels by their places among them."""
    masked = without_comment_signs(text)
    said = without_titles(sentences(text), known)
    found = (_by_place(masked, said, label) for label in labels)
    return tuple(each.hash for each in said), tuple(filter(None, found))


def _by_place(masked: str, said: Sequence[Sentence], label: Labelled) -> Reviewed | None:
    own = [n for n, each in enumerate(said) if each.start < label.end and label.start < each.end]
    if not own:
        return None
    first, last = said[own[0]], said[own[-1]]
    begin = body(masked, first)
    return Reviewed(
        first=own[0],
        last=own[-1],
        skipped=len(WORD.findall(masked, begin, max(begin, label.start))),
        left=len(WORD.findall(masked, min(label.end, last.end), last.end)),
        term=label.term,
        modality=label.modality,
        holder=label.holder,
        main=label.main,
    )


def body(masked: str, sentence: Sentence) -> int:
    """Return where a sentence begins behind its bullet or number."""
    marker = MARKERS.match(masked, sentence.start, sentence.end)
    return marker.end() if marker and marker.end() < sentence.end else sentence.start


def gathered(
    licenses: Iterable[tuple[Known, str, Sequence[Labelled] | None]], read: Iterable[str]
) -> KnownClauses:
    """Keep what was reviewed of licenses: each with its text, and its labels if it has any.

    Parameters
    ----------
    read
        The ids of the licenses whose category a careful reader gave.
    """
    found = {
        known.id: review_of(known, text, labels)
        for known, text, labels in licenses
        if labels is not None
    }
    return KnownClauses(
        clauses={id_: own for id_, (_, own) in found.items()},
        sentences={id_: hashes for id_, (hashes, _) in found.items()},
        read=frozenset(read),
    )


def known_part(known: KnownClauses) -> Part:
    """Return what was reviewed as a part of a model folder."""
    ids = sorted(known.clauses)
    names = sorted(terms())
    rows = [
        (
            *(each.first, each.last, min(each.skipped, _MOST), min(each.left, _MOST)),
            *(names.index(each.term), MODALITIES.index(each.modality)),
            *(_HOLDERS.index(each.holder), int(each.main)),
        )
        for id_ in ids
        for each in known.clauses[id_]
        if each.last <= _MOST
    ]
    counts = [sum(each.last <= _MOST for each in known.clauses[id_]) for id_ in ids]
    lengths = [len(known.sentences[id_]) for id_ in ids]
    hashes = [hash_ for id_ in ids for hash_ in known.sentences[id_]]
    return Part(
        name=KNOWN_PART,
        settings={"ids": ids, "terms": names, "read": sorted(known.read)},
        arrays={
            "rows": np.array(rows, np.uint16).reshape(-1, _COLUMNS),
            "counts": np.array(counts, np.uint32),
            "sentences": np.array(hashes, np.uint32),
            "lengths": np.array(lengths, np.uint32),
        },
    )


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ids: tuple[str, ...]
    terms: tuple[str, ...]
    read: frozenset[str]


def load_known_clauses(folder: Path | None = None) -> KnownClauses:
    """Read what was reviewed from a model folder, by default of the one that openclause carries.

    A folder that holds none of it gives empty `KnownClauses`.

    Raises
    ------
    ModelError
        If there is no model, or it is damaged or made for another version.
    """
    folder = find_folder(folder)
    if f"{KNOWN_PART}.json" not in read_manifest(folder).files:
        return KnownClauses()
    part = read_part(folder, KNOWN_PART)
    with unpacking(folder, KNOWN_PART):
        return _unpacked(part.settings, part.arrays)


_T = TypeVar("_T")


class _OnDemand(Mapping[str, tuple[_T, ...]]):
    """Rows of licenses by their id, made into records when they are asked for: few ever are."""

    def __init__(self, rows: Mapping[str, NDArray[Any]], make: Callable[[Any], _T]) -> None:
        self._rows = rows
        self._make = make

    def __getitem__(self, id_: str) -> tuple[_T, ...]:
        return tuple(map(self._make, self._rows[id_].tolist()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _unpacked(settings: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> KnownClauses:
    own = msgspec.convert(settings, _Settings)
    refuse_misfits(arrays, _SHAPES, {"known": len(own.ids)})
    rows = _parts(arrays["rows"], arrays["counts"], len(own.ids))
    hashes = _parts(arrays["sentences"], arrays["lengths"], len(own.ids))
    _refuse_misfits(arrays, own.terms)
    return KnownClauses(
        _OnDemand(dict(zip(own.ids, rows, strict=True)), partial(_reviewed, own.terms)),
        _OnDemand(dict(zip(own.ids, hashes, strict=True)), int),
        own.read,
    )


def _parts(table: NDArray[Any], counts: NDArray[Any], n: int) -> list[NDArray[Any]]:
    if int(counts.sum()) != len(table):
        raise ValueError(f"{len(counts)} counts of {len(table)} rows for {n} licenses")
    limits = pairwise([0, *np.cumsum(counts, dtype=np.int64).tolist()])
    return [table[start:end] for start, end in limits]


def _refuse_misfits(arrays: Mapping[str, NDArray[Any]], names: Sequence[str]) -> None:
    """Raise a `ValueError` where a clause lies outside of its license, or says what nothing does.

    What is unpacked later fits then.
    """
    first, last, _, _, term, modality, holder, _ = arrays["rows"].T
    if (first > last).any() or (last >= np.repeat(arrays["lengths"], arrays["counts"])).any():
        raise ValueError("clauses of sentences that there are not")
    for said, known in ((term, names), (modality, MODALITIES), (holder, _HOLDERS)):
        if said.max(initial=0) >= max(len(known), 1):
            raise ValueError(f"a row says {said.max()} of {len(known)}")
    if (
        strange := {names[each] for each in np.flatnonzero(np.bincount(term)).tolist()}
        - terms().keys()
    ):
        raise ValueError(f"clauses of {', '.join(sorted(strange))}")


def _reviewed(names: Sequence[str], row: Sequence[int]) -> Reviewed:
    first, last, skipped, left, term, modality, holder, main = row
    return Reviewed(
        *(first, last, skipped, left, names[term], MODALITIES[modality]),
        msgspec.convert(_HOLDERS[holder], Holder),
        bool(main),
    )
