"""How well lists hang together: three things that are so in nearly every list, counted over texts.

Run `python benchmarks/lists.py` in a checkout whose texts are there; it takes half a minute. Nobody
labelled trees; but an item hangs where the item before it hangs, if it counts on from that, the
first item behind a colon hangs on what ends in it, and 3.1.2 stands under 3.1 where there is one.
What differs is quoted with `--show N`; some of it is right as it is.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from openclause.blocks import Block, read_blocks
from openclause.corpus import default_folder, load
from openclause.lines import read_lines
from openclause.markers import counts_on, outer_numbers

# An item counts on from one that is no more blocks before it, in the section of one so near.
_NEAR, _SECTION = 40, 60


class Case(NamedTuple):
    """A block of a text, what was asked of it, and whether it is so."""

    asked: str
    fits: bool
    words: str


def cases(text: str) -> Iterator[Case]:
    """Yield what is asked of each block of a text."""
    blocks = read_blocks(text, read_lines(text))
    for number, block in enumerate(blocks):
        words = f"{block.marker} {' '.join(text[block.start : block.end].split())[:80]}"
        for asked, expected in _expected(text, blocks, number):
            yield Case(asked, expected in (block.parent, *_above(blocks, block, asked)), words)


def _expected(text: str, blocks: Sequence[Block], number: int) -> Iterator[tuple[str, int]]:
    block = blocks[number]
    if block.kind != "item":
        return
    before = _before(blocks, number)
    if before is not None:
        yield "counts on", blocks[before].parent
    last = blocks[number - 1] if number else None
    if last and last.kind != "heading" and text[last.end - 1] == ":":
        yield "behind a colon", number - 1
    for at in range(number - 1, max(-1, number - _SECTION), -1):
        outer = outer_numbers(block.marker)
        if outer and blocks[at].marker.strip("().") == outer:
            yield "under its outer number", at
            return


def _before(blocks: Sequence[Block], number: int) -> int | None:
    """Return the item that a block's marker counts on, if no heading stands between."""
    for at in range(number - 1, max(-1, number - _NEAR), -1):
        if blocks[at].kind == "heading":
            return None
        if blocks[at].kind == "item" and counts_on(blocks[at].marker, blocks[number].marker):
            return at
    return None


def _above(blocks: Sequence[Block], block: Block, asked: str) -> Iterator[int]:
    """Yield all that a block stands under, where that is what is asked."""
    while asked == "under its outer number" and block.parent >= 0:
        yield block.parent
        block = blocks[block.parent]


def main() -> None:
    """Print how often each is so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0, help="quote so many that differ")
    options = parser.parse_args()
    texts = [document.text for document in load(Path(default_folder()))]
    found = [case for text in texts for case in cases(text)]
    for asked in dict.fromkeys(case.asked for case in found):
        own = [case for case in found if case.asked == asked]
        wrong = [case for case in own if not case.fits]
        sys.stdout.write(f"{asked}: {len(own)}, elsewhere {len(wrong)}\n")
        for case in random.Random(0).sample(wrong, min(options.show, len(wrong))):
            sys.stdout.write(f"    {case.words}\n")


if __name__ == "__main__":
    main()
