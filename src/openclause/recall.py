"""Reviewed clauses found again in a text that is a known license, or comes near to one.

In: a text, its sentences, and the license. Out: its clauses. Of a text that has the very sentences
of the license they are the reviewed ones, placed into the text (source `known`); of another the
engine is asked, and is corrected where neither a sentence nor what leads it in was changed: there
no rule is looked for either.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

import msgspec

from openclause.clause_model import ClauseModel
from openclause.clauses import Clause, Effect, Reading, reader
from openclause.documents import comment_mask, without_comment_signs
from openclause.fingerprints import Sentence, sentences
from openclause.index import Known, without_titles
from openclause.known_clauses import WORD, Reviewed, body
from openclause.learnt import Model
from openclause.limits import Limit
from openclause.modality import scopes_of
from openclause.placing import NOWHERE, Span, placed, spans_of
from openclause.reading import weigh
from openclause.segmentation import Outline, segment
from openclause.standing import hangs_on_others
from openclause.unchanged import Range, is_within, units_to_read

# How sure a reviewed clause is: about as far as two careful readers agree.
_REVIEWED = 0.95
_KNOWN = "known"
_ITEM = re.compile(r"[\s#/;%]*(?:[*•‣·+-]\s|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivx]{2,4})[.)])")


class Told(msgspec.Struct, frozen=True):
    """The clauses of a text, whether all are the reviewed ones, and limits of other sentences."""

    clauses: tuple[Clause, ...]
    whole: bool
    limits: tuple[Limit, ...] = ()


def told(text: str, known: Known | None, learnt: Model, *, outlined: bool = True) -> Told | None:
    """Return the clauses of a text that is a reviewed license or near one; None if it is neither.

    Parameters
    ----------
    known
        The license that it is or comes nearest to, if there is one.
    outlined
        Whether the clauses of a text that has the very sentences are to have their sections and
        conditions.
    """
    answers = learnt.reviewed
    labels = answers.clauses.get(known.id) if known else None
    if known is None or labels is None:
        return None
    own, hashes = without_titles(sentences(text), known), answers.sentences[known.id]
    places = aligned(own, hashes)
    if len(places) == len(hashes) == len(own):
        outline = segment(text, comment_mask(text)) if outlined else Outline((), (), {})
        reading = Reading(text, outline, scopes_of(outline, []), ())
        return Told(_placed(reading, places, labels), whole=True)
    return _changed(text, own, places, labels, learnt.clauses)


def _changed(
    text: str,
    own: Sequence[Sentence],
    places: Mapping[int, Sentence],
    labels: Sequence[Reviewed],
    model: ClauseModel,
) -> Told:
    """Return the reviewed clauses of unchanged sentences, and what is read in the others."""
    outline = segment(text, comment_mask(text))
    sure = {place: places[place] for place in _unchanged(text, outline, own, places)}
    safe = sorted((sentence.start, sentence.end) for sentence in sure.values())
    fresh = _fresh(
        reader().look_through(text, outline, units_to_read(text, outline, safe)), safe, model
    )
    if any(hangs_on_others(effect.term, effect.modality) for effect, *_ in fresh.spans):
        fresh = _fresh(reader().look_through(text, outline), safe, model)
    found = placed(fresh.reading, fresh.spans, among=fresh.among)
    clauses = _corrected(fresh.reading, found, sure, labels)
    return Told(clauses, whole=False, limits=fresh.limits)


class _Fresh(msgspec.Struct, frozen=True):
    """What a reading comes to in changed sentences: spans, `among` all that it has, and limits."""

    reading: Reading
    spans: list[Span]
    among: list[Span]
    limits: tuple[Limit, ...]


def _fresh(reading: Reading, safe: Sequence[Range], model: ClauseModel) -> _Fresh:
    weighed = weigh(reading, reader().effects(reading), model)
    among = spans_of(reading, weighed.effects)
    spans = [span for span in among if not is_within(*span[1:], safe)]
    limits = tuple(each for each in weighed.limits if not is_within(each.start, each.end, safe))
    return _Fresh(reading, spans, among, limits)


def aligned(said: Sequence[Sentence], hashes: Sequence[int]) -> dict[int, Sentence]:
    """Return the sentence of a text that stands for each place of a license, both in their order.

    Of sentences that changed places the fewest are passed over: what they mean now is to be read.
    """
    times = Counter(hashes)
    place_of = {hash_: place for place, hash_ in enumerate(hashes) if times[hash_] == 1}
    own = [(number, place_of[s.hash]) for number, s in enumerate(said) if s.hash in place_of]
    found = {place: number for number, place in increasing(own)}
    used = set(found.values())
    # Repeated sentences belong where their neighbours are.
    for step in (1, -1):
        for place in sorted(found, reverse=step < 0):
            _extend(found, used, (place, step), said, hashes)
    return {place: said[number] for place, number in sorted(found.items())}


def increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a longest part of some pairs whose second numbers increase, as their first ones do.

    References
    ----------
    M. Fredman, On computing the length of longest increasing subsequences, 1975.
    """
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        ends[pile : pile + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _extend(
    found: dict[int, int],
    used: set[int],
    start: tuple[int, int],
    said: Sequence[Sentence],
    hashes: Sequence[int],
) -> None:
    """Go on from a place as long as both sides say the same and the license is not placed yet."""
    place, step = start
    number, place = found[place] + step, place + step
    while (
        0 <= place < len(hashes)
        and place not in found
        and 0 <= number < len(said)
        and number not in used
        and said[number].hash == hashes[place]
    ):
        found[place] = number
        used.add(number)
        number, place = number + step, place + step


def _placed(
    reading: Reading, places: Mapping[int, Sentence], labels: Sequence[Reviewed]
) -> tuple[Clause, ...]:
    """Place reviewed clauses into a text, each with a quote of its own."""
    masked = without_comment_signs(reading.text)
    rows: dict[tuple[int, int, str, str], tuple[Effect, bool]] = {}
    for label in labels:
        span = _span(masked, places[label.first], places[label.last], label)
        if span:
            effect = Effect(
                *(_unit_at(reading.outline, span[0]), label.term, label.modality, label.holder),
                *((), _REVIEWED),
            )
            rows.setdefault((*span, label.term, label.modality), (effect, label.main))
    found = placed(reading, [(effect, *key[:2]) for key, (effect, _) in rows.items()])
    mains = (rows[each.start, each.end, each.term, each.modality][1] for each in found)
    return tuple(
        msgspec.structs.replace(each, main=main, source=_KNOWN)
        for each, main in zip(found, mains, strict=True)
    )


def _span(masked: str, first: Sentence, last: Sentence, label: Reviewed) -> tuple[int, int] | None:
    """Return where a clause stands, by the words before and behind it; None if nothing is left."""
    start, end = body(masked, first), last.end
    if label.skipped:
        before = [word.start() for word in WORD.finditer(masked, start, first.end)]
        start = before[label.skipped] if label.skipped < len(before) else end
    if label.left:
        behind = [word.end() for word in WORD.finditer(masked, last.start, last.end)]
        end = behind[-label.left - 1] if label.left < len(behind) else start
    return (start, end) if start < end else None


def _unit_at(outline: Outline, start: int) -> int:
    """Return the unit of a place, or NOWHERE in an outline without units."""
    number = bisect_right(outline.units, start, key=lambda unit: unit.start) - 1
    return max(number, 0) if outline.units else NOWHERE


def _corrected(
    reading: Reading,
    kept: Sequence[Clause],
    sure: Mapping[int, Sentence],
    labels: Sequence[Reviewed],
) -> tuple[Clause, ...]:
    """Join the reviewed clauses of unchanged sentences to those that the engine found elsewhere."""
    usable = [
        label for label in labels if all(p in sure for p in range(label.first, label.last + 1))
    ]
    touching = Touching(kept)
    known = [each for each in _placed(reading, sure, usable) if not touching.any_with(each)]
    joined = sorted([*kept, *known], key=lambda each: (each.start, each.end, each.term))
    return tuple(
        msgspec.structs.replace(clause, id=f"c{number}") for number, clause in enumerate(joined, 1)
    )


def _unchanged(
    text: str, outline: Outline, said: Sequence[Sentence], places: Mapping[int, Sentence]
) -> frozenset[int]:
    """Return the places of sentences that stand behind the same lead-ins as in the license.

    All from the lead-in to the sentence must stand there in a row, as they do in the license.
    """
    at = {id(sentence): place for place, sentence in places.items()}
    own = [at.get(id(sentence), -1) for sentence in said]
    broken = [int(two < 0 or two != one + 1) for one, two in pairwise(own)]
    breaks = list(accumulate(broken, initial=0))
    heads = [*_heads(outline, said), *_leads(text, said)]
    bad = {own[number] for number, head in heads if own[head] < 0 or breaks[number] > breaks[head]}
    return frozenset(places) - bad


def _heads(outline: Outline, said: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """Yield sentences with the first one that leads them in, by the outline of the text."""
    starts = [sentence.start for sentence in said]
    ends = [sentence.end for sentence in said]
    for unit in outline.units:
        head = unit
        while head.lead >= 0 and outline.units[head.lead].kind != "heading":
            head = outline.units[head.lead]
        first = bisect_right(ends, head.start)
        for number in range(bisect_right(ends, unit.start), bisect_left(starts, unit.end)):
            yield number, min(first, number)


def _leads(text: str, said: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """Yield items of lists with what stands before the first of them and ends with a colon."""
    lead = -1
    for number, sentence in enumerate(said):
        before = said[number - 1].end if number else 0
        if number and text.endswith(":", 0, before):
            lead = number - 1
        elif not _ITEM.match(text, sentence.start):
            lead = -1
        if lead >= 0:
            yield number, lead


class Touching:
    """Clauses in the text's order, to be asked whether one of a term and modality touches some."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        own: dict[tuple[str, str], list[Clause]] = defaultdict(list)
        for clause in clauses:
            own[clause.term, clause.modality].append(clause)
        self._starts = {kind: [each.start for each in some] for kind, some in own.items()}
        self._ends = {
            kind: [*accumulate((each.end for each in some), max)] for kind, some in own.items()
        }

    def any_with(self, clause: Clause) -> bool:
        """Tell whether a clause of the same term and modality shares words with another one."""
        kind = clause.term, clause.modality
        before = bisect_left(self._starts.get(kind, ()), clause.end)
        return before > 0 and self._ends[kind][before - 1] > clause.start
