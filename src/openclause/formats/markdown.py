"""Markdown for issues and pull requests: short enough for both, and safe to paste.

In: an `Analysis` and a `View`. Out: GitHub Flavored Markdown in the order of `report`. Whatever the
document or its name says is escaped: it makes no link, no image, no HTML, no table cell, no
mention of a person and no reference to an issue.

References
----------
GitHub Flavored Markdown Spec 0.29, sections 6.1 (backslash escapes) and 6.9 (extended autolinks).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from openclause.analysis import Analysis
from openclause.attitudes import Attitude
from openclause.formats.phrases import (
    TOLD_ELSEWHERE,
    at_a_glance,
    reason_words,
    remarks,
    statement,
    title,
)
from openclause.formats.quotes import lines
from openclause.messages import in_language, message, translated
from openclause.page import View, percent, shorten
from openclause.report import Block, Passage, Report, Why, report
from openclause.taxonomy import categories, criteria
from openclause.untrusted import visible

# An issue holds 65,536 characters: so many passages a reason and rows a table are shown, and so
# many characters of a quote.
_QUOTED, _ROWS, _QUOTE = 2, 25, 200
_STATUS = {"violated": "❌", "unclear": "❔", "met": "✅"}
_ATTITUDES: tuple[Attitude, ...] = ("cannot", "must", "conditional", "can")

_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#!|~$&^@])")
_OPENING = re.compile(r"^(\s*(?:\d+(?=[.)])|))([-+=.)])")
# A comment parts what a host would take for a mention, a reference or an address of its own.
_MAGNETS = re.compile(r"(\\@|\\#|\\!(?=\d)|\bGH(?=-\d)|/(?=/)|:(?=[\w+-]+:)|\b[Ww]{3}(?=\.))")


def markdown(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the answer for people as Markdown; it quotes the record and needs no text."""
    shown = report(analysis)
    parts = [
        _head(analysis, view),
        _section("why", _reasons(shown.reasons, view), view),
        _section("terms", _glance(analysis, view), view),
        _section("restricting", _restricting(shown, view), view),
        _section("criteria", _criteria(shown, view), view),
        _section(
            "warnings",
            (f"- {plain(translated(one, view.lang))}" for one in analysis.warnings),
            view,
        ),
        [f"*{message('about.advice', view.lang)}*"],
    ]
    return "\n\n".join("\n".join(part).strip() for part in map(list, parts) if part) + "\n"


def plain(text: str) -> str:
    """Return a stranger's text on one line of Markdown that says it and nothing else."""
    flat = " ".join(visible(text).split())
    escaped = _OPENING.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", flat))
    return _MAGNETS.sub(r"\1<!-- -->", escaped)


def _head(analysis: Analysis, view: View) -> Iterator[str]:
    openness, lang = analysis.openness, view.lang
    category = categories()[openness.category]
    yield f"# {plain(title(analysis, lang))}"
    yield ""
    facts = [
        f"**{message(f'category.{category.openness}', lang)}: {analysis.category_name(lang)}**",
        f"`{openness.category}`",
        message("category.confidence", lang, n=percent(openness.confidence)),
    ]
    if openness.needs_review:
        facts.append(f"⚠️ {message('category.needs-review', lang)}")
    yield " · ".join(facts)
    yield ""
    yield in_language(category.meaning, lang)
    yield ""
    yield from (f"- {plain(words)}" for words in remarks(analysis, lang))


def _section(name: str, said: Iterable[str], view: View) -> list[str]:
    found = list(said)
    heading = f"## {message(f'section.{name}', view.lang)}"
    return [heading, "", *found] if found else []


def _reasons(reasons: Iterable[Why], view: View) -> Iterator[str]:
    for number, why in enumerate(reasons, start=1):
        yield f"{number}. {plain(reason_words(why.reason, view.lang))}"
        for passage in why.passages[:_QUOTED]:
            yield f"   - {_line(passage, view)}: {_quote(passage)}"
        yield from (f"   - {words}" for words in _more(why.passages[_QUOTED:], view))


def _glance(analysis: Analysis, view: View) -> Iterator[str]:
    for found in at_a_glance(analysis, view.lang, order=_ATTITUDES, without=TOLD_ELSEWHERE):
        yield f"- **{found.said}**: {', '.join(found.terms.values())}"


def _restricting(shown: Report, view: View) -> Iterator[str]:
    for group, blocks in shown.restricting.items():
        if blocks:
            yield f"**{message(f'group.{group}', view.lang)}**"
            yield ""
            yield from _table(blocks, view)
            yield ""


def _table(blocks: Iterable[Block], view: View) -> Iterator[str]:
    passages = [passage for block in blocks for passage in block.passages]
    yield f"| | {message('html.clauses', view.lang)} | |"
    yield "|---|---|---|"
    for passage in passages[:_ROWS]:
        said = "<br>".join(statement(clause, view.lang) for clause in passage.clauses)
        yield f"| {_line(passage, view)} | {said} | {_quote(passage)} |"
    yield from (f"| | {words} | |" for words in _more(passages[_ROWS:], view))


def _criteria(shown: Report, view: View) -> Iterator[str]:
    yield (
        f"| {message('html.criterion', view.lang)} | | {message('html.status', view.lang)} | |\n"
        "|---|---|---|---|"
    )
    for status, rows in shown.criteria.items():
        for found in rows:
            said = f"{_STATUS[status]} {message(f'status.{status}', view.lang)}"
            name = in_language(criteria()[found.criterion].name, view.lang)
            yield f"| {found.criterion} | {name} | {said} | {lines(found.clauses, view)} |"
    yield ""
    yield message("about.osaid", view.lang)


def _more(passages: Sequence[Passage], view: View) -> Iterator[str]:
    if passages:
        yield message("clause.more", view.lang, n=len(passages), lines=lines(passages, view))


def _line(passage: Passage, view: View) -> str:
    return message("clause.line", view.lang, n=passage.line)


def _quote(passage: Passage) -> str:
    return f"“{plain(shorten(passage.text, _QUOTE))}”"
