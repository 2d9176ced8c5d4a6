from __future__ import annotations

import pytest
from records import clauses, make

from openclause.evidence import SHOWN, either, together, weigh
from openclause.grants import Grants, read_grants
from openclause.notices import read_notices


def read(*said: str | tuple[str, str], text: str = "") -> Grants:
    return read_grants(weigh(clauses(*said)), read_notices(text))


def test_independent_evidence_adds_up_and_never_passes_one() -> None:
    assert either() == 0
    assert either(0.5, 0.5) == pytest.approx(0.75)
    assert either(1.0, 0.3) == 1


def test_weights_fall_for_minor_clauses_and_borrowed_bans() -> None:
    (main,) = weigh([make("compete/prohibition", "Do not compete.")]).of(["compete/prohibition"])
    (minor,) = weigh([make("compete/prohibition", "Do not compete.", main=False)]).of(
        ["compete/prohibition"]
    )
    (item,) = weigh([make("compete/prohibition", "rival products;")]).of(["compete/prohibition"])
    assert main.weight == main.trust == pytest.approx(0.9)
    assert minor.weight < main.weight
    assert item.weight < main.weight


@pytest.mark.parametrize(
    ("said", "granted"),
    [
        (["distribute/permission"], True),
        (["distribute-derivatives/permission"], True),
        (["use/permission"], False),
        (["distribute/prohibition"], False),
        ([("distribute/permission", "You may distribute the redistributables.")], False),
        ([("distribute/permission", "You may copy it internally.")], False),
        ([("use/permission", "You may use and distribute it.")], True),
        ([("use/permission", "You may use but not distribute it.")], False),
        ([("include-license/obligation", "Redistributions must keep this license."),
          ("include-copyright/obligation", "Redistributions must keep this notice.")], True),
        ([("include-license/obligation", "Put this license into any such copy."),
          ("include-copyright/obligation", "Put this notice into any such copy.")], True),
        # a name of a file is no part, and parts are no work
        ([("distribute/permission", "You may distribute it with the file NOTES.txt.")], True),
        ([("distribute/permission", "You may distribute core.dll and core.h.")], False),
        ([("distribute/permission", "Give on the code that you are permitted to share.")], False),
        ([("distribute/permission", "Portions of the kit that are designated may go out.")], False),
        # another work: what is built to a specification or by the recipient
        ([("distribute-derivatives/permission",
           "You may create and distribute implementations of the Specification.")], False),
        ([("distribute/permission", "You may sell programs that you write.")], False),
        ([("use/permission", "Use it to make and distribute products that you build.")], False),
        # leave to use in any way, whatever else is denied in the sentence
        ([("use/permission", "Use it for any purpose; no license is needed.")], True),
        ([("use/permission", "Any use is permitted if neither author is blamed.")], True),
        ([("use/permission", "No license is given to use it for any purpose.")], False),
        ([("use/permission", "All of the software may be installed.")], False),
    ],
)  # fmt: skip
def test_distribution_is_granted(said: list[str | tuple[str, str]], granted: bool) -> None:
    assert (read(*said).distribution.strength >= SHOWN) == granted


@pytest.mark.parametrize(
    ("said", "granted"),
    [
        (["modify/permission"], True),
        (["distribute-derivatives/permission"], True),
        (["distribute/permission"], False),
        ([("use/permission", "You may use and modify it.")], True),
        ([("distribute/permission", "You may distribute unmodified copies.")], False),
        ([("share-alike/obligation", "Derivative works stay under this license.")], True),
        ([("share-alike/obligation", "Derivations stay under this license.")], True),
        (
            [("modify/permission", "Modify it to create implementations of this specification.")],
            False,
        ),
        # free use covers use only, leave to do anything covers change
        ([("use/permission", "You may use it for any purpose.")], False),
        ([("use/permission", "You may use it freely.")], False),
        ([("use/permission", "You may use it without any restriction.")], True),
        ([("use/permission", "Do anything you like with it.")], True),
    ],
)
def test_change_is_granted(said: list[str | tuple[str, str]], granted: bool) -> None:
    assert (read(*said).modification.strength >= SHOWN) == granted


def test_the_licensors_own_rights_grant_nothing() -> None:
    clause = make("distribute/permission", "Licensor may pass it on.")
    own = type(clause)(**{f: getattr(clause, f) for f in clause.__struct_fields__} | {
        "holder": "licensor"})  # fmt: skip
    assert read_grants(weigh([own]), read_notices("")).distribution.strength == 0


def test_change_and_distribution_in_one_sentence_let_changed_copies_out() -> None:
    text = "You may modify and distribute it."
    together = [make("modify/permission", text), make("distribute/permission", text)]
    apart = [make("modify/permission"), make("distribute/permission", start=50)]
    notices = read_notices("")
    assert read_grants(weigh(together), notices).changed_copies.strength > SHOWN
    assert read_grants(weigh(apart), notices).changed_copies.strength == 0


def test_a_named_license_grants_what_licenses_of_its_kind_grant() -> None:
    grants = read(text="Released under CC BY-ND 4.0.")
    assert grants.named == "no-derivatives"
    assert grants.distribution.said
    assert not grants.modification.said


def test_a_grant_by_name_counts_in_a_long_text() -> None:
    text = "You may use it under the GNU General Public License. " + "Nothing else is said. " * 200
    by_name = make("use/permission", text[:52])
    assert read_grants(weigh([by_name]), read_notices(text)).named == "strong-copyleft"


def test_a_name_loses_to_clauses_in_a_long_text() -> None:
    text = "Nothing else is said. " * 200 + "Parts are licensed under the MIT license."
    said = clauses("use/permission", "compete/prohibition", "fee/obligation", "audit/permission")
    assert read_grants(weigh(said), read_notices(text)).named is None


@pytest.mark.parametrize(
    ("text", "surely"),
    [
        ("I dedicate any and all copyright to the public.", True),
        ("This is in the public domain.", True),
        ("Some files are in the public domain.", False),
        ("Keep this notice.", False),
    ],
)
def test_dedications(text: str, surely: bool) -> None:
    assert (read(text=text).waived >= SHOWN) == surely


@pytest.mark.parametrize(
    ("said", "surely"),
    [
        ("It was written and placed in the public domain by its author.", True),
        ("You may use code from the public domain with it.", False),
    ],
)
def test_a_clause_that_dedicates(said: str, surely: bool) -> None:
    assert (read(("distribute/permission", said)).waived >= SHOWN) == surely


def test_like_evidence_adds_up_more_slowly_and_never_down() -> None:
    assert together([]) == 0
    assert together([0.5]) == pytest.approx(0.5)
    assert 0.5 < together([0.5, 0.5]) < either(0.5, 0.5)
    assert together([0.9, 0.5]) < together([0.9, 0.6, 0.5])


def test_a_ban_on_the_act_casts_doubt_on_an_implied_grant() -> None:
    implied = ("use/permission", "You may use and distribute it.")
    alone = read(implied).distribution.strength
    beside = read(implied, ("distribute/prohibition", "You may not rent it."))
    assert beside.distribution.strength < alone


def test_a_ban_on_taking_apart_casts_no_doubt_on_leave_to_change() -> None:
    implied = ("use/permission", "You may use and modify it.")
    alone = read(implied).modification.strength
    beside = read(implied, ("reverse-engineer/prohibition", "You may not decompile it."))
    assert beside.modification.strength == alone


def test_words_of_a_grant_count_for_something_where_no_clause_was_read() -> None:
    grants = read(text="Permission is granted to modify and distribute this software.")
    assert 0 < grants.distribution.strength <= SHOWN
    assert 0 < grants.modification.strength <= SHOWN
    assert not grants.distribution.said


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("We have the right to modify this program.", True),
        ("We have the right to modify these license terms.", False),
        ("We have the right to adapt the agreement.", False),
    ],
)
def test_a_change_of_the_terms_is_no_change_of_the_work(text: str, counts: bool) -> None:
    assert (read(text=text).modification.strength > 0) == counts


@pytest.mark.parametrize(
    "where",
    [
        "as part of your own software",
        "in programs you develop",
        "inside your solutions",
        "in any products that include the library",
    ],
)
def test_the_own_product_has_many_names(where: str) -> None:
    assert read(("distribute/permission", f"You may distribute it {where}.")).own_product.said
