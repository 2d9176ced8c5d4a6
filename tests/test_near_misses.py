"""What the benchmark of identity takes for a near miss, and for one that is told rightly."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from near_misses import NearMiss, near_misses, told, word_anywhere

from openclause.deviations import Deviation
from openclause.identity import Known, Match, build_index, identify
from openclause.wording import normal_form

TOY = """Toy Open License

Copyright (c) 1999 Roe Toys, Inc. All rights reserved.

You may use and change this toy for any purpose at all. Copies of it must keep this notice in the
box. Whoever sells copies must either a) name the carver in print, or b) pay the carver a coin.
The name of the carver may not promote other toys. Ask Roe Toys, Inc. Any toy has an owner, cf. Any
list of owners that was printed. The toy may break; Whoever breaks it has to pay for a new one.
The wheels of it are made of good wood only.

The toy is given to you as it is in the shop.
"""
KNOWN = Known("toy", "Toy", "Toy Open License", "permissive")
INDEX = build_index([KNOWN], [TOY])


def missed(what: str, old: str, new: str) -> NearMiss:
    start = TOY.index(old)
    changed, was = (start, start + len(new)), (start, start + len(old))
    return NearMiss(what, TOY.replace(old, new, 1), changed, was)  # type: ignore[arg-type]


def best(miss: NearMiss) -> Match:
    return identify(miss.text, INDEX)[0]


def test_each_kind_is_yielded_and_told() -> None:
    kinds = set()
    for seed in range(40):
        for miss in near_misses(TOY, str(seed)):
            kinds.add(miss.what)
            assert told(miss, best(miss), TOY), miss
    assert kinds == {"word", "added", "missing"}


def test_what_is_left_out_is_a_whole_sentence() -> None:
    """One that begins behind a semicolon, a company or an abbreviation is only part of one."""
    left = [TOY[slice(*m.was)] for n in range(60) for m in near_misses(TOY, str(n))]
    whole = {each for each in left if each.endswith(".")}
    assert any(each.startswith("Copies of it") for each in whole)
    assert not any(each.startswith(("Any", "Whoever breaks")) for each in whole)


def test_a_sentence_that_holds_items_is_told_by_all_of_them() -> None:
    old = (
        "Whoever sells copies must either a) name the carver in print, or b) pay the carver a coin."
    )
    miss = missed("missing", old, "")
    assert [each.kind for each in best(miss).deviations] == ["missing", "missing"]
    assert told(miss, best(miss), TOY)
    assert not told(miss, replace(best(miss), deviations=best(miss).deviations[:1]), TOY)


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("word", "any purpose", "no purpose"),
        ("missing", "The wheels of it are made of good wood only.", ""),
    ],
)
def test_another_number_another_place_and_more_are_told_wrongly(
    what: str, old: str, new: str
) -> None:
    miss = missed(what, old, new)
    match = best(miss)
    assert told(miss, match, TOY)
    (missing,) = [each for each in match.deviations if each.kind == "missing"]
    rest = [each for each in match.deviations if each is not missing]
    wrong = [
        [replace(missing, text="sentence 2 of 10")],
        [replace(missing, start=len(TOY) - 9, end=len(TOY) - 9)],
        [missing, Deviation(0, 16, "added", TOY[:16])],
        [],
    ]
    for each in wrong:
        assert not told(miss, replace(match, deviations=(*rest, *each)), TOY), each


def test_too_much_and_too_little_of_what_was_added_are_told_wrongly() -> None:
    for miss in near_misses(TOY, "toy"):
        if miss.what == "added":
            (one,) = best(miss).deviations
            for start, end in ((one.start, one.end - 9), (one.start - 9, one.end)):
                other = Deviation(start, end, "added", miss.text[start:end])
                assert not told(miss, replace(best(miss), deviations=(other,)), TOY)


def test_a_word_of_any_sentence_is_none_of_a_title_or_a_holder() -> None:
    changed = set()
    for seed in range(200):
        miss = word_anywhere(TOY, KNOWN, str(seed))
        assert miss is not None
        assert normal_form(miss.text) != normal_form(TOY)
        assert not best(miss).exact
        changed.add(TOY[slice(*miss.was)].strip())
    assert {"You", "wheels", "only", "shop"} <= changed
    assert not {"License", "Copyright", "reserved"} & changed


def test_a_text_of_titles_has_no_near_misses() -> None:
    assert word_anywhere("Toy Open License\n", KNOWN, "a") is None
    assert not list(near_misses("Toy Open License\n", "a"))
