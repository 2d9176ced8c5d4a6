"""What packages declare beside what their license texts are, on real trees.

Run `python benchmarks/declared.py PATH...`, for instance on the site-packages of an environment, a
node_modules folder or /usr/share/doc. It prints how many packages go together with their texts, and
why the others do not; of machine-readable Debian copyright files, how often the strictest declared
license and the whole text are of the same category. `--every N` takes each Nth Debian file only.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from openclause.analysis import Analysis, analyze_document, load_model
from openclause.documents import Document, read_bytes
from openclause.errors import DocumentError
from openclause.finding import Candidate, candidates, read
from openclause.finding.discrepancies import Discrepancy, declared_category, discrepancies
from openclause.finding.packages import Text, packages, text_of
from openclause.finding.resolving import resolver
from openclause.identity import Known
from openclause.references import names_of
from openclause.taxonomy import strictest

Resolve = Callable[[str], Known | None]


class Tree(NamedTuple):
    """What one tree came to."""

    packages: int
    with_both: int
    at_one: int
    found: list[Discrepancy]
    debian: Counter[str]


def say(words: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{words}\n")


@cache
def _analysis(document: Document) -> Analysis:
    return analyze_document(document)


def analysis(candidate: Candidate) -> Analysis | None:
    """Read a candidate; equal texts are read once."""
    try:
        document = read_bytes(read(candidate))
    except DocumentError:
        return None
    return _analysis(document)


def text(candidate: Candidate) -> Text | None:
    """Return what a license text is."""
    if candidate.kind != "licence" or candidate.declared or candidate.error:
        return None
    if (read_ := analysis(candidate)) is None:
        return None
    openness = read_.openness
    return text_of(
        candidate.path,
        openness.category,
        read_.identification,
        needs_review=openness.needs_review,
    )


def debian(candidate: Candidate, resolve: Resolve) -> str | None:
    """Compare a machine-readable copyright file with its own text."""
    declared = declared_category(candidate.declared, resolve)
    read_ = analysis(candidate) if declared else None
    if declared is None or read_ is None or read_.openness.rank is None:
        return None
    found = read_.openness.category
    if found == declared:
        return "same category"
    return "text stricter" if strictest((found, declared)) == found else "text milder"


def measure(path: Path, resolve: Resolve, every: int) -> Tree:
    """Search a tree, read its texts, and compare."""
    found = list(candidates([path], ignored=True))
    gathered = list(packages((each, text(each)) for each in found))
    said = {each.folder: discrepancies(each, resolve) for each in gathered}
    both = [
        each for each in gathered if each.texts and any(d.expressions for d in each.declarations)
    ]
    copyrights = [each for each in found if each.kind == "licence" and each.declared]
    compared = (debian(each, resolve) for each in copyrights[::every])
    return Tree(
        packages=len(gathered),
        with_both=len(both),
        at_one=sum(not said[each.folder] for each in both),
        found=[one for each in said.values() for one in each],
        debian=Counter(filter(None, compared)),
    )


def lines(path: Path, tree: Tree) -> Iterator[str]:
    """Yield the answer in lines."""
    yield f"{path}: {tree.packages} packages, {tree.with_both} with a declaration and a text"
    yield f"  of these {tree.at_one} go together with nothing to say"
    for (kind, severity), count in Counter((d.kind, d.severity) for d in tree.found).most_common():
        yield f"  {kind} ({severity}): {count}"
    for each in tree.found:
        if each.severity == "warning":
            yield f"    {each.sentence()}"
    if tree.debian:
        parts = ", ".join(f"{name} {count}" for name, count in tree.debian.most_common())
        yield f"  {tree.debian.total()} machine-readable Debian files: {parts}"


def main() -> None:
    """Measure the trees that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    resolve = resolver(names_of(load_model().index))
    for path in given.paths:
        for line in lines(path, measure(path, resolve, given.every)):
            say(line)


if __name__ == "__main__":
    main()
