"""Named sets of words that tell one kind of clause from another of the same term.

In: the name of a cue and a clause's text. Out: whether it shows, whatever its letter case and white
space. The patterns are data, the table `[cues]` of `data/openness.toml`.
"""

from __future__ import annotations

import re
from functools import cache, cached_property

from openclause.clauses import Clause
from openclause.documents import without_comment_signs
from openclause.errors import DataError
from openclause.searches import Search, searches, shows, squeezed
from openclause.segmentation import KEPT_HYPHEN
from openclause.taxonomy import read_toml
from openclause.wording import one_spelling, seen

# A further verb with an object of its own: "..., nor make it available", "..., provide the work".
_NEXT_LIMB = re.compile(
    r"[,;] (?:(?:n?or|and) )?(?:otherwise )?"
    r"(?!(?:in|for|to|of|with|by|on|as|at|under|over|through|without|from|except|including|n?or|and|but|"
    r"that|which|if|unless|because|all|both|either)\b)\w{2,}[^\Ws]"
    r" (?:the|this|any|it|such|your|its|their)\b"
)
_OBJECT = re.compile(
    r"\b(?:it|be|(?:the|this|any|such|your|its|their)"
    r" (?!third|other|person|part(?:y|ies)\b|one\b|way|means|form|manner))\b"
)
# A word that the end of a line cuts in two.
_CUT = re.compile(r"\b(?P<head>[^\W\d_]+)-[^\S\n]*\n\s*(?=[^\W\d_])")
_SHORT = re.compile(
    r"\b(is|are|was|were|do|does|did|has|have|had|should|would|could|must|need)n['’]t\b"
)


class Shown(dict[str, bool]):
    """Whether a cue shows in a text; each is looked for once, and in few texts any.

    Raises
    ------
    DataError
        If a pattern is tried that is none.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    @cached_property
    def low(self) -> str:
        """The text, lower-cased with single spaces, without signs that are not seen.

        Words that the end of a line cuts in two are whole, "isn't" is "is not".
        """
        low = one_spelling(seen(self._text).lower())
        low = _CUT.sub(_mended, low) if "-\n" in low or "-\r" in low else low
        low = _SHORT.sub(r"\1 not", low) if "n't" in low or "n’t" in low else low
        return squeezed(low.split())

    def __missing__(self, name: str) -> bool:
        try:
            found = self[name] = shows(_searches(name), self.low)
        except re.error as error:
            raise DataError(
                f"data/openness.toml [cues.{name}]: {error}; mend its patterns"
            ) from error
        return found


class Sightings(dict[str, Shown]):
    """The cues of a text's clauses, looked for once in each wording; comment signs are no words.

    What does not stand in the text is taken as it is quoted.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text, self._plain = text, without_comment_signs(text)

    def __missing__(self, said: str) -> Shown:
        self[said] = shown = Shown(said)
        return shown

    def of(self, clause: Clause) -> Shown:
        """Return the cues of a clause."""
        stretch = slice(clause.start, clause.end)
        stands = self._text[stretch] == clause.text
        return self[self._plain[stretch] if stands else clause.text]


def _mended(cut: re.Match[str]) -> str:
    head = cut["head"]
    return f"{head}-" if head in KEPT_HYPHEN else head


def limbs(low: str) -> tuple[str, ...]:
    """Split a clause where a verb with an object of its own begins a further limb.

    Verbs that share one object ("copy, share or sell the work") stay together.
    """
    found, start = [], 0
    for match in _NEXT_LIMB.finditer(low):
        if _OBJECT.search(low, start, match.start()):
            found.append(low[start : match.start()])
            start = match.start() + 2
    return (*found, low[start:])


def cue_names() -> frozenset[str]:
    """Return the names of all cues."""
    return frozenset(_cues())


@cache
def _searches(name: str) -> tuple[Search, ...]:
    return searches(tuple(_cues()[name]))


def _cues() -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = read_toml("openness.toml")["cues"]
        return found
    except KeyError as error:
        raise DataError(f"data/openness.toml: {error} is missing; add it") from error
