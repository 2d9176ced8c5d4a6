from __future__ import annotations

import re
from itertools import chain
from time import process_time

import pytest

from openclause.searches import (
    LONGEST_ROW,
    Texts,
    beginnings,
    literals,
    one_of,
    searches,
    shows,
    squeezed,
)
from openclause.taxonomy import read_toml

PATTERNS = [
    *chain.from_iterable(read_toml("openness.toml")["cues"].values()),
    *chain.from_iterable(
        signal.get("patterns", ())
        for name in ("openness.toml", "notices.toml")
        for signal in read_toml(name)["signal"].values()
    ),
]


@pytest.mark.parametrize(
    ("pattern", "held"),
    [
        ("waives? the (?:right|claim) here", ("waive", " the ", " here")),
        ("plain words", ("plain words",)),
        ("either|or", ()),
        (r"ends\.", ("ends",)),
        (r"a{2,}bcd", ("bcd",)),
        (r"\w{2,4} licen[sc]e", (" licen",)),
        (r"file\b(?! of)", ("file",)),
        (r"abc[^.]{0,60}cdef+", ("cdef", "abc")),
        (r"colou?r", ("colo",)),
    ],
)
def test_what_a_pattern_must_hold(pattern: str, held: tuple[str, ...]) -> None:
    assert literals(pattern) == held


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bfile (?:named )?licen[sc]e", ("file ",)),
        ("(?:see|read the?|refers? to) it", ("see", "read th", "refer")),
        ("(?:not )?granted", ()),
        ("grants?", ("grant",)),
        ("either|or else", ()),
        ("^here", ()),
        (r"(?<!no )right", ()),
        (r"\w+ here", ()),
        ("(?:li[ck]e|as) it", ("li", "as")),
        ("(?:li[c|k]e|as) it", ()),
        (r"\b(?:see|(?:found|listed) in|\bif\b)\b it", ("see", "found", "listed", "if")),
        ("(?:see|(?:found )?in) it", ()),
        ("(?:see|) it", ()),
        (r"(?:see|\(?in\)) it", ()),
        ("a?b", ()),
    ],
)
def test_with_what_a_pattern_begins(pattern: str, words: tuple[str, ...]) -> None:
    assert beginnings(pattern) == words


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (
            r"(?:without|no)(?: \w+){0,2} (?:restrictions?|limitations?)",
            ("restriction", "limitation"),
        ),
        ("not (?:be )?useful", ("useful",)),
        ("(?:see|in) it here", (" it here",)),
        ("(?:no (?:other|more)|neither) it", ("other", "more", "neither")),
        ("(?:one)+ (?:two)*", ("one",)),
        (r"(?<!not )(?!here)a[bc|d]e", ()),
        ("either|or", ()),
        ("either|none|(?:all|some) of it", ("either", "none", " of it")),
        (r"\(abc\) x", ("abc",)),
        ("(?:see|) it", (" it",)),
    ],
)
def test_of_which_texts_a_pattern_holds_one(pattern: str, texts: tuple[str, ...]) -> None:
    assert one_of(pattern) == texts


def test_a_pattern_is_found_where_it_is_and_nowhere_else() -> None:
    wanted = searches(("waives? (?:all|any)[^.]{0,30}copyright", "plain words"))
    assert shows(wanted, "he waives all his copyright")
    assert shows(wanted, "in plain words")
    assert not shows(wanted, "copyright that nobody waives; plain, words")


def test_no_word_hides_a_match_in_the_data(documents) -> None:
    texts = [" ".join(path.read_text().lower().split()) for path in documents.glob("*.txt")]
    # Patterns without their special signs are like what they match, as far as that goes.
    texts += [re.sub(r"\(\?:|[\\()\[\]?*+^$]|\{[^}]*\}", "", each) for each in PATTERNS]
    for pattern in PATTERNS:
        for text in texts:
            assert shows(searches((pattern,)), text) == bool(re.search(pattern, text)), pattern


def test_texts_that_may_occur_are_told_by_their_words() -> None:
    texts = Texts(["free licen", " mit", "gpl", "\nmit"])
    assert texts.maybe(["a", "(free", "licensed", "agpl", "work"]) == {"free licen", "gpl"}
    assert texts.maybe(["mits"]) == {" mit", "\nmit"}
    assert texts.maybe(["permits"]) == set()
    assert texts.maybe(["x" * 100 + "gpl"]) == {"gpl"}
    assert texts.maybe(["freely", "licensed"]) == set()


def test_words_within_a_text_stand_alone_and_its_ends_may_be_parts_of_words() -> None:
    texts = Texts(["by nd", "no one", "/", " or "])
    assert texts.maybe(["standby", "ndx", "noone"]) == {"by nd", "/"}
    assert texts.maybe(["bypass", "and", "or"]) == {" or ", "/"}
    assert texts.maybe(["piano", "(one)"]) == {"no one", "/"}


def test_only_words_of_endless_length_are_cut() -> None:
    longest = "fall" * (LONGEST_ROW // 4)
    host = "www." + "of-many-words." * 40 + "example"
    assert squeezed(["in", longest, "or", host]) == f"in {longest} or {host}"
    assert squeezed([f"({longest}s)", "a"]) == f"({longest}) a"
    assert squeezed([]) == ""


@pytest.mark.parametrize(
    "row", ["becom" + "fall" * 4_000, "put" * 6_000, "a-" * 8_000, "1" * 16_000]
)
def test_time_grows_with_the_length_of_a_row_of_signs(row: str) -> None:
    """Where it grows with the square of that, a whole row takes sixteen times as long."""
    assert _fastest(row) < 8 * _fastest(row[: len(row) // 4])


def _fastest(row: str) -> float:
    """The least time, in seconds, that all patterns of the data take, twice measured."""
    said = squeezed(f"{row}. the public domain is far away".split())

    def seconds() -> float:
        begin = process_time()
        for pattern in PATTERNS:
            shows(searches((pattern,)), said)
        return process_time() - begin

    return min(seconds(), seconds())
