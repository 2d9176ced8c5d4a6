"""Trials: which patterns are worth trying in a text, and where, told for many units at once.

In: the words of a text as numbers, its units, and the phrases that stand in it. Out: for each unit
its `Trials`: phrases, and patterns that are looked for by them, where the rarest words that the
pattern cannot do without stand near enough. Of thirty patterns that a phrase could stand for one
is left so, without a look at any of them. Whether it matches is for `rules` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.pattern_index import MOST_NEEDS, PatternIndex
from openclause.phrases import Places
from openclause.segmentation import Outline, Unit
from openclause.tokens import Tokens, Whole

# So many units are told at once, so that what they hold stays in the nearest memory.
_UNITS_AT_ONCE = 64
# Where words stand in a unit is told by so many bits; in longer units several words share one.
_BITS = 31

# A phrase, by its place among all that stand in a text, and the number of a pattern to try there.
Trial = tuple[int, int]


class Trials(NamedTuple):
    """What to try in the unit with this number: what finds, and what speaks against that."""

    unit: int
    finding: list[Trial]
    cancelling: list[Trial]


class _Chosen(NamedTuple):
    """Trials in a row: the unit, counted from the first of some, the phrase, the pattern."""

    units: Whole
    places: Whole
    patterns: Whole

    def by_unit(self, n_units: int) -> list[list[Trial]]:
        """Return the trials of each unit."""
        trials = zip(self.places.tolist(), self.patterns.tolist(), strict=True)
        counts = np.bincount(self.units, minlength=n_units).tolist()
        return [[*islice(trials, count)] for count in counts]


class _Rows(msgspec.Struct, frozen=True, eq=False):
    """Rows of numbers of different lengths: row i is `values[firsts[i] : firsts[i] + sizes[i]]`."""

    firsts: Whole
    sizes: Whole
    values: Whole

    def take(self, numbers: Whole) -> tuple[Whole, Whole]:
        """Return the values of some rows, one row behind the other, and whose place each takes."""
        sizes = self.sizes[numbers]
        ends = np.cumsum(sizes)
        owners = np.repeat(np.arange(len(numbers)), sizes)
        at = np.arange(len(owners)) + (self.firsts[numbers] - ends + sizes)[owners]
        return owners, self.values[at]


def _rows(rows: Sequence[Sequence[int]]) -> _Rows:
    sizes = np.array([*map(len, rows)], np.int64)
    values = np.fromiter(chain.from_iterable(rows), np.int64, int(sizes.sum()))
    return _Rows(np.cumsum(sizes) - sizes, sizes, values)


class Choice:
    """The patterns of an index by the numbers of phrases, and what they need by those of words."""

    def __init__(self, index: PatternIndex, phrases: Sequence[str], tokens: Tokens) -> None:
        homes = [index.homes.get(phrase, ()) for phrase in phrases]
        cancels = [row.cancels for row in index.rows]
        self._finding = _rows([[at for at in home if not cancels[at]] for home in homes])
        self._cancelling = _rows([[at for at in home if cancels[at]] for home in homes])
        self._n_sets = len(index.sets)
        self._sets = _rows(_sets_of_words(index, tokens))
        # What needs nothing needs the set behind all others, which is held everywhere.
        nothing = [(self._n_sets, 0, 1)] * MOST_NEEDS
        needs = [[*row.needs, *nothing][:MOST_NEEDS] for row in index.rows]
        self._needs = np.array(needs, np.int64).reshape(-1, MOST_NEEDS, 3).transpose(1, 2, 0).copy()
        rules: dict[str, int] = {}
        self._rules = np.array([rules.setdefault(row.rule, len(rules)) for row in index.rows])
        self._n_rules = len(rules)

    def trials(self, outline: Outline, said: Whole, places: Places) -> Iterator[Trials]:
        """Yield what to try in each unit that is no heading, in the order of its phrases.

        Parameters
        ----------
        said
            The numbers of the outline's words.
        """
        for low in range(0, len(outline.units), _UNITS_AT_ONCE):
            units = outline.units[low : low + _UNITS_AT_ONCE]
            both = (chosen.by_unit(len(units)) for chosen in self._among(units, said, places))
            for number, (finding, cancelling) in enumerate(zip(*both, strict=True), low):
                if finding:
                    yield Trials(number, finding, cancelling)

    def _among(self, units: Sequence[Unit], said: Whole, places: Places) -> tuple[_Chosen, _Chosen]:
        """Return what to try in some units: what finds, and what speaks against that."""
        held = self._held(units, said)
        unit, place = _inside(units, places)
        at, pattern = self._finding.take(places.phrases[place])
        finding = self._alive(held, places, _Chosen(unit[at], place[at], pattern))
        tried = np.zeros((len(units), self._n_rules), bool)
        tried[finding.units, self._rules[finding.patterns]] = True
        at, pattern = self._cancelling.take(places.phrases[place])
        wanted = np.flatnonzero(tried[unit[at], self._rules[pattern]])
        at, pattern = at[wanted], pattern[wanted]
        return finding, self._alive(held, places, _Chosen(unit[at], place[at], pattern))

    def _held(self, units: Sequence[Unit], said: Whole) -> _Held:
        """Tell which sets of words the units hold one of, and where."""
        begins = np.array([unit.first for unit in units])
        sizes = np.array([unit.last for unit in units]) - begins
        scales = 1 + sizes // _BITS
        word, sets = self._sets.take(said[units[0].first : units[-1].last])
        unit = np.repeat(np.arange(len(units)), sizes)[word]
        bits = np.zeros((len(units), self._n_sets + 1), np.int32)
        place = (units[0].first + word - begins[unit]) // scales[unit]
        stands = np.left_shift(1, place, dtype=np.int32, casting="unsafe")
        np.bitwise_or.at(bits.reshape(-1), unit * bits.shape[1] + sets, stands)
        bits[:, self._n_sets] = -1
        return _Held(begins, sizes, scales, bits)

    def _alive(self, held: _Held, places: Places, chosen: _Chosen) -> _Chosen:
        """Leave out patterns around whose phrases the words that they need do not stand."""
        for sets, firsts, lasts in self._needs:
            unit, place, pattern = chosen
            start = places.starts[place]
            near = held.near(unit, start + firsts[pattern], start + lasts[pattern])
            alive = np.flatnonzero(held.bits[unit, sets[pattern]] & near)
            chosen = _Chosen(unit[alive], place[alive], pattern[alive])
        return chosen


class _Held(msgspec.Struct, frozen=True, eq=False):
    """Where in some units words of each set stand: `bits` are `(n_units, n_sets)`.

    A unit has `sizes` words from `begins` on; of them `scales` share a bit.
    """

    begins: Whole
    sizes: Whole
    scales: Whole
    bits: NDArray[np.int32]

    def near(self, unit: Whole, first: Whole, last: Whole) -> Whole:
        """Return the bits of the words `[first, last)` of the text that stand in the units."""
        begins, scales = self.begins[unit], self.scales[unit]
        low = np.maximum(first - begins, 0) // scales
        high = (np.minimum(last - begins, self.sizes[unit]) - 1) // scales + 1
        return cast(Whole, (1 << high) - (1 << low))


def _inside(units: Sequence[Unit], places: Places) -> tuple[Whole, Whole]:
    """Return the phrases that stand in units which are no headings, with the units."""
    bounds = np.searchsorted(places.starts, [units[0].first, *(unit.last for unit in units)])
    limits = np.array([-1 if unit.kind == "heading" else unit.last for unit in units])
    unit = np.repeat(np.arange(len(units)), np.diff(bounds))
    inside = np.flatnonzero(places.ends[bounds[0] : bounds[-1]] <= limits[unit])
    return unit[inside], bounds[0] + inside


def _sets_of_words(index: PatternIndex, tokens: Tokens) -> list[list[int]]:
    """Return the sets that each word is in, by the numbers of words."""
    sets: list[list[int]] = [[] for _ in range(len(tokens))]
    for number, words in enumerate(index.sets):
        for word in words:
            sets[tokens[word]].append(number)
    return sets
