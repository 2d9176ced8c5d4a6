from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from openclause.corpus import ClauseLabel, Record, digest, read_records, write_record

FIRST = "You may use and distribute the Software."
TEXT = f"{FIRST}\n\nYou must pay a fee of ten apples.\n"
LABELS = (
    ClauseLabel(0, len(FIRST), "distribute", "permission", "recipient", True),
    ClauseLabel(0, len(FIRST), "audit", "obligation", "recipient", False),
)


def add(folder: Path, key: str, **changes: object) -> None:
    record = Record(
        key=key,
        name=f"{key} license",
        language="en",
        artifact="software",
        category="permissive",
        addendum=False,
        hard=False,
        basis="read",
        family=key,
        split="dev",
        chars=len(TEXT),
        sha256=digest(TEXT.encode()),
        clauses=LABELS,
    )
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    (folder / "texts" / f"{key}.txt").write_bytes(TEXT.encode())
    write_record(msgspec.structs.replace(record, **changes), folder)


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "licenses"
    add(folder, "one")
    add(folder, "two", clauses=None)
    return folder


def test_a_record_is_shown_unit_by_unit(run, corpus):
    shown = run("corpus", "review", "one", "--corpus", corpus)
    assert shown.exit_code == 0
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert any(line.endswith("= may distribute*") for line in lines)
    assert any(line.endswith("- must audit") for line in lines)
    assert any(line.startswith("1 You may use and") for line in lines)
    assert any(line.startswith("3 You must pay a fee") for line in lines)


def test_a_review_is_data_too(run, corpus):
    answer = json.loads(run("corpus", "review", "one", "--corpus", corpus, "-f", "json").stdout)
    assert answer["faults"] == []
    assert [unit["line"] for unit in answer["review"]["units"]] == [1, 3]
    states = {mark["state"] for unit in answer["review"]["units"] for mark in unit["marks"]}
    assert {"agreed", "missed"} <= states


def test_without_a_key_the_annotated_documents_are_listed(run, corpus):
    result = run("corpus", "review", "--corpus", corpus, "-f", "json")
    assert result.exit_code == 0
    assert [one["key"] for one in json.loads(result.stdout)["documents"]] == ["one"]
    page = run("corpus", "review", "--corpus", corpus).stdout
    assert page.startswith("2 records, 1 annotated, 0 faults\n")


def test_what_is_most_doubtful_comes_first(run, corpus):
    """A label that nobody shares outweighs all else; what is doubtful need not be annotated."""
    arguments = ("corpus", "review", "--uncertain", "--corpus", corpus)
    verdict = json.loads(run(*arguments, "-f", "json").stdout)["documents"][0]["verdict"]
    for key in ("one", "two"):
        add(corpus, key, category=verdict, clauses=None)
    add(corpus, "odd", category="public-domain", clauses=None)
    add(corpus, "unseen", split="test", family="unseen", clauses=None)
    found = json.loads(run(*arguments, "-f", "json").stdout)
    assert found["documents"][0]["key"] == "odd"
    assert {one["key"] for one in found["documents"]} == {"odd", "one", "two"}
    assert found["documents"][0]["doubt"] > found["documents"][1]["doubt"]
    doubts = [one["doubt"] for one in found["sentences"]]
    assert doubts == sorted(doubts, reverse=True)
    for one in found["sentences"]:
        assert one["text"] == TEXT[one["start"] : one["end"]]
    page = run(*arguments).stdout
    assert page.index("odd") < page.index("two")


def test_a_limit_shortens_the_list(run, corpus):
    result = run("corpus", "review", "--corpus", corpus, "--limit", "0", "-f", "json")
    assert json.loads(result.stdout)["documents"] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clauses": (ClauseLabel(0, 999, "use", "permission", "recipient", True),)}, "no span"),
        ({"clauses": (ClauseLabel(0, 16, "uses", "permission", "recipient", True),)}, "no term"),
        ({"clauses": (LABELS[0], LABELS[0])}, "says the same"),
        ({"sha256": "0" * 64}, "the text has changed"),
        ({"category": "open"}, "no category"),
    ],
)
def test_faults_are_listed_and_end_in_1(run, corpus, changes, said):
    add(corpus, "three", **changes)
    for arguments in ([], ["three"]):
        result = run("corpus", "review", *arguments, "--corpus", corpus)
        assert result.exit_code == 1
        assert said in " ".join(result.stdout.split())
    data = json.loads(run("corpus", "review", "--corpus", corpus, "-f", "json").stdout)
    assert len(data["faults"]) == 1


def test_many_faults_are_cut_short(run, corpus):
    for number in range(25):
        add(corpus, f"bad-{number}", sha256="0" * 64)
    assert "and 5 more" in run("corpus", "review", "--corpus", corpus).stdout


def test_an_unknown_key_is_wrong_use(run, corpus):
    result = run("corpus", "review", "three", "--corpus", corpus)
    assert result.exit_code == 2
    assert "three" in result.stderr


def test_of_a_misspelt_key_the_nearest_are_named(run, corpus):
    for command in ("review", "show"):
        said = run("corpus", command, "twoo", "--corpus", corpus).stderr
        assert said == f"openclause: twoo: no such record in {corpus}; nearest: two\n"


def test_two_readers_are_compared(run, corpus, tmp_path):
    second = tmp_path / "second"
    add(second, "one", clauses=LABELS[:1], category="public-domain")
    options = ("corpus", "review", "--corpus", corpus, "--second", second)
    agreed = json.loads(run(*options, "-f", "json").stdout)["agreement"]
    assert agreed["clauses"]["f1"] == pytest.approx(2 / 3)
    assert (agreed["category_agreement"], agreed["openness_agreement"]) == (0.0, 1.0)
    page = run(*options).stdout
    assert "2/1" in page
    assert "0.667" in page


def test_a_second_reading_of_another_text_is_a_fault(run, corpus, tmp_path):
    add(tmp_path / "second", "one", sha256="0" * 64)
    result = run("corpus", "review", "--corpus", corpus, "--second", tmp_path / "second")
    assert result.exit_code == 1


def test_a_second_reading_needs_a_first(run, corpus, tmp_path):
    add(tmp_path / "second", "three")
    (corpus / "texts" / "three.txt").write_bytes(TEXT.encode())
    result = run("corpus", "review", "--corpus", corpus, "--second", tmp_path / "second")
    assert result.exit_code == 2
    assert "three" in result.stderr


def test_the_second_readings_of_the_repository_fit_their_records():
    root = Path(__file__).parents[1] / "corpora"
    first = {record.key: record for record in read_records(root / "licenses")}
    for record in read_records(root / "second-readings"):
        assert record.clauses is not None
        assert record.sha256 == first[record.key].sha256
        assert first[record.key].clauses is not None


def test_evaluation_quotes_errors_when_asked(run, corpus):
    options = ("evaluate", "--corpus", corpus, "--split", "dev")
    assert json.loads(run(*options, "-f", "json").stdout)["errors"] == []
    scores = json.loads(run(*options, "--errors", "1", "-f", "json").stdout)
    assert {error["key"] for error in scores["errors"]} == {"one"}
    assert scores["units"]["units"] == 2
    page = run(*options, "--errors", "1").stdout
    assert "audit: missed (-) and only found (+)" in page
    assert "one:1" in page
    assert "Terms, by number of labels" in page


def test_evaluation_takes_a_model_of_ones_own(run, corpus, tmp_path):
    result = run("evaluate", "--corpus", corpus, "--split", "dev", "--model", tmp_path / "none")
    assert result.exit_code == 2
    assert str(tmp_path / "none") in result.stderr
