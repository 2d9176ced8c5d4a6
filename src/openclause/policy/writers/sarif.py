"""A check as SARIF 2.1.0; what is excused is a suppressed result with its reason.

In: a report. Out: one log with one run, whose results are the issues.

References
----------
OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 3.27.23 and 3.35.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from openclause import __version__
from openclause.messages import Language, message
from openclause.page import View
from openclause.policy.reports import Issue, Report
from openclause.policy.wording import rules
from openclause.policy.writers.text import excused
from openclause.sarif import LINE_ENDS, Json, address, log_of, region
from openclause.scanning.together import kinds
from openclause.scanning.writers.sarif import digest, plain

_LEVELS = {"error": "error", "unsure": "warning", "warning": "warning", "note": "note"}


def sarif(report: Report, view: View) -> str:
    """Return a SARIF log."""
    table = [*_rules(view.lang)]
    places = {rule["id"]: number for number, rule in enumerate(table)}
    seen: Counter[str] = Counter()
    driver = {"name": "openclause-check", "version": __version__, "rules": table}
    run = {
        "tool": {"driver": driver},
        "language": view.lang,
        "columnKind": "unicodeCodePoints",
        "newlineSequences": LINE_ENDS,
        "automationDetails": {"id": f"openclause-check/{report.policy.source}/"},
        "properties": {
            "verdict": report.verdict,
            "date": report.date,
        },
        "results": [_result(issue, places, seen, view) for issue in report.issues],
    }
    return json.dumps(log_of(run), ensure_ascii=False, indent=2) + "\n"


def _rules(lang: Language) -> Iterator[Json]:
    for name in (*rules(), *kinds()):
        said = plain(message("policy.asked", lang, rule=name))
        yield {"id": name, "shortDescription": {"text": said}}


def _result(issue: Issue, places: dict[str, int], seen: Counter[str], view: View) -> Json:
    said = f"{issue.text}: “{issue.quote}”" if issue.quote else issue.text
    at: Json = {"artifactLocation": address(issue.path)}
    if issue.place is not None:
        place = issue.place
        first, last = (place.line, place.column), (place.end_line, place.end_column)
        at["region"] = region(first, last, (place.start, place.end))
    key = digest(issue.rule, issue.subject, issue.path)
    seen[key] += 1
    result: Json = {
        "ruleId": issue.rule,
        "ruleIndex": places[issue.rule],
        "level": _LEVELS[issue.severity],
        "message": {"text": plain(said)},
        "locations": [{"physicalLocation": at}],
        "partialFingerprints": {"issue/v1": f"{key}:{seen[key]}"},
        "properties": {"severity": issue.severity, "subject": issue.subject},
    }
    if issue.excused:
        why = plain(excused(issue.excused, view))
        result["suppressions"] = [{"kind": "external", "justification": why}]
    return result
