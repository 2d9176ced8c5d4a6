from __future__ import annotations

from pathlib import Path

import pytest

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
