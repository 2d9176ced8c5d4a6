"""A check for programs; the schema is `data/check.schema.json`."""

from __future__ import annotations

import msgspec

from openclause.page import View
from openclause.policy.reports import Report


def json(report: Report, view: View) -> str:
    """Return a report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"
