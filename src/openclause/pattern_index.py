"""By which words all patterns are looked for, and which other words each cannot do without.

In: the patterns of the rules as they are written. Out: a `PatternIndex`, kept for the processes to
come: of five thousand patterns a text tries some hundred, and only these are compiled. Where
patterns match is for `rules` to say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property

import msgspec

from openclause import taxonomy
from openclause.keeping import code, digest, kept
from openclause.patterns import Pattern, compile_pattern

# The modules from which an index follows, beside the data.
_MADE_BY = ("pattern_index", "patterns")

# Words with single spaces -> numbers of the patterns that are looked for by them.
Homes = dict[str, list[int]]


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A pattern as its rule writes it, and the numbers of the sets of words that it needs.

    They are those that it is not looked for by; sets that more patterns need have lower numbers.
    """

    text: str
    rule: str
    cancels: bool
    needs: tuple[int, ...]


class PatternIndex(msgspec.Struct, frozen=True, array_like=True):
    """All patterns; `finding` those of the rules, `cancelling` those that speak against a rule.

    The latter are looked for by single words, and only where the rule is found.
    """

    sets: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    finding: Homes
    cancelling: dict[str, Homes]


class Late:
    """A pattern that is compiled when it is tried for the first time."""

    def __init__(self, row: Row) -> None:
        self.rule = row.rule
        self._row = row

    @cached_property
    def whole(self) -> Pattern:
        """The pattern, compiled."""
        return compile_pattern(self._row.text, self.rule, cancels=self._row.cancels)


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
    patterns = tuple(patterns)
    needed = Counter(words for pattern in patterns for words in pattern.needs)
    numbers = {words: number for number, (words, _) in enumerate(needed.most_common())}
    rows: list[Row] = []
    finding: Homes = defaultdict(list)
    cancelling: dict[str, Homes] = defaultdict(lambda: defaultdict(list))
    for number, pattern in enumerate(patterns):
        needs = {numbers[words] for words in pattern.needs}
        rows.append(Row(pattern.text, pattern.rule, pattern.cancels, tuple(sorted(needs))))
        homes = cancelling[pattern.rule] if pattern.cancels else finding
        for phrase in pattern.phrases():
            homes[" ".join(phrase)].append(number)
    sets = tuple(tuple(sorted(words)) for words in numbers)
    return PatternIndex(
        sets, tuple(rows), dict(finding), {rule: dict(homes) for rule, homes in cancelling.items()}
    )
