"""What all our SARIF logs share: the version, the base of paths, and how messages are escaped.

In: words that nothing acts in any more, see `untrusted`. Out: the same as a SARIF message holds
them. The logs are in `formats.sarif`, `scanning.writers.sarif` and `policy.writers.sarif`.

References
----------
OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01" (2023).
"""

from __future__ import annotations

VERSION = "2.1.0"
SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# The base that hosts such as GitHub resolve against: the root of the repository.
ROOT = "%SRCROOT%"
# As our lines are counted.
LINE_ENDS = ["\r\n", "\n", "\r"]
_ESCAPES = str.maketrans({"{": "{{", "}": "}}", "\\": "\\\\", "[": "\\[", "]": "\\]"})


def escaped(words: str) -> str:
    """Return words as a message holds them: no placeholder (section 3.11.5), no link (3.11.6)."""
    return words.translate(_ESCAPES)
