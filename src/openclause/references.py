"""Which known license a name stands for: `Apache License, Version 2.0`, `GPL-2.0+`, `MIT`.

In: an `Index`, whose licenses give the names, and a text. Out: `Reference` records, and the known
license of an identifier. Names are compared word by word; words such as *license* and *version*
and a closing `.0` do not count, except that a name of common words needs one of them beside it.
Whether the text puts itself under what it names is for `notices`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from itertools import accumulate, chain, dropwhile, islice

import msgspec

from openclause.identity import Index, Known
from openclause.index import precedence
from openclause.keeping import code, digest, kept
from openclause.remembering import Remembered
from openclause.wording import lowered, places

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
_NAMED_BY_NUMBER = re.compile(r"versions?\s+(\d+(?:\.\d+)*)")
_OR_LATER = re.compile(r"\b(?:any\s+later|or\s+later|or\s+newer)")
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

    `stems` are names that lack a version only; `beginnings` holds the first word of each name, its
    first two and so on; `by_rarest` the names by the word of each that the fewest names hold.
    """

    by_key: dict[str, Known]
    by_id: dict[str, Known]
    stems: frozenset[str]
    beginnings: frozenset[str]
    by_rarest: dict[str, list[str]]


class _Table(msgspec.Struct, frozen=True, array_like=True):
    """The names with the numbers of the licenses in their index."""

    by_key: dict[str, int]
    by_id: dict[str, int]
    stems: frozenset[str]
    beginnings: frozenset[str]
    by_rarest: dict[str, list[str]]


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
        table.beginnings,
        table.by_rarest,
    )


def _table(known: Sequence[Known]) -> _Table:
    by_key: dict[str, int] = {}
    by_id: dict[str, int] = {}
    for number in sorted(range(len(known)), key=lambda number: precedence(known[number])):
        one = known[number]
        for name in filter(None, (one.spdx_id, one.id, one.name)):
            by_id.setdefault(name.casefold(), number)
            for key in _keys(name):
                by_key.setdefault(key, number)
    stems = frozenset(filter(None, map(_stem, by_key)))
    beginnings = frozenset(start for key in (*by_key, *stems) for start in _beginnings(key))
    return _Table(by_key, by_id, stems, beginnings, _by_rarest({*by_key, *stems}))


def _by_rarest(keys: Collection[str]) -> dict[str, list[str]]:
    """Return the names that go on no other one, by the word of each that fewest of them hold."""
    shortest = [key for key in keys if not any(map(keys.__contains__, [*_beginnings(key)][:-1]))]
    held = Counter(chain.from_iterable(key.split(" ") for key in shortest))
    found = defaultdict(list)
    for key in sorted(shortest):
        found[min(key.split(" "), key=held.__getitem__)].append(key)
    return found


def _beginnings(key: str) -> Iterator[str]:
    yield from accumulate(key.split(" "), "{} {}".format)


def _keys(name: str) -> Iterator[str]:
    words = [word for *_, word in _words(lowered(name), 0, len(name)) if word not in _FILLERS]
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


def _words(low: str, start: int, end: int) -> Iterator[_Word]:
    """Yield the words of a text in lower case; `gplv2+` is `gpl 2 or later`, and `2.0` is `2`."""
    for found in _WORD.finditer(low, start, end):
        said = found[0] if found[0].isascii() else found[0].casefold()
        first, last = found.span()
        if said.isalpha():
            yield first, last, said
        else:
            yield from ((first, last, key) for key in _parts(said))


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
    low = lowered(text)
    return tuple(found for start, end in spans for found in _within(text, low, start, end, names))


def _within(text: str, low: str, start: int, end: int, names: Names) -> Iterator[Reference]:
    done = start
    for place, _, key in _beginnings_in(low[start:end], names):
        first = start + place
        if first >= done:
            words = dropwhile(partial(_is_not, key), _words(low, first, end))
            last, known = _longest(text, words, names)
            if known is not None:
                yield Reference(first, last, known)
                done = last


def _is_not(key: str, word: _Word) -> bool:
    return word[2] != key


def _beginnings_in(low: str, names: Names) -> list[tuple[int, int, str]]:
    """Return where names may begin, in which word of what stands between white space, and it."""
    pieces = set(low.split())
    firsts = _first_words(pieces, names)
    if not firsts:
        return []
    found = []
    for piece in [piece for piece in pieces if not firsts.isdisjoint(_KEYS[piece])]:
        words = enumerate(_words(piece, 0, len(piece)))
        begin = [(place, number, key) for number, (place, _, key) in words if key in firsts]
        for at in _places(low, piece):
            found += [(at + place, number, key) for place, number, key in begin]
    return sorted(found)


def _first_words(pieces: Iterable[str], names: Names) -> set[str]:
    """Return the first words of those names of which all words occur in some pieces of a text."""
    said = set(chain.from_iterable(map(_KEYS.__getitem__, pieces)))
    by_rarest = names.by_rarest
    return {
        words[0]
        for rarest in said & by_rarest.keys()
        for key in by_rarest[rarest]
        if said.issuperset(words := key.split(" "))
    }


def _places(low: str, piece: str) -> Iterator[int]:
    """Yield where a piece stands between white space."""
    for at in places(low, piece):
        end = at + len(piece)
        if not low[at - 1 : at].strip() and not low[end : end + 1].strip():
            yield at


def _keys_said(piece: str) -> tuple[str, ...]:
    return tuple(key for *_, key in _words(piece, 0, len(piece)))


# The words of what stands between white space.
_KEYS = Remembered(_keys_said, most=2**16)


def _longest(text: str, words: Iterable[_Word], names: Names) -> tuple[int, Known | None]:
    """Return where the longest name ends that begins with the first of some words, and whose."""
    read: list[_Word] = []
    named: list[tuple[int, str]] = []
    key = ""
    for word in islice(words, _MOST_WORDS + 1):
        read.append(word)
        if word[2] in _FILLERS:
            continue
        key = f"{key} {word[2]}" if key else word[2]
        if key not in names.beginnings or len(read) > _MOST_WORDS:
            break
        if key in names.by_key or key in names.stems:
            named.append((len(read), key))
    for count, key in reversed(named):
        end = read[count - 1][1]
        said = text[read[0][0] : end]
        known = _meant(key, said, text[end : end + _REACH], names)
        if known and _telling(said, {near for *_, near in read[: count + 1]}, known):
            return end, known
    return 0, None


def _meant(key: str, said: str, behind: str, names: Names) -> Known | None:
    """Return whose name some words are, in the version that they or those behind them ask for."""
    known = names.by_key.get(key)
    if key not in names.stems and not (known and _is_number(key.rpartition(" ")[2])):
        return known
    number = _NAMED_BY_NUMBER.search(behind)
    later = ("later" in behind or "newer" in behind) and _OR_LATER.search(behind)
    stem = f"{key} {_number(number[1])}" if number and key in names.stems else key
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
