from itertools import starmap
from pathlib import Path

import numpy as np
import pytest
from builders import labelled

from openclause import category_training, training
from openclause.category_training import (
    Example,
    balanced_weights,
    calibrate,
    category_pipeline,
    exported,
    fit_linear,
)
from openclause.classifier import category_probabilities, load_linear_model
from openclause.corpus import write_record
from openclause.errors import DataError, ModelError
from openclause.identity import identify, load_index
from openclause.modelfile import CARD, read_manifest
from openclause.negatives import Negative
from openclause.taxonomy import categories
from openclause.training import rewrapped, train, with_other_word
from openclause.wording import word_hashes

ROOT = Path(__file__).resolve().parent.parent
WORDS = {
    "permissive": "permission is granted to use copy modify and sell {} with this notice kept",
    "strong-copyleft": "you must license all derived works of {} as a whole under these terms",
    "proprietary": "you may not copy reverse engineer lend or disclose {} without consent",
}


@pytest.fixture
def small(monkeypatch):
    """Make training quick: few buckets, few documents that are no license."""
    prose = [Negative(f"source {n}", f"boats and birds number {n} met at sea") for n in range(10)]
    monkeypatch.setattr(category_training, "N_BUCKETS", 512)
    monkeypatch.setattr(category_training, "answers", starmap)
    monkeypatch.setattr(training, "negatives", lambda: tuple(prose))


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "licenses"
    (folder / "texts").mkdir(parents=True)
    for category, words in WORDS.items():
        for number in range(8):
            add(folder, f"{category}-{number}", words.format(f"toy {number}"), category)
    return folder


def add(folder, key, text, category):
    split = "test" if key.endswith("-7") else "train"
    write_record(labelled(text, key=key, category=category, split=split).record, folder)
    (folder / "texts" / f"{key}.txt").write_text(text)


def examples(texts=WORDS, n=6):
    return [
        Example(word_hashes(words.format(number).encode().split()), category, 1.0, number % 3)
        for category, words in texts.items()
        for number in range(n)
    ]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("n_classes", [2, 3])
def test_serving_equals_what_was_trained(small, n_classes):
    known = examples(dict(list(WORDS.items())[:n_classes]))
    hashes = [example.hashes for example in known]
    pipeline = category_pipeline().fit(hashes, [example.category for example in known])
    model = exported(pipeline, labels=tuple(pipeline.classes_))
    served = model.probabilities(hashes)
    np.testing.assert_allclose(served, pipeline.predict_proba(hashes), atol=1e-3)


def test_a_label_that_was_never_seen_has_no_chance(small):
    model = fit_linear(examples(), labels=tuple(categories()))
    given = model.probabilities([examples()[0].hashes])[0]
    assert given.sum() == pytest.approx(1)
    for name, chance in zip(model.labels, given, strict=True):
        assert (chance > 1e-4) == (name in WORDS), name


def test_rare_categories_weigh_more_but_less_than_evenly():
    kinds = ["a"] * 9 + ["b"]
    weights = balanced_weights([Example(np.empty(0, np.uint32), kind, 1.0, 0) for kind in kinds])
    assert weights[9] / weights[0] == pytest.approx(3)


def test_an_examples_own_weight_counts():
    pair = [Example(np.empty(0, np.uint32), "a", weight, 0) for weight in (1.0, 0.25)]
    weights = balanced_weights(pair)
    assert weights[1] / weights[0] == pytest.approx(0.25)


def test_calibration_finds_the_temperature_of_scores_that_are_too_sure():
    random = np.random.default_rng(0)
    scores = random.normal(size=(4000, 3)) * 2
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    columns = [random.choice(3, p=row) for row in chances]
    assert calibrate((scores * 3).astype(np.float32), columns) == pytest.approx(3, rel=0.1)


def test_training_writes_models_that_answer(small, corpus, tmp_path):
    scores = train(corpus, tmp_path / "models").scores
    assert scores.category.folds.documents == 21
    assert scores.category.folds.accuracy > 0.9
    assert scores.category.test.documents == 3
    assert scores.category.negatives_found > 0.9
    assert scores.category.licenses_lost == 0.0
    assert (scores.identity.rewrapped_exact, scores.identity.changed_exact) == (1.0, 0.0)
    model = load_linear_model(tmp_path / "models")
    given = category_probabilities(["you may not lend or disclose it"], model)[0]
    assert model.labels[int(given.argmax())] == "proprietary"
    index = load_index(tmp_path / "models")
    assert identify(WORDS["permissive"].format("toy 3"), index)[0].id == "permissive-3"


def test_training_twice_gives_the_same_bytes(small, corpus, tmp_path):
    for name in ("a", "b"):
        train(corpus, tmp_path / name)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_the_test_split_is_not_learnt_from(small, corpus, tmp_path):
    train(corpus, tmp_path / "a")
    add(corpus, "permissive-7", "boats lend birds permission to disclose the sea", "permissive")
    train(corpus, tmp_path / "b")
    before, after = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert before["category.weights.npy"] == after["category.weights.npy"]
    assert before["category.json"] == after["category.json"]
    assert before["identity.digests.npy"] != after["identity.digests.npy"]


def test_the_manifest_tells_versions_and_corpus(small, corpus, tmp_path):
    train(corpus, tmp_path / "models")
    manifest = read_manifest(tmp_path / "models")
    assert {"openclause", "python", "numpy", "scikit-learn"} == manifest.versions.keys()
    add(corpus, "another", WORDS["permissive"].format("ball"), "permissive")
    train(corpus, tmp_path / "models")
    assert read_manifest(tmp_path / "models").corpus_sha256 != manifest.corpus_sha256


def test_the_card_shows_data_scores_and_limits(small, corpus, tmp_path):
    scores = train(corpus, tmp_path / "models").scores
    card = (tmp_path / "models" / CARD).read_text("utf-8")
    assert read_manifest(tmp_path / "models").corpus_sha256 in card
    assert f"{scores.category.folds.accuracy:.3f}" in card
    for part in ("## Data", "## Limits", "### On the test split", "ECE", "true \\ given"):
        assert part in card
    for name in categories():
        assert f"`{name}`" in card


def test_progress_is_told_in_order(small, corpus, tmp_path):
    steps = []
    train(corpus, tmp_path / "models", progress=steps.append)
    assert steps[0].startswith("reading")
    assert steps[-1].startswith("writing")


def test_nothing_is_printed(small, corpus, tmp_path, capsys):
    train(corpus, tmp_path / "models")
    assert capsys.readouterr() == ("", "")


def test_without_a_test_split_there_is_no_test_score(small, corpus, tmp_path):
    for path in corpus.glob("*-7.toml"):
        path.unlink()
    assert train(corpus, tmp_path / "models").scores.category.test is None


def test_an_empty_corpus_is_an_error(tmp_path):
    (tmp_path / "licenses").mkdir()
    with pytest.raises(DataError, match="no records"):
        train(tmp_path / "licenses", tmp_path / "models")


def test_a_missing_text_is_an_error(small, corpus, tmp_path):
    (corpus / "texts" / "permissive-0.txt").unlink()
    with pytest.raises(DataError, match=r"permissive-0\.txt is missing"):
        train(corpus, tmp_path / "models")


def test_a_folder_with_other_files_is_not_replaced(small, corpus, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "thesis.txt").touch()
    with pytest.raises(ModelError, match=r"thesis\.txt"):
        train(corpus, tmp_path / "models")


def test_changing_a_text_keeps_or_breaks_its_words():
    text = "One two three\nfour five.\n\nSix seven."
    assert rewrapped(text) == "One two three four five.\n\nSix seven."
    assert with_other_word(text) == "One two three\nzebra five.\n\nSix seven."


@pytest.mark.slow
def test_the_corpus_trains_to_the_floors(tmp_path):
    if not (ROOT / "corpora" / "licenses" / "texts").is_dir():
        pytest.skip("texts are not fetched")
    scores = train(ROOT / "corpora" / "licenses", tmp_path / "models").scores
    assert scores.category.folds.accuracy > 0.68
    assert scores.category.folds.macro_f1 > 0.50
    assert scores.category.folds.openness_accuracy > 0.80
    assert scores.category.folds.calibration_error < 0.05
    assert scores.category.negatives_found > 0.97
    assert scores.category.licenses_lost < 0.02
    assert scores.identity.rewrapped_exact > 0.98
    assert scores.identity.changed_exact < 0.02
    assert scores.identity.changed_first > 0.95
    parts = {"category": 1_000_000, "identity": 1_000_000}
    for part, most in parts.items():
        files = (tmp_path / "models").glob(f"{part}.*")
        assert sum(path.stat().st_size for path in files) <= most
