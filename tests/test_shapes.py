import numpy as np
import pytest

from openclause.shapes import Shape, refuse_misfits

SHAPES = {
    "hashes": Shape("u4", ("rows",), order="rising"),
    "owners": Shape("u2", ("rows",), below="known"),
    "places": Shape("u2", ("rows",), order="sorted"),
    "weights": Shape("f", ("rows", 2)),
}
ARRAYS = {
    "hashes": np.array([2, 3, 2**32 - 1], np.uint32),
    "owners": np.array([0, 4, 0], np.uint16),
    "places": np.array([0, 4, 4], np.uint16),
    "weights": np.array([[0, 1], [-2, 3], [999_999, 5]], np.float32),
}


def held(**changes):
    refuse_misfits(ARRAYS | changes, SHAPES, {"known": 5})


def test_arrays_that_fit_are_let_through():
    held()
    held(weights=ARRAYS["weights"].astype(np.float64))
    held(weights=np.full((3, 2), np.finfo(np.float16).max, np.float16))
    held(**{name: array[:0] for name, array in ARRAYS.items()})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("hashes", ARRAYS["hashes"].astype(np.int64), "of the kind int64"),
        ("weights", np.ones((3, 2), np.int8), "of the kind int8"),
        ("hashes", np.uint32([[2], [3], [4]]), r"of the shape \(3, 1\)"),
        ("hashes", np.array(3, np.uint32), r"of the shape \(\)"),
        ("owners", np.zeros(2, np.uint16), r"of the shape \(2,\)"),
        ("weights", np.ones((3, 3)), r"of the shape \(3, 3\)"),
        ("weights", np.ones((2, 3)), r"of the shape \(2, 3\)"),
        ("owners", np.uint16([0, 5, 0]), "out of its table"),
        ("hashes", np.uint32([2, 2, 3]), "in no order"),
        ("places", np.uint16([4, 3, 5]), "in no order"),
        *(
            ("weights", np.array([[0, 0], [0, odd], [0, 0]], kind), "no ordinary number")
            for kind, odd in [
                *[(np.float16, odd) for odd in (np.nan, np.inf, -np.inf)],
                *[(np.float32, odd) for odd in (np.nan, np.inf, -np.inf, 1e6, -1e30)],
                (np.float64, 1e300),
            ]
        ),
    ],
)
def test_what_is_otherwise_is_named(name, value, said):
    with pytest.raises(ValueError, match=f"^array {name} .*{said}"):
        held(**{name: value})


def test_a_missing_array_is_named():
    with pytest.raises(KeyError, match="hashes"):
        refuse_misfits({}, SHAPES, {"known": 5})
