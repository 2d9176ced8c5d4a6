"""A check for people: a line an issue, the gravest first, then the verdict.

In: a report. Out: text of the view's language and colour.
"""

from __future__ import annotations

from collections.abc import Iterator

from openclause.messages import message
from openclause.page import View
from openclause.policy.reports import Excused, Issue, Report
from openclause.scanning.writers.safety import printable
from openclause.untrusted import unheeded

_COLORS = {"error": "31", "unsure": "35", "warning": "33", "note": "2"}
_VERDICTS = {"kept": "1;32", "violated": "1;31", "unsure": "1;35"}


def text(report: Report, view: View) -> str:
    """Return the page."""
    return unheeded("".join(f"{line}\n" for line in _lines(report, view)))


def _lines(report: Report, view: View) -> Iterator[str]:
    for issue in report.issues:
        yield from _issue(issue, view)
    if report.issues:
        yield ""
    yield _colored(title(report, view), _VERDICTS[report.verdict], view)
    if report.policy.title:
        yield printable(report.policy.title)
    yield counts(report, view)
    yield _colored(message("about.advice", view.lang), "2", view)


def _issue(issue: Issue, view: View) -> Iterator[str]:
    grave = "note" if issue.excused else issue.severity
    named = message(f"policy.severity-{issue.severity}", view.lang)
    where = f"{printable(issue.path)}{f':{issue.place.line}' if issue.place else ''}"
    yield f"{_colored(named, _COLORS[grave], view)}  {issue.rule}  {where}"
    yield f"  {printable(issue.text)}"
    if issue.quote:
        yield f"  “{printable(issue.quote)}”"
    if issue.excused:
        yield _colored(f"  {excused(issue.excused, view)}", "2", view)


def title(report: Report, view: View) -> str:
    """Return the policy and the verdict on one line."""
    verdict = message(f"policy.{report.verdict}", view.lang)
    source = printable(report.policy.source)
    return message("policy.title", view.lang, source=source, verdict=verdict)


def counts(report: Report, view: View) -> str:
    """Return the counts on one line."""
    given = {name: f"{getattr(report.counts, name):,}" for name in report.counts.__struct_fields__}
    return message("policy.counts", view.lang, **given)


def excused(excuse: Excused, view: View) -> str:
    """Return why an issue counts for nothing."""
    key = "policy.excused-never" if excuse.expires == "never" else "policy.excused"
    said = message(key, view.lang, expires=excuse.expires, reason=excuse.reason)
    return printable(said)


def _colored(words: str, color: str, view: View) -> str:
    return f"\x1b[{color}m{words}\x1b[0m" if view.color else words
