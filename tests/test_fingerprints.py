from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from openclause.fingerprints import sentences
from openclause.wording import normal_form, normal_forms

TOY = """Copyright (c) 1999 Roe, Inc. and others. All rights reserved.

You may copy the toy, e.g. for a friend. Version 2.0 is meant; the terms are:

1. Keep this notice.
2. Do not paint the wheels;
   they are made of wood.
"""


def said(text: str) -> list[str]:
    return [" ".join(text[s.start : s.end].split()) for s in sentences(text)]


def hashes(text: str) -> list[int]:
    return [sentence.hash for sentence in sentences(text)]


def test_sentences_and_items_stand_apart_and_copyright_statements_are_passed_over() -> None:
    assert said(TOY) == [
        "You may copy the toy, e.g. for a friend.",
        "Version 2.0 is meant; the terms are:",
        "1. Keep this notice.",
        "2. Do not paint the wheels; they are made of wood.",
    ]


def test_neither_wrapping_nor_comment_signs_nor_numbering_change_a_hash() -> None:
    expected = hashes(TOY)
    assert hashes(TOY.replace("you may", "you\nmay")) == expected
    assert hashes("".join(f"// {line}\n" for line in TOY.splitlines())) == expected
    assert hashes(TOY.replace("1. ", "(a) ").replace("2. ", "(b) ")) == expected
    assert hashes(" ".join(TOY.split())) == expected


def test_line_ends_do_not_count() -> None:
    assert hashes(TOY.replace("\n", "\r")) == hashes(TOY.replace("\n", "\r\n")) == hashes(TOY)


def test_a_sentence_behind_the_name_of_a_company_stands_by_itself() -> None:
    assert said("You may copy what was made by Roe, Inc. Any sale requires a fee.") == [
        "You may copy what was made by Roe, Inc.",
        "Any sale requires a fee.",
    ]
    assert len(said("NEITHER ROE, INC. NOR ITS FRIENDS ARE LIABLE.")) == 1


@given(st.text(max_size=300))
def test_any_text_has_sentences_in_order_with_true_offsets(text: str) -> None:
    found = sentences(text)
    assert all(0 <= s.start < s.end <= len(text) for s in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


WORDS = "toy|Toy|(a)|1.|iv)|it.|and|or;|etc.|“rare”|–|café|copyright:|(c)|2010|©|Roe,|all"
WORDS += "|rights|reserved.|licence|neither the name of Roe nor the names|:"
SPACES = st.sampled_from([" ", "\n", "\n\n  "])


@given(st.lists(st.tuples(st.sampled_from(WORDS.split("|")), SPACES)), st.integers(0), SPACES)
def test_a_piece_has_the_normal_form_of_its_own_text(
    pairs: list[tuple[str, str]], place: int, first: str
) -> None:
    words = [word + space for word, space in pairs]
    cut = place % (len(words) + 1)
    before, piece = first + "".join(words[:cut]), "".join(words[cut:]).rstrip()
    if piece:
        span = len(before), len(before) + len(piece)
        normal = normal_form(piece)
        assert normal_forms(f"{before}{piece} toy", [span]) == [normal]
        spans = [(0, len(piece)), (len(piece) + 1, len(piece) + 1 + len(before))]
        assert normal_forms(f"{piece}\n{before}", spans) == [normal, normal_form(before)]


def test_a_copyright_line_within_a_text_ends_a_sentence_where_it_ends_with_a_full_stop() -> None:
    own = "This notice is Copyright (c) 2005 Jane Roe."
    for after in ("Permission is granted to copy it.", "Nothing in it permits a sale."):
        assert hashes(f"{own} {after}") == [*hashes(own), *hashes(after)]
    assert len(hashes("This toy is Copyright (c) 2005 Roe Toys, Inc. and may be painted.")) == 1
    assert hashes("Copyright (c) 2005 Roe. You may copy it.") == hashes("You may copy it.")
