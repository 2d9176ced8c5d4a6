from __future__ import annotations

import time
from pathlib import Path

import pytest

from openclause.deviations import Wanted, counted, stretch
from openclause.fingerprints import Sentence, sentences
from openclause.identity import Known, build_index, identify

TEXT = """Toy Open License

Permission is granted to use, copy and change this toy for any purpose. Copies of the toy keep this
notice and the list of those who carved it. The name of the carver may not be used to promote toys.

The toy is provided as is. In no event shall the carver be liable for any damages that arise from
playing with it, from losing it, or from its wheels.
"""
OTHER = TEXT.replace("The name of the carver may not be used to promote toys.", "")
MORE = "You may not use the toy in a parade."
TEXTS = Path(__file__).parents[1] / "corpora" / "licenses" / "texts"


def index():
    known = [Known("toy", "Toy", "Toy Open License", "permissive"), Known("two", None, "Two", "")]
    return build_index(known, [TEXT, OTHER])


def test_one_more_sentence_is_the_one_deviation():
    for place in (TEXT.index("Copies"), len(TEXT)):
        text = f"{TEXT[:place]}{MORE} {TEXT[place:]}"
        best = identify(text, index())[0]
        assert (best.id, best.exact) == ("toy", False)
        (found,) = best.deviations
        assert (found.kind, found.text) == ("added", MORE)
        assert text[found.start : found.end] == MORE


def test_one_other_word_is_a_sentence_added_and_one_missing():
    text = TEXT.replace("any purpose", "no purpose")
    found = identify(text, index())[0].deviations
    assert {deviation.kind: deviation.text for deviation in found} == {
        "added": "Permission is granted to use, copy and change this toy for no purpose.",
        "missing": "sentence 1 of 5",
    }


def test_a_missing_sentence_has_the_place_where_it_would_stand():
    text = TEXT.replace(" The toy is provided as is.", "").replace(
        "The toy is provided as is. ", ""
    )
    (found,) = identify(text, index())[0].deviations
    assert (found.kind, found.start) == ("missing", found.end)
    assert text[: found.start].endswith("promote toys.")


def test_the_sibling_that_shares_most_sentences_comes_first():
    assert identify(f"{TEXT}\n{MORE}", index())[0].id == "toy"
    assert identify(f"{OTHER}\n{MORE}", index())[0].id == "two"


def test_a_sentence_moved_is_no_deviation_and_a_title_neither():
    body = TEXT.partition("\n\n")[2]
    first, rest = body.split(".", 1)
    best = identify(f"The Toy License\n\n{rest}\n\n{first}.", index())[0]
    assert not best.exact
    assert best.deviations == ()


def found(license_: str, text: str) -> list[tuple[str, str]]:
    (best, *_) = identify(text, build_index([Known("toy", "Toy", "Toy", "")], [license_]))
    return [(each.kind, each.text) for each in best.deviations]


CUTS = """The toy comes in a box. These are its parts: the wheels; the axle and the cart.

Whoever plays with the toy keeps the list of those who carved it and gives it back on Sunday.
"""
# A bullet, an item, a line without words and a full stop end sentences that were one.
OTHER_CUTS = [
    CUTS.replace("; the axle", ";\n  * the axle"),
    CUTS.replace(" and the cart", ", and\n  b) the cart"),
    CUTS.replace("the wheels; the axle and", "the wheels;\n - the axle;\n - and"),
    CUTS.replace("who carved it and", "who carved it\n\n------\n\nand"),
    CUTS.replace("with the toy keeps", "with the toy. Keeps"),
]


@pytest.mark.parametrize("other", OTHER_CUTS)
def test_the_same_words_cut_into_other_sentences_are_no_deviation(other):
    more = f"{other}\n{MORE}\n"  # without it the text is the very license
    assert len(sentences(other)) != len(sentences(CUTS))
    assert found(CUTS, more) == [("added", MORE)]
    assert found(other, f"{CUTS}\n{MORE}\n") == [("added", MORE)]


@pytest.mark.parametrize("other", OTHER_CUTS)
def test_another_word_in_a_sentence_cut_otherwise_is_a_deviation(other):
    for word, new in (("box", "bag"), ("axle", "rope"), ("Sunday", "Monday"), ("comes", "came")):
        told = found(CUTS, other.replace(word, new))
        assert any(kind == "added" and new in words for kind, words in told), word
        assert any(kind == "missing" for kind, _ in told), word


def test_sentences_that_changed_places_are_not_taken_for_one():
    first, second = "The toy comes in a box", "its wheels are made of wood"
    license_ = f"{first} and {second}.\n\nWhoever plays with it gives it back on Sunday.\n"
    other = license_.replace(f"{first} and {second}", f"And {second}. {first}")
    assert [kind for kind, _ in found(license_, other)] == ["missing", "added", "added"]


AGAIN = """The first cart may be copied. Keep this notice. Its wheels may be painted.

The other cart may be sold. Keep this notice. Its wheels may be lent. Keep this notice.
"""


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("new", ["Keep no notice.", ""])
def test_of_equal_sentences_the_one_is_missing_whose_neighbours_miss_it(number, new):
    before, *rest = AGAIN.split("Keep this notice.")
    signs = ["Keep this notice."] * 3
    signs[number - 1] = new
    text = before + "".join(sign + after for sign, after in zip(signs, rest, strict=True))
    place = (2, 5, 7)[number - 1]
    told = found(AGAIN, text)
    assert ("missing", f"sentence {place} of 7") in told
    assert [words for kind, words in told if kind == "added"] == [new][: bool(new)]


def test_many_equal_sentences_take_time_in_proportion():
    lines = "Keep this notice. " * 5_000 + "Its wheels may be painted. "
    index = build_index([Known("toy", "Toy", "Toy", "")], [lines])
    start = time.process_time()
    (best, *_) = identify(lines.replace("Keep this notice. ", "", 1), index)
    assert [each.kind for each in best.deviations] == ["missing"]
    assert time.process_time() - start < 2


def test_a_stretch_counts_what_a_text_has_of_it_and_what_it_lacks_within():
    def wanted(hashes: str) -> Wanted:
        codes = tuple(map(ord, hashes))
        times = {code: codes.count(code) for code in codes if codes.count(code) > 1}
        return Wanted(codes, dict.fromkeys(codes, 10), times, 10 * len(codes), frozenset())

    said = counted([Sentence(0, 1, ord(each), b"toy", 10) for each in "abcd"])
    assert stretch(said, wanted("abcd"), 0.5) == 40
    assert stretch(said, wanted("xxxabcdyyyy"), 0.5) == 40
    assert stretch(said, wanted("abxcd"), 0.5) == 35
    assert stretch(said, wanted("abxxxxxcd"), 0.5) == 20
    assert stretch(said, wanted("abcdaaa"), 0.5) == 40  # it stands once in the text
    assert stretch(said, wanted("xyz"), 0.5) == 0


def test_what_follows_a_colon_belongs_to_its_lead_in():
    text = f"{TEXT}\nOne more thing: No parades."
    assert [d.text for d in identify(text, index())[0].deviations] == [
        "One more thing: No parades."
    ]


def test_an_exact_text_has_no_deviations():
    assert all(match.deviations == () for match in identify(TEXT, index()))


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the texts were not fetched")
@pytest.mark.parametrize("key", ["mit", "isc", "apache-2.0", "bsd-new", "bsd-simplified"])
def test_a_well_known_license_with_one_more_sentence(key):
    keys = ["mit", "isc", "apache-2.0", "bsd-new", "bsd-simplified", "mit-0"]
    texts = [(TEXTS / f"{each}.txt").read_text("utf-8") for each in keys]
    text = f"{texts[keys.index(key)]}\n{MORE}\n"
    best = identify(text, build_index([Known(k, k, k, "") for k in keys], texts))[0]
    assert (best.id, best.exact) == (key, False)
    assert [(d.kind, d.text) for d in best.deviations] == [("added", MORE)]
