"""Training again beside the model that is there: better, worse, stopped or spoilt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import msgspec
import numpy as np
import pytest
from small_corpus import licenses, write
from small_training import annotate, change, contents, corpus, run, small

from openclause import category_training
from openclause.analysis import load_model
from openclause.bootstrap import Difference
from openclause.corpus import read_records
from openclause.errors import ModelError
from openclause.heldout import load_heldout
from openclause.modelfile import find_folder, read_manifest, read_part
from openclause.succession import WorseModelError, refuse_worse
from openclause.training import train

ROOT = Path(__file__).resolve().parent.parent

__all__ = ["corpus", "run", "small"]


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


def test_a_flipped_byte_anywhere_in_a_model_is_one_line(corpus, tmp_path):
    """Three hundred flips: nothing that answers depend on is loaded after it has changed."""
    out = tmp_path / "models"
    annotate(corpus)
    train(corpus, out)
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
