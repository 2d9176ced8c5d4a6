"""What a scan comes to: how many files of each category, license and folder.

In: records, one after another. Out: counts, of bounded size whatever is scanned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from openclause.scanning.records import Record
from openclause.scanning.together import PACKAGE

# More folders than these are counted as one.
_MAX_FOLDERS = 2000
OTHERS = "…"
UNREAD, DECLARED = "error", "declared-only"
# From here on a text is taken for a version of the known one, as in `analysis`.
_NEARLY = 0.9


class Tallies:
    """Counts of a scan; `folders` counts by folder and category."""

    def __init__(self) -> None:
        self.files = self.errors = self.needs_review = self.found = 0
        self.categories: Counter[str] = Counter()
        self.licenses: Counter[str] = Counter()
        self.folders: dict[str, Counter[str]] = {}

    def add(self, record: Record) -> None:
        """Count a record; one of a package says only what its files do not say."""
        self.found += len(record.findings)
        if record.kind == PACKAGE:
            return
        self.files += 1
        self.errors += record.error is not None
        self.needs_review += record.needs_review
        verdict = verdict_of(record)
        self.categories[verdict] += 1
        if record.category is not None:
            self.licenses[license_of(record)] += 1
        self._folder(folder_of(record.path))[verdict] += 1

    def _folder(self, name: str) -> Counter[str]:
        if name not in self.folders and len(self.folders) >= _MAX_FOLDERS:
            name = OTHERS
        return self.folders.setdefault(name, Counter())


def counted(records: Iterator[Record], tallies: Tallies) -> Iterator[Record]:
    """Count records on their way."""
    for record in records:
        tallies.add(record)
        yield record


def verdict_of(record: Record) -> str:
    """Return the category, or why there is none: `error`, or `declared-only` of metadata."""
    if record.category is not None:
        return record.category
    return UNREAD if record.error is not None else DECLARED


def license_of(record: Record) -> str:
    """Return the SPDX id, else our id, of the license that a text is or nearly is, else nothing."""
    best = record.identification
    if best is None or best.similarity < _NEARLY:
        return ""
    return best.spdx_id or best.id


def folder_of(path: str) -> str:
    """Return the folder that a file is counted under: the first two steps of its path."""
    steps = path.split("/")[:-1]
    if steps and steps[0] in ("", ".", ".."):
        return "/".join(steps[:4]) or "/"
    return "/".join(steps[:2]) or "."
