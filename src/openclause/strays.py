"""Programs that say nothing of rights: what they seem to permit or forbid is about their own users.

In: a text. Out: whether it is such a program. The words are data, table `[code]` of
`data/notices.toml`.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from openclause.documents import without_comment_signs
from openclause.errors import DataError
from openclause.searches import Search, searches, shows, squeezed
from openclause.taxonomy import read_toml

# A program has this many lines of code, and so large a share of its lines are such.
_LEAST, _SHARE = 4, 0.25
# Nearly all texts say a word of rights, and most say it among so many first characters.
_EARLY = 700


class _Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: tuple[str, ...]
    rights: tuple[str, ...]


def is_bare_code(text: str) -> bool:
    """Tell a program in which no word is said of the rights in it."""
    plain = without_comment_signs(text)
    early, *_ = plain[:_EARLY].rpartition(" ")
    if _speaks_of_rights(early) or _speaks_of_rights(plain):
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    code = sum(_line().search(line) is not None for line in lines)
    return code >= max(_LEAST, _SHARE * len(lines))


def _speaks_of_rights(plain: str) -> bool:
    try:
        return shows(_rights(), squeezed(plain.lower().split()))
    except re.error as error:
        raise _fault(error) from error


@cache
def _rights() -> tuple[Search, ...]:
    return searches(_code().rights)


@cache
def _line() -> re.Pattern[str]:
    try:
        return re.compile("|".join(f"(?:{each})" for each in _code().lines), re.IGNORECASE)
    except re.error as error:
        raise _fault(error) from error


@cache
def _code() -> _Code:
    try:
        return msgspec.convert(read_toml("notices.toml")["code"], _Code)
    except (KeyError, msgspec.ValidationError) as error:
        raise _fault(error) from error


def _fault(error: Exception) -> DataError:
    return DataError(f"data/notices.toml [code]: {error}; mend the table")
