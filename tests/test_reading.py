"""Rules propose, the model weighs: what is kept, dropped and added."""

from __future__ import annotations

import numpy as np
import pytest

from openclause import reading
from openclause.clause_model import ClauseModel, Vocabulary
from openclause.clauses import Effect, reader
from openclause.features import unit_features
from openclause.network import Network
from openclause.placing import records
from openclause.reading import (
    CARRIES,
    KEEPS,
    LIMITS,
    label_of,
    read,
    read_with_limits,
    unit_chances,
    weigh,
)
from openclause.taxonomy import Holder

TEXT = "Toy License\n\nYou may copy and distribute it.\n\nYou may not sell it."
SELL, LEND = "prohibition/sell", "prohibition/hosted-service"


def model(
    *chances: float,
    labels: tuple[str, ...] = (SELL, LEND),
    least: float = 0.5,
    limit: tuple[str, float] = ("source-available", 0.01),
) -> ClauseModel:
    """Return a model that gives every unit the same chance of each label, and of a limit."""
    one = np.array([1], np.uint32)
    vocabulary = Vocabulary(one, np.ones(1, np.float32), np.zeros(1, np.uint8))
    kept = np.full(len(labels), least, np.float32)
    return ClauseModel(labels, limit[:1], vocabulary, steady(*chances, limit[1]), kept)


def steady(*chances: float) -> Network:
    given = np.array(chances, np.float32)
    none = np.zeros((1, 1), np.float32)
    return Network(none, none[0], np.repeat(none, len(given), axis=1), np.log(given / (1 - given)))


def labels_of(found: ClauseModel | None) -> list[tuple[str, str]]:
    return [(label_of(c.term, c.modality), c.text) for c in read(TEXT, found)]


def test_without_a_model_the_rules_answer() -> None:
    clauses = read(TEXT)
    assert (SELL, "You may not sell it.") in labels_of(None)
    assert all(clause.source.startswith("rule:") for clause in clauses)
    parts = reader().take_apart(TEXT)
    assert clauses == records(parts, reader().effects(parts))


@pytest.mark.parametrize(("chance", "kept"), [(KEEPS + 0.01, True), (KEEPS - 0.01, False)])
def test_what_a_rule_proposed_is_kept_from_a_chance_on(chance: float, kept: bool) -> None:
    sold = [clause for clause in read(TEXT, model(chance, 0.01)) if clause.term == "sell"]
    assert [clause.confidence for clause in sold] == [pytest.approx(chance)] * kept
    assert all(clause.source.endswith("+model") for clause in sold)


def test_a_rule_whose_label_the_model_does_not_know_stands_by_itself() -> None:
    found = read(TEXT, model(0.01, labels=(LEND,)))
    (sold,) = [clause for clause in found if clause.term == "sell"]
    assert sold == next(clause for clause in read(TEXT) if clause.term == "sell")


def test_what_no_rule_knows_is_found_from_the_labels_own_chance_on() -> None:
    found = [clause for clause in read(TEXT, model(0.9, 0.6)) if clause.term == "hosted-service"]
    assert [clause.source for clause in found] == ["model", "model"]
    assert {clause.confidence for clause in found} == {0.6}
    assert not [c for c in read(TEXT, model(0.9, 0.4)) if c.term == "hosted-service"]


def test_headings_say_nothing() -> None:
    parts = reader().take_apart(TEXT)
    heads = np.array([unit.kind == "heading" for unit in parts.outline.units])
    assert any(heads)
    found = unit_chances(parts, [], model(0.9, 0.9, limit=("source-available", 0.9)))
    for chances in found:
        assert not chances[heads].any()
        assert (chances[~heads] > 0.8).all()


def test_nothing_is_said_twice() -> None:
    found = labels_of(model(0.9, 0.01))
    assert len(found) == len(set(found))
    assert found.count((SELL, "You may not sell it.")) == 1


@pytest.mark.parametrize(("whole", "said"), [(0.8, 1), (0.4, 3)])
def test_what_a_whole_sentence_says_surely_its_items_do_not_say_again(
    whole: float, said: int
) -> None:
    apart = reader().take_apart("You may not: (a) sell the tool, or (b) sell copies of it.")
    assert [unit.kind for unit in apart.outline.units][1:] == ["inline", "inline"]
    sure = (whole, 0.6, 0.6)
    effects = [Effect(n, "sell", "prohibition", "recipient", (), sure[n]) for n in range(3)]
    assert len(records(apart, effects)) == said


@pytest.mark.parametrize("text", ["", "\n\n", "***"])
def test_an_empty_text_has_no_clauses(text: str) -> None:
    assert read(text, model(0.9, 0.9)) == ()


def test_clauses_stand_in_the_order_of_the_text_with_ids_in_that_order() -> None:
    found = read(TEXT, model(0.9, 0.9))
    assert [clause.id for clause in found] == [f"c{n}" for n in range(1, len(found) + 1)]
    assert [clause.start for clause in found] == sorted(clause.start for clause in found)
    assert all(TEXT[clause.start : clause.end] == clause.text for clause in found)


def test_the_rules_are_among_the_features() -> None:
    parts = reader().take_apart(TEXT)
    proposed = reader().effects(parts)
    assert len(unit_features(parts, proposed).ids) > len(unit_features(parts, []).ids)


@pytest.mark.parametrize(
    ("text", "label", "holder"),
    [
        ("The licensor may suspend it.", "permission/remote-restriction", "licensor"),
        ("Toymakers may suspend it.", "permission/remote-restriction", "licensor"),
        ("You may suspend it.", "permission/remote-restriction", "recipient"),
        ("Toymakers may collect your songs.", "permission/ownership", "licensor"),
        ("You may keep your songs.", "permission/ownership", "recipient"),
        ("Toys are as they are.", "obligation/warranty-disclaimer", "licensor"),
        ("Toymakers may lend it.", "permission/hosted-service", "recipient"),
    ],
)
def test_a_found_clause_tells_whose_act_it_is(text: str, label: str, holder: Holder) -> None:
    modality, term = label.split("/")
    parts = reader().take_apart(text)
    (effect,) = weigh(parts, [], model(0.9, labels=(label,))).effects
    assert effect == Effect(0, term, modality, holder, (), 0.9, weighed=True)


def test_a_label_is_written_as_spans_write_it() -> None:
    assert reading.label_of("sell", "prohibition") == SELL


def test_sentences_that_limit_are_told_from_a_chance_on() -> None:
    none = read_with_limits(TEXT, model(0.9, 0.9, limit=("source-available", LIMITS - 0.01))).limits
    some = read_with_limits(TEXT, model(0.9, 0.9, limit=("source-available", LIMITS + 0.01))).limits
    assert none == ()
    assert [TEXT[limit.start : limit.end] for limit in some] == TEXT.split("\n\n")[1:]
    assert {(limit.category, limit.chance) for limit in some} == {
        ("source-available", LIMITS + 0.01)
    }


@pytest.mark.parametrize(("chance", "added"), [(CARRIES + 0.01, True), (CARRIES - 0.01, False)])
def test_a_sentence_that_limits_gets_the_likeliest_clause_that_says_so(
    chance: float, added: bool
) -> None:
    text = "Whoever lives on the island of Elba is left out of all this."
    labels = ("prohibition/territory", "prohibition/compete", "permission/use")
    found = read(text, model(0.3, 0.1, 0.4, labels=labels, limit=("source-available", chance)))
    said = [(clause.term, clause.confidence, clause.source) for clause in found]
    assert said == [("territory", pytest.approx(chance), "model")] * added


def test_a_sentence_whose_clauses_say_its_limit_gets_none() -> None:
    kept = model(0.9, 0.01, limit=("source-available", 0.9))
    assert labels_of(kept).count((SELL, "You may not sell it.")) == 1
    assert (LEND, "You may not sell it.") not in labels_of(kept)


def test_what_a_lead_in_forbids_no_item_of_it_permits() -> None:
    text = "You may not:\n\n   (a) sell it; or\n   (b) break it."
    permits = model(0.02, 0.9, labels=(SELL, "permission/sell"))
    found = [clause for clause in read(text, permits) if "sell" in clause.text]
    assert [(clause.modality, clause.term) for clause in found] == [("prohibition", "sell")]
    assert found[0].confidence == pytest.approx(0.9, abs=0.01)


def test_a_long_text_is_weighed_in_turns_and_says_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "You may not:\n" + "\n".join(f"({x}) sell it or lend toy {x};" for x in "abcdefgh")
    known = model(0.9, 0.2, 0.9, labels=(SELL, LEND))
    whole = read_with_limits(text, known)
    monkeypatch.setattr(reading, "_AT_ONCE", 2)
    assert read_with_limits(text, known) == whole
    assert len(whole.clauses) > 2
