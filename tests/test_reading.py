"""Rules propose, the model weighs: what is kept, dropped and added."""

from __future__ import annotations

import numpy as np
import pytest

from openclause import reading
from openclause.classifier import LinearModel
from openclause.clause_model import ClauseModel, Vocabulary
from openclause.clauses import Effect, reader
from openclause.features import unit_features
from openclause.reading import (
    KEEPS,
    KEEPS_IN_SHORT,
    TRUST_IN_SHORT,
    label_of,
    read,
    unit_chances,
    weigh,
)

TEXT = "Toy License\n\nYou may copy and distribute it.\n\nYou may not sell it."
SELL, LEND = "prohibition/sell", "prohibition/hosted-service"


def model(
    *chances: float, labels: tuple[str, ...] = (SELL, LEND), least: float = 0.5
) -> ClauseModel:
    """Return a model that gives every unit the same chance of each label."""
    bias = np.log(np.array(chances, np.float32) / (1 - np.array(chances, np.float32)))
    linear = LinearModel(labels, np.zeros((1, len(labels)), np.float32), bias, link="sigmoid")
    one = np.array([1], np.uint32)
    vocabulary = Vocabulary(one, np.ones(1, np.float32), np.zeros(1, np.uint8))
    return ClauseModel(vocabulary, linear, np.full(len(labels), least, np.float32))


def labels_of(found: ClauseModel | None) -> list[tuple[str, str]]:
    return [(label_of(c.term, c.modality), c.text) for c in read(TEXT, found)]


def test_without_a_model_the_rules_answer() -> None:
    clauses = read(TEXT)
    assert (SELL, "You may not sell it.") in labels_of(None)
    assert all(clause.source.startswith("rule:") for clause in clauses)
    assert clauses == reader().read(TEXT)


@pytest.mark.parametrize(
    ("chance", "kept"), [(KEEPS_IN_SHORT + 0.01, True), (KEEPS_IN_SHORT - 0.01, False)]
)
def test_a_short_ban_of_a_rule_is_kept_from_a_chance_on_and_trusted(
    chance: float, kept: bool
) -> None:
    found = read(TEXT, model(chance, 0.01))
    sold = [clause for clause in found if clause.term == "sell"]
    assert bool(sold) is kept
    assert [clause.confidence for clause in sold] == [TRUST_IN_SHORT] * kept
    assert all(clause.source.endswith("+model") for clause in sold)


@pytest.mark.parametrize(("chance", "kept"), [(KEEPS + 0.01, True), (KEEPS - 0.01, False)])
def test_in_a_long_unit_what_a_rule_proposed_is_kept_from_a_higher_chance_on(
    chance: float, kept: bool
) -> None:
    text = f"You may not sell it, {'and this goes for every part of it, ' * 4}wherever you are."
    assert ("sell" in {clause.term for clause in read(text, model(chance, 0.01))}) is kept


def test_in_a_long_unit_a_rule_is_believed_as_far_as_the_model_does() -> None:
    text = f"You may not sell it, {'and this goes for every part of it, ' * 4}wherever you are."
    (sold,) = [clause for clause in read(text, model(0.3, 0.01)) if clause.term == "sell"]
    assert sold.confidence == 0.3


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
    chances = unit_chances(parts, [], model(0.9, 0.9))
    heads = [unit.kind == "heading" for unit in parts.outline.units]
    assert any(heads)
    assert not chances[np.array(heads)].any()
    assert (chances[~np.array(heads)] > 0.8).all()


def test_nothing_is_said_twice() -> None:
    found = labels_of(model(0.9, 0.01))
    assert len(found) == len(set(found))
    assert found.count((SELL, "You may not sell it.")) == 1


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


def test_a_found_clause_tells_whose_act_it_is() -> None:
    text = "The licensor may suspend it."
    label = "permission/remote-restriction"
    parts = reader().take_apart(text)
    (effect,) = weigh(parts, [], model(0.9, labels=(label,)))
    assert effect == Effect(
        0, "remote-restriction", "permission", "licensor", (), 0.9, weighed=True
    )


def test_a_label_is_written_as_spans_write_it() -> None:
    assert reading.label_of("sell", "prohibition") == SELL
