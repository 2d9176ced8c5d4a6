"""Sentences that bear on passing a work on under another license, beside the terms.

In: a text. Out: the sentences of each sign of `data/passing.toml`. What they decide between two
licenses is for `passing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from openclause.errors import DataError
from openclause.fingerprints import Sentence
from openclause.taxonomy import Modality, Words, read_toml

# No sentence that decides is longer; patterns look at no more of one, in characters.
_LONGEST = 2_000


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Patterns over a sentence in lower case; `unless` takes a match back."""

    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()


class Burden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one license may ask and another may not be able to take up.

    `terms` in the modalities `asks`, or `signs`, ask for it; `carried` terms and `carried_signs`
    of the other ask the same, `admitted` signs of the other let it in.
    """

    id: str
    terms: tuple[str, ...] = ()
    asks: tuple[Modality, ...] = ()
    signs: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    carried_signs: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The terms that limit use; of those `alike`, one limit is as good as another."""

    terms: tuple[str, ...]
    alike: tuple[str, ...]


class NoticeTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The terms that ask for notices."""

    terms: tuple[str, ...]


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `data/passing.toml`."""

    sign: dict[str, Sign]
    burden: tuple[Burden, ...]
    limits: Limits
    notices: NoticeTerms
    names: dict[str, Words]
    ground: dict[str, Words]


@cache
def rules() -> Rules:
    """Read the rules.

    Raises
    ------
    DataError
        If a field is unknown, missing or of another type.
    """
    try:
        return msgspec.convert(read_toml("passing.toml"), Rules)
    except msgspec.ValidationError as error:
        raise DataError(f"data/passing.toml: {error}; mend the file") from error


@cache
def _compiled() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    return {
        name: (_any(sign.patterns), _any(sign.unless) if sign.unless else None)
        for name, sign in rules().sign.items()
    }


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def flat(said: str) -> str:
    """Return words in lower case with single spaces between them."""
    return " ".join(said.split()).casefold()


def find_signs(text: str, said: Sequence[Sentence]) -> dict[str, tuple[Sentence, ...]]:
    """Return the sentences that show each sign, in reading order; signs not shown are left out."""
    found: dict[str, list[Sentence]] = {}
    for sentence in said:
        low = flat(text[sentence.start : min(sentence.end, sentence.start + _LONGEST)])
        for name, (shows, unless) in _compiled().items():
            if shows.search(low) and not (unless and unless.search(low)):
                found.setdefault(name, []).append(sentence)
    return {name: tuple(sentences) for name, sentences in found.items()}
