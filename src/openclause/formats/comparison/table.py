"""A comparison for the terminal, as wide as it is, in colour where there is colour.

In: a `Comparison` and a `View`. Out: text. What may be passed on comes first, then what differs,
then the whole matrix, then the wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from string import ascii_uppercase

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from openclause.clauses import Clause
from openclause.comparison import Change, Comparison, Ground, Passing, Span
from openclause.formats.comparison.words import (
    BRACKETS,
    SIGNS,
    VERDICT_SIGNS,
    WEIGHT_SIGNS,
    counted,
    pair,
    pieces,
    telling,
    term_name,
)
from openclause.messages import in_language, message
from openclause.page import View, percent, render, row, shorten, styled
from openclause.taxonomy import ACTS
from openclause.untrusted import visible

_STYLES = {
    "can": "green",
    "conditional": "yellow",
    "must": "yellow",
    "cannot": "red",
    "none": "dim",
}
_VERDICTS = {"allowed": "bold green", "not": "bold red", "unclear": "bold yellow", "note": "dim"}
_MARKS = {"same": "", "deleted": "red strike", "inserted": "green bold"}
# So many changes, and so much of a quote and of a changed sentence in characters, are told.
_CHANGES, _QUOTE, _SENTENCE = 20, 240, 600
_TERM, _CELL = 24, 13


def table(comparison: Comparison, view: View) -> str:
    """Return the page for a terminal."""
    return render(_page(comparison, view), view=view)


def _page(comparison: Comparison, view: View) -> Iterator[RenderableType]:
    tell = partial(message, lang=view.lang)
    yield from _section(tell("compare.licenses"), _licenses(comparison, view))
    yield from _section(tell("compare.passing"), _passings(comparison, view))
    yield from _section(tell("compare.differences"), _differences(comparison, view))
    yield from _section(tell("compare.terms"), _terms(comparison, view))
    a, b = (comparison.licenses[place].label for place in _first(comparison))
    title = tell("compare.wording", a=a, b=b)
    yield from _section(title, _wording(comparison, b, view))
    yield ""
    yield styled(tell("about.advice"), "dim italic")


def _first(comparison: Comparison) -> tuple[int, int]:
    return comparison.wording.a, comparison.wording.b


def _section(title: str, parts: Iterable[RenderableType]) -> Iterator[RenderableType]:
    yield ""
    yield styled(visible(title).upper(), "bold")
    yield from parts


def _licenses(comparison: Comparison, view: View) -> Iterator[RenderableType]:
    for letter, one in zip(_letters(), comparison.licenses, strict=False):
        facts = in_language(one.category_name, view.lang)
        facts += f" · {message('category.confidence', view.lang, n=percent(one.confidence))}"
        line = styled(visible(one.label), "bold")
        line.append(f"  {facts}")
        if one.needs_review:
            line.append(f" · ▲ {message('category.needs-review', view.lang)}", style="yellow")
        yield row(styled(letter, "cyan"), line, widths=(3, None), indent=1)


def _letters() -> Iterator[str]:
    yield from ascii_uppercase
    yield from (first + second for first in ascii_uppercase for second in ascii_uppercase)


def _passings(comparison: Comparison, view: View) -> Iterator[RenderableType]:
    """Tell the first two both ways with their quotes, of all others the verdict and its reason."""
    first = set(_first(comparison))
    for passing in comparison.passing:
        yield _verdict(comparison, passing, view)
        if {passing.a, passing.b} == first:
            for ground in passing.grounds:
                yield from _ground(comparison, passing, ground, view)
        else:
            said = in_language(passing.grounds[0].text, view.lang)
            yield row(styled("→", "dim"), styled(visible(said)), widths=(1, None), indent=4)


def _verdict(comparison: Comparison, passing: Passing, view: View) -> RenderableType:
    line = styled(f"{VERDICT_SIGNS[passing.verdict]} ", _VERDICTS[passing.verdict])
    line.append(visible(pair(comparison, passing, view.lang)), style="bold")
    said = message(f"compare.verdict-{passing.verdict}", view.lang)
    line.append(f": {said}", style=_VERDICTS[passing.verdict])
    return row(line, widths=(None,), indent=1)


def _ground(
    comparison: Comparison, passing: Passing, ground: Ground, view: View
) -> Iterator[RenderableType]:
    sign = styled(WEIGHT_SIGNS[ground.weight], _VERDICTS[ground.weight])
    yield row(sign, visible(in_language(ground.text, view.lang)), widths=(1, None), indent=4)
    for place, spans in ((passing.a, ground.a), (passing.b, ground.b)):
        for span in spans[:1]:
            yield _quote(comparison.licenses[place].label, span, view)


def _quote(label: str, said: Span | Clause, view: View) -> RenderableType:
    where = message("compare.where", view.lang, name=label, line=said.line)
    quote = f"“{shorten(visible(said.text), _QUOTE)}”"
    line = styled(f"{visible(where)}: ", "cyan")
    line.append(quote, style="italic")
    return row("", line, widths=(1, None), indent=4)


def _differences(comparison: Comparison, view: View) -> Iterator[RenderableType]:
    group = None
    plain = [one for one in comparison.differences if one.kind != "conditions"]
    if not comparison.differences:
        yield row(message("compare.no-differences", view.lang), widths=(None,), indent=1)
    for one in plain:
        if one.group != group:
            group = one.group
            yield row(
                styled(message(f"group.{group}", view.lang), "bold"), widths=(None,), indent=1
            )
        said = visible(in_language(one.text, view.lang))
        yield row(styled("•", "dim"), said, widths=(1, None), indent=2)
        if one.group in ACTS:
            yield from _shown(comparison, one.term, view)
    degrees = [term_name(one.term, view.lang) for one in comparison.differences if one not in plain]
    if degrees:
        said = f"{message('compare.degrees', view.lang)}: {', '.join(degrees)}"
        yield row(styled(said, "dim"), widths=(None,), indent=1)


def _shown(comparison: Comparison, term: str, view: View) -> Iterator[RenderableType]:
    """Quote each license on an act that one forbids; the other formats quote everything."""
    line = next(row for row in comparison.terms if row.term == term)
    if any(cell.attitude == "cannot" for cell in line.cells):
        for one, cell in zip(comparison.licenses, line.cells, strict=True):
            for clause in telling(one, cell)[:1]:
                yield _quote(one.label, clause, view)


def _terms(comparison: Comparison, view: View) -> Iterator[RenderableType]:
    """Draw the matrix; columns too narrow for words hold the signs alone, explained below."""
    room = (view.cells - _TERM - 4) // len(comparison.licenses)
    words = room >= _CELL + 1
    grid = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=True)
    grid.add_column("", width=_TERM, overflow="fold")
    for letter, one in zip(_letters(), comparison.licenses, strict=False):
        label = visible(one.label)
        head = label if words and cell_len(label) <= room - 1 else letter
        grid.add_column(Text(head), no_wrap=True, header_style="cyan")
    group = None
    for line in comparison.terms:
        if line.group != group:
            group = line.group
            grid.add_row(styled(message(f"group.{group}", view.lang), "bold"))
        name = styled(term_name(line.term, view.lang), "bold" if line.differs else "")
        grid.add_row(name, *(_cell(cell.attitude, view, words=words) for cell in line.cells))
    yield row(grid, widths=(None,), indent=1)
    if not words:
        said = "  ".join(f"{SIGNS[name]} {_attitude(name, view)}" for name in SIGNS)
        yield row(styled(said, "dim"), widths=(None,), indent=1)


def _cell(attitude: str, view: View, *, words: bool) -> Text:
    said = SIGNS[attitude] + (f" {_attitude(attitude, view)}" if words else "")
    return styled(said, _STYLES[attitude])


def _attitude(attitude: str, view: View) -> str:
    return message(f"compare.attitude-{attitude}", view.lang)


def _wording(comparison: Comparison, b: str, view: View) -> Iterator[RenderableType]:
    yield row(counted(comparison, view.lang, b=b), widths=(None,), indent=1)
    changes = [change for change in comparison.wording.changes if change.kind != "moved"]
    for change in changes[:_CHANGES]:
        kind = styled(message(f"compare.{change.kind}", view.lang), "cyan")
        lines = "/".join(str(side.line) for side in (change.a, change.b) if side)
        yield row(kind, styled(lines, "dim"), _changed(change, view), widths=(8, 9, None))
    if len(changes) > _CHANGES:
        more = message("compare.more", view.lang, n=len(changes) - _CHANGES)
        yield row(styled(more, "dim"), widths=(None,), indent=1)


def _changed(change: Change, view: View) -> Text:
    """Show a changed sentence in one: struck out and put in, in colour or between brackets."""
    whole = change.kind != "changed"
    line = Text()
    for mark, said in pieces(change):
        if said:
            before, after = ("", "") if whole or view.color else BRACKETS[mark]
            line.append(f"{before}{_one_line(said)}{after}", style="" if whole else _MARKS[mark])
    line.truncate(_SENTENCE, overflow="ellipsis")
    return line


def _one_line(said: str) -> str:
    """Put words on one line; the spaces at their ends part them from what stands beside."""
    flat = " ".join(visible(said).split())
    before, after = said[:1].isspace() and bool(flat), said[-1:].isspace()
    return f"{' ' * before}{flat}{' ' * after}"
