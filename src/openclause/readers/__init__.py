"""Readers: bytes of one media type become text.

In: bytes that `documents` took for that type. Out: `Content`. A reader knows no path and names no
file: it raises DocumentError with cause and remedy, and `documents` puts the name in front.
"""

from __future__ import annotations

import msgspec


class Content(msgspec.Struct, frozen=True):
    """What a reader makes of bytes: text, encoding, a title of its own, what it left out."""

    text: str
    encoding: str
    title: str | None = None
    warnings: tuple[str, ...] = ()


def one_line(error: Exception) -> str:
    """Return what `error` says, on one short line; its kind where it says nothing."""
    return " ".join(str(error).split())[:100] or type(error).__name__
