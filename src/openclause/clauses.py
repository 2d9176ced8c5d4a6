"""Clauses: what the units of a text permit, oblige to and prohibit, as records.

In: a text. Out: `Clause` records in order of the text. The rules say which term a unit is about,
the scopes say with which modality; here the two are joined, lead-ins hand their terms to their
items, and spans become records with true offsets. What follows from the clauses is for
`criteria` and `openness`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Protocol

import msgspec

from openclause.lines import LineNumbers
from openclause.modality import Cue, Scopes, cue_phrases, find_cues, scopes_of
from openclause.phrases import Place, phrases_of, vocabulary
from openclause.rules import Hit, Rules
from openclause.segmentation import Outline, segment
from openclause.standing import is_licensors, is_main, restricts
from openclause.taxonomy import Holder, Modality, Rule, terms
from openclause.tokens import turns
from openclause.wording import lowered

if TYPE_CHECKING:
    from spacy.vocab import Vocab

# A line of comment signs alone parts paragraphs as an empty one does.
_PARAGRAPH_END = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t#*;%/-]*[\r\n]")
# Searched for in lower case; each way to begin has a letter of its own, which is told much faster.
_CONDITION = re.compile(
    r"(?:a(?<=\ba)s\s+(?:long\s+as|follows)|i(?<=\bi)f\s+you"
    r"|o(?<=\bo)n(?:\s+(?:the\s+)?condition\s+that|ly\s+if)"
    r"|p(?<=\bp)rovided(?:,?\s+(?:however,?\s+)?that|\s+(?=you|the))"
    r"|s(?<=\bs)(?:o\s+long\s+as|ubject\s+to\s+the\s+following)"
    r"|u(?<=\bu)nder\s+the\s+following\s+conditions?)\b"
)
# A sentence with these says what words mean: no clause.
_MEANING = frozenset(["means", "mean", "meaning", "refers"])
_QUOTES = ('"', "“", "'", "‘")
# Terms whose consecutive sentences are one clause, and those that a silent sentence does not cut.
_FLOWING = frozenset(
    ["warranty-disclaimer", "liability-limit", "indemnity", "governing-law", "export-control"]
)
_UNBROKEN = frozenset(["warranty-disclaimer", "liability-limit"])
# The law that governs and the courts that decide are two clauses, each of one kind of rule.
_KINDRED = frozenset(["governing-law"])
_RULE_CONFIDENCE = 0.8
# The unit of an effect in a text whose outline nobody asked for.
NOWHERE = -1


class Clause(msgspec.Struct, frozen=True):
    """One legal effect and where the text says it.

    `start` and `end` are character offsets into the document's text, half-open; `line` is
    1-based; `confidence` lies in [0, 1]; `source` names the rule (`rule:<id>`), `model`, `known`
    or a `+`-join of them.
    """

    id: str
    start: int
    end: int
    line: int
    section: str | None
    text: str
    term: str
    modality: Modality
    holder: Holder
    main: bool
    restricts: tuple[str, ...]
    conditions: tuple[str, ...]
    confidence: float
    source: str


class Labelled(Protocol):
    """What a clause says at the characters `[start, end)` of a text, found or given by a reader."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it is over."""

    @property
    def term(self) -> str:
        """What it is about."""

    @property
    def modality(self) -> Modality:
        """Whether it permits, demands or forbids."""

    @property
    def holder(self) -> Holder:
        """Whose act it is."""

    @property
    def main(self) -> bool:
        """Whether a user must not miss it."""


class Effect(msgspec.Struct, frozen=True):
    """A term and modality that a unit carries, and what showed it.

    `weighed` tells whether the model gave the confidence.
    """

    unit: int
    term: str
    modality: Modality
    holder: Holder
    rules: tuple[str, ...]
    confidence: float
    weighed: bool = False


# An effect and where it stands, `[start, end)`.
Span = tuple[Effect, int, int]


class Reading(msgspec.Struct, frozen=True):
    """A text taken apart: its outline, cues and rule hits, from which effects are decided.

    `asked` holds the numbers of the units that are looked into; None: all.
    """

    text: str
    outline: Outline
    scopes: Scopes
    hits: tuple[Hit, ...]
    asked: Container[int] | None = None

    def looked_into(self) -> list[int]:
        """Return the numbers of the units that may say a clause: no headings, and asked for."""
        asked = self.asked
        return [
            number
            for number, unit in enumerate(self.outline.units)
            if unit.kind != "heading" and (asked is None or number in asked)
        ]


class Reader:
    """Reads texts into clauses with one vocabulary, its rules and its cues."""

    def __init__(self, vocab: Vocab | None) -> None:
        self.rules = Rules()
        self.phrases = phrases_of(vocab)
        self.phrases.add(phrase.split(" ") for phrase in {*self.rules.phrases(), *cue_phrases()})

    def take_apart(self, text: str, mask: Sequence[tuple[int, int]] | None = None) -> Reading:
        """Segment a text and find the cues and rule hits in it."""
        if mask is None:
            from openclause.documents import comment_mask

            mask = comment_mask(text)
        return self.look_through(text, segment(text, mask))

    def look_through(
        self, text: str, outline: Outline, asked: Container[int] | None = None
    ) -> Reading:
        """Find the cues in a text, and the rule hits in the units that are asked for, else in all.

        What is said of a unit hangs on its own hits and on those of what leads it in.
        """
        places = self.places(outline)
        hits = self.rules.find(outline, places, asked)
        return Reading(text, outline, scopes_of(outline, find_cues(places)), tuple(hits), asked)

    def places(self, outline: Outline) -> list[Place]:
        """Return where the phrases of rules and cues stand in an outline, in its order."""
        places: list[Place] = []
        for first, words in turns(outline):
            found = self.phrases.find(words)
            places += [(first + s, first + e, phrase) for s, e, phrase in found] if first else found
        return places

    def read(self, text: str) -> tuple[Clause, ...]:
        """Return the clauses of a text, in its order."""
        reading = self.take_apart(text)
        return records(reading, self.effects(reading))

    def effects(self, reading: Reading) -> list[Effect]:
        """Decide what each unit carries, by the rules alone."""
        found: dict[tuple[int, str, Modality], list[str]] = defaultdict(list)
        holders: dict[tuple[int, str, Modality], Holder] = {}
        for hit in reading.hits:
            for unit, modality, holder in self._resolve(reading, hit):
                key = (unit, self.rules.set.terms[hit.rule], modality)
                found[key].append(hit.rule)
                holders.setdefault(key, holder)
        return [
            Effect(
                unit,
                term,
                modality,
                holders[unit, term, modality],
                tuple(dict.fromkeys(rules)),
                _RULE_CONFIDENCE,
            )
            for (unit, term, modality), rules in sorted(found.items())
        ]

    def _resolve(self, reading: Reading, hit: Hit) -> Iterator[tuple[int, Modality, Holder]]:
        rule = self.rules.set.rules[hit.rule]
        if _defines(reading, hit.unit):
            return
        governed, cue = reading.scopes.governs(hit.unit, hit.first, hit.last)
        if governed == "none" and self._is_order(reading, hit):
            governed = "obligation"
        modality = _modality(rule, governed)
        if modality is None:
            return
        term = self.rules.set.terms[hit.rule]
        holder = rule.holder or _holder(reading, hit.unit, cue, (term, modality))
        if rule.spread and (items := _items(reading.outline, hit.unit)):
            for item in items:
                yield item, modality, holder
        else:
            yield hit.unit, modality, holder

    def _is_order(self, reading: Reading, hit: Hit) -> bool:
        """Tell an order: a duty at the very beginning of a unit that no cue governs."""
        duty = terms()[self.rules.set.terms[hit.rule]].group == "conditions"
        return duty and hit.first <= reading.outline.units[hit.unit].first + 1


def _defines(reading: Reading, number: int) -> bool:
    """Tell a definition; a rule that merely stands under such a heading is none."""
    unit = reading.outline.units[number]
    if unit.role != "definition":
        return False
    words = reading.outline.words[unit.first : unit.last]
    return (
        number in reading.outline.definitions.values()
        or not _MEANING.isdisjoint(words)
        or reading.text.startswith(_QUOTES, unit.start)
        or all(cue.kind.modality == "mask" for cue in reading.scopes.cues[number])
    )


def _holder(reading: Reading, number: int, cue: Cue | None, effect: tuple[str, Modality]) -> Holder:
    """Return whose act a cue speaks of; of some acts only the licensor's if none is named."""
    first = reading.outline.units[number].first
    before = reading.outline.words[first : max(first, cue.first)] if cue else ()
    if is_licensors(*effect, before):
        return "licensor"
    return reading.scopes.holder(number, cue)


def _modality(rule: Rule, governed: str) -> Modality | None:
    if rule.modality != "scope":
        return rule.modality
    if governed not in ("permission", "obligation", "prohibition"):
        return None
    read = rule.reads.get(governed, governed)  # type: ignore[call-overload]
    return None if read == "none" else read


def _items(outline: Outline, lead: int) -> list[int]:
    """Return the units that a unit leads in, at any depth, that lead in nothing themselves."""
    below, leads = {lead}, {lead}
    for number in range(lead + 1, len(outline.units)):
        unit = outline.units[number]
        if unit.lead < lead and unit.depth <= outline.units[lead].depth:
            break
        if unit.lead in below:
            below.add(number)
            leads.add(unit.lead)
    return sorted(below - leads)


def records(reading: Reading, effects: Sequence[Effect]) -> tuple[Clause, ...]:
    """Turn effects into records: offsets, lines, sections, conditions and what they restrict."""
    return placed(reading, spans_of(reading, effects))


def spans_of(reading: Reading, effects: Sequence[Effect]) -> list[Span]:
    """Give effects their spans, joined where they are one clause, without what is said twice."""
    return _outermost(_merged(reading, effects))


def placed(
    reading: Reading, spans: Sequence[Span], *, among: Sequence[Span] | None = None
) -> tuple[Clause, ...]:
    """Turn effects with spans of their own into records, in the text's order.

    Parameters
    ----------
    among
        All that the text says, where the spans are but some of it.
    """
    lines = LineNumbers(reading.text)
    alike = Counter((effect.term, effect.modality) for effect, *_ in among or spans)
    spans = sorted(spans, key=lambda span: (*span[1:], span[0].term, span[0].modality))
    return tuple(
        _record(reading, span, f"c{number}", lines, alike=alike[span[0].term, span[0].modality])
        for number, span in enumerate(spans, 1)
    )


def _merged(reading: Reading, effects: Sequence[Effect]) -> list[Span]:
    """Give effects their spans; a disclaimer of several sentences in a paragraph is one."""
    units = reading.outline.units
    speaking = {effect.unit for effect in effects}
    spans: list[Span] = []
    last: dict[tuple[str, Modality], int] = {}
    for effect in sorted(effects, key=lambda each: each.unit):
        unit, key = units[effect.unit], (effect.term, effect.modality)
        before = last.get(key)
        if before is not None and _runs_on(reading, spans[before][0], effect, speaking):
            first, start, _ = spans[before]
            spans[before] = (_stronger(first, effect), start, unit.whole)
        else:
            last[key] = len(spans)
            spans.append((effect, unit.start, unit.whole))
    return spans


def _outermost(spans: Sequence[Span]) -> list[Span]:
    """Leave out what says within a sentence what the whole of it says at least as surely."""
    kept: list[Span] = []
    last: dict[tuple[str, Modality], tuple[int, float]] = {}
    for span in sorted(spans, key=lambda span: (span[1], -span[2])):
        effect, _, end = span
        outer_end, confidence = last.get((effect.term, effect.modality), (-1, 0.0))
        if end <= outer_end and effect.confidence <= confidence:
            continue
        kept.append(span)
        if end > outer_end:
            last[effect.term, effect.modality] = end, effect.confidence
    return kept


def parts_paragraphs(text: str, start: int, end: int) -> bool:
    """Tell whether a paragraph ends in a stretch of a text."""
    return _PARAGRAPH_END.search(text, start, end) is not None


def _runs_on(reading: Reading, before: Effect, after: Effect, speaking: AbstractSet[int]) -> bool:
    """Tell sentences of one paragraph that disclaim the same, at most a silent one between them."""
    units = reading.outline.units
    one, two = units[before.unit], units[after.unit]
    if after.term in _KINDRED and set(before.rules).isdisjoint(after.rules):
        return False
    skipped = after.unit - 1 not in speaking and after.term in _UNBROKEN
    return (
        after.term in _FLOWING
        and after.unit - before.unit <= 1 + skipped
        and one.lead == two.lead
        and not parts_paragraphs(reading.text, one.end, two.start)
    )


def _stronger(one: Effect, two: Effect) -> Effect:
    """Join two effects: the later unit, so that a third may follow, and what showed either."""
    return msgspec.structs.replace(
        two,
        rules=tuple(dict.fromkeys(one.rules + two.rules)),
        confidence=max(one.confidence, two.confidence),
    )


def _record(reading: Reading, span: Span, name: str, lines: LineNumbers, *, alike: int) -> Clause:
    effect, start, end = span
    said = reading.text[start:end]
    return Clause(
        id=name,
        start=start,
        end=end,
        line=lines.of(start),
        section=_section(reading.outline, effect.unit),
        text=said,
        term=effect.term,
        modality=effect.modality,
        holder=effect.holder,
        main=is_main(effect.term, effect.modality, said, alike=alike),
        restricts=restricts(effect.term, effect.modality, said),
        conditions=_conditions(reading, effect, said),
        confidence=effect.confidence,
        source=_source(effect),
    )


def _section(outline: Outline, unit: int) -> str | None:
    return None if unit == NOWHERE else outline.units[unit].section


def _source(effect: Effect) -> str:
    return "+".join([*(f"rule:{rule}" for rule in effect.rules), *["model"] * effect.weighed])


def _conditions(reading: Reading, effect: Effect, said: str) -> tuple[str, ...]:
    """Return the words that a permission hangs on, and the items that it leads in."""
    if effect.modality != "permission" or effect.unit == NOWHERE:
        return ()
    own = _condition(said)
    if own is None:
        return ()
    units = reading.outline.units
    items = [
        reading.text[units[item].start : units[item].end]
        for item in _items(reading.outline, effect.unit)
        if units[item].kind != "inline"
    ]
    return (own, *(" ".join(item.split()) for item in items))


@lru_cache(maxsize=1)
def _condition(said: str) -> str | None:
    """Return the words of a condition; the last are kept, for a sentence permits much at once."""
    found = _CONDITION.search(lowered(said))
    return " ".join(said[found.start() :].split()) if found else None


@cache
def reader() -> Reader:
    """Return the reader that the process shares."""
    return Reader(vocabulary())
