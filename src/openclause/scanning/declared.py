"""What metadata declares beside what the text of the same file is.

In: an item and its reading. Out: findings for people. Texts of other files of a package are not
looked at here.
"""

from __future__ import annotations

import re

from openclause.scanning.records import Finding, Item, Reading

# From here on a text is taken for a version of the known one, as in `analysis`.
_NEARLY = 0.9
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_VERSIONS = re.compile(r"(?:-only|-or-later|\+)$")


def findings_of(item: Item, reading: Reading) -> tuple[Finding, ...]:
    """Return what does not fit together."""
    best = reading.identification
    if not item.declared or best is None or best.similarity < _NEARLY:
        return ()
    said = {_plain(name) for text in item.declared for name in _ID.findall(text)}
    if {_plain(best.id), _plain(best.spdx_id or "")} & said:
        return ()
    names = ", ".join(item.declared)
    return (
        Finding("declared-differs", f"declares {names}; the text is {best.spdx_id or best.id}"),
    )


def _plain(name: str) -> str:
    return _VERSIONS.sub("", name).lower()
