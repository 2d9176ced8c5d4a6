"""The words in which licenses are declared: what grants nothing, what says nothing, what is a file.

In: what metadata says. Out: the same in one wording. What it comes to is for `discrepancies`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice

from openclause.taxonomy import read_toml

# How npm points to a file; the other formats' ways are put into these words.
_POINTER = re.compile(
    r"\s*SEE\s+(?:THE\s+)?LICEN[CS]E\s+(?:IN|FILE)\s+(?P<file>.+?)\s*", re.IGNORECASE
)
# SPDX 3 takes operators in small letters, too; what follows "or" may belong to a name.
_ID = r"\(*[A-Za-z0-9][A-Za-z0-9.+:-]*\)*"
_SMALL = re.compile(
    rf"{_ID}(?:\s+(?:AND|and|OR|or(?!\s+(?:later|newer|any)\b)|WITH|with)\s+{_ID})+"
)
_OPERATOR = re.compile(r"(?<=\s)(?:and|or|with)(?=\s)")
# Of a declaration, in characters, and of the declarations of one file.
_LONGEST, _MOST = 1000, 500


def worded(said: Iterable[str]) -> tuple[str, ...]:
    """Return declared licenses on one line each, once, without those that say nothing.

    Longer ones are cut, and more of them left out, than any package has.
    """
    nothing = _special()["nothing"]
    plain = (" ".join(one[:_LONGEST].split()) for one in said)
    kept = dict.fromkeys(in_capitals(one) for one in plain if one.casefold() not in nothing)
    return tuple(islice(kept, _MOST))


def in_capitals(declared: str) -> str:
    """Return an expression with its operators as all that reads it looks for them.

    References
    ----------
    SPDX Specification 3.0.1, Annex B: operators are all in capitals, or all in small letters.
    """
    if not _SMALL.fullmatch(declared):
        return declared
    return _OPERATOR.sub(lambda found: found[0].upper(), declared)


def grants_nothing(declared: str) -> bool:
    """Tell whether a declared name says that no license is given."""
    return declared.casefold() in _special()["proprietary"]


def pointed_to(declared: str) -> str | None:
    """Return the file that a declaration points to instead of naming a license."""
    found = _POINTER.fullmatch(declared)
    return found["file"].strip("'\"") if found else None


@cache
def _special() -> dict[str, frozenset[str]]:
    return {key: frozenset(names) for key, names in read_toml("declared.toml")["special"].items()}
