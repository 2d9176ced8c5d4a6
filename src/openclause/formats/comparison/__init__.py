"""The looks of a comparison: one function a format, listed in `COMPARISON_FORMATS`.

In: a `Comparison` and a `View`. Out: the text to write, ending in a line feed.
"""

from __future__ import annotations

from collections.abc import Callable

from openclause.comparison import Comparison
from openclause.formats.comparison.html import html
from openclause.formats.comparison.markdown import markdown
from openclause.formats.comparison.table import table
from openclause.page import View

ComparisonFormat = Callable[[Comparison, View], str]


def json(comparison: Comparison, view: View) -> str:
    """Return the whole record; neither language nor width change it."""
    return comparison.to_json() + "\n"


COMPARISON_FORMATS: dict[str, ComparisonFormat] = {
    "table": table,
    "json": json,
    "markdown": markdown,
    "html": html,
}

__all__ = ["COMPARISON_FORMATS", "ComparisonFormat", "html", "json", "markdown", "table"]
