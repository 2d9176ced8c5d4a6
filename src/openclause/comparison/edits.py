"""Which words differ between two versions of a sentence.

In: two spans. Out: `Edit` records with offsets into the two documents. Words are compared without
case; punctuation, white space and the shape of quotes do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from openclause.comparison.records import Edit, Span

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
# Longer sentences, as a product of their words, are told as one change between equal ends.
_MOST = 250_000

_Word = tuple[str, int, int]


def edits(a: Span, b: Span) -> tuple[Edit, ...]:
    """Return the differing runs of words of two sentences, in their order."""
    one, two = _words(a), _words(b)
    return tuple(
        _edit((one, first, last, a), (two, start, end, b))
        for tag, first, last, start, end in _opcodes([w[0] for w in one], [w[0] for w in two])
        if tag != "equal"
    )


def equal_share(a: Span, b: Span, found: Sequence[Edit]) -> float:
    """Return the share of the words of both that no edit holds, in [0, 1]."""
    total = len(_words(a)) + len(_words(b))
    changed = sum(
        len(_WORD.findall(a.text, edit.a_start - a.start, edit.a_end - a.start))
        + len(_WORD.findall(b.text, edit.b_start - b.start, edit.b_end - b.start))
        for edit in found
    )
    return 1 - changed / total if total else 1.0


def _words(span: Span) -> list[_Word]:
    return [
        (word[0].casefold().replace("’", "'"), span.start + word.start(), span.start + word.end())
        for word in _WORD.finditer(span.text)
    ]


def _opcodes(one: list[str], two: list[str]) -> list[tuple[str, int, int, int, int]]:
    if len(one) * len(two) <= _MOST:
        return [*SequenceMatcher(None, one, two, autojunk=False).get_opcodes()]
    head = _common(one, two)
    tail = _common(one[head:][::-1], two[head:][::-1])
    return [("replace", head, len(one) - tail, head, len(two) - tail)]


def _common(one: Sequence[str], two: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, two, strict=False):
        if left != right:
            break
        count += 1
    return count


def _edit(a: tuple[list[_Word], int, int, Span], b: tuple[list[_Word], int, int, Span]) -> Edit:
    return Edit(*_range(*a), *_range(*b))


def _range(words: list[_Word], first: int, last: int, span: Span) -> tuple[int, int]:
    """Return the characters of words `[first, last)`, or the place before `first`."""
    if first < last:
        return words[first][1], words[last - 1][2]
    at = words[first][1] if first < len(words) else words[-1][2] if words else span.end
    return at, at
