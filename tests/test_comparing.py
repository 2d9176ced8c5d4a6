from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import msgspec
import pytest

import openclause
from openclause import documents
from openclause.comparing import compare, find_license, find_source
from openclause.comparison import Comparison, Source, compare_documents, json_schema
from openclause.errors import DocumentError
from openclause.taxonomy import terms
from openclause.untrusted import visible

DOCUMENTS = Path(__file__).parent / "documents"
SCHEMA = files("openclause").joinpath("data", "comparison.schema.json")
GRANT = DOCUMENTS / "short-grant.txt"
MODEL = DOCUMENTS / "example-model.txt"
EVALUATION = DOCUMENTS / "evaluation-terms.txt"

GPL = Path(__file__).parents[1] / "corpora" / "licenses" / "texts" / "gpl-2.0.txt"


@pytest.fixture(scope="module")
def three():
    return compare(GRANT, MODEL, EVALUATION)


@pytest.fixture
def corpus(tmp_path):
    texts = tmp_path / "corpora" / "licenses" / "texts"
    texts.mkdir(parents=True)
    (texts / "isc.txt").write_text("ISC License\n\nYou may use and copy this.\n", encoding="utf-8")
    return texts.parent


def test_the_package_compares():
    assert openclause.compare is compare
    assert isinstance(openclause.compare(GRANT, MODEL), openclause.Comparison)


def test_every_quote_of_a_cell_is_true(three):
    texts = [documents.read_path(path).text for path in (GRANT, MODEL, EVALUATION)]
    assert len(three.licenses) == 3
    for row in three.terms:
        for one, text, cell in zip(three.licenses, texts, row.cells, strict=True):
            clauses = {clause.id: clause for clause in one.clauses}
            for name in cell.clauses:
                clause = clauses[name]
                assert clause.term == row.term
                assert text[clause.start : clause.end] == clause.text
            assert (cell.attitude == "none") == (not cell.clauses)


def test_the_matrix_holds_each_term_that_any_license_mentions(three):
    mentioned = {clause.term for one in three.licenses for clause in one.clauses}
    assert [row.term for row in three.terms] == [term for term in terms() if term in mentioned]
    assert all(
        row.differs == (len({cell.attitude for cell in row.cells}) > 1) for row in three.terms
    )


def test_each_term_that_differs_is_said_in_a_sentence_naming_all(three):
    differing = {row.term for row in three.terms if row.differs}
    assert {one.term for one in three.differences} == differing
    for one in three.differences:
        for label in (each.label for each in three.licenses):
            assert label in one.text.en
            assert label in one.text.ko


def test_all_ordered_pairs_are_judged(three):
    pairs = [(one.a, one.b) for one in three.passing]
    assert sorted(pairs) == [(a, b) for a in range(3) for b in range(3) if a != b]
    assert three.verdict(2, 0).b == 0
    assert all(one.grounds for one in three.passing)
    with pytest.raises(IndexError, match="no licenses 0 and 3"):
        three.verdict(0, 3)


def test_the_wording_is_that_of_the_first_two(three):
    assert (three.wording.a, three.wording.b) == (0, 1)
    texts = [documents.read_path(path).text for path in (GRANT, MODEL)]
    for change in three.wording.changes:
        for text, side in zip(texts, (change.a, change.b), strict=True):
            assert side is None or text[side.start : side.end] == side.text


def test_one_inserted_sentence_is_the_only_difference_and_turns_the_verdict():
    text = GRANT.read_text("utf-8")
    sentence = "You may not use it for commercial purposes."
    found = compare(f"{text}\n{sentence}\n", text)
    assert [change.a.text for change in found.wording.changes] == [sentence]
    assert found.verdict(0, 1).verdict == "not"
    assert sentence in [span.text for ground in found.verdict(0, 1).grounds for span in ground.a]


def test_licenses_called_the_same_are_numbered():
    labels = [one.label for one in compare(GRANT, GRANT, GRANT).licenses]
    assert labels[1:] == [f"{labels[0]} (2)", f"{labels[0]} (3)"]


def test_texts_without_a_name_are_called_by_their_places():
    found = compare("You may use it.", "You may not use it.")
    assert [one.label for one in found.licenses] == ["#1", "#2"]


def test_the_json_keeps_the_published_schema(three):
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(three.to_json()))


def test_the_schema_is_that_of_the_records(request):
    written = json.dumps(json_schema(), indent=2) + "\n"
    if request.config.getoption("--update-golden"):
        Path(str(SCHEMA)).write_text(written, encoding="utf-8", newline="\n")
    assert SCHEMA.read_text("utf-8") == written


def test_a_record_survives_json_and_comes_out_the_same_twice(three):
    assert msgspec.json.decode(three.to_json(), type=Comparison) == three
    assert compare(GRANT, MODEL, EVALUATION).to_json() == three.to_json()


def test_a_notebook_shows_the_verdict(three):
    assert three.verdict(0, 1).verdict in three._repr_html_()


def test_a_notebook_shows_hostile_names_and_runs_none():
    evil = "<script>alert(1)</script>\u202e\x1b[2J.txt"
    document = msgspec.structs.replace(documents.read_text("You may use it.\n"), path=evil)
    html = compare(document, "You may not sell it.\n")._repr_html_()
    assert "<script" not in html
    assert visible(html) == html
    assert "[U+202E]" in html


@pytest.mark.parametrize("sources", [(), (Source(documents.read_text("You may use it.")),)])
def test_fewer_than_two_are_refused(sources):
    with pytest.raises(ValueError, match="two or more"):
        compare_documents(sources)


def test_an_id_stands_for_the_materialised_text(corpus):
    found = find_license("ISC", folder=corpus)
    assert (found.id, found.spdx_id) == ("isc", "ISC")
    assert found.document.text.startswith("ISC License")


def test_a_file_comes_before_an_id(corpus, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("MIT").write_text("You may use it.\n", encoding="utf-8")
    assert find_license("MIT").document.text == "You may use it.\n"
    assert find_license("MIT").id is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("MIT", "corpus fetch"),
        ("Apache-2.0", "apache-2.0.txt"),
        ("nothing-like-it", "no such file, and no known license"),
        ("Apache-2.00", "Apache-2.0"),
        ("no/such/file.txt", "no such file"),
    ],
)
def test_what_cannot_be_found_says_what_to_do(corpus, name, said):
    with pytest.raises(DocumentError, match=said) as caught:
        find_license(name, folder=corpus)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_a_corpus_an_id_says_so(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DocumentError, match="no corpora/licenses here or above"):
        find_license("MIT")


@pytest.mark.skipif(not GPL.is_file(), reason="texts are not fetched: openclause corpus fetch")
def test_a_file_alone_does_not_tell_its_edition():
    by_file, by_id = compare(GPL, GRANT).licenses[0], compare("GPL-2.0-only", GRANT).licenses[0]
    assert (by_file.label, by_file.edition, by_file.exact) == ("GPL-2.0", None, True)
    assert (by_id.label, by_id.edition) == ("GPL-2.0-only", "only")


def test_a_text_and_a_document_are_taken_as_they_are():
    assert find_source("You may use it freely.").document.text == "You may use it freely."
    document = documents.read_text("You may copy it.")
    assert find_source(document).document is document
