"""Odd and huge texts: the work grows with their length and no faster, counted in calls."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

import pytest

from openclause.fingerprints import sentences
from openclause.identity import Index, Known, build_index, identify
from openclause.sketches import rows_of, shingles_of, sketched
from openclause.wording import document_words

LICENSE = """Toy Open License

Permission is granted to use, copy and change this toy for any purpose. Copies of the toy keep this
notice and the list of those who carved it. The name of the carver may not be used to promote toys.

The toy is provided as is. In no event shall the carver be liable for any damages that arise from
playing with it, from losing it, or from its wheels.
"""
_SAID = "toy wheel cart copy sell use may not the of and license (c) copyright 1999 v. 2.0"
WORDS = _SAID.split()


@pytest.fixture(scope="module")
def index() -> Index:
    return build_index([Known("toy", "Toy", "Toy Open License", "permissive")], [LICENSE])


def words(n: int, between: str) -> str:
    dice = random.Random(n)
    return between.join(dice.choice(WORDS) for _ in range(n))


def bytes_as_text(n: int) -> str:
    return random.Random(n).randbytes(n).decode("latin-1")


SHAPES: dict[str, Callable[[int], str]] = {
    "one line": lambda n: words(n, " "),
    "short lines": lambda n: words(n, "\n"),
    "random bytes": lambda n: bytes_as_text(8 * n),
    "a license over and over": lambda n: LICENSE * (n // 60),
    "dots": lambda n: "a. " * n,
    "copyright signs": lambda n: "copyright (c) " * n,
    "open brackets": lambda n: "((1) " * n,
}


def calls(act: Callable[[], object]) -> int:
    """Count the calls of functions, built-in ones too, that an act makes."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_takes_four_times_the_calls_at_most(shape, index):
    small, large = SHAPES[shape](1_500), SHAPES[shape](6_000)
    identify(small, index)
    few = calls(lambda: identify(small + " end", index))
    many = calls(lambda: identify(large, index))
    assert many <= 4.6 * few + 200


@pytest.mark.parametrize("shape", SHAPES)
def test_odd_texts_give_sentences_that_hold(shape):
    text = SHAPES[shape](600)
    assert all(text[s.start : s.end].strip() for s in sentences(text))


def test_a_license_repeated_is_near_and_says_so_once(index):
    (best,) = identify(LICENSE * 50, index)
    assert (best.id, best.exact) == ("toy", False)
    assert best.deviations == ()


def test_random_bytes_are_no_license(index):
    assert identify(bytes_as_text(20_000), index) == ()


def test_a_hash_that_very_many_licenses_hold_is_passed_over():
    one = shingles_of(document_words(LICENSE)[1])
    sketches = sketched([one] * 40)
    rows, asked = rows_of(one, sketches.shingles, most=39)
    assert not len(rows)
    assert not len(asked)
    rows, asked = rows_of(one, sketches.shingles, most=40)
    assert len(rows) == len(asked) == 40 * len(one)
