from __future__ import annotations

import pytest
from records import GRANT, clauses

from openclause.doubts import doubts
from openclause.findings import find
from openclause.messages import translated
from openclause.notices import read_notices
from openclause.openness import decide

TEXT = "You may use, copy, modify and distribute this software."


def doubted(
    *said: str | tuple[str, str],
    category: str = "permissive",
    prior: dict[str, float] | None = None,
) -> list[str]:
    findings = find(clauses(*said), read_notices(TEXT))
    return [finding.rule.id for finding in doubts(category, findings, prior)]


def test_a_plain_grant_raises_no_doubt() -> None:
    assert doubted(*GRANT) == []


@pytest.mark.parametrize(
    ("extra", "doubt"),
    [
        (("distribute/prohibition", "You may not redistribute it."), "contradiction"),
        (("modify/prohibition", "You may not change it."), "contradiction"),
        (("attribution/obligation", "Prominently display our logo."), "displayed-credit"),
    ],
)
def test_contradictions_and_borderline_terms(extra: tuple[str, str], doubt: str) -> None:
    assert doubt in doubted(*GRANT, extra)


def test_a_grant_that_is_merely_implied() -> None:
    assert doubted("use/permission") == ["merely-implied"]
    assert doubted("use/permission", category="proprietary") == []


def test_a_prior_that_is_sure_of_another_category() -> None:
    assert doubted(*GRANT, prior={"proprietary": 0.9, "permissive": 0.05}) == ["disputed"]
    assert doubted(*GRANT, prior={"proprietary": 0.5, "permissive": 0.05}) == []


def test_whatever_needs_review_says_why() -> None:
    for said in (GRANT, ("use/permission",), ("modify/prohibition@0.6",), ()):
        answer = decide(clauses(*said), text=TEXT)
        why = {
            "borderline",
            "contradiction",
            "merely-implied",
            "disputed",
            "unsure",
            "displayed-credit",
        }
        assert answer.needs_review == bool(why & {reason.rule for reason in answer.reasons})


def test_a_borderline_rule_is_named_as_what_asks_for_a_look() -> None:
    shown = ("attribution/obligation", "Prominently display our logo.")
    answer = decide(clauses(*GRANT, shown), text=TEXT)
    reason = next(reason for reason in answer.reasons if reason.rule == "borderline")
    assert "displayed-credit" in reason.text
    assert reason.clauses
    assert "displayed-credit" in translated(reason.text, "ko")
    assert "사람이 검토해야" in translated(reason.text, "ko")
    assert "borderline" not in {
        reason.rule for reason in decide(clauses(*GRANT), text=TEXT).reasons
    }
