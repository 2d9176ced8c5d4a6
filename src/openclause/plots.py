"""Pictures of scores for a model's card, as SVG: what confidence is worth, what is mixed up.

In: `CategoryScores`. Out: the text of a picture, the same for the same scores. They are drawn with
lines, squares and words alone, in the two colours that a page in print and one on a dark screen
both show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from openclause.evaluation import CategoryScores
from openclause.taxonomy import categories

_INK, _PAPER, _MARK = "#333", "#fff", "#1f6feb"
_SIDE, _EDGE = 240, 50
_CELL, _NAME, _TOP = 34, 130, 60
_HALF = 0.5


def reliability(scores: CategoryScores, title: str) -> str:
    """Draw for each bin of confidence how often its answers are right; larger bins larger."""
    return _picture(_SIDE + 2 * _EDGE, _SIDE + 2 * _EDGE, title, _reliability(scores))


def _reliability(scores: CategoryScores) -> Iterator[str]:
    yield _square(_EDGE, _EDGE, _SIDE, _PAPER)
    yield _line((0.0, 0.0), (1.0, 1.0))
    most = max((each.count for each in scores.reliability), default=1)
    for each in scores.reliability:
        x, y = _at(each.confidence, each.accuracy)
        radius = 2 + 8 * (each.count / most) ** 0.5
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_MARK}">'
            f"<title>{each.count} answers, confidence {each.confidence:.2f}, "
            f"right {each.accuracy:.2f}</title></circle>"
        )
    for share in (0.0, _HALF, 1.0):
        x, y = _at(share, share)
        yield _words(x, _EDGE + _SIDE + 16, f"{share:.1f}")
        yield _words(_EDGE - 16, y + 4, f"{share:.1f}")
    yield _words(_EDGE + _SIDE / 2, _EDGE + _SIDE + 36, "confidence")
    yield _words(_EDGE + _SIDE / 2, _EDGE - 8, "share of answers that are right")


def confusion(scores: CategoryScores, title: str) -> str:
    """Draw true categories against given ones; the darker, the larger the share of the row."""
    side = _CELL * len(scores.confusion)
    return _picture(side + _NAME + _EDGE, side + _TOP + _EDGE, title, _confusion(scores))


def _confusion(scores: CategoryScores) -> Iterator[str]:
    names = list(categories())
    for number, (name, row) in enumerate(zip(names, scores.confusion, strict=True)):
        middle = _CELL * number + _CELL / 2
        yield _words(_NAME - 6, _TOP + middle + 4, f"{name} {number}", anchor="end")
        yield _words(_NAME + middle, _TOP - 8, str(number))
        for column, count in enumerate(row):
            yield from _cell(number, column, count, sum(row))


def _cell(row: int, column: int, count: int, total: int) -> Iterator[str]:
    x, y = _NAME + _CELL * column, _TOP + _CELL * row
    share = count / total if total else 0.0
    yield _square(x, y, _CELL, _MARK if count else _PAPER, share if count else 1.0)
    if count:
        ink = _PAPER if share > _HALF else _INK
        yield _words(x + _CELL / 2, y + _CELL / 2 + 4, str(count), ink=ink)


def _picture(width: float, height: float, title: str, marks: Iterable[str]) -> str:
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="sans-serif" font-size="11">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
        _words(width / 2, 18, title),
        *marks,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _at(across: float, up: float) -> tuple[float, float]:
    return _EDGE + _SIDE * across, _EDGE + _SIDE * (1 - up)


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = _at(*start), _at(*end)
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_INK}"/>'


def _square(x: float, y: float, side: float, fill: str, opacity: float = 1.0) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{side}" height="{side}" fill="{fill}" '
        f'fill-opacity="{opacity:.2f}" stroke="{_INK}" stroke-width="0.5"/>'
    )


def _words(x: float, y: float, said: str, *, anchor: str = "middle", ink: str = _INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}">{escape(said)}</text>'
    )
