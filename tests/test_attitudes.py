from __future__ import annotations

import pytest
from builders import clause

from openclause.attitudes import attitude, summarize
from openclause.taxonomy import terms

MAY = {"modality": "permission"}
MAY_IF = {"modality": "permission", "conditions": ("if you ask",)}
ASIDE = {"modality": "permission", "main": False}
MUST = {"modality": "obligation"}
MUST_NOT = {"modality": "prohibition"}
MUST_NOT_UNLESS = {"modality": "prohibition", "conditions": ("unless you ask",)}
LICENSOR_MAY = {"modality": "permission", "holder": "licensor"}


@pytest.mark.parametrize(
    ("term", "said", "expected"),
    [
        ("distribute", [], "none"),
        ("distribute", [MAY], "can"),
        ("distribute", [MAY_IF], "conditional"),
        ("distribute", [MAY, MAY_IF], "can"),
        ("distribute", [MAY, MUST], "conditional"),
        ("distribute", [MUST], "must"),
        ("distribute", [MUST_NOT], "cannot"),
        ("distribute", [MUST_NOT_UNLESS], "cannot"),
        ("distribute", [MAY, MUST_NOT], "conditional"),
        ("distribute", [ASIDE, MUST_NOT], "cannot"),
        ("distribute", [ASIDE, MUST_NOT_UNLESS], "conditional"),
        ("field-of-use", [MUST, MUST_NOT], "cannot"),
        ("naming", [MUST, MUST_NOT], "must"),
        ("include-notice", [MUST, MUST_NOT], "must"),
        ("share-alike", [MUST], "must"),
        ("fee", [MUST_NOT], "cannot"),
        ("termination", [LICENSOR_MAY], "can"),
        ("termination", [LICENSOR_MAY, MUST], "must"),
    ],
)
def test_attitude_follows_the_table_of_its_docstring(term, said, expected):
    clauses = [clause(term, start=number, **words) for number, words in enumerate(said)]
    assert attitude(clauses, term=term) == expected


def test_summary_names_every_term_in_order_with_all_its_clauses():
    ours = clause("sell", "prohibition")
    theirs = clause("sell", "permission", start=99, holder="licensor")
    summary = summarize([ours, theirs])
    assert list(summary) == list(terms())
    assert summary["sell"].attitude == "cannot"
    assert summary["sell"].clauses == (ours.id, theirs.id)
    assert summary["use"].attitude == "none"
    assert summary["use"].clauses == ()
