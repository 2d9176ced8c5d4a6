"""The look of an explanation, and of the list of all that can be explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType

from openclause.explanation import Explanation, Kind
from openclause.messages import message
from openclause.page import View, render, row, styled

# Widths of columns, in character cells.
_LABEL, _ID = 16, 24


def explanation_text(found: Explanation, view: View) -> str:
    """Return an explanation for people."""
    return render(_page(found, view), view=view.readable())


def _page(found: Explanation, view: View) -> Iterator[RenderableType]:
    head = styled(found.id, "bold cyan")
    head.append(f"  {message(f'explain.{found.kind}', view.lang)}", style="dim")
    yield head
    said = found.meaning if found.name == found.id else f"{found.name}: {found.meaning}"
    yield row(said, widths=(None,))
    for fact in found.facts:
        sentences = any(" " in value for value in fact.values)
        values = ("\n" if sentences else ", ").join(fact.values)
        yield row(styled(fact.name, "dim"), values, widths=(_LABEL, None))


def list_text(kinds: Mapping[Kind, Sequence[Explanation]], view: View) -> str:
    """Return the list of all terms, categories and criteria for people."""
    return render(_list(kinds, view), view=view.readable())


def _list(kinds: Mapping[Kind, Sequence[Explanation]], view: View) -> Iterator[RenderableType]:
    for number, (kind, listed) in enumerate(kinds.items()):
        if number:
            yield ""
        yield styled(message(f"explain.all-{kind}", view.lang), "bold")
        for found in listed:
            yield row(styled(found.id, "cyan"), found.meaning, widths=(_ID, None))
