from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from records import GRANT, clauses

from openclause.calibration import fit_confidence, settled, write_confidence
from openclause.confidence import (
    Calibration,
    Calibrations,
    Signs,
    calibrations,
    chance,
    read_signs,
)
from openclause.openness import decide, signs_of

TEXT = "You may use, modify and distribute it. You may not sell it. Resale is prohibited."


def signs(**said: float) -> Signs:
    return Signs(**dict.fromkeys(Signs.__struct_fields__, 0.0) | said)


def test_signs_tell_what_speaks_for_a_verdict() -> None:
    said = read_signs(
        "permissive",
        0.5,
        prior={"permissive": 0.5, "proprietary": 0.4},
        silent=True,
        doubts=False,
    )
    assert (said.share, said.prior, said.agrees, said.silent, said.doubts) == (0, 0, 1, 1, 0)
    assert (said.open, said.open_ish) == (1, 0)


def test_certainty_has_limits() -> None:
    for share in (0.0, 1.0):
        said = read_signs("proprietary", share, prior=None, silent=False, doubts=False)
        assert abs(said.share) == 5
        assert (said.prior, said.agrees) == (0, 0)


def test_more_weight_and_an_agreeing_prior_make_surer() -> None:
    for with_prior in (True, False):
        assert chance(signs(share=3), with_prior=with_prior) > chance(
            signs(share=-1), with_prior=with_prior
        )
    assert chance(signs(agrees=1, prior=2), with_prior=True) > chance(signs(), with_prior=True)


def test_the_weights_that_are_carried_are_whole() -> None:
    known = calibrations()
    assert set(known.with_prior.weights) == set(known.alone.weights) == set(Signs.__struct_fields__)


def test_the_signs_of_a_verdict_make_its_confidence() -> None:
    said = clauses(*GRANT)
    category, found = signs_of(said, text=TEXT)
    answer = decide(said, text=TEXT)
    assert answer.category == category
    assert answer.confidence == pytest.approx(chance(found, with_prior=False), abs=1e-3)


def test_fitting_learns_how_often_verdicts_are_right() -> None:
    many = [signs(share=1.0), signs(share=-1.0)] * 100
    right = [number % 2 == 0 or number % 8 == 1 for number in range(200)]
    fitted = fit_confidence(many, right)
    assert fitted.chance(signs(share=1.0)) > 0.9
    assert fitted.chance(signs(share=-1.0)) == pytest.approx(0.25, abs=0.1)
    assert fitted.weights["prior"] == 0


def test_a_fit_is_settled_by_verdicts_that_are_right_less_often() -> None:
    fitted = Calibration(2.0, {"share": 1.5})
    many = [signs(share=1.0), signs(share=-1.0)] * 10
    moved = settled(fitted, many, [True, False, True, False, False] * 4)
    assert sum(moved.chance(each) for each in many) / len(many) == pytest.approx(0.4, abs=1e-3)
    assert moved.weights == fitted.weights
    assert moved.bias < fitted.bias


@pytest.mark.parametrize("right", [True, False])
def test_verdicts_that_are_all_alike_settle_nothing(right: bool) -> None:
    fitted = Calibration(2.0, {"share": 1.5})
    assert settled(fitted, [signs(), signs(share=1.0)], [right, right]) == fitted


def test_fitted_weights_are_written_as_they_are_read(tmp_path: Path) -> None:
    import tomllib

    some = Calibrations(
        with_prior=Calibration(0.5, {"share": 1.25, "agrees": -0.5}), alone=Calibration(0.0, {})
    )
    write_confidence(some, tmp_path / "confidence.toml")
    read = tomllib.loads((tmp_path / "confidence.toml").read_text("utf-8"))
    assert msgspec.convert(read, Calibrations) == some
