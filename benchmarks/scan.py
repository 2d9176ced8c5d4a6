"""Measure a scan: files a second without and with the cache, and the memory of all its processes.

Run `python benchmarks/scan.py` in a checkout whose texts are there. It writes a tree of
`LICENSE` files, the texts of the corpus in all their lengths, each made unknown by a line of its
own, and scans it with the command line. `--files` sets their number, `--jobs` the workers,
`--rows` scans a table of short texts instead. `--stub` takes one answer of the usual length for
all texts, and so measures all but the reading.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "corpora" / "licenses" / "texts"
SAMPLE_S = 0.1
_SCAN = "from openclause.cli import main; main()"
_STUBBED = f"""
from functools import partial
import openclause.scanning
from openclause.scanning.records import Identified, Passage, Reading
passage = Passage("sell", "prohibition", ("use",), 1, 99, 1, 2, 3, 4, "You may not sell it. " * 8)
answer = Reading(
    category="permissive", rank=1, confidence=0.9, restricting=("sell",), passages=(passage,) * 8,
    identification=Identified("id", "ID", "Name", 0.5, False), media_type="text/plain",
)
def stub(task, model):
    return answer
openclause.scanning.Plan = partial(openclause.scanning.Plan, reader=stub)
{_SCAN}
"""


def tree(folder: Path, files: int) -> int:
    """Write files with texts of the corpus, none of them as it is known; return their bytes."""
    texts = sorted(TEXTS.glob("*.txt"))
    if not texts:
        sys.exit("no texts here; run `openclause corpus fetch` first")
    written = 0
    for number in range(files):
        # Steps of 7: neighbours in the alphabet are versions of one license.
        data = texts[number * 7 % len(texts)].read_bytes() + f"\nCopy number {number}.\n".encode()
        place = folder / f"{number // 1000:03}" / f"{number:06}"
        place.mkdir(parents=True)
        (place / "LICENSE").write_bytes(data)
        written += len(data)
    return written


def table(path: Path, rows: int) -> int:
    """Write a Parquet file of short texts, all different; return the bytes of the texts."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema([("id", pyarrow.int64()), ("text", pyarrow.string())])
    written = 0
    with ParquetWriter(path, schema) as writer:
        for first in range(0, rows, 20_000):
            group = list(range(first, min(rows, first + 20_000)))
            texts = [
                f"You may use and copy work {number}. You may not sell it." for number in group
            ]
            written += sum(map(len, texts))
            writer.write_table(pyarrow.table({"id": group, "text": texts}, schema=schema))
    return written


def family(process: int) -> Iterator[int]:
    """Yield a process and all that it started, as far as they still live."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def share_kb(process: int) -> int:
    """Return the memory of a process, pages that others use too counted by their share."""
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(row.split()[1]) for row in rows if row.startswith("Pss:")), 0)


def watched(process: subprocess.Popen[bytes], act: Callable[[int], None]) -> None:
    """Tell the memory of a process and its family, in kB, again and again until it ends."""
    while process.poll() is None:
        act(sum(map(share_kb, family(process.pid))))
        time.sleep(SAMPLE_S)


def scan(arguments: Sequence[str], *, stub: bool) -> tuple[float, float, list[int]]:
    """Run `openclause scan`; return its seconds, those of processors, and its memory in kB."""
    command = [sys.executable, "-c", _STUBBED if stub else _SCAN, "scan", *arguments, "--quiet"]
    start, before = time.perf_counter(), worked_s()
    process = subprocess.Popen(command)
    memory: list[int] = []
    watcher = threading.Thread(target=watched, args=(process, memory.append))
    watcher.start()
    if process.wait():
        sys.exit(f"the scan ended with {process.returncode}")
    took = time.perf_counter() - start
    watcher.join()
    return took, worked_s() - before, memory


def worked_s() -> float:
    """Return the seconds that processors spent on processes that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def show(name: str, files: int, took: tuple[float, float, Sequence[int]]) -> None:
    """Print a row: the speed from start to end, and the greatest memory of each half."""
    wall, worked, memory = took
    half = len(memory) // 2 + 1
    first, second = (max(part, default=0) / 1024 for part in (memory[:half], memory[half:]))
    sys.stdout.write(
        f"{name:<14}{files / wall:>8,.0f} files/s {wall:>8.1f} s"
        f"{files / worked:>8,.0f} files/CPU-s{first:>6.0f} MB, then {second:.0f} MB\n"
    )


def main() -> None:
    """Scan the same files without a cache, into an empty one, and from a full one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rows", type=int, help="a table of so many rows instead of files")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stub", action="store_true", help="do not read; measure all else")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        base = Path(room)
        if given.rows:
            source, count = base / "texts.parquet", given.rows
            size = table(source, count)
            what = ["--text-column", "text", "--id-column", "id", "--format", "parquet"]
        else:
            source, count = base / "tree", given.files
            size, what = tree(source, count), ["--format", "jsonl"]
        average = size / count / 1000
        sys.stdout.write(f"{count:,} texts, {average:.1f} kB on average, {given.jobs} jobs\n")
        base_arguments = [
            str(source),
            *what,
            "--jobs",
            str(given.jobs),
            "--output",
            str(base / "out"),
        ]
        runs = {
            "no cache": ["--no-cache"],
            "empty cache": ["--cache-dir", str(base / "cache")],
            "full cache": ["--cache-dir", str(base / "cache")],
        }
        for name, options in runs.items():
            show(name, count, scan([*base_arguments, *options], stub=given.stub))


if __name__ == "__main__":
    main()
