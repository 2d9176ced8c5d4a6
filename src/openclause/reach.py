"""Reach: which of a unit's cues comes as far as an act.

In: the cues of a unit, in order. Out: a `Reach` that answers for any act which cue is the nearest
that no comma or parenthesis ends before it. What the cue says of the act is for `modality`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

import msgspec

from openclause.segmentation import Unit

AHEAD, BACK = ("forward", "both"), ("backward", "both")
# Behind one of these a condition may be over.
_CLOSES = frozenset([",", ";", ")"])


class CueKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of `data/modality.toml`."""

    modality: Literal["permission", "obligation", "prohibition", "mask"]
    direction: Literal["forward", "backward", "both", "heading"]
    phrases: tuple[str, ...]
    closed_by_comma: bool = False


class Cue(msgspec.Struct, frozen=True):
    """Words `[first, last)` of the outline that are a cue of the kind `id`."""

    first: int
    last: int
    id: str
    kind: CueKind


class Reach(msgspec.Struct, frozen=True):
    """The cues of a unit, by what may stand between them and the words that they govern.

    They are sorted once, so that thousands of acts among thousands of cues cost little.

    `ahead` govern what follows, `lasting` are those of them that no comma closes, `plain` those of
    these that are no condition; `..._outside` those before which no parenthesis of the unit is
    open. `behind` speak of what stands before them, or open an exception. `closes` are the numbers
    of the words that close a condition, `shuts` of the closing parentheses.
    """

    ahead: list[Cue]
    lasting: list[Cue]
    lasting_outside: list[Cue]
    plain: list[Cue]
    plain_outside: list[Cue]
    behind: list[Cue]
    closes: list[int]
    shuts: list[int]

    def within(self, first: int, last: int) -> Cue | None:
        """Return the last cue that stands among some words and governs them."""
        for at in range(bisect_left(self.plain, last, key=first_word) - 1, -1, -1):
            if self.plain[at].first < first:
                return None
            if self.plain[at].kind.direction == "forward":
                return self.plain[at]
        return None

    def nearest(self, act: int) -> Cue | None:
        """Return the nearest cue before an act that reaches it, be it a condition.

        None does that stands in parentheses that close before the act.
        """
        return (
            _nearest(self.ahead, act, behind=self.closes)
            or _nearest(self.lasting, act, behind=self.shuts)
            or _nearest(self.lasting_outside, act)
        )

    def nearest_plain(self, act: int) -> Cue | None:
        """Return the nearest cue before an act that reaches it and is no condition."""
        near = _nearest(self.plain, act, behind=self.shuts)
        return near or _nearest(self.plain_outside, act)


def _nearest(cues: Sequence[Cue], act: int, *, behind: Sequence[int] = ()) -> Cue | None:
    """Return the last cue before an act, if it stands behind the last of some words before it."""
    at = bisect_left(cues, act, key=first_word) - 1
    word = bisect_left(behind, act) - 1
    return cues[at] if at >= 0 and (word < 0 or cues[at].last > behind[word]) else None


def reach_of(words: Sequence[str], unit: Unit, cues: Sequence[Cue]) -> Reach:
    """Sort the cues of a unit."""
    ahead = [cue for cue in cues if cue.kind.direction in AHEAD]
    lasting = [cue for cue in ahead if not cue.kind.closed_by_comma]
    outside = _outside(words, unit, lasting)
    own = range(unit.first, unit.last) if ahead else ()
    closes = [at for at in own if words[at] in _CLOSES]
    return Reach(
        ahead=ahead,
        lasting=lasting,
        lasting_outside=outside,
        plain=[cue for cue in lasting if not is_condition(cue)],
        plain_outside=[cue for cue in outside if not is_condition(cue)],
        behind=[cue for cue in cues if _speaks_of_what_was_said(cue)],
        closes=closes,
        shuts=[at for at in closes if words[at] == ")"],
    )


def _speaks_of_what_was_said(cue: Cue) -> bool:
    exception = is_condition(cue) and not cue.kind.closed_by_comma
    return exception or cue.kind.direction in BACK


def is_condition(cue: Cue) -> bool:
    """Tell a cue behind which nothing is said of an act: if, unless, which."""
    return cue.kind.modality == "mask"


def _outside(words: Sequence[str], unit: Unit, cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues before which no parenthesis of the unit is open."""
    outside: list[Cue] = []
    at, depth = unit.first, 0
    for cue in cues:
        passed = words[at : cue.first]
        depth += passed.count("(") - passed.count(")")
        at = cue.first
        if depth <= 0:
            outside.append(cue)
    return outside


def first_word(found: Unit | Cue) -> int:
    """Return where in the outline a cue or unit begins."""
    return found.first
