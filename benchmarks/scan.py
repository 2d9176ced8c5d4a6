"""Measure a scan: files a second without and with the cache, and the memory of all its processes.

Run `python benchmarks/scan.py` in a checkout whose texts are there. It writes a tree of `LICENSE`
files, none of them equal to another, and scans it with the command line.

`--of` says of what: `changed` takes the texts of the corpus in all their lengths, each with a line
of its own, which are near to known ones; `known` takes each text once, as it is known; `unknown`
takes those of half of the families, and an index that knows none of these; `short` takes two
sentences each. `--files 2000 8000` measures one number after another. `--rows` scans a table of
short texts instead. `--stub` takes one answer of the usual length for all texts, and so measures
all but the reading.

`python benchmarks/scan.py PATH...` scans what is there, and says before how many of its texts are
equal to another one, known, near to a known one or unknown, and what it costs to read each.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openclause.scanning.records import Reading

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpora" / "licenses"
TEXTS = CORPUS / "texts"
SAMPLE_S = 0.1
_SCAN = "from openclause.cli import main; main()"
_READ = f"""
from functools import partial
import openclause.scanning
{{reader}}
openclause.scanning.Plan = partial(openclause.scanning.Plan, reader=reader)
{_SCAN}
"""
_STUB = """
from openclause.scanning.records import Identified, Passage, Reading
passage = Passage("sell", "prohibition", ("use",), 1, 99, 1, 2, 3, 4, "You may not sell it. " * 8)
answer = Reading(
    category="permissive", rank=1, confidence=0.9, restricting=("sell",), passages=(passage,) * 8,
    identification=Identified("id", "ID", "Name", 0.5, False), media_type="text/plain",
)
def reader(task, model):
    return answer
"""
_UNAWARE = """
def reader(task, model):
    from functools import cache
    from openclause import analysis
    from openclause.scanning.reading import read_task
    if not hasattr(analysis, "aware"):
        analysis.aware = analysis.load_model
        analysis.load_model = cache(lambda folder: analysis.unaware(analysis.aware(folder), {ids}))
    return read_task(task, model)
"""


def is_taken_out(family: str) -> bool:
    """Tell whether a family belongs to the half that `--of unknown` scans."""
    return zlib.crc32(family.encode()) % 2 == 1


def unknown_ids() -> list[str]:
    """Return the ids of the licenses whose families the index is not given."""
    return [key for key, family in named().items() if is_taken_out(family)]


def named() -> dict[str, str]:
    """Return the families of all licenses that have a name, by id."""
    from openclause.corpus import read_records

    return {one.key: one.family for one in read_records(CORPUS) if not one.unnamed}


def tree(folder: Path, files: int, of: str) -> tuple[int, int]:
    """Write files with texts that are all different; return how many and their bytes."""
    keys = set(unknown_ids() if of == "unknown" else named())
    texts = [path for path in sorted(TEXTS.glob("*.txt")) if path.stem in keys]
    if not texts:
        sys.exit("no texts here; run `openclause corpus fetch` first")
    files = min(files, len(texts)) if of == "known" else files
    written = 0
    for number in range(files):
        # Steps of 7: neighbours in the alphabet are versions of one license.
        data = f"\nCopy number {number}.\n".encode()
        if of == "short":
            data = short(number).encode()
        elif of == "known":
            data = texts[number].read_bytes()
        else:
            data = texts[number * 7 % len(texts)].read_bytes() + data
        place = folder / f"{number // 1000:03}" / f"{number:06}"
        place.mkdir(parents=True)
        (place / "LICENSE").write_bytes(data)
        written += len(data)
    return files, written


def short(number: int) -> str:
    """Return a text like no other."""
    return f"You may use and copy work {number}. You may not sell it."


def table(path: Path, rows: int) -> int:
    """Write a Parquet file of short texts, all different; return the bytes of the texts."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema([("id", pyarrow.int64()), ("text", pyarrow.string())])
    written = 0
    with ParquetWriter(path, schema) as writer:
        for first in range(0, rows, 20_000):
            group = list(range(first, min(rows, first + 20_000)))
            texts = [short(number) for number in group]
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


def scan(arguments: Sequence[str], program: str) -> tuple[float, float, list[int]]:
    """Run `openclause scan`; return its seconds, those of processors, and its memory in kB."""
    command = [sys.executable, "-c", program, "scan", *arguments, "--quiet"]
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


def program_of(given: argparse.Namespace) -> str:
    """Return the program that scans."""
    if given.stub:
        return _READ.format(reader=_STUB)
    if given.of == "unknown" and not given.paths and not given.rows:
        return _READ.format(reader=_UNAWARE.format(ids=unknown_ids()))
    return _SCAN


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


def classes(paths: Sequence[str]) -> int:
    """Print what the texts of a tree are, and what reading costs; return the number of places."""
    from openclause.scanning.reading import Task, read_task, suffix_of
    from openclause.scanning.sources import items

    started = time.process_time()
    places = list(items(paths, ignored=True))
    found_s = time.process_time() - started
    times = Counter((suffix_of(one.path), one.data) for one in places if one.data is not None)
    read_task(Task("", "", b"You may copy it."), None)  # loads the model
    rows = defaultdict(list)
    for (suffix, data), often in times.items():
        started = time.process_time()
        reading = read_task(Task("", suffix, data), None)
        rows[kind_of_text(reading)].append((often, len(data), time.process_time() - started))
    sys.stdout.write(
        f"{len(places):,} places found and their bytes read in {found_s:.1f} CPU s; "
        f"{times.total():,} have a text, {len(times):,} of them are different\n"
        f"{'text':<10}{'places':>8}{'different':>11}{'kB each':>9}{'ms each':>9}{'CPU s':>8}\n"
    )
    for name, row in sorted(rows.items()):
        often, size, took = (sum(column) for column in zip(*row, strict=True))
        sys.stdout.write(
            f"{name:<10}{often:>8,}{len(row):>11,}{size / len(row) / 1000:>9.1f}"
            f"{took / len(row) * 1000:>9.1f}{took:>8.1f}\n"
        )
    return len(places)


def kind_of_text(reading: Reading) -> str:
    """Return how well a text is known."""
    best = reading.identification
    if reading.error is not None:
        return "error"
    return "unknown" if best is None or not best.is_near else "known" if best.exact else "near"


def source_of(given: argparse.Namespace, base: Path, files: int) -> tuple[list[str], int, int]:
    """Return what to scan and how, how many texts that are, and their bytes."""
    if given.paths:
        return [*given.paths, "--ignored", "--format", "jsonl"], classes(given.paths), 0
    if given.rows:
        options = ["--text-column", "text", "--id-column", "id", "--format", "parquet"]
        size = table(base / "texts.parquet", given.rows)
        return [str(base / "texts.parquet"), *options], given.rows, size
    return [str(base / "tree"), "--format", "jsonl"], *tree(base / "tree", files, given.of)


def measure(given: argparse.Namespace, files: int) -> None:
    """Scan the same files without a cache, into an empty one, and from a full one."""
    program = program_of(given)
    with tempfile.TemporaryDirectory() as room:
        base = Path(room)
        source, count, size = source_of(given, base, files)
        sizes = f", {size / count / 1000:.1f} kB on average" if size else ""
        sys.stdout.write(f"{count:,} texts{sizes}, {given.jobs} jobs\n")
        arguments = [*source, "--jobs", str(given.jobs), "--output", str(base / "out")]
        cached = ["--cache-dir", str(base / "cache")]
        runs = {"no cache": ["--no-cache"], "empty cache": cached, "full cache": cached}
        for name, options in list(runs.items())[: 1 if given.no_cache else None]:
            show(name, count, scan([*arguments, *options], program))


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="scan what is there")
    parser.add_argument("--of", choices=["changed", "known", "unknown", "short"], default="changed")
    parser.add_argument("--files", type=int, nargs="+", default=[2000])
    parser.add_argument("--rows", type=int, help="a table of so many rows instead of files")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stub", action="store_true", help="do not read; measure all else")
    parser.add_argument("--no-cache", action="store_true", help="measure without a cache only")
    given = parser.parse_args()
    for files in given.files:
        measure(given, files)


if __name__ == "__main__":
    main()
