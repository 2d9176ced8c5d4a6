"""Rule matchers: which words of a unit say which term.

In: an `Outline` and the phrases found in it. Out: `Hit` records, the words that a rule of
`data/terms/` matched. A pattern is looked for by the phrases of its home; where `trials` says that
it is worth it, its other stretches are looked for around them. (Gaps inside a pattern of spaCy's
Matcher cost exponential time, and so many patterns would each walk over the whole text.) The
pattern language is described in `patterns`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec

from openclause import taxonomy
from openclause.errors import DataError
from openclause.pattern_index import Late, PatternIndex
from openclause.patterns import Element, Pattern, Stretch
from openclause.phrases import Place, Places
from openclause.segmentation import Outline
from openclause.taxonomy import Rule
from openclause.tokens import Tokens, Whole
from openclause.trials import Choice, Trial, Trials

_Words = tuple[str, ...]
_Span = tuple[int, int]
_Spans = dict[str, list[_Span]]


class Hit(msgspec.Struct, frozen=True):
    """Words `[first, last)` of the outline, in one unit, that a rule matched."""

    unit: int
    first: int
    last: int
    rule: str


class Ruleset(msgspec.Struct, frozen=True):
    """All rules by id, and the term of each."""

    rules: dict[str, Rule]
    terms: dict[str, str]


@cache
def ruleset() -> Ruleset:
    """Return the rules of all terms.

    Raises
    ------
    DataError
        If two rules share an id.
    """
    rules: dict[str, Rule] = {}
    terms: dict[str, str] = {}
    for term in taxonomy.terms().values():
        for rule in term.rules:
            if rule.id in rules:
                raise DataError(f"data/terms/{term.id}.toml: rule id {rule.id!r} is used twice")
            rules[rule.id], terms[rule.id] = rule, term.id
    return Ruleset(rules, terms)


class Rules:
    """The rules, whose patterns are looked for by numbered phrases of numbered words."""

    def __init__(self, index: PatternIndex, phrases: Sequence[str], tokens: Tokens) -> None:
        self.set = ruleset()
        self._patterns = [*map(Late, index.rows)]
        self._choice = Choice(index, phrases, tokens)

    def find(self, outline: Outline, said: Whole, places: Places) -> list[Hit]:
        """Return what the rules match in each unit that is no heading, in order of the text.

        Parameters
        ----------
        said
            The numbers of the outline's words.
        places
            Where phrases stand in the outline.
        """
        rows = places.rows()
        hits: list[Hit] = []
        for trials in self._choice.trials(outline, said, places):
            hits += self._unit(trials, outline, rows)
        return hits

    def _unit(self, trials: Trials, outline: Outline, places: Sequence[Place]) -> Iterator[Hit]:
        unit = outline.units[trials.unit]
        here = _Window(outline.words[unit.first : unit.last], unit.first, places)
        found: _Spans = defaultdict(list)
        for rule, span in self._matches(trials.finding, here):
            found[rule].append(span)
        cancelling = [
            trial for trial in trials.cancelling if self._patterns[trial[1]].rule in found
        ]
        against: _Spans = defaultdict(list)
        for rule, span in self._matches(cancelling, here):
            against[rule].append(span)
        for rule, spans in found.items():
            for start, end in _longest(spans):
                if not any(s < end and start < e for s, e in against.get(rule, ())):
                    yield Hit(trials.unit, unit.first + start, unit.first + end, rule)

    def _matches(self, trials: Iterable[Trial], here: _Window) -> Iterator[tuple[str, _Span]]:
        """Yield what patterns match among the words of a unit, each with its rule."""
        said, first, places = here.said, here.first, here.places
        for place, number in trials:
            pattern, (start, end, _) = self._patterns[number], places[place]
            if span := _extend(pattern.whole, said, start - first, end - first):
                yield pattern.rule, span


class _Window(msgspec.Struct, frozen=True):
    """The words of a unit, from `first` on, and where phrases stand in the text."""

    said: _Words
    first: int
    places: Sequence[Place]


def _extend(pattern: Pattern, said: _Words, start: int, end: int) -> tuple[int, int] | None:
    """Widen a match of a pattern's home to all its stretches, or give up."""
    earliest = 0 if pattern.behind is None else len(said) - pattern.behind
    last = _rightwards(pattern.right, said, end, earliest)
    if last is None:
        return None
    latest = len(said) if pattern.before is None else pattern.before
    first = _leftwards(pattern.left, said, start, latest)
    return None if first is None else (first, last)


def _rightwards(
    stretches: Sequence[Stretch], said: _Words, end: int, earliest: int, number: int = 0
) -> int | None:
    """Match all stretches from `number` on behind `end`, the nearest first, each within its gap.

    The last of them must not end before `earliest`.
    """
    if number == len(stretches):
        return end if end >= earliest else None
    stretch = stretches[number]
    opener = stretch.opener
    for start in range(end, min(end + stretch.gap, len(said)) + 1):
        if opener is None or (start < len(said) and said[start] in opener):
            stop = _match(stretch.elements, said, start)
            found = (
                None if stop is None else _rightwards(stretches, said, stop, earliest, number + 1)
            )
            if found is not None:
                return found
    return None


def _leftwards(
    stretches: Sequence[Stretch], said: _Words, start: int, latest: int, number: int = 0
) -> int | None:
    """Match all stretches from `number` on before `start`, the nearest first, each within its gap.

    The last of them must not begin after `latest`.
    """
    if number == len(stretches):
        return start if start <= latest else None
    stretch = stretches[number]
    opener = stretch.opener
    nearest = start - stretch.gap
    for first in range(start, max(nearest - len(stretch.elements), 0) - 1, -1):
        if opener is None or said[first] in opener:
            stop = _match(stretch.elements, said, first)
            if stop is not None and nearest <= stop <= start:
                found = _leftwards(stretches, said, first, latest, number + 1)
                if found is not None:
                    return found
    return None


def _match(elements: Sequence[Element], said: _Words, at: int) -> int | None:
    """Return where elements that begin at `at` end, or None."""
    for number, element in enumerate(elements):
        takes = at < len(said) and (said[at] in element.words) != element.negated
        if takes and element.optional:
            ahead = _match(elements[number + 1 :], said, at + 1)
            return ahead if ahead is not None else _match(elements[number + 1 :], said, at)
        if takes:
            at += 1
        elif not element.optional:
            return None
    return at


def _longest(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep the spans that no other span of the same rule covers."""
    if len(spans) == 1:
        return spans
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept
