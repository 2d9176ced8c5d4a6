from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from openclause.clauses import reader
from openclause.documents import read_path
from openclause.phrases import Phrases
from openclause.segmentation import segment
from openclause.tokens import Tokens

WORDS = st.lists(st.sampled_from(["may", "not", "copy", "it", "."]), max_size=12)
PHRASES = st.lists(WORDS.filter(bool).map(lambda words: " ".join(words[:4])), unique=True)


def found(phrases: list[str], words: list[str]) -> list[tuple[int, int, str]]:
    tokens = Tokens(word for phrase in phrases for word in phrase.split(" "))
    rows = Phrases(phrases, tokens).find(tokens.of(words)).rows()
    return [(start, end, phrases[number]) for start, end, number in rows]


def found_by_spacy(phrases: list[str], words: list[str]) -> list[tuple[int, int, str]]:
    vocab = Vocab()
    matcher = PhraseMatcher(vocab, attr="ORTH")
    for phrase in phrases:
        matcher.add(phrase, [Doc(vocab, words=phrase.split(" "))])
    rows = matcher(Doc(vocab, words=words)) if words else []
    return sorted((start, end, vocab.strings[name]) for name, start, end in rows)


def test_phrases_are_found_in_order_of_their_starts_and_ends() -> None:
    phrases = ["may not", "may", "not copy it"]
    assert found(phrases, ["you", "may", "not", "copy"]) == [(1, 2, "may"), (1, 3, "may not")]


@pytest.mark.parametrize(("phrases", "words"), [([], ["may"]), (["may"], []), ([], [])])
def test_where_nothing_is_said_or_looked_for_nothing_is_found(
    phrases: list[str], words: list[str]
) -> None:
    assert found(phrases, words) == []


@given(PHRASES, WORDS)
def test_phrases_are_found_as_spacy_finds_them(phrases: list[str], words: list[str]) -> None:
    assert found(phrases, words) == found_by_spacy(phrases, words)


def test_all_phrases_of_rules_and_cues_are_found_as_spacy_finds_them(documents) -> None:
    table = reader().phrases
    for path in sorted(documents.glob("*.txt")):
        words = segment(read_path(path).text).words
        places = table.find(reader().tokens.of(words))
        said = [" ".join(words[start:end]) for start, end, _ in places.rows()]
        assert said == [each for *_, each in found_by_spacy(sorted(set(said)), [*words])]
        assert np.array_equal(places.starts, np.sort(places.starts))
