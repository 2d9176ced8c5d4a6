"""Measure speed, start-up and memory, each beside a baseline in the same run.

Run `python benchmarks/bench.py` (or `make bench`). The texts are those of the corpus if they were
fetched, else one short agreement over and over. Times are medians; the baseline of reading is what
spaCy's blank English pipeline takes to split the same text into tokens and nothing else.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

import spacy

from openclause import analyze

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "corpora" / "licenses" / "texts"
EXAMPLE = ROOT / "tests" / "documents" / "example-model.txt"
SIZES = {"10 KB": 10_000, "100 KB": 100_000, "1 MB": 1_000_000, "5 MB": 5_000_000}
# Not ru_maxrss, which a child process inherits from its parent; this is Linux's own count in kB.
PEAK = "print(next(x for x in open('/proc/self/status') if x.startswith('VmHWM')).split()[1])"

Row = tuple[str, str, str]


def sample(chars: int) -> str:
    """Return `chars` characters of license text, the same ones in each run."""
    files = sorted(TEXTS.glob("*.txt")) or [EXAMPLE]
    # Every 7th: neighbours in the alphabet are versions of one license.
    texts = [path.read_text("utf-8", errors="replace") for path in files[::7] or files]
    joined = "\n\n".join(texts)
    while len(joined) < chars:
        joined += "\n\n" + joined
    return joined[:chars]


def median_ms(act: Callable[[], object], *, times: int) -> float:
    """Return the median duration of an act in milliseconds."""
    durations = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        durations.append(1000 * (time.perf_counter() - start))
    return statistics.median(durations)


def run(arguments: Sequence[str]) -> str:
    """Run this interpreter and return what it wrote."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def process_ms(*arguments: str) -> float:
    """Return how long a process of this interpreter takes, from start to end."""
    return median_ms(lambda: run(arguments), times=5)


def peak_mb(code: str) -> float:
    """Return the most memory that a process takes to run code, in megabytes."""
    return int(run(["-c", f"{code}\n{PEAK}"]).splitlines()[-1]) / 1024


def warm() -> Iterator[Row]:
    """Read 10 KB again and again in one process, two texts in turn: some answers are kept once."""
    text = sample(SIZES["10 KB"])
    texts = cycle([text, text[:-1]])
    nlp = spacy.blank("en")
    nlp(text)
    analyze(text)
    base = median_ms(lambda: nlp(text), times=15)
    ours = median_ms(lambda: analyze(next(texts)), times=15)
    yield "spaCy blank tokenizer", f"{base:.1f} ms", "1.0 x"
    yield "openclause analyze", f"{ours:.1f} ms", f"{ours / base:.1f} x"


def cold() -> Iterator[Row]:
    """Start processes: nothing, the imports, the help, one file."""
    base = process_ms("-c", "pass")
    floor = process_ms("-c", "import spacy")
    path = str(EXAMPLE)
    processes = {
        "python -c pass": base,
        "import numpy": process_ms("-c", "import numpy"),
        "import spacy": floor,
        "import sklearn": process_ms("-c", "import sklearn.pipeline"),
        "import openclause": process_ms("-c", "import openclause"),
        "openclause --help": process_ms("-m", "openclause", "--help"),
        "openclause analyze FILE": process_ms("-m", "openclause", "analyze", path),
        "openclause analyze -f json": process_ms(
            "-m", "openclause", "analyze", path, "--format", "json"
        ),
    }
    for name, duration in processes.items():
        yield name, f"{duration:.0f} ms", f"{duration / floor:.2f} x import spacy"


def memory() -> Iterator[Row]:
    """Compare the peak memory of whole processes."""
    base = peak_mb("import spacy; spacy.blank('en')('x')")
    read = (
        f"from pathlib import Path; from openclause import analyze; analyze(Path({str(EXAMPLE)!r}))"
    )
    ours = peak_mb(read)
    yield "spacy.blank('en')", f"{base:.0f} MB", "1.0 x"
    yield "openclause.analyze, 2 KB", f"{ours:.0f} MB", f"{ours / base:.1f} x"


def growth() -> Iterator[Row]:
    """Read ever longer texts: linear means that the time for each 10 KB stays the same."""
    first = 0.0
    for name, chars in SIZES.items():
        text = sample(chars)
        texts = cycle([text, text[:-1]])
        duration = median_ms(
            lambda texts=texts: analyze(next(texts)), times=max(1, min(5, 500_000 // chars))
        )
        per_10_kb = duration * 10_000 / chars
        first = first or per_10_kb
        yield name, f"{duration:,.0f} ms", f"{per_10_kb:.1f} ms/10 KB, {per_10_kb / first:.2f} x"


TABLES = {
    "Warm, 10 KB": warm,
    "Processes": cold,
    "Peak memory": memory,
    "Growth": growth,
}


def main() -> None:
    """Write all tables to stdout."""
    for title, table in TABLES.items():
        sys.stdout.write(f"\n{title}\n")
        for name, value, beside in table():
            sys.stdout.write(f"  {name:<28} {value:>12}   {beside}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
