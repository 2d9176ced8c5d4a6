from spacy.matcher import PhraseMatcher
from spacy.vocab import Vocab

from openclause.segmentation import segment
from openclause.tokens import Tokens, turns


def test_a_vocabulary_does_not_grow_with_the_texts_that_are_read() -> None:
    tokens = Tokens(Vocab())
    tokens.ids(["sell"])
    before = len(tokens.vocab.strings)
    tokens.doc(["you", "may", "sell", "qwertys", "and", "zxcvbs"])
    assert len(tokens.vocab.strings) == before


def test_words_that_spacy_has_symbols_for_are_found_as_others_are() -> None:
    tokens = Tokens(Vocab())
    matcher = PhraseMatcher(tokens.vocab, attr="ORTH")
    matcher.add("home", [tokens.ids(["the", "mark"])])  # type: ignore[arg-type]
    doc = tokens.doc(["you", "may", "not", "use", "the", "mark"])
    assert [(start, end) for _, start, end in matcher(doc)] == [(4, 6)]


def test_a_word_that_nobody_looks_for_is_no_other_word() -> None:
    tokens = Tokens(Vocab())
    matcher = PhraseMatcher(tokens.vocab, attr="ORTH")
    matcher.add("home", [tokens.ids(["sell", "it"])])  # type: ignore[arg-type]
    doc = tokens.doc(["you", "may", "sell", "that", ";", "sell", "it"])
    assert [(start, end) for _, start, end in matcher(doc)] == [(5, 7)]


def test_a_long_text_is_looked_through_unit_by_unit() -> None:
    outline = segment("You may sell it.\n\n" * 7000)
    (first, words), (second, others) = turns(outline)
    assert (first, second) == (0, len(words))
    assert (*words, *others) == outline.words
    assert second in {unit.first for unit in outline.units}
