# Lines of sample text are as long as they have to be.
# ruff: noqa: E501

import pytest

from openclause.blocks import Block, read_blocks
from openclause.lines import read_lines


def blocks(text: str) -> list[Block]:
    return read_blocks(text, read_lines(text))


def tree(text: str) -> list[str]:
    """Return each block's first words, set in as deep as the block hangs."""
    found = blocks(text)

    def depth(block: Block) -> int:
        return 0 if block.parent < 0 else 1 + depth(found[block.parent])

    return [
        "  " * depth(block)
        + (block.marker + " " if block.marker else "")
        + first_words(text, block)
        for block in found
    ]


def first_words(text: str, block: Block) -> str:
    return " ".join(text[block.start : block.end].split()[:2])


WRAPPED = """\
You may copy the work in any medium that you
like, and give it to everybody whom you want
to have it, as long as you keep this notice
where everybody sees it.
"""


# Lines that are not wrapped, as other paragraphs of a text may have them.
ENDLESS = (
    "Whoever gets the work gets the same rights from us, and nobody needs to ask. " * 4 + "\n\n"
) * 6


@pytest.mark.parametrize(
    "paragraph",
    [
        "You may copy the work for Anna, for Bertha and for\nCharlotte, and give it to everybody whom the guild\nof Danish toymakers wants to have it.\n",
        "THE WORK IS PROVIDED BY THE TOYMAKERS AS IT STANDS, AND\nALL WARRANTIES, EXPRESS OR IMPLIED, THAT ANYBODY MIGHT\nWISH FOR ARE DISCLAIMED.\n",
    ],
)
def test_a_wrapped_paragraph_is_one_whatever_stands_around_it(paragraph: str) -> None:
    assert [block.kind for block in blocks(ENDLESS + paragraph)] == ["paragraph"] * 7
    assert [block.kind for block in blocks(paragraph)] == ["paragraph"]


@pytest.mark.parametrize(
    "lines",
    [
        "Sourceworks and all of its Batch Changes for Windows\nCode Transformer of the Amazing Company of Toymakers\nApplication Advisor\n",
        "You may copy the object code into works that you made; and\nYou may give it to those who pass your own works on; and\nYou may sell it.\n",
    ],
)
def test_lines_that_are_full_by_chance_stay_apart(lines: str) -> None:
    assert len(blocks(ENDLESS + lines)) == 6 + 3


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (WRAPPED, ["paragraph"]),
        (WRAPPED + "\n" + WRAPPED, ["paragraph", "paragraph"]),
        ("MIT License\n\n" + WRAPPED, ["heading", "paragraph"]),
        ("1. " + WRAPPED.replace("\n", "\n   "), ["item"]),
        (WRAPPED + "- one thing\n- another thing\n", ["paragraph", "item", "item"]),
        ("(a)\nthe marker stands alone on its line.\n", ["item"]),
        ("", []),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert [block.kind for block in blocks(text)] == kinds


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "The grant that is made to you in here holds as\nit is written in the words that are said in the\nSection 2 or in what the next one has to say on\nit.",
            id="a reference",
        ),
        pytest.param(
            "The grant that is made to you in here holds as\nit was written by all of us together on the day\n12. of the month in which the first of us was at\nhome.",
            id="a number",
        ),
        pytest.param(
            "The grant that is made to you here holds as long as you keep to it\n\nand to nothing but what is said in here.",
            id="a page break",
        ),
    ],
)
def test_what_wrapping_brings_to_the_start_of_a_line_is_no_marker(text: str) -> None:
    assert [block.kind for block in blocks(text)] == ["paragraph"]


@pytest.mark.parametrize(
    ("text", "hangs"),
    [
        pytest.param(
            "You may not:\n(a) sell it;\n(b) rent it.\n\nYou may copy it.",
            ["You may", "  (a) sell it;", "  (b) rent it.", "You may"],
            id="a list under its lead-in",
        ),
        pytest.param(
            "1. You may not:\n   (a) sell:\n       (i) it;\n       (ii) them;\n   (b) rent it.\n2. You may copy it.",
            [
                "1. You may",
                "  (a) sell:",
                "    (i) it;",
                "    (ii) them;",
                "  (b) rent it.",
                "2. You may",
            ],
            id="three levels by indent",
        ),
        pytest.param(
            "1. You may not:\n(a) sell:\n(i) it;\n(ii) them;\n(b) rent it.\n2. You may copy it.",
            [
                "1. You may",
                "  (a) sell:",
                "    (i) it;",
                "    (ii) them;",
                "  (b) rent it.",
                "2. You may",
            ],
            id="three levels by style alone",
        ),
        pytest.param(
            "# One\nWe share it all.\n\n## Two\nWe sell it all.\n\n# Three\nWe go home now.",
            ["# One", "  We share", "  ## Two", "    We sell", "# Three", "  We go"],
            id="headings",
        ),
        pytest.param(
            "You may:\n- copy it;\n- keep it.\n\nYou may not:\n- sell it;\n- rent it.",
            [
                "You may:",
                "  - copy it;",
                "  - keep it.",
                "You may",
                "  - sell it;",
                "  - rent it.",
            ],
            id="each of two lists under its own lead-in",
        ),
        pytest.param(
            "You may not:\n\n- sell it;\n\n- do to it:\n\n    - harm;\n\n    - ill.\n\n- rent it.",
            [
                "You may",
                "  - sell it;",
                "  - do to",
                "    - harm;",
                "    - ill.",
                "  - rent it.",
            ],
            id="bullets of one sign, told by their indent",
        ),
        pytest.param(
            "You may not:\n - sell it;\n  - rent it;\n- lend it.",
            ["You may", "  - sell it;", "  - rent it;", "  - lend it."],
            id="bullets that are set in by hand",
        ),
        pytest.param(
            "You shall not:\n\n3.1. sell toys\n\n(See the table of toys.)\n\n3.2. lend toys\n\n(See the list.)\n\n3.3. burn toys\n",
            [
                "You shall",
                "  3.1. sell toys",
                "(See the",
                "  3.2. lend toys",
                "(See the",
                "  3.3. burn toys",
            ],
            id="a paragraph between items does not end a list that counts on",
        ),
        pytest.param(
            "You may not:\n(g) sell toys;\n(h) lend toys;\n(i) burn toys;\n(j) eat toys.\n",
            [
                "You may",
                "  (g) sell toys;",
                "  (h) lend toys;",
                "  (i) burn toys;",
                "  (j) eat toys.",
            ],
            id="i behind h is a letter where j is next",
        ),
        pytest.param(
            "You may not:\n(h) lend toys to any of these persons\n(i) thieves\n(ii) pirates\n(i) burn toys\n",
            [
                "You may",
                "  (h) lend toys",
                "    (i) thieves",
                "    (ii) pirates",
                "  (i) burn toys",
            ],
            id="i behind h is a number where ii is next",
        ),
        pytest.param(
            "You may not:\n(iv) sell toys;\n(v) lend toys;\n(vi) burn toys.\n",
            ["You may", "  (iv) sell toys;", "  (v) lend toys;", "  (vi) burn toys."],
            id="v behind iv is a number",
        ),
        pytest.param(
            "1. Terms of the toys\na. You may play.\n2. You may not:\na. sell toys\nb. lend toys\n",
            ["1. Terms of", "  a. You may", "2. You may", "  a. sell toys", "  b. lend toys"],
            id="a first item hangs on the colon before it",
        ),
        pytest.param(
            "18. Toys of others\n\nThey are theirs.\n\n19. General terms of toys\n\nThese hold for all.\n\n19.1 You may play.\n19.2 You may sing.\n",
            [
                "18. Toys of",
                "  They are",
                "19. General terms",
                "These hold",
                "  19.1 You may",
                "  19.2 You may",
            ],
            id="a number hangs under its outer number",
        ),
        pytest.param(
            "2.1. If you play:\n2.1.1. sing;\n2.1.2. dance.\n3.1. This is the law of toys.\n",
            ["2.1. If you", "  2.1.1. sing;", "  2.1.2. dance.", "3.1. This is"],
            id="another section does not hang where the last one did",
        ),
        pytest.param(
            "You may not:\n(a) sell toys;\nb) lend toys.\n",
            ["You may", "  (a) sell toys;", "  b) lend toys."],
            id="a bracket that is missing",
        ),
        pytest.param(
            "1.Play. You may play.\n2.Song. You may sing.\nii.Dance is free.\n-Toys are free.\n",
            ["1. You may", "2. You may", "  ii. Dance is", "    - Toys are"],
            id="no blank behind the marker",
        ),
    ],
)
def test_what_hangs_where(text: str, hangs: list[str]) -> None:
    assert tree(text) == hangs


def test_a_run_in_heading_is_the_title_and_no_part_of_the_text() -> None:
    text = "2. Grant of Rights. You may copy it."
    (block,) = blocks(text)
    assert (block.title, text[block.start : block.end]) == ("Grant of Rights", "You may copy it.")


def test_a_run_in_heading_in_bold_may_bear_a_number() -> None:
    text = "**2. Grant of Rights.** You may copy it."
    (block,) = blocks(text)
    assert (block.title, text[block.start : block.end]) == ("Grant of Rights", "You may copy it.")


def test_lines_of_a_block_leave_out_its_marker_and_its_indents() -> None:
    text = "  (a) to copy the work and\n      to keep it."
    (block,) = blocks(text)
    said = [text[start:end] for start, end in block.lines]
    assert said == ["to copy the work and", "to keep it."]


def test_a_hyphen_that_a_line_end_left_alone_is_no_bullet() -> None:
    cut = WRAPPED.replace(
        "as long as you keep this notice",
        "for a reason that is plainly non\n-Commercial, as long as this is told",
    )
    assert [block.kind for block in blocks(cut)] == ["paragraph"]
    assert [block.marker for block in blocks("Toys:\n-Kites fly\n-Drums roll\n")] == ["", "-", "-"]
