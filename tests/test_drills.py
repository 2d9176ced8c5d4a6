from pathlib import Path

import pytest

from openclause.clause_examples import DRILL, drill_examples
from openclause.drills import COLUMNS, Drill, read_drills
from openclause.errors import DataError

COMMITTED = Path(__file__).parents[1] / "corpora" / "drills"


def written(folder, *rows, name="toy.tsv"):
    lines = ["\t".join(COLUMNS), *("\t".join(row) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_drill_is_read_with_its_labels(tmp_path):
    row = ("prohibition/sell obligation/fee", "", "You agree:", "not to sell it, and to pay;")
    (drill,) = read_drills(written(tmp_path, row))
    assert drill.labels == {"prohibition/sell", "obligation/fee"}
    assert (drill.makes, drill.lead, drill.sentence) == row[1:]


def test_a_drill_may_carry_no_clause(tmp_path):
    (drill,) = read_drills(written(tmp_path, ("", "-", "", "We hope that you like it.")))
    assert drill.labels == frozenset()


def test_without_a_folder_there_are_no_drills(tmp_path):
    assert read_drills(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("prohibition/sing", "", "", "No singing."), "toy.tsv, line 2: unknown label"),
        (("prohibition/sell", "cosy", "", "No."), "toy.tsv, line 2: `makes` must be proprietary, "),
        (("", "", "", " "), "toy.tsv, line 2: give labels, makes"),
        (("prohibition/sell", "", "No selling."), "toy.tsv, line 2: give labels, makes"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, row, said):
    with pytest.raises(DataError, match=said):
        read_drills(written(tmp_path, row))


def test_other_columns_are_refused(tmp_path):
    (tmp_path / "toy.tsv").write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"toy\.tsv, line 1"):
        read_drills(tmp_path)


def test_the_labels_are_those_of_the_item_not_of_its_lead_in():
    drill = Drill(frozenset({"prohibition/sell"}), "", "You may not:", "sell copies of it;")
    (example,) = drill_examples([drill])
    assert example.labels == [frozenset(), {"prohibition/sell"}]
    assert example.makes == [None, "source-available"]
    assert example.fold == DRILL


def test_a_drill_of_two_sentences_is_left_out():
    two = Drill(frozenset(), "", "", "It is here. You may use it.")
    assert list(drill_examples([two])) == []


def test_the_committed_drills_are_many_and_unlike_each_other():
    drills = read_drills(COMMITTED)
    assert len(drills) > 2_000
    assert len({" ".join(drill.text.lower().split()) for drill in drills}) == len(drills)
