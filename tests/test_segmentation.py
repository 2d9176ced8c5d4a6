# Lines of sample text are as long as they have to be.
# ruff: noqa: E501

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclause.documents import comment_mask
from openclause.segmentation import Outline, normalize, segment, word_spans


def said(text: str, mask: tuple[tuple[int, int], ...] = ()) -> list[str]:
    return [
        " ".join(text[unit.start : unit.end].split())
        for unit in segment(text, mask).units
        if unit.kind != "heading"
    ]


def lead_texts(text: str) -> list[str]:
    """For each unit that is no heading: what leads it in, outermost first, joined by ' > '."""
    outline = segment(text)
    return [
        chain(text, outline, number)
        for number, unit in enumerate(outline.units)
        if unit.kind != "heading"
    ]


def chain(text: str, outline: Outline, number: int) -> str:
    over = outline.units[number].lead
    own = " ".join(text[outline.units[number].start : outline.units[number].end].split())
    return own if over < 0 else f"{chain(text, outline, over)} > {own}"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("You may copy it. You may not sell it.", ["You may copy it.", "You may not sell it."]),
        ("See Section 2.1. You may copy it.", ["See Section 2.1.", "You may copy it."]),
        ("Use, e.g. Copying, is free.", ["Use, e.g. Copying, is free."]),
        ("Acme Inc. grants you rights.", ["Acme Inc. grants you rights."]),
        ("Copies are free.You must pay.", ["Copies are free.", "You must pay."]),
        ('It is called "Foo." You may copy it.', ['It is called "Foo."', "You may copy it."]),
        (
            "the rules of Section 1.b.i. You will comply.",
            ["the rules of Section 1.b.i.", "You will comply."],
        ),
        ("The GPL v. 2 is out. Use it.", ["The GPL v. 2 is out.", "Use it."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert said(text) == sentences


def test_wrapped_lines_are_one_sentence() -> None:
    text = "You may copy the work in any medium that you\nlike, and give it to everybody whom you want to\nhave it. You may not sell it."
    assert said(text) == [
        "You may copy the work in any medium that you like, and give it to everybody whom you want to have it.",
        "You may not sell it.",
    ]


@pytest.mark.parametrize(
    "dressed",
    [
        "You may **not**: **(a)** sell _the work_; **(b)** *change* it; or **(c)** host it.",
        "You may *not*: \\(a\\) sell the work; \\(b\\) change it; or \\(c\\) __host__ it\\.",
        "You ***may not***: (a) sell the work; (b) change it; or (c) host it.",
    ],
)
def test_emphasis_changes_no_unit_and_no_word(dressed: str) -> None:
    plain = segment("You may not: (a) sell the work; (b) change it; or (c) host it.")
    found = segment(dressed)
    assert found.words == plain.words
    shape = [(unit.kind, unit.lead, unit.first, unit.last) for unit in plain.units]
    assert [(unit.kind, unit.lead, unit.first, unit.last) for unit in found.units] == shape


def test_stars_and_underscores_within_words_and_blanks_stay() -> None:
    assert segment("Call a_b(x) on __________ days, 5 * 3.").words == (
        *("call", "a", "b", "(", "x", ")", "on", "_" * 10, "days", ",", "5", "3", "."),
    )


def test_crlf_changes_no_unit() -> None:
    text = "You may:\n\n  a. copy it;\n  b. sell it.\n\nNo warranty."
    assert said(text) == said(text.replace("\n", "\r\n"))


def test_hyphenated_line_end_is_mended() -> None:
    assert "distribution" in segment("You may not make any distri-\nbution of it.").words
    assert "non-commercial" in segment("Only for non-\ncommercial purposes it is.").words


def test_markers_and_run_in_headings_are_left_out() -> None:
    text = "2. Grant of Rights. You may copy it.\n3. Limits: You may not sell it."
    assert said(text) == ["You may copy it.", "You may not sell it."]
    assert [unit.section for unit in segment(text).units] == ["Grant of Rights", "Limits"]


def test_a_heading_over_two_lines_of_a_comment_names_a_section_without_its_signs() -> None:
    text = "// General Terms of Use of the\n// Wooden Toy License\n//\n// You may use the toy."
    *_, unit = segment(text, comment_mask(text)).units
    assert unit.section == "General Terms of Use of the Wooden Toy License"


def test_list_items_hang_on_their_lead_in_three_deep() -> None:
    text = (
        "You agree not to use the model:\n\n"
        "1. to harm people, including:\n"
        "   (a) by weapons, such as\n"
        "       - bombs;\n"
        "       - guns;\n"
        "   (b) by fraud;\n"
        "2. to spy.\n"
    )
    assert lead_texts(text) == [
        "You agree not to use the model:",
        "You agree not to use the model: > to harm people, including:",
        "You agree not to use the model: > to harm people, including: > by weapons, such as",
        "You agree not to use the model: > to harm people, including: > by weapons, such as > bombs;",
        "You agree not to use the model: > to harm people, including: > by weapons, such as > guns;",
        "You agree not to use the model: > to harm people, including: > by fraud;",
        "You agree not to use the model: > to spy.",
    ]


def test_unmarked_list_hangs_on_its_lead_in() -> None:
    text = (
        "You must not use it for:\n\n    war;\n\n    spying; or\n\n    fraud.\n\nYou may copy it."
    )
    assert lead_texts(text) == [
        "You must not use it for:",
        "You must not use it for: > war;",
        "You must not use it for: > spying; or",
        "You must not use it for: > fraud.",
        "You may copy it.",
    ]


def test_inline_enumerators_are_items() -> None:
    text = "If you pass it on, you shall (i) keep the notices; (ii) add this text; and (iii) name us. Then all is well."
    assert lead_texts(text) == [
        "If you pass it on, you shall",
        "If you pass it on, you shall > keep the notices;",
        "If you pass it on, you shall > add this text; and",
        "If you pass it on, you shall > name us.",
        "Then all is well.",
    ]
    assert segment(text).units[0].whole == segment(text).units[3].end


def test_items_under_items_stretch_all_that_lead_them_in() -> None:
    text = "You shall (i) keep it; (ii) name (a) us, (b) them, (1) all, (2) none, and leave."
    units = segment(text).units
    last = units[-1]
    above, lead = [], last.lead
    while lead >= 0:
        above.append(units[lead])
        lead = units[lead].lead
    assert len(above) >= 3
    assert {unit.whole for unit in above} == {last.whole}


@pytest.mark.parametrize(
    ("text", "chains"),
    [
        pytest.param(
            "We ask you to (i) read it and (ii) share it. We forbid any use for harm, such as (a) war or (b) fraud.",
            [
                "We ask you to",
                "We ask you to > read it and",
                "We ask you to > share it.",
                "We forbid any use for harm, such as",
                "We forbid any use for harm, such as > war or",
                "We forbid any use for harm, such as > fraud.",
            ],
            id="a later list hangs under its own sentence",
        ),
        pytest.param(
            "You must (i) name (a) us and (b) them, and (ii) pay.",
            [
                "You must",
                "You must > name",
                "You must > name > us and",
                "You must > name > them, and",
                "You must > pay.",
            ],
            id="a list in an item hangs under the item",
        ),
        pytest.param(
            "(a) You must (i) name us and (ii) pay, and (b) you may leave.",
            [
                "You must",
                "You must > name us and",
                "You must > pay, and",
                "you may leave.",
            ],
            id="a list in the block's own item",
        ),
        pytest.param(
            "You may (a) copy it. Copies are free. (b) sell it.",
            ["You may", "You may > copy it.", "Copies are free.", "You may > sell it."],
            id="a list goes on behind a sentence",
        ),
        pytest.param(
            "You may not: - sell it - rent it - lend it",
            [
                "You may not:",
                "You may not: > sell it",
                "You may not: > rent it",
                "You may not: > lend it",
            ],
            id="dashes behind a colon",
        ),
        pytest.param(
            "You may – • copy it. • Keep it. The end • of all • is near.",
            [
                "You may –",
                "You may – > copy it.",
                "You may – > Keep it.",
                "The end • of all • is near.",
            ],
            id="bullets behind a dash, up to the end of the last item",
        ),
        pytest.param(
            "You may: - copy it - keep it. You may not: - sell it - rent it.",
            [
                "You may:",
                "You may: > copy it",
                "You may: > keep it.",
                "You may not:",
                "You may not: > sell it",
                "You may not: > rent it.",
            ],
            id="two lists of dashes",
        ),
    ],
)
def test_inline_items_hang_under_what_opens_their_list(text: str, chains: list[str]) -> None:
    assert lead_texts(text) == chains


@pytest.mark.parametrize(
    "text",
    [
        "You may not - even once - sell it.",
        "You may: - copy it.",
        "You may: copy - and keep - it.",
    ],
)
def test_dashes_without_lead_in_or_company_are_no_lists(text: str) -> None:
    assert said(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "The rules of Section 2 (a) and Section 3 (b) hold.",
        "He (a) did not go on.",
        "Plan (b) first.",
    ],
)
def test_references_and_single_markers_are_no_lists(text: str) -> None:
    assert said(text) == [text]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("MIT License\n\nYou may copy it.", ["MIT License"]),
        ("# Purpose\nWe share.\n\n## Limits\nDo not sell.", ["Purpose", "Limits"]),
        ("TERMS AND CONDITIONS\n\nYou may copy it.", ["TERMS AND CONDITIONS"]),
        ("You may copy it.\n\nYou may sell it.", []),
    ],
)
def test_headings(text: str, headings: list[str]) -> None:
    units = segment(text).units
    assert [text[u.start : u.end].strip("# ") for u in units if u.kind == "heading"] == headings


def test_masked_decoration_is_white_space() -> None:
    text = "# You may copy the work and give it\n# to others. You may not sell it."
    mask = ((0, 2), (36, 38))
    assert said(text, mask)[0].replace("# ", "") == "You may copy the work and give it to others."
    assert "#" not in segment(text, mask).words


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ('"Work" means the thing.', "definition"),
        ("THE WORK COMES WITHOUT WARRANTY.", "disclaimer"),
        ("Whereas we share it, all is well.", "preamble"),
    ],
)
def test_roles(text: str, role: str) -> None:
    assert segment(text).units[0].role == role


def test_definitions_table_points_at_the_defining_unit() -> None:
    text = 'We share. "Commercial Use" means any use for gain. You may copy it.'
    outline = segment(text)
    unit = outline.units[outline.definitions["commercial use"]]
    assert text[unit.start : unit.end] == '"Commercial Use" means any use for gain.'


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"Work" (or "Works") shall mean the thing.', "work"),
        ('"You" or "Your" and "Licensee" means whoever copies.', "you"),
        ('"You", or "Your", means whoever copies.', None),
        ('The words "You", or "Your" refer to whoever copies.', "you"),
        ("**Work,** (as changed) (or not)  includes its parts.", "work"),
        ('A "copy" is a "work" that hereby means itself.', None),
        ('Whoever reads this text understands that "Work" means the thing.', None),
    ],
)
def test_a_definition_may_name_its_term_in_several_ways(text: str, name: str | None) -> None:
    outline = segment(text)
    assert [*outline.definitions] == ([name] if name else [])
    assert (outline.units[0].role == "definition") is bool(name)


@pytest.mark.parametrize("row", ['"Ab" and ', '"Ab", or ', '"Ab"' + " " * 17_000 + "x"])
def test_rows_of_quoted_words_take_no_longer_than_other_signs(row: str) -> None:
    """Where time grows with the square of them, 18,000 characters take a hundred times as long."""
    quoted = row * (18_000 // len(row))
    other = quoted.replace('"', "'")
    assert _fastest(quoted) < 10 * _fastest(other)


def _fastest(text: str) -> float:
    """The least time, in seconds, of three readings."""

    def seconds() -> float:
        begin = process_time()
        segment(text)
        return process_time() - begin

    return min(seconds() for _ in range(3))


@pytest.mark.parametrize(
    ("word", "normal"),
    [
        ("licensee’s", "licensee's"),
        ("and/or", "or"),
        ("distri\xadbution", "distribution"),
        ("non\xadprofit", "non-profit"),
        ("modi\ufb01ed", "modified"),
        ("\uff53\uff45\uff4c\uff4c", "sell"),
    ],
)
def test_normalize(word: str, normal: str) -> None:
    assert normalize(word) == normal


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\u2060", "\u2066", "\ufeff", "\U000e0041"])
def test_signs_that_nobody_sees_part_no_words(sign: str) -> None:
    hidden = segment(f"You may n{sign}ot {sign}sell{sign} it {sign} here.")
    assert hidden.words == segment("You may not sell it here.").words


@given(st.text(st.sampled_from("ab A.\n\r\t()1i;:*-#“\x0c"), max_size=200))
def test_units_lie_in_the_text_and_lead_backwards(text: str) -> None:
    outline = segment(text)
    for number, unit in enumerate(outline.units):
        assert 0 <= unit.start < unit.end <= unit.whole <= len(text)
        assert unit.lead < number
        assert 0 <= unit.first <= unit.last <= len(outline.words)


def test_word_spans_give_the_words_back() -> None:
    text = "You may copy it,\nand sell it."
    outline = segment(text)
    spans = word_spans(text, outline.units[0])
    assert [text[start:end].lower() for start, end in spans] == list(outline.words)
