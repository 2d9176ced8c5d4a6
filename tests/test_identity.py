import re
import subprocess
import sys
from textwrap import fill

import msgspec
import numpy as np
import pytest

from openclause.errors import ModelError
from openclause.identity import (
    Known,
    Match,
    build_index,
    identify,
    index_part,
    load_index,
)
from openclause.index import any_title, title_words, without
from openclause.modelfile import Part, write_model

OPEN = """Toy Open License

Copyright (c) 1999 The First Holder. All rights reserved.

Permission is granted to use, copy and change this toy for any purpose, provided that:

1. Copies of the toy keep this notice and the list of those who carved it.
2. The name of the carver may not be used to promote toys that were changed by others.

THIS SOFTWARE IS PROVIDED BY THE FIRST HOLDER "AS IS", and in no event shall the first holder be
liable for any damages that arise from playing with it, from losing it, or from its wheels.
"""
CLOSED = """Toy Closed License

The toy's owner lets you look at the toy in the shop window between nine and five o'clock.
You may not touch it, take it home, lend it to a friend or paint it - not even its wheels.
Whoever breaks it pays for it. These terms may be changed by the shop at any time.
"""
SHORT = "Do what you like."
KNOWN = (
    Known("toy-open", "Toy-Open-1.0", "Toy Open License", "permissive"),
    Known("toy-closed", None, "Toy Closed License", "proprietary"),
    Known("short", None, "Short", "permissive"),
    Known("nothing", None, "Nothing", "not-a-license"),
)
TEXTS = (OPEN, CLOSED, SHORT, "")


@pytest.fixture(scope="module")
def index():
    return build_index(KNOWN, TEXTS)


def save(folder, *parts):
    write_model(folder, parts, versions={}, corpus_sha256="0" * 64, card="")
    return folder


def test_a_known_text_is_exact(index):
    (match,) = identify(OPEN, index)
    assert match == Match("toy-open", "Toy-Open-1.0", "Toy Open License", 1.0, exact=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\n\n".join(fill(p, 44) for p in text.split("\n\n")),
        lambda text: " ".join(text.split()),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace('"', "“").replace("'", "’").replace(" - ", " — "),
        lambda text: text.replace("1. ", "* ").replace("2. ", "• "),
        lambda text: text.replace("1. ", "(a) ").replace("2. ", "(b) "),
        lambda text: re.sub("^", " * ", text, flags=re.MULTILINE),
        lambda text: re.sub("^", "// ", text, flags=re.MULTILINE),
        lambda text: text.upper(),
        lambda text: text.replace("(c) 1999 The First Holder", "© 2020-2024 Jane Roe <j@x.org>"),
        lambda text: text.replace("Copyright (c) 1999 The First Holder. All rights reserved.", ""),
        lambda text: text.replace("THE FIRST HOLDER", "JANE ROE").replace(
            "the first holder", "Jane Roe"
        ),
        lambda text: "Copyright 2021-present Roe, Inc. and its affiliates.\n\n" + text,
        lambda text: "\ufeff" + text + "\n\n\n",
        lambda text: text.replace("Toy Open License\n", ""),
        lambda text: text.replace("Toy Open License", "The Toy-Open License, Version 1.0"),
    ],
)
def test_what_says_the_same_is_exact(index, change):
    match = identify(change(OPEN), index)[0]
    assert (match.id, match.exact, match.similarity) == ("toy-open", True, 1.0)


@pytest.mark.parametrize("text", [OPEN, CLOSED, SHORT])
def test_one_other_word_is_never_exact(index, text):
    holder = {"first", "holder", "1999", "all", "rights", "reserved", "copyright"}
    for word in re.finditer(r"\w+", text):
        if word[0].lower() not in holder | {"the", "1", "2", "c", "license"}:
            changed = text[: word.start()] + "zebra" + text[word.end() :]
            assert not any(match.exact for match in identify(changed, index)), word


@pytest.mark.parametrize("word", ["not", "only", "non-commercial"])
def test_one_more_word_is_never_exact(index, word):
    for gap in re.finditer(r"\s", OPEN):
        changed = f"{OPEN[: gap.start()]} {word}{OPEN[gap.start() :]}"
        assert not identify(changed, index)[0].exact, changed


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 1999 Jane Roe. You may not sell the toy.",
        "Copyright (c) 1999 Jane Roe, for research only",
        "Copyright (c) 1999 Jane Roe. Painting is extra.",
        "Copyright (c) 1999 J. Roe. Painted by the shop.",
        "Non-commercial license",
    ],
)
def test_terms_beside_a_holders_name_are_text(index, line):
    assert not identify(f"{line}\n\n{OPEN}", index)[0].exact


def test_a_changed_text_is_near(index):
    match = identify(OPEN.replace("any purpose", "no purpose"), index)[0]
    assert match.id == "toy-open"
    assert 0.7 < match.similarity < 1.0


def test_an_unlike_text_matches_nothing(index):
    assert identify("The cat sat on the mat and looked at the rain for an hour.", index) == ()


@pytest.mark.parametrize("text", ["", " \n", "???", "\0\ud800", "한국어 문서입니다"])
def test_odd_texts_are_only_what_they_are(index, text):
    assert {match.id for match in identify(text, index)} <= {"nothing"}


def test_at_most_top_matches_are_given_best_first():
    texts = [OPEN, OPEN.replace("wheels", "doors"), OPEN.replace("the", "every"), CLOSED]
    index = build_index([Known(str(n), None, "", "") for n in range(4)], texts)
    assert [(m.id, m.exact) for m in identify(OPEN, index, top=2)] == [("0", True), ("1", False)]


def test_of_equal_texts_the_one_with_an_spdx_id_comes_first():
    known = [Known("a", None, "A", ""), Known("bb", "BB", "B", "")]
    index = build_index(known, [OPEN, OPEN.replace("1999", "2001")])
    assert [(m.id, m.exact) for m in identify(OPEN, index)] == [("bb", True), ("a", True)]


PART = """Whoever has the toy may look at it on every day of the week but not on Sunday.
{}The wheels of the toy may be turned to the left and to the right as often as one likes.
Nobody has to say who carved the toy, as long as it is not lent to a shop or to a museum.

"""
INNER = "Children may paint it in any colour that the owner of the shop has in stock today.\n"
SHORT_END, LONG_END = "This is all.\n", "More is said of the box, the bag and the cart.\n" + OPEN


@pytest.mark.parametrize("own", ["", INNER])
@pytest.mark.parametrize("end", [SHORT_END, LONG_END])
def test_what_is_cut_off_is_named_by_what_is_left_not_by_what_is_not(own, end):
    """The shorter rest must not decide: a sentence within the part that is left does."""
    other_end = LONG_END if end == SHORT_END else SHORT_END
    texts = [
        PART.format(own) + end + CLOSED,
        PART.format("" if own else INNER) + other_end + CLOSED,
    ]
    index = build_index([Known("it", None, "It", ""), Known("so", None, "So", "")], texts)
    assert identify(PART.format(own), index)[0].id == "it"
    assert identify(PART.format(own), index)[0].similarity < 0.8


def test_of_licenses_that_have_all_that_is_left_the_shorter_comes_first():
    texts = [PART.format("") + CLOSED + OPEN, PART.format("") + CLOSED]
    index = build_index([Known("a", None, "A", ""), Known("bb", None, "B", "")], texts)
    assert [match.id for match in identify(PART.format(""), index)] == ["bb", "a"]


def test_similarity_of_long_texts_is_near_the_true_one():
    words = [f"w{n}" for n in range(4000)]
    index = build_index([Known("long", None, "", "")], [" ".join(words)])
    changed = " ".join(words[:3000] + [f"x{n}" for n in range(1000)])
    assert identify(changed, index)[0].similarity == pytest.approx(0.75, abs=0.15)


def test_an_index_is_read_as_it_was_written(index, tmp_path):
    again = load_index(save(tmp_path / "models", index_part(index)))
    assert again.known == KNOWN
    for text in (*TEXTS, OPEN.replace("any", "no")):
        assert identify(text, again) == identify(text, index)


def test_an_index_made_before_sentences_were_kept_tells_no_deviations(index, tmp_path):
    part = index_part(index)
    arrays = {name: a for name, a in part.arrays.items() if not name.startswith("sentence")}
    old = load_index(save(tmp_path / "models", Part(part.name, part.settings, arrays)))
    (match,) = identify(OPEN.replace("any purpose", "no purpose"), old)
    assert (match.id, match.exact, match.deviations) == ("toy-open", False, ())


def test_sentences_are_numbered_without_titles(index):
    own = index.sentence_places[index.sentence_owners == 0]
    assert sorted(own.tolist()) == list(range(len(own)))
    assert not len(index.sentences[index.sentence_owners == 3])


@pytest.mark.parametrize("left_out", [{"toy-open"}, {"short", "nothing"}, set()])
def test_an_index_without_some_is_that_of_the_others(index, left_out):
    pairs = [(k, t) for k, t in zip(KNOWN, TEXTS, strict=True) if k.id not in left_out]
    built = build_index([known for known, _ in pairs], [text for _, text in pairs])
    rest = without(index, left_out)
    assert rest.known == built.known
    for name in index_part(index).arrays:
        assert np.array_equal(getattr(rest, name), getattr(built, name)), name
    for text in TEXTS:
        assert identify(text, rest) == identify(text, built)


def test_an_index_without_all_knows_nothing(index):
    empty = without(index, {known.id for known in KNOWN})
    assert [identify(text, empty) for text in TEXTS] == [()] * len(TEXTS)


def test_building_twice_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        save(tmp_path / name, index_part(build_index(KNOWN, TEXTS)))
    files = [{p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("a", "b")]
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("shingle_owners", lambda owners: owners + 9),
        ("kept", lambda kept: kept[:1]),
        ("digests", lambda digests: digests[1:]),
        ("sentence_words", lambda words: words[1:]),
        ("sentence_owners", lambda owners: owners + 9),
        ("shingles", lambda shingles: shingles.reshape(1, -1)),
        ("shingles", lambda shingles: shingles[::-1]),
        ("shingles", lambda shingles: shingles.astype(np.float64)),
        ("limits", lambda limits: limits.astype(np.int64) - 2**40),
        ("kept", lambda kept: np.full(len(kept), np.nan)),
        ("digests", lambda digests: digests[::-1]),
        ("sentences", lambda hashes: hashes[::-1]),
        ("sentence_places", lambda places: places.reshape(-1, 1)),
    ],
)
def test_an_index_that_does_not_fit_together_is_an_error(index, tmp_path, name, change):
    part = index_part(index)
    arrays = part.arrays | {name: change(part.arrays[name])}
    broken = Part(part.name, part.settings, arrays)
    with pytest.raises(ModelError, match="does not fit together"):
        load_index(save(tmp_path / "models", broken))


def test_a_known_license_of_no_category_is_an_error(index, tmp_path):
    part = index_part(index)
    known = [[*fields[:3], "cosy"] for fields in map(msgspec.structs.astuple, index.known)]
    strange = Part(part.name, part.settings | {"known": known}, part.arrays)
    with pytest.raises(ModelError, match="'cosy' is no category"):
        load_index(save(tmp_path / "models", strange))


def test_an_index_without_an_array_is_an_error(index, tmp_path):
    part = index_part(index)
    arrays = {name: array for name, array in part.arrays.items() if name != "kept"}
    with pytest.raises(ModelError, match="kept"):
        load_index(save(tmp_path / "models", Part(part.name, part.settings, arrays)))


def test_importing_loads_neither_scikit_learn_nor_spacy():
    code = "import sys, openclause.identity; print(*{'sklearn', 'scipy', 'spacy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_words_of_any_title_are_those_of_all_titles():
    index = load_index()
    assert not frozenset().union(*map(title_words, index.known)) - any_title(index)
