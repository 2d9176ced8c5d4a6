import subprocess
import sys
from math import log, sqrt
from time import perf_counter
from zlib import crc32

import numpy as np
import pytest

from openclause.classifier import (
    LinearModel,
    category_probabilities,
    hash_document,
    hashed_rows,
    load_linear_model,
    model_part,
)
from openclause.errors import ModelError
from openclause.modelfile import Part, write_model

LABELS = ("a", "b", "c")


def model(link="softmax", temperature=1.0, n_buckets=64):
    random = np.random.default_rng(0)
    return LinearModel(
        labels=LABELS,
        weights=random.normal(size=(n_buckets, 3)).astype(np.float16).astype(np.float32),
        bias=np.array([0.5, -0.25, 0.0], np.float32),
        link=link,
        temperature=temperature,
    )


def chances(toy, rows):
    hashes = [[crc32(feature.encode("utf-8", "replace")) for feature in row] for row in rows]
    return toy.probabilities([np.array(row, np.uint32) for row in hashes])


def save(folder, *parts):
    write_model(folder, parts, versions={}, corpus_sha256="0" * 64, card="")
    return folder


def test_a_value_is_one_plus_the_logarithm_of_the_count_scaled_to_length_one():
    rows = hashed_rows([np.array([3, 3, 3, 5], np.uint32)], n_buckets=8)
    length = sqrt((1 + log(3)) ** 2 + 1)
    assert rows.buckets.tolist() == [3, 5]
    assert rows.values == pytest.approx([(1 + log(3)) / length, 1 / length])
    assert rows.starts.tolist() == [0, 2]


def test_hashes_share_a_bucket_by_their_remainder():
    rows = hashed_rows([np.array([1, 9, 17], np.uint32)], n_buckets=8)
    assert rows.buckets.tolist() == [1]


def test_empty_rows_keep_their_places():
    empty, one = np.empty(0, np.uint32), np.array([4], np.uint32)
    rows = hashed_rows([empty, one, empty, one, empty], n_buckets=8)
    assert rows.starts.tolist() == [0, 0, 1, 1, 2, 2]


def test_no_rows_give_no_probabilities():
    assert chances(model(), []).shape == (0, 3)


def test_probabilities_are_those_of_the_weighted_sums():
    toy = model()
    features = ["may", "not", "may"]
    value = np.zeros(64)
    for name, count in (("may", 2), ("not", 1)):
        value[crc32(name.encode()) % 64] += 1 + log(count)
    value /= np.linalg.norm(value)
    powers = np.exp(value @ toy.weights + toy.bias)
    assert chances(toy, [features])[0] == pytest.approx(powers / powers.sum(), abs=1e-6)


def test_softmax_labels_exclude_each_other_and_sigmoid_labels_do_not():
    features = [["use"], ["sell", "copies"], []]
    assert chances(model("softmax"), features).sum(axis=1) == pytest.approx([1, 1, 1])
    toy = model("sigmoid")
    found = chances(toy, features)
    assert found.shape == (3, 3)
    assert found[2] == pytest.approx(1 / (1 + np.exp(-toy.bias)))


def test_a_higher_temperature_makes_less_sure():
    features = [["use", "sell"]]
    sure, unsure = (chances(model(temperature=t), features) for t in (0.5, 5.0))
    assert sure.max() > unsure.max()
    assert sure.argmax() == unsure.argmax()


def test_a_row_is_judged_the_same_alone_and_among_others():
    features = [["use"], [], ["sell", "copies", "use"], ["may", "not"] * 50]
    together = chances(model(), features)
    for row, alone in zip(together, features, strict=True):
        np.testing.assert_array_equal(row, chances(model(), [alone])[0])


def test_many_rows_are_judged_in_turns():
    features = [["use"] * (number % 3) + ["sell"] * (number % 2) for number in range(700)]
    together = chances(model(), features)
    np.testing.assert_array_equal(together[6:], together[:-6])


def test_huge_scores_are_no_overflow():
    toy = model("sigmoid", temperature=1e-6)
    with np.errstate(all="raise"):
        assert np.isfinite(chances(toy, [["use"], ["sell"]])).all()


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "한국어", "a", "?!"])
def test_odd_texts_have_probabilities_too(text):
    assert category_probabilities([text], model())[0].sum() == pytest.approx(1)
    assert chances(model(), [[text]])[0].sum() == pytest.approx(1)


def test_layout_case_and_quotes_change_no_feature():
    plain = hash_document('The "Software" may not be sold; see section 3.')
    other = hash_document("THE “SOFTWARE”  MAY\n * NOT BE SOLD; SEE SECTION 3.")
    np.testing.assert_array_equal(plain, other)


def test_a_documents_features_are_its_words_and_pairs():
    assert len(hash_document("may not be sold")) == 4 + 3
    may_not, not_may = hash_document("may not"), hash_document("not may")
    assert may_not[2] != not_may[2]


@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
def test_a_model_is_read_as_it_was_written(tmp_path, link):
    toy = model(link, temperature=1.25)
    again = load_linear_model(save(tmp_path / "models", model_part(toy, "toy")), name="toy")
    features = [["use", "sell"], ["copy"]]
    assert (again.labels, again.link, again.temperature) == (LABELS, link, 1.25)
    np.testing.assert_array_equal(chances(again, features), chances(toy, features))


@pytest.mark.parametrize(
    ("settings", "arrays"),
    [
        ({"labels": ["a", "b"]}, {}),
        ({"labels": []}, {}),
        ({"temperature": 0.0}, {}),
        ({"temperature": 1e-300}, {}),
        ({"temperature": 1e300}, {}),
        ({}, {"weights": np.full((4, 3), 1e300)}),
        ({}, {"weights": np.ones((4, 3), np.int64)}),
        ({}, {"bias": np.full(3, np.inf, np.float32)}),
        ({}, {"bias": np.ones((3, 1), np.float32)}),
        ({}, {"weights": np.zeros((0, 3), np.float16)}),
        ({}, {"weights": np.zeros(3, np.float16)}),
        ({}, {"weights": np.full((4, 3), np.nan, np.float16)}),
        ({}, {"bias": np.zeros(2, np.float32)}),
    ],
)
def test_a_model_that_does_not_fit_together_is_an_error(tmp_path, settings, arrays):
    part = model_part(model(), "toy")
    broken = Part("toy", part.settings | settings, part.arrays | arrays)
    with pytest.raises(ModelError, match="does not fit together"):
        load_linear_model(save(tmp_path / "models", broken), name="toy")


@pytest.mark.parametrize("settings", [{"link": "eval"}, {"labels": 3}, {"code": "x"}, {}])
def test_wrong_settings_are_an_error(tmp_path, settings):
    part = model_part(model(), "toy")
    whole = part.settings | settings if settings else {}
    with pytest.raises(ModelError, match="incomplete"):
        load_linear_model(save(tmp_path / "models", Part("toy", whole, part.arrays)), name="toy")


def test_importing_loads_neither_scikit_learn_nor_spacy():
    code = (
        "import sys, openclause.classifier; print(*{'sklearn', 'scipy', 'spacy'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_ten_kilobytes_take_a_few_milliseconds():
    toy = model(n_buckets=3 * 2**14)
    text = "The licensee may not sell copies of the software, nor train models on it. " * 135
    times = []
    for _ in range(20):
        start = perf_counter()
        category_probabilities([text], toy)
        times.append(perf_counter() - start)
    assert min(times) < 0.02
