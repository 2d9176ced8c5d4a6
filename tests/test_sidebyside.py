from __future__ import annotations

import msgspec
from builders import analysis, clause

from openclause.corpus import ClauseLabel, LabelledDocument, Record
from openclause.sidebyside import CATEGORIES, CLAUSES, OPENNESS, compare_models

LABEL = ClauseLabel(0, 25, "sell", "prohibition", "recipient", True)
FOUND = clause("sell", "prohibition", text="x" * 25)


def document(number: int, *, annotated: bool) -> LabelledDocument:
    record = Record(
        key=f"own-{number}",
        name="Own",
        language="en",
        artifact="software",
        category="source-available",
        addendum=False,
        hard=False,
        basis="read",
        family=f"family-{number // 2}",
        split="train",
        chars=25,
        sha256="0" * 64,
        clauses=(LABEL,) if annotated else None,
    )
    return LabelledDocument(record, "x" * 25)


DOCUMENTS = [document(number, annotated=number < 4) for number in range(8)]
GOOD = [analysis(FOUND, category="source-available")] * 8
BAD = [analysis(category="proprietary")] * 4 + [analysis(category="use-restricted")] * 4


def test_each_model_has_its_figures_and_its_distance_from_the_first():
    found = compare_models(DOCUMENTS, {"good": GOOD, "bad": BAD})
    good, bad = found.models
    assert (good.documents, good.families) == (8, 4)
    assert (good.categories.value, good.clauses.value) == (1.0, 1.0)
    assert (bad.categories.value, bad.openness.value, bad.clauses.value) == (0.0, 0.5, 0.0)
    gains = {each.figure: each for each in found.differences["bad"]}
    assert gains[CATEGORIES].gain.value == -1.0
    assert gains[OPENNESS].gain.value == -0.5
    assert gains[CATEGORIES].worse
    assert (gains[CLAUSES].documents, gains[CLAUSES].families) == (4, 2)


def test_without_annotated_documents_there_is_no_clause_figure():
    bare = [
        LabelledDocument(msgspec.structs.replace(each.record, clauses=None), each.text)
        for each in DOCUMENTS
    ]
    found = compare_models(bare, {"good": GOOD, "bad": BAD})
    assert found.models[0].clauses is None
    assert CLAUSES not in {each.figure for each in found.differences["bad"]}
