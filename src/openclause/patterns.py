"""The pattern language of the rules: text in, compiled patterns out.

In: a pattern as `data/terms/` writes it. Out: a `Pattern`: the words that it is looked for by, the
stretches of words left and right of them with gaps between, and what the pattern cannot do without.
Where patterns match is for `rules` to say.

A pattern is a row of elements, one word each: `word`, `one|two`, `{set}` or `{set|set}` (word
sets of `data/lexicon.toml`), `!word` (any word but this), a trailing `?` (may be absent), `..` (a
gap of up to three words), `..8` (of up to eight), `^` (the unit begins here), `$` (ends here);
a gap behind `^` or before `$` says how far off the unit may begin or end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from math import fsum

import msgspec

from openclause import taxonomy
from openclause.errors import DataError
from openclause.wording import one_spelling

GAP = 3
LONGEST_GAP = 25
MOST_PHRASES = 12

# How often a word that is not common stands in a text, beside the most common one.
_RARE = 0.0005
_CHOICE = re.compile(r"\{([^}]*)\}|([^|{}]+)")


class Element(msgspec.Struct, frozen=True):
    """One place of a pattern: the words it takes, or with `negated` the words it does not."""

    words: frozenset[str]
    optional: bool = False
    negated: bool = False

    @property
    def is_fixed(self) -> bool:
        """Tell whether one of the words must stand here."""
        return not self.optional and not self.negated


class Stretch(msgspec.Struct, frozen=True):
    """Elements that stand side by side; up to `gap` words part them from those nearer to home.

    `opener` holds the words that can be the first of them, `nearest` those that can be the nearest
    to home; None: any word. `is_word` tells one element that must be there; `beyond` is the next
    stretch, farther from home.
    """

    elements: tuple[Element, ...]
    gap: int
    opener: frozenset[str] | None
    nearest: frozenset[str] | None
    is_word: bool
    beyond: Stretch | None


class Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern: `home` is looked for first, then what stands `left` and `right` of it.

    These are the stretches nearest to home; of each set of `needs` one word must occur. At most
    `before` words of the unit stand before the match, `behind` after it; None: any number.
    """

    rule: str
    text: str
    left: Stretch | None
    home: tuple[frozenset[str], ...]
    right: Stretch | None
    needs: tuple[frozenset[str], ...]
    before: int | None
    behind: int | None
    cancels: bool = False

    def phrases(self) -> Iterator[tuple[str, ...]]:
        """Yield all ways in which `home` can be worded; only in its first word if this cancels."""
        return product(*map(sorted, self.home[:1] if self.cancels else self.home))


# The elements between two gaps, and the length of the gap before them.
_Run = tuple[tuple[Element, ...], int]


@cache
def lexicon() -> dict[str, frozenset[str]]:
    """Return the word sets by name, all groups of `data/lexicon.toml` together."""
    tables = taxonomy.read_toml("lexicon.toml")
    return {name: frozenset(words) for group in tables.values() for name, words in group.items()}


def compile_pattern(text: str, rule: str, *, cancels: bool = False) -> Pattern:
    """Compile a pattern of the rule with the id `rule`.

    Raises
    ------
    DataError
        If it names an unknown set, has no word to anchor on or too long a gap.
    """
    parts = text.split()
    try:
        runs = _runs([part for part in parts if part not in "^$"])
    except DataError as error:
        raise DataError(f"rule {rule}: {error}") from error
    fixed = [
        (_frequency(element.words), number, at)
        for number, (elements, _) in enumerate(runs)
        for at, element in enumerate(elements)
        if element.is_fixed
    ]
    if not fixed:
        raise DataError(f"rule {rule}: pattern {text!r} has no word to anchor on; add one")
    _, home, anchor = min(fixed)
    elements = runs[home][0]
    first, last = _home(elements, anchor)
    return Pattern(
        rule,
        text,
        left=_left([*runs[:home], (elements[:first], runs[home][1])]),
        home=tuple(element.words for element in elements[first:last]),
        right=_right([(elements[last:], 0), *runs[home + 1 :]]),
        needs=tuple(
            runs[i][0][j].words for _, i, j in sorted(fixed) if i != home or not first <= j < last
        ),
        before=_margin(parts[1:2]) if parts[0] == "^" else None,
        behind=_margin(parts[-2:-1]) if parts[-1] == "$" else None,
        cancels=cancels,
    )


def _margin(parts: Sequence[str]) -> int:
    """Return how many words the gap beside `^` or `$` allows; without one none."""
    return _gap(parts[0]) if parts and parts[0].startswith("..") else 0


def _gap(part: str) -> int:
    gap = int(part[2:] or GAP)
    if gap > LONGEST_GAP:
        raise DataError(f"gap {part} is longer than {LONGEST_GAP} words")
    return gap


def _home(elements: Sequence[Element], anchor: int) -> tuple[int, int]:
    """Return the run of fixed elements around the anchor that can be worded in few ways."""
    first, last, ways = anchor, anchor + 1, len(elements[anchor].words)
    for at in [*range(anchor + 1, len(elements)), *range(anchor - 1, -1, -1)]:
        more = ways * len(elements[at].words)
        if at in (first - 1, last) and elements[at].is_fixed and more <= MOST_PHRASES:
            first, last, ways = min(first, at), max(last, at + 1), more
    return first, last


def _left(runs: Sequence[_Run]) -> Stretch | None:
    """Return the stretch left of home and those beyond: the gap behind each is the next run's."""
    found = None
    gaps = [*(gap for _, gap in runs[1:]), 0]
    for (elements, _), gap in zip(runs, gaps, strict=True):
        if elements:
            found = _stretch(elements, gap, elements[-1], found)
    return found


def _right(runs: Sequence[_Run]) -> Stretch | None:
    found = None
    for elements, gap in reversed(runs):
        if elements:
            found = _stretch(elements, gap, elements[0], found)
    return found


def _stretch(
    elements: tuple[Element, ...], gap: int, nearest: Element, beyond: Stretch | None
) -> Stretch:
    is_word = len(elements) == 1 and elements[0].is_fixed
    return Stretch(elements, gap, _words(elements[0]), _words(nearest), is_word, beyond)


def _words(element: Element) -> frozenset[str] | None:
    """Return the words of which one must stand in a place; None: it may be any or none."""
    return element.words if element.is_fixed else None


def _runs(parts: Sequence[str]) -> list[_Run]:
    """Cut a pattern at its gaps."""
    runs: list[_Run] = []
    elements: list[Element] = []
    gap = 0
    for part in [*parts, ".."]:
        if not part.startswith(".."):
            elements.append(_element(part))
            continue
        if elements:
            runs.append((tuple(elements), gap))
            elements = []
        gap = _gap(part)
    return runs


@cache
def _common() -> dict[str, float]:
    """Return how often common words stand in a text, beside the most common one."""
    words = taxonomy.read_toml("common.toml")["words"]
    return {word: 1 / (1 + rank) for rank, word in enumerate(words)}


@cache
def _frequency(words: frozenset[str]) -> float:
    common = _common()
    # The sum must not hang on the order of the set.
    return fsum([common.get(word, _RARE) for word in words])


@cache
def _element(part: str) -> Element:
    negated, optional = part.startswith("!"), part.endswith("?") and len(part) > 1
    words: set[str] = set()
    for sets, word in _CHOICE.findall(part.removeprefix("!").removesuffix("?" if optional else "")):
        words |= {word} if word else set().union(*map(_set, sets.split("|")))
    return Element(frozenset(map(one_spelling, words)), optional, negated)


def _set(name: str) -> frozenset[str]:
    found = lexicon().get(name)
    if found is None:
        raise DataError(f"no word set {{{name}}} in data/lexicon.toml; add it there")
    return found
