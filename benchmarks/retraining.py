"""Whether one licence added is one licence put right, and nothing else changed.

Run `python benchmarks/retraining.py [--documents N] [--added K] [--others M] [--clauses]` in a
checkout whose texts are there; it takes minutes. A model is trained on N reviewed
licences; K others that it reads wrongly are each added alone, with their category (and with
`--clauses` their clauses), and it is trained again; the added one and M of the N are then read.
They are read as anyone reads them, where a known text is answered by its label, and as if they
were unknown: what was learnt answers alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Literal, get_args

from msgspec.structs import replace

from openclause.analysis import analyze_document, load_model, unaware
from openclause.corpus import LabelledDocument, default_folder, load, text_path, write_record
from openclause.documents import read_text
from openclause.training import train

Way = Literal["known", "unknown"]
WAYS: tuple[Way, ...] = get_args(Way)


def write(documents: Sequence[LabelledDocument], folder: Path) -> Path:
    """Write documents as a corpus."""
    (folder / "texts").mkdir(parents=True)
    for document in documents:
        write_record(document.record, folder)
        text_path(folder, document.record.key).write_bytes(document.text.encode("utf-8"))
    return folder


def verdicts(documents: Sequence[LabelledDocument], folder: Path, way: Way) -> list[str]:
    """Return the category that the program gives each document, as a known or unknown text."""
    model = load_model(folder)
    if way == "unknown":
        model = unaware(model, [each.record.key for each in documents])
    answers = (analyze_document(read_text(each.text), model=model) for each in documents)
    return [answer.openness.category for answer in answers]


def misread(
    fresh: Sequence[LabelledDocument], folder: Path
) -> Iterator[tuple[LabelledDocument, str]]:
    """Yield documents with the wrong category that a model gives them."""
    for each in fresh:
        (given,) = verdicts([each], folder, "unknown")
        if given != each.record.category:
            yield each, given


def families(documents: Sequence[LabelledDocument]) -> list[list[LabelledDocument]]:
    """Return reviewed English documents by family, in an order drawn once for all."""
    found: dict[str, list[LabelledDocument]] = {}
    for each in documents:
        record = each.record
        if record.unnamed:
            continue  # no text is known as it
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
    stood = {way: verdicts(others, before, way) for way in WAYS}
    effects: dict[Way, list[tuple[bool, int]]] = {way: [] for way in WAYS}
    for number, (each, given) in enumerate(islice(misread(fresh, before), options.added)):
        clauses = each.record.clauses if options.clauses else None
        own = LabelledDocument(replace(each.record, clauses=clauses), each.text)
        begun = time.monotonic()
        mine, after = write([own], place / f"mine-{number}"), place / f"after-{number}"
        train([base, mine], after, lessons=lessons)
        say(
            f"{each.record.key}: {given} should be {each.record.category}, "
            f"{time.monotonic() - begun:.0f} s"
        )
        for way in WAYS:
            fixed = verdicts([each], after, way) == [each.record.category]
            now = verdicts(others, after, way)
            changed = sum(a != b for a, b in zip(stood[way], now, strict=True))
            effects[way].append((fixed, changed))
            said = "put right" if fixed else "still wrong"
            say(f"  read as {way}: {said}, {changed} of {len(others)} others changed")
    for way, found in effects.items():
        say(
            f"read as {way}: {len(found)} added, {sum(fixed for fixed, _ in found)} put right, "
            f"{sum(not changed for _, changed in found)} changed none of {len(others)} others, "
            f"{sum(fixed and not changed for fixed, changed in found)} both"
        )


def say(words: str) -> None:
    """Print a line at once: the next one takes minutes."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
