"""Limits: what single sentences come to, where they count, and what they are learnt from."""

from __future__ import annotations

import msgspec
import pytest
from builders import labelled
from records import make

from openclause.clause_examples import plain_examples
from openclause.clause_table import limit_truth
from openclause.clauses import reader
from openclause.corpus import LabelledDocument
from openclause.drills import Drill
from openclause.evidence import weigh
from openclause.findings import LEARNT, OVERRULES
from openclause.limit_examples import document_limits, drill_limit
from openclause.limits import NO_LIMIT, Limit, beginning_within, carriers
from openclause.openness import decide
from openclause.taxonomy import categories, terms

TEXT = (
    "You may use, copy, modify and distribute it for any purpose. "
    "Whoever lives on the island of Elba is left out of all this."
)
START = TEXT.index("Whoever")


GRANT = [
    make(f"{term}/permission", TEXT[: START - 1])
    for term in ("use", "modify", "distribute", "distribute-derivatives")
]
SHUT_OUT = make("territory/prohibition", TEXT[START:], start=START)
VAGUE = make("termination/permission", TEXT[START:], start=START)


def test_every_carrier_is_a_term():
    for labels in carriers().values():
        assert {label.split("/")[1] for label in labels} <= set(terms())


def test_limits_are_the_least_open_first():
    ranks = [categories()[name].rank for name in carriers()]
    places = {rank: at for at, rank in enumerate(ranks)}
    assert places[8] < places[7] < places[6] < places[4] < places[3] < places[2]


def ended(chance: float = 0.95) -> tuple[Limit, ...]:
    return (Limit(START, len(TEXT), "source-available", chance),)


@pytest.mark.parametrize(("chance", "category"), [(0.6, "source-available"), (0.4, "permissive")])
def test_a_sentence_that_limits_needs_no_cue(chance, category):
    assert decide([*GRANT, VAGUE], text=TEXT).category == "permissive"
    answer = decide([*GRANT, VAGUE], text=TEXT, limits=ended(chance))
    assert answer.category == category
    assert ((VAGUE.id,) in [reason.clauses for reason in answer.reasons]) == (chance > LEARNT)


@pytest.mark.parametrize(("past", "category"), [(-0.01, "permissive"), (0.0, "source-available")])
def test_cues_against_a_rule_count_unless_the_limit_is_nearly_sure(past, category):
    said = "The licensor may end it upon breach."
    upon_breach = msgspec.structs.replace(VAGUE, text=said)
    answer = decide([*GRANT, upon_breach], text=TEXT, limits=ended(OVERRULES + past))
    assert answer.category == category


def test_a_faint_clause_counts_for_as_much_as_its_sentence_limits():
    faint = msgspec.structs.replace(SHUT_OUT, confidence=0.35)
    assert decide([*GRANT, faint], text=TEXT).category == "permissive"
    assert decide([*GRANT, faint], text=TEXT, limits=ended()).category == "source-available"


def test_share_alike_yields_to_the_narrower_scope_that_was_learnt():
    shared = make("share-alike/obligation", TEXT[START:], start=START)
    assert decide([*GRANT, shared], text=TEXT).category == "strong-copyleft"
    narrow = (Limit(START, len(TEXT), "weak-copyleft", 0.9),)
    assert decide([*GRANT, shared], text=TEXT, limits=narrow).category == "weak-copyleft"


def test_a_limit_is_that_of_the_clauses_that_begin_with_its_sentence():
    limits = [Limit(0, 50, "use-restricted", 0.9), Limit(0, 50, "proprietary", 0.4), *ended()]
    shut_out = make("territory/prohibition@0.35", start=START)
    evidence = weigh([make("use/permission"), shut_out], limits=limits)
    (granted,), (barred,) = evidence.kinds.values()
    assert granted.limit("use-restricted") == 0.9
    assert granted.limit("source-available") == 0.0
    assert barred.limit("source-available") == 0.95


def test_limits_are_cut_by_where_they_begin():
    limits = [Limit(start, start + 3, "proprietary", 0.9) for start in (0, 4, 4, 8)]
    assert beginning_within(limits, 4, 4) == limits[1:3]
    assert beginning_within(limits, 1, 3) == []
    assert beginning_within(limits, 0, 8) == limits


def document(category: str) -> LabelledDocument:
    return labelled(TEXT, category=category)


@pytest.mark.parametrize(
    ("category", "known"),
    [
        ("source-available", "source-available"),
        ("non-commercial", "source-available"),
        ("permissive", NO_LIMIT),
        ("weak-copyleft", NO_LIMIT),
    ],
)
def test_what_contradicts_the_category_of_the_text_is_not_learnt(category, known):
    found = document_limits(document(category), {0: GRANT, 1: [SHUT_OUT]}, 2)
    assert found == [NO_LIMIT, known]


def test_a_limit_whose_place_is_not_known_is_left_open():
    (_, found) = document_limits(document("source-available"), {0: GRANT, 1: [VAGUE]}, 2)
    assert found is None


@pytest.mark.parametrize(
    ("labels", "makes", "sentence", "found"),
    [
        ("prohibition/sell", "", "Do not sell it.", "source-available"),
        ("prohibition/sell", "-", "Do not sell it.", NO_LIMIT),
        ("prohibition/sell", "proprietary", "Do not sell it.", "proprietary"),
        ("obligation/include-copyright", "", "Keep this notice.", NO_LIMIT),
        ("permission/termination", "", "The rights may end.", None),
    ],
)
def test_a_drill_comes_to_what_it_says_or_what_its_labels_say(labels, makes, sentence, found):
    drill = Drill(frozenset(labels.split()), makes, "", sentence)
    assert drill_limit(drill, reader().take_apart(drill.text)) == found


def test_texts_without_clause_labels_limit_no_more_than_their_category():
    open_one, closed = document("permissive"), document("proprietary")
    held_back = msgspec.structs.replace(open_one.record, split="test")
    given = [open_one, closed, LabelledDocument(held_back, TEXT)]
    (example,) = plain_examples(given, {})
    assert example.most == 1
    assert not example.labelled
    assert set(example.makes) == {None}
    limited, known = limit_truth([example], tuple(carriers()))
    assert known.all()
    assert not limited.any()


def test_of_a_restricted_text_only_stricter_limits_are_known_to_be_absent():
    (example,) = plain_examples([document("non-commercial")], {})
    _, known = limit_truth([example], ("proprietary", "non-commercial", "use-restricted"))
    assert known[0].tolist() == [True, False, False]
