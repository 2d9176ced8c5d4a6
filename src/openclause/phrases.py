"""Phrases in rows of words: one table to add to and to look them up with.

In: phrases, each with a key, and words. Out: where the phrases stand, with their keys. Where spaCy
is loaded - in its pipelines, in programs that use it - its PhraseMatcher looks. The command line
lives for one file, and to import spaCy takes longer than to read that; there a table of words
finds the same (a test compares them). What the phrases mean is for `rules` and `modality`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, cast

from openclause.tokens import Tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

# A key and the words `[start, end)`.
Place = tuple[str, int, int]


class Phrases(Protocol):
    """Phrases that can be looked for."""

    def add(self, key: str, phrases: Iterable[Sequence[str]]) -> None:
        """Look for these phrases too."""

    def find(self, words: Doc | Sequence[str]) -> list[Place]:
        """Return where phrases stand, in order of their starts, ends and keys."""


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
        self._matcher: PhraseMatcher = PhraseMatcher(vocab, attr="ORTH")

    def add(self, key: str, phrases: Iterable[Sequence[str]]) -> None:
        # Ids of words, as spaCy itself unpickles phrases; a Doc of each takes ten times as long.
        ids = [self._tokens.ids(words) for words in phrases]
        self._matcher.add(key, ids)  # type: ignore[arg-type]

    def find(self, words: Doc | Sequence[str]) -> list[Place]:
        found = self._matcher(words)  # type: ignore[arg-type]
        keys = {number: self._strings[number] for number in {number for number, *_ in found}}
        return sorted([(keys[number], start, end) for number, start, end in found], key=_order)


class _Node:
    """The keys of the phrases that end here, and what follows by its next word."""

    __slots__ = ("keys", "longer")

    def __init__(self) -> None:
        self.keys: tuple[str, ...] = ()
        self.longer: dict[str, _Node] = {}


class _Table:
    """Phrases found word by word."""

    def __init__(self) -> None:
        self._first: dict[str, _Node] = {}

    def add(self, key: str, phrases: Iterable[Sequence[str]]) -> None:
        for words in phrases:
            nodes = self._first
            for word in words:
                node = nodes.get(word) or nodes.setdefault(word, _Node())
                nodes = node.longer
            if key not in node.keys:
                node.keys = tuple(sorted((*node.keys, key)))

    def find(self, words: Doc | Sequence[str]) -> list[Place]:
        found: list[Place] = []
        said = cast("Sequence[str]", words)
        for start, node in enumerate(map(self._first.get, said)):
            end = start + 1
            while node is not None:
                for key in node.keys:
                    found.append((key, start, end))
                if not node.longer or end == len(said):
                    break
                node = node.longer.get(said[end])  # noqa: PLW2901 - one step down the table
                end += 1
        return found


def _order(found: Place) -> tuple[int, int, str]:
    key, start, end = found
    return start, end, key
