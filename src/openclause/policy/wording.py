"""What a policy's rules say, in each language, and how grave they are by themselves.

In: a rule's id. Out: its words, from `data/policy.toml`; suggestions for names that are not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Literal

import msgspec

from openclause.errors import DataError
from openclause.messages import Language
from openclause.taxonomy import read_toml

# A name as unlike as that is no mistyped one.
_ALIKE = 0.6
_FEW = 12


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule's severity where a policy does not say, and its sentence."""

    severity: Literal["error", "unsure", "warning", "note"]
    en: str
    ko: str


@cache
def rules() -> dict[str, Wording]:
    """Return the rules by id.

    Raises
    ------
    DataError
        If the table is not as it should be.
    """
    try:
        return msgspec.convert(read_toml("policy.toml"), dict[str, Wording])
    except msgspec.ValidationError as error:
        raise DataError(f"data/policy.toml: {error}") from error


def sentence(rule: str, lang: Language, **values: object) -> str:
    """Return what a rule says."""
    words = rules()[rule]
    return (words.ko if lang == "ko" else words.en).format(**values)


def near_name(name: str, names: Iterable[str], *, otherwise: str = "") -> str:
    """Return a suggestion: the nearest of some names, or all of a few."""
    among = list(names)
    by_low = {one.casefold(): one for one in among}
    near = get_close_matches(name.casefold(), by_low, n=1, cutoff=_ALIKE)
    if near:
        return f"did you mean {by_low[near[0]]!r}?"
    if len(among) <= _FEW and not otherwise:
        return f"it may be {', '.join(among)}"
    return otherwise or "docs/policy.md lists them"
