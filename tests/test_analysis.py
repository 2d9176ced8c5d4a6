from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import html5lib
import jsonschema
import msgspec
import pytest
from builders import analysis as make_analysis
from builders import clause
from untrusted_texts import HOSTILE

from openclause import analyze, analyze_many, documents
from openclause.analysis import Analysis, Failure, analyze_document, json_schema
from openclause.errors import DocumentError
from openclause.taxonomy import criteria, terms

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.txt"))
SCHEMA = files("openclause").joinpath("data", "analysis.schema.json")
KEYS = {
    "": "schema_version document identification openness clauses terms criteria warnings",
    "document": "path sha256 encoding media_type chars language title",
    "openness": (
        "category rank confidence probabilities needs_review reasons addendum by_reference parts"
    ),
    "clauses": (
        "id start end line section text term modality holder main restricts conditions "
        "confidence source"
    ),
    "reasons": "rule text clauses",
}
by_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def answers():
    return {path: analyze(path) for path in DOCUMENTS}


@by_document
def test_offsets_and_lines_give_back_the_text(answers, path):
    text = path.read_text("utf-8")
    for found in answers[path].clauses:
        assert found.text == text[found.start : found.end]
        assert found.line == text.count("\n", 0, found.start) + 1


@by_document
def test_the_json_keeps_the_published_schema(answers, path):
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(answers[path].to_json()))


@by_document
def test_two_runs_give_the_same_bytes(answers, path):
    assert analyze(path).to_json() == answers[path].to_json()


@by_document
def test_the_whole_answer(golden, answers, path):
    record = answers[path]
    info = msgspec.structs.replace(record.document, path=path.name)
    golden(f"{path.stem}.json", msgspec.structs.replace(record, document=info).to_json() + "\n")


def test_the_keys_stand_in_the_published_order(answers):
    record = json.loads(answers[DOCUMENTS[1]].to_json())
    assert list(record) == KEYS[""].split()
    assert list(record["document"]) == KEYS["document"].split()
    assert list(record["openness"]) == KEYS["openness"].split()
    assert list(record["clauses"][0]) == KEYS["clauses"].split()
    assert list(record["openness"]["reasons"][0]) == KEYS["reasons"].split()
    assert list(record["terms"]) == list(terms())
    assert list(record["criteria"]) == list(criteria())
    assert record["schema_version"] == "1"


def test_the_schema_is_that_of_the_records(request):
    written = json.dumps(json_schema(), indent=2) + "\n"
    if request.config.getoption("--update-golden"):
        Path(str(SCHEMA)).write_text(written, encoding="utf-8", newline="\n")
    assert SCHEMA.read_text("utf-8") == written


def test_a_record_survives_json(answers):
    for answer in answers.values():
        assert msgspec.json.decode(answer.to_json(), type=Analysis) == answer


def test_a_string_is_a_path_if_there_is_such_a_file_and_else_a_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "You may copy and share this work."
    (tmp_path / "LICENSE").write_text(text, encoding="utf-8")
    by_name, by_path, by_text = analyze("LICENSE"), analyze(Path("LICENSE")), analyze(text)
    assert by_name == by_path
    assert by_name.document.path == "LICENSE"
    assert by_text.document.path is None
    assert by_text.document.sha256 == by_name.document.sha256
    assert by_text.clauses == by_name.clauses


@pytest.mark.parametrize("name", ["LICENSE.txt", "no/such/file", "C:\\no\\such", "terms.html"])
def test_what_looks_like_a_path_has_to_exist(name):
    with pytest.raises(DocumentError, match="no such file"):
        analyze(name)


@pytest.mark.parametrize(
    "text", ["", "  ", "MIT", "GPL-2.0", "See LICENSE.txt for the terms.", "\0"]
)
def test_a_short_text_is_a_text(text):
    assert analyze(text).document.path is None


def test_a_very_long_line_is_a_text():
    assert analyze("You may use this. " * 500).document.chars == 9000


def test_a_missing_path_is_an_error(tmp_path):
    with pytest.raises(DocumentError, match="missing"):
        analyze(tmp_path / "missing.txt")


def test_restricting_clauses_are_asked_for_by_group():
    sell, use = clause("sell", "prohibition"), clause("compete", "prohibition", start=90)
    found = make_analysis(sell, use)
    assert found.restricting("redistribution") == (sell,)
    assert found.restricting("use") == (use,)
    assert found.restricting("derivatives") == ()


@pytest.mark.parametrize(
    ("text", "term", "name"),
    [
        ("Do not distribute the model weights.", "distribute", "open model (restricted)"),
        ("Do not distribute the program.", "distribute", "source-available"),
        ("Do not use it to train large language models.", "train-models", "source-available"),
        ("Do not improve any other language\nmodel.", "train-models", "open model (restricted)"),
    ],
)
def test_source_available_weights_are_an_open_model(text, term, name):
    assert make_analysis(clause(term, "prohibition", text=text)).category_name() == name


def test_other_categories_keep_their_name():
    found = make_analysis(
        clause("use", "prohibition", text="model weights"), category="proprietary"
    )
    assert found.category_name("ko") == "독점"


def test_a_notebook_shows_escaped_words():
    html = make_analysis(
        clause("sell", "prohibition", text="<b>Do not sell</b> & co.")
    )._repr_html_()
    assert "&lt;b&gt;Do not sell&lt;/b&gt; &amp; co." in html
    assert "<b>" not in html


@pytest.mark.parametrize("name", HOSTILE)
def test_a_notebook_runs_nothing_of_a_text(name):
    html = analyze_document(documents.read_text(HOSTILE[name]))._repr_html_()
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    nodes = [node for node in tree.iter() if isinstance(node.tag, str)]
    shown = {"div", "strong", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "small"}
    assert {node.tag for node in nodes} - {"DOCUMENT_FRAGMENT"} <= shown
    assert [node.attrib for node in nodes if node.attrib] == [
        {"class": "openclause tex2jax_ignore mathjax_ignore"}
    ]
    assert not set(html) & set("\x00\x07\x1b\x9b\u202e\u2066\U000e0041")


def test_a_notebook_shows_few_clauses_of_many():
    many = [clause("sell", "prohibition", start=100 * n, text="x" * 999) for n in range(1_000)]
    html = make_analysis(*many)._repr_html_()
    assert html.count("<tr>") == 32
    assert "… +970" in html
    assert len(html) < 20_000


def test_an_outside_policy_is_warned_of(answers):
    (found,) = [answer for path, answer in answers.items() if path.stem == "example-model"]
    said = "incorporates an outside policy by reference: https://example.com/use-policy"
    assert said in found.warnings


def test_another_language_is_warned_of():
    text = (
        "Jedermann darf diese Software benutzen, verändern und weitergeben, wenn der Hinweis auf "
        "die Urheber in allen Kopien erhalten bleibt. Die Software wird ohne Gewähr geliefert."
    )
    assert any("English only" in warning for warning in analyze(text).warnings)
    assert not analyze("You may use, change and share this software.").warnings


def test_many_files_keep_their_order_and_a_bad_one_is_a_record(tmp_path):
    paths = [DOCUMENTS[0], tmp_path / "missing.txt", DOCUMENTS[1]]
    first, bad, last = analyze_many(paths)
    assert isinstance(bad, Failure)
    assert bad.path == str(tmp_path / "missing.txt")
    assert "missing.txt" in bad.error
    assert (first, last) == (analyze(DOCUMENTS[0]), analyze(DOCUMENTS[1]))
    assert analyze_many([]) == ()


def test_the_answers_do_not_depend_on_the_number_of_processes(tmp_path):
    paths = []
    for number in range(40):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text(f"You may copy this work {number} times.\n" * (number % 7 + 1))
    assert analyze_many(paths, jobs=2) == analyze_many(paths)
