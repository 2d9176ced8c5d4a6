from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclause.untrusted import visible

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
        ("한국어 ‘quotes’ – 😀", "한국어 ‘quotes’ – 😀"),
    ],
)
def test_what_acts_unseen_is_written_out(text, shown):
    assert visible(text) == shown


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_acts_is_left(text):
    for char in visible(text):
        assert unicodedata.category(char) != "Cs"
        assert unicodedata.category(char) != "Cc" or char in "\n\t"
        assert unicodedata.bidirectional(char) not in BIDI
