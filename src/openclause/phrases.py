"""Phrases in rows of words: one table that a whole text is looked up in at once.

In: phrases, and the words of a text as numbers. Out: where the phrases stand. All places where one
may begin are followed word by word together, so that Python sees no single word. (spaCy's
PhraseMatcher finds the same - a test compares them - in five times the time.) What the phrases
mean is for `rules` and `modality`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from openclause.tokens import UNHEARD, Tokens, Whole

# Bits of the number of a word beside that of a node.
_BITS = 32
_ROOT, _NO_PHRASE = 0, -1


# The words `[start, end)`, and the number of the phrase that they are.
Place = tuple[int, int, int]


class Places(msgspec.Struct, frozen=True, eq=False):
    """Phrases of a text, in order of their starts and ends: words `[starts[i], ends[i])`.

    `phrases` are their numbers in the table; all three are `(n_places,)`.
    """

    starts: Whole
    ends: Whole
    phrases: Whole

    def rows(self) -> list[Place]:
        """Return the places one by one."""
        return [*zip(self.starts.tolist(), self.ends.tolist(), self.phrases.tolist(), strict=True)]


class Phrases:
    """Phrases of words with single spaces, numbered as they come, each of them once.

    They make a tree: a step leads from a node by a word to the next node.
    """

    def __init__(self, phrases: Sequence[str], tokens: Tokens) -> None:
        steps: dict[int, int] = {}
        last: dict[int, int] = {}
        for number, phrase in enumerate(phrases):
            node = _ROOT
            for word in phrase.split(" "):
                node = steps.setdefault(node << _BITS | tokens[word], len(steps) + 1)
            last[node] = number
        self._phrase_of = np.full(len(steps) + 1, _NO_PHRASE)
        self._phrase_of[[*last]] = [*last.values()]
        self._first = np.array([steps.get(word, _ROOT) for word in range(len(tokens))])
        # Behind all steps stands one that no word takes.
        self._steps = np.array([*sorted(steps), np.iinfo(np.int64).max])
        self._nodes = np.array([*(steps[step] for step in sorted(steps)), _ROOT])

    def find(self, said: Whole) -> Places:
        """Return where phrases stand among the words of a text, `(n_words,)`."""
        nodes = self._first[said]
        starts = np.flatnonzero(nodes)
        nodes, ends = nodes[starts], starts + 1
        said = np.append(said, UNHEARD)
        found = []
        while len(starts):
            phrases = self._phrase_of[nodes]
            whole = phrases != _NO_PHRASE
            found.append((starts[whole], ends[whole], phrases[whole]))
            steps = nodes << _BITS | said[ends]
            at = np.searchsorted(self._steps, steps)
            goes_on = self._steps[at] == steps
            starts, ends, nodes = starts[goes_on], ends[goes_on] + 1, self._nodes[at[goes_on]]
        return _in_order(found)


def _in_order(found: Sequence[tuple[Whole, Whole, Whole]]) -> Places:
    """Join places, of which longer ones come later."""
    none = np.empty(0, np.int64)
    starts, ends, phrases = map(np.concatenate, zip((none, none, none), *found, strict=True))
    order = np.argsort(starts, kind="stable")
    return Places(starts[order], ends[order], phrases[order])
