"""Whether one licence added is one licence put right, and nothing else changed.

Run `python benchmarks/retraining.py [--documents N] [--added K] [--others M] [--clauses]` in a
checkout whose texts are there; it takes minutes. A model is trained on N reviewed
licences; K others that it reads wrongly are each added alone, with their category (and with
`--clauses` their clauses), and it is trained again; the added one and M of the N are then read.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from openclause.analysis import analyze_document
from openclause.corpus import LabelledDocument, default_folder, load, text_path, write_record
from openclause.documents import read_text
from openclause.training import train


def write(documents: Sequence[LabelledDocument], folder: Path) -> Path:
    """Write documents as a corpus."""
    (folder / "texts").mkdir(parents=True)
    for document in documents:
        write_record(document.record, folder)
        text_path(folder, document.record.key).write_bytes(document.text.encode("utf-8"))
    return folder


def verdicts(documents: Sequence[LabelledDocument], model: Path) -> list[str]:
    """Return the category that the program gives each document."""
    answers = (analyze_document(read_text(each.text), model=model) for each in documents)
    return [answer.openness.category for answer in answers]


def families(documents: Sequence[LabelledDocument]) -> list[list[LabelledDocument]]:
    """Return reviewed English documents by family, in an order drawn once for all."""
    found: dict[str, list[LabelledDocument]] = {}
    for each in documents:
        record = each.record
        if record.split != "test" and record.basis == "read" and record.language == "en":
            found.setdefault(record.family, []).append(each)
    drawn = list(found.values())
    Random(0).shuffle(drawn)
    return drawn


def main() -> None:
    """Print what each addition changed, and the shares over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--added", type=int, default=10)
    parser.add_argument("--others", type=int, default=60)
    parser.add_argument("--clauses", action="store_true")
    options = parser.parse_args()
    drawn = families(load(default_folder()))
    known: list[LabelledDocument] = []
    while len(known) < options.documents:
        known += drawn.pop()[:3]
    with TemporaryDirectory() as place:
        run(known, [family[0] for family in drawn], Path(place), options)


def run(
    known: Sequence[LabelledDocument],
    fresh: Sequence[LabelledDocument],
    place: Path,
    options: argparse.Namespace,
) -> None:
    """Train without and with each addition."""
    base, before, lessons = write(known, place / "base"), place / "before", place / "lessons"
    train(base, before, lessons=lessons)
    others = known[:: max(1, len(known) // options.others)][: options.others]
    stood = verdicts(others, before)
    put_right, untouched, both, asked = 0, 0, 0, 0
    for each in fresh:
        if asked == options.added:
            break
        (given,) = verdicts([each], before)
        if given == each.record.category:
            continue
        asked += 1
        clauses = each.record.clauses if options.clauses else None
        own = LabelledDocument(replace(each.record, clauses=clauses), each.text)
        begun = time.monotonic()
        mine, after = write([own], place / f"mine-{asked}"), place / f"after-{asked}"
        train([base, mine], after, lessons=lessons)
        spent = time.monotonic() - begun
        fixed = verdicts([each], after) == [each.record.category]
        changed = sum(a != b for a, b in zip(stood, verdicts(others, after), strict=True))
        put_right, untouched = put_right + fixed, untouched + (changed == 0)
        both += fixed and changed == 0
        sys.stdout.write(
            f"{each.record.key}: {given} should be {each.record.category}, "
            f"{'put right' if fixed else 'still wrong'}, {changed} of {len(others)} others changed"
            f", {spent:.0f} s\n"
        )
        sys.stdout.flush()
    sys.stdout.write(
        f"{asked} added: {put_right} put right, {untouched} changed none of {len(others)} others, "
        f"{both} both\n"
    )


if __name__ == "__main__":
    main()
