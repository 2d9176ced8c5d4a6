"""The look for people: a page as wide as the reader's, in colour where there is colour.

In: an `Analysis` and a `View`. Out: text. The most important comes first: how open, how sure, why;
then what restricts, what is granted, the criteria, and what to beware of. How a clause is quoted
is for `formats.quotes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from rich.console import RenderableType
from rich.text import Text

from openclause.analysis import Analysis
from openclause.attitudes import Attitude
from openclause.formats.phrases import (
    TOLD_ELSEWHERE,
    at_a_glance,
    file_name,
    reason_words,
    remarks,
    title,
)
from openclause.formats.quotes import item_rows, label, lines, quote_rows, recall
from openclause.messages import in_language, message, translated
from openclause.page import View, percent, render, row, styled
from openclause.report import Block, Passage, Report, Row, Why, report
from openclause.taxonomy import categories, criteria, terms

# A reason quotes so many passages at most; the groups below it hold all of them.
_QUOTED = 2
# A grant or duty recalls so many passages at most.
_RECALLED = 3
# From so many passages on, a list of items is told one line each.
_MANY = 4
_CLASSES = ("open", "open-ish", "closed")
_COLORS = {"open": "green", "open-ish": "yellow", "closed": "red", "none": "bright_black"}
_ATTITUDES: dict[Attitude, tuple[str, str]] = {
    "can": ("✓", "green"),
    "conditional": ("◐", "yellow"),
    "must": ("●", "yellow"),
    "cannot": ("✗", "red"),
}
_STATUS = {"violated": ("✗", "red"), "unclear": ("?", "yellow"), "met": ("✓", "green")}


def text(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the page for people; it quotes the record and needs no more of the text."""
    view = view.readable()
    return render(_page(report(analysis), view), view=view)


def _page(shown: Report, view: View) -> Iterator[RenderableType]:
    tell = partial(message, lang=view.lang)
    yield from _head(shown.analysis, view)
    yield from _verdict(shown.analysis, view)
    yield from _section("why", _reasons(shown.reasons, view), view)
    if categories()[shown.analysis.openness.category].openness != "none":
        yield from _section("terms", _terms(shown.analysis, view), view)
        yield from _section("restricting", _groups(shown, view), view)
        yield from _section("grants", _brief(shown.grants, view), view)
        yield from _section("duties", _brief(shown.duties, view), view)
        yield from _section("risks", _names(shown.risks, view), view)
        yield from _section("criteria", _criteria(shown, view), view)
    yield from _section("warnings", _warnings(shown.analysis, view), view)
    yield ""
    yield styled(tell("about.advice"), "dim italic")


def _section(name: str, parts: Iterable[RenderableType], view: View) -> Iterator[RenderableType]:
    found = list(parts)
    if found:
        yield ""
        yield styled(message(f"section.{name}", view.lang).upper(), "bold")
        yield from found


def _head(analysis: Analysis, view: View) -> Iterator[RenderableType]:
    document = analysis.document
    tell = partial(message, lang=view.lang)
    name = file_name(analysis)
    shown = title(analysis, view.lang)
    yield styled(shown, "bold")
    facts = [
        name if name != shown else None,
        tell("about.characters", n=f"{document.chars:,}"),
        document.language,
    ]
    yield styled(" · ".join(fact for fact in facts if fact), "dim")
    yield ""


def _verdict(analysis: Analysis, view: View) -> Iterator[RenderableType]:
    tell = partial(message, lang=view.lang)
    openness, category = analysis.openness, categories()[analysis.openness.category]
    color = _COLORS[category.openness]
    badge = styled(f" {tell(f'category.{category.openness}').upper()} ", f"bold reverse {color}")
    name = styled(analysis.category_name(view.lang), f"bold {color}")
    yield row(badge, name, _scale(openness.rank, view), widths=(badge.cell_len, None, 29), indent=0)
    facts = [openness.category]
    if openness.rank is not None:
        facts.append(tell("category.rank", n=openness.rank, last=_last_rank()))
    facts.append(tell("category.confidence", n=percent(openness.confidence)))
    line = styled(" " + " · ".join(facts))
    if openness.needs_review:
        line.append(f" · ▲ {tell('category.needs-review')}", style="bold yellow")
    yield line
    yield from _remarks(analysis, view)


def _last_rank() -> int:
    return max(category.rank or 0 for category in categories().values())


def _scale(rank: int | None, view: View) -> Text:
    """Draw the ranks from open to closed with the document's own among them."""
    line = styled(message("category.open", view.lang) + " ", "dim")
    for name in _CLASSES:
        if name != _CLASSES[0]:
            line.append("│", style="dim")
        for category in categories().values():
            if category.openness == name:
                own = category.rank == rank
                line.append("●" if own else "·", style=f"bold {_COLORS[name]}" if own else "dim")
    line.append(" " + message("category.closed", view.lang), style="dim")
    line.justify = "right"
    return line


def _remarks(analysis: Analysis, view: View) -> Iterator[RenderableType]:
    meaning = categories()[analysis.openness.category].meaning
    yield row(in_language(meaning, view.lang), widths=(None,), indent=1)
    for words in remarks(analysis, view.lang):
        yield row(styled("→", "dim"), styled(words, "italic"), widths=(1, None), indent=1)


def _reasons(reasons: Iterable[Why], view: View) -> Iterator[RenderableType]:
    quoted: set[tuple[int, int]] = set()
    for number, why in enumerate(reasons, start=1):
        said = styled(reason_words(why.reason, view.lang), "bold")
        yield row(styled(f"{number}"), said, widths=(2, None), indent=1)
        fresh = [passage for passage in why.passages if passage.span not in quoted]
        for passage in why.passages:
            if passage.span in quoted:
                yield recall(passage, view)
        for passage in fresh[:_QUOTED]:
            yield from quote_rows(passage, rules=True)
        yield from _more(fresh[_QUOTED:], view)
        quoted.update(passage.span for passage in fresh[:_QUOTED])


def _terms(analysis: Analysis, view: View) -> Iterator[RenderableType]:
    for found in at_a_glance(analysis, view.lang, order=_ATTITUDES, without=TOLD_ELSEWHERE):
        mark, color = _ATTITUDES[found.attitude]
        head = styled(f"{mark} {found.said}", color)
        yield row(head, " · ".join(found.terms.values()), widths=(24, None))


def _groups(shown: Report, view: View) -> Iterator[RenderableType]:
    found = False
    for group, blocks in shown.restricting.items():
        if blocks:
            found = True
            yield styled(f" {message(f'group.{group}', view.lang)}", "bold cyan")
            for block in blocks:
                yield from _block(block, view)
    if not found:
        yield styled(f"  {message('clause.none-found', view.lang)}", "dim")


def _block(block: Block, view: View) -> Iterator[RenderableType]:
    head = label(block.statements, view)
    if block.quoted_before:
        head.append(
            f"  {lines(block.passages, view)}, {message('clause.quoted', view.lang)}", style="dim"
        )
    elif len(block.passages) >= _MANY:
        head.append(f"  ×{len(block.passages)}", style="dim")
    yield row(head, widths=(None,))
    if block.quoted_before:
        return
    if len(block.passages) >= _MANY:
        yield from item_rows(block.passages, view)
        return
    for passage in block.passages:
        yield from quote_rows(passage)


def _brief(blocks: Iterable[Block], view: View) -> Iterator[RenderableType]:
    for block in blocks:
        yield row(label(block.statements, view), widths=(None,))
        yield from item_rows(block.passages[:_RECALLED], view)
        yield from _more(block.passages[_RECALLED:], view)


def _more(passages: Sequence[Passage], view: View) -> Iterator[RenderableType]:
    if passages:
        words = message("clause.more", view.lang, n=len(passages), lines=lines(passages, view))
        yield row("", styled(words, "dim"), widths=(5, None))


def _names(blocks: Iterable[Block], view: View) -> Iterator[RenderableType]:
    """Name terms that nearly every license has, with their lines, in one run."""
    where: dict[str, list[int]] = {}
    for block in blocks:
        for passage in block.passages:
            for clause in passage.clauses:
                where.setdefault(clause.term, []).append(passage.line)
    said = [
        f"{in_language(terms()[term].name, view.lang)} {', '.join(map(str, dict.fromkeys(found)))}"
        for term, found in where.items()
    ]
    if said:
        yield row(styled(" · ".join(said)), widths=(None,))


def _criteria(shown: Report, view: View) -> Iterator[RenderableType]:
    for status, rows in shown.criteria.items():
        mark, color = _STATUS[status]
        name = styled(f"{mark} {message(f'status.{status}', view.lang)}", color)
        told = [
            found for found in rows if status == "violated" or (status != "met" and found.clauses)
        ]
        for found in told:
            yield row(name, *_criterion(found, view), widths=(11, 12, None, 16))
        rest = " ".join(found.criterion for found in rows if found not in told)
        if rest:
            yield row(name, rest, widths=(11, None))
    yield row(styled(message("about.osaid", view.lang), "dim"), widths=(None,))


def _criterion(found: Row, view: View) -> tuple[RenderableType, ...]:
    name = in_language(criteria()[found.criterion].name, view.lang)
    return styled(found.criterion, "bold"), styled(name), styled(lines(found.clauses, view), "dim")


def _warnings(analysis: Analysis, view: View) -> Iterator[RenderableType]:
    for warning in analysis.warnings:
        words = translated(warning, view.lang)
        yield row(styled("▲", "yellow"), styled(words), widths=(1, None))
