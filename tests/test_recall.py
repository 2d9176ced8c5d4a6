from __future__ import annotations

import re
from textwrap import fill

import pytest
from builders import labelled
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from records import make

from openclause import deciding, identity, recall
from openclause.analysis import analyze, load_model
from openclause.clauses import Reader
from openclause.corpus import ClauseLabel
from openclause.deciding import verdict_of
from openclause.documents import read_text
from openclause.fingerprints import Sentence, sentences
from openclause.identity import Known, build_index, index_part
from openclause.known_clauses import gathered, known_part
from openclause.modelfile import find_folder, read_part, write_model
from openclause.recall import Touching, aligned
from openclause.review import answer
from openclause.wording import normal_form

TEXT = """Toy Open License

Copyright (c) 1999 The First Holder. All rights reserved.

Permission is granted to use, copy and change this toy for any purpose, free of charge.

You must:

1. Keep this notice and the list of those who carved it in every copy of the toy.
2. Tell the shop of each wheel that you change.

You must not:

1. Sell the toy in the streets of the town.
2. Paint the cart.

The toy is provided as is. In no event shall the carver be liable for any damages that arise from
playing with it, from losing it, or from its wheels.
"""
KNOWN = Known("toy-open", "Toy-Open-1.0", "Toy Open License", "permissive")
SAID = (
    ("Permission is granted", "free of charge.", "use", "permission"),
    ("Permission is granted", "free of charge.", "modify", "permission"),
    ("Permission is granted", "free of charge.", "distribute", "permission"),
    ("Keep this notice", "copy of the toy.", "include-license", "obligation"),
    ("Tell the shop", "you change.", "state-changes", "obligation"),
    ("Sell the toy", "of the town.", "sell", "prohibition"),
    # No engine would read this: only a reader could.
    ("Paint the cart.", "Paint the cart.", "territory", "prohibition"),
    ("The toy is provided", "as is.", "warranty-disclaimer", "obligation"),
    ("In no event", "its wheels.", "liability-limit", "prohibition"),
)
LABELS = tuple(
    ClauseLabel(TEXT.index(first), TEXT.index(last) + len(last), term, modality, "recipient", True)
    for first, last, term, modality in SAID
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Return a model that learnt what the package's did, and knows the toy license alone."""
    parts = [read_part(find_folder(), name) for name in ("category", "clauses")]
    parts.append(index_part(build_index([KNOWN], [TEXT])))
    parts.append(known_part(gathered([(KNOWN, TEXT, LABELS)], read=["toy-open"])))
    folder = tmp_path_factory.mktemp("model") / "models"
    write_model(folder, parts, versions={}, corpus_sha256="0" * 64, card="")
    return folder


def known(analysis):
    return {(c.term, normal_form(c.text)) for c in analysis.clauses if c.source == "known"}


EVERYTHING = {(label.term, normal_form(TEXT[label.start : label.end])) for label in LABELS}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: "\n\n".join(fill(p, 44) for p in text.split("\n\n")),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("1. ", "* ").replace("2. ", "• "),
        lambda text: text.replace("1. ", "(a) ").replace("2. ", "(b) "),
        lambda text: re.sub("^", "// ", text, flags=re.MULTILINE),
        lambda text: text.replace("(c) 1999 The First Holder", "© 2024 Jane Roe <j@x.org>"),
        lambda text: text.replace("Toy Open License\n", ""),
        lambda text: text.upper(),
    ],
)
def test_an_exact_text_is_answered_by_its_readers_with_true_quotes(model, change):
    text = change(TEXT)
    analysis = analyze(text, model=model)
    assert analysis.identification[0].exact
    assert {clause.source for clause in analysis.clauses} == {"known"}
    assert known(analysis) == EVERYTHING
    assert all(text[c.start : c.end] == c.text for c in analysis.clauses)
    assert [c.id for c in analysis.clauses] == [f"c{n}" for n in range(1, len(LABELS) + 1)]


def test_an_exact_text_has_the_category_of_its_readers_and_says_why(model):
    openness = analyze(TEXT, model=model).openness
    assert (openness.category, openness.needs_review) == ("permissive", False)
    assert [reason.rule for reason in openness.reasons] == ["known-text"]


def test_lines_and_conditions_are_those_of_the_document(model):
    text = f"Carts and wheels.\nSee below.\n\n\n{TEXT}"
    for clause in analyze(text, model=model).clauses:
        assert clause.line == text.count("\n", 0, clause.start) + 1


def test_a_changed_sentence_is_read_and_the_others_are_not(model):
    text = TEXT.replace("for any purpose, free", "for non-commercial purposes only, free")
    analysis = analyze(text, model=model)
    assert not analysis.identification[0].exact
    gone = {pair for pair in EVERYTHING if pair[0] in ("use", "modify", "distribute")}
    assert known(analysis) == EVERYTHING - gone
    assert any(c.term == "commercial-use" and c.source != "known" for c in analysis.clauses)


@pytest.mark.parametrize("place", ["You must:", "The toy is provided"])
def test_one_more_sentence_can_change_the_verdict(model, place):
    ban = "You may use the toy for non-commercial purposes only."
    text = TEXT.replace(place, f"{ban}\n\n{place}")
    analysis = analyze(text, model=model)
    assert analysis.openness.category == "non-commercial"
    read = [c for c in analysis.clauses if c.source != "known"]
    assert {c.term for c in read} >= {"commercial-use"}
    assert all(ban in c.text for c in read)


def test_items_behind_a_changed_lead_in_are_read_anew(model):
    text = TEXT.replace("You must not:", "You may:")
    terms = {term for term, _ in known(analyze(text, model=model))}
    assert terms.isdisjoint({"sell", "territory"})
    assert {"include-license", "state-changes", "use"} <= terms


def test_an_item_moved_behind_another_lead_in_is_read_anew(model):
    item = "1. Sell the toy in the streets of the town.\n"
    text = TEXT.replace(item, "").replace("2. Tell the shop", f"{item}2. Tell the shop")
    assert "sell" not in {term for term, _ in known(analyze(text, model=model))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("free of charge.", "free of charge, for research only."),
        ("2. Tell the shop", "2. Give us all and tell the shop"),
        ("2. Paint the cart.", "2. Use the toy for war.\n3. Paint the cart."),
        ("is provided as is.", "is provided as is. It comes without any warranty."),
        ("from losing it", "from finding it"),
        ("You must not:", "You may:"),
        ("\n\nYou must:\n\n1. Keep", "\nYou must:\n1. Always keep"),
    ],
)
def test_rules_looked_for_in_changed_sentences_alone_say_the_same(model, old, new, monkeypatch):
    text, looked = TEXT.replace(old, new), list[object]()
    look = Reader.look_through

    def everywhere(own, text, outline, asked=None):
        looked.append(asked)
        return look(own, text, outline)

    part = analyze(text, model=model)
    monkeypatch.setattr(Reader, "look_through", everywhere)
    assert analyze(text + "\n", model=model).clauses == part.clauses
    assert any(looked)


def test_another_text_is_not_answered_by_readers(model):
    analysis = analyze("You may copy it.\nYou may not sell it.\n", model=model)
    assert analysis.clauses
    assert known(analysis) == set()


def test_spacy_shows_what_analyze_shows(model):
    pytest.importorskip("spacy")
    from openclause.pipeline import load

    nlp = load(model=model)
    for text in (TEXT, TEXT.replace("for any purpose", "for fun")):
        doc = nlp(text)
        ids = [span.id_ for span in doc.spans["clauses"]]
        assert ids == [clause.source for clause in analyze(text, model=model).clauses]
        assert "known" in ids


def test_known_answers_can_be_left_off(model):
    analysis = analyze(TEXT, model=model, known_answers=False)
    assert analysis.clauses
    assert known(analysis) == set()
    assert "territory" not in analysis.terms or (analysis.terms["territory"].attitude == "none")


def toy_open(text, **fields):
    return labelled(text, **({"key": "toy-open", "family": "toy", "clauses": LABELS} | fields))


def test_what_is_measured_on_the_corpus_never_uses_the_answers_it_is_judged_by(model):
    (analysis,) = answer([toy_open(TEXT)], model=model)
    assert analysis.clauses
    assert known(analysis) == set()
    assert not analysis.identification
    assert "known-text" not in [reason.rule for reason in analysis.openness.reasons]


def test_a_text_in_another_language_is_not_measured_by_its_own_label(tmp_path):
    text = "Lizenz der Mühle\n\nDas Rad darf von allen gedreht und weitergegeben werden.\n" * 4
    parts = [read_part(find_folder(), name) for name in ("category", "clauses")]
    mill = Known("mill", None, "Mühle", "use-restricted")
    parts.append(index_part(build_index([mill], [text])))
    folder = tmp_path / "models"
    write_model(folder, parts, versions={}, corpus_sha256="0" * 64, card="")
    assert analyze(text, model=folder).openness.category == "use-restricted"
    document = toy_open(text, key="mill", language="de", clauses=None)
    (measured,) = answer([document], model=folder)
    for unseen in (measured, analyze(text, model=folder, known_answers=False)):
        assert unseen.document.language == "de"
        assert unseen.openness.category != "use-restricted"


def said(hashes):
    return [Sentence(n, n + 1, hash_, b"w", 1) for n, hash_ in enumerate(hashes)]


@given(st.lists(st.integers(0, 6), max_size=16), st.lists(st.integers(0, 6), max_size=16))
def test_alignment_keeps_both_orders_and_pairs_equal_sentences(text, license_):
    found = aligned(said(text), license_)
    assert all(license_[place] == sentence.hash for place, sentence in found.items())
    places = [found[place].start for place in sorted(found)]
    assert len(set(places)) == len(places)
    assert places == sorted(places)


def test_equal_texts_are_aligned_as_a_whole():
    hashes = [1, 2, 3, 2, 4, 5, 5, 6]
    assert [s.start for s in aligned(said(hashes), hashes).values()] == list(range(8))


def test_a_sentence_moved_is_passed_over():
    assert sorted(aligned(said([3, 1, 2, 4, 5]), [1, 2, 3, 4, 5])) == [0, 1, 3, 4]


def test_sentences_of_the_text_are_those_of_the_license():
    assert [s.hash for s in sentences(TEXT)][1:] == [s.hash for s in sentences(TEXT.upper())][1:]


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("of each wheel", "of every wheel")])
def test_without_an_outline_a_known_text_comes_to_the_same(model, text):
    learnt, document = load_model(model), read_text(text)
    whole, bare = (verdict_of(document, learnt, outlined=outlined) for outlined in (True, False))
    assert any(clause.section or clause.conditions for clause in whole.clauses)
    same = text != TEXT  # what is only near is read, outline and all
    clauses = [c if same else replace(c, section=None, conditions=()) for c in whole.clauses]
    assert replace(whole, clauses=tuple(clauses)) == bare


def test_a_known_text_that_nobody_reviewed_is_not_cut_into_sentences(model, monkeypatch):
    document, learnt = read_text(TEXT), load_model(model)
    before = verdict_of(document, learnt, known_answers=False)
    for room in (deciding, identity, recall):
        monkeypatch.setattr(room, "sentences", None)
    assert verdict_of(document, learnt, known_answers=False) == before
    assert before.identification[0].exact
    with pytest.raises(TypeError):
        verdict_of(document, learnt)


SPANS = st.tuples(st.sampled_from(["use", "sell"]), st.integers(0, 20), st.integers(1, 9))


@given(st.lists(SPANS), SPANS)
def test_a_clause_touches_those_of_its_kind_that_share_words_with_it(spans, span):
    one, *others = (
        replace(make(f"{term}/permission"), start=start, end=start + length)
        for term, start, length in (span, *sorted(spans, key=lambda each: each[1:]))
    )
    own = [each for each in others if each.term == one.term]
    shares = any(one.start < each.end and each.start < one.end for each in own)
    assert Touching(others).any_with(one) == shares
