"""Clauses: what the units of a text permit, oblige to and prohibit, as records.

In: a text. Out: `Effect`s, and `Clause`, the record that they become. The rules say which term a
unit is about, the scopes say with which modality; here the two are joined, and lead-ins hand their
terms to their items. How effects become records is for `placing`, what follows from them for
`criteria` and `openness`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

import msgspec

from openclause.modality import Scopes, cue_phrases, find_cues, scopes_of
from openclause.phrases import Place, phrases_of, vocabulary
from openclause.reach import Cue
from openclause.rules import Hit, Rules
from openclause.segmentation import DEEPEST, Outline, segment
from openclause.standing import is_licensors
from openclause.taxonomy import Holder, Modality, Rule, terms
from openclause.tokens import turns

if TYPE_CHECKING:
    from spacy.vocab import Vocab

# A sentence with these says what words mean: no clause.
_MEANING = frozenset(["means", "mean", "meaning", "refers"])
_QUOTES = ('"', "“", "'", "‘")
_RULE_CONFIDENCE = 0.8
# So many units behind a lead-in are asked whether they are its items.
_MOST_ITEMS = 1_000


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


def _rows(outline: Outline, asked: Container[int]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the words of the units that are asked for, each with the number of its first."""
    for number, unit in enumerate(outline.units):
        if number in asked:
            yield unit.first, outline.words[unit.first : unit.last]


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
        """Find the cues and rule hits in the units of a text that are asked for, else in all.

        What is said of a unit hangs on what leads it in, too: that must be asked for with it.
        """
        places = self.places(outline, asked)
        hits = self.rules.find(outline, places)
        return Reading(text, outline, scopes_of(outline, find_cues(places)), tuple(hits), asked)

    def places(self, outline: Outline, asked: Container[int] | None = None) -> list[Place]:
        """Return where the phrases of rules and cues stand in the units that are asked for."""
        rows = turns(outline) if asked is None else _rows(outline, asked)
        places: list[Place] = []
        for first, words in rows:
            found = self.phrases.find(words)
            places += [(first + s, first + e, phrase) for s, e, phrase in found] if first else found
        return places

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
        holder = rule.holder or holder_of(reading, hit.unit, cue, (term, modality))
        if rule.spread and (items := items_under(reading.outline, hit.unit)):
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
        number in reading.outline.defining
        or not _MEANING.isdisjoint(words)
        or reading.text.startswith(_QUOTES, unit.start)
        or all(cue.kind.modality == "mask" for cue in reading.scopes.cues[number])
    )


def holder_of(
    reading: Reading, number: int, cue: Cue | None, effect: tuple[str, Modality]
) -> Holder:
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


def items_under(outline: Outline, lead: int) -> list[int]:
    """Return the units that a unit leads in, at some depth, that lead in nothing themselves."""
    levels, leads = {lead: 0}, {lead}
    for number in range(lead + 1, min(lead + _MOST_ITEMS, len(outline.units))):
        unit = outline.units[number]
        if unit.lead < lead and unit.depth <= outline.units[lead].depth:
            break
        level = levels.get(unit.lead, DEEPEST)
        if level < DEEPEST:
            levels[number] = level + 1
            leads.add(unit.lead)
    return sorted(levels.keys() - leads)


@cache
def reader() -> Reader:
    """Return the reader that the process shares."""
    return Reader(vocabulary())
