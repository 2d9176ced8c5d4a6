"""How far a scan is: files read, of how many, files a second and the time left, while you watch.

In: the counts that a scan tells. Out: a bar on a terminal's stderr, or nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openclause.cli import edge

if TYPE_CHECKING:
    from openclause.scanning import Plan

_COUNTED = 256  # files between two looks of the counting thread


class Progress:
    """How many files are read, and where that is shown, if it is."""

    def __init__(self, bar: Any = None) -> None:
        self.files = 0
        self._bar = bar
        self._task = bar.add_task("", total=None, rate="") if bar else None

    def add(self, files: int) -> None:
        """Count files that are read now."""
        self.files += files
        if self._bar:
            self._bar.start()
            rate = self.files / max(self._bar.tasks[0].elapsed or 0, 0.1)
            self._bar.update(
                self._task, completed=self.files, rate=edge.tell(f"{rate:,.0f} files/s")
            )

    def pause(self) -> None:
        """Take the bar away until more files are read."""
        if self._bar:
            self._bar.stop()

    def expect(self, total: int) -> None:
        """Show of how many."""
        self._bar.update(self._task, total=total)


@contextmanager
def shown(paths: list[Path], plan: Plan, *, quiet: bool) -> Iterator[Progress]:
    """Give what counts the files that are read, and shows it on a terminal's stderr."""
    if quiet or not sys.stderr.isatty():
        yield Progress()
        return
    with _bar() as bar:
        progress, ended = Progress(bar), threading.Event()
        threading.Thread(target=_count, args=(paths, plan, progress, ended), daemon=True).start()
        try:
            yield progress
        finally:
            ended.set()


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.progress import TimeRemainingColumn as Remaining

    return Bar(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        Remaining(),
        console=Console(stderr=True),
        transient=True,
    )


def _count(paths: list[Path], plan: Plan, progress: Progress, ended: threading.Event) -> None:
    """Count the files while the first are read; what comes of the scan is not its business."""
    from openclause.errors import OpenClauseError
    from openclause.scanning.sources import count

    total = 0
    try:
        for total in count(paths, ignored=plan.ignored, limits=plan.limits, columns=plan.columns):
            if total % _COUNTED == 0 and ended.is_set():
                return
    except (OpenClauseError, OSError):
        return
    progress.expect(total)
