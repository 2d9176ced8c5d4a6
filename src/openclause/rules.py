"""Rule matchers: which words of a unit say which term.

In: an `Outline`. Out: `Hit` records, the words that a rule of `data/terms/` matched. The words that
a pattern is looked for by are found by one table of `phrases` for all rules; its other stretches
are then looked for around them, but only where all words that the pattern cannot do without occur
in the unit. (Gaps inside a pattern of spaCy's Matcher cost exponential time, and so many patterns
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
from openclause.phrases import phrases_of
from openclause.segmentation import Outline, Unit
from openclause.taxonomy import Rule
from openclause.tokens import Tokens, View

_Words = tuple[str, ...]
_Spans = dict[str, list[tuple[int, int]]]
# Phrase -> the patterns that are looked for by it, each with what it needs.
_Homes = dict[_Words, list[tuple[int, Late]]]


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
        met = filter(None, map(self._met_by.get, set(words)))
        return self._all & ~reduce(or_, met, 0)


class Rules:
    """The rules with a table of the words by which they are looked for."""

    def __init__(self, tokens: Tokens) -> None:
        self.set = ruleset()
        index = pattern_index()
        self._needs = _Needs(index.sets)
        rows = [(sum(1 << number for number in row.needs), Late(row)) for row in index.rows]
        self._finding = _homes(index.finding, rows)
        self._cancelling = {rule: _homes(homes, rows) for rule, homes in index.cancelling.items()}
        self._phrases = phrases_of(tokens)
        self._phrases.add("home", dict.fromkeys(chain(self._finding, *self._cancelling.values())))

    def find(self, outline: Outline, view: View) -> list[Hit]:
        """Return what the rules match in each unit that is no heading, in order of the text."""
        shift = view.first
        homes = [(start + shift, end + shift) for _, start, end in self._phrases.find(view.doc)]
        hits: list[Hit] = []
        at = 0
        for number in range(view.start, view.stop):
            unit, first = outline.units[number], at
            at = bisect_left(homes, (unit.last, 0), lo=first)
            if unit.kind != "heading" and at > first:
                hits += self._unit(number, unit, outline.words, homes[first:at])
        return hits

    def _unit(
        self, number: int, unit: Unit, words: _Words, homes: Sequence[tuple[int, int]]
    ) -> Iterator[Hit]:
        here = _Window(words, unit.first, unit.last, words[unit.first : unit.last])
        lacking = self._needs.lacking(here.said)
        found: _Spans = defaultdict(list)
        for rule, span in _matches(self._finding, here, homes, lacking):
            found[rule].append(span)
        for rule, spans in found.items():
            exceptions = self._cancelling.get(rule)
            against = [*_matches(exceptions, here, homes, lacking)] if exceptions else ()
            for start, end in _longest(spans):
                if not any(s < end and start < e for _, (s, e) in against):
                    yield Hit(number, unit.first + start, unit.first + end, rule)


def _homes(homes: Homes, rows: Sequence[tuple[int, Late]]) -> _Homes:
    return {
        tuple(phrase.split(" ")): [rows[number] for number in numbers]
        for phrase, numbers in homes.items()
    }


class _Window(msgspec.Struct, frozen=True):
    """The words `[first, last)` of a unit among `words`, and by themselves as `said`."""

    words: _Words
    first: int
    last: int
    said: _Words


def _matches(
    patterns: _Homes, here: _Window, homes: Sequence[tuple[int, int]], lacking: int
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield what patterns match among the words of a unit, each with its rule."""
    words, first, last, said = here.words, here.first, here.last, here.said
    for start, end in homes:
        for needs, pattern in patterns.get(words[start:end], ()):
            if needs & lacking or end > last:  # the hottest line: most patterns end here
                continue
            if (span := _extend(pattern.whole, said, start - first, end - first)) is not None:
                yield pattern.rule, span


def _extend(pattern: Pattern, said: _Words, start: int, end: int) -> tuple[int, int] | None:
    """Widen a match of a pattern's home to all its stretches, or give up."""
    if not (_is_right(pattern.right, said, end) and _is_left(pattern.left, said, start)):
        return None
    earliest = 0 if pattern.behind is None else len(said) - pattern.behind
    last = _rightwards(pattern.right, said, end, earliest)
    if last is None:
        return None
    latest = len(said) if pattern.before is None else pattern.before
    first = _leftwards(pattern.left, said, start, latest)
    return None if first is None else (first, last)


def _is_right(stretches: Sequence[Stretch], said: _Words, end: int) -> bool:
    """Tell whether one of the words that the first stretch must show stands within its gap."""
    if not stretches or (shown := stretches[0].nearest) is None:
        return True
    return not shown.isdisjoint(said[end : end + stretches[0].gap + 1])


def _is_left(stretches: Sequence[Stretch], said: _Words, start: int) -> bool:
    if not stretches or (shown := stretches[0].nearest) is None:
        return True
    return not shown.isdisjoint(said[max(start - stretches[0].gap - 1, 0) : start])


def _rightwards(stretches: Sequence[Stretch], said: _Words, end: int, earliest: int) -> int | None:
    """Match all stretches behind `end`, the nearest first, each within its gap.

    The last of them must not end before `earliest`.
    """
    if not stretches:
        return end if end >= earliest else None
    stretch, others = stretches[0], stretches[1:]
    opener = stretch.opener
    for start in range(end, min(end + stretch.gap, len(said)) + 1):
        if opener is None or (start < len(said) and said[start] in opener):
            stop = _match(stretch.elements, said, start)
            found = None if stop is None else _rightwards(others, said, stop, earliest)
            if found is not None:
                return found
    return None


def _leftwards(stretches: Sequence[Stretch], said: _Words, start: int, latest: int) -> int | None:
    """Match all stretches before `start`, the nearest first, each within its gap.

    The last of them must not begin after `latest`.
    """
    if not stretches:
        return start if start <= latest else None
    stretch, others = stretches[0], stretches[1:]
    opener = stretch.opener
    nearest = start - stretch.gap
    for first in range(start, max(nearest - len(stretch.elements), 0) - 1, -1):
        if opener is None or said[first] in opener:
            stop = _match(stretch.elements, said, first)
            if stop is not None and nearest <= stop <= start:
                found = _leftwards(others, said, first, latest)
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
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept
