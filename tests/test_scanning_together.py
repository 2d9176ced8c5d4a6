from __future__ import annotations

import json

import pytest
import scan_stubs
from test_scanning_writers import record

from openclause.page import View
from openclause.scanning import Plan, run
from openclause.scanning.records import Identified
from openclause.scanning.together import kinds, text_of_record, together
from openclause.scanning.writers import WRITERS

KNOWN = {"MIT": "mit", "Apache-2.0": "apache-2.0"}


class Known:
    def __init__(self, name):
        self.id = self.spdx_id = self.name = name
        self.category = "permissive"


def resolve(name):
    return Known(KNOWN[name]) if name in KNOWN else None


def text(path, name="mit", **given):
    found = Identified(name, name, name, 1.0, True)
    return record(path=path, identification=found, near=(name,), **given)


def metadata(path, *declared):
    return record(path=path, kind="metadata", category=None, identification=None, declared=declared)


def said(records):
    """Return paths, and of packages the kinds of findings behind them."""
    return [
        (one.path, *(finding.id for finding in one.findings)) if one.findings else one.path
        for one in together(records, resolve)
    ]


def test_a_package_that_declares_another_license_than_its_text_is_told_behind_its_files():
    records = [
        metadata("a/pyproject.toml", "Apache-2.0"),
        text("a/licenses/MIT"),
        text("b/LICENSE"),
        metadata("b/package.json", "MIT"),
    ]
    assert said(records) == [
        "a/pyproject.toml",
        "a/licenses/MIT",
        ("a", "declared-differs"),
        "b/LICENSE",
        "b/package.json",
    ]


@pytest.mark.parametrize(("similarity", "known"), [(0.95, "mit"), (0.6, None)])
def test_a_text_is_the_license_that_it_nearly_is(similarity, known):
    found = Identified("mit", "MIT", "MIT License", similarity, False)
    assert text_of_record(record(path="LICENSE", identification=found)).id == known


def test_what_lies_deeper_is_of_other_people():
    records = [
        text("LICENSE"),
        metadata("node/inner/package.json", "Apache-2.0"),
        text("node/inner/LICENSE", "apache-2.0"),
        text("node/other/LICENSE", "apache-2.0"),
        metadata("package.json", "MIT"),
    ]
    assert said(records) == [one.path for one in records]


def test_the_folder_that_was_searched_is_told_last():
    records = [text("LICENSE"), metadata("package.json", "Apache-2.0")]
    assert said(records)[-1] == (".", "declared-differs")


def test_files_that_could_not_be_read_say_nothing():
    records = [metadata("a/package.json", "MIT"), record(path="a/LICENSE", error="is empty")]
    assert said(records)[-1] == ("a", "declared-but-no-text")


def test_a_folder_of_very_many_texts_is_not_held(monkeypatch):
    monkeypatch.setattr("openclause.scanning.together._MOST", 10)
    records = [text(f"all/{number:03}") for number in range(100)]
    records.append(metadata("all/package.json", "Apache-2.0"))
    assert said(records)[-1] == ("all", *["declared-differs"] * 10)


@pytest.mark.parametrize(("lang", "word"), [("en", "declares"), ("ko", "선언")])
def test_findings_are_in_the_language_of_the_reader(lang, word):
    records = [metadata("a/package.json", "Apache-2.0"), text("a/LICENSE")]
    (last,) = [one for one in together(records, resolve, lang=lang) if one.kind == "package"]
    assert word in last.findings[0].text
    assert last.findings[0].files == ("a/LICENSE", "a/package.json")
    assert last.declared == ("Apache-2.0",)


def test_a_scan_tells_them_with_the_licenses_that_the_index_knows(tmp_path):
    (tmp_path / "LICENSE").write_text("You may copy it.")
    (tmp_path / "package.json").write_text(json.dumps({"license": "GPL-3.0-only"}))
    records = list(run([tmp_path], Plan(jobs=1, reader=scan_stubs.stub)))
    assert [one.kind for one in records] == ["licence", "metadata", "package"]
    assert [finding.id for finding in records[-1].findings] == ["declared-differs"]
    assert records[-1].path == str(tmp_path)


def test_each_kind_is_a_rule_of_a_log():
    (log,) = json.loads(b"".join(WRITERS["sarif"]([], View())))["runs"]
    assert set(kinds()) <= {rule["id"] for rule in log["tool"]["driver"]["rules"]}
    assert "declared-differs" in kinds()
