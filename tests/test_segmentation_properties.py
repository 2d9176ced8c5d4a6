"""Properties of segmentation, on texts made of words."""

from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from openclause.segmentation import segment, word_spans

SAID = 'copy sell the work to any other person who asks for it and whose "right" it is don\'t'
WORDS = SAID.split()
WIDTHS = st.integers(60, 100)
sentences = st.lists(st.sampled_from(WORDS), min_size=10, max_size=30).map(
    lambda words: f"You may {' '.join(words)} here."
)
paragraphs = st.lists(sentences, min_size=1, max_size=4).map(" ".join)
lists = st.lists(sentences, min_size=2, max_size=4).map(
    lambda items: [
        "You may not do what stands in the list that follows here:",
        *(f"({letter}) {item}" for letter, item in zip("abcd", items, strict=False)),
    ]
)
# Two lines alone do not show at which width they were wrapped.
texts = st.lists(paragraphs.map(lambda said: [said]) | lists, min_size=3, max_size=5).map(
    lambda parts: [paragraph for part in parts for paragraph in part]
)


def wrapped(paragraphs: list[str], width: int) -> str:
    """Fill lines; the items of a list follow each other without a blank line."""
    filled = "\n\n".join(textwrap.fill(said, width) for said in paragraphs)
    return filled.replace("\n\n(", "\n(")


def unit_words(text: str) -> list[tuple[str, ...]]:
    outline = segment(text)
    return [outline.words[unit.first : unit.last] for unit in outline.units]


@given(texts, WIDTHS)
def test_units_are_in_order_and_their_words_in_the_text(said: list[str], width: int) -> None:
    text = wrapped(said, width)
    outline = segment(text)
    assert [unit.start for unit in outline.units] == sorted(unit.start for unit in outline.units)
    for unit in outline.units:
        assert 0 <= unit.start < unit.end <= unit.whole <= len(text)
        found = [text[start:end].lower() for start, end in word_spans(text, unit)]
        assert tuple(found) == outline.words[unit.first : unit.last]


@given(texts, WIDTHS)
def test_all_words_are_in_a_unit(said: list[str], width: int) -> None:
    text = wrapped(said, width)
    words = [word for unit in unit_words(text) for word in unit if word.isalpha()]
    bare = "".join(char if char.isalpha() or char == "'" else " " for char in text.lower())
    expected = [word for word in bare.split() if word.isalpha() and word not in {*"abcd"}]
    assert words == expected


@given(texts, WIDTHS, WIDTHS)
def test_wrapping_at_another_width_changes_no_unit(said: list[str], one: int, two: int) -> None:
    assert unit_words(wrapped(said, one)) == unit_words(wrapped(said, two))


@given(texts, WIDTHS)
def test_not_wrapping_changes_no_unit(said: list[str], width: int) -> None:
    assert unit_words(wrapped(said, width)) == unit_words("\n\n".join(said))


@given(texts, WIDTHS)
def test_other_line_ends_change_no_unit(said: list[str], width: int) -> None:
    text = wrapped(said, width)
    assert unit_words(text.replace("\n", "\r\n")) == unit_words(text)


@given(texts, WIDTHS)
def test_typographic_quotes_change_no_unit(said: list[str], width: int) -> None:
    text = wrapped(said, width)
    typographic = text.replace(' "', " “").replace('"', "”").replace("'", "’")
    assert unit_words(typographic) == unit_words(text)
