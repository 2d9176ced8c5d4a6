"""Regular expressions that are tried only where all words that they must hold occur.

In: patterns as data files write them, and lower-cased texts. Out: whether one of them occurs. To
look for a fixed word costs a hundredth of what a pattern with gaps does, and a pattern whose word
shows nowhere is never compiled.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import cast

from openclause.remembering import LONGEST, Remembered

_SPECIAL = re.compile(r"\\[a-zA-Z]|[][(){}?*+|^$.\\]")
_GROUP = re.compile(r"\((?:[^()]|\([^()]*\))*\)[?*+]?(?:\{[^}]*\})?|\[[^]]*\][?*+]?(?:\{[^}]*\})?")
# Single characters, or classes of them, that may be absent or come several times.
_COUNTED = re.compile(r"(?:\\.|[^\\])(?:[?*]|\{[^}]*\})")

# Words are looked for by so many of their first signs; shorter ones are in nearly every text.
_HEAD = 2
# So many words are remembered.
_REMEMBERED = 2**16
# No word has more letters, digits and underscores in a row. What a row goes on with is left out:
# patterns that reach to the end of a word would take time that grows with the square of it.
LONGEST_ROW = 120
_ENDLESS = re.compile(rf"(\w{{{LONGEST_ROW}}})\w+")
# Shorter words occur in nearly every text.
_LEAST = 3
# Signs for any of some characters, and a group without groups in it.
_ANY_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^]\\])*\]")
_INNERMOST = re.compile(r"\((\?[:=!<]*)?([^()]*)\)([?*+]|\{[^}]*\})?")
# Characters that stand for groups already read, the first of them for the first one.
_FIRST_GROUP_SIGN = 0xE000
_PART = re.compile(r"[\0?*+^$.]|([\ue000-\uf8ff])")

# With what a pattern begins: its words up to the first sign, or those of its first group, in
# which there may be groups.
_INNER = r"[^()|\\]|\\[^()]|\(\?:[^()]*\)"
_FIRST_GROUP = re.compile(rf"\(\?:((?:{_INNER}|\|)*)\)(?![?*{{])")
_ALTERNATIVE = re.compile(rf"(?:^|\|)((?:{_INNER})*)")
_CHOICE = re.compile(r"\[[^]]*\|")
_PLAIN = re.compile(r"[^][(){}?*+|^$.\\]*")
_LEAST_BEGINNING = 2

# Texts that every match holds, and the pattern to search for where they occur; None: none.
Search = tuple[tuple[str, ...], str | None]


class Texts:
    """Fixed texts of which a lower-cased text holds few: told by its different words.

    What a word holds is remembered, for licenses are made of the same few thousand words.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_piece: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        self._by_head: dict[str, list[tuple[str, str]]] = defaultdict(list)
        pieces: set[str] = set()
        for text in set(texts):
            longest, *others = sorted(_pieces(text), key=len, reverse=True)[:2]
            others = [piece for piece in others if len(piece.strip()) >= _HEAD]
            self._by_piece[longest].append((text, others))
            pieces.update((longest, *others))
        for piece in pieces:
            said = piece.strip()
            self._by_head[said[:_HEAD]].append((said, piece))
        self._short = [piece for piece in self._by_piece if len(piece.strip()) < _HEAD]
        self._held = Remembered(self._within, most=_REMEMBERED)

    def maybe(self, words: Iterable[str]) -> frozenset[str]:
        """Return the texts whose two longest words are within some other words."""
        held = set(chain(self._short, *map(self._held.__getitem__, words)))
        return frozenset(
            text
            for piece in held & self._by_piece.keys()
            for text, others in self._by_piece[piece]
            if held.issuperset(others)
        )

    def _within(self, word: str) -> tuple[str, ...]:
        """Return the pieces that a word holds, each looked for where its first signs stand."""
        with_head = self._by_head.get
        if len(word) > LONGEST:  # it is asked each time, and need not be told so sharply
            pieces = chain.from_iterable(self._by_head.values())
            return tuple(piece for said, piece in pieces if said in word)
        return tuple(
            {
                piece
                for at in range(len(word))
                for said, piece in with_head(word[at : at + _HEAD], ())
                if word.startswith(said, at) and _apart(piece, word, at, at + len(said))
            }
        )


def _pieces(text: str) -> list[str]:
    """Return the words of a fixed text, with a space where no letter or digit may stand beside."""
    pieces = [f" {word} " for word in text.split()] or [""]
    if not text[:1].isspace():
        pieces[0] = pieces[0][1:]
    if not text[-1:].isspace():
        pieces[-1] = pieces[-1][:-1]
    return pieces


def _apart(piece: str, word: str, start: int, end: int) -> bool:
    """Tell whether no letter or digit stands beside a piece of a word where it has a space."""
    return not (
        (piece.startswith(" ") and word[start - 1 : start].isalnum())
        or (piece.endswith(" ") and word[end : end + 1].isalnum())
    )


def squeezed(words: Sequence[str]) -> str:
    """Return words as patterns expect them: with single spaces, none of endless length."""
    said = " ".join(words)
    endless = max(map(len, words), default=0) > LONGEST_ROW
    return _ENDLESS.sub(r"\1", said) if endless else said


@cache
def searches(patterns: tuple[str, ...]) -> tuple[Search, ...]:
    """Make patterns ready; one that is plain words needs no regular expression."""
    return tuple(
        (literals(pattern), pattern if _SPECIAL.search(pattern) else None) for pattern in patterns
    )


def shows(wanted: Iterable[Search], low: str, maybe: frozenset[str] | None = None) -> bool:
    """Tell whether any of some patterns occurs in a lower-cased text.

    Parameters
    ----------
    maybe
        The texts that may occur in it, of those that the patterns must hold or begin with.

    Raises
    ------
    re.error
        If a pattern is tried that is none.
    """
    for words, pattern in wanted:
        if maybe is not None and not maybe.issuperset(words):
            continue
        for word in words:
            if word not in low:
                break
        else:
            if pattern is None or occurs(pattern, low, maybe):
                return True
    return False


def occurs(pattern: str, low: str, maybe: frozenset[str] | None = None) -> bool:
    """Tell whether a pattern occurs in a lower-cased text; it is tried only where it may begin.

    Parameters
    ----------
    maybe
        The texts that may occur in it, of those that the pattern may begin with.

    Raises
    ------
    re.error
        If the pattern is tried and is none.
    """
    wanted = _not_literals(pattern)
    if wanted and not any(map(low.__contains__, wanted)):
        return False
    words = beginnings(pattern)
    if not words:
        return compiled(pattern).search(low) is not None
    for word in words if maybe is None else filter(maybe.__contains__, words):
        at = low.find(word)
        while at >= 0:
            if compiled(pattern).match(low, at):
                return True
            at = low.find(word, at + 1)
    return False


@cache
def beginnings(pattern: str) -> tuple[str, ...]:
    """Return texts of which one begins every match; none if that is not told easily."""
    outside = pattern
    while _GROUP.search(outside):
        outside = _GROUP.sub("", outside)
    if "|" in outside:
        return ()
    pattern = pattern.removeprefix(r"\b")
    group = _FIRST_GROUP.match(pattern)
    if group is None or _CHOICE.search(group[1]):
        found = _plain_beginning(pattern)
        return (found,) if len(found) >= _LEAST_BEGINNING else ()
    heads = [*map(beginnings, _ALTERNATIVE.findall(group[1]))]
    return tuple(dict.fromkeys(chain.from_iterable(heads))) if all(heads) else ()


def _plain_beginning(pattern: str) -> str:
    plain = cast("re.Match[str]", _PLAIN.match(pattern))
    # What may be absent is no beginning.
    return plain[0][:-1] if pattern[plain.end() : plain.end() + 1] in ("?", "*", "{") else plain[0]


@cache
def _not_literals(pattern: str) -> tuple[str, ...]:
    """Return texts of which every match holds one, where they tell more than its literals do."""
    wanted = one_of(pattern)
    return () if set(wanted).issubset(literals(pattern)) else wanted


def one_of(pattern: str) -> tuple[str, ...]:
    """Return texts of which every match must hold one, as long ones as can be; there may be none.

    Groups are read from the inside out; a sign of its own takes the place of one that tells such
    texts.
    """
    groups: list[tuple[str, ...]] = []

    def read(group: re.Match[str]) -> str:
        kind, inner, count = group.groups()
        must_be = kind in (None, "?:") and count in (None, "+")
        held = _held_by_one(inner, groups) if must_be else ()
        groups.append(held)
        return chr(_FIRST_GROUP_SIGN + len(groups) - 1) if held else "\0"

    left, found = _ANY_SIGN.sub("\0", pattern), 1
    while found:
        left, found = _INNERMOST.subn(read, left)
    return _held_by_one(left, groups)


def _held_by_one(choices: str, groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    held = [_longest(choice, groups) for choice in choices.split("|")]
    return tuple(dict.fromkeys(chain.from_iterable(held))) if all(held) else ()


def _longest(choice: str, groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what tells most of all that a choice must hold: a text, or those of a group."""
    parts = filter(None, _PART.split(_COUNTED.sub("\0", choice)))
    held = [
        groups[ord(part) - _FIRST_GROUP_SIGN] if _PART.match(part) else (part,) for part in parts
    ]
    held = [texts for texts in held if min(map(len, texts)) >= _LEAST]
    return max(held, key=lambda texts: (min(map(len, texts)), -len(texts)), default=())


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern, once a process."""
    return re.compile(pattern)


def literals(pattern: str) -> tuple[str, ...]:
    """Return the texts that every match must hold, the longest first; there may be none."""
    if not _SPECIAL.search(pattern):
        return (pattern,)
    while _GROUP.search(pattern):
        pattern = _GROUP.sub("\0", pattern)
    if "|" in pattern:
        return ()
    pattern = _COUNTED.sub("\0", pattern.replace("\\.", "\0"))
    found = dict.fromkeys(re.split(r"\0|\\.|[?*+^$.\\]", pattern))
    return tuple(sorted((each for each in found if len(each) >= _LEAST), key=len, reverse=True))
