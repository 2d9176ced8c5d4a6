"""Readers that take the place of openclause in worker processes, and a scan to run and kill."""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path

from openclause.scanning import Plan, run
from openclause.scanning.records import Identified, Reading, to_line


def stub(task, model):
    return Reading(
        category="permissive",
        rank=1,
        confidence=0.9,
        identification=Identified("mit", "MIT", "MIT License", 1.0, True),
        reasons=(task.key[:8],),
        media_type="text/plain",
    )


def slow(task, model):
    time.sleep(0.01)
    return stub(task, model)


def deadly(task, model):
    if b"murder" in task.data:
        os._exit(3)
    return slow(task, model)


def endless(task, model):
    while b"endless" in task.data:
        pass
    return stub(task, model)


def stuck(task, model):
    """Hang where no signal handler of Python runs."""
    if b"stuck" in task.data:
        import ctypes
        import signal

        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        ctypes.PyDLL(None).sleep(600)
    return stub(task, model)


def telling(task, model):
    """Tell which process reads, and how many objects it keeps out of garbage collection."""
    return Reading(rank=gc.get_freeze_count(), reasons=(str(os.getpid()),))


def mistaken(task, model):
    raise ZeroDivisionError("a stumble")


def main(folder, journal, output):
    plan = Plan(jobs=2, journal=Path(journal), resume=True, reader=slow)
    with Path(output).open("wb") as out:
        for record in run([folder], plan):
            out.write(to_line(record) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
