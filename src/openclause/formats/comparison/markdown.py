"""A comparison in Markdown, for issues and pull requests.

In: a `Comparison` and a `View`. Out: GitHub-flavoured Markdown. Whatever strangers wrote stands in
code spans, in which no markup, link, mention or reference acts.

References
----------
GitHub Flavored Markdown Spec 0.29, sections 6.3 (code spans) and 4.10 (tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from openclause.clauses import Clause
from openclause.comparison import Change, Comparison, Ground, Passing, Span
from openclause.formats.comparison.words import (
    BRACKETS,
    SIGNS,
    VERDICT_SIGNS,
    WEIGHT_SIGNS,
    counted,
    pieces,
    telling,
    term_name,
)
from openclause.messages import in_language, message
from openclause.page import View, percent, shorten
from openclause.untrusted import visible

_TICKS = re.compile(r"`+")
# An issue holds 65,536 characters: so much of a quote and of a changed sentence, in characters, and
# so many quotes of a cell and changes are told.
_QUOTE, _SENTENCE, _QUOTED, _CHANGES = 400, 800, 2, 60


def markdown(comparison: Comparison, view: View) -> str:
    """Return the comparison as Markdown."""
    return "\n".join(_blocks(comparison, view)) + "\n"


def code(text: str, limit: int = _QUOTE, *, cell: bool = False) -> str:
    """Return a stranger's text as a code span on one line; in a cell of a table, bars escaped."""
    said = shorten(visible(text), limit) or " "
    if cell:
        said = said.replace("|", "\\|")
    longest = max((len(run) for run in _TICKS.findall(said)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if said.startswith("`") or said.endswith("`") else ""
    return f"{fence}{pad}{said}{pad}{fence}"


def _blocks(comparison: Comparison, view: View) -> Iterator[str]:
    tell = partial(message, lang=view.lang)
    labels = [code(one.label) for one in comparison.licenses]
    yield f"# {tell('compare.title', names=', '.join(labels))}\n"
    yield from _licenses(comparison, view)
    yield f"\n## {tell('compare.passing')}\n"
    yield from _passings(comparison, view)
    yield f"\n## {tell('compare.differences')}\n"
    yield from _differences(comparison, view)
    yield f"\n## {tell('compare.terms')}\n"
    yield from _terms(comparison, view)
    yield f"\n## {tell('compare.quotes')}\n"
    yield from _quotes(comparison, view)
    a, b = (labels[place] for place in (comparison.wording.a, comparison.wording.b))
    yield f"\n## {tell('compare.wording', a=a, b=b)}\n"
    yield from _wording(comparison, b, view)
    yield f"\n*{tell('about.advice')}*"


def _licenses(comparison: Comparison, view: View) -> Iterator[str]:
    for one in comparison.licenses:
        said = in_language(one.category_name, view.lang)
        said += f", {message('category.confidence', view.lang, n=percent(one.confidence))}"
        said += f", {message('category.needs-review', view.lang)}" if one.needs_review else ""
        yield f"- {code(one.label)}: {said}"


def _passings(comparison: Comparison, view: View) -> Iterator[str]:
    for passing in comparison.passing:
        a, b = (code(comparison.licenses[place].label) for place in (passing.a, passing.b))
        verdict = message(f"compare.verdict-{passing.verdict}", view.lang)
        pair = message("compare.pair", view.lang, a=a, b=b)
        yield f"- {VERDICT_SIGNS[passing.verdict]} {pair}: **{verdict}**"
        for ground in passing.grounds:
            yield from _ground(comparison, passing, ground, view)


def _ground(comparison: Comparison, passing: Passing, ground: Ground, view: View) -> Iterator[str]:
    yield f"  - {WEIGHT_SIGNS[ground.weight]} {code(in_language(ground.text, view.lang))}"
    for place, spans in ((passing.a, ground.a), (passing.b, ground.b)):
        for span in spans[:1]:
            yield f"    - {_quote(comparison.licenses[place].label, span, view)}"


def _quote(label: str, said: Span | Clause, view: View) -> str:
    where = message("compare.where", view.lang, name=code(label), line=said.line)
    return f"{where}: {code(said.text)}"


def _differences(comparison: Comparison, view: View) -> Iterator[str]:
    group = None
    if not comparison.differences:
        yield message("compare.no-differences", view.lang)
    for one in comparison.differences:
        if one.group != group:
            group = one.group
            yield f"\n**{message(f'group.{group}', view.lang)}**\n"
        yield f"- {code(in_language(one.text, view.lang))}"


def _terms(comparison: Comparison, view: View) -> Iterator[str]:
    labels = [code(one.label, cell=True) for one in comparison.licenses]
    yield _row([message("compare.term", view.lang), *labels])
    yield _row(["---"] * (len(labels) + 1))
    for line in comparison.terms:
        cells = (
            f"{SIGNS[cell.attitude]} {message(f'compare.attitude-{cell.attitude}', view.lang)}"
            for cell in line.cells
        )
        name = term_name(line.term, view.lang)
        yield _row([f"**{name}**" if line.differs else name, *cells])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _quotes(comparison: Comparison, view: View) -> Iterator[str]:
    """Quote what stands behind each cell, folded away term by term."""
    for line in comparison.terms:
        yield f"<details><summary>{term_name(line.term, view.lang)}</summary>\n"
        for one, cell in zip(comparison.licenses, line.cells, strict=True):
            clauses = telling(one, cell)
            for clause in clauses[:_QUOTED]:
                modality = message(f"modality.{clause.modality}", view.lang)
                yield f"- {_quote(one.label, clause, view)} ({modality})"
            if len(clauses) > _QUOTED:
                more = message("compare.more", view.lang, n=len(clauses) - _QUOTED)
                yield f"- {code(one.label)}: {more}"
        yield "\n</details>"


def _wording(comparison: Comparison, b: str, view: View) -> Iterator[str]:
    yield counted(comparison, view.lang, b=b) + "\n"
    changes = comparison.wording.changes
    for change in changes[:_CHANGES]:
        lines = "/".join(str(side.line) for side in (change.a, change.b) if side)
        kind = message(f"compare.{change.kind}", view.lang)
        yield f"- {kind} ({lines}): {code(_changed(change), _SENTENCE)}"
    if len(changes) > _CHANGES:
        yield f"- {message('compare.more', view.lang, n=len(changes) - _CHANGES)}"


def _changed(change: Change) -> str:
    if change.kind != "changed":
        return "".join(said for _, said in pieces(change))
    marked = ((BRACKETS[mark], said) for mark, said in pieces(change) if said)
    return "".join(f"{before}{said}{after}" for (before, after), said in marked)
