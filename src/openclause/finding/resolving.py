"""The known license that a declared name stands for: an SPDX id, an old one, or a name in words.

In: the names of the known licenses. Out: a function from a name to the license, as `discrepancies`
and `releases` take it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openclause.references import identified, references

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclause.identity import Known
    from openclause.references import Names

# Said in names of licenses where the license itself does not say it, and the other way round.
_SOFTWARE = re.compile(r"\bsoftware\s+", re.IGNORECASE)
# Beside the name of a license such words say that it is not all, or not that one.
_MORE = re.compile(
    r"(?<!\S)(?:and|or(?!\s+(?:later|newer|any)\b)|with|without|plus|but|except|not|&)(?!\S)"
    r"|\b(?:only|non-?commercial|commercial|academic|research|evaluation|personal|proprietary)\b",
    re.IGNORECASE,
)


def resolver(names: Names) -> Callable[[str], Known | None]:
    """Return a function that knows a license by its name.

    A name of two licenses is none's, and so is one that says more: `MIT License and our terms`.
    """

    def resolve(name: str) -> Known | None:
        if known := identified(name, names):
            return known
        return _named(name, names) or _named(_SOFTWARE.sub("", name), names)

    return resolve


def _named(name: str, names: Names) -> Known | None:
    named = list(references(name, [(0, len(name))], names))
    found = {each.known.id: each.known for each in named}
    beside = name
    for each in named:
        beside = beside.replace(name[each.start : each.end], "\0")
    return next(iter(found.values())) if len(found) == 1 and not _MORE.search(beside) else None
