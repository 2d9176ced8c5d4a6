"""Several corpora learnt from as one, and what may be wrong with any of them."""

from __future__ import annotations

import msgspec
import pytest
from small_corpus import write
from small_training import change, contents, corpus, move, run, small

from openclause.corpora import load_all
from openclause.corpus import ClauseLabel, digest, read_records, text_path, write_record
from openclause.errors import DataError
from openclause.training import train

__all__ = ["corpus", "run", "small"]


def test_two_folders_are_learnt_from_as_one(corpus, tmp_path):
    train(corpus, tmp_path / "whole")
    key = read_records(corpus)[3].key
    move(corpus, tmp_path / "mine", key)
    train([corpus, tmp_path / "mine"], tmp_path / "parts")
    assert contents(tmp_path / "whole") == contents(tmp_path / "parts")


def test_a_near_text_of_another_folder_joins_the_family_and_is_not_learnt_from_in_test(
    corpus, tmp_path
):
    key = read_records(corpus)[3].key
    change(corpus, key, split="test")
    mine = tmp_path / "mine"
    move(write(tmp_path / "again"), mine, key)
    text = text_path(mine, key).read_text() + "And so on.\n"
    text_path(mine, key).rename(text_path(mine, "near"))
    text_path(mine, "near").write_text(text)
    (mine / f"{key}.toml").rename(mine / "near.toml")
    page = (mine / "near.toml").read_text().replace(f'key = "{key}"', 'key = "near"')
    (mine / "near.toml").write_text(page)
    label = ClauseLabel(0, 9, "use", "permission", "recipient", True)
    sums = {"sha256": digest(text.encode()), "chars": len(text)}
    change(mine, "near", **sums, clauses=(label,), family="near")
    (near,) = [one.record for one in load_all([corpus, mine]) if one.record.key == "near"]
    assert (near.family, near.split, near.clauses) == (key, "test", None)


def test_a_key_in_two_folders_is_one_line(corpus, tmp_path):
    again = write(tmp_path / "again")
    with pytest.raises(DataError, match=r"again/.*\.toml \[key\]: is used in another corpus"):
        load_all([corpus, again])


def test_a_text_in_two_folders_is_one_line(corpus, tmp_path):
    mine = write(tmp_path / "mine")
    for record in read_records(mine)[1:]:
        (mine / f"{record.key}.toml").unlink()
    (record,) = read_records(mine)
    text_path(mine, record.key).rename(text_path(mine, "own"))
    (mine / f"{record.key}.toml").unlink()
    write_record(msgspec.structs.replace(record, key="own"), mine)
    with pytest.raises(DataError, match=rf"own\.toml \[sha256\]: is the text of '{record.key}'"):
        load_all([corpus, mine])


def edit(old, new):
    def spoil(folder, key):
        path = folder / f"{key}.toml"
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    return spoil


def too_long(folder, key):
    label = ClauseLabel(0, 99_999, "use", "permission", "recipient", True)
    change(folder, key, clauses=(label,))


def changed(folder, key):
    text_path(folder, key).write_text("Another text.")


def twice(folder, key):
    (folder / "copy.toml").write_bytes((folder / f"{key}.toml").read_bytes())


def emptied(folder, key):
    for path in folder.glob("*.toml"):
        path.unlink()


def one_family(folder, key):
    for record in read_records(folder):
        change(folder, record.key, family=key, split="train")


def nameless(folder, key):
    for record in read_records(folder):
        change(folder, record.key, unnamed=True)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (twice, "copy.toml [key]: is "),
        (edit('category = "', 'category = "free'), "{key}.toml [category]: 'free"),
        (too_long, "{key}.toml [clauses 0]: [0, 99999) is no span of"),
        (changed, "{key}.toml [sha256]: the text has changed"),
        (emptied, "no records (*.toml) in this folder"),
        (one_family, "[family]: two families at least are needed"),
        (nameless, "[unnamed]: no text has a name to be known by"),
        (edit("chars = ", "chairs = "), "{key}.toml: Object contains unknown field `chairs`"),
    ],
)
def test_bad_input_is_one_line_and_leaves_the_model(run, corpus, tmp_path, spoil, said):
    out = tmp_path / "models"
    out.mkdir()
    key = read_records(corpus)[0].key
    spoil(corpus, key)
    result = run("train", "--corpus", corpus, "--out", out, "--quiet")
    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    assert said.format(key=key) in line
    assert str(corpus) in line
    assert not list(out.iterdir())


def test_a_category_with_one_example_is_told_and_learnt(run, corpus, tmp_path):
    key = read_records(corpus)[0].key
    change(corpus, key, category="public-domain")
    result = run("train", "--corpus", corpus, "--out", tmp_path / "models")
    assert result.exit_code == 0
    (line,) = [line for line in result.stderr.splitlines() if "warning" in line]
    assert f"{key}.toml [category]: is the only 'public-domain'" in line
