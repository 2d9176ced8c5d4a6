"""Drills planted into written licenses: the same sentence is learnt behind all kinds of others.

In: drills, and licenses of our own that limit nothing. Out: `UnitExamples` of licenses with drills
between their sentences. What a sentence says must not hang on where somebody puts it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, cycle, islice
from typing import cast

import msgspec

from openclause.clause_examples import (
    DRILL,
    UnitExamples,
    drill_examples,
    drilled_limit,
    unit_labels,
    written_examples,
)
from openclause.clauses import reader
from openclause.corpus import ClauseLabel, LabelledDocument
from openclause.drills import Drill
from openclause.taxonomy import Modality

PLANTED = 2  # every second drill
_PARAGRAPH, _ITEM = "\n\n", "\n   "
_MARKER = re.compile(r"(?:\(?\w{1,3}[.)]|[-*•–])\s+")
_OPEN = frozenset({"public-domain", "permissive"})


class _Planted(msgspec.Struct, frozen=True):
    """A drill and where its sentence stands."""

    drill: Drill
    start: int
    end: int


def exercises(
    drills: Sequence[Drill], written: Sequence[LabelledDocument]
) -> Iterator[UnitExamples]:
    """Yield all that is learnt from and never judged: drills, alone or planted, and licenses."""
    into = hosts(written)
    alone, planted = list[Drill](), list[Drill]()
    for number, each in enumerate(drills):
        (alone if number % PLANTED or each.lead or not into else planted).append(each)
    return chain(drill_examples(alone), planted_examples(planted, into), written_examples(written))


def hosts(written: Sequence[LabelledDocument]) -> list[LabelledDocument]:
    """Return the licenses that drills may be planted into: those that limit nothing."""
    return [each for each in written if each.record.category in _OPEN and any(_places(each.text))]


def planted_examples(
    drills: Sequence[Drill], into: Sequence[LabelledDocument]
) -> Iterator[UnitExamples]:
    """Yield licenses with drills behind their paragraphs, until all are planted.

    Drills that have a lead-in of their own are left out; so are all where there is no license.
    """
    queue = (drill for drill in drills if not drill.lead)
    for host in cycle(into):
        own = list(islice(queue, sum(_places(host.text))))
        if not own:
            return
        yield _planted(host, own)


def _places(text: str) -> Iterator[bool]:
    """Tell of each paragraph whether a sentence can stand behind it."""
    for paragraph in text.split(_PARAGRAPH):
        yield paragraph.endswith((".", ":", ";")) or _ITEM in paragraph


def _before(paragraph: str, number: int) -> str:
    """Return what parts a paragraph from a sentence: as its last item or sentence, or a new one."""
    if _ITEM in paragraph:
        marker = _MARKER.match(paragraph[paragraph.rindex(_ITEM) + len(_ITEM) :].lstrip())
        return _ITEM + (marker[0] if marker else "")
    return " " if number % 2 and paragraph.endswith(".") else _PARAGRAPH


def _planted(host: LabelledDocument, drills: Sequence[Drill]) -> UnitExamples:
    text, own, labels = _set(host, drills)
    reading = reader().take_apart(text)
    proposed = reader().effects(reading)
    units = reading.outline.units
    makes: list[str | None] = [None] * len(units)
    for each in own:
        inside = [n for n, unit in enumerate(units) if each.start <= unit.start < each.end]
        if len(inside) == 1:
            makes[inside[0]] = drilled_limit(each.drill)
    found = unit_labels(reading, labels)
    return UnitExamples(labels, reading, proposed, found, makes, True, DRILL)


def _set(
    host: LabelledDocument, drills: Sequence[Drill]
) -> tuple[str, list[_Planted], tuple[ClauseLabel, ...]]:
    """Set drills behind paragraphs: as last items of lists, else in turns as last sentences."""
    queue, own = iter(drills), list[_Planted]()
    text, read = "", 0
    starts, shifts = [], []
    for paragraph in host.text.split(_PARAGRAPH):
        text += _PARAGRAPH if text else ""
        starts.append(read)
        shifts.append(len(text) - read)
        text += paragraph
        read += len(paragraph) + len(_PARAGRAPH)
        drill = next(queue, None) if all(_places(paragraph)) else None
        if drill is not None:
            text += _before(paragraph, len(own))
            own.append(_Planted(drill, len(text), len(text) + len(drill.sentence)))
            text += drill.sentence
    moved = [
        msgspec.structs.replace(each, start=each.start + shift, end=each.end + shift)
        for each in host.record.clauses or ()
        for shift in (shifts[bisect_right(starts, each.start) - 1],)
    ]
    return text, own, (*moved, *(label for each in own for label in _labels(each)))


def _labels(planted: _Planted) -> Iterator[ClauseLabel]:
    for said in sorted(planted.drill.labels):
        modality, term = said.split("/")
        yield ClauseLabel(
            planted.start, planted.end, term, cast(Modality, modality), "recipient", False
        )
