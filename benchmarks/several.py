"""How well the licenses are named and parted that stand together in one file.

Run `python benchmarks/several.py` in a checkout whose texts are there; `--write` puts the tables
into docs/identity.md, `--files` tells how many files are made of each kind. A file joins two or
three licenses with an SPDX identifier, each under another holder, in one of the ways in which
notices of third parties, source files and READMEs do. What is named is compared as a set of
identifiers (`-only` and `-or-later` share a text and count as the same), what is parted by the
characters in which a part and its license agree.
"""

from __future__ import annotations

import argparse
import html
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from perturbations import perturbed
from tables import markdown, write_between

from openclause.analysis import Model, analyze_document, load_model
from openclause.corpus import Record, default_folder, read_records, read_texts
from openclause.documents import read_bytes
from openclause.taxonomy import strictest

PAGE = Path(__file__).resolve().parents[1] / "docs" / "identity.md"
_ENDINGS = ("-only", "-or-later", "+")
# Parts and licenses that agree in so much of both together are the same.
_SAME = 0.8
_LONGEST = 20_000
_NAMES = ("wheels", "axles", "carts", "spokes", "reins", "hubs")


class Joined(NamedTuple):
    """A file of several licenses: its name, its text, and the identifier of each."""

    name: str
    text: str
    licenses: tuple[str, ...]
    bodies: tuple[str, ...]
    category: str


class Counts(NamedTuple):
    """Licenses wanted, named and both, files with all of them and no other, parts, time."""

    files: int = 0
    wanted: int = 0
    named: int = 0
    both: int = 0
    whole: int = 0
    parted: int = 0
    exact: int = 0
    decided: int = 0
    ms: float = 0.0

    def plus(self, other: Counts) -> Counts:
        """Add up."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


def _blank_lines(texts: Sequence[str], _: random.Random) -> tuple[str, str]:
    return "LICENSE", "\n\n\n".join(texts)


def _rules(texts: Sequence[str], dice: random.Random) -> tuple[str, str]:
    rule = dice.choice("-=*") * dice.choice([40, 72, 78])
    return "NOTICE", f"\n\n{rule}\n\n".join(texts)


def _titled(texts: Sequence[str], dice: random.Random) -> tuple[str, str]:
    names = dice.sample(_NAMES, len(texts))
    own = [f"{name}\n{'=' * len(name)}\n\n{t}" for name, t in zip(names, texts, strict=True)]
    return "NOTICE.txt", "Notices of what others made\n\n" + "\n\n".join(own)


def _introduced(texts: Sequence[str], dice: random.Random) -> tuple[str, str]:
    names = dice.sample(_NAMES, len(texts))
    own = [
        f"{n}. This product bundles {name} {n}.{n}, which is available under the following "
        f"license:\n\n{t}"
        for n, (name, t) in enumerate(zip(names, texts, strict=True), 1)
    ]
    return "THIRD-PARTY-NOTICES", "\n\n".join(own)


def _sections(texts: Sequence[str], dice: random.Random) -> tuple[str, str]:
    names = dice.sample(_NAMES, len(texts))
    own = [f"### {name}\n\n{t}" for name, t in zip(names, texts, strict=True)]
    head = "# Cart\n\nRolls downhill.\n\n## Install\n\n`pip install cart`\n\n## Licenses\n\n"
    return "README.md", head + "\n\n".join(own) + "\n\n## Thanks\n\nTo all carvers.\n"


def _comments(texts: Sequence[str], dice: random.Random) -> tuple[str, str]:
    names = dice.sample(_NAMES, len(texts))
    own = [
        "/*\n"
        + "\n".join(f" * {line}".rstrip() for line in t.replace("*/", "").split("\n"))
        + f"\n */\n\nint {name} = {len(name)};\n"
        for name, t in zip(names, texts, strict=True)
    ]
    return "cart.c", "\n".join(own)


def _one_comment(texts: Sequence[str], _: random.Random) -> tuple[str, str]:
    lines = "\n\n".join(texts).split("\n")
    return "cart.py", "\n".join(f"# {line}".rstrip() for line in lines) + "\n\ncart = 4\n"


def _page(texts: Sequence[str], dice: random.Random) -> tuple[str, str]:
    names = dice.sample(_NAMES, len(texts))
    own = [
        f"<h2>{name}</h2>\n<pre>{html.escape(t)}</pre>"
        for name, t in zip(names, texts, strict=True)
    ]
    body = "<hr>\n".join(own)
    return "licenses.html", f"<!DOCTYPE html>\n<html><body><h1>Notices</h1>{body}</body></html>\n"


WAYS: dict[str, Callable[[Sequence[str], random.Random], tuple[str, str]]] = {
    "blank lines": _blank_lines,
    "ruled lines": _rules,
    "titles": _titled,
    "introduced": _introduced,
    "sections of a README": _sections,
    "comments of a source file": _comments,
    "one comment": _one_comment,
    "HTML page": _page,
}
_DRESSES = ("other holder", "other holder", "re-wrapped", "typographic")


def joined(some: Sequence[tuple[Record, str]], way: str, number: int, seed: int) -> Joined:
    """Return a file that joins so many licenses in a way; the same seed gives the same file."""
    dice = random.Random(f"{way}:{number}:{seed}")
    chosen: list[tuple[Record, str]] = []
    while len(chosen) < number:
        record, text = dice.choice(some)
        if stem(str(record.spdx_id)) not in {stem(str(each.spdx_id)) for each, _ in chosen}:
            dress = dice.choice(_DRESSES)
            copy = perturbed(text, dress, f"{record.key}:{seed}")
            if dress != "other holder":
                copy = perturbed(copy.data.decode("utf-8"), "other holder", f"{record.key}:{seed}")
            chosen.append((record, copy.data.decode("utf-8").strip()))
    name, text = WAYS[way]([text for _, text in chosen], dice)
    ids = tuple(str(record.spdx_id) for record, _ in chosen)
    category = strictest([record.category for record, _ in chosen])
    return Joined(name, text, ids, tuple(text for _, text in chosen), category)


def stem(spdx_id: str) -> str:
    """Return an identifier without what only says whether later versions count."""
    low = spdx_id.lower()
    for ending in _ENDINGS:
        low = low.removesuffix(ending)
    return low


def licenses(folder: Path) -> list[tuple[Record, str]]:
    """Return the licenses with an SPDX identifier that are not too long, and no exceptions."""
    records = read_records(folder)
    texts = read_texts(folder, records)
    return [
        (each, texts[each.key])
        for each in records
        if each.spdx_id
        and "exception" not in each.spdx_id.lower()
        and each.key in texts
        and len(texts[each.key]) <= _LONGEST
    ]


def measure(file: Joined, model: Model) -> tuple[Counts, str]:
    """Name and part a file; return what came of it, and a line that says what was wrong."""
    document = read_bytes(file.text.encode("utf-8"), path=file.name)
    start = time.process_time()
    found = analyze_document(document, model=model)
    took = 1000 * (time.process_time() - start)
    wanted = {stem(each) for each in file.licenses}
    named = {stem(match.spdx_id or match.id) for match in found.identification}
    spans = [(part.start, part.end) for part in found.openness.parts]
    parted = sum(
        max((_agreement(span, real) for span in spans), default=0.0) >= _SAME
        for real in _places(document.text, file.bodies)
    )
    exact = sum(match.exact for match in found.identification)
    whole, decided = int(wanted == named), int(found.openness.category == file.category)
    counts = Counts(
        1, len(wanted), len(named), len(wanted & named), whole, parted, exact, decided, took
    )
    lacks, more = ", ".join(sorted(wanted - named)), ", ".join(sorted(named - wanted))
    return counts, "" if whole else f"{'+'.join(file.licenses)}: lacks {lacks or 'none'}; {more}"


def _places(text: str, bodies: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where licenses stand, by their first and last words."""
    words = [(found, place) for found, place in _words(text)]
    said = [found for found, _ in words]
    at = 0
    for body in bodies:
        own = [found for found, _ in _words(body)]
        first = _find(said, own[:8], at)
        last = _find(said, own[-8:], max(first, first + len(own) - 40))
        at = last + 8
        yield words[first][1], words[min(last + 7, len(words) - 1)][1] + len(own[-1])


def _words(text: str) -> Iterator[tuple[str, int]]:
    for found in re.finditer(r"\w+", text):
        yield found[0], found.start()


def _find(said: Sequence[str], asked: Sequence[str], least: int) -> int:
    for place in range(least, len(said) - len(asked) + 1):
        if said[place : place + len(asked)] == list(asked):
            return place
    return least


def _agreement(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the characters that two spans share, of those of both together."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, both) / (max(one[1], other[1]) - min(one[0], other[0]))


def row(name: str, counts: Counts) -> list[str]:
    """Return a row of the table."""

    def share(part: int, of: int) -> str:
        return f"{100 * part / max(of, 1):.1f}"

    return [
        name,
        str(counts.files),
        share(counts.both, counts.wanted),
        share(counts.both, counts.named),
        share(counts.whole, counts.files),
        share(counts.parted, counts.wanted),
        share(counts.decided, counts.files),
        str(counts.exact),
    ]


def main() -> None:
    """Print the table; with `--write` put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=40, help="files of each way and number")
    parser.add_argument("--model", type=Path, help="a model folder; by default the package's")
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    parser.add_argument("--seed", type=int, default=5000, help="of the first file")
    options = parser.parse_args()
    some, model = licenses(default_folder()), load_model(options.model)
    rows, total, by_number = [], Counts(), {2: Counts(), 3: Counts()}
    for way in WAYS:
        counts = Counts()
        for number in (2, 3):
            for seed in range(options.seed, options.seed + options.files):
                own, wrong = measure(joined(some, way, number, seed), model)
                counts, by_number[number] = counts.plus(own), by_number[number].plus(own)
                sys.stderr.write(f"{way}: {wrong}\n" if wrong else "")
        rows.append(row(way, counts))
        total = total.plus(counts)
    rows += [row(f"{n} licenses", counts) for n, counts in by_number.items()]
    rows.append(row("all", total))
    head = ["joined by", "files", "of the licenses named, %", "of the named right, %"]
    head += ["files all right, %", "parts at their place, %"]
    head += ["category of the strictest, %", "exact"]
    text = "\n".join(markdown(head, rows)) + "\n"
    sys.stdout.write(text)
    if options.write:
        write_between(PAGE, "several", text)


if __name__ == "__main__":
    main()
