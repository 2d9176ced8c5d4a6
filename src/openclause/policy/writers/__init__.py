"""The looks of a check: one function a format, listed in `WRITERS`.

In: a report and a `View`. Out: the text to write. All words of others are made harmless.
"""

from __future__ import annotations

from collections.abc import Callable

from openclause.page import View
from openclause.policy.reports import Report
from openclause.policy.writers import json, markdown, sarif, text

WRITERS: dict[str, Callable[[Report, View], str]] = {
    "text": text.text,
    "json": json.json,
    "sarif": sarif.sarif,
    "markdown": markdown.markdown,
}

__all__ = ["WRITERS"]
