from __future__ import annotations

import pytest
from builders import analysis

from openclause.analysis import load_model
from openclause.corpus import LabelledDocument, Record
from openclause.uncertainty import document_doubt, sentence_doubts

TEXT = "You may use and copy it.\n\nWhoever sings it for coin sings without our blessing.\n"


def record(**changes: object) -> Record:
    fields = {
        "key": "own",
        "name": "Own",
        "language": "en",
        "artifact": "software",
        "category": "source-available",
        "addendum": False,
        "hard": False,
        "basis": "read",
        "family": "own",
        "split": "train",
        "chars": len(TEXT),
        "sha256": "0" * 64,
    }
    return Record(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "prior", "doubt"),
    [
        ({}, "source-available", 0.25),
        ({"category": "permissive"}, "source-available", 0.75),
        ({"category": "permissive", "alt": "source-available"}, "source-available", 0.25),
        ({"category": "permissive", "basis": "mapped"}, "source-available", 0.25),
        ({}, "permissive", 0.45),
    ],
)
def test_doubt_adds_up_from_the_voices_that_differ(changes, prior, doubt):
    """The verdict is source-available at 0.75; the words alone are 0.8 sure."""
    found = document_doubt(record(**changes), analysis(), {prior: 0.8, "proprietary": 0.2})
    assert found.doubt == pytest.approx(doubt)


def test_sentences_are_quoted_once_with_the_voice_that_speaks_alone():
    found = sentence_doubts(LabelledDocument(record(), TEXT), load_model())
    assert len({each.start for each in found}) == len(found)
    for each in found:
        assert TEXT[each.start : each.end] == each.text
        assert TEXT.count("\n", 0, each.start) + 1 == each.line
        lone = {"rules only": each.chance < 0.5, "model only": each.chance >= 0.4}
        assert lone.get(each.why, 0.3 <= each.chance <= 0.7), each
    assert [each.doubt for each in found] == sorted((e.doubt for e in found), reverse=True)


def test_nothing_is_nothing():
    assert sentence_doubts(LabelledDocument(record(), ""), load_model()) == []
