"""Measure speed, start-up and memory, each beside a baseline in the same run.

Run `python benchmarks/bench.py` (or `make bench`). The texts are those of the corpus if they were
fetched, else one short agreement over and over. Times are medians, of warm answers those of each
text's least of four; the baseline of reading is what spaCy's blank English pipeline takes to split
the same text into tokens and nothing else.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import spacy

from openclause import analyze, documents
from openclause.analysis import Model, analyze_document, load_model, prior_of, unaware
from openclause.attitudes import summarize
from openclause.clauses import reader
from openclause.corpus import read_records
from openclause.criteria import judge
from openclause.documents import comment_mask
from openclause.features import unit_features
from openclause.findings import find
from openclause.fingerprints import sentences
from openclause.identity import identify
from openclause.modality import find_cues
from openclause.notices import read_notices
from openclause.openness import decide
from openclause.parts import split
from openclause.placing import records
from openclause.reading import weigh
from openclause.references import names_of
from openclause.segmentation import segment
from openclause.strays import is_bare_code

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "corpora" / "licenses" / "texts"
CHANGE = "\nRead it twice.\n"
EXAMPLE = ROOT / "tests" / "documents" / "example-model.txt"
# What takes most room for its length.
SHORTEST = {"lines": "x\n\n", "items": "(a) b c\n", "sentences": "You may go. "}
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


def run(arguments: Sequence[str], **environment: str) -> str:
    """Run this interpreter and return what it wrote."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | environment,
    )
    return done.stdout


def process_ms(*arguments: str, **environment: str) -> float:
    """Return how long a process of this interpreter takes, from start to end."""
    run(arguments, **environment)  # leaves its byte code and tables for the next
    return median_ms(lambda: run(arguments, **environment), times=5)


def peak_mb(code: str) -> float:
    """Return the most memory that a process takes to run code, in megabytes."""
    return int(run(["-c", f"{code}\n{PEAK}"]).splitlines()[-1]) / 1024


def warm() -> Iterator[Row]:
    """Read fifty licenses of about 10 KB in one process: as known, changed, of unknown families.

    Each is read four times, with an empty line more each time: some answers are kept once. Below
    stands a text that joins several licenses.
    """
    nlp = spacy.blank("en")
    texts = about_10_kb() or {"": EXAMPLE.read_text("utf-8")}
    aware = load_model()
    blind = unaware(aware, families_of(texts))

    def read(text: str, model: Model = aware) -> object:
        return analyze_document(documents.read_text(text), model=model)

    def per_10_kb(act: Callable[[str], object], end: str = "") -> float:
        return statistics.median(
            least_ms(act, text + end) * SIZES["10 KB"] / len(text) for text in texts.values()
        )

    base = per_10_kb(nlp)
    for name, duration in {
        "spaCy blank tokenizer": base,
        "openclause, known": per_10_kb(read),
        "openclause, changed": per_10_kb(read, CHANGE),
        "openclause, unknown": per_10_kb(partial(read, model=blind)),
        "openclause, four joined": least_ms(read, sample(SIZES["10 KB"])),
    }.items():
        yield name, f"{duration:.1f} ms", f"{duration / base:.1f} x"


def about_10_kb() -> dict[str, str]:
    """Return fifty licenses of 9 to 11 KB by id, the same in each run."""
    files = [path for path in sorted(TEXTS.glob("*.txt")) if 9_000 < path.stat().st_size < 11_000]  # noqa: PLR2004
    return {path.stem: path.read_text("utf-8", errors="replace") for path in files[::2]}


def families_of(keys: Collection[str]) -> list[str]:
    """Return the ids of all licenses of some licenses' families."""
    of = {record.key: record.family for record in read_records(TEXTS.parent)}
    taken = {of[key] for key in keys if key in of}
    return [key for key, family in of.items() if family in taken]


def least_ms(act: Callable[[str], object], text: str) -> float:
    """Return the least duration of an act on four texts that differ at their end, in ms."""
    return min(median_ms(partial(act, text + "\n" * n), times=1) for n in range(4))


def whole_texts() -> list[str]:
    """Return some sixty licenses of all kinds, the same in each run, none as it is known."""
    files = sorted(TEXTS.glob("*.txt"))[3::35] or [EXAMPLE]
    return [path.read_text("utf-8", errors="replace") + CHANGE for path in files]


def stages() -> Iterator[Row]:
    """Read some sixty licenses, each stage timed by itself, per 10 KB beside the tokenizer."""
    texts = whole_texts()
    nlp = spacy.blank("en")
    runs = [dict(stages_of(texts, nlp)) for _ in range(4)][1:]
    scale = 10_000 / sum(map(len, texts))
    best = {name: scale * min(run[name] for run in runs) for name in runs[0]}
    base = best["spaCy blank tokenizer"]
    for name, duration in best.items():
        yield name, f"{duration:.2f} ms", f"{duration / base:.2f} x"


def stages_of(texts: Sequence[str], nlp: Callable[[str], object]) -> Iterator[tuple[str, float]]:
    """Yield the milliseconds that each stage takes for all texts; each needs those before it."""
    model, rooms = load_model(), reader()
    names = names_of(model.index)

    def timed(name: str, act: Callable[..., object], *rows: Sequence[object]) -> list[Any]:
        start = time.perf_counter()
        found = [act(*row) for row in zip(*rows, strict=True)]
        took[name] = 1000 * (time.perf_counter() - start)
        return found

    took: dict[str, float] = {}
    timed("spaCy blank tokenizer", nlp, texts)
    timed("openclause analyze", lambda text: analyze(text + "\n"), texts)
    timed("  document", documents.read_text, texts)
    outlines = timed("  segmentation", lambda text: segment(text, comment_mask(text)), texts)
    places = timed("  phrases", rooms.places, outlines)
    timed("  cues", find_cues, places)
    timed("  rules", rooms.rules.find, outlines, places)
    readings = [rooms.take_apart(text) for text in texts]
    effects = timed("  effects", rooms.effects, readings)
    timed("  features", unit_features, readings, effects)
    weighed = timed(
        "  features, clause model",
        lambda own, its: weigh(own, its, model.clauses).effects,
        readings,
        effects,
    )
    clauses = timed("  records", records, readings, weighed)
    said = timed("  sentences", sentences, texts)
    timed("  identity", lambda text, own: identify(text, model.index, said=own), texts, said)
    notices = timed("  notices, names", lambda text: read_notices(text, names), texts)
    timed("  parts", lambda text, own: split(text, own, model.index), texts, said)
    findings = timed("  findings", find, clauses, notices)
    priors = timed("  prior", lambda text: prior_of(text, model), texts)
    timed(
        "  openness",
        lambda text, own, prior, its, found: decide(
            own, text=text, prior=prior, notices=its, findings=found
        ),
        *(texts, clauses, priors, notices, findings),
    )
    timed("  stray code", is_bare_code, texts)
    timed("  criteria", lambda own, found: judge(own, findings=found), clauses, findings)
    timed("  summary", summarize, clauses)
    yield from took.items()


def cold() -> Iterator[Row]:
    """Start processes: nothing, the imports, the help, a file, and one exactly as it is known."""
    base = process_ms("-c", "pass")
    floor = process_ms("-c", "import spacy")
    path, known = str(EXAMPLE), str(ROOT / "LICENSE")
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
        "the same, nothing kept": process_ms(
            "-m", "openclause", "analyze", path, "--format", "json", OPENCLAUSE_CACHE=""
        ),
        "analyze LICENSE, known": process_ms("-m", "openclause", "analyze", known),
        "the same, -f json": process_ms("-m", "openclause", "analyze", known, "--format", "json"),
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
    for name, shortest in SHORTEST.items():
        times = 1_000_000 // len(shortest)
        dense = peak_mb(f"from openclause import analyze; analyze({shortest!r} * {times})")
        yield f"1 MB of shortest {name}", f"{dense:.0f} MB", f"{dense / base:.1f} x"


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
    "Warm, stages, per 10 KB of sixty licenses": stages,
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
