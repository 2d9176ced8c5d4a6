"""The title a text bears.

In: text. Out: its first line, where that is a title and not a sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise

SAMPLE = 4000
MAX_LINES = 30
MAX_CHARS = 100
MAX_WORDS = 14

_DECORATION = "#/*;-–—%<>~+=|!_` \t\0\r\n\f\v\ufeff"
_LEADING = r"(?i:\"{3}|'{3}|(?:rem|dnl)\s+|(?:title|name)\s*:\s*)+"
_PASSED_OVER = (  # these are compiled when first used
    r"(?i:copyright|©|\(c\)|all rights reserved|spdx-|https?:|www\.|\S+@|version\b|v?\d+(?:\.\d+)*$"
    r"|(?:last |release )?(?:updated|modified|date)\b|effective\b|저작권|著作権|版权)"
)
_SENTENCE = r"[.;:,!?。；，]$|[a-z]{2}[.;]\s"
_NUMBERED = r"\(?(?:\d+(?:\.\d+)*[.)]?|[A-Za-z][.)])\s"
_VERB = r"(?i:\b(?:is|are|was|may|must|shall|will|hereby|agrees?|grants?)\b)"
_SMALL_WORDS = (
    "a an and as at by for from in is nor of on or the to under with de la le les du des et pour "
    "der die das und für del los las y e do da di il per van het"
)
_SMALL = frozenset(_SMALL_WORDS.split())


def title(text: str) -> str | None:
    """Return the title of `text` without comment decoration or Markdown, None if it bears none.

    Copyright lines, dates, addresses and rows of ornament above the title are passed over.
    """
    lines = [*text[:SAMPLE].splitlines()[:MAX_LINES], ""]
    for line, after in pairwise(lines):
        said = _bare(line)
        if said and not re.match(_PASSED_OVER, said):
            return said if _is_title(said, alone=not _bare(after)) else None
    return None


def _bare(line: str) -> str:
    bare = re.sub(_LEADING, "", line.strip(_DECORATION), count=1)
    return " ".join(bare.removesuffix(":" if bare.isupper() else "").split())


def _is_title(line: str, *, alone: bool) -> bool:
    """Tell a title from a sentence: short, without a stop, and set apart or capitalised."""
    words = [word.strip("()[]\"“”'’,.") for word in line.split()]
    words = [word for word in words if word and word[0].isalpha()]
    if not words or len(line) > MAX_CHARS or len(words) > MAX_WORDS:
        return False
    if words[0].islower() or re.match(_NUMBERED, line):
        return False
    if re.search(_SENTENCE, line) or re.search(_VERB, line):
        return False
    large = sum(not word[0].islower() for word in words if word.lower() not in _SMALL)
    small = sum(word[0].islower() for word in words if word.lower() not in _SMALL)
    return large > small * (1 if alone else 3) or (alone and len(words) <= MAX_WORDS // 2)
