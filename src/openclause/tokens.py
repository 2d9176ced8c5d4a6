"""Tokens: the words of a text as numbers, for tables that whole texts are looked up in at once.

In: the words that are looked for, then those of a text. Out: a number for each. Words that nobody
looks for are all one, so that the tables do not grow with the texts that are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
# Stands for all words that nobody looks for.
UNHEARD = 0


class Tokens:
    """The numbers, from 1, of the words that are looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._numbers = {word: number for number, word in enumerate(dict.fromkeys(words), 1)}

    def __len__(self) -> int:
        """Return how many numbers there are, that of all other words among them."""
        return len(self._numbers) + 1

    def __getitem__(self, word: str) -> int:
        return self._numbers[word]

    def of(self, words: Sequence[str]) -> Whole:
        """Return the numbers of the words of a text, `(n_words,)`."""
        numbers = map(self._numbers.get, words, repeat(UNHEARD))
        return np.fromiter(numbers, np.int64, len(words))
