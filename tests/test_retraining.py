"""Training again: several corpora, the model that is there, lessons, and what may go wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from itertools import starmap
from pathlib import Path

import msgspec
import numpy as np
import pytest
from small_corpus import licenses, write
from typer.testing import CliRunner

from openclause import category_training, training
from openclause.analysis import load_model
from openclause.bootstrap import Difference
from openclause.cli import app
from openclause.corpora import load_all
from openclause.corpus import ClauseLabel, load, read_records, text_path, write_record
from openclause.errors import DataError, ModelError
from openclause.heldout import load_heldout
from openclause.lessons import keep, recall
from openclause.modelfile import find_folder, read_manifest, read_part
from openclause.negatives import Negative
from openclause.succession import WorseModelError, refuse_worse
from openclause.training import train

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    prose = [Negative(f"source {n}", f"boats and birds number {n} met at sea") for n in range(10)]
    monkeypatch.setattr(category_training, "N_BUCKETS", 512)
    monkeypatch.setattr(category_training, "answers", starmap)
    monkeypatch.setattr(training, "negatives", lambda: tuple(prose))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def corpus(tmp_path):
    return write(tmp_path / "licenses")


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def change(folder, key, **changes):
    (record,) = [one for one in read_records(folder) if one.key == key]
    write_record(msgspec.structs.replace(record, **changes), folder)


def annotate(folder):
    """Give each text one label, its first line but one, and each tenth a wrong one."""
    for number, document in enumerate(load(folder)):
        start = document.text.index("\n\n") + 2
        end = document.text.index("\n", start)
        term, modality = ("use", "permission") if number % 10 else ("audit", "obligation")
        label = ClauseLabel(start, end, term, modality, "recipient", True)
        write_record(msgspec.structs.replace(document.record, clauses=(label,)), folder)


def move(source, target, key):
    """Move a license from one corpus to another."""
    (target / "texts").mkdir(parents=True, exist_ok=True)
    (source / f"{key}.toml").rename(target / f"{key}.toml")
    text_path(source, key).rename(text_path(target, key))


# Several corpora


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
    from openclause.corpus import digest

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


# Bad input: each one clear line that names file and key


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


def test_a_corpus_of_no_checkout_needs_a_place_to_write(run, corpus):
    result = run("train", "--corpus", corpus)
    assert result.exit_code == 2
    assert "--out" in result.stderr


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["train", "--corpus", str(ROOT / "corpora" / "licenses")]),
        (["--corpus", "mine"], ["train", "--corpus", "mine"]),
        (["--corpus=mine", "--force"], ["train", "--corpus=mine", "--force"]),
    ],
)
def test_train_py_is_the_command_on_its_own_checkout(given, expected):
    spec = spec_from_file_location("train_script", ROOT / "train.py")
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.arguments(given) == expected


# The model that is there


def test_answers_on_held_out_families_are_kept(corpus, tmp_path):
    annotate(corpus)
    outcome = train(corpus, tmp_path / "models")
    kept = load_heldout(tmp_path / "models")
    records = {int(one.sha256[:16], 16): one for one in read_records(corpus)}
    assert kept.keys() == records.keys()
    right = [row.prior == records[text].category for text, row in kept.items()]
    assert np.mean(right) == pytest.approx(outcome.scores.category.folds.accuracy)
    verdicts = [row.verdict == records[text].category for text, row in kept.items()]
    assert np.mean(verdicts) == pytest.approx(outcome.scores.verdicts.accuracy)
    assert sum(row.labelled for row in kept.values()) == len(records)


def test_the_same_corpus_again_is_neither_better_nor_worse(corpus, tmp_path):
    annotate(corpus)
    assert train(corpus, tmp_path / "models").differences == ()
    again = train(corpus, tmp_path / "models").differences
    assert [one.figure for one in again] == [
        "verdicts right",
        "clause F1",
        "categories by words alone",
    ]
    assert {(one.gain.low, one.gain.high) for one in again} == {(0.0, 0.0)}
    assert {one.documents for one in again} == {len(read_records(corpus))}


def spoil_labels(folder):
    """Swap the categories of half of the records for those of others: noise to learn from."""
    records = read_records(folder)
    for one, other in zip(records[::2], reversed(records[::2]), strict=True):
        change(folder, one.key, category=other.category)


def worse_model(folder, tmp_path):
    """Train a good model; then make the way of learning a bad one."""
    out = tmp_path / "models"
    train(write(folder, each=12), out)
    return out


def test_a_worse_model_is_refused_with_numbers_unless_forced(run, tmp_path, monkeypatch):
    folder = tmp_path / "licenses"
    out = worse_model(folder, tmp_path)
    before = contents(out)
    monkeypatch.setattr(category_training, "N_BUCKETS", 1)
    result = run("train", "--corpus", folder, "--out", out, "--quiet")
    assert result.exit_code == 1
    (line,) = result.stderr.strip().splitlines()
    assert "is worse, so the old one stays: categories by words alone 0." in line
    assert "--force" in line
    assert contents(out) == before
    assert run("train", "--corpus", folder, "--out", out, "--force").exit_code == 0
    assert contents(out) != before


def test_other_labels_judge_both_models(tmp_path):
    """A corrected label is no fault of the new model: both are judged by it."""
    folder = write(tmp_path / "licenses")
    train(folder, tmp_path / "models")
    spoil_labels(folder)
    (found,) = train(folder, tmp_path / "models", force=True).differences
    old = load_heldout(tmp_path / "models")
    assert found.documents == len(old)
    assert found.first.value < 0.9


def test_a_model_that_never_saw_a_text_is_asked_for_its_answer(tmp_path):
    folder = write(tmp_path / "licenses", each=4)
    train(folder, tmp_path / "models")
    other = write(tmp_path / "other", each=6)
    known = {record.sha256 for record in read_records(folder)}
    annotate(other)
    figures = {one.figure: one for one in train(other, tmp_path / "models", force=True).differences}
    fresh = sum(record.sha256 not in known for record in read_records(other))
    assert fresh > 0
    assert figures["verdicts right"].documents == fresh
    assert figures["categories by words alone"].documents > fresh


def test_a_model_without_kept_answers_is_replaced_and_said_so(corpus, tmp_path, monkeypatch):
    train(corpus, tmp_path / "models")
    monkeypatch.setattr("openclause.succession.load_heldout", lambda folder: None)
    told = []
    assert train(corpus, tmp_path / "models", progress=told.append).differences == ()
    assert any("nothing to compare with" in words for words in told)


def test_what_counts_as_worse_names_its_numbers(tmp_path):
    from openclause.bootstrap import Interval

    one = Interval(0.7, 0.6, 0.8)
    worse = Difference("clause F1", 9, 3, one, one, Interval(-0.02, -0.03, -0.01))
    with pytest.raises(WorseModelError, match=r"-0\.030 to -0\.010 on 9 documents of 3 families"):
        refuse_worse([worse], tmp_path)
    refuse_worse([msgspec.structs.replace(worse, gain=Interval(-0.02, -0.05, 0.0))], tmp_path)


# Lessons


@pytest.fixture
def annotated(corpus):
    annotate(corpus)
    return corpus


def test_a_kept_lesson_gives_the_same_bytes(annotated, tmp_path):
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "first", lessons=lessons)
    told = []
    train(annotated, tmp_path / "second", lessons=lessons, progress=told.append)
    train(annotated, tmp_path / "anew")
    assert any("lesson is kept" in words for words in told)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert contents(tmp_path / "first") == contents(tmp_path / "anew")


def test_a_license_without_clauses_needs_no_new_lesson(annotated, tmp_path):
    key = read_records(annotated)[0].key
    change(annotated, key, clauses=None)
    whole = tmp_path / "whole"
    move(annotated, whole, key)
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "before", lessons=lessons)
    told = []
    folders = [annotated, whole]
    train(folders, tmp_path / "quick", lessons=lessons, progress=told.append)
    train(folders, tmp_path / "anew")
    assert any("lesson is kept" in words for words in told)
    assert contents(tmp_path / "quick") == contents(tmp_path / "anew")
    assert contents(tmp_path / "quick") != contents(tmp_path / "before")


@pytest.mark.parametrize("field", ["clauses", "text"])
def test_what_has_changed_is_learnt_anew(annotated, tmp_path, field):
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "first", lessons=lessons)
    key = read_records(annotated)[0].key
    if field == "clauses":
        change(annotated, key, clauses=())
    else:
        text = text_path(annotated, key).read_text() + "More."
        from openclause.corpus import digest

        text_path(annotated, key).write_text(text)
        change(annotated, key, chars=len(text), sha256=digest(text.encode()))
    told = []
    train(annotated, tmp_path / "second", lessons=lessons, progress=told.append, force=True)
    assert not any("lesson is kept" in words for words in told)


def test_a_damaged_lesson_is_learnt_anew(annotated, tmp_path):
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "first", lessons=lessons)
    (path,) = lessons.iterdir()
    data = path.read_bytes()
    random = np.random.default_rng(3)
    for _ in range(50):
        spoilt = bytearray(data)
        spoilt[random.integers(len(data))] ^= 1 << random.integers(8)
        path.write_bytes(spoilt)
        assert recall(lessons, path.stem) is None
    path.write_bytes(data[:-1])
    assert recall(lessons, path.stem) is None


def test_few_lessons_are_kept(annotated, tmp_path):
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "first", lessons=lessons)
    lesson = recall(lessons, next(lessons.iterdir()).stem)
    for number in range(9):
        keep(lessons, f"{number:064}", lesson)
    assert len(list(lessons.iterdir())) == 4
    keep(tmp_path / "first" / "model.json", "0" * 64, lesson)  # no folder: nothing is kept


def test_a_flipped_byte_anywhere_in_a_model_is_one_line(annotated, tmp_path):
    """Three hundred flips: nothing that answers depend on is loaded after it has changed."""
    out = tmp_path / "models"
    train(annotated, out)
    random = np.random.default_rng(5)
    files = [name for name in read_manifest(out).files if not name.startswith("heldout")]
    for name in random.choice(files, 300):
        data = (out / name).read_bytes()
        spoilt = bytearray(data)
        spoilt[random.integers(len(data))] ^= 1 << random.integers(8)
        (out / name).write_bytes(spoilt)
        with pytest.raises(ModelError) as caught:
            load_model.__wrapped__(out)
        assert str(caught.value).startswith(f"{out / name}: has changed since it was made")
        assert str(caught.value).isprintable()
        (out / name).write_bytes(data)
    assert load_model.__wrapped__(out).category.labels


# Stopped runs


@pytest.mark.parametrize("seconds", [0.5, 2.0, 3.0, 3.5])
def test_a_killed_run_leaves_the_old_model(tmp_path, seconds):
    """Wherever training is killed, the old model or the new one is there, whole."""
    folder, out = write(tmp_path / "licenses"), tmp_path / "models"
    train(folder, out)
    versions = read_manifest(out).corpus_sha256
    change(folder, next(iter(licenses())), name="Another")
    command = [sys.executable, "-m", "openclause", "train", "--corpus", folder, "--out", out]
    process = subprocess.Popen([*map(str, command), "--force", "--anew", "--quiet"])
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    there = find_folder(out)
    for part in ("category", "clauses", "identity", "heldout"):
        read_part(there, part)
    if process.returncode == -signal.SIGKILL and seconds < 1:
        assert read_manifest(there).corpus_sha256 == versions
