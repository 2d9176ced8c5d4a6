r"""Texts of documents and names of files, made harmless to show.

In: text that strangers wrote. Out: the same text in which nothing acts on who shows it: controls
(with them ANSI escapes), overrides of the writing direction, tags that nobody sees and lone
surrogates become what they are called, as `[U+202E]`, bytes of names that are not UTF-8 become
`\xe9`. So does, on a whole page, the sign that makes a line of a log a command to a CI system.
Escaping for a format, such as HTML, comes after that and is the format's own.

References
----------
Boucher, N., Anderson, R. (2023), "Trojan Source: Invisible Vulnerabilities", USENIX Security;
Unicode Standard Annex 9, section 2 (explicit directional formatting characters); "Workflow commands
for GitHub Actions" (`::error::`); "Logging commands" of Azure Pipelines (`##vso[`, `##[error]`);
"Service messages" of TeamCity (`##teamcity[`).
"""

from __future__ import annotations

import re

_ACTING = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
# Anywhere in a line the ones, at its beginning the others, whatever blanks stand before.
_COMMAND = re.compile(r"(?m:^)(?P<blanks>[^\S\n]*):(?=:)|#(?=#\w*\[)")
_LINE_END = re.compile(r"\r\n?")
# How Python holds the bytes of a name that is not UTF-8.
_BYTES, _UPPER = 0xDC00, range(0x80, 0x100)
# A form feed parts pages of old licenses; nobody needs to see more than a gap.
_FEEDS = str.maketrans({"\v": " ", "\f": " "})


def visible(text: str) -> str:
    """Return a text with what acts unseen written out, its lines ended by line feeds alone."""
    return _ACTING.sub(_name, _LINE_END.sub("\n", text).translate(_FEEDS))


def unheeded(page: str) -> str:
    """Return a page of which no line is a command to a CI system that shows it.

    >>> unheeded("  ::error::x")
    '  [U+003A]:error::x'
    """
    if "::" not in page and "##" not in page:
        return page
    return _COMMAND.sub(lambda found: f"{found['blanks'] or ''}[U+{ord(found[0][-1]):04X}]", page)


def _name(found: re.Match[str]) -> str:
    sign = ord(found[0])
    return f"\\x{sign - _BYTES:02x}" if sign - _BYTES in _UPPER else f"[U+{sign:04X}]"
