"""A corpus of little licenses of our own, to try things on: `python tests/small_corpus.py FOLDER`.

Each is put together from a way of granting, a way of keeping notices and what its category adds,
about a thing of its own, so that no two are near each other by accident.
"""

from __future__ import annotations

import sys
from itertools import count, cycle
from pathlib import Path

from openclause.corpus import ClauseLabel, Record, digest, text_path, write_record

# What each kind of line says, as `modality/term`.
GRANTED = ("permission/use", "permission/modify", "permission/distribute")
KEPT = ("obligation/include-notice",)
SAYS = {
    "permissive": ("obligation/warranty-disclaimer",),
    "strong-copyleft": ("obligation/share-alike",),
    "non-commercial": ("prohibition/commercial-use",),
    "use-restricted": ("prohibition/field-of-use",),
    "proprietary": ("prohibition/distribute",),
}
GRANTS = (
    "You may use, copy, change and pass on the {thing}, changed or not.",
    "Permission is given to everyone to use, modify and redistribute the {thing} in any form.",
    "We allow you to run, study, adapt and share the {thing} and works made of it.",
    "The licensee may use the {thing}, prepare derivative works and distribute both.",
)
KEEPS = (
    "Keep this notice with every copy of the {thing}.",
    "Each copy of the {thing} must carry these lines.",
    "This text has to stay with the {thing} wherever it goes.",
)
ADDS = {
    "permissive": (
        "The {thing} comes as it is, and its {maker} answers for nothing.",
        "No {maker} warrants that the {thing} will float.",
    ),
    "strong-copyleft": (
        "A work that holds any part of the {thing} must as a whole be licensed under these terms.",
        "Whatever you derive from the {thing} you must license as a whole under this license.",
    ),
    "non-commercial": (
        "You may not use the {thing} for commercial purposes.",
        "The {thing} is licensed for noncommercial use only.",
    ),
    "use-restricted": (
        "You may not use the {thing} to spy on any person.",
        "It is forbidden to use the {thing} for weapons or surveillance.",
    ),
    "proprietary": (
        "You may not copy, lend or disclose the {thing}.",
        "No part of the {thing} may be redistributed or reverse engineered.",
    ),
}
THINGS = (
    *("kite", "lantern", "anvil", "barge", "compass", "ladle", "spindle", "trellis"),
    *("whistle", "sextant", "bellows", "crucible", "hammock", "pulley", "rudder", "sledge"),
)
MAKERS = ("smith", "weaver", "sailor", "baker", "miller")


def licenses(each: int = 4) -> dict[str, tuple[str, str]]:
    """Return so many licenses of each category: key to category and text."""
    things, makers, grants, keeps = map(cycle, (THINGS, MAKERS, GRANTS, KEEPS))
    made = {}
    for category, adds in ADDS.items():
        for number, add in zip(range(each), cycle(adds), strict=False):
            thing, maker, grant, keep = map(next, (things, makers, grants, keeps))
            said = [] if category == "proprietary" else [grant, keep]
            title = f"The {thing.title()} License of the {maker.title()}"
            lines = [f"{title}\n", *said, add, f"Made by the {maker} of {thing} hill."]
            text = "\n".join(lines).format(thing=thing, maker=maker) + "\n"
            made[f"{category}-{thing}-{number}"] = category, text
    return made


def labels(category: str, text: str) -> tuple[ClauseLabel, ...]:
    """Return what the lines of a text say, in their order."""
    spoken = [line for line in text.splitlines()[2:-1] if line]
    said = [SAYS[category]] if category == "proprietary" else [GRANTED, KEPT, SAYS[category]]
    return tuple(
        ClauseLabel(
            text.index(line), text.index(line) + len(line), term, modality, "recipient", True
        )
        for line, effects in zip(spoken, said, strict=True)
        for modality, term in (effect.split("/") for effect in sorted(effects))
    )


def write(folder: Path, each: int = 4, *, annotated: bool = False) -> Path:
    """Write the licenses as a corpus, the first of each category in the split dev."""
    text_path(folder, "x").parent.mkdir(parents=True, exist_ok=True)
    for number, (key, (category, text)) in zip(count(), licenses(each).items()):
        text_path(folder, key).write_bytes(text.encode("utf-8"))
        record = Record(
            key=key,
            name=text.partition("\n")[0],
            language="en",
            artifact="software",
            category=category,
            addendum=False,
            hard=False,
            basis="read",
            family=key,
            split="train" if number % each else "dev",
            chars=len(text),
            sha256=digest(text.encode("utf-8")),
            clauses=labels(category, text) if annotated else None,
        )
        write_record(record, folder)
    return folder


if __name__ == "__main__":
    made = write(Path(sys.argv[1]), each=8, annotated=True)
    sys.stdout.write(f"{made}: {len(licenses(8))} licenses of our own\n")
