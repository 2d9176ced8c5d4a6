"""Licenses written for training: how they are set, labelled and refused."""

from pathlib import Path

import pytest

from openclause.clause_examples import DRILL, written_examples
from openclause.errors import DataError
from openclause.reading import label_of
from openclause.written import COLUMNS, read_written

COMMITTED = Path(__file__).parents[1] / "corpora" / "written"
TOY = (
    ("title", "non-commercial", "proprietary", "Kite licence"),
    ("heading", "", "-", "Kite licence"),
    ("paragraph", "permission/use", "1", "1. You may fly the kite."),
    ("sentence", "", "-", "It is red."),
    ("paragraph", "", "-", "You must not:"),
    ("item", "prohibition/sell", "-", "(a) sell it; or"),
    ("subitem", "prohibition/modify", "-", "- cut it."),
    ("line", "", "-", "A. Flyer"),
)


def write(folder, *rows):
    lines = ["\t".join(COLUMNS), *("\t".join(row) for row in rows)]
    (folder / "toy.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_license_is_set_as_one_text(tmp_path):
    (toy,) = read_written(write(tmp_path, *TOY))
    assert toy.text == (
        "Kite licence\n\n1. You may fly the kite. It is red.\n\nYou must not:\n"
        "   (a) sell it; or\n      - cut it.\nA. Flyer"
    )
    assert (toy.record.key, toy.record.category, toy.record.alt) == (
        "toy-1", "non-commercial", "proprietary",
    )  # fmt: skip


def test_labels_are_spans_without_markers(tmp_path):
    (toy,) = read_written(write(tmp_path, *TOY))
    said = {toy.text[c.start : c.end]: label_of(c.term, c.modality) for c in toy.record.clauses}
    assert said == {
        "You may fly the kite.": "permission/use",
        "sell it; or": "prohibition/sell",
        "cut it.": "prohibition/modify",
    }
    assert [c.main for c in toy.record.clauses] == [True, False, False]


def test_each_title_begins_a_license_that_is_in_no_fold(tmp_path):
    toys = read_written(write(tmp_path, *TOY, *TOY))
    assert [toy.record.key for toy in toys] == ["toy-1", "toy-2"]
    assert {example.fold for example in written_examples(toys)} == {DRILL}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("paragraph", "permission/sing", "-", "Sing."), "line 3: unknown label or category"),
        (("title", "cosy", "-", "Toy"), "line 3: unknown label or category 'cosy'"),
        (("title", "", "-", "Toy"), "line 3: unknown label or category"),
        (("verse", "", "-", "Sing."), "line 3: `kind` must be title, heading"),
        (("paragraph", "", "-", " "), "line 3: give kind, labels"),
        (("paragraph", "", "Sing."), "line 3: give kind, labels"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, row, said):
    with pytest.raises(DataError, match=rf"toy\.tsv, {said}"):
        read_written(write(tmp_path, TOY[0], row))


def test_a_file_begins_with_its_columns_and_a_title(tmp_path):
    with pytest.raises(DataError, match="that of the first line `title`"):
        read_written(write(tmp_path, *TOY[1:]))
    (tmp_path / "toy.tsv").write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 1: the columns must be"):
        read_written(tmp_path)


def test_without_a_folder_there_is_nothing(tmp_path):
    assert read_written(tmp_path / "nowhere") == ()


def test_the_committed_ones_are_read_sentence_by_sentence():
    written = read_written(COMMITTED)
    assert len({each.text for each in written}) == len(written) > 1_000
    labelled = sum(len(each.record.clauses) for each in written)
    found = sum(len(unit) for example in written_examples(written[::20]) for unit in example.labels)
    sampled = sum(len(each.record.clauses) for each in written[::20])
    assert labelled > 10_000
    assert found > 0.95 * sampled
