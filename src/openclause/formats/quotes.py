"""How a clause is quoted on a page: its words, shortened, with where they stand.

In: passages of a `report`. Out: rows for `formats.text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from rich.console import RenderableType
from rich.text import Text

from openclause.formats.phrases import who
from openclause.messages import in_language, message
from openclause.page import View, row, shorten, styled
from openclause.report import Passage, Statement
from openclause.taxonomy import terms
from openclause.untrusted import visible

# The length of a quote, in characters, and how many line numbers are told.
_FULL = 260
_LINES = 4
_MARKS = {"permission": ("✓", "green"), "obligation": ("●", "yellow"), "prohibition": ("✗", "red")}


# What the licensor may do to the licensee is no gift.
_HOLD = ("◆", "yellow")


class Placed(Protocol):
    """What has a line in the document."""

    @property
    def line(self) -> int:
        """The line that it begins on, from 1."""


def lines(placed: Iterable[Placed], view: View) -> str:
    """Name the lines on which something stands, the first few of many."""
    found = sorted({one.line for one in placed})
    if not found:
        return ""
    shown = ", ".join(map(str, found[:_LINES])) + (", …" if len(found) > _LINES else "")
    return message("clause.line" if len(found) == 1 else "clause.lines", view.lang, n=shown)


def label(statements: Sequence[Statement], view: View) -> Text:
    """Say who may, must or must not do what."""
    line = styled("")
    for statement in _heads(statements):
        mark, color = _mark(statement)
        head = f"{mark} {who(statement.modality, statement.holder, view.lang)}:"
        line.append("  " if line else "").append(head, style=color)
        alike = [other for other in statements if _head(other) == _head(statement)]
        names = [in_language(terms()[other.term].name, view.lang) for other in alike]
        line.append(f" {' · '.join(names)}", style="bold")
    return line


def _mark(statement: Statement) -> tuple[str, str]:
    if statement.holder == "licensor" and terms()[statement.term].group == "control":
        return _HOLD
    return _MARKS[statement.modality]


def _head(statement: Statement) -> tuple[str, str]:
    return statement.modality, statement.holder


def _heads(statements: Iterable[Statement]) -> Iterator[Statement]:
    yield from {_head(statement): statement for statement in statements}.values()


def quote_rows(passage: Passage, *, rules: bool = False) -> Iterator[RenderableType]:
    """Quote a passage beside its line; with `rules`, say which clauses it is and who found them."""
    quote = styled(f"“{shorten(passage.text, _FULL)}”")
    if rules:
        facts = [passage.section, _names(passage), f"{passage.start}–{passage.end}"]
        facts += dict.fromkeys(clause.source for clause in passage.clauses)
        said = visible(" · ".join(fact for fact in facts if fact))
        quote.append(f"\n{said}", style="dim")
    yield row(_gutter(passage), quote, widths=(5, None))


def recall(passage: Passage, view: View) -> RenderableType:
    """Point to a passage that was quoted before."""
    words = f"{_names(passage)} · {message('clause.quoted', view.lang)}"
    return row(_gutter(passage), styled(words, "dim"), widths=(5, None))


def item_rows(passages: Iterable[Passage], view: View) -> Iterator[RenderableType]:
    """Quote each passage on one line, as far as the page is wide."""
    for passage in passages:
        words = styled(" ".join(passage.text.split()))
        words.truncate(view.cells - 11, overflow="ellipsis")
        yield row(_gutter(passage), styled(f"“{words.plain}”"), widths=(5, None))


def _names(passage: Passage) -> str:
    return ", ".join(clause.id for clause in passage.clauses)


def _gutter(passage: Passage) -> Text:
    return Text(str(passage.line), style="cyan", justify="right")
