"""Named sets of words that tell one kind of clause from another of the same term.

In: the name of a cue and a clause's text, lower-cased, with single spaces. Out: whether it shows.
The patterns are data, the table `[cues]` of `data/openness.toml`.
"""

from __future__ import annotations

import re
from functools import cache

from openclause.errors import DataError
from openclause.searches import Search, searches, shows
from openclause.taxonomy import read_toml


class Shown(dict[str, bool]):
    """Whether a cue shows in a lower-cased text with single spaces; each is looked for once.

    Raises
    ------
    DataError
        If a pattern is tried that is none.
    """

    def __init__(self, low: str) -> None:
        super().__init__()
        self.low = low

    def __missing__(self, name: str) -> bool:
        try:
            found = self[name] = shows(_searches(name), self.low)
        except re.error as error:
            raise DataError(
                f"data/openness.toml [cues.{name}]: {error}; mend its patterns"
            ) from error
        return found


def cue_shows(name: str, low: str) -> bool:
    """Tell whether any pattern of a cue occurs in a lower-cased text with single spaces."""
    return Shown(low)[name]


def cue_names() -> frozenset[str]:
    """Return the names of all cues."""
    return frozenset(_cues())


@cache
def _searches(name: str) -> tuple[Search, ...]:
    return searches(_cues()[name])


def _cues() -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = read_toml("openness.toml")["cues"]
        return found
    except KeyError as error:
        raise DataError(f"data/openness.toml: {error} is missing; add it") from error
