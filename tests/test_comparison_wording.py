from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclause.comparison.alignment import pair_up
from openclause.comparison.wording import compare_wording
from openclause.fingerprints import sentences

ONE = "You may copy the work. You must keep this notice. You may not sell the work."
WORDS = st.lists(
    st.sampled_from(
        [
            "you",
            "may",
            "must",
            "not",
            "copy",
            "sell",
            "keep",
            "the",
            "work",
            "notice",
            "for",
            "any",
            "purpose",
        ]
    ),
    min_size=1,
    max_size=9,
)
SENTENCE = WORDS.map(lambda words: " ".join(words).capitalize() + ".")
TEXTS = st.lists(SENTENCE, max_size=14).map("\n".join)


def kinds(wording):
    return [
        (change.kind, change.a and change.a.text, change.b and change.b.text)
        for change in wording.changes
    ]


def test_equal_texts_do_not_differ():
    wording = compare_wording(ONE, ONE)
    assert (wording.similarity, wording.equal, wording.changes) == (1.0, 3, ())


def test_wrapping_case_quotes_and_copyright_lines_are_no_difference():
    other = "Copyright (c) 2024 Somebody\n\nYOU MAY COPY\n   the work. You must keep this notice.\n"
    assert not compare_wording(ONE, other + "You may not sell the “work”.").changes


def test_a_missing_sentence_is_quoted_from_a():
    wording = compare_wording(ONE, ONE.replace("You must keep this notice. ", ""))
    assert kinds(wording) == [("missing", "You must keep this notice.", None)]


def test_an_added_sentence_is_quoted_from_b():
    wording = compare_wording(ONE, ONE + " No warranty is given by anybody.")
    assert kinds(wording) == [("added", None, "No warranty is given by anybody.")]


def test_a_changed_sentence_tells_its_words():
    other = ONE.replace("may not sell the work", "may not sell or rent the work for a fee")
    (change,) = compare_wording(ONE, other).changes
    assert change.kind == "changed"
    told = [(ONE[e.a_start : e.a_end], other[e.b_start : e.b_end]) for e in change.edits]
    assert told == [("", "or rent"), ("", "for a fee")]


def test_one_word_that_turns_the_meaning_is_the_only_edit():
    other = ONE.replace("may copy", "may not copy")
    (change,) = compare_wording(ONE, other).changes
    assert [other[e.b_start : e.b_end] for e in change.edits] == ["not"]


def test_a_moved_sentence_is_neither_missing_nor_added():
    first, rest = "No warranty is given by anybody. ", ONE
    (change,) = compare_wording(first + rest, rest + " " + first.strip()).changes
    assert (change.kind, change.edits) == ("moved", ())


def test_repeated_sentences_are_paired_once_each():
    line = "You must keep this notice."
    wording = compare_wording(f"{line} {line} {line}", f"{line} {line}")
    assert wording.equal == 2
    assert [change.kind for change in wording.changes] == ["missing"]


@pytest.mark.parametrize("pair", [("", ""), ("", ONE), (ONE, ""), ("—", "…")])
def test_texts_without_sentences_are_no_trouble(pair):
    wording = compare_wording(*pair)
    assert 0.0 <= wording.similarity <= 1.0
    assert len(wording.changes) == (3 if ONE in pair else 0)


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_offsets_are_true_in_both_and_no_sentence_is_lost(a, b):
    wording = compare_wording(a, b)
    for change in wording.changes:
        for text, side in ((a, change.a), (b, change.b)):
            if side:
                assert text[side.start : side.end] == side.text
                assert side.line == text.count("\n", 0, side.start) + 1
        for edit in change.edits:
            assert change.a.start <= edit.a_start <= edit.a_end <= change.a.end
            assert change.b.start <= edit.b_start <= edit.b_end <= change.b.end
            assert edit.a_start < edit.a_end or edit.b_start < edit.b_end
    assert wording.equal + sum(
        c.a is not None for c in wording.changes if c.kind != "moved"
    ) == len(sentences(a))
    assert wording.equal + sum(
        c.b is not None for c in wording.changes if c.kind != "moved"
    ) == len(sentences(b))


@given(TEXTS, TEXTS)
@settings(max_examples=80, deadline=None)
def test_each_sentence_is_in_one_place_of_the_pairing(a, b):
    said = sentences(a), sentences(b)
    pairing = pair_up(*said)
    pairs = [*pairing.equal, *pairing.moved, *pairing.changed]
    assert sorted([*(one for one, _ in pairs), *pairing.missing]) == list(range(len(said[0])))
    assert sorted([*(two for _, two in pairs), *pairing.added]) == list(range(len(said[1])))
    assert all(said[0][one].hash == said[1][two].hash for one, two in pairing.equal)


@given(TEXTS)
@settings(max_examples=50, deadline=None)
def test_a_text_never_differs_from_itself(text):
    assert not compare_wording(text, text).changes


def long_text(count, *, skip):
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
    return " ".join(
        f"You may {words[n % 10]} the {words[n // 10 % 10]} number {n} of part {n // 100}."
        for n in range(count)
        if n % skip
    )


def test_time_grows_about_as_the_texts_do():
    def taken(count):
        start = time.perf_counter()
        compare_wording(long_text(count, skip=7), long_text(count, skip=11))
        return time.perf_counter() - start

    taken(200)
    small, large = taken(1_000), taken(8_000)
    assert large < 8 * 4 * small


@pytest.mark.parametrize(
    "text",
    ["word " * 200_000, "You may copy it.\n" * 20_000, "a. b) c; " * 20_000],
    ids=["one sentence", "one sentence again and again", "many marks"],
)
def test_odd_texts_end_soon(text):
    start = time.perf_counter()
    assert compare_wording(text, text + " And no more.").similarity > 0.9
    assert time.perf_counter() - start < 20
