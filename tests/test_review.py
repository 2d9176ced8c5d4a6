import msgspec
import pytest
from builders import analysis, clause, labelled

from openclause.corpus import ClauseLabel, LabelledDocument
from openclause.review import (
    agreement,
    by_term,
    carried,
    errors,
    marks,
    measure,
    ranked,
    review,
    score,
    spread,
)

TEXT = "Terms\n\nYou may copy it. You must not sell it.\n\nYou must keep this notice.\n"
COPY, SELL, KEEP = "You may copy it.", "You must not sell it.", "You must keep this notice."


def label(words, term, modality, *, main=False):
    start = TEXT.index(words)
    return ClauseLabel(start, start + len(words), term, modality, "recipient", main)


def found(words, term, modality, **changes):
    return clause(term, modality, start=TEXT.index(words), text=words, **changes)


def record(*labels, **changes):
    fields = {"key": "one", "name": "One license", "family": "one", "split": "dev"}
    return labelled(TEXT, **(fields | {"clauses": labels} | changes)).record


LABELS = (label(COPY, "distribute", "permission", main=True), label(SELL, "sell", "prohibition"))
CLAUSES = (
    found(COPY, "distribute", "permission", confidence=0.8),
    found(KEEP, "include-notice", "obligation", confidence=0.4),
)
DOCUMENT = LabelledDocument(record(*LABELS), TEXT)
ANSWER = analysis(*CLAUSES, category="proprietary")


def test_marks_tell_what_both_have_from_what_one_has():
    said = [(mark.state, mark.term, mark.confidence) for mark in marks(LABELS, CLAUSES)]
    assert said == [
        ("agreed", "distribute", 0.8),
        ("missed", "sell", None),
        ("found", "include-notice", 0.4),
    ]


def test_another_modality_is_a_miss_and_a_false_alarm():
    wrong = [found(SELL, "sell", "permission")]
    states = [mark.state for mark in marks([LABELS[1]], wrong)]
    assert sorted(states) == ["found", "missed"]


def test_a_review_holds_all_of_the_text_with_each_mark_where_it_begins():
    units = review(DOCUMENT, ANSWER).units
    assert [(unit.line, unit.text) for unit in units] == [
        (1, "Terms"),
        (3, COPY),
        (3, SELL),
        (5, KEEP),
    ]
    assert [[mark.state for mark in unit.marks] for unit in units] == [
        [],
        ["agreed"],
        ["missed"],
        ["found"],
    ]
    assert all(TEXT[unit.start : unit.end] == unit.text for unit in units)


def test_a_document_nobody_labelled_is_reviewed_too():
    unread = LabelledDocument(record(clauses=None), TEXT)
    shown = review(unread, ANSWER)
    assert not shown.annotated
    assert {mark.state for unit in shown.units for mark in unit.marks} == {"found"}


def test_a_score_counts_what_both_have():
    one = score(DOCUMENT.record, ANSWER)
    assert (one.labelled, one.found, one.agreed, one.disagreements) == (2, 2, 1, 2)
    assert one.f1 == 0.5
    assert one.confidence == pytest.approx(0.6)
    assert (one.category, one.found_category) == ("permissive", "proprietary")


def test_nothing_labelled_and_nothing_found_is_agreement():
    one = score(record(), analysis())
    assert (one.f1, one.confidence) == (1.0, 1.0)


def test_documents_are_ranked_by_disagreements():
    base = score(DOCUMENT.record, ANSWER)
    many = msgspec.structs.replace(base, key="many", found=9, confidence=0.9)
    assert [one.key for one in ranked([base, many])] == ["many", "one"]


def test_errors_are_quoted_and_grouped_by_term():
    listed = list(errors(DOCUMENT, ANSWER))
    assert [(one.key, one.line, one.text, one.mark.state) for one in listed] == [
        ("one", 3, SELL, "missed"),
        ("one", 5, KEEP, "found"),
    ]
    assert list(by_term(listed)) == ["include-notice", "sell"]


def test_errors_are_taken_from_all_over_a_list():
    assert spread([], 3) == []
    assert spread(list(range(10)), 2) == [0, 5]
    assert spread([1, 2], 9) == [1, 2]


def test_a_span_is_carried_by_the_units_that_it_covers():
    both = label(f"{COPY} {SELL}", "distribute", "permission")
    part = label("copy it", "use", "permission")
    assert carried(TEXT, [both, part]) == [
        frozenset({"permission/distribute", "permission/use"}),
        frozenset({"permission/distribute"}),
        frozenset(),
    ]


def test_whole_answers_are_measured_in_three_ways():
    measured = measure([DOCUMENT], [ANSWER])
    assert measured.category.accuracy == 0.0
    assert (measured.clauses.f1, measured.units.f1) == (0.5, 0.5)
    assert (measured.units.units, measured.units.labelled, measured.units.found) == (3, 2, 2)
    assert [one.key for one in measured.documents] == ["one"]
    assert len(measured.errors) == 2


def test_documents_without_clauses_count_for_the_category_only():
    measured = measure([LabelledDocument(record(clauses=None), TEXT)], [ANSWER])
    assert measured.category.documents == 1
    assert measured.clauses.documents == 0
    assert measured.documents == measured.errors == ()


def test_two_readers_are_compared_both_ways():
    second = record(LABELS[0], label(KEEP, "include-notice", "obligation", main=True))
    both = agreement([DOCUMENT.record], [second])
    (pair,) = both.documents
    assert (pair.first, pair.second, pair.f1) == (2, 2, 0.5)
    assert (pair.main_recall, pair.main_recall_back) == (1.0, 0.5)
    assert (both.clauses.main_recall, both.main_recall_back) == (1.0, 0.5)
    assert both.category_agreement == 1.0


def test_readers_may_differ_in_category_and_agree_on_openness():
    other = record(*LABELS, category="public-domain")
    both = agreement([DOCUMENT.record], [other])
    assert (both.category_agreement, both.openness_agreement) == (0.0, 1.0)


def test_what_nobody_calls_main_has_no_share():
    side = record(LABELS[1])
    (pair,) = agreement([side], [side]).documents
    assert (pair.main_recall, pair.main_recall_back) == (None, None)
