import numpy as np
import pytest

from openclause.clause_model import (
    BLOCK_WEIGHTS,
    CLAUSE_PART,
    ClauseModel,
    Vocabulary,
    clause_model_of,
    clause_part,
    unpacked,
)
from openclause.errors import ModelError
from openclause.features import Cells
from openclause.modelfile import Part, read_part, write_model
from openclause.network import Network

LABELS = ("permission/use", "prohibition/sell")


def cells(*triples):
    rows, ids, blocks = (np.array(column) for column in zip(*triples, strict=True))
    return Cells(rows.astype(np.int64), ids.astype(np.uint32), blocks.astype(np.uint8))


def model():
    vocabulary = Vocabulary(
        np.array([10, 20, 30], np.uint32),
        np.array([1.0, 2.0, 1.0], np.float32),
        np.array([0, 0, 2], np.uint8),
    )
    hidden = np.array([[4.0, 0.0], [0.0, 4.0], [1.0, -1.0]], np.float32)
    output = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], np.float32)
    network = Network(hidden, np.zeros(2, np.float32), output, np.array([-1, -1, 0], np.float32))
    least = np.array([0.4, 0.5], np.float32)
    return ClauseModel(LABELS, ("proprietary",), vocabulary, network, least)


def save(folder, part):
    write_model(folder, [part], versions={}, corpus_sha256="0" * 64, card="")
    return folder


def test_each_block_of_a_row_is_scaled_to_its_own_length():
    rows = model().vocabulary.rows(cells((0, 10, 0), (0, 20, 0), (0, 30, 2)), 1)
    assert rows.buckets.tolist() == [0, 1, 2]
    assert np.hypot(*rows.values[:2]) == pytest.approx(BLOCK_WEIGHTS[0])
    assert rows.values[2] == pytest.approx(BLOCK_WEIGHTS[2])


def test_rarer_and_repeated_features_count_for_more():
    rows = model().vocabulary.rows(cells((0, 10, 0), (0, 10, 0), (0, 20, 0)), 1)
    assert rows.values[1] / rows.values[0] == pytest.approx(2 / (1 + np.log(2)))


def test_unknown_features_and_empty_units_are_passed_over():
    rows = model().vocabulary.rows(cells((1, 99, 0), (2, 20, 0)), 3)
    assert rows.starts.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("known", [[], [0], [2**32 - 1], [0, 1, 2, 3, 2**14, 2**32 - 1]])
def test_features_are_found_where_many_begin_alike_and_at_the_ends(known):
    none = np.zeros(len(known), np.float32) + 1
    vocabulary = Vocabulary(np.array(known, np.uint32), none, none.astype(np.uint8))
    asked = sorted({0, 1, 2, 4, 2**14 - 1, 2**14, 2**14 + 1, 2**32 - 2, 2**32 - 1, *known})
    rows = vocabulary.rows(cells(*((n, id_, 0) for n, id_ in enumerate(asked))), len(asked))
    where = [n for n, id_ in enumerate(asked) if id_ in known]
    assert rows.buckets.tolist() == [known.index(asked[n]) for n in where]
    assert np.flatnonzero(np.diff(rows.starts)).tolist() == where


def test_a_feature_is_known_by_all_its_bits():
    rows = model().vocabulary.rows(cells((0, 11, 0), (0, 20, 0), (1, 2**32 - 1, 0)), 2)
    assert (rows.starts.tolist(), rows.buckets.tolist()) == ([0, 1, 1], [1])


def test_chances_are_those_of_the_weights():
    chances, limits = model().chances(cells((0, 10, 0), (1, 20, 0)), 3)
    assert chances.shape == (3, 2)
    assert limits.shape == (3, 1)
    high, low = 1 / (1 + np.exp(-3)), 1 / (1 + np.exp(1))
    assert chances == pytest.approx(np.array([[high, low], [low, high], [low, low]]), abs=1e-6)
    assert limits[:, 0] == pytest.approx([1 / (1 + np.exp(-4)), 0.5, 0.5], abs=1e-6)


def loaded(folder):
    return clause_model_of(read_part(folder, CLAUSE_PART), folder)


def test_weights_are_stored_in_steps_of_a_byte(tmp_path):
    part = clause_part(model())
    assert part.arrays["hidden"].dtype == np.int8
    again = loaded(save(tmp_path / "models", part))
    assert again.labels == LABELS
    assert again.network.hidden == pytest.approx(model().network.hidden, abs=4 / 127)
    assert np.array_equal(again.network.output, model().network.output)
    assert again.least == pytest.approx([0.4, 0.5])
    assert again.limits == ("proprietary",)


def test_packing_twice_changes_nothing():
    once = unpacked(clause_part(model()))
    twice = unpacked(clause_part(once))
    assert np.array_equal(once.network.hidden, twice.network.hidden)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ids", np.array([10, 10, 30], np.uint32)),
        ("blocks", np.array([0, 0, 9], np.uint8)),
        ("rarity", np.ones(2, np.float16)),
        ("output-bias", np.array([np.nan, 0, 0], np.float32)),
        ("least", np.ones(3, np.float32)),
        ("hidden-bias", np.ones(3, np.float32)),
        ("hidden-bias", np.array(1, np.float32)),
        ("output", np.ones((2, 2), np.float32)),
        ("output", np.full((2, 3), 1e30)),
        ("blocks", np.zeros(3)),
        ("blocks", np.array([0, 0, -1], np.int8)),
        ("ids", np.array([10, 20, 30], np.float64)),
        ("ids", np.array([[10], [20], [30]], np.uint32)),
        ("ids", np.array(10, np.uint32)),
        ("rarity", np.array([1, np.nan, 1], np.float16)),
        ("rarity", np.array([1, -np.inf, 1], np.float32)),
        ("steps", np.full(2, 1e38, np.float32)),
        ("least", np.full(2, np.nan, np.float32)),
        ("hidden", np.ones((3, 2), np.float32)),
    ],
)
def test_a_part_that_does_not_fit_together_is_refused(tmp_path, name, value):
    part = clause_part(model())
    broken = Part(part.name, part.settings, part.arrays | {name: value})
    with pytest.raises(ModelError, match="does not fit together"):
        loaded(save(tmp_path / "models", broken))


def test_a_network_wider_than_any_is_refused(tmp_path):
    """Few bytes of features may have a few million units, and each sentence a number of each."""
    part, width = clause_part(model()), 5000
    wide = {
        "hidden": np.ones((3, width), np.int8),
        "hidden-bias": np.ones(width, np.float16),
        "steps": np.ones(width, np.float16),
        "output": np.ones((width, 3), np.float16),
    }
    with pytest.raises(ModelError, match="5000 hidden units"):
        loaded(save(tmp_path / "models", Part(part.name, part.settings, part.arrays | wide)))


@pytest.mark.parametrize("labels", [[], ["permission/use"] * 2, ["permission/use", "cosy"], ["/"]])
def test_labels_that_are_none_are_refused(tmp_path, labels):
    part = clause_part(model())
    strange = Part(part.name, part.settings | {"labels": labels}, part.arrays)
    with pytest.raises(ModelError, match="does not fit together"):
        loaded(save(tmp_path / "models", strange))


def test_a_part_without_an_array_is_refused(tmp_path):
    part = clause_part(model())
    arrays = {name: array for name, array in part.arrays.items() if name != "steps"}
    with pytest.raises(ModelError, match="incomplete"):
        loaded(save(tmp_path / "models", Part(part.name, part.settings, arrays)))


def test_a_limit_that_is_no_category_is_refused(tmp_path):
    part = clause_part(model())
    strange = Part(part.name, part.settings | {"limits": ["cosy"]}, part.arrays)
    with pytest.raises(ModelError, match="does not fit together"):
        loaded(save(tmp_path / "models", strange))
