"""A check as Markdown, for a comment on a change or the summary of a job.

In: a report. Out: a table of issues below the verdict; no word of others becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openclause.messages import message
from openclause.page import View
from openclause.policy.reports import Issue, Report
from openclause.policy.writers.text import counts, excused, title
from openclause.scanning.writers.safety import printable

# What marks up within a line, and what would make a link of an address.
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#!|~@&]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
# A comment holds 65,536 characters; the formats json and sarif tell all.
_LISTED = 200
_COLUMNS = ("severity", "rule", "path", "text")
_MARK = {"kept": "✅", "violated": "❌", "unsure": "❔"}


def markdown(report: Report, view: View) -> str:
    """Return the page."""
    return "".join(f"{line}\n" for line in _lines(report, view))


def _lines(report: Report, view: View) -> Iterator[str]:
    yield f"## {_MARK[report.verdict]} {_plain(title(report, view))}"
    yield ""
    yield f"{_plain(report.policy.title)}  " if report.policy.title else ""
    yield counts(report, view)
    if report.issues:
        heads = [
            message(f"policy.{name}", view.lang) for name in ("severity", "rule", "path", "text")
        ]
        yield ""
        yield f"| {' | '.join(heads)} |"
        yield "|---|---|---|---|"
    for issue in report.issues[:_LISTED]:
        yield _row(issue, view)
    if len(report.issues) > _LISTED:
        yield ""
        yield message("scan.others", view.lang, n=len(report.issues) - _LISTED)
    yield ""
    yield f"*{message('about.advice', view.lang)}*"


def _row(issue: Issue, view: View) -> str:
    named = message(f"policy.severity-{issue.severity}", view.lang)
    where = f"{issue.path}:{issue.place.line}" if issue.place else issue.path
    said = _plain(issue.text)
    if issue.quote:
        said += f"<br>“{_plain(issue.quote)}”"
    if issue.excused:
        named = f"~~{named}~~"
        said += f"<br>{_plain(excused(issue.excused, view))}"
    return f"| {named} | {_plain(issue.rule)} | {_plain(where)} | {said} |"


def _plain(words: str) -> str:
    return _MARKS.sub(r"\\\1", printable(words))
