"""Standing: what a clause is to its reader - what it restricts, and whether it is main.

In: a clause's term, modality and words. Out: the groups that it restricts, and whether a reader
must not miss it. Which effects count is data, `data/standing.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import msgspec

from openclause.errors import DataError
from openclause.searches import searches, shows
from openclause.taxonomy import ACTS, Modality, read_toml, terms

# Searched for in lower case; each way to begin has a letter of its own, which is told much faster.
_NAMES_OF_ACTS = {
    "derivatives": re.compile(
        r"m(?<=\bm)odif|d(?<=\bd)erivativ|a(?<=\ba)dapt|c(?<=\bc)hang(?:e|ing)|f(?<=\bf)ine-?tun"
    ),
    "redistribution": re.compile(
        r"d(?<=\bd)istribut|r(?<=\br)e(?:distribut|cipient)|c(?<=\bc)o(?:py|pies|nvey)"
        r"|p(?<=\bp)(?:ublish|rovide)|t(?<=\bt)hird part"
    ),
    "use": re.compile(r"(?:u(?<=\bu)s(?:e|ing|ers?)|a(?<=\ba)ccess)\b"),
}
# What somebody offers to the licensor of his own will says nothing of what he does with the work.
_OFFERED = re.compile(
    r"\bcontributions?\b(?:\s+\w+){0,4}\s+submitted\b|\bsubmit\w*\b[^.;]{0,60}\bcontributions?\b"
    r"|\byour\s+contributions?\b",
    re.IGNORECASE,
)
_BOUNDARIES = frozenset([",", ";", ":", ".", ")"])
_SUBJECT = 6


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry `when`: words that a main clause says and lacks.

    `at_most` is how many clauses of its kind a text may have for each of them to be main.
    """

    term: str
    modality: Modality
    says: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    at_most: int = 0

    def fits(self, said: str, alike: int) -> bool:
        """Tell whether a clause among `alike` of its kind says the words and lacks the others.

        Parameters
        ----------
        said
            Its words, lower-cased with single spaces.
        """
        says = alike <= self.at_most or _any(self.says, said)
        return says and not _any(self.lacks, said)


class _Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `data/standing.toml`."""

    main: dict[Modality, frozenset[str]]
    when: tuple[When, ...]
    licensor: dict[Modality, frozenset[str]]
    recipient: frozenset[str]


@cache
def _standing() -> _Standing:
    try:
        return msgspec.convert(read_toml("standing.toml"), _Standing)
    except msgspec.ValidationError as error:
        raise DataError(f"data/standing.toml: {error}") from error


@cache
def _whens() -> dict[tuple[str, Modality], When]:
    return {(when.term, when.modality): when for when in _standing().when}


def _any(patterns: tuple[str, ...], said: str) -> bool:
    """Tell whether any of some patterns occurs."""
    try:
        return shows(searches(patterns), said)
    except re.error as error:
        raise DataError(f"data/standing.toml: {error}; mend the pattern") from error


def restricts(term: str, modality: Modality, said: str) -> tuple[str, ...]:
    """Return what a clause restricts: the group of its term, or of the acts its duty hangs on."""
    if modality == "permission" or (term == "ownership" and _OFFERED.search(said)):
        return ()
    group = terms()[term].group
    if group in ACTS:
        return (group,)
    if group != "conditions":
        return ()
    return _acts_in(said) or ("redistribution",)


@lru_cache(maxsize=1)
def _acts_in(said: str) -> tuple[str, ...]:
    """Return the acts that a clause names; the last is kept, for a sentence says much at once."""
    low = said.lower()
    return tuple([name for name, act in _NAMES_OF_ACTS.items() if act.search(low)])


def is_main(term: str, modality: Modality, said: str, *, alike: int) -> bool:
    """Tell what a reader must not miss: grants, limits and what binds others.

    Parameters
    ----------
    alike
        How many clauses of this term and modality the text has.
    """
    if term not in _standing().main.get(modality, ()):
        return False
    when = _whens().get((term, modality))
    return when is None or when.fits(" ".join(said.lower().split()), alike)


def hangs_on_others(term: str, modality: Modality) -> bool:
    """Tell whether it matters to a clause how many of its kind the text has."""
    when = _whens().get((term, modality))
    return when is not None and when.at_most > 0


def is_licensors(term: str, modality: Modality, before: Sequence[str]) -> bool:
    """Tell an act of the licensor alone, by the words before its cue."""
    if term not in _standing().licensor.get(modality, ()):
        return False
    for word in reversed(before[-_SUBJECT:]):
        if word in _BOUNDARIES:
            return True
        if word in _standing().recipient:
            return False
    return True
