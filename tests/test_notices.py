from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclause.addresses import outside_policies, policy_warnings
from openclause.index import load_index
from openclause.notices import named_category, read_notices
from openclause.references import names_of
from openclause.taxonomy import categories, mildest, read_toml, strictest


def names(text: str) -> list[tuple[str, str]]:
    return [(mention.name, mention.category) for mention in read_notices(text).mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Licensed under the MIT License", [("MIT License", "permissive")]),
        ("under the GNU\n  General  Public License", [("GNU General Public License",
                                                      "strong-copyleft")]),
        ("under the GNU Lesser General Public License", [("GNU Lesser General Public License",
                                                         "weak-copyleft")]),
        ("under the AGPL-3.0-or-later", [("AGPL-3.0-or-later", "strong-copyleft")]),
        ("under CC BY 4.0", [("CC BY 4.0", "permissive")]),
        ("under CC-BY-SA-4.0", [("CC-BY-SA-4.0", "strong-copyleft")]),
        ("under CC-BY-NC-SA-4.0", [("CC-BY-NC-SA-4.0", "non-commercial")]),
        ("under the Mozilla Public License", [("Mozilla Public License", "weak-copyleft")]),
        ("We permit it, limited to what is permitted.", []),
    ],
)  # fmt: skip
def test_names_are_found_and_told_apart(text: str, expected: list[tuple[str, str]]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "words",
    [
        "Unlike works under other terms, this is not compatible with the GNU GPL.",
        "It must not be used in a form that would require it to be covered by the GNU GPL.",
        "It resembles, but is not, the MIT License.",
        "Any open license may be put upon works made with toys, such as the MIT License.",
        "The authors neither took toys under the MIT License.",
        "We recommend to put toys of your own under the MIT License.",
        "Its terms are compatible to the MIT License.",
    ],
)
def test_a_name_that_does_not_govern_is_passed_over(words: str) -> None:
    assert names("All rights are reserved by the author of this work. " * 6 + words) == []


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("licensed under the LGPLv3", "weak-copyleft"),
        ("licensed under LGPL2.1", "weak-copyleft"),
        ("licensed under the AGPLv3", "strong-copyleft"),
        ("licensed under the MPLv2", "weak-copyleft"),
        ("licensed under [MIT](https://toys.example)", "permissive"),
        ("licensed under the “MIT” licence", "permissive"),
        ("licensed under the *BSD* licence", "permissive"),
        ("licensed under the Modified Berkeley Software Distribution License", "permissive"),
        ("licensed under the Creative Commons-Attribution 4.0 License", "permissive"),
        ("licensed under the Boost-Software-License", "permissive"),
        ("licensed under a Python-style license", "permissive"),
        ("licensed under the OpenSSL open source license", "permissive"),
        ("licensed under the GNU General\n    Public License", "strong-copyleft"),
        ("licensed under the Eclipse\nPublic\nLicense", "weak-copyleft"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(text: str, category: str) -> None:
    found = read_notices("The toy library is a small work of its authors. " * 9 + text).mentions
    assert {mention.category for mention in found} == {category}


@pytest.mark.parametrize("gap", range(60, 100))
def test_a_name_said_twice_is_found_twice_however_far_apart(gap: int) -> None:
    named = "licensed under the Open Government Licence"
    text = f"{'Toys. ' * 50}{named}{' ' * gap}, {named}"
    assert len(names(text)) == len(["here", "there"])


@pytest.mark.parametrize(
    "words",
    [
        "All use has to respect the GNU General Public License.",
        "Use that is consistent with the GNU General Public License is permitted.",
        "You must comply with the GNU General Public License.",
        "Read first the GNU General Public License, which covers all toys.",
        "As a relaxation of clause 6 of the GNU General Public License, link as you like.",
        "\n\n==== GNU General Public License v3 ====\n\nToys are free.",
        "\n\n# [GNU General Public License](v3)\nToys are free.",
    ],
)
def test_a_name_governs_by_the_words_about_it_or_as_a_title(words: str) -> None:
    assert names("All rights are kept by the author of this work. " * 6 + words)


def test_the_end_of_a_broken_line_is_no_title() -> None:
    assert not names(
        "All rights are kept by the author. " * 8 + "\nThis resembles the\nMIT License\n"
    )


def test_a_name_with_a_short_name_of_its_own_governs() -> None:
    filler = "All rights are reserved by the author of this work. " * 6
    assert names(filler + 'See: Apache License 2.0 (the "License").')


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Dual licensed under the MIT and GPL licenses.", "permissive"),
        ("You can choose between the MIT license and the GPL license.", "permissive"),
        ("Under both the MIT license and the GPL. Take your pick.", "permissive"),
        ("Our libfoo comes under a tri-license: GPL/LGPL/MPL.", "weak-copyleft"),
        ("Either under the Apache License v2.0 or the GPL v2.", "permissive"),
        (
            "Licensed under the BSD license (see a.b/c) or the GPL-2.0, at your option.",
            "permissive",
        ),
        ("Under the MIT and GPL licenses; decide which one you want.", "permissive"),
        ("In the public domain; you may also choose the MIT license.", "public-domain"),
        ("Code under the MIT license, manual under the GFDL.", "strong-copyleft"),
        (
            "Code under the MIT license, manual under the GPL. Pick what to install.",
            "strong-copyleft",
        ),
        ("Under the MIT license and the GPL; we decide which files.", "strong-copyleft"),
        ("Under the MIT license, fonts: GPL. No law of your choice applies.", "strong-copyleft"),
        ("Under the MIT license; manual: www.gnu.org/licenses/gpl/lgpl", "strong-copyleft"),
        ("Either version 2 of the GNU GPL license or any later version.", "strong-copyleft"),
        ("Under the MIT (or GPL v2) license.", "permissive"),
        ("Two licenses, the GPL and BSD licenses: one or the other holds.", "permissive"),
        ("Under the GPL license and/or the MIT license.", "permissive"),
        ("Both the GPL and the BSD license; use the license that best suits you.", "permissive"),
        ("Under the GPL; the toy is also available under the MIT license.", "permissive"),
        ("Under the GPL and the MIT license. Pick either.", "permissive"),
        ("Under the GPL, LGPL and MIT licenses; choose which of the three you want.", "permissive"),
        (
            "Code under the MIT license, manual under the GPL. Choose which of the toys to build.",
            "strong-copyleft",
        ),
    ],
)
def test_a_choice_is_as_mild_as_its_mildest_license(text: str, category: str) -> None:
    notices = read_notices(text)
    assert named_category(notices.mentions, notices) == category


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under the GNU Lesser General Public License (LGPL), v3", ["weak-copyleft"]),
        ("under the Lesser GPL version 3", ["weak-copyleft"]),
        ("subject to the GNU Public License", ["strong-copyleft"]),
        ("governed by the GNU Lesser/Library Public License", ["weak-copyleft"]),
        ("under the FreeBSD License", ["permissive"]),
        ("It was previously distributed under the GPL.", []),
        ("under the MIT License, which is compatible with the GPL", ["permissive"]),
    ],
)
def test_a_name_is_counted_once_and_only_where_it_holds(text: str, expected: list[str]) -> None:
    found = read_notices("The toy library. " * 20 + text, names_of(load_index())).mentions
    assert [mention.category for mention in found] == expected


def test_a_named_exception_frees_from_the_copyleft_beside_it() -> None:
    text = "Under the GPL version 3 and the GCC Runtime Library Exception, version 3.1."
    notices = read_notices(text, names_of(load_index()))
    assert named_category(notices.mentions, notices) == "weak-copyleft"


def test_no_name_gives_no_category() -> None:
    notices = read_notices("All rights reserved.")
    assert named_category(notices.mentions, notices) is None


def test_mildest_and_strictest_follow_the_rank() -> None:
    some = ("use-restricted", "permissive", "proprietary")
    assert (mildest(some), strictest(some)) == ("permissive", "proprietary")


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("As a special exception, you may link it.", "exception"),
        ("Individual Contributor License Agreement", "addendum-title"),
        ("Acceptable Use Policy\n\nDo no harm.", "policy-title"),
        ("I dedicate any and all copyright interest to the public.", "waiver"),
        ("This is in the public domain.", "public-domain"),
        ("This is not in the public domain.", "part-public-domain"),
        ("Works of the government are not subject to copyright.", "public-domain"),
        ("On the Change Date, the Change License applies.", "change-date"),
        ("a perpetual, irrevocable license", "irrevocable"),
        ("A Larger Work may hold other code.", "larger-work"),
        ("Follow the use policy at https://example.org/p", "outside-policy"),
    ],
)
def test_signals_of_a_text(text: str, signal: str) -> None:
    assert signal in read_notices(text).signals


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("This is something we waited for: a toy in the public domain.", True),
        ("You may treat it as any public domain work.", True),
        ("These tests are in the public domain.", True),
        ("Source code and documentation are in the public domain.", True),
        ("Some of it is in the public domain.", False),
        ("It used to be in the public domain.", False),
        ("The images in the toys directory are in the public domain.", False),
        ("The hashing support is in the public domain.", False),
        ("It holds public domain work.", False),
    ],
)
def test_a_dedication_is_of_the_whole_unless_said_of_a_part_or_of_the_past(
    text: str, whole: bool
) -> None:
    signals = read_notices(text).signals
    assert ("part-public-domain" not in signals) is whole


def test_parts_that_the_work_can_do_without_do_not_decide() -> None:
    text = "Code that others wrote is in here too. " * 7 + "The toy is under the LGPL license. "
    side = "The examples of cars are under the GPL license."
    assert [category for _, category in names(text + side)] == ["weak-copyleft"]
    assert [category for _, category in names(side + " Toys. " * 40)] == ["strong-copyleft"]


def test_what_remains_under_a_license_is_another_work() -> None:
    text = "We give up all rights in this file. " * 8 + "The program remains under the GPL license."
    assert names(text) == []


def test_an_identifier_is_no_amendment() -> None:
    notices = read_notices("SPDX-License-Identifier: GPL-2.0 WITH Classpath-exception-2.0")
    assert "addendum" not in notices.signals


def test_outside_policies_are_given_with_their_place() -> None:
    text = (
        "See https://example.org/home. You must keep the Acceptable Use Policy\n(available at "
        "https://example.org/policy), and again the Acceptable Use Policy at "
        "https://example.org/policy."
    )
    (policy,) = outside_policies(text)
    assert text[policy.start : policy.end] == policy.url == "https://example.org/policy"
    assert policy_warnings([policy]) == (
        "incorporates an outside policy by reference: https://example.org/policy",
    )


def test_an_address_may_say_by_itself_that_it_is_a_policy() -> None:
    assert outside_policies("Comply with https://example.org/use-policy at all times.")


def test_an_address_may_lack_its_scheme() -> None:
    text = "You must keep to the Prohibited Use Policy at toys.example.com/use_policy, always."
    (policy,) = outside_policies(text)
    assert policy.url == text[policy.start : policy.end] == "toys.example.com/use_policy"


def test_the_address_of_the_text_itself_is_no_outside_policy() -> None:
    text = 'Toy Terms of Use\n\nAdd: "Toys come under the Toy Terms of Use at example.com/toys".\n'
    assert outside_policies(text) == ()
    assert outside_policies(text.replace("Toy Terms of Use at", "other Terms of Use at"))


@pytest.mark.parametrize("text", ["", "http", "https://", "www.", "httphttp://x"])
def test_broken_addresses_are_no_policies(text: str) -> None:
    assert outside_policies(text) == ()


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    for mention in read_notices(text).mentions:
        assert text[mention.start : mention.end]


def test_offsets_hold_where_lower_case_is_longer() -> None:
    text = "İstanbul İİİ\nLicensed under the MIT License"
    (mention,) = read_notices(text).mentions
    assert text[mention.start : mention.end] == "MIT License"


def test_families_name_categories_that_exist() -> None:
    assert {family["category"] for family in read_toml("openness.toml")["family"]} <= set(
        categories()
    )


@pytest.mark.parametrize("family", read_toml("openness.toml")["family"], ids=lambda f: f["name"])
def test_anchors_are_lower_case(family: dict[str, list[str]]) -> None:
    assert all(anchor == anchor.lower() for anchor in family["anchors"])
