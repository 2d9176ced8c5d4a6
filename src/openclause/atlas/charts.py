"""Where the marks of the atlas's plots stand, in units of the plots' own grid.

In: counts and dates. Out: records that a template draws as SVG. The plots are drawn by hand: those
of a plotting library set style attributes, which the page's policy forbids as it does all that
strangers could bring in, keep one colour in light and in dark, and read aloud as nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from openclause.atlas.records import Date, Share

WIDTH = 760
_NAMES, _NUMBERS = 210, 90  # room for names before the bars and for numbers behind them
_LINE, _BAR = 28, 16
_TOP, _AXIS = 14, 24
_STACK = 100
_MARK, _STEPS = 11, 3  # room that a mark takes, and how many stand one below the other
_DAYS, _MONTHS = 365.25, 12
_HEAT = 5


class Frame(msgspec.Struct, frozen=True):
    """How a plot of time is laid out: room on the left and right, the height of a lane."""

    left: int
    right: int
    lane: int

    def height(self, lanes: int) -> int:
        """Return the height of so many lanes with the axis below."""
        return _TOP + self.lane * lanes + _AXIS

    def top(self, lane: int) -> int:
        """Return the upper edge of a lane."""
        return _TOP + self.lane * lane

    def x(self, year: float, first: int, last: int) -> float:
        """Return where a moment, in years, stands between the years of the plot."""
        room = WIDTH - self.left - self.right
        return _round(self.left + room * (year - first) / (last + 1 - first))


# A lane a category, for many texts; a lane a text, with its name, for few.
LANES, ROWS = Frame(170, 24, 44), Frame(345, 130, 21)


class Bar(msgspec.Struct, frozen=True):
    """A bar, and in it the part that is meant."""

    y: float
    x: float
    width: float
    part: float
    height: float
    words_y: float
    number_x: float


class Mark(msgspec.Struct, frozen=True):
    """A date: where its mark stands, and from where to where it is not sure."""

    x: float
    y: float
    left: float
    right: float


class Tick(msgspec.Struct, frozen=True):
    """A year on the axis of time."""

    x: float
    year: int


class Piece(msgspec.Struct, frozen=True):
    """A piece of a stack, in hundredths of its width."""

    attitude: str
    x: float
    width: float


def bars(counts: Sequence[int], parts: Sequence[int]) -> list[Bar]:
    """Lay bars one below the other, the longest as long as there is room."""
    room = WIDTH - _NAMES - _NUMBERS
    most = max(counts, default=1) or 1
    return [
        Bar(
            y=_LINE * row + (_LINE - _BAR) / 2,
            x=_NAMES,
            width=_round(room * count / most),
            part=_round(room * part / most),
            height=_BAR,
            words_y=_LINE * row + _LINE / 2 + 4.5,
            number_x=_round(_NAMES + room * count / most + 6),
        )
        for row, (count, part) in enumerate(zip(counts, parts, strict=True))
    ]


def bars_height(count: int) -> int:
    """Return the height of a plot of so many bars."""
    return _LINE * count


def ticks(frame: Frame, first: int, last: int) -> list[Tick]:
    """Return the beginnings of the years that a plot of these years shows."""
    return [Tick(frame.x(year, first, last), year) for year in range(first, last + 2)]


def marks(
    frame: Frame, dates: Sequence[Date], lanes: Sequence[int], first: int, last: int
) -> list[Mark]:
    """Lay marks in their lanes, oldest first; those that would cover others move down a little.

    Where all steps are taken, a mark goes to the one that was taken first.
    """
    free: defaultdict[int, list[float]] = defaultdict(lambda: [0.0] * _STEPS)
    found = []
    for date, lane in zip(dates, lanes, strict=True):
        begin, end = _span(date)
        x = frame.x((begin + end) / 2, first, last)
        step = min(range(_STEPS), key=lambda n: max(free[lane][n], x))
        free[lane][step] = x + _MARK
        y = frame.top(lane) + _MARK + step * _MARK
        found.append(Mark(x, y, frame.x(begin, first, last), frame.x(end, first, last)))
    return found


def stack(share: Share) -> list[Piece]:
    """Lay the attitudes towards a term side by side, each as wide as its share."""
    pieces, x = [], 0.0
    for name in ("can", "conditional", "must", "cannot"):
        width = _STACK * getattr(share, name) / share.read
        if width:
            pieces.append(Piece(name, _round(x), _round(width)))
        x += width
    return pieces


def heat(part: int, whole: int) -> int:
    """Return how dark a cell is, from 0 for nothing at all to 5."""
    return min(_HEAT, 1 + int(_HEAT * part / whole)) if part and whole else 0


def _span(date: Date) -> tuple[float, float]:
    if date.month is None:
        return date.year, date.year + 1
    begin = date.year + (date.month - 1) / _MONTHS
    if date.day is None:
        return begin, begin + 1 / _MONTHS
    day = begin + (date.day - 0.5) / _DAYS
    return day, day


def _round(number: float) -> float:
    return round(number, 1)
