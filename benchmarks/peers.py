"""Side by side with other tools that name licenses: the same copies of the same texts in one run.

`make bench-peers` installs the tools into a virtual environment of their own and runs this. What
does not install, or does not start, is listed as such. Of an answer only the license counts:
`-only` and `-or-later` are taken for the same here. Results go to docs/identity.md with `--write`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from perturbations import PERTURBATIONS, perturbed
from tables import markdown, write_between

from openclause.corpus import Record, default_folder, read_records, read_texts

HERE = Path(__file__).resolve().parent
PEERS = ("scancode-toolkit-mini", "pyaskalono", "licenseclassifier", "licenseid")
PAGE = HERE.parent / "docs" / "identity.md"
_ENDINGS = ("-only", "-or-later", "+")
_COLD_RUNS = 3


class Result(NamedTuple):
    """What a tool said of all copies, what it took, or why it said nothing."""

    tool: str
    said: Mapping[str, Any]
    cold_s: float
    failure: str = ""


def sample(folder: Path, n: int) -> list[tuple[Record, str]]:
    """Return n licenses with an SPDX identifier, evenly over the alphabet; no exceptions."""
    records = read_records(folder)
    texts = read_texts(folder, records)
    known = [
        (record, texts[record.key])
        for record in records
        if record.spdx_id and "exception" not in record.spdx_id.lower() and record.key in texts
    ]
    return known[:: max(1, len(known) // n)][:n]


def write_copies(licenses: Sequence[tuple[Record, str]], folder: Path) -> dict[str, list[Path]]:
    """Write the copies of all licenses and return their paths by perturbation."""
    paths: dict[str, list[Path]] = {}
    for number, name in enumerate(PERTURBATIONS):
        for record, text in licenses:
            copy = perturbed(text, name, record.key)
            path = folder / f"{number}" / record.key / copy.name
            path.parent.mkdir(parents=True)
            path.write_bytes(copy.data)
            paths.setdefault(name, []).append(path)
    return paths


def run(tool: str, python: Path, files: Sequence[Path], database: str) -> Result:
    """Let a tool name all files in one process, then start it for one file a few times."""
    with tempfile.TemporaryDirectory() as folder:
        every, one = Path(folder, "every"), Path(folder, "one")
        every.write_text("\n".join(map(str, files)), "utf-8")
        one.write_text(str(files[0]), "utf-8")
        command = [str(python), str(HERE / "peer.py"), tool]
        extra = [database] if database else []
        done = subprocess.run(
            [*command, str(every), *extra], capture_output=True, text=True, check=False
        )
        if done.returncode:
            words = done.stderr.strip().splitlines()
            return Result(tool, {}, 0.0, words[-1] if words else f"exit {done.returncode}")
        cold = []
        for _ in range(_COLD_RUNS):
            start = time.perf_counter()
            subprocess.run([*command, str(one), *extra], capture_output=True, check=True)
            cold.append(time.perf_counter() - start)
    return Result(tool, json.loads(done.stdout.splitlines()[-1]), statistics.median(cold))


def same(one: str | None, other: str | None) -> bool:
    """Tell whether two identifiers name one license, the choice of later versions aside."""
    return one is not None and other is not None and _stem(one) == _stem(other)


def _stem(spdx_id: str) -> str:
    low = spdx_id.lower()
    for ending in _ENDINGS:
        low = low.removesuffix(ending)
    return low


def accuracy_rows(
    results: Sequence[Result], names: Sequence[str], wanted: Sequence[str]
) -> Iterator[list[str]]:
    """Yield a row for each perturbation and for all: the share that each tool names rightly."""
    shares: dict[str, list[float]] = {}
    for number, name in enumerate([*names, "all"]):
        row = [name]
        for result in results:
            answers = result.said["answers"]
            if name != "all":
                part = answers[number * len(wanted) : (number + 1) * len(wanted)]
                right = [same(a, b) for a, b in zip(part, wanted, strict=True)]
                shares.setdefault(result.tool, []).append(sum(right) / len(right))
            share = (
                shares[result.tool][number]
                if name != "all"
                else statistics.mean(shares[result.tool])
            )
            row.append(f"{100 * share:.1f}")
        yield row


def cost_rows(results: Sequence[Result]) -> Iterator[list[str]]:
    """Yield what each tool takes: time for a file, start and first answer, most memory."""
    told = [(result, result.said["seconds"]) for result in results]
    yield ["processor ms a file, mean", *(f"{1000 * statistics.mean(s):.1f}" for _, s in told)]
    yield ["processor ms a file, median", *(f"{1000 * statistics.median(s):.1f}" for _, s in told)]
    yield ["start to first answer, s", *(f"{result.cold_s:.2f}" for result in results)]
    yield ["peak memory, MB", *(f"{result.said['peak_mb']:.0f}" for result in results)]
    yield ["files it crashed on", *(str(result.said["errors"]) for result in results)]


def main() -> None:
    """Run all tools, print the table, and with `--write` put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, required=True, help="the Python that has the peers")
    parser.add_argument("--licenses", type=int, default=100, help="texts, each in 10 copies")
    parser.add_argument("--database", default="", help="what `licenseid update` wrote")
    parser.add_argument("--index", default="", help="a model folder; by default the package's")
    parser.add_argument("--missing", default="", help="peers that did not install")
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    options = parser.parse_args()
    licenses = sample(default_folder(), options.licenses)
    with tempfile.TemporaryDirectory() as folder:
        paths = write_copies(licenses, Path(folder))
        files = [path for own in paths.values() for path in own]
        found = [run("openclause", Path(sys.executable), files, options.index)]
        for tool in PEERS:
            sys.stderr.write(f"{tool}\n")
            if tool in options.missing.split():
                found.append(Result(tool, {}, 0.0, "does not install from the registry"))
            else:
                database = options.database if tool == "licenseid" else ""
                found.append(run(tool, options.python, files, database))
    results = [result for result in found if not result.failure]
    head = ["", *(f"{result.tool} {result.said['version']}" for result in results)]
    wanted = [str(record.spdx_id) for record, _ in licenses]
    rows = [*accuracy_rows(results, list(paths), wanted), *cost_rows(results)]
    lines = [f"{len(licenses)} licenses in {len(paths)} copies each; % named rightly.", ""]
    lines += [*markdown(head, rows), ""]
    lines += [f"{each.tool}: not measured: {each.failure}." for each in found if each.failure]
    text = "\n".join(lines).strip() + "\n"
    sys.stdout.write(text)
    if options.write:
        write_between(PAGE, "peers", text)


if __name__ == "__main__":
    main()
