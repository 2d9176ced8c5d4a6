"""Rule matchers: which words of a unit say which term.

In: an `Outline`. Out: `Hit` records, the words that a rule of `data/terms/` matched. Patterns are
compiled to stock spaCy Matchers, one for each anchor word, made when the word is first met: only
a few of the rules can match a given sentence, and only those are run, on the words around it.

A pattern is a row of elements, one word each: `word`, `one|two`, `{set}` or `{set|set}` (word
sets of `data/lexicon.toml`), `!word` (any word but this), a trailing `?` (may be absent), `..` (a
gap of up to three words), `..8` (of up to eight), `^` (the unit begins here), `$` (ends here).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from openclause import taxonomy
from openclause.errors import DataError
from openclause.segmentation import Outline
from openclause.taxonomy import Rule

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

GAP = 3
LONGEST_GAP = 25


class Hit(msgspec.Struct, frozen=True):
    """Words `[first, last)` of the outline, in one unit, that a rule matched."""

    unit: int
    first: int
    last: int
    rule: str


class _Element(msgspec.Struct, frozen=True):
    """One place of a pattern: `words` it takes (empty: any), and how often, at least and most."""

    words: frozenset[str]
    least: int
    most: int
    negated: bool = False


class Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern: its elements, the anchor among them, and its reach around the anchor."""

    rule: str
    elements: tuple[_Element, ...]
    anchor: int
    before: int
    after: int
    opens: bool
    closes: bool
    cancels: bool = False


class Ruleset(msgspec.Struct, frozen=True):
    """All rules by id, the term of each, and which patterns wait for which anchor word."""

    rules: dict[str, Rule]
    terms: dict[str, str]
    patterns: tuple[Pattern, ...]
    anchors: dict[str, tuple[int, ...]]


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
    return Ruleset(rules, terms, tuple(patterns), _by_anchor(patterns))


def _by_anchor(patterns: Sequence[Pattern]) -> dict[str, tuple[int, ...]]:
    anchors: dict[str, list[int]] = defaultdict(list)
    for number, pattern in enumerate(patterns):
        for word in pattern.elements[pattern.anchor].words:
            anchors[word].append(number)
    return {word: tuple(numbers) for word, numbers in anchors.items()}


def _compile(text: str, rule: str, *, cancels: bool = False) -> Pattern:
    parts = text.split()
    opens, closes = parts[:1] == ["^"], parts[-1:] == ["$"]
    elements = tuple(_element(part, rule) for part in parts if part not in "^$")
    fixed = [at for at, each in enumerate(elements) if each.least and each.words and not each.negated]
    if not fixed:
        raise DataError(f"rule {rule}: pattern {text!r} has no word to anchor on; add one")
    anchor = min(fixed, key=lambda at: _frequency(elements[at].words))
    before = sum(each.most for each in elements[:anchor])
    after = sum(each.most for each in elements[anchor + 1 :])
    return Pattern(rule, elements, anchor, before, after, opens, closes, cancels)


def _frequency(words: frozenset[str]) -> float:
    common = _common()
    return sum(1.0 / (1 + common[word]) if word in common else 0.0005 for word in words)


def _element(part: str, rule: str) -> _Element:
    if part.startswith(".."):
        most = int(part[2:] or GAP)
        if most > LONGEST_GAP:
            raise DataError(f"rule {rule}: gap {part} is longer than {LONGEST_GAP} words")
        return _Element(frozenset(), 0, most)
    negated, optional = part.startswith("!"), part.endswith("?") and len(part) > 1
    words: set[str] = set()
    for name in part.removeprefix("!").removesuffix("?" if optional else "").split("|"):
        words |= _set(name, rule) if name[:1] == "{" or name[-1:] == "}" else {name}
    return _Element(frozenset(words), 0 if optional else 1, 1, negated)


def _set(name: str, rule: str) -> frozenset[str]:
    found = lexicon().get(name.strip("{}"))
    if found is None:
        raise DataError(f"rule {rule}: no word set {name} in data/lexicon.toml; add it there")
    return found


class Rules:
    """The compiled rules with their Matchers, bound to one spaCy vocabulary."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self.set = ruleset()
        self._matchers: dict[str, tuple[Matcher | None, int, int]] = {}

    def view(self, outline: Outline) -> Doc:
        """Return the outline's words as a Doc, one token each: shape (n_words,)."""
        from spacy.tokens import Doc  # noqa: PLC0415

        return Doc(self.vocab, words=list(outline.words))

    def find(self, outline: Outline, view: Doc) -> list[Hit]:
        """Return what the rules match in each unit that is no heading, in order of the text."""
        hits: list[Hit] = []
        for number, unit in enumerate(outline.units):
            if unit.kind != "heading":
                hits.extend(self._unit(number, unit.first, unit.last, outline.words, view))
        return hits

    def _unit(
        self, number: int, first: int, last: int, words: Sequence[str], view: Doc
    ) -> Iterator[Hit]:
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        cancelled: dict[str, list[tuple[int, int]]] = defaultdict(list)
        anchors = self.set.anchors
        for at in range(first, last):
            word = words[at]
            if word in anchors:
                for pattern, start, end in self._around(word, at, first, last, view):
                    (cancelled if pattern.cancels else found)[pattern.rule].append((start, end))
        for rule, spans in found.items():
            for start, end in _longest(spans):
                if not any(s < end and start < e for s, e in cancelled[rule]):
                    yield Hit(number, start, end, rule)

    def _around(
        self, word: str, at: int, first: int, last: int, view: Doc
    ) -> Iterator[tuple[Pattern, int, int]]:
        patterns = self.set.patterns
        matcher, before, after = self._matcher(word)
        for number in self.set.anchors[word]:
            if len(patterns[number].elements) == 1:
                yield patterns[number], at, at + 1
        if matcher is None:
            return
        low, high = max(first, at - before), min(last, at + after + 1)
        for key, start, end in matcher(view[low:high]):
            pattern = patterns[int(self.vocab.strings[key])]
            start, end = start + low, end + low
            if start <= at < end and not (
                (pattern.opens and start != first) or (pattern.closes and end != last)
            ):
                yield pattern, start, end

    def _matcher(self, word: str) -> tuple[Matcher | None, int, int]:
        """Return the Matcher of the patterns anchored on `word`, and its reach in words."""
        if word not in self._matchers:
            self._matchers[word] = self._build(word)
        return self._matchers[word]

    def _build(self, word: str) -> tuple[Matcher | None, int, int]:
        from spacy.matcher import Matcher  # noqa: PLC0415

        numbers = [n for n in self.set.anchors[word] if len(self.set.patterns[n].elements) > 1]
        if not numbers:
            return None, 0, 0
        matcher = Matcher(self.vocab, validate=False)
        for number in numbers:
            matcher.add(str(number), [_spacy(self.set.patterns[number], word)], greedy="LONGEST")
        chosen = [self.set.patterns[number] for number in numbers]
        return matcher, max(p.before for p in chosen), max(p.after for p in chosen)


def _spacy(pattern: Pattern, anchor: str) -> list[dict[str, Any]]:
    """Return the pattern as spaCy's Matcher takes it, its anchor narrowed to the word met."""
    tokens: list[dict[str, Any]] = []
    for at, element in enumerate(pattern.elements):
        if at == pattern.anchor:
            tokens.append({"ORTH": anchor})
        else:
            tokens.append(_spacy_token(element))
    return tokens


def _spacy_token(element: _Element) -> dict[str, Any]:
    if not element.words:
        return {"OP": f"{{0,{element.most}}}"}
    words: Any = sorted(element.words)
    if len(words) == 1 and not element.negated:
        token: dict[str, Any] = {"ORTH": words[0]}
    else:
        token = {"ORTH": {"NOT_IN" if element.negated else "IN": words}}
    return token if element.least else token | {"OP": "?"}


def _longest(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep the spans that no other span of the same rule covers."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept
