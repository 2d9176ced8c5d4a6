"""Files that join several licenses: each is named, with the deviations of its own part."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from toy_licenses import BALL, TOY

from openclause import identity, naming
from openclause.analysis import analyze
from openclause.fingerprints import sentences
from openclause.identity import (
    Index,
    Known,
    as_part,
    build_index,
    identify,
    identify_part,
    load_index,
)
from openclause.naming import Named, licenses_in, referred
from openclause.parts import split

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "corpora" / "licenses" / "texts"
needs_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason="the texts were not fetched")
sys.path.insert(0, str(ROOT / "benchmarks"))

# Begins with words by which nothing is known to begin.
KITE = """The kite belongs to the wind. Whoever finds the kite in a tree may climb up for it and
take it home, and may tie a longer tail to it, of paper or of silk, as the weather allows.

A finder who sells the kite gives the rope along with it, and says in which tree it hung.
"""
BOX = f"{TOY}\n{BALL}\nThe lid of the box is closed at night, and the key hangs beside the door.\n"
SHELF = "\n".join(f"The shelf number {n} holds the {n} boards that were cut." for n in range(40))
KNOWN = (
    Known("toy", "Toy", "Toy License", "permissive"),
    Known("ball", "Ball", "Ball License", "weak-copyleft"),
    Known("kite", "Kite", "Kite License", "permissive"),
    Known("chest", None, "Chest License", "permissive"),
)
PLAIN = (TOY, BALL, KITE, f"{TOY}\n{BALL}\n{SHELF}")
INDEX = build_index(KNOWN, PLAIN)
BOXED = build_index((*KNOWN, Known("box", None, "Box License", "permissive")), (*PLAIN, BOX))
BAN = "Nobody may use any of these things to teach machines how to play."


def found(text: str, index: Index = INDEX) -> Named:
    said = sentences(text)
    matches = identify(text, index, said=said)
    return licenses_in(text, said, split(text, said, index), matches, index)


def ids(text: str, index: Index = INDEX) -> list[str]:
    return [match.id for match in found(text, index).matches]


@pytest.mark.parametrize(
    "between", ["\n\n", f"\n\n{'-' * 60}\n\n", "\n\nCopyright (c) 2020 Jane Roe\n\n"]
)
def test_each_license_of_a_file_is_named_and_no_composite(between: str) -> None:
    assert found(f"{TOY}{between}{BALL}").several
    assert ids(f"{TOY}{between}{BALL}") == ["toy", "ball"]
    assert set(ids(between.join([TOY, KITE, BALL]))) == {"toy", "ball", "kite"}


def test_none_of_them_is_exact_for_that_is_said_of_whole_texts() -> None:
    for match in found(f"{TOY}\n\n{BALL}").matches:
        assert (match.exact, match.similarity, match.deviations) == (False, 0.999, ())


def test_a_license_whose_beginning_is_not_known_is_named_and_has_a_piece() -> None:
    text = f"{TOY}\n{KITE}"
    answer = found(text)
    assert [match.id for match in answer.matches] == ["toy", "kite"]
    places = [(piece.known and piece.known.id, text[piece.start :][:8]) for piece in answer.pieces]
    assert places == [("toy", "Permissi"), ("kite", "The kite")]


def test_each_has_the_deviations_of_its_own_part() -> None:
    toy, ball = TOY.replace("large or small", "red or blue"), f"{BALL}\n{BAN}\n"
    text = f"{toy}\n\n{ball}"
    by_id = {match.id: match for match in found(text).matches}
    assert [d.text for d in by_id["ball"].deviations] == [BAN]
    assert [d.kind for d in by_id["toy"].deviations] == ["missing", "added"]
    for match in by_id.values():
        for each in match.deviations:
            assert each.kind == "missing" or text[each.start : each.end] == each.text


def test_what_stands_before_all_licenses_is_told_with_the_first() -> None:
    by_id = {match.id: match for match in found(f"{BAN}\n\n{TOY}\n\n{BALL}").matches}
    assert [each.text for each in by_id["toy"].deviations] == [BAN]
    assert by_id["ball"].deviations == ()


def test_copies_of_a_license_are_named_once_with_the_deviations_of_all() -> None:
    changed = TOY.replace("new or old", "old or older")
    matches = found(f"{TOY}\n\n{BALL}\n\n{changed}").matches
    assert [match.id for match in matches] == ["toy", "ball"]
    assert len(matches[0].deviations) == 2
    assert matches[0].similarity < 0.999


def test_each_copy_is_held_by_sentences_of_its_own() -> None:
    text = "\n\n".join([BALL, TOY, BALL])
    said = sentences(text)
    nearest = naming._Nearest(text, INDEX)
    stretches = list(naming._stretches(said, split(text, said, INDEX), nearest, INDEX))
    assert [len(stretch.held) for stretch in stretches] == [1, 1, 1]
    for stretch in stretches:
        assert all(one in stretch.said for each in stretch.held for one in each.said)


@needs_texts
def test_copies_that_hold_two_licenses_each_are_cut_where_they_stand() -> None:
    two = [(TEXTS / f"{key}.txt").read_text("utf-8") for key in ("hippocratic-1.1", "homebrewed")]
    text = "\n\n".join([*two, TOY, *two])
    names = [piece.known.id for piece in found(text, load_index()).pieces if piece.known]
    assert names == ["hippocratic-1.1", "homebrewed"] * 2


def test_a_license_that_is_made_of_others_is_that_one() -> None:
    text = f"Wheels and axles, made by hand in the hills.\n\n{BOX}"
    assert ids(text, BOXED)[0] == "box"
    assert not found(text, BOXED).several
    assert sorted(ids(f"{TOY}\n\n{BALL}", BOXED)) == ["ball", "toy"]


@pytest.mark.parametrize("change", [lambda t: t, lambda t: t[:300], lambda t: t.upper()])
def test_a_text_of_one_license_keeps_its_answer(change) -> None:
    text = change(TOY)
    assert found(text).matches == identify(text, INDEX)


def test_a_part_that_is_like_nothing_is_nothing() -> None:
    text = "The cat sat on the mat and looked at the rain for an hour."
    assert identify_part(text, (0, len(text)), INDEX, said=sentences(text)) is None


def test_the_words_of_a_part_that_is_all_of_a_text_are_weighed_once(monkeypatch) -> None:
    weighed: list[int] = []
    own = identity.weighed
    monkeypatch.setattr(identity, "weighed", lambda *row: weighed.append(1) or own(*row))
    text = f"{TOY}\n\n"
    part = as_part(identify(text, INDEX)[0], text, INDEX, said=sentences(TOY))
    assert (part.match.id, part.match.exact, len(weighed)) == ("toy", False, 1)
    asked = identify_part(text, (0, len(TOY)), INDEX, said=sentences(TOY))
    assert asked is not None
    same = [(each.match, each.owner, each.words, each.lack, each.equal) for each in (part, asked)]
    assert same[0] == same[1]
    assert identify(BALL, INDEX)[0].id == "ball"
    assert len(weighed) == 3


def test_a_text_that_only_names_licenses_is_told_by_their_names() -> None:
    text = "This file is under the Toy License; see there."
    said = [("toy", "Toy License"), (None, "Nobody's"), (None, "Ball"), ("toy", "Toy")]
    assert [match.id for match in referred(text, (), said, INDEX)] == ["toy", "ball"]
    near = identify(TOY[:-9], INDEX)
    assert referred(text, near, [("ball", "Ball")], INDEX) == near


def known_text(key: str) -> str:
    return (TEXTS / f"{key}.txt").read_text("utf-8")


@needs_texts
@pytest.mark.parametrize(
    "keys",
    [("mit", "apache-2.0"), ("bsd-new", "mit", "isc"), ("gpl-2.0", "lgpl-2.1"), ("mpl-2.0", "mit")],
)
def test_known_licenses_are_named_through_the_whole_analysis(keys) -> None:
    answer = analyze("\n\n\n".join(map(known_text, keys)))
    assert {match.id for match in answer.identification} == set(keys)
    assert len(answer.openness.parts) == len(keys)


@needs_texts
@pytest.mark.parametrize("place", range(4))
def test_a_ban_beside_known_licenses_is_never_lost(place: int) -> None:
    ban = "You may not use any of this software to train machine learning models."
    blocks = [known_text("mit"), known_text("bsd-new"), known_text("isc")]
    blocks.insert(place, ban)
    answer = analyze("\n\n".join(blocks))
    assert answer.openness.category == "use-restricted"
    assert ban in [each.text for match in answer.identification for each in match.deviations]


@needs_texts
def test_a_ban_within_a_long_known_text_is_never_lost() -> None:
    ban = "\n\nYou may not use the software to train machine learning models."
    long = known_text("apache-2.0")
    at = long.index(".\n", len(long) // 2) + 1
    answer = analyze(f"{known_text('mit')}\n\n{long[:at]}{ban}{long[at:]}")
    assert answer.openness.category == "use-restricted"


@needs_texts
def test_a_notice_behind_a_known_license_counts() -> None:
    notice = (
        "This program is free software: you can redistribute it and/or modify it under the terms\n"
        "of the GNU General Public License as published by the Free Software Foundation, either\n"
        "version 3 of the License, or (at your option) any later version.\n"
    )
    answer = analyze(f"{known_text('mit')}\n\n{notice}")
    assert answer.identification[0].id == "mit"
    assert answer.openness.category == "strong-copyleft"
    (alone,) = analyze(notice).identification
    assert (alone.spdx_id, alone.exact, alone.deviations) == ("GPL-3.0-or-later", False, ())
    (only,) = analyze(notice.replace(", or (at your option) any later version", "")).identification
    assert only.spdx_id == "GPL-3.0-only"


@needs_texts
def test_files_made_by_the_benchmark_are_named_as_measured() -> None:
    from several import WAYS, joined, licenses, measure

    from openclause.analysis import load_model
    from openclause.corpus import default_folder

    some = licenses(default_folder())
    told = [measure(joined(some, way, 2, 1000), load_model(None))[0] for way in WAYS]
    assert sum(each.whole for each in told) >= len(told) - 1
    assert not any(each.exact for each in told)


@needs_texts
def test_licenses_of_an_spdx_tag_are_told_by_their_names() -> None:
    answer = analyze("// SPDX-License-Identifier: MIT OR Apache-2.0\nint wheels;\n")
    assert [match.spdx_id for match in answer.identification] == ["MIT", "Apache-2.0"]


@needs_texts
def test_people_are_told_what_a_file_holds() -> None:
    from openclause.formats.phrases import identity, remarks

    answer = analyze(f"{known_text('mit')}\n\n{known_text('bsd-new')}\n\n{BAN}")
    said = identity(answer, "en")
    assert said.startswith("holds the known texts ")
    assert "(MIT) 99 %" in said
    assert any(BAN in line for line in remarks(answer, "ko"))


@needs_texts
def test_time_grows_with_the_copies_that_are_changed_within() -> None:
    def seconds(copies: int) -> float:
        text = "\n\n".join(
            known_text("mit").replace("software", f"softwre{n}", 3) for n in range(copies)
        )
        said = sentences(text)
        start = time.process_time()
        split(text, said, load_index())
        return time.process_time() - start

    def least(copies: int) -> float:
        """Return what it takes where nothing comes between, as the collection of garbage does."""
        return min(seconds(copies) for _ in range(3))

    seconds(20)
    assert least(400) < 12 * least(100)
