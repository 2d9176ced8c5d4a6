"""Drills planted into written licenses: where they are set, and what is told of them."""

import pytest

from openclause.clause_examples import DRILL
from openclause.drills import Drill
from openclause.planting import exercises, hosts, planted_examples
from openclause.written import COLUMNS, read_written

ROWS = (
    ("title", "permissive", "-", "Kite licence"),
    ("heading", "", "-", "Kite licence"),
    ("paragraph", "permission/use", "1", "You may fly the kite."),
    ("paragraph", "", "-", "You must:"),
    ("item", "obligation/attribution", "-", "(a) thank us; and"),
    ("item", "obligation/include-notice", "-", "(b) show the tag."),
    ("paragraph", "obligation/warranty-disclaimer", "-", "There is no warranty for the kite."),
    ("title", "proprietary", "-", "Lamp licence"),
    ("paragraph", "", "-", "The lamp is ours."),
)
SELL = Drill(frozenset({"prohibition/sell"}), "source-available", "", "You may not sell it.")
NOTHING = Drill(frozenset(), "-", "", "Kites are red.")
LED = Drill(frozenset({"prohibition/sell"}), "", "You may not:", "sell it;")


@pytest.fixture
def written(tmp_path):
    lines = ["\t".join(COLUMNS), *("\t".join(row) for row in ROWS)]
    (tmp_path / "toy.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_written(tmp_path)


def units(example):
    text = example.reading.text
    return {
        " ".join(text[unit.start : unit.whole].split()): (set(labels), makes)
        for unit, labels, makes in zip(
            example.reading.outline.units, example.labels, example.makes, strict=True
        )
    }


def test_only_licenses_that_limit_nothing_are_planted_into(written):
    assert [each.record.name for each in hosts(written)] == ["Kite licence"]


def test_drills_keep_their_labels_and_licenses_theirs(written):
    (example,) = planted_examples([SELL, NOTHING, SELL], hosts(written))
    assert example.reading.text == (
        "Kite licence\n\nYou may fly the kite.\n\nYou may not sell it.\n\nYou must:\n"
        "   (a) thank us; and\n   (b) show the tag.\n   (b) Kites are red.\n\n"
        "There is no warranty for the kite.\n\nYou may not sell it."
    )
    found = units(example)
    assert found["You may not sell it."] == ({"prohibition/sell"}, "source-available")
    assert found["Kites are red."] == (set(), "-")
    assert found["show the tag."] == ({"obligation/include-notice"}, None)
    assert found["You may fly the kite."] == ({"permission/use"}, None)
    assert example.fold == DRILL


def test_licenses_are_gone_through_until_all_drills_are_planted(written):
    planted = list(planted_examples([SELL] * 7, hosts(written)))
    sold = [example.reading.text.count("sell it.") for example in planted]
    assert sold == [3, 3, 1]


def test_without_licenses_nothing_is_planted():
    assert list(planted_examples([SELL], [])) == []


def test_exercises_are_licenses_and_drills_every_second_one_planted_the_others_alone(written):
    made = exercises([SELL, NOTHING, LED], written)
    texts = [example.reading.text for example in made]
    assert texts[:2] == [NOTHING.text, LED.text]
    assert "You may not sell it." in texts[2]
    assert "Kites are red." not in texts[2]
    assert texts[3:] == [each.text for each in written]


def test_where_nothing_can_be_planted_all_drills_stand_alone():
    texts = [example.reading.text for example in exercises([SELL, NOTHING], [])]
    assert texts == [SELL.text, NOTHING.text]
