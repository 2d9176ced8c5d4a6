"""List markers as HTML and Word number them: 3 is `3`, `c`, `C`, `iii` or `III`."""

from __future__ import annotations

STYLES = ("decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman")

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MAX_ROMAN = 3999


def numeral(number: int, style: str) -> str:
    """Return `number` in `style`, one of STYLES; as digits where the style cannot write it."""
    if number < 1 or style not in STYLES[1:] or (style.endswith("roman") and number > _MAX_ROMAN):
        return str(number)
    written = _roman(number) if style.endswith("roman") else _letters(number)
    return written.upper() if style.startswith("upper") else written


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written


def _letters(number: int) -> str:
    written = ""
    while number:
        number, rest = divmod(number - 1, 26)
        written = chr(ord("a") + rest) + written
    return written
