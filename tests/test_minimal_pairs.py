from __future__ import annotations

import pairs
import pytest
from pairs import PLACES, bases, groups, insert, measure, rules_alone, sentences, share

# What was reached, less a small margin; raise these, never lower them quietly.
FLOORS = {
    ("restrictive", "dev"): 0.95,
    ("restrictive", "check"): 0.86,
    ("harmless", "dev"): 0.98,
    ("harmless", "check"): 0.95,
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


@pytest.mark.slow
def test_wherever_a_sentence_is_put_the_answer_is_right() -> None:
    check_floors(measure(sentences(), rules_alone))
