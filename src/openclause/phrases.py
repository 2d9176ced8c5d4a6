"""Phrases in rows of words: one table to add to and to look them up with.

In: phrases, and words. Out: where the phrases stand. Where spaCy is loaded - in its pipelines, in
programs that use it - its PhraseMatcher looks. The command line lives for one file, and to import
spaCy takes longer than to read that; there a table of words finds the same (a test compares them).
What the phrases mean is for `rules` and `modality`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, cast

from openclause.tokens import Tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

# The words `[start, end)`, and the phrase that they are, with single spaces.
Place = tuple[int, int, str]
# Stands behind the last word; no phrase has an empty one.
_END = ""


class Phrases(Protocol):
    """Phrases that can be looked for."""

    def add(self, phrases: Iterable[Sequence[str]]) -> None:
        """Look for these phrases too."""

    def find(self, words: Doc | Sequence[str]) -> list[Place]:
        """Return where phrases stand, in order of their starts and ends."""


def vocabulary() -> Vocab | None:
    """Return a vocabulary of spaCy if it is loaded already."""
    if "spacy" not in sys.modules:
        return None
    from spacy.vocab import Vocab

    return Vocab()


def phrases_of(tokens: Tokens) -> Phrases:
    """Return an empty table, spaCy's own if the tokens have a vocabulary."""
    return _Table() if tokens.vocab is None else _Matcher(tokens, tokens.vocab)


class _Matcher:
    """Phrases found by spaCy."""

    def __init__(self, tokens: Tokens, vocab: Vocab) -> None:
        from spacy.matcher import PhraseMatcher

        self._tokens, self._strings = tokens, vocab.strings
        self._phrases: dict[int, str] = {}
        self._matcher: PhraseMatcher = PhraseMatcher(vocab, attr="ORTH")

    def add(self, phrases: Iterable[Sequence[str]]) -> None:
        for words in phrases:
            # As spaCy itself unpickles phrases; to make a Doc of each takes ten times as long.
            ids = self._tokens.ids(words)
            phrase = " ".join(words)
            self._matcher.add(phrase, [ids])  # type: ignore[list-item]
            self._phrases[self._strings.add(phrase)] = phrase

    def find(self, words: Doc | Sequence[str]) -> list[Place]:
        found = self._matcher(words)  # type: ignore[arg-type]
        phrases = self._phrases
        return sorted([(start, end, phrases[number]) for number, start, end in found])


class _Node:
    """The phrase that ends here, if one does, and what follows by its next word."""

    __slots__ = ("longer", "phrase")

    def __init__(self) -> None:
        self.phrase: str | None = None
        self.longer: dict[str, _Node] = {}


class _Table:
    """Phrases found word by word."""

    def __init__(self) -> None:
        self._first: dict[str, _Node] = {}

    def add(self, phrases: Iterable[Sequence[str]]) -> None:
        for words in phrases:
            nodes = self._first
            for word in words:
                node = nodes.get(word) or nodes.setdefault(word, _Node())
                nodes = node.longer
            node.phrase = " ".join(words)

    def find(self, words: Doc | Sequence[str]) -> list[Place]:
        found: list[Place] = []
        said = (*cast("Sequence[str]", words), _END)
        for start, node in enumerate(map(self._first.get, said)):
            end = start
            while node is not None:
                end += 1
                if node.phrase is not None:
                    found.append((start, end, node.phrase))
                node = node.longer.get(said[end]) if node.longer else None  # noqa: PLW2901 - a step
        return found
