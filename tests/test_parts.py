from __future__ import annotations

import re
import time

import pytest
from toy_licenses import BALL, TOY

from openclause.fingerprints import sentences
from openclause.identity import Known, build_index
from openclause.parts import _found, _pattern, split
from openclause.wording import lowered

KNOWN = (
    Known("toy", "Toy", "Toy License", "permissive"),
    Known("ball", "Ball", "Ball License", "weak-copyleft"),
)
INDEX = build_index(KNOWN, [TOY, BALL])
LINE = "=" * 60
CODE = "\nimport os\n\n\ndef main():\n    for name in os.listdir('.'):\n        print(name)\n" * 9
HOUSE = "Permission is granted to use, copy, modify and distribute the house for any purpose."
GARDEN = "Permission is granted to use the garden. You may not distribute it."


def pieces(text: str):
    found = split(text, sentences(text), INDEX)
    return [(text[piece.start : piece.end], piece.known and piece.known.id) for piece in found]


@pytest.mark.parametrize("text", [TOY, BALL, HOUSE, "Hello.", "", CODE, f"# Toy License\n\n{TOY}"])
def test_one_license_or_none_has_no_pieces(text: str) -> None:
    assert pieces(text) == []


@pytest.mark.parametrize("between", ["\n\n", f"\n\n{LINE}\n\n", "\n\n\n\n"])
def test_known_licenses_one_after_another(between: str) -> None:
    assert pieces(f"{TOY.strip()}{between}{BALL}") == [(TOY.strip(), "toy"), (BALL.strip(), "ball")]


def test_a_title_and_a_copyright_line_belong_to_the_license_below() -> None:
    head = "Ball License\n\nCopyright (c) 2020 Jane Roe"
    first, second = pieces(f"{TOY}\n{head}\n\n{BALL}")
    assert second == (f"{head}\n\n{BALL.strip()}", "ball")
    assert first == (TOY.strip(), "toy")


def test_a_changed_license_is_no_known_one() -> None:
    more = "You may not use the toy in a parade."
    assert pieces(f"{TOY}\n{more}\n\n{LINE}\n\n{BALL}")[0] == (f"{TOY.strip()}\n\n{more}", "toy")


def test_unknown_licenses_begin_behind_a_boundary() -> None:
    parted = f"{HOUSE}\n\nCopyright (c) 2020 Jane Roe\n\n{GARDEN}"
    assert [said for said, _ in pieces(parted)] == [
        HOUSE, f"Copyright (c) 2020 Jane Roe\n\n{GARDEN}",
    ]  # fmt: skip
    assert pieces(f"{HOUSE}\n\n{GARDEN}") == []


def test_a_policy_behind_a_line_and_a_title_is_a_piece() -> None:
    text = f"You may use and copy it.\n\n{LINE}\n\nUse Policy\n\nYou agree not to use it to spy."
    assert [said for said, _ in pieces(text)] == [
        "You may use and copy it.", "Use Policy\n\nYou agree not to use it to spy.",
    ]  # fmt: skip


def test_how_to_apply_a_license_is_no_other_license() -> None:
    text = f"{HOUSE}\n\nEND OF TERMS\n\nCopyright (c) <year> <name>\n\n{GARDEN}"
    assert pieces(text) == []


@pytest.mark.parametrize(
    "comment",
    [
        re.sub("^", "# ", TOY.strip(), flags=re.MULTILINE),
        re.sub("^", "// ", TOY.strip(), flags=re.MULTILINE),
        "/*\n" + re.sub("^", " * ", TOY.strip(), flags=re.MULTILINE) + "\n */",
        f'"""\n{TOY}"""',
    ],
)
def test_the_header_of_a_file_is_a_license_within(comment: str) -> None:
    ((said, known),) = pieces(f"{comment}\n{CODE}")
    assert known == "toy"
    assert "listdir" not in said
    assert "liable" in said


def test_a_notice_that_a_license_asks_for_is_no_other_license() -> None:
    asked = "Every file must begin with the following copyright notice:"
    notice = "Copyright (C) 2001 Jane Roe\n\nThis file is available under a House license"
    assert pieces(f"{HOUSE}\n{asked}\n\n{notice}\n\nNo warranty is given.\n") == []


@pytest.mark.parametrize("sign", ["# ", "// ", " * "])
def test_of_a_comment_nothing_is_left_out(sign: str) -> None:
    prose = "This file turns the wheels of the house,\nthe garden gate and the cart.\nSee below."
    comment = re.sub("^", sign, f"{prose}\n{HOUSE}", flags=re.MULTILINE)
    framed = f"/*\n{comment}\n */" if sign == " * " else comment
    ((said, known),) = pieces(f"{framed}\n{CODE}")
    assert known is None
    assert "turns the wheels" in said
    assert "listdir" not in said


def test_a_section_of_a_read_me_is_a_license_within() -> None:
    prose = "It reads files and prints their names, one a line. " * 20
    text = f"# Names\n\n{prose}\n\n## License\n\n{HOUSE}\n\n## Thanks\n\nTo all who helped.\n"
    ((said, known),) = pieces(text)
    assert (known, said.splitlines()[-1]) == (None, HOUSE)


def test_a_tag_in_a_comment_is_a_license_within() -> None:
    assert pieces(f"# SPDX-License-Identifier: MIT\n{CODE}") == [
        ("# SPDX-License-Identifier: MIT", None)
    ]


def test_a_license_of_sections_stays_whole() -> None:
    text = f"# House License\n\n## Use\n\n{HOUSE}\n\n## Sale\n\nYou may use it and sell it.\n"
    assert pieces(text) == []


def test_time_grows_with_length() -> None:
    text = f"{TOY}\n{LINE}\n\n" * 1000
    start = time.perf_counter()
    found = split(text, sentences(text), INDEX)
    assert len(found) == 1000
    assert time.perf_counter() - start < 20


def test_a_sentence_that_two_licenses_share_belongs_to_its_own() -> None:
    shared = TOY.strip().splitlines()[-1]
    kite = (
        "Anyone may use the kite, high or low, by day or by night, alone or with friends of all "
        "ages.\n\nWe give the kite to all, for the benefit of the wind and the sky at large.\n\n"
        f"Wings may be mended with whatever thread is at hand, in any colour.\n\n{shared}\n"
    )
    known = (*KNOWN, Known("kite", "Kite", "Kite License", "public-domain"))
    index = build_index(known, [TOY, BALL, kite])
    text = f"{TOY}\n{kite}"
    found = split(text, sentences(text), index)
    assert [piece.known and piece.known.id for piece in found] == ["toy", "kite"]


@pytest.mark.parametrize("kind", ["openings", "weak_openings"])
def test_openings_are_found_as_by_looking_everywhere(kind, documents):
    texts = [path.read_text() for path in documents.glob("*.txt")]
    for text in [
        *texts,
        TOY,
        BALL,
        f"{TOY}\n{BALL}" * 3,
        "This file is licensed under this. You may use",
    ]:
        low = lowered(text)
        found = [match.span() for match in _found(low, [(0, len(low))], kind)]
        assert found == [match.span() for match in _pattern(kind).finditer(low)]
