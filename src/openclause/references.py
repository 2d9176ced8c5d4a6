"""Which known license a name stands for: `Apache License, Version 2.0`, `GPL-2.0+`, `MIT`.

In: an `Index`, whose licenses give the names, and a text. Out: `Reference` records, and the known
license of an identifier. Names are compared word by word; words such as *license* and *version*
and a closing `.0` do not count, except that a name of common words needs one of them beside it.
Whether the text puts itself under what it names is for `notices`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate

import msgspec

from openclause.identity import Index, Known
from openclause.keeping import code, digest, kept
from openclause.wording import lowered

_WORD = re.compile(r"[^\W_]++(?:[.+][^\W_]++)*+\+?")
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
_LATER, _ONLY = "or later", "only"


class Reference(msgspec.Struct, frozen=True):
    """A known license named at `[start, end)` of a text."""

    start: int
    end: int
    known: Known


class Names(msgspec.Struct, frozen=True):
    """What known licenses are called; the words of a name stand between single spaces.

    `stems` are names that lack a version only; `first` holds the first word of each name,
    `beginnings` its first two words, its first three and so on.
    """

    by_key: dict[str, Known]
    by_id: dict[str, Known]
    stems: frozenset[str]
    first: frozenset[str]
    beginnings: frozenset[str]


class _Table(msgspec.Struct, frozen=True, array_like=True):
    """The names with the numbers of the licenses in their index."""

    by_key: dict[str, int]
    by_id: dict[str, int]
    stems: frozenset[str]
    beginnings: frozenset[str]


# A word, or a part of one, as names are compared by it, and where the whole word stands.
_Word = tuple[int, int, str]


@cache
def names_of(index: Index) -> Names:
    """Return the names of the licenses that an index knows, those with an SPDX id first."""
    made_from = digest(msgspec.msgpack.encode(index.known), code(["references"]))
    table = kept("names", made_from, _Table, lambda: _table(index.known))
    known = index.known
    return Names(
        {key: known[number] for key, number in table.by_key.items()},
        {name: known[number] for name, number in table.by_id.items()},
        table.stems,
        frozenset(key for key in table.beginnings if " " not in key),
        table.beginnings,
    )


def _table(known: Sequence[Known]) -> _Table:
    by_key: dict[str, int] = {}
    by_id: dict[str, int] = {}
    ranks = [(one.spdx_id is None, len(one.id), one.id) for one in known]
    for number in sorted(range(len(known)), key=ranks.__getitem__):
        one = known[number]
        for name in filter(None, (one.spdx_id, one.id, one.name)):
            by_id.setdefault(name.casefold(), number)
            for key in _keys(name):
                by_key.setdefault(key, number)
    stems = frozenset(filter(None, map(_stem, by_key)))
    beginnings = frozenset(start for key in (*by_key, *stems) for start in _beginnings(key))
    return _Table(by_key, by_id, stems, beginnings)


def _beginnings(key: str) -> Iterator[str]:
    yield from accumulate(key.split(" "), "{} {}".format)


def _keys(name: str) -> Iterator[str]:
    words = [word for *_, word in _words(name, 0, len(name)) if word not in _FILLERS]
    if not words:
        return
    key = " ".join(words)
    yield key
    if len(words) > 1 and words[-1] == "public" and _is_number(words[-2]):
        yield " ".join(words[:-1])
    telling = any(word.group().casefold() in _TELLING for word in _WORD.finditer(name))
    if telling and (undated := _DATED.sub("", key).strip()) and len(undated) < len(key):
        yield undated


def _stem(key: str) -> str:
    """Return a name without its version; nothing if it has none."""
    whole = key
    for ending in (_LATER, _ONLY):
        key = _without(key, ending)
    before, _, last = key.rpartition(" ")
    return before if key and _is_number(last) else "" if key == whole else key


def _without(key: str, ending: str) -> str:
    """Return a name without its last words, if these are they."""
    return "" if key == ending else key.removesuffix(f" {ending}")


def _words(text: str, start: int, end: int) -> list[_Word]:
    """Return words; `GPLv2+` is `gpl 2 or later`, and `2.0` is `2`."""
    words: list[_Word] = []
    for found in _WORD.finditer(lowered(text), start, end):
        low = found[0] if found[0].isascii() else found[0].casefold()
        first, last = found.span()
        if low.isalpha():
            words.append((first, last, low))
        else:
            words += [(first, last, key) for key in _parts(low)]
    return words


@lru_cache(maxsize=2**10)
def _parts(low: str) -> tuple[str, ...]:
    """Return what a word is compared by: its letters, its version and what a plus behind means."""
    numbered = _WITH_NUMBER.fullmatch(low)
    if numbered is None:
        return (low,)
    later = _LATER.split(" ") if numbered["later"] else ()
    return (*filter(None, (numbered["stem"], _number(numbered["number"]))), *later)


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
    words = _words(text, start, end)
    after = 0
    first = names.first
    for number in [at for at, (_, _, key) in enumerate(words) if key in first]:
        if number < after:
            continue
        count, known = _longest(text, words, number, names)
        if known is not None:
            yield Reference(words[number][0], words[number + count - 1][1], known)
            after = number + count


def _longest(
    text: str, words: Sequence[_Word], number: int, names: Names
) -> tuple[int, Known | None]:
    """Return how many words from here on make the longest name, and whose it is."""
    key = ""
    best: tuple[int, Known | None] = (0, None)
    for count, (_, end, word) in enumerate(words[number : number + _MOST_WORDS], 1):
        if word in _FILLERS:
            continue
        key = f"{key} {word}" if key else word
        if key not in names.beginnings:
            break
        if key not in names.by_key and key not in names.stems:
            continue
        said = text[words[number][0] : end]
        near = {near for *_, near in words[number : number + count + 1]}
        known = _meant(key, said, text[end : end + _REACH], names)
        if known and _telling(said, near, known):
            best = count, known
    return best


def _meant(key: str, said: str, behind: str, names: Names) -> Known | None:
    """Return whose name some words are, in the version that they or those behind them ask for."""
    known = names.by_key.get(key)
    if key not in names.stems and not (known and _is_number(key.rpartition(" ")[2])):
        return known
    number, later = None, False
    for found in _NAMED_BY_NUMBER.finditer(behind):
        number = number or found["number"]
        later = later or found["later"] is not None
    stem = f"{key} {_number(number)}" if number and key in names.stems else key
    endings = (f" {_LATER}", "") if later else ("", f" {_ONLY}")
    asked = (names.by_key.get(stem + ending) for ending in endings)
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
