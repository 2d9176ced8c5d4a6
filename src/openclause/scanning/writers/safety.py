"""Words of others, made harmless for a page: what a file is called may be an attack.

In: a text from outside. Out: the same for a terminal, a spreadsheet cell or HTML.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from html import escape

# A spreadsheet takes what begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Controls, marks that turn the reading direction or show nothing, halves of characters, line ends.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@lru_cache(maxsize=4096)
def printable(text: str) -> str:
    r"""Return a text on one line that moves no cursor and turns no direction: `\u202e` for such."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        if unicodedata.category(char) not in _HIDDEN
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def cell(text: str) -> str:
    """Return a text that a spreadsheet shows and never works out."""
    shown = printable(text)
    return f"'{shown}" if text.startswith(_FORMULA) or shown.startswith(_FORMULA) else shown


def markup(text: str) -> str:
    """Return a text for HTML, within or without quotes."""
    return escape(printable(text), quote=True)
