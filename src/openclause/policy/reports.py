"""What a check says: one `Report`, in the key order of its published JSON Schema.

In: issues, as they are found. Out: a report with its verdict. How it looks is left to `writers`.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from openclause.schemas import schema_of

SCHEMA_VERSION: Literal["1"] = "1"
Verdict = Literal["kept", "violated", "unsure"]
Gravity = Literal["error", "unsure", "warning", "note"]
GRAVITIES: tuple[Gravity, ...] = ("error", "unsure", "warning", "note")


class Excused(msgspec.Struct, frozen=True):
    """Why an issue counts for nothing, and until which day; `expires` may be `never`."""

    reason: str
    expires: str


class Place(msgspec.Struct, frozen=True):
    """Where a clause stands: lines and columns from 1, and characters `[start, end)`."""

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a policy complains of.

    Attributes
    ----------
    rule
        What was asked; `docs/policy.md` lists the rules.
    severity
        `error` violates the policy, `unsure` leaves open whether it is kept; others are said only.
    subject
        The category, license, term or kind that is complained of: what an exception names.
    text
        A sentence.
    place, quote
        Of a clause, where the text is the file's own.
    """

    rule: str
    severity: Gravity
    path: str
    subject: str
    text: str
    place: Place | None = None
    quote: str | None = None
    excused: Excused | None = None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How much was judged, and how many issues there are that are not excused."""

    files: int
    models: int
    skipped: int
    error: int
    unsure: int
    warning: int
    note: int
    excused: int


class PolicyNamed(msgspec.Struct, frozen=True):
    """The policy: its file or name, and its title."""

    source: str
    title: str


class ExceptionUsed(msgspec.Struct, frozen=True, kw_only=True):
    """An exception of the policy, and how many issues it excused."""

    paths: tuple[str, ...]
    rules: tuple[str, ...]
    subjects: tuple[str, ...]
    reason: str
    expires: str
    state: Literal["used", "unused", "expired"]
    excused: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A check: `verdict` is `violated` if an error stands, `unsure` if only doubts do."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    policy: PolicyNamed
    date: str
    verdict: Verdict
    counts: Counts
    issues: tuple[Issue, ...]
    exceptions: tuple[ExceptionUsed, ...]


def verdict_of(counts: Counts) -> Verdict:
    """Return what some counts come to."""
    if counts.error:
        return "violated"
    return "unsure" if counts.unsure else "kept"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a `Report`, made from the records."""
    return schema_of(Report)
