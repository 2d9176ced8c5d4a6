import numpy as np
import pytest

from openclause.clauses import Effect, reader
from openclause.features import BLOCKS, LEAD_WORDS, LONGEST, Cells, unit_features

LIST = """You may not use the Work:

   (a) for surveillance of workers;

   (b) in weapons.
"""


def features(text, effects=()):
    return unit_features(reader().take_apart(text), effects)


def block(cells, name, unit):
    here = (cells.rows == unit) & (cells.blocks == BLOCKS.index(name))
    return sorted(cells.ids[here].tolist())


def effect(unit, term="field-of-use", modality="prohibition"):
    return Effect(unit, term, modality, "recipient", (f"{term}.act",), 0.8)


def test_all_columns_have_one_length():
    cells = features(LIST)
    assert len(cells.rows) == len(cells.ids) == len(cells.blocks) > 0


def test_headings_show_nothing():
    cells = features("# Grant of License\n\nYou may use it.\n")
    assert set(cells.rows.tolist()) == {1}


def test_units_that_are_not_asked_for_show_nothing_and_change_no_other():
    whole = reader().take_apart(LIST)
    part = unit_features(reader().look_through(LIST, whole.outline, {0, 2}), ())
    assert set(part.rows.tolist()) == {0, 2}
    for name in BLOCKS:
        assert block(part, name, 2) == block(unit_features(whole, ()), name, 2)


def test_the_same_words_under_another_cue_show_other_features():
    may, must_not = features("You may sell copies."), features("You may not sell copies.")
    assert block(may, "wording", 0) != block(must_not, "wording", 0)


def test_an_item_shows_the_words_of_its_lead_in():
    cells = features(LIST)
    alone = features("for surveillance of workers;")
    assert block(cells, "context", 1)
    assert not block(alone, "context", 0)


def test_items_share_the_features_of_their_lead_in():
    cells = features(LIST)
    shared = set(block(cells, "context", 1)) & set(block(cells, "context", 2))
    assert len(shared) >= 6


def test_signals_reach_the_items_of_a_lead_in():
    cells = features(LIST, [effect(0)])
    own, led = block(cells, "signals", 0), block(cells, "signals", 1)
    assert len(own) == len(led) == 3
    assert not set(own) & set(led)


def test_without_effects_there_are_no_signals():
    assert not (features(LIST).blocks == BLOCKS.index("signals")).any()


def test_white_space_and_line_ends_change_no_feature():
    one, two = features(LIST), features(LIST.replace("\n", "\r\n").replace("not use", "not\n use"))
    assert isinstance(one, Cells)
    assert np.array_equal(np.sort(one.ids), np.sort(two.ids))


@pytest.mark.parametrize("cue", ["", "may not "])
def test_of_a_long_unit_the_first_words_are_seen(cue):
    cells = features("You " + "sell " * (LONGEST - 2) + cue + "copy " * 50)
    traits = 5 if cue else 4
    assert len(block(cells, "wording", 0)) == LONGEST + (LONGEST - 1) + LONGEST + traits


def test_of_a_lead_in_the_last_words_are_seen():
    cells = features("You may not " + "sell " * LEAD_WORDS + ":\n\n   (a) one;\n\n   (b) two.\n")
    assert len(block(cells, "context", 1)) == LEAD_WORDS + (LEAD_WORDS - 1)


@pytest.mark.parametrize("text", ["", "# Grant\n", "\n\n"])
def test_a_text_without_sentences_shows_nothing(text):
    assert len(features(text).ids) == 0


def test_kin_of_a_word_shares_runs_of_letters_with_it():
    one, other, none = (
        set(block(features(f"You may {word} it."), "letters", 0))
        for word in ("commercialise", "commercialize", "publish")
    )
    assert len(one & other) > len(one) / 2
    assert not one & none


@pytest.mark.parametrize("word", ["sell", "sell" * 40])
def test_short_words_and_what_is_too_long_for_one_show_no_runs(word):
    assert not block(features(f"You may {word} it."), "letters", 0)


@pytest.mark.parametrize("name", ["wording", "letters", "context"])
def test_a_licence_is_a_license(name):
    text = "Under this licence you may:\n\n   (a) sell licences;\n\n   (b) copy it.\n"
    british, american = features(text), features(text.replace("licenc", "licens"))
    assert all(block(british, name, unit) == block(american, name, unit) for unit in range(3))
    assert block(british, "wording", 1)
