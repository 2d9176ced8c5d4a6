"""Where a policy holds: paths and their patterns, and exceptions until they are over."""

from __future__ import annotations

import time
from datetime import date

import msgspec
import pytest
from policies import EXCUSED, FLOOR, held, policy, released, text
from test_scanning_writers import record

from openclause.page import View
from openclause.policy.paths import Patterns
from openclause.policy.reports import GRAVITIES
from openclause.policy.writers import WRITERS

__all__ = ["policy"]


PATHS = """
[categories]
allow = ["permissive"]
[[path]]
paths = ["vendor/"]
skip = true
[[path]]
paths = ["vendor/kept/**"]
categories.allow = ["open"]
[[path]]
paths = ["*.md"]
severity.category = "warning"
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("LICENSE", [("category", "error")]),
        ("vendor/a/LICENSE", []),
        ("src/vendor/a/LICENSE", []),
        ("vendor/kept/LICENSE", []),
        ("docs/README.md", [("category", "warning")]),
        ("vendor/kept/README.md", []),
        ("a.zip!/vendor/LICENSE", []),
    ],
)
def test_the_last_rule_of_a_path_decides_and_others_show_through(policy, path, expected):
    report = held(policy(PATHS), text("strong-copyleft", path=path))
    assert [(one.rule, one.severity) for one in report.issues if one.rule == "category"] == expected


def test_patterns_hold_below_what_was_scanned_and_as_paths_are_shown(policy):
    asks = policy('[categories]\nallow = []\n[[path]]\npaths = ["/src/LICENSE"]\nskip = true')
    for root, path in (
        ("/w/app", "/w/app/src/LICENSE"),
        ("src", "src/LICENSE"),
        (".", "src/LICENSE"),
    ):
        report = held(asks, text(path=path), text(path=f"{path}.md"), paths=(root,))
        assert (report.counts.skipped, report.counts.error) == (1, 1)


@pytest.mark.parametrize("pattern", ["models/m/", "models/m/**", "models/", "m/", "**"])
def test_patterns_for_folders_hold_for_the_record_of_a_model(policy, pattern):
    model = msgspec.structs.replace(released(), path="models/m")
    skip = policy(f'[[path]]\npaths = ["{pattern}"]\nskip = true')
    assert held(skip, model).counts.skipped == 1
    excuse = f'[[exception]]\npaths = ["{pattern}"]\nreason = "r"\nexpires = "never"'
    assert held(policy(excuse), model).verdict == "kept"


@pytest.mark.parametrize(
    ("patterns", "path", "holds"),
    [
        (["a/"], "a/b/c", True),
        (["a/"], "a", False),
        (["/a"], "b/a", False),
        (["a/", "!a/b/"], "a/b/c", False),
        (["a/", "!a/b/", "*.md"], "a/b/c.md", True),
        (["!a/b", "a/"], "a/b", True),
        (["a/b", "!a/"], "a/b", True),
        (["a/b/**", "!a/b/**"], "a/b/c", False),
        (["**", "!*.md"], "a/b.md", False),
    ],
)
def test_the_last_pattern_of_a_name_counts_more_than_that_of_its_folder(patterns, path, holds):
    assert Patterns.of(patterns).hold(path) is holds


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("**/a/" * 100 + "x", "a/" * 400 + "y"),
        ("**/a*/" * 100 + "x", "a/" * 400 + "y"),
        ("*a" * 2_000 + "b", "a" * 4_000),
    ],
)
def test_patterns_of_many_stars_take_time_in_proportion(pattern, path):
    began = time.process_time()
    assert not Patterns.of([pattern]).hold(path)
    assert time.process_time() - began < 1


def test_roots_of_names_that_are_not_utf_8_are_shown(policy):
    report = held(policy(""), paths=("caf\udce9",))
    assert report.issues[0].path == "caf\\xe9"
    WRITERS["json"](report, View())


def test_an_exception_excuses_and_says_why(policy):
    report = held(policy(EXCUSED), text("non-commercial", path="vendor/LICENSE"))
    assert (report.verdict, report.counts.excused, report.counts.error) == ("kept", 1, 0)
    assert report.issues[0].excused.reason == "asked the author"
    assert report.exceptions[0].state == "used"


def test_an_expired_exception_is_reported_and_excuses_nothing(policy):
    found = text("non-commercial", path="vendor/LICENSE")
    report = held(policy(EXCUSED), found, today=date(2027, 1, 2))
    assert report.verdict == "violated"
    assert [(one.rule, one.excused) for one in report.issues] == [
        ("category", None),
        ("exception-expired", None),
    ]
    assert "expired on 2027-01-01" in report.issues[1].text
    assert (report.exceptions[0].state, report.exceptions[0].excused) == ("expired", 0)


@pytest.mark.parametrize(
    "found",
    [
        text("non-commercial", path="src/LICENSE"),
        text("use-restricted", path="vendor/LICENSE"),
    ],
    ids=["another path", "another subject"],
)
def test_an_exception_covers_no_more_than_it_names(policy, found):
    report = held(policy(EXCUSED), found)
    assert report.verdict == "violated"
    assert ("exception-unused", "note") in [(one.rule, one.severity) for one in report.issues]


def test_a_doubt_can_be_excused_and_the_gravest_come_first(policy):
    excuse = (
        '[[exception]]\npaths = ["**"]\nrules = ["unreadable"]\nreason = "r"\nexpires = "never"'
    )
    broken = record(path="x", category=None, identification=None, error="e")
    assert held(policy(excuse), broken).verdict == "kept"
    report = held(policy(FLOOR), text(needs_review=True), text("proprietary"))
    assert report.verdict == "violated"
    order = [GRAVITIES.index(one.severity) for one in report.issues]
    assert order == sorted(order)
    assert len(order) == 2
