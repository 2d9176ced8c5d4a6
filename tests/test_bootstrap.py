from __future__ import annotations

import numpy as np
import pytest

from openclause.bootstrap import difference, share

ONES = [1.0] * 200
FAMILIES = [f"family-{n}" for n in range(200)]
RIGHT = [float(n % 4 != 0) for n in range(200)]


def test_a_share_lies_within_its_interval_and_the_interval_is_that_of_theory():
    found = share(RIGHT, ONES, FAMILIES)
    assert found.value == 0.75
    spread = 1.96 * np.sqrt(0.75 * 0.25 / 200)
    assert found.low == pytest.approx(0.75 - spread, abs=0.015)
    assert found.high == pytest.approx(0.75 + spread, abs=0.015)


def test_texts_of_a_family_count_as_one_draw():
    """Two hundred texts in ten families are no surer than ten."""
    few = [f"family-{n // 20}" for n in range(200)]
    right = [float(n // 20 % 2) for n in range(200)]
    wide, narrow = share(right, ONES, few), share(right, ONES, FAMILIES)
    assert wide.value == narrow.value == 0.5
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_the_same_answers_do_not_differ():
    found = difference("figure", (RIGHT, ONES), (RIGHT, ONES), FAMILIES)
    assert (found.gain.low, found.gain.value, found.gain.high) == (0.0, 0.0, 0.0)
    assert not found.worse


@pytest.mark.parametrize(("lost", "worse"), [(1, False), (2, False), (20, True)])
def test_worse_is_what_chance_does_not_explain(lost, worse):
    second = list(RIGHT)
    for place in range(1, 4 * lost, 4):
        second[place] = 0.0
    found = difference("figure", (RIGHT, ONES), (second, ONES), FAMILIES)
    assert found.gain.value == pytest.approx(-lost / 200)
    assert found.worse is worse
    assert not difference("figure", (second, ONES), (RIGHT, ONES), FAMILIES).worse


def test_nothing_is_no_difference():
    found = difference("figure", ([], []), ([], []), [])
    assert (found.documents, found.families, found.gain.value) == (0, 0, 0.0)
    assert not found.worse


def test_the_same_draw_each_time():
    assert share(RIGHT, ONES, FAMILIES) == share(RIGHT, ONES, FAMILIES)
