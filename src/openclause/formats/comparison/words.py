"""What the formats of a comparison share: signs, words for them, and the words of a change.

In: records of a comparison. Out: texts and marked pieces of text. Every sign differs in shape, so
that nothing is told by colour alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from openclause.clauses import Clause
from openclause.comparison import Cell, Change, Compared, Comparison, Edit, Passing, Span
from openclause.messages import Language, in_language, message
from openclause.page import percent
from openclause.taxonomy import terms

SIGNS = {"can": "✓", "conditional": "◐", "must": "●", "cannot": "✗", "none": "–"}
VERDICT_SIGNS = {"allowed": "✓", "not": "✗", "unclear": "?"}
# What decided stands before what only comes with it.
WEIGHT_SIGNS = {**VERDICT_SIGNS, "note": "→"}
# What is struck out or put in, where there is no colour.
BRACKETS = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}

_MODALITIES = {"must": "obligation", "cannot": "prohibition"}

Mark = Literal["same", "deleted", "inserted"]


def pieces(change: Change) -> Iterator[tuple[Mark, str]]:
    """Yield the words of a change in one line of both: kept, taken out, put in."""
    if change.a is None or change.b is None:
        side, mark = (change.b, "inserted") if change.b else (change.a, "deleted")
        yield mark, side.text if side else ""  # type: ignore[misc]
        return
    at = change.a.start
    for edit in change.edits:
        yield "same", change.a.text[at - change.a.start : edit.a_start - change.a.start]
        yield "deleted", change.a.text[edit.a_start - change.a.start : edit.a_end - change.a.start]
        yield "inserted", _put_in(change.a, change.b, edit)
        at = edit.a_end
    yield "same", change.a.text[at - change.a.start :]


def _put_in(a: Span, b: Span, edit: Edit) -> str:
    """Return the words that B puts in, parted from those of A that they stand between."""
    said = b.text[edit.b_start - b.start : edit.b_end - b.start]
    if not said or edit.a_start < edit.a_end:
        return said
    before_a_word = a.text[edit.a_start - a.start :][:1].isalnum()
    return f"{said} " if before_a_word else f" {said}"


def telling(one: Compared, cell: Cell) -> list[Clause]:
    """Return the clauses of a cell, first those that show its attitude: main, of its modality."""
    shown, wanted = set(cell.clauses), _MODALITIES.get(cell.attitude, "permission")
    clauses = [clause for clause in one.clauses if clause.id in shown]
    return sorted(
        clauses, key=lambda clause: (clause.modality != wanted, not clause.main, clause.start)
    )


def counted(comparison: Comparison, lang: Language, *, b: str) -> str:
    """Say how many sentences of the first two licenses differ, and how; `b` names the second."""
    wording = comparison.wording
    kinds = Counter(change.kind for change in wording.changes)
    return message(
        "compare.wording-count",
        lang,
        equal=wording.equal,
        missing=kinds["missing"],
        added=kinds["added"],
        changed=kinds["changed"],
        moved=kinds["moved"],
        b=b,
        percent=percent(wording.similarity),
    )


def pair(comparison: Comparison, passing: Passing, lang: Language) -> str:
    """Name the two licenses of a verdict."""
    a, b = (comparison.licenses[place].label for place in (passing.a, passing.b))
    return message("compare.pair", lang, a=a, b=b)


def term_name(term: str, lang: Language) -> str:
    """Return a term in words."""
    return in_language(terms()[term].name, lang)
