from __future__ import annotations

import re
from pathlib import Path

import pairs
import pytest
from pairs import (
    PLACES,
    bases,
    by_others,
    groups,
    insert,
    measure,
    rules_alone,
    sentences,
    share,
)

from openclause.drills import read_drills

DRILLS = Path(__file__).parents[1] / "corpora" / "drills"

# What was reached, less a small margin; raise these, never lower them quietly.
FLOORS = {
    ("restrictive", "dev"): 0.95,
    ("restrictive", "check"): 0.86,
    ("harmless", "dev"): 0.98,
    ("harmless", "check"): 0.95,
    ("restrictive", "seen"): 0.82,
    ("harmless", "seen"): 0.95,
    ("restrictive", "fresh"): 0.79,
    ("harmless", "fresh"): 0.93,
}


def check_floors(outcomes: tuple[pairs.Outcome, ...]) -> None:
    report = "\n".join(pairs.table(outcomes))
    for group, found in groups(outcomes).items():
        assert share(found) >= FLOORS[group], f"{group} {share(found):.3f}\n{report}"


def test_there_are_sentences_enough_and_none_twice() -> None:
    texts = [sentence.text for sentence in sentences()]
    assert len(texts) == len(set(texts))
    for half in pairs.HALVES:
        restrictive = [s for s in sentences() if s.half == half and s.category]
        harmless = [s for s in sentences() if s.half == half and not s.category]
        assert len(restrictive) >= 100
        assert len(harmless) >= 30


@pytest.mark.parametrize("base", bases(), ids=lambda base: base.path.stem)
@pytest.mark.parametrize("place", PLACES)
def test_a_sentence_is_put_in_and_nothing_else_changes(base: pairs.Base, place: str) -> None:
    text = base.path.read_text(encoding="utf-8")
    words = insert(text, base, place, "You must hop.").split()
    marker = base.marker if place == "item" else ""
    for word in f"{marker}You must hop.".split():
        words.remove(word)
    assert sorted(words) == sorted(text.split())


@pytest.mark.parametrize("base", bases(), ids=lambda base: base.path.stem)
def test_the_licences_are_permissive_without_a_sentence(base: pairs.Base) -> None:
    assert rules_alone(base.path.read_text(encoding="utf-8")) == "permissive"


def test_restrictive_sentences_change_the_answer_and_harmless_ones_do_not() -> None:
    check_floors(measure(sentences(), rules_alone, samples=2))


def test_sentences_by_other_writers_are_many_and_in_no_drill() -> None:
    texts = [sentence.text for sentence in by_others()]
    assert len(texts) == len(set(texts))
    assert {sentence.half for sentence in by_others()} == set(pairs.OTHERS)
    drilled = {_words(drill.sentence) for drill in read_drills(DRILLS)}
    assert drilled.isdisjoint(map(_words, texts))
    assert drilled.isdisjoint(_words(each.text) for each in sentences())


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def test_whole_answers_on_sentences_by_other_writers() -> None:
    check_floors(measure(by_others(), pairs.whole, samples=1))


@pytest.mark.slow
def test_wherever_a_sentence_is_put_the_answer_is_right() -> None:
    check_floors(measure(sentences(), rules_alone))
