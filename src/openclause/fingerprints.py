"""The sentences of a text by their wording: where each stands, and a hash of its normal form.

In: a text. Out: `Sentence` records in reading order. Titles, list items and sentences count alike;
what `wording` drops (copyright statements, comment signs, enumerators) makes none. Which licenses
hold a sentence is `identity`'s business; what sentences say is left to the rooms above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import msgspec

from openclause.documents import without_comment_signs
from openclause.wording import normal_forms, statement_spans

_LETTER = r"[^\W\d_]"
_CLOSERS = r"[\"'”’)\]*_]*"
_MARKER = r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{2,4})[.)]+\s"
# Each way to break begins with a sign, which is told much faster. What lies between two
# paragraphs may belong to either.
_BREAK = re.compile(
    r"[.!?\n;:,](?:"
    rf"(?<=[.!?])(?:(?<={_LETTER}{_LETTER}.)|(?<=[)\]\"”’'>\d*_].))"
    rf"(?P<stop>[.!?]*{_CLOSERS})(?=\s|$)"
    r"|(?<=\n)(?=[^\w\n]*\n)"
    r"|(?<=:)(?=\s+[\"“(]?[A-Z])"
    rf"|(?<=[;:,])(?:\s+(?:and|or))?(?=\s+{_MARKER})"
    r"|(?<=[;:])(?:\s+(?:and|or))?(?=[^\S\n]*+\n\s*+[*•‣·-]+\s)"
    r")"
)
_PARAGRAPH = re.compile(r"\n[^\w\n]*\n")
_LAST_WORD = re.compile(r"\w*\.$")
_ABBREVIATION_WORDS = "no. nos. sec. vs. mr. mrs. dr. st. cf. art. vol. jr. sr. dept. univ. pty."
_ABBREVIATIONS = frozenset(_ABBREVIATION_WORDS.split())
# No abbreviation has so many letters.
_SHORT = 5
# What a sentence begins with, also where the one before ends with the name of a company.
_BEGINS = re.compile(r"\W*(?:[A-Z][a-z]|A\s)")
_CLOSED = re.compile(rf"(?<={_LETTER}{_LETTER})\.\s*\Z")
_COMPANIES = frozenset(["etc.", "inc.", "corp.", "ltd.", "co.", "llc.", "gmbh."])
_LONE_RETURN = re.compile(r"\r(?!\n)")
_WITH_NUMBER = re.compile(r"(?:^|[\s(])[\d.]+\.$")


class Sentence(msgspec.Struct, frozen=True):
    """A sentence, title or list item at `[start, end)`, with its normal form of `length` words."""

    start: int
    end: int
    hash: int
    form: bytes
    length: int

    @property
    def words(self) -> list[bytes]:
        """The words of the normal form."""
        return self.form.split()


@lru_cache(maxsize=1)
def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text that hold any words of their own.

    The last ones are kept, for several rooms ask for the same text, and of many texts none does.
    """
    text = _LONE_RETURN.sub("\n", text) if "\r" in text else text
    statements = tuple(statement_spans(text))
    masked = without_comment_signs(text, *statements)
    breaks = sorted({*_breaks(masked), *_closed(text, statements)})
    spans = list(_between(masked, [0, *breaks]))
    found = zip(spans, normal_forms(masked, spans), strict=False)
    return tuple(
        [
            Sentence(start, end, crc32(form), form, form.count(b" ") + 1)
            for (start, end), form in found
            if form
        ]
    )


def _closed(text: str, statements: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Yield the ends of the copyright statements with which a sentence ends, full stop and all."""
    for start, end in statements:
        found = _CLOSED.search(text, start, end)
        if found and _BEGINS.match(text, end) and not _runs_on(text, found):
            yield end


def _breaks(masked: str) -> Iterator[int]:
    for found in _BREAK.finditer(masked):
        if found["stop"] is None:
            sign = found.start() + 1
            if found.end() > sign and _PARAGRAPH.match(masked, sign):
                yield sign  # "and" behind an empty line stands alone
            yield found.end()
        elif not _runs_on(masked, found):
            yield found.end()
    yield len(masked)


def _runs_on(masked: str, found: re.Match[str]) -> bool:
    """Tell a full stop that ends an abbreviation, a number or nothing from one that ends all."""
    stop = found.start()
    if stop >= _SHORT and masked[stop - _SHORT : stop].isalpha():
        return False
    before = masked[max(0, stop - 12) : stop + 1]
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last[0].lower()
    if word in _COMPANIES:
        return not _BEGINS.match(masked, found.end())
    return word in _ABBREVIATIONS or (
        (word == "." or word[-2].isdigit()) and _WITH_NUMBER.search(before) is not None
    )


def _between(masked: str, breaks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield what stands between breaks, without the white space around it."""
    for start, end in pairwise(breaks):
        if said := masked[start:end].strip():
            first = masked.index(said[0], start)
            yield first, first + len(said)
