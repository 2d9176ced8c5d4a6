"""By which words all patterns are looked for, and which other words each cannot do without.

In: the patterns of the rules as they are written. Out: a `PatternIndex`, kept for the processes to
come: of five thousand patterns a text tries some hundred, and only these are compiled. Where
patterns match is for `rules` to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import islice

import msgspec

from openclause import taxonomy
from openclause.keeping import code, digest, kept
from openclause.patterns import Need, Pattern, compile_pattern, frequency

# The modules from which an index follows, beside the data.
_MADE_BY = ("pattern_index", "patterns")

# So many sets of words tell whether a pattern is worth trying. Words more common than this, beside
# the most common one, stand nearly everywhere.
MOST_NEEDS, _COMMON = 2, 0.1

# Words with single spaces -> numbers of the patterns that are looked for by them.
Homes = dict[str, list[int]]


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A pattern as its rule writes it, and the rarest words that it needs, as numbers of their set.

    With each set comes where one of its words must stand, as in a `Need`; the rarest comes first. A
    pattern that `cancels` speaks against its rule.
    """

    text: str
    rule: str
    cancels: bool
    needs: tuple[tuple[int, int, int], ...]


class PatternIndex(msgspec.Struct, frozen=True, array_like=True):
    """All patterns, the sets of words that they need, and by which phrases they are looked for."""

    sets: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    homes: Homes


class Late:
    """A pattern that is compiled when it is tried for the first time."""

    def __init__(self, row: Row) -> None:
        self.rule, self.cancels = row.rule, row.cancels
        self._row = row

    @cached_property
    def whole(self) -> Pattern:
        """The pattern, compiled."""
        return compile_pattern(self._row.text, self.rule, cancels=self.cancels)


def pattern_index() -> PatternIndex:
    """Return the index of the patterns of all rules.

    Raises
    ------
    DataError
        If a pattern names an unknown set or has no word to anchor on.
    """
    made_from = digest(taxonomy.data_digest().encode(), code(_MADE_BY))
    return kept("patterns", made_from, PatternIndex, lambda: index_of(all_patterns()))


def all_patterns() -> tuple[Pattern, ...]:
    """Compile the patterns of all rules."""
    return tuple(
        compile_pattern(text, rule.id, cancels=cancels)
        for term in taxonomy.terms().values()
        for rule in term.rules
        for texts, cancels in ((rule.patterns, False), (rule.unless, True))
        for text in texts
    )


def index_of(patterns: Iterable[Pattern]) -> PatternIndex:
    """Make the index of some patterns."""
    sets: dict[frozenset[str], int] = {}
    rows: list[Row] = []
    homes: Homes = defaultdict(list)
    for number, pattern in enumerate(patterns):
        needs = tuple(
            (sets.setdefault(need.words, len(sets)), need.first, need.last)
            for need in _telling(pattern)
        )
        rows.append(Row(pattern.text, pattern.rule, pattern.cancels, needs))
        for phrase in pattern.phrases():
            homes[" ".join(phrase)].append(number)
    return PatternIndex(tuple(tuple(sorted(words)) for words in sets), tuple(rows), dict(homes))


def _telling(pattern: Pattern) -> Iterable[Need]:
    """Return the needs that tell whether to try a pattern: those of rare words."""
    rare = (need for need in pattern.needs if frequency(need.words) <= _COMMON)
    return islice(rare, MOST_NEEDS)
