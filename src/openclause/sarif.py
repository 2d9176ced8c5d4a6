"""What all our SARIF logs share: their frame, where files and clauses are, and escaped messages.

In: paths, places, and words that nothing acts in any more, see `untrusted`. Out: the same as SARIF
holds them. The logs are in `formats.sarif`, `scanning.writers.sarif` and `policy.writers.sarif`.

References
----------
OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01" (2023);
RFC 3986, sections 3.3 (what a path may hold) and 4.2 (a colon in the first step).
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]

VERSION = "2.1.0"
SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# The base that hosts such as GitHub resolve against: the root of the repository.
ROOT = "%SRCROOT%"
# As our lines are counted.
LINE_ENDS = ["\r\n", "\n", "\r"]
_KEPT = "/!:@$&'()*+,;=-._~"  # what a path of a URI may hold as it is
_ESCAPES = str.maketrans({"{": "{{", "}": "}}", "\\": "\\\\", "[": "\\[", "]": "\\]"})


def escaped(words: str) -> str:
    """Return words as a message holds them: no placeholder (section 3.11.5), no link (3.11.6)."""
    return words.translate(_ESCAPES)


def log_of(run: Json) -> Json:
    """Return the log of one run."""
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def address(path: str | PurePath | None) -> Json:
    """Return where a file is (section 3.4): below the root, if its path is relative."""
    if path is None:
        return {"uri": "stdin:", "description": {"text": "standard input"}}
    name = PurePath(path)
    quoted = quote(name.as_posix(), safe=_KEPT, errors="surrogatepass")
    if name.is_absolute():
        return {"uri": f"file://{quoted}" if quoted.startswith("/") else f"file:///{quoted}"}
    # A colon in the first step would make it a scheme.
    quoted = f"./{quoted}" if ":" in quoted.split("/", 1)[0] else quoted
    return {"uri": quoted, "uriBaseId": ROOT}


def region(first: tuple[int, int], last: tuple[int, int], chars: tuple[int, int]) -> Json:
    """Return where words stand: from line and column, to line and column, start and end."""
    return {
        "startLine": first[0],
        "startColumn": first[1],
        "endLine": last[0],
        "endColumn": last[1],
        "charOffset": chars[0],
        "charLength": chars[1] - chars[0],
    }
