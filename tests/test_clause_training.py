"""Learning clauses from toy documents: who is labelled, what is learnt, how it is measured."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest
from builders import labelled
from scipy.sparse import csr_matrix

from openclause import clause_table
from openclause.clause_examples import N_FOLDS, UnitExamples, clause_examples, unit_labels
from openclause.clause_fitting import fit_clauses, margins_of, telling
from openclause.clause_model import unpacked
from openclause.clause_table import Table, table_of
from openclause.clause_training import (
    FEWEST_EXAMPLES,
    calibrated,
    in_items,
    judged,
    learnable,
    learnt_without,
    train_clauses,
)
from openclause.clauses import reader
from openclause.corpus import ClauseLabel, LabelledDocument
from openclause.reading import read

THINGS = [
    "boat",
    "kite",
    "drum",
    "lamp",
    "sock",
    "coin",
    "vase",
    "harp",
    "oar",
    "fan",
    "pen",
    "cup",
]
# No rule knows this wording.
ODD = "Whoever holds the {} shuns bazaars."


def label(text: str, said: str, term: str, modality: str) -> ClauseLabel:
    start = text.index(said)
    return ClauseLabel(start, start + len(said), term, modality, "recipient", True)


def document(key: str, text: str, labels: tuple[ClauseLabel, ...] | None) -> LabelledDocument:
    return labelled(text, key=key, clauses=labels)


def toys() -> list[LabelledDocument]:
    """Return documents that say one odd thing each, which is labelled."""
    found = []
    for thing in THINGS:
        said = ODD.format(thing)
        text = f"Toy terms\n\nThe {thing} is red.\n\n{said}\n\nThe {thing} floats at noon."
        found.append(document(thing, text, (label(text, said, "sell", "prohibition"),)))
    return found


@pytest.fixture(scope="module")
def examples() -> list[UnitExamples]:
    return clause_examples(toys())


def test_only_annotated_documents_are_learnt_from() -> None:
    plain = document("plain", "You may sell it.", None)
    silent = document("silent", "You may sell it.", ())
    assert [each.truth for each in clause_examples([plain, silent])] == [()]
    assert clause_examples([]) == []


def test_each_document_is_in_one_fold(examples: list[UnitExamples]) -> None:
    assert {each.fold for each in examples} == set(range(N_FOLDS))


def test_a_family_is_in_one_fold() -> None:
    kin = [
        msgspec.structs.replace(
            toy, record=msgspec.structs.replace(toy.record, family=f"family {n % 4}")
        )
        for n, toy in enumerate(toys())
    ]
    folds: dict[str, set[int]] = {}
    for toy, example in zip(kin, clause_examples(kin), strict=True):
        folds.setdefault(toy.record.family, set()).add(example.fold)
    assert all(len(found) == 1 for found in folds.values())


@pytest.mark.parametrize(
    ("text", "said", "units"),
    [
        ("It is red. You may sell it. It is blue.", "You may sell it.", [1]),
        ("It is red. You may sell it. It is blue.", "You may sell", [1]),
        (
            "You may sell it. You may lend it. It is red.",
            "You may sell it. You may lend it.",
            [0, 1],
        ),
        ("You may:\n(a) sell it;\n(b) lend it.", "lend it.", [2]),
        ("You may sell it. It is red.", "d", []),
    ],
    ids=["its own", "most of it", "a passage", "an item", "next to nothing"],
)
def test_units_get_the_labels_of_what_they_overlap(text: str, said: str, units: list[int]) -> None:
    start = text.rindex(said)
    given = ClauseLabel(start, start + len(said), "sell", "permission", "recipient", True)
    found = unit_labels(reader().take_apart(text), (given,))
    assert [number for number, labels in enumerate(found) if labels] == units


def test_headings_get_no_label() -> None:
    text = "SALE OF IT\n\nYou may keep it."
    given = ClauseLabel(0, 10, "sell", "permission", "recipient", True)
    assert not any(unit_labels(reader().take_apart(text), (given,)))


def test_rare_labels_are_not_learnt(examples: list[UnitExamples]) -> None:
    assert len(examples) >= FEWEST_EXAMPLES
    assert learnable(examples) == ("prohibition/sell",)
    assert learnable(examples[: FEWEST_EXAMPLES - 1]) == ()


def test_risk_awaits_its_annotation_where_a_warranty_is_spoken_of() -> None:
    text = "There is no warranty for it."
    disclaimer = label(text, text, "warranty-disclaimer", "prohibition")
    todo, done, none = clause_examples(
        [
            document("todo", text, ()),
            document("done", text, (disclaimer,)),
            document("none", "It is red.", ()),
        ]
    )
    assert (todo.risk, done.risk, none.risk) == (False, True, True)


def test_clauses_that_no_rule_knows_are_learnt() -> None:
    told: list[str] = []
    lesson = train_clauses(toys(), progress=told.append)
    model, scores = unpacked(lesson.part), lesson.scores
    assert model.labels == ("prohibition/sell",)
    assert scores.f1 > 0.9
    assert told
    text = f"The spoon is red. {ODD.format('spoon')}"
    assert not [c for c in read(text) if c.term == "sell"]
    assert [c.text for c in read(text, model) if c.term == "sell"] == [ODD.format("spoon")]


def test_learning_twice_gives_the_same_weights(examples: list[UnitExamples]) -> None:
    one, two = (fit_clauses(table_of(examples, learnable(examples))) for _ in range(2))
    assert np.array_equal(one.network.hidden, two.network.hidden)
    assert np.array_equal(one.vocabulary.ids, two.vocabulary.ids)
    assert (np.diff(one.vocabulary.ids.astype(np.int64)) > 0).all()


@pytest.fixture(scope="module")
def table(examples: list[UnitExamples]) -> Table:
    return table_of(examples, learnable(examples))


def test_a_table_made_in_turns_is_the_same(
    examples: list[UnitExamples], table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = clause_examples([document("silent", "", ())])
    monkeypatch.setattr(clause_table, "_EXAMPLES_AT_ONCE", 1)
    turns = table_of([*examples, *silent], table.labels)
    assert (turns.counts != table.counts).nnz == 0
    for name in ("ids", "blocks", "truth", "known", "folds", "labelled"):
        assert np.array_equal(getattr(turns, name), getattr(table, name)), name


def test_examples_are_let_go_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clause_table, "_EXAMPLES_AT_ONCE", 2)
    alive = []

    def made() -> Iterator[UnitExamples]:
        for toy in toys():
            yield from clause_examples([toy])
            alive.append(sum(isinstance(each, UnitExamples) for each in gc.get_objects()))

    before = sum(isinstance(each, UnitExamples) for each in gc.get_objects())
    table_of(made(), ("prohibition/sell",))
    assert before < min(alive)
    assert max(alive) <= before + 4 < before + len(toys())


def test_a_table_shows_some_features_alone(table: Table) -> None:
    columns = np.array([0, 2])
    some = table.showing(columns)
    assert some.ids.tolist() == table.ids[columns].tolist()
    assert (some.counts != table.counts[:, columns]).nnz == 0
    assert some.truth is table.truth


def test_a_table_holds_the_rows_that_a_model_weighs(
    examples: list[UnitExamples], table: Table
) -> None:
    model = fit_clauses(table)
    rows = [model.vocabulary.rows(each.cells, len(each.labels)) for each in examples]
    margins = np.concatenate([model.network.margins(each) for each in rows])
    assert np.allclose(margins_of(table, model), margins, atol=1e-4)
    assert np.ptp(margins[:, 0]) > 1


def test_a_fold_is_learnt_from_its_own_units_alone(table: Table) -> None:
    some = table.where(table.folds != 0)
    assert 0 < len(some.folds) < len(table.folds)
    assert some.counts.shape == (len(some.folds), len(table.ids))
    (without,) = learnt_without([0], table, progress=lambda _: None)
    assert np.array_equal(without.network.hidden, fit_clauses(some).network.hidden)


def test_of_headings_nothing_is_known() -> None:
    titled = clause_examples([document("titled", "SALE OF IT\n\nYou may keep it.", ())])
    assert table_of(titled, ("permission/sell",)).known.any(axis=1).tolist() == [False, True]


def test_features_that_part_yes_from_no_tell_most() -> None:
    rows = csr_matrix([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    truth = np.array([[True], [True], [False], [False]])
    apart, always, once = telling(rows.astype(np.float32), truth, np.ones_like(truth))
    assert apart > once > always == 0
    assert telling(rows.astype(np.float32), truth, np.zeros_like(truth)).tolist() == [0, 0, 0]


def test_what_is_never_or_always_there_is_never_found(examples: list[UnitExamples]) -> None:
    model = fit_clauses(table_of(examples, ("permission/audit",)))
    truth, found = judged(examples, dict.fromkeys(range(N_FOLDS), model))
    assert not any(one.term == "audit" for each in found for one in each)
    assert [len(each) for each in truth] == [1] * len(examples)


def test_without_annotated_documents_the_model_is_silent() -> None:
    lesson = train_clauses([document("plain", "You may sell it.", None)])
    model, scores = unpacked(lesson.part), lesson.scores
    assert lesson.found == {}
    assert scores.labelled == 0
    rules = {(c.term, c.modality) for c in read("You may sell it.")}
    assert {(c.term, c.modality) for c in read("You may sell it.", model)} <= rules


@pytest.mark.parametrize("truth", [[True, True], [False, False]])
def test_margins_of_one_kind_are_left_as_they_are(truth: list[bool]) -> None:
    assert calibrated((np.array([1.0, 2.0], np.float32), np.array(truth))) == (1.0, 0.0)


def test_calibration_turns_margins_into_chances() -> None:
    random = np.random.default_rng(0)
    odds = random.normal(size=4000)
    truth = random.random(4000) < 1 / (1 + np.exp(-(2 * odds - 1)))
    slope, intercept = calibrated((odds.astype(np.float32), truth))
    assert slope == pytest.approx(2, abs=0.3)
    assert intercept == pytest.approx(-1, abs=0.2)


def test_labels_in_items_are_told_from_those_under_a_heading() -> None:
    text = "1. TERMS OF ALL\n\nYou may not:\n(a) sell kites;\n(b) sell drums.\n\nYou must sing.\n"
    labels = tuple(
        label(text, said, term, modality)
        for said, term, modality in [
            ("sell kites;", "sell", "prohibition"),
            ("sell drums.", "sell", "prohibition"),
            ("You must sing.", "fee", "obligation"),
        ]
    )
    (example,) = clause_examples([document("bazaar", text, labels)])
    assert in_items(example, labels) == list(labels[:2])
