"""How well known licenses are named when their copies are changed, and near misses told.

Run `python benchmarks/identity.py` in a checkout whose texts are there; `--write` puts the tables
into docs/identity.md, `--rebuild` makes the index anew instead of reading the model's. Texts are
those with an SPDX identifier. What is cut off counts as named rightly, too, if all that is left
stands in the license that was named: nobody could tell.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from near_misses import NearMiss, near_misses, told, word_anywhere
from perturbations import PERTURBATIONS, SAME_WORDS, perturbed
from tables import markdown, write_between

from openclause.corpus import Record, default_folder, read_records, read_texts, text_path
from openclause.documents import read_bytes
from openclause.identity import Index, Known, Match, build_index, identify, load_index
from openclause.wording import document_words, normal_form

PAGE = Path(__file__).resolve().parents[1] / "docs" / "identity.md"
# These may be the very words of the license, as far as a reader of files can tell.
MAY_BE_EXACT = (*SAME_WORDS, "HTML page")
_NEAR = {"word": "one word changed", "added": "a sentence put in", "missing": "one left out"}
_WARM = 3


class Row(NamedTuple):
    """What became of the copies of a perturbation; `wrong` tells what was named wrongly.

    `alike` counts those taken for right because all that is left stands in the license named.
    """

    name: str
    texts: int
    right: int
    exact: int
    false_exact: int
    ms: float
    wrong: tuple[str, ...]
    alike: int = 0


def licenses(folder: Path) -> tuple[list[tuple[Record, str]], dict[str, str]]:
    """Return the licenses with an SPDX identifier, and the texts of all licenses by key."""
    records = read_records(folder)
    texts = read_texts(folder, records)
    some = [(each, texts[each.key]) for each in records if each.spdx_id and each.key in texts]
    return some, texts


def words_of(texts: dict[str, str]) -> dict[str, bytes]:
    """Return the words of licenses by key, so that a part of them can be looked for."""
    return {key: b" %b " % normal_form(text) for key, text in texts.items()}


def rebuilt(folder: Path) -> Index:
    """Return an index of all texts that are there and have a name."""
    there = [each for each in read_records(folder) if text_path(folder, each.key).exists()]
    records = [each for each in there if not each.unnamed]
    texts = read_texts(folder, records)
    known = [Known(each.key, each.spdx_id, each.name, each.category) for each in records]
    return build_index(known, [texts[each.key] for each in records])


def processor_ms(act: Callable[[], object]) -> float:
    """Return the processor time of an act in milliseconds."""
    start = time.process_time()
    act()
    return 1000 * (time.process_time() - start)


def measure(
    name: str, some: Sequence[tuple[Record, str]], words: dict[str, bytes], index: Index
) -> Row:
    """Name the copies that a perturbation makes."""
    right = exact = false_exact = alike = 0
    wrong, took = [], 0.0
    for record, text in some:
        copy = perturbed(text, name, record.key)
        said = read_bytes(copy.data, path=copy.name).text
        found: list[Match] = []
        took += processor_ms(lambda said=said, found=found: found.extend(identify(said, index)))
        best = found[0] if found else None
        named = best is not None and best.spdx_id == record.spdx_id
        if best and not named and name.startswith("first"):
            named = b" %b " % normal_form(said) in words[best.id]
            alike += named
        right += named
        if not named:
            wrong.append(f"{record.key} as {best.id if best else 'nothing'}")
        if best and best.exact:
            exact += 1
            changed = name not in MAY_BE_EXACT and said != text
            false_exact += changed or not named
    return Row(name, len(some), right, exact, false_exact, took / len(some), tuple(wrong), alike)


def perturbation_rows(rows: Sequence[Row]) -> Iterator[list[str]]:
    """Yield the figures of each perturbation, and of all."""
    for row in [*rows, _sum(rows)]:
        share = f"{100 * row.right / row.texts:.2f}"
        counts = [str(row.texts), share, str(row.exact), str(row.false_exact)]
        yield [row.name, *counts, f"{row.ms:.1f}"]


def _sum(rows: Sequence[Row]) -> Row:
    texts = sum(row.texts for row in rows)
    return Row(
        "all",
        texts,
        sum(row.right for row in rows),
        sum(row.exact for row in rows),
        sum(row.false_exact for row in rows),
        sum(row.ms * row.texts for row in rows) / texts,
        (),
    )


def near_rows(
    some: Sequence[tuple[Record, str]], texts: dict[str, str], index: Index
) -> tuple[list[list[str]], list[str]]:
    """Return the figures of near misses by kind, and what was told wrongly."""
    words, counts = words_of(texts), dict[str, list[int]]()
    wrong = []
    for record, text in some:
        for name, miss in _misses(record, text):
            found = identify(miss.text, index)
            exact = any(match.exact for match in found)
            if exact and b" %b " % normal_form(miss.text) == words.get(found[0].id):
                continue  # with that change it is another license, word by word
            right = bool(found) and told(miss, found[0], texts[found[0].id])
            row = counts.setdefault(name, [0, 0, 0])
            row[0] += 1
            row[1] += exact
            row[2] += right
            if exact or not right:
                wrong.append(f"{record.key}: {name}")
    rows = [
        [name, str(n), str(exact), f"{100 * right / n:.2f}"]
        for name, (n, exact, right) in counts.items()
    ]
    return rows, wrong


def _misses(record: Record, text: str) -> Iterator[tuple[str, NearMiss]]:
    for miss in near_misses(text, record.key):
        yield _NEAR[miss.what], miss
    known = Known(record.key, record.spdx_id, record.name, record.category)
    anywhere = word_anywhere(text, known, record.key)
    if anywhere:
        yield "one word of any sentence changed", anywhere


def speed(some: Sequence[tuple[Record, str]], index: Index) -> float:
    """Return the processor time of naming 10 KB of texts near known ones, warm, in ms."""
    texts = [f"{text}\nRead it twice.\n" for _, text in some]

    def all_of_them() -> None:
        for text in texts:
            document_words.cache_clear()
            identify(text, index)

    all_of_them()
    return min(processor_ms(all_of_them) for _ in range(_WARM)) * 10_000 / sum(map(len, texts))


def main() -> None:
    """Print all tables; with `--write` put them into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each n-th license")
    parser.add_argument("--rebuild", action="store_true", help="make the index anew")
    parser.add_argument("--model", type=Path, help="a model folder; by default the package's")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    options = parser.parse_args()
    some, texts = licenses(default_folder())
    words = words_of(texts)
    some = some[:: options.every]
    index = rebuilt(default_folder()) if options.rebuild else load_index(options.model)
    rows = []
    for name in PERTURBATIONS:
        sys.stderr.write(f"{name}\n")
        rows.append(measure(name, some, words, index))
    near, wrong = near_rows(some, texts, index)
    head = ["copy", "texts", "named rightly, %", "exact", "falsely exact", "processor ms a file"]
    lines = [*markdown(head, perturbation_rows(rows)), ""]
    lines += markdown(["near miss", "texts", "exact", "told rightly, %"], near)
    kinds = sum(len(row.wrong) for row in rows)
    lines += ["", f"Naming 10 KB near a known text takes {speed(some[::12], index):.1f} ms of the "]
    lines[-1] += (
        f"processor, warm. Named wrongly: {kinds}, told wrongly: {len(wrong)}. Of what was "
    )
    lines[-1] += (
        f"cut off, {sum(row.alike for row in rows)} texts were named as another license in "
    )
    lines[-1] += "which all that was left stands word for word, which counts as right."
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    for row in rows:
        sys.stderr.write("".join(f"{row.name}: {each}\n" for each in row.wrong))
    sys.stderr.write("".join(f"near miss {each}\n" for each in wrong))
    if options.write:
        write_between(PAGE, "identity", text)


if __name__ == "__main__":
    main()
