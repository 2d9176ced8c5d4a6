"""What named licenses come to where they may be chosen, amended or are those of other works."""

from __future__ import annotations

import pytest
from records import clauses

from openclause.openness import Openness, decide

CHOICE = "The toy is under the GNU Lesser General Public License or, at your option, the {}."


def read(text: str, *said: tuple[str, str]) -> Openness:
    return decide(clauses(*said), text=text)


@pytest.mark.parametrize(
    ("other", "category"), [("MIT License", "permissive"), ("GPL License", "weak-copyleft")]
)
def test_a_choice_spares_all_that_is_stricter_than_its_mildest_license(
    other: str, category: str
) -> None:
    text = f"{CHOICE.format(other)} Changed toys must be shared as a whole under its license."
    answer = read(text, ("share-alike/obligation@0.7", text))
    assert answer.category == category


def test_a_choice_spares_a_faint_limit_of_another_branch() -> None:
    faint = ("commercial-use/prohibition@0.35", "Not for commercial use.")
    assert read(CHOICE.format("MIT License"), faint).category == "permissive"


def test_a_choice_does_not_spare_a_plain_ban() -> None:
    plain = ("commercial-use/prohibition", "Commercial use is forbidden.")
    text = CHOICE.format("MIT License") + " Commercial use is forbidden."
    assert read(text, plain).category == "non-commercial"


def test_an_exception_may_be_to_a_license_that_is_chosen() -> None:
    text = (
        "The toy is covered by the MIT (or GPL v2) license. As an exception, you may use what it "
        "puts out without restriction."
    )
    assert read(text, ("use/permission", text)).category == "permissive"


def test_an_exception_that_lists_licenses_of_other_works_leaves_no_choice() -> None:
    text = (
        "As a special exception to the GPL, you may distribute the toy with other free software "
        "under one of the following licenses: the MIT license, or the Apache License."
    )
    assert read(text, ("link/permission", text)).category != "permissive"
