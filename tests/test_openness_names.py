"""What named licenses come to where they may be chosen, amended or are those of other works."""

from __future__ import annotations

import pytest
from records import GRANT, GRANTED, clauses

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


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("SPDX-License-Identifier: MIT", "permissive"),
        ("// SPDX-License-Identifier: GPL-2.0-only", "strong-copyleft"),
        ("SPDX-License-Identifier: MIT OR GPL-2.0-only", "permissive"),
        ("SPDX-License-Identifier: MIT AND GPL-2.0-only", "strong-copyleft"),
        ("SPDX-License-Identifier: GPL-2.0 WITH Classpath-exception-2.0", "weak-copyleft"),
        ('Licensed under the Apache License, Version 2.0 (the "License").', "permissive"),
        ("You may use this under the terms of the GNU Lesser General Public License.",
         "weak-copyleft"),
        (
            "You can redistribute it and/or modify it under the terms of the GNU General Public "
            "License, either version 2 of the License, or (at your option) any later version.",
            "strong-copyleft",
        ),
        ("Dual-licensed under the MIT license and the GNU General Public License.", "permissive"),
        ("Released under CC BY-NC-ND 4.0.", "no-derivatives"),
        ("Licensed under the Creative Commons Attribution-ShareAlike 4.0 license.",
         "strong-copyleft"),
        ("Released under CC0.", "public-domain"),
        ("This is distributed under the Business Source License 1.1.", "source-available"),
        ("License: CreativeML OpenRAIL-M", "use-restricted"),
    ],
)  # fmt: skip
def test_a_notice_takes_the_category_of_the_license_it_names(text: str, category: str) -> None:
    answer = decide([], text=text)
    assert answer.category == category
    assert answer.by_reference


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (
            "As a special exception, linking this file with other files does not by itself cause "
            "the result to be covered by the GNU General Public License.",
            "weak-copyleft",
        ),
        (
            "In addition, as a special exception to the GNU GPL, you have permission to link this "
            "program with the OpenSSL library and to distribute the result.",
            "strong-copyleft",
        ),
        (
            "As a special exception to the GNU Lesser General Public License, you have permission "
            "to link with the Foo library.",
            "weak-copyleft",
        ),
    ],
)
def test_an_exception_is_labelled_by_the_combination(text: str, category: str) -> None:
    answer = decide(clauses(("link/permission", text)), text=text)
    assert (answer.category, answer.addendum, answer.by_reference) == (category, True, False)


@pytest.mark.parametrize(
    "text",
    ["", "Lorem ipsum dolor sit amet, consectetur adipiscing elit.", "def main():\n    return 0"],
)
def test_what_has_no_word_of_a_license_is_none(text: str) -> None:
    answer = decide([], text=text)
    assert (answer.category, answer.rank) == ("not-a-license", None)
    assert [reason.rule for reason in answer.reasons] == ["no-license-words"]


def test_parts_are_listed_where_a_text_names_several_kinds_of_license() -> None:
    text = "The code is licensed under the MIT license, the docs under CC BY-SA 4.0."
    answer = decide([], text=text)
    assert answer.category == "strong-copyleft"
    assert [(text[part.start : part.end], part.category) for part in answer.parts] == [
        ("MIT license", "permissive"),
        ("CC BY-SA 4.0", "strong-copyleft"),
    ]


def test_a_name_in_passing_does_not_govern_a_text_with_grants_of_its_own() -> None:
    text = GRANTED + " More about nothing at all." * 160 + " Unlike code under the GNU GPL."
    assert decide(clauses(*GRANT), text=text).category == "permissive"
