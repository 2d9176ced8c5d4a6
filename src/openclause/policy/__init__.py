"""A policy over a scan: what is allowed, what is denied, what is excused and until when.

In: paths, or the records of a scan, and a policy. Out: a `Report`. How it looks is left to
`writers`.
"""

from openclause.policy.checking import check
from openclause.policy.licensing import check_names
from openclause.policy.policies import Policy, read_policy, ready_made
from openclause.policy.reports import Issue, Report, json_schema

__all__ = [
    "Issue",
    "Policy",
    "Report",
    "check",
    "check_names",
    "json_schema",
    "read_policy",
    "ready_made",
]
