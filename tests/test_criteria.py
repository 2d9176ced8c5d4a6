from __future__ import annotations

import pytest
from records import GRANT, clauses

from openclause.criteria import Verdict, judge
from openclause.taxonomy import criteria

GRANTED = "Permission is hereby granted to use, copy, modify and distribute this software."
LLAMA = (
    *GRANT,
    ("use-threshold/prohibition", "Not above 700 million monthly active users."),
    (
        "field-of-use/prohibition",
        "You must adhere to the Acceptable Use Policy at https://example.org/use.",
    ),
    ("termination/permission", "We may end it if you are in breach."),
    ("attribution/obligation", "Prominently display Built with It on your website."),
    "sublicense/prohibition",
)
RAIL = (
    *GRANT,
    ("field-of-use/prohibition", "You must not use the model to harm minors."),
    ("flow-down/obligation", "You must pass on these restrictions."),
)


def read(*said: str | tuple[str, str], text: str = GRANTED) -> dict[str, Verdict]:
    return judge(clauses(*said), text=text)


def having(status: str, *said: str | tuple[str, str], text: str = GRANTED) -> set[str]:
    return {name for name, verdict in read(*said, text=text).items() if verdict.status == status}


def test_every_criterion_is_judged_in_order() -> None:
    verdicts = read(*GRANT)
    assert list(verdicts) == list(criteria())
    assert all(verdict.criterion == name and verdict.why for name, verdict in verdicts.items())


def test_a_permissive_license_violates_nothing() -> None:
    assert having("violated", *GRANT) == set()
    assert having("unclear", *GRANT) == {"OSD-2"}


def test_apache_terms_violate_nothing() -> None:
    said = ("patent-retaliation/prohibition", "trademark/prohibition", "state-changes/obligation")
    assert having("violated", *GRANT, *said) == set()


def test_llama_terms_violate_points_5_and_6() -> None:
    assert having("violated", *LLAMA) == {"OSD-5", "OSD-6", "OSAID-use"}


def test_rail_terms_violate_point_6() -> None:
    assert having("violated", *RAIL) == {"OSD-6", "OSAID-use"}


def test_a_displayed_credit_leaves_points_6_and_10_open() -> None:
    said = ("attribution/obligation", "Above 100 million users, prominently display our logo.")
    assert having("violated", *GRANT, said) == set()
    assert having("unclear", *GRANT, said) == {"OSD-2", "OSD-6", "OSD-10"}


def test_whether_source_is_shipped_is_not_for_the_text_to_say() -> None:
    verdict = read(*GRANT)["OSD-2"]
    assert verdict.status == "unclear"
    assert "source" in verdict.why


def test_a_source_duty_answers_point_2() -> None:
    verdict = read(*GRANT, "disclose-source/obligation")["OSD-2"]
    assert (verdict.status, verdict.clauses) == ("met", ("disclose-source-obligation-400",))


@pytest.mark.parametrize(
    ("said", "violated"),
    [
        (("sell/prohibition", "You may not sell it."), {"OSD-1", "OSAID-share"}),
        (("modify/prohibition", "You must not change it."), {"OSD-3", "OSD-4", "OSAID-modify"}),
        (("commercial-use/prohibition", "No commercial use."),
         {"OSD-1", "OSD-6", "OSAID-use", "OSAID-share"}),
        (("territory/prohibition", "Not in the European Union."), {"OSD-5", "OSAID-use"}),
        (("field-of-use/prohibition", "It must run only on our chips."),
         {"OSD-6", "OSD-8", "OSAID-use"}),
        (("distribute/permission", "Distribute it only as part of your product."),
         {"OSD-1", "OSD-8", "OSAID-share"}),
        (("network-disclosure/obligation", "Publish the source of all programs you use."),
         {"OSD-6", "OSD-9"}),
        (("reverse-engineer/prohibition", "Do not reverse engineer it."), {"OSAID-study"}),
        (("naming/obligation", "Rename changed versions."), set()),
        (("share-alike/obligation", "Derivative works stay under this license."), set()),
    ],
)  # fmt: skip
def test_what_one_more_clause_violates(said: tuple[str, str], violated: set[str]) -> None:
    verdicts = read(*GRANT, said)
    assert {name for name, verdict in verdicts.items() if verdict.status == "violated"} == violated
    term, _, modality = said[0].partition("/")
    for name in violated:
        assert f"{term}-{modality}-400" in verdicts[name].clauses


def test_rights_that_end_at_will_leave_point_7_open() -> None:
    said = ("termination/permission", "We may end this license at any time.")
    assert read(*GRANT, said)["OSD-7"].status == "unclear"


def test_a_text_that_grants_nothing_violates_what_it_withholds() -> None:
    assert {"OSD-1", "OSD-3", "OSD-7", "OSAID-modify", "OSAID-share"} <= having(
        "violated", "use/permission", text="You may use it."
    )


def test_a_merely_implied_grant_is_unclear() -> None:
    said = ("use/permission", "You may use it and distribute copies.")
    assert read(said)["OSAID-share"].status == "unclear"


def test_a_waiver_grants_everything() -> None:
    text = "I dedicate any and all copyright in this software to the public domain."
    assert having("violated", text=text) == set()


def test_a_named_license_grants_what_its_kind_grants() -> None:
    assert having("violated", text="Licensed under the MIT license.") == set()


def test_a_faint_ban_violates_nothing() -> None:
    assert having("violated", *GRANT, "compete/prohibition@0.4") == set()
