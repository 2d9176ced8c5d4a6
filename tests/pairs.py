"""Minimal pairs: open licences, each with one sentence put in, and how often the answer is right.

A restrictive sentence must lead to its category, a harmless one must leave the answer that the
licence has without it. `python tests/pairs.py` prints a table by kind; see `--help`.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import textwrap
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent / "minimal_pairs"
TEXTS = Path(__file__).parents[1] / "corpora" / "licenses" / "texts"
HALVES = ("dev", "check")
# Of sentences by writers who knew the taxonomy only, neither rules nor drills: of some the errors
# were looked at, of the fresh ones never.
OTHERS = ("seen", "fresh")

Judge = Callable[[str], str]

_BREAK = re.compile(r"\n[ \t]*\n")


class Base(NamedTuple):
    """An open licence: its file, the words that its last condition ends with, the next marker."""

    path: Path
    condition: str
    marker: str = ""
    disclaimer: str = "WITHOUT WARRANTY"


BASES = (
    Base(HERE / "open-in-prose.txt", "every copy of the source code.", disclaimer="no warranty"),
    Base(HERE / "open-in-a-list.txt", "that you changed them.", "(d) ", "without warranty"),
    Base(TEXTS / "mit.txt", "portions of the Software."),
    Base(TEXTS / "isc.txt", "appear in all copies.", disclaimer='"AS IS"'),
    Base(TEXTS / "bsd-new.txt", "prior written permission.", disclaimer='"AS IS"'),
    Base(TEXTS / "apache-2.0.txt", "as modifying the License.", "(e) ", "WITHOUT WARRANTIES"),
)
PLACES = ("start", "sentence", "item", "middle", "end")


class Sentence(NamedTuple):
    """A sentence to put in; `category` is None where it must change nothing."""

    half: str
    kind: str
    text: str
    category: str | None


class Outcome(NamedTuple):
    """What was answered for a sentence at one place of one licence, and what is right."""

    sentence: Sentence
    base: Base
    place: str
    wanted: str
    found: str

    @property
    def right(self) -> bool:
        """Whether the answer is the right one."""
        return self.wanted == self.found


def sentences() -> tuple[Sentence, ...]:
    """Return all sentences, the restrictive ones first."""
    data = tomllib.loads((HERE / "sentences.toml").read_text(encoding="utf-8"))
    return tuple(
        Sentence(half, kind, text, entry.get("category"))
        for group in ("restrictive", "harmless")
        for kind, entry in data[group].items()
        for half in HALVES
        for text in entry[half]
    )


def by_others() -> tuple[Sentence, ...]:
    """Return the sentences by other writers, of the halves `OTHERS`."""
    with (HERE / "by_others.tsv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Sentence(row["half"], row["kind"], row["sentence"], _category(row["category"]))
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        )


def _category(said: str) -> str | None:
    return None if said == "-" else said


def bases() -> tuple[Base, ...]:
    """Return the licences whose texts are there."""
    return tuple(base for base in BASES if base.path.is_file())


def insert(text: str, base: Base, place: str, sentence: str) -> str:
    """Put a sentence into a licence.

    `start` and `end` are paragraphs of their own, so is `middle`, before the disclaimer; `sentence`
    goes on behind the last condition, `item` makes it one more condition.
    """
    wrapped = textwrap.fill(sentence, 72)
    if place == "start":
        return f"{wrapped}\n\n{text}"
    if place == "end":
        return f"{text.rstrip()}\n\n{wrapped}\n"
    behind = text.index(base.condition) + len(base.condition)
    if place == "sentence":
        return f"{text[:behind]} {sentence}{text[behind:]}"
    if place == "item":
        return f"{text[:behind]}\n\n{_item(text, behind, base, sentence)}{text[behind:]}"
    before = [found.end() for found in _BREAK.finditer(text, 0, text.index(base.disclaimer))][-1]
    return f"{text[:before]}{wrapped}\n\n{text[before:]}"


def _item(text: str, behind: int, base: Base, sentence: str) -> str:
    """Return a sentence as an item, as far in as the paragraph before it."""
    start = max((found.end() for found in _BREAK.finditer(text, 0, behind)), default=0)
    indent = " " * (len(text[start:]) - len(text[start:].lstrip(" ")))
    return textwrap.fill(
        f"{base.marker}{sentence}",
        76,
        initial_indent=indent,
        subsequent_indent=indent + " " * len(base.marker),
    )


def sampled(
    chosen: Iterable[Sentence], *, samples: int | None
) -> Iterator[tuple[Sentence, Base, str]]:
    """Yield where each sentence is put: everywhere, or in `samples` places taken in turn."""
    grid = [(base, place) for base in bases() for place in PLACES]
    step = 7 if len(grid) % 7 else 11
    at = 0
    for sentence in chosen:
        for _ in range(len(grid) if samples is None else samples):
            at = (at + (1 if samples is None else step)) % len(grid)
            yield sentence, *grid[at]


def measure(
    chosen: Iterable[Sentence], judge: Judge, *, samples: int | None = None
) -> tuple[Outcome, ...]:
    """Judge the licences with each sentence put in."""
    texts = {base: base.path.read_text(encoding="utf-8") for base in bases()}
    plain = {base: judge(text) for base, text in texts.items()}
    return tuple(
        Outcome(
            sentence,
            base,
            place,
            sentence.category or plain[base],
            judge(insert(texts[base], base, place, sentence.text)),
        )
        for sentence, base, place in sampled(chosen, samples=samples)
    )


def share(outcomes: Iterable[Outcome]) -> float:
    """Return the share of right answers."""
    found = [outcome.right for outcome in outcomes]
    return sum(found) / len(found)


def groups(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], list[Outcome]]:
    """Return the outcomes by `restrictive` or `harmless`, and half."""
    found: dict[tuple[str, str], list[Outcome]] = {}
    for each in outcomes:
        name = "harmless" if each.sentence.category is None else "restrictive"
        found.setdefault((name, each.sentence.half), []).append(each)
    return found


def table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield the lines of a table: right answers in percent by kind and half."""
    outcomes = tuple(outcomes)
    shown = [n for n in HALVES + OTHERS if any(row.sentence.half == n for row in outcomes)]
    yield f"{'kind':48}{''.join(f'{name:>8}' for name in shown)}"
    for name, rows in _rows(outcomes):
        halves = [[row for row in rows if row.sentence.half == half] for half in shown]
        cells = (f"{100 * share(half):8.1f}" if half else f"{'-':>8}" for half in halves)
        yield f"{name:48}{''.join(cells)}"


def _rows(outcomes: tuple[Outcome, ...]) -> Iterator[tuple[str, list[Outcome]]]:
    for harmless in (False, True):
        group = [row for row in outcomes if (row.sentence.category is None) == harmless]
        for kind in dict.fromkeys(row.sentence.kind for row in group):
            yield f"  {kind}", [row for row in group if row.sentence.kind == kind]
        if group:
            yield "harmless" if harmless else "restrictive", group


def wrong(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield a line for each sentence that was read wrongly somewhere: how often, as what."""
    by_sentence: dict[Sentence, list[Outcome]] = {}
    for outcome in outcomes:
        by_sentence.setdefault(outcome.sentence, []).append(outcome)
    for sentence, rows in by_sentence.items():
        failed = [row for row in rows if not row.right]
        if failed:
            answers = Counter(row.found for row in failed).most_common()
            said = ", ".join(f"{name} {count}" for name, count in answers)
            yield f"{len(failed):3}/{len(rows)} {sentence.kind}: {sentence.text} -> {said}"


def whole(text: str) -> str:
    """Answer as `openclause analyze` does."""
    from openclause import analyze

    return analyze(f"{text}\n", known_answers=False).openness.category


def rules_alone(text: str) -> str:
    """Answer by the rules, without a model."""
    from openclause.openness import decide
    from openclause.reading import read

    return decide(read(text), text=text).category


def main() -> None:
    """Print the table, and with `--wrong` what was read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES + OTHERS)
    parser.add_argument("--kind")
    parser.add_argument("--samples", type=int, help="places for each sentence; default all")
    parser.add_argument("--rules", action="store_true", help="by the rules alone")
    parser.add_argument(
        "--wrong", action="store_true", help="list wrong answers, but for check and fresh"
    )
    options = parser.parse_args()
    chosen = [
        sentence
        for sentence in sentences() + by_others()
        if options.half in (None, sentence.half) and options.kind in (None, sentence.kind)
    ]
    judge = rules_alone if options.rules else whole
    outcomes = measure(chosen, judge, samples=options.samples)
    lines = [*table(outcomes)]
    if options.wrong:
        lines += wrong(row for row in outcomes if row.sentence.half in ("dev", "seen"))
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
