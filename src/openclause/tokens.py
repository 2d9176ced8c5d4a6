"""Tokens: words as spaCy Docs where spaCy is used, for tables of phrases.

In: the words that matchers look for, then the words of an `Outline`. Out: Docs of them. To spaCy,
words that no matcher looks for are all one: so neither are they hashed nor does the vocabulary grow
with the texts that are read. What matches is for `rules` and `modality`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from openclause.segmentation import Outline

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

# A long text is looked through in turns, so that it takes little memory.
_WORDS_AT_ONCE = 20_000
# Stands for all words that nobody looks for; no word of a text, for it would be three.
_UNHEARD = "<unheard>"


class Tokens:
    """The words that matchers of one vocabulary look for, by their spaCy ids."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self._ids: dict[str, int] = {}
        self._unheard = self.ids([_UNHEARD])

    def ids(self, words: Iterable[str]) -> list[int]:
        """Return the ids of words that are looked for from now on."""
        strings = self.vocab.strings
        return [self._ids.setdefault(word, strings.add(word)) for word in words]

    def doc(self, words: Sequence[str]) -> Doc:
        """Return words as a Doc, one token each."""
        from spacy.tokens import Doc

        ids = [*map(self._ids.get, words, repeat(*self._unheard))]
        return Doc(self.vocab, words=ids)  # type: ignore[arg-type] # ids do, its docstring says


def turns(outline: Outline) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the outline's words some thousand at once, each turn with the number of its first.

    A turn ends with a unit.
    """
    units, start = outline.units, 0
    while start < len(units):
        first = units[start].first
        most = first + _WORDS_AT_ONCE
        stop = bisect_right(units, most, lo=start + 1, key=lambda unit: unit.last)
        yield first, outline.words[first : units[stop - 1].last]
        start = stop
