from __future__ import annotations

from builders import analysis, clause

from openclause.report import RESTRICTING_GROUPS, report


def test_a_sentence_with_two_clauses_is_one_passage():
    text = "You may not sell or sublicense it."
    shown = report(
        analysis(
            clause("sell", "prohibition", text=text), clause("sublicense", "prohibition", text=text)
        )
    )
    (block,) = shown.restricting["redistribution"]
    assert [statement.term for statement in block.statements] == ["sublicense", "sell"] or [
        statement.term for statement in block.statements
    ] == ["sell", "sublicense"]
    (passage,) = block.passages
    assert passage.text == text
    assert len(passage.clauses) == 2


def test_passages_that_say_the_same_stand_in_one_block_in_reading_order():
    clauses = [clause("field-of-use", "prohibition", start=start) for start in (300, 100, 200)]
    (block,) = report(analysis(*clauses)).restricting["use"]
    assert [passage.start for passage in block.passages] == [100, 200, 300]


def test_prohibitions_come_before_duties():
    clauses = [
        clause("include-license", "obligation", start=0, restricts=("redistribution",)),
        clause("sell", "prohibition", start=500),
    ]
    blocks = report(analysis(*clauses)).restricting["redistribution"]
    assert [block.statements[0].modality for block in blocks] == ["prohibition", "obligation"]


def test_a_clause_of_two_groups_is_quoted_in_the_first_only():
    both = clause("flow-down", "obligation", restricts=("redistribution", "derivatives"))
    shown = report(analysis(both))
    assert not shown.restricting["redistribution"][0].quoted_before
    assert shown.restricting["derivatives"][0].quoted_before


def test_every_clause_is_shown_somewhere():
    clauses = [
        clause("distribute", "permission", start=0),
        clause("include-notice", "obligation", start=100),
        clause("sell", "prohibition", start=200),
        clause("termination", "permission", start=300, holder="licensor"),
        clause("warranty-disclaimer", "obligation", start=400),
    ]
    shown = report(analysis(*clauses))
    groups = [*shown.restricting.values(), shown.grants, shown.duties, shown.risks]
    found = {
        one.id
        for blocks in groups
        for block in blocks
        for passage in block.passages
        for one in passage.clauses
    }
    assert found == {one.id for one in clauses}
    assert tuple(shown.restricting) == RESTRICTING_GROUPS
    assert [block.statements[0].term for block in shown.risks] == ["warranty-disclaimer"]


def test_criteria_stand_by_status_with_their_clauses():
    shown = report(analysis(clause("sell", "prohibition")))
    (row,) = shown.criteria["violated"]
    assert row.criterion == "OSD-6"
    assert [one.term for one in row.clauses] == ["sell"]
    assert len(shown.criteria["met"]) == 13
