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
