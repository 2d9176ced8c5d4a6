from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

DOCUMENTS = Path(__file__).parent / "documents"
A, B = DOCUMENTS / "short-grant.txt", DOCUMENTS / "evaluation-terms.txt"
SCHEMA = files("openclause").joinpath("data", "comparison.schema.json")


def test_json_is_all_there_is_on_stdout_and_keeps_the_schema(run):
    result = run("compare", A, B, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(
        json.loads(result.stdout)
    )


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_table_is_for_people(run, golden, lang):
    result = run("compare", A, B, "--lang", lang, env={"COLUMNS": "90"})
    assert result.exit_code == 0
    golden(f"compare.{lang}.txt", result.stdout)


def test_stdin_is_one_of_them(run):
    result = run("compare", "-", A, "--format", "json", input=B.read_bytes())
    assert result.exit_code == 0
    assert json.loads(result.stdout)["licenses"][0]["document"]["path"] is None


def test_an_answer_goes_to_a_file(run, tmp_path):
    page = tmp_path / "page.html"
    result = run("compare", A, B, "--format", "html", "--output", page)
    assert (result.exit_code, result.stdout) == (0, "")
    assert page.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument"),
        ([A], "two licenses or more"),
        (["-", "-"], "stdin can be read once"),
        ([A, "no-such-licence"], "no-such-licence: no such file"),
        ([A, "no such file.txt"], "no such file.txt: no such file"),
        ([A, DOCUMENTS], "documents"),
        ([A, B, "--format", "yaml"], "yaml"),
        ([A, B, "--model", "nowhere"], "nowhere"),
        ([A, "MIT", "--corpus", DOCUMENTS], "corpus fetch"),
    ],
)
def test_what_is_wrong_is_one_line(run, arguments, said):
    result = run("compare", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("openclause: ")
    assert said in line


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 40], ids=["empty", "picture"]
)
def test_an_unreadable_file_is_one_line_with_its_name(run, tmp_path, content):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(content)
    result = run("compare", A, bad)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "bad.txt" in line


def test_help_has_examples(run):
    said = run("compare", "--help").stdout
    assert "Examples:\n" in said
    assert all(len(line) <= 80 for line in said.splitlines())
