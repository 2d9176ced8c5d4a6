"""Which known license a name stands for: `Apache License, Version 2.0`, `GPL-2.0+`, `MIT`.

In: an `Index`, whose licenses give the names, and a text. Out: `Reference` records, and the known
license of an identifier. Names are compared word by word; words such as *license* and *version*
and a closing `.0` do not count, except that a name of common words needs one of them beside it.
Whether the text puts itself under what it names is for `notices`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

import msgspec

from openclause.identity import Index, Known

_WORD = re.compile(r"[^\W_]+(?:[.+][^\W_]+)*\+?")
_WITH_NUMBER = re.compile(r"(?P<stem>[^\W\d_]*?)v?(?P<number>\d+(?:\.\d+)*)(?P<later>\+?)")
_DATED = re.compile(r"(?:19|20)\d\d(?: \d\d?){0,2}$")
_NUMBERED_ACRONYM = re.compile(r"[A-Z]{3,}[- ]?v?\d+(?:\.\d+)*\+?")
_TELLING = frozenset(
    ["license", "licence", "licensed", "licences", "licenses", "agreement", "terms", "version"]
)
_FILLERS = _TELLING.union(
    ["the", "a", "an", "v", "ver", "versions", "release", "of", "and", "use"],
    ["international", "unported", "generic"],
)
_MOST_WORDS = 12
_NAMED_BY_NUMBER = re.compile(
    r"versions?\s+(?P<number>\d+(?:\.\d+)*)|\b(?P<later>any\s+later|or\s+later|or\s+newer)"
)
# How far behind a name its version may stand, in characters; the least length of an acronym.
_REACH, _ACRONYM = 220, 3
_LATER, _ONLY = ("or", "later"), ("only",)

_Key = tuple[str, ...]


class Reference(msgspec.Struct, frozen=True):
    """A known license named at `[start, end)` of a text."""

    start: int
    end: int
    known: Known


class Names(msgspec.Struct, frozen=True):
    """What known licenses are called.

    `stems` are names that lack a version only; `first` holds the first word of each name,
    `beginnings` its first two words, its first three and so on.
    """

    by_key: dict[_Key, Known]
    by_id: dict[str, Known]
    stems: frozenset[_Key]
    first: frozenset[str]
    beginnings: frozenset[_Key]


class _Word(msgspec.Struct, frozen=True, gc=False):
    """A word, or a part of one, as names are compared by it."""

    start: int
    end: int
    key: str


@cache
def names_of(index: Index) -> Names:
    """Return the names of the licenses that an index knows, those with an SPDX id first."""
    by_key: dict[_Key, Known] = {}
    by_id: dict[str, Known] = {}
    for known in sorted(index.known, key=lambda one: (one.spdx_id is None, len(one.id), one.id)):
        for name in filter(None, (known.spdx_id, known.id, known.name)):
            by_id.setdefault(name.casefold(), known)
            for key in _keys(name):
                by_key.setdefault(key, known)
    stems = frozenset(filter(None, map(_stem, by_key)))
    beginnings = {key[:count] for key in (*by_key, *stems) for count in range(1, len(key) + 1)}
    return Names(
        by_key, by_id, stems, frozenset(key[0] for key in beginnings), frozenset(beginnings)
    )


def _keys(name: str) -> Iterator[_Key]:
    key = tuple(word.key for word in _words(name, 0, len(name)) if word.key not in _FILLERS)
    if not key:
        return
    yield key
    if len(key) > 1 and key[-1] == "public" and _is_number(key[-2]):
        yield key[:-1]
    telling = any(word.group().casefold() in _TELLING for word in _WORD.finditer(name))
    if (
        telling
        and (undated := _DATED.sub("", " ".join(key)).strip())
        and len(undated) < len(" ".join(key))
    ):
        yield tuple(undated.split())


def _stem(key: _Key) -> _Key:
    """Return a name without its version; nothing if it has none."""
    whole = key
    for ending in (_LATER, _ONLY):
        if key[-len(ending) :] == ending:
            key = key[: -len(ending)]
    return key[:-1] if key and _is_number(key[-1]) else () if key == whole else key


def _words(text: str, start: int, end: int) -> Iterator[_Word]:
    """Yield words; `GPLv2+` is `gpl 2 or later`, and `2.0` is `2`."""
    for word in _WORD.finditer(text, start, end):
        low = word[0].casefold()
        numbered = None if low.isalpha() else _WITH_NUMBER.fullmatch(low)
        if numbered is None:
            yield _Word(*word.span(), low)
            continue
        keys = [numbered["stem"], _number(numbered["number"])]
        for key in (*filter(None, keys), *(_LATER if numbered["later"] else ())):
            yield _Word(word.start(), word.end(), key)


def _number(version: str) -> str:
    return re.sub(r"(?:\.0)+$", "", version)


def _is_number(key: str) -> bool:
    return key[0].isdigit()


def identified(name: str, names: Names) -> Known | None:
    """Return the license of an identifier: an SPDX id, also an old one, or an id of the index."""
    low = name.casefold()
    if low not in names.by_id:
        low = low.removeprefix("licenseref-").removeprefix("scancode-")
    later = low.endswith("+")
    stem = low.removesuffix("+")
    endings = ("-or-later", "-plus", "") if later else ("", "-only")
    for ending in endings:
        if known := names.by_id.get(f"{stem}{ending}"):
            return known
    return None


def references(text: str, spans: Sequence[tuple[int, int]], names: Names) -> tuple[Reference, ...]:
    """Return the known licenses that are named within some spans of a text."""
    return tuple(found for start, end in spans for found in _within(text, start, end, names))


def _within(text: str, start: int, end: int, names: Names) -> Iterator[Reference]:
    words = list(_words(text, start, end))
    after = 0
    for number in [at for at, word in enumerate(words) if word.key in names.first]:
        if number < after:
            continue
        count, known = _longest(text, words, number, names)
        if known is not None:
            yield Reference(words[number].start, words[number + count - 1].end, known)
            after = number + count


def _longest(
    text: str, words: Sequence[_Word], number: int, names: Names
) -> tuple[int, Known | None]:
    """Return how many words from here on make the longest name, and whose it is."""
    key: _Key = ()
    best: tuple[int, Known | None] = (0, None)
    for count, word in enumerate(words[number : number + _MOST_WORDS], 1):
        if word.key in _FILLERS:
            continue
        key = (*key, word.key)
        if key not in names.beginnings:
            break
        if key not in names.by_key and key not in names.stems:
            continue
        said = text[words[number].start : word.end]
        near = {each.key for each in words[number : number + count + 1]}
        known = _meant(key, said, text[word.end : word.end + _REACH], names)
        if known and _telling(said, near, known):
            best = count, known
    return best


def _meant(key: _Key, said: str, behind: str, names: Names) -> Known | None:
    """Return whose name some words are, in the version that they or those behind them ask for."""
    known = names.by_key.get(key)
    if key not in names.stems and not (known and _is_number(key[-1])):
        return known
    number, later = None, False
    for found in _NAMED_BY_NUMBER.finditer(behind):
        number = number or found["number"]
        later = later or found["later"] is not None
    stem = (*key, _number(number)) if number and key in names.stems else key
    endings: tuple[_Key, ...] = (_LATER, ()) if later else ((), _ONLY)
    asked = (names.by_key.get((*stem, *ending)) for ending in endings)
    return next((one for one in asked if one), known)


def _telling(said: str, near: Collection[str], known: Known) -> bool:
    """Tell a name from common words: by `license` in or behind it, a number, or an exact id."""
    if not _TELLING.isdisjoint(near):
        return True
    acronym = said.isupper() and len(said) >= _ACRONYM
    exact = said in (known.spdx_id, known.name) or " " not in said
    numbered = _NUMBERED_ACRONYM.fullmatch(said) or (
        ("-" in said or "." in said) and any(map(str.isdigit, said))
    )
    return (acronym and exact) or bool(numbered)
