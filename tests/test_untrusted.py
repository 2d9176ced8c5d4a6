from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclause.analysis import analyze_document
from openclause.comparing import compare
from openclause.documents import read_text
from openclause.formats import BILLS, FORMATS
from openclause.page import View, render, row
from openclause.untrusted import unheeded, visible

# Cc but for line ends and tabs, and the explicit directional formatting characters of UAX 9.
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text\twith\ntabs", "plain text\twith\ntabs"),
        ("\x1b[31mred\x1b[0m", "[U+001B][31mred[U+001B][0m"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\u2066b\u2069", "a[U+2066]b[U+2069]"),
        ("bell\a", "bell[U+0007]"),
        ("csi\x9b2J", "csi[U+009B]2J"),
        ("over\rwritten\r\nline", "over\nwritten\nline"),
        ("page\fbreak", "page break"),
        ("tag\U000e0041", "tag[U+E0041]"),
        ("caf\udce9", "caf\\xe9"),
        ("half\ud83d", "half[U+D83D]"),
        ("한국어 ‘quotes’ – 😀", "한국어 ‘quotes’ – 😀"),
    ],
)
def test_what_acts_unseen_is_written_out(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("a::b\n# [x] #1", "a::b\n# [x] #1"),
        ("::error::x\n \xa0::add-mask::y", "[U+003A]:error::x\n \xa0[U+003A]:add-mask::y"),
        ("a ##vso[task.x]b", "a [U+0023]#vso[task.x]b"),
        ("###[error]", "#[U+0023]#[error]"),
        ("##teamcity[x]", "[U+0023]#teamcity[x]"),
    ],
)
def test_no_line_is_a_command(page, shown):
    assert unheeded(page) == shown
    assert unheeded(shown) == shown


def test_no_page_for_people_has_a_command_in_it():
    """Whatever place a line is broken at."""
    said = "Whoever sells ##vso[task.complete]it " + "::error::says more " * 9
    pages = [render([row(said, widths=(None,))], view=View(width=width)) for width in range(40, 90)]
    lines = "".join(pages).splitlines()
    assert not any("##" in line or line.lstrip().startswith("::") for line in lines)
    assert any(line.lstrip().startswith("[U+003A]:error") for line in lines)
    titled = analyze_document(read_text("Evil ##[error]x License\n\nYou may use it.\n"))
    assert FORMATS["text"](titled, View()).startswith("Evil [U+0023]#[error]x License")


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_acts_is_left(text):
    for char in visible(text):
        assert unicodedata.category(char) != "Cs"
        assert unicodedata.category(char) != "Cc" or char in "\n\t"
        assert unicodedata.bidirectional(char) not in BIDI


def test_no_page_for_people_shows_what_acts_unseen():
    """Titles, quotes, warnings and names of files reach terminals and logs of CI systems."""
    escape, override = "\x1b]0;owned\x07\x1b[2J", "\u202etxen\u202c"
    text = f"The {override} License {escape}\n\nYou may not {escape} sell {override} the work.\n"
    document = msgspec.structs.replace(read_text(text), path=f"a{escape}{override}")
    shown = FORMATS["text"](analyze_document(document), View(color=False))
    assert visible(shown) == shown
    assert "[U+001B]" in shown
    assert "[U+202E]" in shown


@pytest.mark.parametrize("name", FORMATS.keys() - BILLS)
def test_the_name_of_a_file_is_no_line_of_its_own(name):
    """A log of CI takes a line that begins with `::` for a command."""
    text = "You may not sell the work.\n"
    document = msgspec.structs.replace(read_text(text), path="a/LICENSE\n::error::x\r::error::y")
    shown = FORMATS[name](analyze_document(document), View(color=False), text)
    assert not [line for line in shown.splitlines() if line.strip().startswith("::error")]


def test_the_name_of_a_file_that_is_compared_is_no_line_of_its_own(tmp_path):
    path = tmp_path / "LICENSE\n::error::x"
    path.write_text("You may not sell the work.\n")
    labels = [one.label for one in compare(path, "You may use it. You may not lend it.").licenses]
    assert labels[0] == "LICENSE ::error::x"
