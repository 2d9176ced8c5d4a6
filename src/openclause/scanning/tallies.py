"""What a scan comes to: how many files of each category, license and folder.

In: records, one after another. Out: counts, of bounded size whatever is scanned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

from openclause.scanning.records import FOLDERS, Record

# So many names are counted; of more folders only the upper ones.
_MOST = 2000
_STEPS = 12  # of a path
_SHOWN_STEPS = 2  # below what all paths have in common
OTHERS = "…"
UNREAD, DECLARED = "error", "declared-only"


class Tallies:
    """Counts of a scan."""

    def __init__(self) -> None:
        self.files = self.errors = self.needs_review = self.found = 0
        self.categories: Counter[str] = Counter()
        self.licenses: Counter[str] = Counter()
        self._steps = _STEPS
        self._folders: Counter[tuple[str, ...]] = Counter()

    def add(self, record: Record) -> None:
        """Count a record; one of a folder says only what its files do not say."""
        self.found += len(record.findings)
        if record.kind in FOLDERS:
            return
        self.files += 1
        self.errors += record.error is not None
        self.needs_review += record.needs_review
        self.categories[verdict_of(record)] += 1
        if record.category is not None:
            name = license_of(record)
            few = name in self.licenses or len(self.licenses) < _MOST
            self.licenses[name if few else OTHERS] += 1
        self._folders[tuple(record.path.split("/")[:-1][: self._steps])] += 1
        while len(self._folders) > _MOST:
            self._steps -= 1
            self._folders = _shortened(self._folders, self._steps)

    @property
    def folders(self) -> dict[str, int]:
        """The files in each folder, two steps below what all paths have in common."""
        first, last = min(self._folders, default=()), max(self._folders, default=())
        common = sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(first, last)))  # noqa: B905
        counts = _shortened(self._folders, common + _SHOWN_STEPS)
        return {"/".join(steps) or ("/" if steps else "."): n for steps, n in counts.items()}


def _shortened(counts: Counter[tuple[str, ...]], steps: int) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for name, count in counts.items():
        found[name[:steps]] += count
    return found


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
    """Return the SPDX id, else our id, of what a text is or nearly is, else what is declared."""
    best = record.identification
    if best is None or not best.is_near:
        return " ".join(record.declared)
    return best.spdx_id or best.id
