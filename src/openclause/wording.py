"""The wording of a text: its words, without what may differ between two copies of one license.

In: a text. Out: its normal form (words in UTF-8 between single spaces) and 32-bit hashes of word
n-grams. Dropped are letter case, white space, punctuation, bullets, enumerators, comment signs and
copyright statements; the holder's name in the usual disclaimers becomes `holder`. What is known
of the words is left to `identity`, what they tell to `classifier`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import AnyStr
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]

# Signs that are not seen and part no word: joiners, marks and overrides of the direction, tags.
UNSEEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
# A word that bears on rights: whatever holds one is text, and is never dropped as a holder's name.
_BEARING = (
    r"\b(?:not|non?|may|must|shall|will|can(?:not)?|only|unless|except|without|provided|grants?"
    r"|granted|prohibit\w*|forbid\w*|restrict\w*|requir\w*|agree\w*|commercial\w*|research"
    r"|academic|educational|evaluation|military|personal|free\w*|sell\w*|sold|sale|fees?|pa(?:y|id)"
    r"|costs?|charged?|ban\w*|revo[ck]\w*)\b"
)
# Where a copyright statement is over: the words that licenses go on with.
_GOES_ON = (
    r"(?:\b(?:all\s+rights|permi[ts]|redistribut|distribut|licen[sc]|copyrig|portions|released"
    r"|preamble|terms|subject|please|this\b|you\b|your\b|any\b|it\b|if\b|is\b|are\b|use\b|made\b"
    r"|unless\b|everyone\b|to\s+the\b|by\s+(?:us|do|in)|in\s+(?:no|consider)"
    r"|and\s+(?:is|may|lic|are)|the\s+(?:software|program|following|above)\b)|\(c\))"
)
_YEAR = r"[\[<{]?(?:\d{4}|y{2,4}\b|year)"
_HOLDER_CHARS = 120  # of a copyright statement at most; one as long as that has no clear end
_SIGN = r"(?:\(c\)|©)"
_MARKS = ("copyright", "(c)", "©")
_BEGINNING = (
    rf"(?:copyrights?[ \t]*(?:{_SIGN}|:)|{_SIGN}[ \t]*copyright"
    rf"|(?:copyright|{_SIGN})(?=\s*{_YEAR}))"
)
_STATEMENT = re.compile(
    rf"{_BEGINNING}((?:(?!{_GOES_ON}|\n[ \t\r*#/|;>%-]*\n)[\s\S]){{0,{_HOLDER_CHARS}}})"
)
_MAYBE_STATEMENT = re.compile(_BEGINNING)
_ABBREVIATED = r"(?:[^\W\d_]|inc|ltd|llc|corp|co|gmbh|ag|sa|bv|jr|sr|dr|st|prof|univ|dept)\."
# A sentence that goes on after a full stop is no name.
_NO_NAME = re.compile(rf"{_BEARING}|\b(?!{_ABBREVIATED})[^\W\d_]+\.\s+\w")
_RESERVED = re.compile(r"all(?<=\ball)\W+rights\W+(?:are\W+)?reserved\b")
_NUMBER = r"(?:\d{1,2}(?:\.\d{1,2}){0,9}|[a-z]|[ivx]{2,4})[.)]+(?=\s)"
_ENUMERATOR = re.compile(rf"(\W(?<!\W\W)\W*+){_NUMBER}")
# The full stop lets an enumerator at the very beginning follow a pause, as all others do.
_BEGUN = ".\n"
# With what an enumerator ends: few words are as short as the last one of it.
_STOP = re.compile(
    r"[.)](?:(?<=\b\w.)|(?<=\b\d\d.)|(?<=\b[ivx]{2}.)|(?<=\b[ivx]{3}.)|(?<=\b[ivx]{4}.))[.)]*(?=\s)"
)
_NUMBERS = "0123456789abcdefghijklmnopqrstuvwxyz."
# All signs that a folded text may have: letters that it takes apart leave combining marks.
_SIGNS = re.sub(r"\w", "", "".join(map(chr, [*range(128), *range(0x300, 0x370)])))
_PAUSE = re.compile(r"[.;:,]")
_JOINED = tuple(f"{before}{word}" for before in " \n" for word in ("and", "or"))
# The places for a holder's name that SPDX marks as replaceable in the BSD and MIT families.
_NEITHER, _EVENT = b"neither the name of ", b"in no event shall "
_PROVIDED = b"this software is provided by "
_BEFORE = (_NEITHER, _PROVIDED, _EVENT)
_NAME = re.compile(rb"(?:\S+ ){1,12}?(?=nor the names? of|as is|be liable)")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
# Stands between pieces that are taken apart at once: no plain text has that sign.
_BETWEEN = b" \0 "
# Foreign signs that are left as they are before they are dropped.
_TYPOGRAPHIC = "‘’“”–—•"
_BEARING_BYTES = re.compile(_BEARING.encode())
_FOREIGN_SIGNS = re.compile(r"[^\x00-\x7f\w]+")
_ASCII_SIGNS_TO_SPACE = bytes(
    32 if chr(code).isascii() and not chr(code).isalnum() else code for code in range(256)
)


def normal_form(text: str) -> bytes:
    """Return a text's words, in lower case, as UTF-8 between single spaces.

    References
    ----------
    SPDX License List Matching Guidelines 3.0, https://spdx.dev/license-list/matching-guidelines:
    case, white space, punctuation, bullets, copyright notices and replaceable names do not count.
    """
    return _form(text)[0]


def _form(text: str) -> tuple[bytes, list[bytes]]:
    """Return a text's normal form, and its words."""
    text = _without_statements(_folded(text))
    text = _RESERVED.sub(" ", text) if "reserved" in text else text
    return _said(_plain(_without_enumerators(text)))


def plain_words(text: str) -> list[bytes]:
    """Return all words of a text as they are in normal forms, also those that these drop."""
    return _plain(_folded(text)).split()


def normal_forms(text: str, spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """Return the normal forms of pieces of a text, in its order; they stand between white space.

    What all of them have in common is done at once: most hold nothing but words and signs.
    """
    low = lowered(text)
    if not low.isascii():
        for sign in _TYPOGRAPHIC:
            low = low.replace(sign, " ")
    stops = [stop.end() for stop in _STOP.finditer(low)]
    rare, numbered = _holding(_rare(low), spans), _holding(stops, spans)
    low = one_spelling(low)
    plain = _plain(low, "ascii")
    said = b" ".join(_BETWEEN.join([plain[start:end] for start, end in spans]).split())
    forms = [form.strip() for form in said.split(_BETWEEN.strip())]
    if _may_name(said):
        forms = [_without_holders(form) if _may_name(form) else form for form in forms]
    for number in numbered - rare:
        start, end = spans[number]
        forms[number], _ = _said(_plain(_without_enumerators(_BEGUN + low[start:end])))
    for number in rare:
        forms[number] = normal_form(text[slice(*spans[number])])
    return forms


def _holding(places: Iterable[int], spans: Sequence[tuple[int, int]]) -> set[int]:
    """Return the numbers of the spans within which any of some places are."""
    starts = [start for start, _ in spans]
    found = ((bisect_right(starts, place) - 1, place) for place in places)
    return {number for number, place in found if number >= 0 and place < spans[number][1]}


def _rare(low: str) -> list[int]:
    """Return where a text in lower case may ask for all that a normal form drops."""
    found = [place for place in _marks(low) if _MAYBE_STATEMENT.match(low, place)]
    if "reserved" in low:
        found += [reserved.start() for reserved in _RESERVED.finditer(low)]
    if not low.isascii():
        found += [foreign.start() for foreign in _FOREIGN.finditer(low)]
    return found


def _plain(low: str, encoding: str = "utf-8") -> bytes:
    return low.encode(encoding, "replace").translate(_ASCII_SIGNS_TO_SPACE)


def _said(plain: bytes) -> tuple[bytes, list[bytes]]:
    """Return words between single spaces, and each of them."""
    words = plain.split()
    said = b" ".join(words)
    if _may_name(said):
        said = _without_holders(said)
        return said, said.split()
    return said, words


def _may_name(said: bytes) -> bool:
    return _EVENT in said or _NEITHER in said or _PROVIDED in said


@lru_cache(maxsize=1)
def document_words(text: str) -> tuple[bytes, Hashes]:
    """Return what `worded` does; the last one is kept, for identity and classifier ask the same."""
    return worded(text)


def worded(text: str) -> tuple[bytes, Hashes]:
    """Return a text's normal form and the CRC-32 of each of its words, `(n_words,)`."""
    said, words = _form(text)
    return said, word_hashes(words)


def _folded(text: str) -> str:
    if not text.isascii():
        text = _without_signs(text.replace("©", "(c)"))
    return _BEGUN + one_spelling(text.casefold())


def _without_signs(text: str) -> str:
    """Put a space in the place of foreign signs; in most texts all of them are typographic."""
    plain = text
    for sign in _TYPOGRAPHIC:
        plain = plain.replace(sign, "•")
    while "••" in plain:
        plain = plain.replace("••", "•")
    plain = plain.replace("•", " ")
    if plain.isascii():
        return plain
    return _FOREIGN_SIGNS.sub(" ", seen(text))


def seen(text: str) -> str:
    """Return a text without ligatures and signs that are not seen, as soft hyphens."""
    if text.isascii():
        return text
    return UNSEEN.sub("", unicodedata.normalize("NFKC", text).replace("\xad", ""))


def statement_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where copyright statements stand that name years and holders and nothing else."""
    yield from _statements(lowered(text))


def one_spelling(words: str) -> str:
    """Return words in lower case in which a licence is a license; offsets hold."""
    return words.replace("licenc", "licens")


def lowered(text: str) -> str:
    """Return a text in lower case, but for characters that this would make two: offsets hold."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join([char.lower() if len(char.lower()) == 1 else char for char in text])


def _statements(low: str) -> Iterator[tuple[int, int]]:
    position = 0
    for mark in sorted(_marks(low)):
        statement = _STATEMENT.match(low, mark) if mark >= position else None
        if statement and _names_only(statement[1]):
            position = statement.end()
            yield mark, position


def _marks(low: str) -> list[int]:
    return [place for sign in _MARKS for place in places(low, sign)]


def places(text: AnyStr, part: AnyStr, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Yield where a part begins in `[start, end)` of a text."""
    place = text.find(part, start, end)
    while place >= 0:
        yield place
        place = text.find(part, place + 1, end)


def _without_statements(text: str) -> str:
    if not any(map(text.__contains__, _MARKS)):
        return text
    kept, position = [], 0
    for start, end in _statements(text):
        kept.append(text[position:start])
        position = end
    return " ".join([*kept, text[position:]])


def _names_only(holder: str) -> bool:
    return len(holder) < _HOLDER_CHARS and not _NO_NAME.search(holder)


def _without_enumerators(text: str) -> str:
    """Drop the enumerators that stand behind a pause, looked for where they may end."""
    kept, done = [], 0
    for stop in _STOP.finditer(text):
        before = text[done : stop.start()].rstrip(_NUMBERS).rstrip(_SIGNS)
        found = _ENUMERATOR.search(text, done + len(before), stop.end() + 1)
        end = found.end() if found else stop.start()
        kept.append(text[done : found.end(1) if found and _pauses(found) else end])
        done = end
    return "".join([*kept, text[done:]])


def _pauses(enumerator: re.Match[str]) -> bool:
    joined = enumerator.string.endswith(_JOINED, 0, enumerator.start())
    return joined or _PAUSE.search(enumerator[1]) is not None


def _without_holders(said: bytes) -> bytes:
    """Put `holder` in the place of names, which stand behind the words before them."""
    kept, done = [], 0
    befores = [(place, len(words)) for words in _BEFORE for place in places(said, words)]
    for start, length in sorted(befores):
        name = _NAME.match(said, start + length) if start >= done else None
        if name:
            kept += [said[done : name.start()], _named(name[0])]
            done = name.end()
    return b"".join([*kept, said[done:]])


def _named(name: bytes) -> bytes:
    return name if _BEARING_BYTES.search(name) else b"holder "


def word_hashes(words: list[bytes]) -> Hashes:
    """Return the CRC-32 of each word, `(n_words,)`."""
    return np.fromiter(map(crc32, words), np.uint32, len(words))


def ngram_hashes(hashes: Hashes, n: int) -> Hashes:
    """Return the hash of each run of n words, `(n_words - n + 1,)`, mixed from the words' own."""
    mixed = hashes
    for offset in range(1, n):
        mixed = mix(mixed[:-1], hashes[offset:])
    return mixed


def distinct(hashes: Hashes) -> Hashes:
    """Return the different hashes, sorted."""
    ordered = np.sort(hashes)
    differs = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=differs[1:])
    return ordered[differs]


_6, _13, _16 = np.uint32(6), np.uint32(13), np.uint32(16)
_ADDED, _FACTORS = np.uint32(0x7F4A7C15), (np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B))


def mix(left: Hashes, right: Hashes) -> Hashes:
    """Combine pairs of hashes so that order counts and all 32 bits depend on both.

    References
    ----------
    Boost's hash_combine; the finalizer of MurmurHash3 (A. Appleby, public domain).
    """
    shifted = left << _6
    shifted += right
    shifted += _ADDED
    mixed = left * _FACTORS[0]
    mixed ^= shifted
    mixed ^= np.right_shift(mixed, _16, out=shifted)
    mixed *= _FACTORS[1]
    mixed ^= np.right_shift(mixed, _13, out=shifted)
    return mixed
