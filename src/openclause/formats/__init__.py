"""The looks of an answer: one function a format, listed in `FORMATS`.

In: an `Analysis`, a `View`, and the document's text, which some formats show or count in. Out: the
text to write, ending in a line feed. The order of what is shown comes from `report`, its words from
the taxonomy and from `messages`. A format's module is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from openclause.analysis import Analysis
from openclause.page import View


class Format(Protocol):
    """One look: it takes what it needs of the three."""

    def __call__(self, analysis: Analysis, view: View, text: str | None = None) -> str:
        """Return the answer in this format."""


def json(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the whole record; neither language nor width change it."""
    return analysis.to_json() + "\n"


def _late(module: str, name: str) -> Format:
    def render(analysis: Analysis, view: View, text: str | None = None) -> str:
        look: Callable[..., str] = getattr(import_module(f"openclause.formats.{module}"), name)
        return look(analysis, view, text)

    return render


FORMATS: dict[str, Format] = {
    "text": _late("text", "text"),
    "json": json,
    "html": _late("html", "html"),
    "markdown": _late("markdown", "markdown"),
    "sarif": _late("sarif", "sarif"),
    "odrl": _late("odrl", "odrl"),
    "spdx": _late("spdx", "spdx"),
    "spdx3": _late("spdx3", "spdx3"),
    "cyclonedx": _late("cyclonedx", "cyclonedx"),
}

# Bills of materials carry the text only for who asks for it.
BILLS = frozenset({"spdx", "spdx3", "cyclonedx"})

__all__ = ["BILLS", "FORMATS", "Format", "View", "json"]
