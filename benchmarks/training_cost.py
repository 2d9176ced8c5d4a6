"""What training costs: minutes, processor minutes, and the most memory that it holds at once.

Run `python benchmarks/training_cost.py [--lessons] FOLDER [CORPUS ...]` on Linux in a checkout
whose texts are there; the model goes to FOLDER. With `--lessons` only what has changed is learnt.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAUSE_S = 0.5


def tree(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in tree(int(child)))]


def used(pid: int) -> int:
    """Return the memory of a process in kB, its share of what it shares with others."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def main() -> None:
    """Train, and print the cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", action="store_true", help="learn only what has changed")
    parser.add_argument("out", type=Path)
    parser.add_argument("corpora", type=Path, nargs="*", default=[ROOT / "corpora" / "licenses"])
    options = parser.parse_args()
    named = [word for folder in options.corpora for word in ("--corpus", str(folder))]
    command = [sys.executable, "-m", "openclause", "train", "--out", str(options.out), *named]
    begun, most = time.monotonic(), 0
    process = subprocess.Popen(command if options.lessons else [*command, "--anew"])
    while process.poll() is None:
        most = max(most, sum(map(used, tree(process.pid))))
        time.sleep(PAUSE_S)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(
        f"exit code {process.returncode}, {(time.monotonic() - begun) / 60:.1f} minutes, "
        f"{(spent.ru_utime + spent.ru_stime) / 60:.1f} processor minutes, "
        f"peak {most / 1e6:.2f} GB\n"
    )


if __name__ == "__main__":
    main()
