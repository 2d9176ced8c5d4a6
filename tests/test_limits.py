from __future__ import annotations

from datetime import date

import pytest

from openclause.formats.limits import Limit, dates, thresholds, vocabulary
from openclause.taxonomy import terms


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "If you have more than 100 million monthly active users, ask for a license.",
            [Limit("oc:monthlyActiveUsers", "gt", 100_000_000)],
        ),
        (
            "You need a license when your annual revenue exceeds US$1,500,000.",
            [Limit("oc:annualRevenue", "gt", 1_500_000, "USD")],
        ),
        (
            "Companies with at least €10 million in turnover must pay.",
            [Limit("oc:annualRevenue", "gteq", 10_000_000, "EUR")],
        ),
        ("You may run up to 3 instances.", [Limit("oc:installations", "lteq", 3)]),
        ("Free for teams of fewer than 25 employees.", [Limit("oc:employees", "lt", 25)]),
        (
            "Use by over 2.5 million\n   users is not licensed.",
            [Limit("oc:users", "gt", 2_500_000)],
        ),
        ("See section 4.2 of version 2 and 10 other documents.", []),
        ("The price is $5.", []),
        ("You may not sell it.", []),
    ],
)
def test_a_number_counts_with_a_measure_beside_it(words, found):
    assert list(thresholds(words)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("until January 31, 2029 you may not sell it", [("lt", date(2029, 1, 31))]),
        ("on or after 1 March 2027 it is free", [("gteq", date(2027, 3, 1))]),
        ("Before 2026-12-31 no use is granted", [("lt", date(2026, 12, 31))]),
        ("Version of January 31, 2029", []),
        ("before 2026-13-41 nothing", []),
    ],
)
def test_a_date_counts_with_a_comparison_before_it(words, found):
    assert [(one.operator, one.value) for one in dates(words)] == found


def test_every_term_is_mapped_and_every_action_of_ours_is_included_in_one_of_odrl():
    mapping = vocabulary()
    assert mapping.term.keys() == terms().keys()
    actions = {
        action
        for one in mapping.term.values()
        for action in (one.action, one.permission, one.obligation, one.prohibition)
        if action
    }
    assert {action for action in actions if action.startswith("oc:")} == mapping.included.keys()
    assert all(action.startswith("odrl:") for action in mapping.included.values())
    for name, one in mapping.term.items():
        assert bool(one.action) == (one.fit != "none"), name
        assert one.action.startswith("oc:") == (one.fit == "own"), name
