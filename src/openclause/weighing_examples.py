"""Licenses with one drill put in: what a single sentence makes of a text, to be weighed.

In: labelled documents and drills. Out: `Planted` texts with the category that each comes to. Real
texts seldom hang on one plain sentence, and where they do it must count; but only as far as it is
read rightly, which the model that reads it must not have learnt by heart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, filterfalse, islice
from zlib import crc32

import msgspec

from openclause.clause_examples import drilled_limit
from openclause.corpus import LabelledDocument
from openclause.drills import Drill
from openclause.limits import NO_LIMIT
from openclause.taxonomy import categories

# So many licenses take drills: an open one so many of any kind and so many limits beside them, one
# that is not open so many that limit nothing.
_HOSTS, _EACH, _LIMITS, _HARMLESS = 350, 5, 3, 2
# Every such drill is set aside.
_PART = 5
# In characters.
_SHORTEST, _LONGEST = 400, 8_000
# The last rank that is open.
_STRICTEST = 3
_PARAGRAPH = "\n\n"


class Planted(msgspec.Struct, frozen=True):
    """A license with a sentence more, and the category that it then has."""

    host: LabelledDocument
    text: str
    category: str


def set_aside(drills: Sequence[Drill]) -> tuple[list[Drill], list[Drill]]:
    """Part drills into those that a model may learn from, and a fifth that is put before it.

    Which they are hangs on their words alone, not on their order or number.
    """
    learnt, aside = list[Drill](), list[Drill]()
    for each in drills:
        (learnt if _mixed(each.sentence) % _PART else aside).append(each)
    return learnt, aside


def planted(documents: Sequence[LabelledDocument], drills: Sequence[Drill]) -> Iterator[Planted]:
    """Yield licenses, one of each family, each with one drill, several times over.

    Open ones take drills of all kinds, limits above all: that none is missed counts most. The
    others take what limits nothing, and stay what they are.
    """
    queue = _telling(sorted((d for d in drills if not d.lead), key=lambda d: _mixed(d.sentence)))
    for host in _hosts(documents, _is_open):
        some = islice(queue, _EACH)
        for drill in chain(some, islice(filter(_restricts, queue), _LIMITS)):
            yield Planted(host, _planted(host.text, drill.sentence), _category(host, drill))
    for host in _hosts(documents, lambda each: not _is_open(each)):
        for drill in islice(filterfalse(_restricts, queue), _HARMLESS):
            yield Planted(host, _planted(host.text, drill.sentence), host.record.category)


def _hosts(
    documents: Iterable[LabelledDocument], fits: Callable[[LabelledDocument], bool]
) -> Iterator[LabelledDocument]:
    """Yield some licenses that fit, one of each family."""
    families: dict[str, LabelledDocument] = {}
    for each in sorted(documents, key=lambda each: _mixed(each.record.key)):
        if _is_host(each) and fits(each):
            families.setdefault(each.record.family, each)
    yield from islice(families.values(), _HOSTS)


def _is_host(document: LabelledDocument) -> bool:
    record = document.record
    return (
        categories()[record.category].rank is not None
        and not record.addendum
        and not record.unnamed
        and _SHORTEST < len(document.text) < _LONGEST
    )


def _is_open(document: LabelledDocument) -> bool:
    return (categories()[document.record.category].rank or 0) <= _STRICTEST


def _telling(drills: Iterable[Drill]) -> Iterator[Drill]:
    """Yield the drills that tell what they come to."""
    return (drill for drill in drills if drilled_limit(drill) is not None)


def _restricts(drill: Drill) -> bool:
    return drilled_limit(drill) != NO_LIMIT


def _category(host: LabelledDocument, drill: Drill) -> str:
    own, made = host.record.category, drilled_limit(drill)
    if made is None or made == NO_LIMIT:
        return own
    ranks = categories()
    return max(own, made, key=lambda name: ranks[name].rank or 0)


def _planted(text: str, sentence: str) -> str:
    paragraphs = text.split(_PARAGRAPH)
    at = 1 + _mixed(sentence) % len(paragraphs)
    return _PARAGRAPH.join([*paragraphs[:at], sentence, *paragraphs[at:]])


def _mixed(words: str) -> int:
    return crc32(words.encode())
