"""What the prior may do: help where clauses are silent or faint, and outvote none that is shown."""

from __future__ import annotations

import pytest
from records import GRANT, GRANTED, clauses

from openclause.openness import decide
from openclause.taxonomy import categories


@pytest.mark.parametrize("kind", ["compete/prohibition", "distribute/prohibition"])
def test_a_faint_ban_moves_nothing(kind: str) -> None:
    assert decide(clauses(*GRANT, f"{kind}@0.4"), text=GRANTED).category == "permissive"


def test_the_prior_lifts_a_faint_ban_and_never_outvotes_one_that_is_shown() -> None:
    faint = clauses(*GRANT, "field-of-use/prohibition@0.4")
    shown = clauses(*GRANT, "field-of-use/prohibition@0.57")
    open_, limited = {"permissive": 0.99}, {"use-restricted": 0.8, "permissive": 0.2}
    assert decide(faint, text=GRANTED).category == "permissive"
    assert decide(faint, text=GRANTED, prior=open_).category == "permissive"
    assert decide(faint, text=GRANTED, prior=limited).category == "use-restricted"
    assert decide(shown, text=GRANTED, prior=open_).category == "use-restricted"


@pytest.mark.parametrize("sure", ["proprietary", "no-derivatives", "non-commercial"])
def test_a_prior_alone_takes_back_no_grant(sure: str) -> None:
    prior = {sure: 0.99, "permissive": 0.01}
    assert decide(clauses(*GRANT), text=GRANTED, prior=prior).category == "permissive"


def test_the_prior_speaks_where_clauses_are_silent() -> None:
    said = clauses("include-notice/obligation@0.6")
    text = "License terms and conditions, see below; no warranty, all liability excluded."
    assert decide(said, text=text).category == "proprietary"
    prior = dict.fromkeys(categories(), 0.01) | {"permissive": 0.91}
    answer = decide(said, text=text, prior=prior)
    assert answer.category == "permissive"
    assert answer.needs_review


def test_a_prior_that_disagrees_asks_for_review_and_costs_confidence() -> None:
    alone = decide(clauses(*GRANT), text=GRANTED)
    disputed = decide(clauses(*GRANT), text=GRANTED, prior={"proprietary": 0.9, "permissive": 0.05})
    assert disputed.category == alone.category
    assert disputed.confidence < alone.confidence
    assert disputed.needs_review
    assert not alone.needs_review


@pytest.mark.parametrize("likely", ["source-available", "permissive"])
@pytest.mark.parametrize(
    "copies",
    [
        ("distribute/permission", "Distribute it solely as part of your product."),
        ("distribute/prohibition", "Distribute it in object code only."),
    ],
)
def test_bounded_copies_without_leave_to_change_need_no_prior(
    copies: tuple[str, str], likely: str
) -> None:
    prior = {name: 0.9 if name == likely else 0.1 / 9 for name in categories()}
    said = clauses("use/permission", "distribute/permission", copies)
    assert decide(said, text="You may use it.", prior=prior).category == "no-derivatives"
