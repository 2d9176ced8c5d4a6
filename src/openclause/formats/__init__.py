"""The looks of an answer: one function a format, listed in `FORMATS`.

In: an `Analysis` and a `View`. Out: the text to write, ending in a line feed. The order of what is
shown comes from `report`, its words from the taxonomy and from `messages`.
"""

from __future__ import annotations

from collections.abc import Callable

from openclause.analysis import Analysis
from openclause.page import View

Format = Callable[[Analysis, View], str]


def for_people(analysis: Analysis, view: View) -> str:
    """Return the page for people; what lays it out is imported only here."""
    from openclause.formats.text import text

    return text(analysis, view)


def json(analysis: Analysis, view: View) -> str:
    """Return the whole record; neither language nor width change it."""
    return analysis.to_json() + "\n"


FORMATS: dict[str, Format] = {"text": for_people, "json": json}

__all__ = ["FORMATS", "Format", "View", "for_people", "json"]
