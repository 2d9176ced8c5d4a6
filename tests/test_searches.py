from __future__ import annotations

import re
from itertools import chain

import pytest

from openclause.searches import Texts, beginnings, literals, searches, shows
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
        ("a?b", ()),
    ],
)
def test_with_what_a_pattern_begins(pattern: str, words: tuple[str, ...]) -> None:
    assert beginnings(pattern) == words


def test_a_pattern_is_found_where_it_is_and_nowhere_else() -> None:
    wanted = searches(["waives? (?:all|any)[^.]{0,30}copyright", "plain words"])
    assert shows(wanted, "he waives all his copyright")
    assert shows(wanted, "in plain words")
    assert not shows(wanted, "copyright that nobody waives; plain, words")


def test_no_word_hides_a_match_in_the_data(documents) -> None:
    texts = [" ".join(path.read_text().lower().split()) for path in documents.glob("*.txt")]
    # Patterns without their special signs are like what they match, as far as that goes.
    texts += [re.sub(r"\(\?:|[\\()\[\]?*+^$]|\{[^}]*\}", "", each) for each in PATTERNS]
    for pattern in PATTERNS:
        for text in texts:
            assert shows(searches([pattern]), text) == bool(re.search(pattern, text)), pattern


def test_texts_that_may_occur_are_told_by_their_longest_word() -> None:
    texts = Texts(["free licen", " mit", "gpl", "\nmit"])
    assert texts.maybe(["a", "freely", "licensed", "agpl", "work"]) == {"free licen", "gpl"}
    assert texts.maybe(["permits"]) == {" mit", "\nmit"}
    assert texts.maybe(["x" * 100 + "gpl"]) == {"gpl"}
