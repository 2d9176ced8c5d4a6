from __future__ import annotations

import json
import re

import msgspec
import pytest
from builders import analysis, clause, openness
from rich.cells import cell_len
from untrusted_texts import HOSTILE

from openclause import documents
from openclause.analysis import analyze_document
from openclause.cli import AnalyzeFormat
from openclause.formats import FORMATS
from openclause.messages import LANGUAGES, messages
from openclause.page import View, percent, shorten

LONG = "You may not use the model weights " + "for this or for that or " * 20 + "at all."


def example():
    purposes = [
        clause("field-of-use", "prohibition", start=900 + 40 * number, text=f"to harm {name};")
        for number, name in enumerate(("minors", "groups", "persons", "machines"))
    ]
    both = ("redistribution", "derivatives")
    return analysis(
        clause("use-threshold", "prohibition", start=0, text=LONG, section="2. Users"),
        clause("distribute", "permission", start=500),
        clause("modify", "permission", start=500, text="This clause is about distribute."),
        clause("flow-down", "obligation", start=600, restricts=both),
        *purposes,
        clause("termination", "permission", start=1100, holder="licensor"),
        clause("governing-law", "obligation", start=1200),
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_for_people(golden, lang):
    golden(f"page.{lang}.txt", FORMATS["text"](example(), View(lang=lang, width=80)))


def test_the_korean_page_says_nothing_of_the_interface_in_english():
    page = FORMATS["text"](example(), View(lang="ko", width=80))
    english = {words.en for words in messages().values() if "{" not in words.en}
    lines = [line for line in page.splitlines() if "“" not in line]
    assert [line for line in lines if any(f" {words} " in f" {line} " for words in english)] == []
    assert "characters" not in page
    assert "confidence" not in page


def test_the_page_in_colour_says_the_same(golden):
    colored = FORMATS["text"](example(), View(width=80, color=True))
    assert "\x1b[" in colored
    plain = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    words = FORMATS["text"](example(), View(width=80))
    assert [line.rstrip() for line in plain.splitlines()] == words.splitlines()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [20, 50, 72, 104, 300])
def test_no_line_is_wider_than_the_page(lang, width):
    view = View(lang=lang, width=width)
    lines = FORMATS["text"](example(), view).splitlines()
    assert max(cell_len(line) for line in lines) <= view.readable().cells
    assert all(line == line.rstrip() for line in lines)


def test_the_json_is_the_record(golden):
    answer = FORMATS["json"](example(), View())
    golden("page.json", answer)
    assert json.loads(answer) == json.loads(msgspec.json.encode(example()))
    assert FORMATS["json"](example(), View(lang="ko", width=50, color=True)) == answer


def test_model_weights_have_a_name_of_their_own():
    view = View(width=80)
    assert "open model (restricted)" in FORMATS["text"](example(), view)
    software = analysis(clause("use-threshold", "prohibition", text="Not above 100 users."))
    assert "open model" not in FORMATS["text"](software, view).split("Source or weights")[0]


def test_no_license_has_no_criteria():
    nothing = analysis(category="not-a-license", openness=openness("not-a-license", confidence=0.9))
    page = FORMATS["text"](nothing, View())
    assert "not-a-license" in page
    assert "CRITERIA" not in page


def test_markup_in_a_license_is_shown_as_it_stands():
    page = FORMATS["text"](
        analysis(clause("use", "prohibition", text="[bold]no[/bold] :warning: use")), View()
    )
    assert "[bold]no[/bold] :warning: use" in page


def test_the_command_line_knows_each_format():
    assert [name.value for name in AnalyzeFormat] == list(FORMATS)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 0), (0.001, 1), (0.5, 50), (0.999, 99), (1.0, 100)]
)
def test_only_certainty_is_a_hundred_percent(share, expected):
    assert percent(share) == expected


@pytest.mark.parametrize(
    ("words", "limit", "expected"),
    [
        ("short\n  words", 20, "short words"),
        ("one two three four", 12, "one two …"),
        ("one, two three four", 8, "one …"),
        ("x" * 30, 10, "x" * 10 + " …"),
    ],
)
def test_quotes_are_cut_between_words(words, limit, expected):
    assert shorten(words, limit) == expected


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_terminal_obeys_nothing_that_a_document_says(name, color):
    document = documents.read_text(HOSTILE[name])
    page = FORMATS["text"](analyze_document(document), View(color=color), document.text)
    ours = re.sub(r"\x1b\[[0-9;]*m", "", page) if color else page
    assert not set(ours) & set("\x00\x07\r\x1b\x9b\u202e\u2066\U000e0041")
    assert "]0;title" not in page or "[U+001B]]0;title" in "".join(ours.split())


@pytest.mark.parametrize("look", FORMATS)
def test_a_name_that_is_markup_stays_a_name_in_every_format(look):
    evil = "=cmd()|'\x1b[31m\u202e<script>alert(1)</script>.txt"
    said = "You may not sell it.\n"
    found = analyze_document(documents.read_text(said))
    named = msgspec.structs.replace(
        found, document=msgspec.structs.replace(found.document, path=evil, title=None)
    )
    answer = FORMATS[look](named, View(), said)
    assert "\x1b" not in answer
    if look not in ("json", "text"):
        assert "\u202e" not in answer
        assert answer.startswith("{") or "<script>alert" not in answer
