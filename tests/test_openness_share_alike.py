"""How far share-alike reaches: own terms, a scope said once, exceptions and what they free."""

from __future__ import annotations

import pytest
from records import GRANT, clauses, make

from openclause.evidence import SHOWN, weigh
from openclause.grants import read_grants
from openclause.notices import read_notices
from openclause.openness import Openness, decide

TEXT = (
    "Permission is hereby granted to use, copy, modify and distribute this software for any "
    "purpose, provided that the copyright notice appears in all copies."
)
WHOLE = ("share-alike/obligation", "License the derivative work as a whole under this license.")
PLAIN = ("share-alike/obligation", "What you pass on must come under these terms.")
EXCEPTION = (
    "As a special exception to the GNU General Public License, you may link this program with "
    "other modules and choose their terms yourself: non-GPL code need not follow the license."
)


def read(*said: str | tuple[str, str], text: str = TEXT) -> Openness:
    return decide(clauses(*GRANT, *said), text=text)


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("You may release your derived works under any other license.", "weak-copyleft"),
        ("Modified versions may go out on terms of your choice.", "weak-copyleft"),
        ("You may choose what license to use for your additions.", "weak-copyleft"),
        ("You may follow this or any later version instead.", "strong-copyleft"),
        ("Derivatives may come under any other later version of it.", "strong-copyleft"),
    ],
)
def test_leave_to_relicense_ones_own_changes_bounds_share_alike(said: str, category: str) -> None:
    assert read(WHOLE).category == "strong-copyleft"
    assert read(WHOLE, ("relicense/permission", said)).category == category


def test_a_scope_said_once_bounds_duties_that_name_none() -> None:
    scoped = ("share-alike/obligation", "Modified files stay under this license.")
    assert read(PLAIN).category == "strong-copyleft"
    assert read(PLAIN, scoped).category == "weak-copyleft"
    assert read(WHOLE, scoped).category == "strong-copyleft"


def test_the_prior_does_not_take_back_what_an_exception_frees() -> None:
    said = [make("link/permission", EXCEPTION)]
    prior = {"strong-copyleft": 0.8, "weak-copyleft": 0.2}
    assert decide(said, text=EXCEPTION, prior=prior).category == "weak-copyleft"


@pytest.mark.parametrize(
    ("said", "freed"),
    [
        ("You may link it with any other program.", True),
        ("You may link it with any other program for a license fee.", False),
        ("You may link it with other modules licensed under the GNU GPL.", False),
        ("You may link it with any program that contains parts of that library.", False),
    ],
)
def test_what_frees_works_that_link(said: str, freed: bool) -> None:
    linking = read_grants(weigh(clauses(("link/permission", said))), read_notices("")).linking
    assert (linking.strength >= SHOWN) == freed


def test_a_sentence_that_forbids_linking_frees_no_work_that_links() -> None:
    said = "It may be put into proprietary programs by its output, not by itself."
    both = [make("link/permission", said), make("link/prohibition", said)]
    assert read_grants(weigh(both[:1]), read_notices("")).linking.strength >= SHOWN
    assert read_grants(weigh(both), read_notices("")).linking.strength == 0


@pytest.mark.parametrize(
    "said",
    [
        "Distribute changed files under a license that forbids their original names.",
        "You do not have to pass changed copies on under the same terms.",
        "You may use this license for derivative works of your own.",
        "Where it is combined with code under the GPL, the whole must be under the GPL.",
        "The terms for any derivative of this code cannot be changed.",
    ],
)
def test_what_asks_for_no_same_license_is_no_share_alike(said: str) -> None:
    assert read(("share-alike/obligation", said)).category == "permissive"


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("The modifications are licensed under the same terms.", "weak-copyleft"),
        ("Your changes come under this license.", "weak-copyleft"),
        ("Works with modifications come under this license.", "strong-copyleft"),
    ],
)
def test_share_alike_of_changes_alone_reaches_no_larger_work(said: str, category: str) -> None:
    assert read(("share-alike/obligation", said)).category == category


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("Give the source of your changes to the author.", "permissive"),
        ("Give the source of your changes to other developers.", "weak-copyleft"),
    ],
)
def test_source_that_only_the_author_gets_is_no_copyleft(said: str, category: str) -> None:
    assert read(("disclose-source/obligation", said)).category == category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("You may create larger works that include it.", "strong-copyleft"),
        ("A larger work may combine it with other code as a single product.", "weak-copyleft"),
        ("You may embed the package in a larger work of your own.", "weak-copyleft"),
        ("The license of a larger work may be any.", "weak-copyleft"),
    ],
)
def test_larger_works_are_free_only_where_the_text_frees_them(text: str, category: str) -> None:
    assert read(WHOLE, text=f"{TEXT} {text}").category == category


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("Interface Exception 1.0: boards may join it with other parts.", True),
        ("The author waives section 3 of the license for such boards.", True),
        ("As a relaxation of clause 6 of the LGPL you may pass on binaries.", True),
        ("It may be exported under License Exception TSU of the rules.", False),
        ("You may use it without additional permission from us.", False),
    ],
)
def test_what_marks_an_exception(text: str, shows: bool) -> None:
    assert ("exception" in read_notices(text).signals) == shows


@pytest.mark.parametrize(
    ("text", "said", "category"),
    [
        ("It is under the GPL with the runtime library exception.", (), "weak-copyleft"),
        ("As an exception to the GPL, plug-ins may use any license.", ("link",), "weak-copyleft"),
        ("As an exception to the GPL, the plug-in of Foo may use it.", ("link",),
         "strong-copyleft"),
        ("As an exception to the GPL, you may link certain code to it, regardless of its license.",
         ("link",), "strong-copyleft"),
        ("As an exception to the GPL, you need not give the source of your embedded applications.",
         ("disclose-source",), "weak-copyleft"),
        ("As a special exception to the license, plug-ins may come under any license.",
         ("link",), "weak-copyleft"),
    ],
)  # fmt: skip
def test_whom_an_exception_frees(text: str, said: tuple[str, ...], category: str) -> None:
    found = [make(f"{term}/permission", text) for term in said]
    assert decide(found, text=text).category == category


def test_the_conditions_of_what_an_exception_adds_are_no_bans_of_the_work() -> None:
    text = (
        "As an exception to section 13 of the AGPL you may run changed versions without giving "
        "their source, as long as you do not use it to offer a hosted service."
    )
    added = make("network-disclosure/permission", text)
    ban = make("hosted-service/prohibition", text)
    assert decide([added, ban], text=text).category == "strong-copyleft"
    assert decide([ban], text=text).category == "source-available"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("It may go out under one of the following conditions: (a) at no charge, or (b):",
         "weak-copyleft"),
        ("Give the source in one of these ways: on a disk, or over a network.", "strong-copyleft"),
    ],
)  # fmt: skip
def test_a_duty_that_is_one_of_several_is_owed_in_some_cases_only(text: str, category: str) -> None:
    assert read(PLAIN, text=f"{TEXT} {text}").category == category
    assert read(WHOLE, text=f"{TEXT} {text}").category == "strong-copyleft"


@pytest.mark.parametrize(
    ("said", "freed"),
    [
        ("As an exception to the GPL, you may link it with independent modules.", True),
        ("As an exception to the GPL, you may link that library with proprietary code.", False),
    ],
)
def test_words_of_freedom_count_unless_all_that_was_read_is_narrow(said: str, freed: bool) -> None:
    grants = read_grants(weigh(clauses(("link/permission", said))), read_notices(said))
    assert (grants.linking.strength >= SHOWN) == freed


def test_other_terms_for_ones_changes_in_an_open_license_do_not_hide_share_alike() -> None:
    added = "You may provide additional or different license terms for your modifications."
    assert read(("relicense/permission", added), WHOLE).category == "strong-copyleft"
