from __future__ import annotations

import re
from itertools import pairwise

from builders import clause
from hypothesis import given
from hypothesis import strategies as st

from openclause.formats.segments import flatten, lines

TEXTS = st.text(st.sampled_from("ab \n\r\U0001f600"), min_size=1, max_size=80)


@st.composite
def covered(draw):
    """Draw a text and clauses anywhere in it that begin and end with words."""
    text = draw(TEXTS)
    found = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        said = text[start:end].strip()
        if said:
            begin = text.index(said, start)
            made = clause("modify", "prohibition", start=begin, text=said, id=f"c{number}")
            found.append(made)
    return text, found


@given(covered())
def test_segments_stand_apart_and_know_all_that_covers_them(drawn):
    _, clauses = drawn
    segments = flatten(clauses)
    for before, after in pairwise(segments):
        assert before.end <= after.start
    covered_by = {place: s.clauses for s in segments for place in range(s.start, s.end)}
    for place in range(81):
        found = {one.id for one in covered_by.get(place, ())}
        assert found == {one.id for one in clauses if one.start <= place < one.end}


@given(covered())
def test_lines_are_the_text_without_its_line_ends(drawn):
    text, clauses = drawn
    shown = ["".join(piece.text for piece in line.pieces) for line in lines(text, clauses)]
    parts = re.split(r"\r\n|\r|\n", text)
    assert shown == (parts[:-1] if not parts[-1] else parts)
    assert [line.number for line in lines(text, clauses)] == list(range(1, len(shown) + 1))


@given(covered())
def test_each_clause_begins_once_and_covers_its_words(drawn):
    text, clauses = drawn
    pieces = [piece for line in lines(text, clauses) for piece in line.pieces]
    for one in clauses:
        assert sum(one in piece.begins for piece in pieces) == 1
        said = "".join(piece.text for piece in pieces if one in piece.clauses)
        assert said.split() == one.text.split() or "".join(said.split()) == "".join(
            one.text.split()
        )


def test_clauses_of_one_span_keep_their_order():
    both = [clause("sell", "prohibition", id="c1"), clause("modify", "prohibition", id="c2")]
    text = both[0].text
    both[1] = clause("modify", "prohibition", id="c2", text=text)
    (segment,) = flatten(both)
    assert [one.id for one in segment.clauses] == ["c1", "c2"]


def test_a_line_without_end_is_cut_between_words_and_numbered_once():
    text = "word " * 10_000
    found = list(lines(text, [clause("modify", "prohibition", start=5, text=text[5:30_004])]))
    assert "".join(piece.text for line in found for piece in line.pieces) == text
    assert [line.number for line in found] == [1] + [None] * (len(found) - 1)
    assert len(found) > 10
    assert max(sum(len(piece.text) for piece in line.pieces) for line in found) <= 4_000
    assert all(line.pieces[-1].text.endswith(" ") for line in found)


def test_the_indent_of_a_line_that_goes_on_is_no_part_of_the_clause():
    said = "must not\n      sell it"
    found = list(lines(f"You {said}.", [clause("sell", "prohibition", start=4, text=said)]))
    assert [(piece.text, len(piece.clauses)) for piece in found[1].pieces] == [
        ("      ", 0),
        ("sell it", 1),
        (".", 0),
    ]
