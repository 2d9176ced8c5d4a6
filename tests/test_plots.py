from __future__ import annotations

from xml.etree import ElementTree

from openclause.evaluation import Guess, category_scores
from openclause.plots import confusion, reliability
from openclause.taxonomy import categories

SPACE = "{http://www.w3.org/2000/svg}"
TRUTH = ["permissive"] * 6 + ["proprietary"] * 4
GUESSES = [Guess("permissive", 0.9)] * 5 + [Guess("proprietary", 0.55)] * 5
SCORES = category_scores(TRUTH, GUESSES)


def test_each_bin_is_a_dot_at_its_confidence_and_accuracy():
    picture = ElementTree.fromstring(reliability(SCORES, "a < b"))
    dots = picture.findall(f"{SPACE}circle")
    assert len(dots) == len(SCORES.reliability) == 2
    sure, unsure = sorted(dots, key=lambda dot: -float(dot.get("cx")))
    assert float(sure.get("cy")) < float(unsure.get("cy")), "all sure answers are right: higher"
    assert picture.find(f"{SPACE}title").text == "a < b"


def test_each_count_stands_in_its_cell():
    picture = ElementTree.fromstring(confusion(SCORES, "title"))
    cells = picture.findall(f"{SPACE}rect")[1:]
    assert len(cells) == len(categories()) ** 2
    said = [each.text for each in picture.findall(f"{SPACE}text")]
    assert {"5", "1", "4"} <= set(said)
    for number, name in enumerate(categories()):
        assert f"{name} {number}" in said
    width, height = float(picture.get("width")), float(picture.get("height"))
    for each in picture.findall(f"{SPACE}text"):
        assert 0 <= float(each.get("x")) <= width
        assert 0 <= float(each.get("y")) <= height


def test_the_same_scores_give_the_same_picture():
    assert reliability(SCORES, "x") == reliability(SCORES, "x")
    assert len(confusion(SCORES, "x")) < 20_000
