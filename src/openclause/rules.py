"""Rule matchers: which words of a unit say which term.

In: an `Outline` and the phrases found in it. Out: `Hit` records, the words that a rule of
`data/terms/` matched. A pattern is looked for by the phrases of its home; its other stretches are
then looked for around them, but only where all other words that it cannot do without occur in the
unit. (Gaps inside a pattern of spaCy's Matcher cost exponential time, and so many patterns
would each walk over the whole text.) The pattern language is described in `patterns`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, reduce
from itertools import chain
from operator import or_

import msgspec

from openclause import taxonomy
from openclause.errors import DataError
from openclause.pattern_index import Homes, Late, pattern_index
from openclause.patterns import Element, Pattern, Stretch
from openclause.phrases import Place
from openclause.segmentation import Outline, Unit
from openclause.taxonomy import Rule

_Words = tuple[str, ...]
_Spans = dict[str, list[tuple[int, int]]]
# The sets of words that a pattern needs, as bits, and the pattern.
_Needy = tuple[int, Late]
# Phrase -> the patterns that are looked for by it.
_Homes = dict[str, list[_Needy]]


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


class _Needs:
    """The sets of words that patterns cannot do without, each a bit of a number."""

    def __init__(self, sets: Sequence[Iterable[str]]) -> None:
        self._all = (1 << len(sets)) - 1
        self._met_by: dict[str, int] = defaultdict(int)
        for number, words in enumerate(sets):
            for word in words:
                self._met_by[word] |= 1 << number

    def lacking(self, words: Iterable[str]) -> int:
        """Return the bits of the sets of which none of these words is."""
        return self._all ^ reduce(or_, filter(None, map(self._met_by.get, words)), 0)


class Rules:
    """The rules by the phrases that they are looked for by."""

    def __init__(self) -> None:
        self.set = ruleset()
        index = pattern_index()
        self._needs = _Needs(index.sets)
        late = [(sum(1 << number for number in row.needs), Late(row)) for row in index.rows]
        self._finding = _homes(index.finding, late)
        self._cancelling = {rule: _homes(homes, late) for rule, homes in index.cancelling.items()}

    def phrases(self) -> Iterator[str]:
        """Yield the phrases that the patterns are looked for by, each word parted by a space."""
        yield from dict.fromkeys(chain(self._finding, *self._cancelling.values()))

    def find(self, outline: Outline, places: Sequence[Place]) -> list[Hit]:
        """Return what the rules match in each unit that is no heading, in order of the text.

        Parameters
        ----------
        places
            Where phrases stand in the outline, in its order.
        """
        hits: list[Hit] = []
        at = 0
        for number, unit in enumerate(outline.units):
            first, at = at, bisect_left(places, (unit.last,), lo=at)
            if unit.kind != "heading" and at > first:
                hits += self._unit(number, unit, outline.words, places[first:at])
        return hits

    def _unit(
        self, number: int, unit: Unit, words: _Words, places: Sequence[Place]
    ) -> Iterator[Hit]:
        first, said = unit.first, words[unit.first : unit.last]
        here = _Window(said, first, self._needs.lacking(said), places)
        found: _Spans = defaultdict(list)
        for rule, span in _matches(self._finding, here):
            found[rule].append(span)
        for rule, spans in found.items():
            exceptions = self._cancelling.get(rule)
            against = [span for _, span in _matches(exceptions, here)] if exceptions else ()
            for start, end in _longest(spans):
                if not any(s < end and start < e for s, e in against):
                    yield Hit(number, first + start, first + end, rule)


def _homes(homes: Homes, late: Sequence[_Needy]) -> _Homes:
    return {phrase: [late[number] for number in numbers] for phrase, numbers in homes.items()}


class _Window(msgspec.Struct, frozen=True):
    """The words of a unit from `first` on, the sets of words that it lacks, as bits, and phrases.

    These begin in the unit, but may go on behind it.
    """

    said: _Words
    first: int
    lacking: int
    places: Sequence[Place]


def _matches(patterns: _Homes, here: _Window) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield what patterns match among the words of a unit, each with its rule."""
    said, first, lacking = here.said, here.first, here.lacking
    last = first + len(said)
    for start, end, phrase in here.places:
        for needs, pattern in patterns.get(phrase, ()):
            if needs & lacking or end > last:  # the hottest line: most patterns end here
                continue
            if (span := _extend(pattern.whole, said, start - first, end - first)) is not None:
                yield pattern.rule, span


def _extend(pattern: Pattern, said: _Words, start: int, end: int) -> tuple[int, int] | None:
    """Widen a match of a pattern's home to all its stretches, or give up."""
    if not _shows_neighbours(pattern, said, start, end):
        return None
    earliest = 0 if pattern.behind is None else len(said) - pattern.behind
    last = _rightwards(pattern.right, said, end, earliest)
    if last is None:
        return None
    latest = len(said) if pattern.before is None else pattern.before
    first = _leftwards(pattern.left, said, start, latest)
    return None if first is None else (first, last)


def _shows_neighbours(pattern: Pattern, said: _Words, start: int, end: int) -> bool:
    """Tell whether words that the first stretch of each side must show stand within its gap."""
    right, left = pattern.right, pattern.left
    shown = right[0].nearest if right else None
    if shown and shown.isdisjoint(said[end : end + right[0].gap + 1]):
        return False
    shown = left[0].nearest if left else None
    return not (shown and shown.isdisjoint(said[max(start - left[0].gap - 1, 0) : start]))


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
