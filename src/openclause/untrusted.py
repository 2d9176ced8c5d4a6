"""Texts of documents and names of files, made harmless to show.

In: text that strangers wrote. Out: the same text in which nothing acts on who shows it: controls
(with them ANSI escapes), overrides of the writing direction, tags that nobody sees and lone
surrogates become what they are called, as `[U+202E]`. Escaping for a format, such as HTML, comes
after that and is the format's own.

References
----------
Boucher, N., Anderson, R. (2023), "Trojan Source: Invisible Vulnerabilities", USENIX Security;
Unicode Standard Annex 9, section 2 (explicit directional formatting characters).
"""

from __future__ import annotations

import re

_ACTING = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_END = re.compile(r"\r\n?")
# A form feed parts pages of old licenses; nobody needs to see more than a gap.
_FEEDS = str.maketrans({"\v": " ", "\f": " "})


def visible(text: str) -> str:
    """Return a text with what acts unseen written out, its lines ended by line feeds alone."""
    return _ACTING.sub(_name, _LINE_END.sub("\n", text).translate(_FEEDS))


def _name(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"
