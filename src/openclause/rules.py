"""Rule matchers: which words of a unit say which term.

In: an `Outline`. Out: `Hit` records, the words that a rule of `data/terms/` matched. A pattern is
compiled into stretches of words with gaps between them. The stretch with the rarest word is found
by one spaCy PhraseMatcher for all rules; the others are then looked for around it, but only where
all words that the pattern cannot do without occur in the sentence. (Gaps inside a pattern of
spaCy's Matcher cost exponential time, and so many patterns would each walk over the whole text.)

A pattern is a row of elements, one word each: `word`, `one|two`, `{set}` or `{set|set}` (word
sets of `data/lexicon.toml`), `!word` (any word but this), a trailing `?` (may be absent), `..` (a
gap of up to three words), `..8` (of up to eight), `^` (the unit begins here), `$` (ends here).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import msgspec

from openclause import taxonomy
from openclause.errors import DataError
from openclause.segmentation import Outline, Unit
from openclause.taxonomy import Rule

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

GAP = 3
LONGEST_GAP = 25
MOST_PHRASES = 12

_CHOICE = re.compile(r"\{([^}]*)\}|([^|{}]+)")


class Hit(msgspec.Struct, frozen=True):
    """Words `[first, last)` of the outline, in one unit, that a rule matched."""

    unit: int
    first: int
    last: int
    rule: str


class _Element(msgspec.Struct, frozen=True):
    """One place of a pattern: the words it takes, or with `negated` the words it does not."""

    words: frozenset[str]
    optional: bool = False
    negated: bool = False

    def takes(self, word: str) -> bool:
        """Tell whether a word can stand here."""
        return (word in self.words) != self.negated


class Stretch(msgspec.Struct, frozen=True):
    """Elements that stand side by side; `gap` is how many words may stand before them, at most."""

    elements: tuple[_Element, ...]
    gap: int = 0


class Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern: its stretches, which is looked for first, and what the others need."""

    rule: str
    stretches: tuple[Stretch, ...]
    home: int
    needs: tuple[frozenset[str], ...]
    opens: bool
    closes: bool
    cancels: bool = False

    def phrases(self) -> Iterator[tuple[str, ...]]:
        """Yield all ways in which the stretch that is looked for first can be worded."""
        return product(*(sorted(each.words) for each in self.stretches[self.home].elements))


class Ruleset(msgspec.Struct, frozen=True):
    """All rules by id, the term of each, and the patterns of them all."""

    rules: dict[str, Rule]
    terms: dict[str, str]
    patterns: tuple[Pattern, ...]


@cache
def lexicon() -> dict[str, frozenset[str]]:
    """Return the word sets by name, all groups of `data/lexicon.toml` together."""
    tables = taxonomy.read_toml("lexicon.toml")
    return {name: frozenset(words) for group in tables.values() for name, words in group.items()}


@cache
def _common() -> dict[str, int]:
    return {word: rank for rank, word in enumerate(taxonomy.read_toml("common.toml")["words"])}


@cache
def ruleset() -> Ruleset:
    """Compile the rules of all terms.

    Raises
    ------
    DataError
        If two rules share an id, or a pattern names an unknown set or has no word to anchor on.
    """
    rules: dict[str, Rule] = {}
    terms: dict[str, str] = {}
    patterns: list[Pattern] = []
    for term in taxonomy.terms().values():
        for rule in term.rules:
            if rule.id in rules:
                raise DataError(f"data/terms/{term.id}.toml: rule id {rule.id!r} is used twice")
            rules[rule.id], terms[rule.id] = rule, term.id
            patterns.extend(_compile(text, rule.id) for text in rule.patterns)
            patterns.extend(_compile(text, rule.id, cancels=True) for text in rule.unless)
    return Ruleset(rules, terms, tuple(patterns))


def _compile(text: str, rule: str, *, cancels: bool = False) -> Pattern:
    parts = text.split()
    opens, closes = parts[:1] == ["^"], parts[-1:] == ["$"]
    stretches = _stretches([part for part in parts if part not in "^$"], rule)
    fixed = [
        (_frequency(element.words), number, at)
        for number, stretch in enumerate(stretches)
        for at, element in enumerate(stretch.elements)
        if _is_fixed(element)
    ]
    if not fixed:
        raise DataError(f"rule {rule}: pattern {text!r} has no word to anchor on; add one")
    _, home, anchor = min(fixed)
    first, last = _home(stretches[home].elements, anchor)
    needs = tuple(
        stretches[i].elements[j].words
        for _, i, j in sorted(fixed)
        if i != home or not first <= j < last
    )
    cut, offset = _cut(stretches[home], first, last)
    whole = (*stretches[:home], *cut, *stretches[home + 1 :])
    return Pattern(rule, whole, home + offset, needs, opens, closes, cancels)


def _is_fixed(element: _Element) -> bool:
    return not element.optional and not element.negated


def _home(elements: Sequence[_Element], anchor: int) -> tuple[int, int]:
    """Return the run of fixed elements around the anchor that can be worded in few ways."""
    first, last, ways = anchor, anchor + 1, len(elements[anchor].words)
    for at in [*range(anchor + 1, len(elements)), *range(anchor - 1, -1, -1)]:
        more = ways * len(elements[at].words)
        if at in (first - 1, last) and _is_fixed(elements[at]) and more <= MOST_PHRASES:
            first, last, ways = min(first, at), max(last, at + 1), more
    return first, last


def _cut(stretch: Stretch, first: int, last: int) -> tuple[list[Stretch], int]:
    """Cut a stretch before and behind its elements `[first, last)`; say which part they are."""
    before, home, after = (
        stretch.elements[:first],
        stretch.elements[first:last],
        stretch.elements[last:],
    )
    parts = [Stretch(before, stretch.gap)] if before else []
    parts.append(Stretch(home, 0 if before else stretch.gap))
    if after:
        parts.append(Stretch(after, 0))
    return parts, int(bool(before))


def _stretches(parts: Sequence[str], rule: str) -> tuple[Stretch, ...]:
    """Cut a pattern at its gaps."""
    stretches: list[Stretch] = []
    elements: list[_Element] = []
    gap = 0
    for part in [*parts, ".."]:
        if not part.startswith(".."):
            elements.append(_known_element(part, rule))
            continue
        if elements:
            stretches.append(Stretch(tuple(elements), gap))
            elements = []
        gap = int(part[2:] or GAP)
        if gap > LONGEST_GAP:
            raise DataError(f"rule {rule}: gap {part} is longer than {LONGEST_GAP} words")
    return tuple(stretches)


@cache
def _frequency(words: frozenset[str]) -> float:
    common = _common()
    return sum(1.0 / (1 + common[word]) if word in common else 0.0005 for word in words)


def _known_element(part: str, rule: str) -> _Element:
    try:
        return _element(part)
    except DataError as error:
        raise DataError(f"rule {rule}: {error}") from error


@cache
def _element(part: str) -> _Element:
    negated, optional = part.startswith("!"), part.endswith("?") and len(part) > 1
    words: set[str] = set()
    for sets, word in _CHOICE.findall(part.removeprefix("!").removesuffix("?" if optional else "")):
        words |= {word} if word else set().union(*map(_set, sets.split("|")))
    return _Element(frozenset(words), optional, negated)


def _set(name: str) -> frozenset[str]:
    found = lexicon().get(name)
    if found is None:
        raise DataError(f"no word set {{{name}}} in data/lexicon.toml; add it there")
    return found


class Rules:
    """The compiled rules with their PhraseMatcher, bound to one spaCy vocabulary."""

    def __init__(self, vocab: Vocab) -> None:
        from spacy.matcher import PhraseMatcher
        from spacy.tokens import Doc

        self.vocab = vocab
        self.set = ruleset()
        self._patterns: dict[tuple[str, ...], list[Pattern]] = defaultdict(list)
        for pattern in self.set.patterns:
            for phrase in pattern.phrases():
                self._patterns[phrase].append(pattern)
        self._matcher: PhraseMatcher = PhraseMatcher(vocab, attr="ORTH")
        self._matcher.add("home", [Doc(vocab, words=list(words)) for words in self._patterns])

    def view(self, outline: Outline) -> Doc:
        """Return the outline's words as a Doc, one token each: shape (n_words,)."""
        from spacy.tokens import Doc

        return Doc(self.vocab, words=list(outline.words))

    def find(self, outline: Outline, view: Doc) -> list[Hit]:
        """Return what the rules match in each unit that is no heading, in order of the text."""
        homes = sorted((start, end) for _, start, end in self._matcher(view))
        hits: list[Hit] = []
        at = 0
        for number, unit in enumerate(outline.units):
            first = at
            while at < len(homes) and homes[at][0] < unit.last:
                at += 1
            if unit.kind != "heading" and at > first:
                hits.extend(self._unit(number, unit, outline.words, homes[first:at]))
        return hits

    def _unit(
        self, number: int, unit: Unit, words: Sequence[str], homes: Sequence[tuple[int, int]]
    ) -> Iterator[Hit]:
        found: dict[str, list[tuple[int, int]]] = {}
        cancelled: dict[str, list[tuple[int, int]]] = {}
        here = _Window(words, unit.first, unit.last, frozenset(words[unit.first : unit.last]))
        for start, end in homes:
            for pattern in self._patterns[tuple(words[start:end])]:
                if end <= unit.last and here.has(pattern.needs):
                    span = _extend(pattern, here, start, end)
                    if span is not None:
                        side = cancelled if pattern.cancels else found
                        side.setdefault(pattern.rule, []).append(span)
        for rule, spans in found.items():
            against = cancelled.get(rule, ())
            for start, end in _longest(spans):
                if not any(s < end and start < e for s, e in against):
                    yield Hit(number, start, end, rule)


class _Window(msgspec.Struct, frozen=True):
    """The words `[first, last)` of a unit among `words`, and which they are."""

    words: Sequence[str]
    first: int
    last: int
    vocabulary: frozenset[str]

    def has(self, needs: Sequence[frozenset[str]]) -> bool:
        """Tell whether of each set of words at least one occurs."""
        for need in needs:  # noqa: SIM110 - the hottest line: a generator costs twice as much
            if need.isdisjoint(self.vocabulary):
                return False
        return True


def _extend(pattern: Pattern, here: _Window, start: int, end: int) -> tuple[int, int] | None:
    """Widen a match of the anchor's stretch over the gaps to all stretches, or give up."""
    right = _rightwards(pattern.stretches[pattern.home + 1 :], here, end)
    left = _leftwards(pattern.stretches[: pattern.home + 1], here, start)
    if right is None or left is None:
        return None
    if (pattern.opens and left != here.first) or (pattern.closes and right != here.last):
        return None
    return left, right


def _rightwards(stretches: Sequence[Stretch], here: _Window, end: int) -> int | None:
    if not stretches:
        return end
    for start in range(end, min(end + stretches[0].gap, here.last - 1) + 1):
        stop = _match_at(stretches[0].elements, here, start)
        if stop is not None and (found := _rightwards(stretches[1:], here, stop)) is not None:
            return found
    return None


def _leftwards(stretches: Sequence[Stretch], here: _Window, start: int) -> int | None:
    """Match all stretches but the last, which begins at `start`, each at its gap's distance."""
    if len(stretches) < 2:
        return start
    gap, before = stretches[-1].gap, stretches[-2].elements
    for first in range(start, max(start - gap - len(before), here.first) - 1, -1):
        stop = _match_at(before, here, first)
        if stop is not None and start - gap <= stop <= start:
            found = _leftwards(stretches[:-1], here, first)
            if found is not None:
                return found
    return None


def _match_at(elements: Sequence[_Element], here: _Window, start: int) -> int | None:
    """Return where a stretch that begins at `start` ends, or None."""
    at = start
    for number, element in enumerate(elements):
        if at < here.last and element.takes(here.words[at]):
            if element.optional:
                ahead = _match_at(elements[number + 1 :], here, at + 1)
                return ahead if ahead is not None else _match_at(elements[number + 1 :], here, at)
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
