"""Rule matchers: which words of a unit say which term.

In: an `Outline` and the phrases found in it. Out: `Hit` records, the words that a rule of
`data/terms/` matched. A pattern is looked for by the phrases of its home; its other stretches are
then looked for around them, but only where all other words that it cannot do without occur in the
unit. What speaks against a rule is looked for word by word, only in units where the rule matches.
(Gaps inside a pattern of spaCy's Matcher cost exponential time, and so many patterns
would each walk over the whole text.) The pattern language is described in `patterns`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, reduce
from itertools import compress, count
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
_Span = tuple[int, int]
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
        bits = [1 << number for number in range(len(index.sets))]
        late = [(sum(map(bits.__getitem__, row.needs)), Late(row)) for row in index.rows]
        self._finding = _homes(index.finding, late)
        self._cancelling = {rule: _homes(homes, late) for rule, homes in index.cancelling.items()}

    def phrases(self) -> Iterable[str]:
        """Return the phrases that the patterns are looked for by, each word parted by a space."""
        return self._finding.keys()

    def find(self, outline: Outline, places: Sequence[Place]) -> list[Hit]:
        """Return what the rules match in each unit that is no heading, in order of the text.

        Parameters
        ----------
        places
            Where phrases stand in the outline, in its order: around them alone is looked.
        """
        hits: list[Hit] = []
        at = 0
        for number, unit in enumerate(outline.units):
            first, at = at, bisect_left(places, (unit.last,), lo=at)
            if at > first and unit.kind != "heading":
                hits += self._unit(number, unit, outline.words, places[first:at])
        return hits

    def _unit(
        self, number: int, unit: Unit, words: _Words, places: Sequence[Place]
    ) -> Iterator[Hit]:
        first, said = unit.first, words[unit.first : unit.last]
        lacking = self._needs.lacking(said)
        for rule, spans in self._found(said, first, lacking, places).items():
            for start, end in self._upheld(rule, _longest(spans), said, lacking):
                yield Hit(number, first + start, first + end, rule)

    def _found(
        self, said: _Words, first: int, lacking: int, places: Sequence[Place]
    ) -> dict[str, list[_Span]]:
        """Return what matches, by rule, around phrases that begin among these words of a text."""
        found: dict[str, list[_Span]] = {}
        patterns = self._finding.get
        for start, end, phrase in places:
            for needs, pattern in patterns(phrase, ()):
                if needs & lacking:  # the hottest line: most patterns end here
                    continue
                span = _extend(pattern.whole, said, start - first, end - first)
                if span is not None:
                    found.setdefault(pattern.rule, []).append(span)
        return found

    def _upheld(self, rule: str, spans: list[_Span], said: _Words, lacking: int) -> list[_Span]:
        """Return the spans of a rule that no exception to it touches."""
        patterns = self._cancelling.get(rule)
        if patterns is None:
            return spans
        for start in compress(count(), map(patterns.__contains__, said)):
            for needs, pattern in patterns[said[start]]:
                against = None if needs & lacking else _whole(pattern.whole, said, start)
                if against is not None:
                    spans = [(a, z) for a, z in spans if z <= against[0] or against[1] <= a]
                    if not spans:
                        return spans
        return spans


def _homes(homes: Homes, late: Sequence[_Needy]) -> _Homes:
    return {phrase: [late[number] for number in numbers] for phrase, numbers in homes.items()}


def _whole(pattern: Pattern, said: _Words, start: int) -> _Span | None:
    """Match a pattern whose home would begin at `start`."""
    end = start
    for words in pattern.home:
        if end == len(said) or said[end] not in words:
            return None
        end += 1
    return _extend(pattern, said, start, end)


def _extend(pattern: Pattern, said: _Words, start: int, end: int) -> _Span | None:
    """Widen a match of a pattern's home to all its stretches, or give up."""
    right, left = pattern.right, pattern.left
    if end > len(said) or not _shows_neighbours(left, right, said, start, end):
        return None
    earliest = 0 if pattern.behind is None else len(said) - pattern.behind
    last = end if right is None else _rightwards(right, said, end, earliest)
    if last is None or last < earliest:
        return None
    latest = len(said) if pattern.before is None else pattern.before
    first = start if left is None else _leftwards(left, said, start, latest)
    return None if first is None or first > latest else (first, last)


def _shows_neighbours(
    left: Stretch | None, right: Stretch | None, said: _Words, start: int, end: int
) -> bool:
    """Tell whether words that the first stretch of each side must show stand within its gap."""
    if right is not None:
        shown = right.nearest
        if shown is not None and shown.isdisjoint(said[end : end + right.gap + 1]):
            return False
    if left is not None:
        shown = left.nearest
        if shown is not None and shown.isdisjoint(said[max(start - left.gap - 1, 0) : start]):
            return False
    return True


def _rightwards(stretch: Stretch, said: _Words, end: int, earliest: int) -> int | None:
    """Match a stretch behind `end` and those beyond it, the nearest first, each within its gap.

    The last of them must not end before `earliest`.
    """
    opener, beyond = stretch.opener, stretch.beyond
    for start in range(end, min(end + stretch.gap, len(said)) + 1):
        if opener is None or (start < len(said) and said[start] in opener):
            stop = start + 1 if stretch.is_word else _match(stretch.elements, said, start)
            if stop is not None and beyond is not None:
                stop = _rightwards(beyond, said, stop, earliest)
            if stop is not None and stop >= earliest:
                return stop
    return None


def _leftwards(stretch: Stretch, said: _Words, start: int, latest: int) -> int | None:
    """Match a stretch before `start` and those beyond it, the nearest first, each within its gap.

    The last of them must not begin after `latest`.
    """
    opener, beyond, nearest = stretch.opener, stretch.beyond, start - stretch.gap
    for first in range(start, max(nearest - len(stretch.elements), 0) - 1, -1):
        if opener is None or said[first] in opener:
            stop = first + 1 if stretch.is_word else _match(stretch.elements, said, first)
            if stop is not None and nearest <= stop <= start:
                begun = first if beyond is None else _leftwards(beyond, said, first, latest)
                if begun is not None and begun <= latest:
                    return begun
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
