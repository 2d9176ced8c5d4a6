"""Named sets of words that tell one kind of clause from another of the same term.

In: the name of a cue and a clause's text, lower-cased, with single spaces. Out: whether it shows.
The patterns are data, the table `[cues]` of `data/openness.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from openclause.errors import DataError
from openclause.taxonomy import read_toml

_SPECIAL = re.compile(r"\\[a-zA-Z]|[][(){}?*+|^$.\\]")
_GROUP = re.compile(r"\((?:[^()]|\([^()]*\))*\)[?*+]?(?:\{[^}]*\})?|\[[^]]*\][?*+]?(?:\{[^}]*\})?")
_OPTIONAL = re.compile(r".[?*]")


# A literal that every match holds, and what to search for where it occurs; None: it suffices.
_Pattern = tuple[str, Callable[[str], re.Match[str] | None] | None]


def cue_shows(name: str, low: str) -> bool:
    """Tell whether any pattern of a cue occurs in a lower-cased text with single spaces."""
    for literal, search in _cues()[name]:
        if literal in low and (search is None or search(low)):
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
    except (KeyError, re.error) as error:
        raise DataError(f"data/openness.toml [cues]: {error}; mend the pattern") from error


def _pattern(pattern: str) -> _Pattern:
    return _literal(pattern), re.compile(pattern).search if _SPECIAL.search(pattern) else None


def _literal(pattern: str) -> str:
    """Return the longest text that every match must hold; empty if there may be none."""
    while _GROUP.search(pattern):
        pattern = _GROUP.sub("\0", pattern)
    if "|" in pattern:
        return ""
    pattern = _OPTIONAL.sub("\0", pattern.replace("\\.", "\0"))
    return max(re.split(r"\0|\\[a-zA-Z]|[?*+^$.\\]", pattern), key=len)
