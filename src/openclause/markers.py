"""Markers of list items as numbers: which one comes next.

In: markers as they stand, say "(b)", "3.1.2." or "iv)". Out: whether one counts on from another,
and its outer numbers. What a line begins with is for `lines` to say, which list that is for
`blocks`.
"""

from __future__ import annotations

from functools import cache, lru_cache

ALPHABET = 26
_ROMAN_NUMBERS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = _ROMAN_NUMBERS.split()


@cache
def counted(style: str, count: int) -> str:
    """Return how a list in the style `1`, `a`, `A`, `i` or `I` counts; empty where it ends."""
    if style == "1":
        return str(count)
    if style in "aA":
        return chr(ord(style) + count - 1) if count <= ALPHABET else ""
    said = _ROMAN[count - 1] if count <= len(_ROMAN) else ""
    return said if style == "i" else said.upper()


@lru_cache(maxsize=4_096)
def counts_on(before: str, after: str) -> bool:
    """Tell whether a marker is the next one behind another: (b) behind (a), 3.1.2 behind 3.1.1."""
    one, two = _last(before), _last(after)
    if outer_numbers(before) != outer_numbers(after) or _closing(before) != _closing(after):
        return False
    if one.isdecimal() and two.isdecimal():
        return int(one) + 1 == int(two)
    return any(
        counted(style, number) == one and counted(style, number + 1) == two
        for style in ("a", "A", "i", "I")
        for number in range(1, ALPHABET)
    )


def outer_numbers(marker: str) -> str:
    """Return what stands before the last number or letter of a marker: 3.1 of 3.1.2."""
    return _bare(marker).rpartition(".")[0]


def _last(marker: str) -> str:
    return _bare(marker).rpartition(".")[2]


def _closing(marker: str) -> str:
    """Return the sign that ends a marker: (a) and b) are of one list, (a) and b. of two."""
    return "" if marker[-1:].isalnum() else marker[-1:]


def _bare(marker: str) -> str:
    return marker.strip("().:").replace(" ", ".")
