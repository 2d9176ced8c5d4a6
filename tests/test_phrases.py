from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from openclause.clauses import Reader
from openclause.documents import comment_mask, read_path
from openclause.phrases import phrases_of
from openclause.segmentation import segment

WORDS = st.lists(st.sampled_from(["may", "not", "copy", "it", "."]), max_size=12)
PHRASES = st.lists(WORDS.filter(bool).map(lambda words: words[:4]), max_size=12)


def found(vocab, phrases, words):
    table = phrases_of(vocab)
    table.add(phrases)
    return table.find(words)


@pytest.mark.parametrize("vocab", [None, Vocab()], ids=["words", "spaCy"])
def test_phrases_are_found_in_order_of_their_starts_and_ends(vocab):
    phrases = [["may", "not"], ["may"], ["not", "copy", "it"]]
    words = ["you", "may", "not", "copy"]
    assert found(vocab, phrases, words) == [(1, 2, "may"), (1, 3, "may not")]


@given(PHRASES, WORDS)
def test_words_are_found_as_spacy_finds_them(phrases, words):
    assert found(None, phrases, words) == found(Vocab(), phrases, words)


def test_a_text_is_taken_apart_as_with_spacy(documents):
    for path in sorted(documents.glob("*.txt")):
        text = read_path(path).text
        mask = comment_mask(text)
        plain, spacy = (Reader(vocab).take_apart(text, mask) for vocab in (None, Vocab()))
        assert plain.outline == segment(text, mask)
        assert plain.hits == spacy.hits
        assert plain.scopes.cues == spacy.scopes.cues


def test_spacy_looks_where_it_is_loaded():
    code = (
        "import sys\nfrom openclause.phrases import vocabulary\nprint(vocabulary())\n"
        "import spacy\nprint(type(vocabulary()).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "Vocab"]
