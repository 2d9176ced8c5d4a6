"""Named sets of words that tell one kind of clause from another of the same term.

In: the name of a cue and a clause's text, lower-cased, with single spaces. Out: whether it shows.
The patterns are data, the table `[cues]` of `data/openness.toml`.
"""

from __future__ import annotations

import re
from functools import cache

from openclause.errors import DataError
from openclause.taxonomy import read_toml

_SPECIAL = re.compile(r"\\[a-zA-Z]|[][(){}?*+|^$.\\]")
_GROUP = re.compile(r"\((?:[^()]|\([^()]*\))*\)[?*+]?(?:\{[^}]*\})?|\[[^]]*\][?*+]?(?:\{[^}]*\})?")
_OPTIONAL = re.compile(r".[?*]")


# A literal that every match holds, and the pattern to search for where it occurs; None: none.
_Pattern = tuple[str, str | None]


def cue_shows(name: str, low: str) -> bool:
    """Tell whether any pattern of a cue occurs in a lower-cased text with single spaces."""
    for literal, pattern in _cues()[name]:
        if literal in low and (pattern is None or _compiled(pattern).search(low)):
            return True
    return False


def cue_names() -> frozenset[str]:
    """Return the names of all cues."""
    return frozenset(_cues())


@cache
def _cues() -> dict[str, tuple[_Pattern, ...]]:
    try:
        return {
            name: tuple(_pattern(pattern) for pattern in patterns)
            for name, patterns in read_toml("openness.toml")["cues"].items()
        }
    except KeyError as error:
        raise DataError(f"data/openness.toml: {error} is missing; add it") from error


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern where its literal shows; most literals show in few texts."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise DataError(f"data/openness.toml [cues]: {error}; mend {pattern!r}") from error


def _pattern(pattern: str) -> _Pattern:
    return _literal(pattern), pattern if _SPECIAL.search(pattern) else None


def _literal(pattern: str) -> str:
    """Return the longest text that every match must hold; empty if there may be none."""
    while _GROUP.search(pattern):
        pattern = _GROUP.sub("\0", pattern)
    if "|" in pattern:
        return ""
    pattern = _OPTIONAL.sub("\0", pattern.replace("\\.", "\0"))
    return max(re.split(r"\0|\\[a-zA-Z]|[?*+^$.\\]", pattern), key=len)
