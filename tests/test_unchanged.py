from __future__ import annotations

import pytest

from openclause.segmentation import segment
from openclause.unchanged import is_within, units_to_read

ACTS = "You may copy it. You may sell it."
TEXT = f"""{ACTS}

You must not:

1. rent it;
2. lend it.
"""


def ranges(*said: str) -> list[tuple[int, int]]:
    return [(TEXT.index(each), TEXT.index(each) + len(each)) for each in said]


@pytest.mark.parametrize(
    ("safe", "read"),
    [
        ((ACTS, "You must not:", "1. rent it;\n2. lend it."), ""),
        (("You may copy it.", "You must not:", "1. rent it;\n2. lend it."), "copy sell"),
        ((ACTS, "You must not:", "1. rent it;"), "must rent lend"),
        ((), "copy sell must rent lend"),
    ],
)
def test_units_beyond_what_is_safe_are_read_with_their_neighbours_and_lead_ins(safe, read):
    outline = segment(TEXT)
    found = units_to_read(TEXT, outline, ranges(*safe))
    said = [TEXT[outline.units[number].start : outline.units[number].end] for number in found]
    assert len(said) == len(read.split())
    assert all(any(word in each for each in said) for word in read.split())


def test_white_space_between_unchanged_sentences_counts_as_unchanged():
    safe = [(0, 16), (17, 33)]
    assert is_within(0, 33, safe)
    assert is_within(3, 30, safe)
    assert not is_within(0, 40, safe)
    assert not is_within(0, 3, [])
