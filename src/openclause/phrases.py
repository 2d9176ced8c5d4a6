"""Phrases in rows of words: one table to add to and to look them up with.

In: phrases, and words. Out: where the phrases stand. Where spaCy is loaded - in its pipelines, in
programs that use it - its PhraseMatcher looks. The command line lives for one file, and to import
spaCy takes longer than to read that; there a table of words finds the same (a test compares them).
What the phrases mean is for `rules` and `modality`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from openclause.tokens import Tokens

if TYPE_CHECKING:
    from spacy.vocab import Vocab

# The words `[start, end)`, and the phrase that they are, with single spaces.
Place = tuple[int, int, str]
# spaCy looks the label of each match up, which is fast for those of its own; all phrases share one.
_LABEL = "LAW"
# Stands behind the last word; no phrase has an empty one.
_END = ""


class Phrases(Protocol):
    """Phrases that can be looked for."""

    def add(self, phrases: Iterable[Sequence[str]]) -> None:
        """Look for these phrases too."""

    def find(self, words: Sequence[str]) -> list[Place]:
        """Return where phrases stand, in order of their starts and ends."""


def vocabulary() -> Vocab | None:
    """Return a vocabulary of spaCy if it is loaded already."""
    if "spacy" not in sys.modules:
        return None
    from spacy.vocab import Vocab

    return Vocab()


def phrases_of(vocab: Vocab | None) -> Phrases:
    """Return an empty table, spaCy's own if there is a vocabulary."""
    return _Table() if vocab is None else _Matcher(vocab)


class _Matcher:
    """Phrases found by spaCy."""

    def __init__(self, vocab: Vocab) -> None:
        from spacy.matcher import PhraseMatcher

        self._tokens = Tokens(vocab)
        self._matcher: PhraseMatcher = PhraseMatcher(vocab, attr="ORTH")

    def add(self, phrases: Iterable[Sequence[str]]) -> None:
        # As spaCy itself unpickles phrases; to make a Doc of each takes ten times as long.
        ids = [self._tokens.ids(words) for words in phrases]
        self._matcher.add(_LABEL, ids)  # type: ignore[arg-type]

    def find(self, words: Sequence[str]) -> list[Place]:
        # As the matches of one label come, so they are in order.
        return [
            (start, end, words[start] if end - start == 1 else " ".join(words[start:end]))
            for _, start, end in self._matcher(self._tokens.doc(words))
        ]


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

    def find(self, words: Sequence[str]) -> list[Place]:
        found: list[Place] = []
        said = (*words, _END)
        for start, node in enumerate(map(self._first.get, said)):
            end = start
            while node is not None:
                end += 1
                if node.phrase is not None:
                    found.append((start, end, node.phrase))
                node = node.longer.get(said[end]) if node.longer else None  # noqa: PLW2901 - a step
        return found
