from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclause.emphasis import emphasis, plainly_counted


def without(text: str) -> str:
    signs = list(text)
    for start, end in emphasis(text):
        signs[start:end] = " " * (end - start)
    return "".join(signs)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("may **not** sell", "may   not   sell"),
        ("_it_ and ***they***.", " it  and    they   ."),
        ("see a_b_c, 5 * 3, ____", "see a_b_c, 5 * 3, ____"),
        (r"\(a\) 2\. \\n", r" (a ) 2 . \\n"),
    ],
)
def test_signs_at_the_edge_of_words_are_emphasis(text: str, plain: str) -> None:
    assert without(text) == plain


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        (r"\(a\) sell", " (a)  sell"),
        ("**(a)** sell *it*", "  (a)   sell *it*"),
        ("f(x)*y and (b)", "f(x)*y and (b)"),
    ],
)
def test_items_are_counted_whatever_is_emphasized(line: str, plain: str) -> None:
    assert plainly_counted(line) == plain


@given(st.text(alphabet="a (*_\\).\n", max_size=60))
def test_offsets_hold_and_ranges_stay_apart(text: str) -> None:
    spans = sorted(emphasis(text))
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))
    assert len(plainly_counted(text)) == len(text)
