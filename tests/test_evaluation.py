import msgspec
import pytest

from openclause.evaluation import (
    Guess,
    category_scores,
    clause_scores,
    identity_scores,
    matched,
    overlap,
)
from openclause.identity import Match
from openclause.taxonomy import categories


class Span(msgspec.Struct, frozen=True):
    start: int
    end: int
    term: str = "use"
    modality: str = "permission"
    holder: str = "recipient"
    main: bool = False


def guesses(*pairs):
    return [Guess(category, confidence) for category, confidence in pairs]


@pytest.fixture
def scores():
    truth = ["permissive", "permissive", "proprietary", "non-commercial"]
    given = guesses(
        ("permissive", 0.95), ("weak-copyleft", 0.55), ("proprietary", 0.85), ("permissive", 0.65)
    )
    return category_scores(truth, given, alternatives=[None, "weak-copyleft", None, None])


def test_accuracy_counts_equal_categories(scores):
    assert scores.documents == 4
    assert scores.accuracy == 0.5


def test_the_second_label_counts_in_the_lenient_accuracy(scores):
    assert scores.lenient_accuracy == 0.75


def test_openness_tells_open_openish_and_closed_apart(scores):
    assert scores.openness_accuracy == 0.75


def test_each_label_has_precision_recall_and_f1(scores):
    found = {s.label: (s.precision, s.recall, s.f1, s.support) for s in scores.labels}
    assert found == {
        "permissive": (0.5, 0.5, 0.5, 2),
        "weak-copyleft": (0.0, 0.0, 0.0, 0),
        "non-commercial": (0.0, 0.0, 0.0, 1),
        "proprietary": (1.0, 1.0, 1.0, 1),
    }
    assert [s.label for s in scores.labels] == [c for c in categories() if c in found]
    assert scores.macro_f1 == pytest.approx(1.5 / 4)


def test_calibration_error_weighs_the_bins_by_their_documents(scores):
    assert scores.calibration_error == pytest.approx((0.05 + 0.55 + 0.15 + 0.65) / 4)
    assert [(b.low, b.high, b.count) for b in scores.reliability] == [
        (0.5, 0.6, 1),
        (0.6, 0.7, 1),
        (0.8, 0.9, 1),
        (0.9, 1.0, 1),
    ]


@pytest.mark.parametrize(("confidence", "low"), [(0.0, 0.0), (0.1, 0.0), (0.11, 0.1), (1.0, 0.9)])
def test_a_bin_holds_its_upper_bound(confidence, low):
    (found,) = category_scores(["permissive"], guesses(("permissive", confidence))).reliability
    assert found.low == low


def test_risk_falls_with_coverage(scores):
    risks = {risk.coverage: (risk.risk, risk.least_confidence) for risk in scores.risks}
    assert risks[0.5] == (0.0, 0.85)
    assert risks[0.8] == (pytest.approx(1 / 3), 0.65)
    assert risks[1.0] == (0.5, 0.55)


def test_confusion_has_a_row_a_true_category(scores):
    names = list(categories())
    row = scores.confusion[names.index("permissive")]
    assert row[names.index("permissive")] == row[names.index("weak-copyleft")] == 1
    assert sum(map(sum, scores.confusion)) == 4


def test_nothing_scores_nothing():
    scores = category_scores([], [])
    assert (scores.documents, scores.accuracy, scores.risks) == (0, 0.0, ())


def test_unequal_lengths_are_an_error():
    with pytest.raises(ValueError, match="zip"):
        category_scores(["permissive"], [])


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        ((0, 10), (0, 10), 1.0),
        ((0, 10), (5, 15), 1 / 3),
        ((0, 10), (2, 8), 0.6),
        ((0, 10), (10, 20), 0.0),
        ((0, 10), (30, 40), 0.0),
    ],
)
def test_overlap_is_what_is_shared_over_what_is_covered(first, second, share):
    assert overlap(Span(*first), Span(*second)) == pytest.approx(share)
    assert overlap(Span(*second), Span(*first)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("clause", "is_match"),
    [
        (Span(0, 100), True),
        (Span(0, 50), True),
        (Span(0, 49), False),
        (Span(0, 200), True),
        (Span(0, 201), False),
        (Span(30, 130), True),
        (Span(40, 140), False),
        (Span(0, 100, term="sell"), False),
        (Span(0, 100, modality="prohibition"), False),
    ],
)
def test_a_clause_matches_by_term_modality_and_half_of_the_span(clause, is_match):
    scores = clause_scores([[Span(0, 100)]], [[clause]])
    assert scores.f1 == float(is_match)


def test_a_label_is_found_once_and_by_the_best_overlap():
    label, best, worse = Span(0, 100), Span(0, 90), Span(0, 60)
    pairs = matched([label], [worse, best], by=lambda clause: clause.term)
    assert pairs == [(label, best)]
    scores = clause_scores([[label]], [[worse, best]])
    assert (scores.precision, scores.recall) == (0.5, 1.0)


def test_a_clause_is_used_once():
    scores = clause_scores([[Span(0, 100), Span(0, 90)]], [[Span(0, 100)]])
    assert (scores.precision, scores.recall) == (1.0, 0.5)


def test_clauses_match_within_their_document_only():
    scores = clause_scores([[Span(0, 100)], []], [[], [Span(0, 100)]])
    assert (scores.documents, scores.labelled, scores.found, scores.f1) == (2, 1, 1, 0.0)


def test_modality_accuracy_is_among_equal_terms_and_spans():
    truth = [Span(0, 10), Span(20, 30, modality="prohibition"), Span(50, 60, term="sell")]
    found = [Span(0, 10), Span(20, 30), Span(50, 60, term="fee", modality="obligation")]
    scores = clause_scores([truth], [found])
    assert scores.modality_accuracy == 0.5
    assert scores.f1 == pytest.approx(1 / 3)


def test_of_equal_spans_the_one_of_equal_modality_is_taken():
    truth = [Span(0, 10, modality="prohibition")]
    found = [Span(0, 10, modality="permission"), Span(0, 10, modality="prohibition")]
    assert clause_scores([truth], [found]).modality_accuracy == 1.0


def test_main_recall_counts_what_must_not_be_missed():
    truth = [Span(0, 10, main=True), Span(20, 30, main=True), Span(40, 50)]
    assert clause_scores([truth], [[Span(0, 10), Span(40, 50)]]).main_recall == 0.5


def test_terms_are_scored_apart_and_averaged():
    truth = [Span(0, 10), Span(20, 30), Span(40, 50, term="sell")]
    scores = clause_scores([truth], [[Span(0, 10), Span(60, 70, term="fee")]])
    found = {s.label: (s.precision, s.recall, s.f1, s.support) for s in scores.terms}
    assert found == {
        "use": (1.0, 0.5, pytest.approx(2 / 3), 2),
        "sell": (0.0, 0.0, 0.0, 1),
        "fee": (0.0, 0.0, 0.0, 0),
    }
    assert scores.macro_f1 == pytest.approx(2 / 9)


def test_no_clauses_score_nothing():
    scores = clause_scores([[]], [[]])
    assert (scores.f1, scores.macro_f1, scores.main_recall, scores.terms) == (0.0, 0.0, 0.0, ())


def test_identity_scores_are_shares_of_the_texts():
    exact, near = Match("a", None, "A", 1.0, exact=True), Match("b", None, "B", 0.9, exact=False)
    scores = identity_scores(["a", "b"], [[exact], [near]], [[near, exact], [near]])
    assert (scores.texts, scores.rewrapped_exact) == (2, 0.5)
    assert (scores.changed_exact, scores.changed_first) == (0.0, 0.5)
