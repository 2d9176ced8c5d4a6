"""The check command: reports before exit codes, and one line for whatever is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from commands import refused
from trees import plant
from typer.testing import CliRunner

from openclause.cli import app
from openclause.cli.check import CheckFormat
from openclause.policy.writers import WRITERS

OPEN = "You may use, copy, modify, sell, sublicense and distribute it for any purpose.\n"
TIED = "You may use, copy, modify and share it.\nYou may not use it for commercial ends.\n"
POLICY = """
[categories]
allow = ["open"]
[confidence]
below = "off"
review = "off"
[[exception]]
paths = ["vendor/"]
reason = "bought"
expires = 2027-03-31
"""


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home-cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.toml").write_text(POLICY)
    return lambda *arguments: CliRunner().invoke(app, ["check", *map(str, arguments)])


@pytest.mark.parametrize(
    ("tree", "today", "verdict"),
    [
        ({"LICENSE": OPEN}, "2027-01-01", "kept"),
        ({"LICENSE": TIED}, "2027-01-01", "violated"),
        ({"LICENSE": OPEN, "vendor/LICENSE": TIED}, "2027-03-31", "kept"),
        ({"LICENSE": OPEN, "vendor/LICENSE": TIED}, "2027-04-01", "violated"),
        ({"LICENSE": ""}, "2027-01-01", "unsure"),
        ({"LICENSE": "", "COPYING": TIED}, "2027-01-01", "violated"),
        ({"x.c": "int x;"}, "2027-01-01", "unsure"),
    ],
    ids=["open", "tied", "excused", "expired", "unreadable", "both", "nothing"],
)
def test_exit_codes_follow_the_verdict_and_the_report_is_there_before(
    run, tmp_path, tree, today, verdict
):
    code = {"kept": 0, "violated": 1, "unsure": 2}[verdict]
    plant(tmp_path / "tree", tree)
    given = ("tree", "--policy", "policy.toml", "--today", today, "--format", "json")
    result = run(*given)
    assert result.exit_code == code
    assert json.loads(result.stdout)["verdict"] == verdict
    assert json.loads(result.stdout)["date"] == today
    written = run(*given, "--output", "report.json")
    assert (written.exit_code, written.stdout) == (code, "")
    assert (tmp_path / "report.json").read_text() == result.stdout
    assert written.stderr.startswith("openclause: report.json: Policy policy.toml: ")


def test_each_format_is_written(run, tmp_path):
    plant(tmp_path / "tree", {"LICENSE": TIED})
    assert {one.value for one in CheckFormat} == set(WRITERS)
    for name in WRITERS:
        result = run("tree", "--policy", "policy.toml", "--format", name)
        assert result.exit_code == 1
        assert "non-commercial" in result.stdout


def test_the_report_keeps_its_schema_and_is_the_same_twice(run, tmp_path):
    plant(tmp_path / "tree", {"LICENSE": TIED, "m/x.gguf": "w", "package.json": '{"license": "X"}'})
    given = ("tree", "--policy", "research", "--today", "2027-01-01", "--format", "json")
    first, second = run(*given).stdout, run(*given, "--no-cache", "--jobs", "1").stdout
    assert first == second
    schema = files("openclause").joinpath("data", "check.schema.json").read_text("utf-8")
    jsonschema.Draft202012Validator(json.loads(schema)).validate(json.loads(first))


def test_the_ready_made_are_listed_in_both_languages(run):
    for lang, said in (("en", "Only open source"), ("ko", "오픈소스만")):
        result = run("--list-policies", "--lang", lang)
        assert result.exit_code == 0
        assert said in result.stdout
        assert "redistribute-in-product" in result.stdout


def test_korean_reports_are_korean(run, tmp_path):
    plant(tmp_path / "tree", {"LICENSE": TIED})
    result = run("tree", "--policy", "policy.toml", "--lang", "ko")
    assert "비상업은(는) 허용되지 않음" in result.stdout
    assert "정책 policy.toml: 위반" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((".",), "--list-policies"),
        (("--policy", "open-source-only"), "needs a PATH"),
        ((".", "--policy", "open-source"), "did you mean 'open-source-only'?"),
        (("no/such", "--policy", "open-source-only"), "no/such: does not exist"),
        ((".", "--policy", "wrong.toml"), "wrong.toml: categories.alow: no such key; did you mean"),
        ((".", "--policy", "names.toml"), "names.toml: licenses.deny: 'Apache-2.O' is no licence"),
        ((".", "--policy", "research", "--today", "tomorrow"), "tomorrow"),
        ((".", "--policy", "research", "--format", "xml"), "xml"),
        ((".", "--policy", "research", "--output", "no/such/folder/x"), "cannot be written"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else "",
)
def test_wrong_use_is_one_line(run, tmp_path, arguments, said):
    (tmp_path / "wrong.toml").write_text('[categories]\nalow = ["open"]')
    (tmp_path / "names.toml").write_text('[licenses]\ndeny = ["Apache-2.O"]')
    plant(tmp_path, {"LICENSE": OPEN})
    refused(run(*arguments), said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line(tmp_path):
    plant(tmp_path, {"LICENSE": TIED})
    command = [sys.executable, "-m", "openclause", "check", ".", "-p", "research", "--no-cache"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith("openclause: stdout: cannot be written: No space left")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_closes_the_pipe_changes_no_verdict(tmp_path):
    plant(tmp_path, {"LICENSE": TIED})
    command = f"{sys.executable} -m openclause check . -p policy.toml --no-cache"
    (tmp_path / "policy.toml").write_text(POLICY)
    script = f"( {command}; echo $? >&2 ) | true"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == "1\n"


def test_a_model_without_a_license_violates_in_a_process_of_its_own(tmp_path):
    plant(tmp_path, {"m/x.gguf": "w"})
    command = [sys.executable, "-m", "openclause", "check", "m", "-p", "research", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "a model without a licence" in done.stdout
