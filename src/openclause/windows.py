"""The stretches of a text in which names may stand, and patterns of names whatever the spacing.

In: a lower-cased text and the fixed texts that names hold. Out: `[start, end)` of each stretch. To
look for fixed texts is cheap, so costly patterns are tried near them only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache

# A shorter stretch is looked at as a whole; how far a window reaches before an anchor and behind.
_SHORT, _BEFORE, _BEHIND = 250, 50, 90
# A space of a pattern, or a class of characters, which may hold one; what may stand for it.
_SPACE, _BETWEEN = re.compile(r"\[[^]]*\]|\\? "), r"[-\s\"'”’*`]+"


def windows(
    low: str, anchors: Collection[str], span: tuple[int, int], folded: str
) -> list[tuple[int, int]]:
    """Return the stretches around the anchors, where alone a costly pattern is tried.

    Parameters
    ----------
    folded
        What stands in the span, with single spaces and without hyphens (see `without_hyphens`).
    """
    start, end = span
    if end - start < _SHORT:
        return [(start, end)]
    if not anchors:
        return []
    places = [at for each in anchors for at in _places(low, each, folded, start, end)]
    return list(
        _joined((max(start, at - _BEFORE), min(end, at + _BEHIND)) for at in sorted(places))
    )


def _joined(windows: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join stretches that overlap, so that no name straddles the edge of one."""
    left, right = 0, 0
    for start, end in windows:
        if start > right:
            if right:
                yield left, right
            left = start
        right = end
    if right:
        yield left, right


def without_hyphens(low: str) -> str:
    """Return a text with hyphens as spaces, and single ones."""
    return " ".join(low.replace("-", " ").split())


def _places(low: str, anchor: str, folded: str, start: int, end: int) -> Iterator[int]:
    """Yield where an anchor stands, whatever stands between its words."""
    inner = anchor.strip().replace("-", " ")
    if " " not in inner:
        at = low.find(anchor, start, end)
        while at >= 0:
            yield at
            at = low.find(anchor, at + len(anchor), end)
    elif inner in folded:
        for match in _spread(inner).finditer(low, start, end):
            yield match.start()


@cache
def _spread(words: str) -> re.Pattern[str]:
    """Return the pattern of words, whatever stands between them."""
    return re.compile(spaced(re.escape(words)))


def spaced(pattern: str) -> str:
    """Let white space, hyphens or quotation marks stand for the spaces of a pattern."""
    return _SPACE.sub(_widened, pattern)


def _widened(match: re.Match[str]) -> str:
    return _BETWEEN if match[0].endswith(" ") else match[0].replace(" ", r"\s")
