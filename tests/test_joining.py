from __future__ import annotations

import msgspec
import pytest
from records import GRANT, make

from openclause import joining
from openclause.fingerprints import sentences
from openclause.identity import Known, build_index
from openclause.joining import Whole, join
from openclause.notices import read_notices
from openclause.openness import decide
from openclause.parts import Piece, split

OPEN = "You may use, copy, modify and distribute it for any purpose if you keep this notice."
CLOSED = "You may use it. You must not distribute it."
KNOWN = Known("open", "Open", "Open License", "permissive")
STRICT = Known("strict", "Strict", "Strict License", "strong-copyleft")


def restrictive(kind, text):
    return msgspec.structs.replace(make(kind, text), restricts=("use",))


def decided(clauses, text, notices):
    return decide(clauses, text=text, notices=notices)


def joined(text, pieces, clauses):
    clauses = tuple(sorted(clauses, key=lambda clause: clause.start))
    notices = read_notices(text)
    whole = Whole(text, clauses, notices, lambda: decide(clauses, text=text, notices=notices))
    return join(whole, pieces, decide=decided)


def pair(between: str, first=KNOWN, second=STRICT):
    text = f"{OPEN}{between}{OPEN}"
    pieces = [Piece(0, len(OPEN), first), Piece(len(OPEN) + len(between), len(text), second)]
    clauses = [make(kind, OPEN, start=start) for start in (0, pieces[1].start) for kind in GRANT]
    return joined(text, pieces, clauses)


def test_of_licenses_that_hold_together_the_strictest_decides() -> None:
    answer = pair("\n\n")
    assert answer.openness.category == "strong-copyleft"
    assert [part.category for part in answer.openness.parts] == ["permissive", "strong-copyleft"]
    assert answer.openness.reasons[0].rule == "all-of"
    assert "part 2 of 2" in answer.warnings[0]


def test_of_known_texts_only_the_one_is_read_that_decides(monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(joining, "read_notices", lambda text, names: asked.append(text))
    monkeypatch.setitem(globals(), "decided", lambda clauses, text, _: decide(clauses, text=text))
    assert pair("\n\n").openness.category == "strong-copyleft"
    assert asked == [OPEN]


@pytest.mark.parametrize(
    "between", ["\n\nor, alternatively:\n\n", "\n\nYou may choose either of the two licenses.\n\n"]
)
def test_of_licenses_to_choose_from_the_mildest_decides(between: str) -> None:
    answer = pair(between)
    assert (answer.openness.category, answer.openness.rank) == ("permissive", 1)
    assert answer.openness.reasons[0].rule == "any-of"


def test_known_texts_are_named_with_their_place() -> None:
    said = [reason.text for reason in pair("\n\n").openness.reasons if reason.rule == "known-part"]
    assert said == [
        f"Characters 0–{len(OPEN)} are the known text Open License.",
        f"Characters {len(OPEN) + 2}–{2 * len(OPEN) + 2} are the known text Strict License.",
    ]


def test_an_unknown_part_is_read() -> None:
    text = f"{OPEN}\n\n{CLOSED}"
    start = len(OPEN) + 2
    clauses = [make(kind, OPEN) for kind in GRANT]
    clauses += [make("use/permission", "You may use it.", start=start)]
    clauses += [make("distribute/prohibition", "You must not distribute it.", start=start + 16)]
    answer = joined(text, [Piece(0, len(OPEN), KNOWN), Piece(start, len(text))], clauses)
    assert answer.openness.category == "proprietary"


def test_a_part_without_a_grant_goes_on_before_it() -> None:
    more = "It comes without any warranty."
    text = f"{OPEN}\n\n{more}"
    pieces = [Piece(0, len(OPEN)), Piece(len(OPEN) + 2, len(text))]
    answer = joined(text, pieces, [make(kind, OPEN) for kind in GRANT])
    assert answer.openness.parts == ()
    assert answer.openness.category == "permissive"


def test_an_exception_belongs_to_the_license_before_it() -> None:
    more = "As a special exception to the license, you may link it with independent modules."
    text = f"{OPEN}\n\n{more}"
    freeing = Known("exception", None, "Linking exception", "weak-copyleft")
    pieces = [Piece(0, len(OPEN), STRICT), Piece(len(OPEN) + 2, len(text), freeing)]
    assert joined(text, pieces, []).openness.category == "weak-copyleft"


def test_a_license_within_decides_and_is_the_one_part() -> None:
    text = f"A tale of old.\n\n{OPEN}\n\nAnd a new one."
    piece = Piece(16, 16 + len(OPEN), KNOWN)
    answer = joined(text, [piece], [make(kind, OPEN, start=16) for kind in GRANT])
    assert answer.openness.category == "permissive"
    assert [(part.start, part.end) for part in answer.openness.parts] == [(16, 16 + len(OPEN))]


def test_what_restricts_around_a_license_is_not_passed_over() -> None:
    ban = "You must not use it for gain."
    text = f"{OPEN}\n\n{ban}"
    clauses = [make(kind, OPEN) for kind in GRANT]
    banned = make("commercial-use/prohibition", ban, start=len(OPEN) + 2)
    clauses.append(banned.__class__(**{**_fields(banned), "restricts": ("use",)}))
    answer = joined(text, [Piece(0, len(OPEN), KNOWN)], clauses)
    assert answer.openness.category == "non-commercial"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("termination/permission", "The licensor may end it at any time for any reason."),
        ("unilateral-change/permission", "We may change the terms at any time without notice."),
    ],
)
def test_what_the_licensor_may_do_around_a_license_counts_where_it_decides(kind, said) -> None:
    text = f"{OPEN}\n\n{said}"
    clauses = [make(each, OPEN) for each in GRANT]
    clauses.append(make(kind, said, start=len(OPEN) + 2))
    answer = joined(text, [Piece(0, len(OPEN), KNOWN)], clauses)
    assert answer.openness.category == "source-available"


def _fields(record):
    return {name: getattr(record, name) for name in record.__struct_fields__}


def test_pieces_that_were_split_can_be_joined() -> None:
    index = build_index([KNOWN], [OPEN])
    text = f"{OPEN}\n\n{'=' * 40}\n\nUse Policy\n\nYou agree not to use it to spy on persons.\n"
    clauses = [make(kind, OPEN) for kind in GRANT]
    place = text.index("You agree")
    clauses.append(make("field-of-use/prohibition", text[place:].strip(), start=place))
    answer = joined(text, split(text, sentences(text), index), clauses)
    assert answer.openness.category == "use-restricted"


def test_a_notice_of_a_choice_is_none_of_the_licenses_offered() -> None:
    notice = (
        "This is available under 2 licenses -- choose whichever: Strict License or MIT License."
    )
    text = f"{notice}\n\n{OPEN}\n\n{CLOSED}"
    first, second = len(notice) + 2, len(notice) + len(OPEN) + 4
    pieces = [
        Piece(0, len(notice)),
        Piece(first, first + len(OPEN), KNOWN),
        Piece(second, len(text), STRICT),
    ]
    answer = joined(text, pieces, [make(kind, OPEN, start=first) for kind in GRANT])
    assert answer.openness.category == "permissive"
    assert [part.category for part in answer.openness.parts] == ["permissive", "strong-copyleft"]
    assert answer.openness.reasons[0].rule == "any-of"


def test_a_foreword_that_only_restricts_goes_on_in_the_license_behind_it() -> None:
    foreword = "You may not use it to send mail."
    text = f"{foreword}\n\n{OPEN}"
    pieces = [Piece(0, len(foreword)), Piece(len(foreword) + 2, len(text), KNOWN)]
    clauses = [restrictive("field-of-use/prohibition", foreword)]
    clauses += [make(kind, OPEN, start=len(foreword) + 2) for kind in GRANT]
    answer = joined(text, pieces, clauses)
    assert answer.openness.category == "use-restricted"
    assert not answer.openness.parts


def test_a_foreword_that_grants_only_use_is_no_license_of_its_own() -> None:
    foreword = "You may use it if you do not send mail with it."
    text = f"{foreword}\n\n{OPEN}"
    pieces = [Piece(0, len(foreword)), Piece(len(foreword) + 2, len(text), KNOWN)]
    clauses = [make("use/permission", foreword), restrictive("field-of-use/prohibition", foreword)]
    clauses += [make(kind, OPEN, start=len(foreword) + 2) for kind in GRANT]
    assert joined(text, pieces, clauses).openness.category == "use-restricted"
