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


class Shown:
    """The cues that show in a lower-cased text with single spaces; each is looked for once."""

    def __init__(self, low: str) -> None:
        self.low = low
        self._found: dict[str, bool] = {}

    def shows(self, name: str) -> bool:
        """Tell whether any pattern of a cue occurs.

        Raises
        ------
        DataError
            If a pattern is tried that is none.
        """
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._occurs(name)
        return found

    def _occurs(self, name: str) -> bool:
        try:
            return shows(_cues()[name], self.low)
        except re.error as error:
            raise DataError(
                f"data/openness.toml [cues.{name}]: {error}; mend its patterns"
            ) from error


def cue_shows(name: str, low: str) -> bool:
    """Tell whether any pattern of a cue occurs in a lower-cased text with single spaces."""
    return Shown(low).shows(name)


def cue_names() -> frozenset[str]:
    """Return the names of all cues."""
    return frozenset(_cues())


@cache
def _cues() -> dict[str, tuple[Search, ...]]:
    try:
        return {
            name: searches(patterns)
            for name, patterns in read_toml("openness.toml")["cues"].items()
        }
    except KeyError as error:
        raise DataError(f"data/openness.toml: {error} is missing; add it") from error
