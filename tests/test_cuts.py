"""Limits have clear answers: warnings say what was cut, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time

import pytest

from openclause.analysis import analyze
from openclause.clauses import items_under
from openclause.messages import translated
from openclause.segmentation import segment
from openclause.sentences import LONGEST, endless

ROOT = Path(__file__).parents[1]
SAID = "You may copy it. You may not sell it.\n\n"


def test_a_sentence_that_is_cut_is_warned_of():
    found = analyze(SAID + "You may use it and you must not lend it, " * 1_000)
    (warning,) = found.warnings
    assert warning == (
        f"no sentence ends within 20000 characters from character {len(SAID)} on; "
        "it is read in pieces"
    )
    assert translated(warning, "ko").startswith(f"{len(SAID)}번째 글자부터 20000자")
    assert "sell" in [clause.term for clause in found.clauses]


@pytest.mark.parametrize(
    "text",
    [
        SAID * 1_000,
        "You may not:\n" + "".join(f"  ({n % 90}) sell thing {n};\n" for n in range(2_000)),
        "word " * (LONGEST // 5 - 1),
        "One paragraph\n\n" * 4_000,
        "You may copy it! “You may change it.” (You may use it?) " * 1_000,
    ],
    ids=["sentences", "items", "short", "paragraphs", "closed"],
)
def test_what_is_not_cut_is_not_warned_of(text):
    assert endless(text) is None


@pytest.mark.parametrize("before", ["", SAID])
def test_where_an_endless_sentence_begins(before):
    assert endless(before + "word " * LONGEST) == len(before)


def test_lists_a_thousand_deep_are_read():
    text = "You may not:\n" + "".join(f"{' ' * n}- do this:\n" for n in range(1_000))
    found = analyze(text + " " * 1_000 + "- You may not sell the work.\n")
    assert all(text.startswith(each.text, each.start) for each in found.clauses[:-1])
    assert found.clauses[-1].text.endswith("sell the work.")
    assert found.clauses[-1].modality == "prohibition"


def test_lists_within_lists_of_a_sentence_are_quoted_a_few_times_each():
    text = "• You may not sell: • it " * 2_000
    found = analyze(text)
    assert {clause.term for clause in found.clauses} >= {"sell"}
    assert all(text[clause.start : clause.end] == clause.text for clause in found.clauses)
    assert sum(len(clause.text) for clause in found.clauses) < 10 * len(text)


def test_what_is_read_as_spaces_is_warned_of():
    found = analyze("You may copy it.\n\0You may not\0sell it.")
    assert found.warnings[0].startswith("2 NUL characters are read as spaces")
    assert translated(found.warnings[0], "ko").startswith("NUL 문자 2개")


def test_each_line_of_the_threat_model_names_tests_that_there_are():
    page = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "attempt" not in line]
    assert len(rows) > 30
    for row in rows:
        named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", row)
        assert named, row
        for file, test in named:
            assert f"\ndef {test}(" in (ROOT / "tests" / file).read_text("utf-8"), (file, test)


@pytest.mark.parametrize(
    "said",
    [
        "You may do the following:\n(a) sell it;\n(b) copy it;\n",
        "Copies are permitted provided that the following is met:\n\n",
    ],
)
def test_what_leads_in_what_leads_in_takes_time_in_proportion(said):
    """A square would take sixty-four times as long."""

    def cost(count):
        begin = process_time()
        outline = segment(said * count)
        for number in range(len(outline.units)):
            items_under(outline, number)
        return process_time() - begin

    cost(100)
    assert cost(16_000) < 16 * cost(2_000)
