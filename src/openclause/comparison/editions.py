"""What a license is called, apart from its version, and which version it is.

In: an SPDX id, or a title. Out: a `Title`, and whether a passage names it. Names are taken
from what a text says or the index knows; none is written down here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from openclause.comparison.records import Edition
from openclause.comparison.signs import flat

_ID = re.compile(
    r"(?P<stem>[A-Za-z][\w.-]*?)-v?(?P<number>\d+(?:\.\d+)*)(?P<rest>-only|-or-later|\+)?"
)
_NUMBER = re.compile(r"\bv?(\d+(?:\.\d+)*)\b")
_VERSION_NEAR = re.compile(r"\bv(?:ersions?)?\.? ?(\d+(?:\.\d+)*)|\b(\d+\.\d+)\b")
_LATER = re.compile(r"\b(?:later|subsequent|newer) versions?\b|\bone of the versions\b")
# A version stands so near to the name that it belongs to, in characters.
_REACH = 48


class Title(msgspec.Struct, frozen=True):
    """A name without its version, other names for it, and the version's numbers."""

    stem: str
    aliases: tuple[str, ...]
    version: tuple[int, ...] | None


def title_of(name: str, spdx_id: str | None) -> Title:
    """Return how a license is called; the SPDX id tells best, for titles differ."""
    numbers = _NUMBER.findall(name)
    version = _version(numbers[-1]) if numbers else None
    words = " ".join(_NUMBER.sub(" ", flat(name)).split()).strip(" ,.-()")
    aliases = [_bare(words)]
    stem = aliases[0]
    if spdx_id and (found := _ID.fullmatch(spdx_id)):
        stem, version = found["stem"].casefold(), _version(found["number"])
        aliases.append(stem)
    return Title(stem, tuple(dict.fromkeys(filter(None, aliases))), version)


def notice_of(spdx_id: str | None) -> Edition | None:
    """Return what an SPDX id says of later versions."""
    low = (spdx_id or "").casefold()
    if low.endswith(("-or-later", "+")):
        return "or-later"
    return "only" if low.endswith("-only") else None


def without_edition(spdx_id: str) -> str:
    """Return an id without what it says of later versions, which a text alone does not tell."""
    return spdx_id.removesuffix("-only").removesuffix("-or-later")


def _bare(words: str) -> str:
    """Return a name without what follows its last naming word: `gnu general public license`."""
    return re.sub(r"\s*\b(?:or later|only|version|v)\b.*$", "", words).strip(" ,.-")


def _version(number: str) -> tuple[int, ...]:
    parts = [int(part) for part in number.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def is_later(one: Title, other: Title) -> bool:
    """Tell whether the other is a later version of the same license."""
    if one.version is None or other.version is None:
        return False
    return one.stem == other.stem and other.version > one.version


def is_same(one: Title, other: Title) -> bool:
    """Tell whether both are the same version of the same license."""
    return (one.stem, one.version) == (other.stem, other.version) and one.version is not None


def names(passage: str, wanted: Title) -> bool:
    """Tell whether a passage names a license in this version, or in one that may be later."""
    low = flat(passage)
    return any(_fits(low, start, end, wanted) for start, end in _mentions(low, wanted))


def _mentions(low: str, wanted: Title) -> Iterator[tuple[int, int]]:
    for alias in wanted.aliases:
        # Short names are other words too, unless they stand alone.
        for found in re.finditer(rf"(?<![\w-]){re.escape(alias)}s?(?![\w-])", low):
            yield found.span()


def _fits(low: str, start: int, end: int, wanted: Title) -> bool:
    """Tell whether the version beside a name is the wanted one; without any, all versions fit."""
    before = low[max(0, start - 20) : start]
    after = low[end : end + _REACH]
    said = _VERSION_NEAR.search(after)
    if found := re.search(r"\bversion (\d+(?:\.\d+)*) of (?:the )?$", before):
        version = _version(found[1])
    elif said:
        version = _version(said[1] or said[2])
    else:
        return True
    if wanted.version is None or version == wanted.version:
        return True
    return wanted.version > version and bool(_LATER.search(low[end:]))
