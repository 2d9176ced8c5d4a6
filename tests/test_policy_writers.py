"""The looks of a check: its schema, SARIF that validators take, words of others made harmless."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import jsonschema
import msgspec
import pytest
from policies import EXCUSED, held, policy, text
from test_sarif import schema as sarif_schema
from test_scanning_writers import ATTACK, RTL

from openclause.page import View
from openclause.policy.reports import Place, json_schema
from openclause.policy.writers import WRITERS

__all__ = ["policy", "sarif_schema"]
SCHEMA = files("openclause").joinpath("data", "check.schema.json")


@pytest.fixture
def report(policy):
    found = held(
        policy(EXCUSED),
        text("non-commercial", path="vendor/LICENSE"),
        text("use-restricted", path=f"src/{RTL}|<b>[x](y)"),
        text("permissive", path="needs review", needs_review=True),
    )
    place = Place(line=2, column=3, end_line=2, end_column=9, start=20, end=26)
    placed = msgspec.structs.replace(found.issues[0], place=place, quote="no {0} [sale](x)")
    return msgspec.structs.replace(found, issues=(placed, *found.issues[1:]))


def test_the_schema_is_that_of_the_reports(request):
    written = json.dumps(json_schema(), indent=2) + "\n"
    if request.config.getoption("--update-golden"):
        Path(str(SCHEMA)).write_text(written, encoding="utf-8", newline="\n")
    assert SCHEMA.read_text("utf-8") == written


def test_json_keeps_the_published_schema(report):
    found = json.loads(WRITERS["json"](report, View()))
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(found)
    assert found["verdict"] == "violated"
    assert found["date"] == "2027-01-01"
    assert found["policy"]["source"].endswith("policy.toml")


def test_sarif_is_valid_and_excused_results_are_suppressed(report, sarif_schema):
    log = json.loads(WRITERS["sarif"](report, View()))
    assert [error.message for error in sarif_schema.iter_errors(log)] == []
    run = log["runs"][0]
    assert run["newlineSequences"] == ["\r\n", "\n", "\r"]  # as scans count lines
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    levels = {one["properties"]["severity"]: one["level"] for one in run["results"]}
    assert levels == {"error": "error", "unsure": "warning"}
    (suppressed,) = [one for one in run["results"] if "suppressions" in one]
    assert suppressed["suppressions"][0]["justification"].endswith("asked the author")
    marks = [one["partialFingerprints"]["issue/v1"] for one in run["results"]]
    assert len(set(marks)) == len(marks)


def test_sarif_tells_places_and_lets_no_word_act(report):
    (first, *_) = json.loads(WRITERS["sarif"](report, View()))["runs"][0]["results"]
    assert first["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2,
        "startColumn": 3,
        "endLine": 2,
        "endColumn": 9,
        "charOffset": 20,
        "charLength": 6,
    }
    assert "no {{0}} \\[sale\\](x)" in first["message"]["text"]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", ["text", "markdown"])
def test_pages_tell_verdict_issues_and_excuses(report, name, lang):
    page = WRITERS[name](report, View(lang=lang))
    verdict = {"en": "VIOLATED", "ko": "위반"}[lang]
    assert verdict in page
    assert "asked the author" in page
    assert "\u202e" not in page
    assert "vendor/LICENSE" in page.replace("\\", "")


def test_markdown_takes_no_word_for_markup(report):
    rows = [line for line in WRITERS["markdown"](report, View()).splitlines() if line[:1] == "|"]
    assert len(rows) == 2 + len(report.issues)
    (bad,) = [row for row in rows if "txt" in row]
    assert "<b>" not in bad.replace("<br>", "")
    assert "\\[x\\]\\(y\\)" in bad


def test_text_has_colour_only_where_it_is_asked_for(report):
    assert "\x1b[" not in WRITERS["text"](report, View())
    assert "\x1b[31m" in WRITERS["text"](report, View(color=True))


def test_no_name_is_a_command_to_who_keeps_the_log(policy):
    report = held(policy('[categories]\nallow = ["open"]'), text("proprietary", path="##vso[x]"))
    assert "[U+0023]#vso[x]" in WRITERS["text"](report, View())


def test_a_file_of_a_hostile_name_and_cause_is_one_line_of_each(policy):
    report = held(policy('[categories]\nallow = ["open"]'), ATTACK, today=date(2027, 1, 1))
    for name in WRITERS:
        page = WRITERS[name](report, View())
        assert "\x1b" not in page
        assert "\u202e" not in page or name == "json"
