from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import msgspec
import pytest
from commands import MODEL, process, refused

from openclause import __version__, documents
from openclause.corpus import ClauseLabel, Record, digest, write_record
from openclause.taxonomy import categories, criteria, terms

DOCUMENTS = Path(__file__).parent / "documents"
SCHEMA = files("openclause").joinpath("data", "analysis.schema.json")
HEAVY = {"spacy", "sklearn", "scipy", "numpy", "joblib", "rich", "msgspec", "bs4", "lxml"}

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 40
BAD_FILES = {
    "missing": (None, "does not exist"),
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "is empty"),
    "picture.txt": (PNG, "image"),
    "program": (ELF, "program"),
    "broken.pdf": (b"%PDF-1.7\nthis is no PDF", "PDF"),
    "broken.docx": (b"no archive", "DOCX"),
    "nul.txt": (bytes(range(256)) * 8, ""),
}
BAD_LINES = [
    (["analyze"], "Missing argument"),
    (["analyze", MODEL, "--format", "yaml"], "yaml"),
    (["analyze", MODEL, "--lang", "fr"], "fr"),
    (["analyze", MODEL, "--vocabulary", "lidetector", "--format", "html"], "leave --format html"),
    (["analyze", MODEL, "--no-such-option"], "No such option"),
    (["analyze", MODEL, "another"], "unexpected extra argument"),
    (["analyse", MODEL], "No such command"),
    (["explain", "flow-dwn"], "flow-down"),
    (["explain", "no-such-id"], "lists categories, terms and criteria"),
    (["corpus", "show", "no-such-license"], "no-such-license"),
    (["corpus", "list", "--category", "open"], "permissive"),
    (["corpus", "list", "--corpus", "no/such/folder"], "no/such/folder"),
    (["analyze", MODEL, "--output", "no/such/folder/answer.txt"], "no/such/folder/answer.txt"),
]


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_one_line_with_its_name_and_the_cause(run, tmp_path, name):
    content, cause = BAD_FILES[name]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = run("analyze", path)
    refused(result, str(path))
    refused(result, cause)


def test_a_folder_is_one_line(run, tmp_path):
    refused(run("analyze", tmp_path), str(tmp_path))


def test_nothing_on_stdin_is_one_line(run):
    refused(run("analyze", "-", input=b""), "empty")


@pytest.mark.parametrize(("arguments", "said"), BAD_LINES, ids=lambda value: str(value)[:40])
def test_wrong_use_is_one_line(run, arguments, said):
    refused(run(*arguments), said)


def test_an_interrupt_ends_in_130(run, monkeypatch):
    def interrupt(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(documents, "read_path", interrupt)
    result = run("analyze", MODEL)
    assert result.exit_code == 130
    assert "Traceback" not in result.output


def test_an_error_of_our_own_is_not_hidden(run, monkeypatch):
    def stumble(path):
        raise ZeroDivisionError

    monkeypatch.setattr(documents, "read_path", stumble)
    assert isinstance(run("analyze", MODEL).exception, ZeroDivisionError)


def test_json_is_all_there_is_on_stdout(run):
    result = run("analyze", MODEL, "--format", "json")
    assert result.exit_code == 0
    assert result.stderr == ""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(result.stdout))


def test_stdin_is_read_as_bytes(run):
    text = "Nutzung und Änderung sind erlaubt. You may copy it."
    answer = json.loads(run("analyze", "-", "-f", "json", input=text.encode("latin-1")).stdout)
    assert answer["document"]["chars"] == len(text)
    assert answer["document"]["path"] is None


def test_stdin_and_file_give_the_same_clauses(run):
    from_file = json.loads(run("analyze", MODEL, "-f", "json").stdout)
    data = Path(MODEL).read_bytes()
    from_stdin = json.loads(run("analyze", "-", "-f", "json", input=data).stdout)
    assert from_file["clauses"] == from_stdin["clauses"]
    assert from_file["document"]["sha256"] == from_stdin["document"]["sha256"]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_for_people(run, golden, lang):
    result = run("analyze", MODEL, "--lang", lang, env={"COLUMNS": "80"})
    assert result.exit_code == 0
    golden(f"example-model.{lang}.txt", result.stdout)


def test_an_answer_goes_to_a_file(run, tmp_path):
    path = tmp_path / "answer.txt"
    result = run("analyze", MODEL, "--output", path)
    assert result.stdout == ""
    assert "Example Model License Agreement" in path.read_text("utf-8")
    assert "\x1b[" not in path.read_text("utf-8")


def test_the_version_is_shown(run):
    assert run("--version").stdout == f"openclause {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        ["analyze", "-h"],
        ["explain", "--help"],
        ["corpus"],
        ["corpus", "list", "-h"],
    ],
)
def test_help_has_examples(run, arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    assert "Examples:\n" in result.stdout
    assert "..." not in result.stdout.replace("[ARGS]...", "")
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom openclause.cli import app\n"
        "try: app(['analyze', '--help'])\n"
        f"except SystemExit: print('heavy:', sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("heavy: []\n")


# Modules that cost a start a hundredth of a second and more, and that reading a file needs not.
NEEDLESS = HEAVY - {"numpy", "msgspec"} | {"thinc", "tomllib", "numpy.ma", "charset_normalizer"}
NEEDLESS |= {"pydantic", "html", "shlex"}  # the last two only thousandths


@pytest.mark.parametrize(
    ("arguments", "needed"), [(["--format", "json"], set()), (["--format", "text"], {"rich"})]
)
def test_reading_a_file_imports_nothing_needless(arguments, needed):
    code = (
        "import sys, numpy\nnumpys = set(sys.modules)\nfrom openclause.cli import app\n"
        f"try: app({['analyze', MODEL, *arguments]!r})\n"
        f"except SystemExit: print('needless:', sorted({NEEDLESS!r} & {{*sys.modules}} - numpys))"
    )
    process("analyze", MODEL)  # leaves its tables for the next
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith(f"needless: {sorted(needed)}\n")


@pytest.mark.parametrize(("asked", "set_to"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_reading_a_file_starts_no_threads_unless_they_are_asked_for(asked, set_to):
    code = (
        "import os\nfrom openclause.cli import app\n"
        f"try: app({['analyze', MODEL]!r})\n"
        "except SystemExit: print(os.environ['OPENBLAS_NUM_THREADS'])"
    )
    unset = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env=unset | asked)  # fmt: skip
    assert done.stdout.endswith(f"{set_to}\n")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_explain_lists_everything(run, lang):
    listed = run("explain", "--lang", lang).stdout
    assert all(name in listed for name in (*terms(), *categories(), *criteria()))


def test_explain_tells_one(run, golden):
    golden("explain.source-available.txt", run("explain", "source-available").stdout)
    answer = json.loads(run("explain", "osd-6", "--format", "json").stdout)
    assert (answer["kind"], answer["id"]) == ("criterion", "OSD-6")


def add_record(folder, key, **changes):
    text = "You may copy it.\n"
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
        split="train",
        chars=len(text),
        sha256=digest(text.encode()),
        clauses=(ClauseLabel(0, 16, "distribute", "permission", "recipient", True),),
    )
    write_record(msgspec.structs.replace(record, **changes), folder)
    return text


@pytest.fixture
def corpus(tmp_path):
    text = add_record(tmp_path, "one")
    add_record(tmp_path, "two", category="proprietary", split="dev")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "one.txt").write_bytes(text.encode())
    return tmp_path


def test_the_corpus_is_listed(run, corpus):
    lines = run("corpus", "list", "--corpus", corpus).stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["one", "permissive", "train"],
        ["two", "proprietary", "dev"],
    ]
    only = run("corpus", "list", "--corpus", corpus, "--split", "dev", "-f", "json").stdout
    assert [record["key"] for record in json.loads(only)] == ["two"]


def test_a_record_is_shown_with_its_clauses_quoted(run, corpus):
    shown = run("corpus", "show", "one", "--corpus", corpus).stdout
    assert "“You may copy it.”" in shown
    assert "may: Distribution" in shown
    without_text = run("corpus", "show", "two", "--corpus", corpus)
    assert without_text.exit_code == 0
    assert "“" not in without_text.stdout


def test_the_corpus_is_counted(run, corpus):
    counted = json.loads(run("corpus", "stats", "--corpus", corpus, "-f", "json").stdout)
    assert counted["records"] == 2
    assert "permissive" in run("corpus", "stats", "--corpus", corpus).stdout


def test_fetching_says_what_it_did(run, corpus):
    result = run("corpus", "fetch", "--corpus", corpus)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "all texts are there" in result.stdout
    told = json.loads(run("corpus", "fetch", "--corpus", corpus, "-f", "json").stdout)
    assert told == {"folder": str(corpus / "texts"), "written": 0}


def test_answers_are_measured_against_the_labels(run, corpus):
    text = add_record(corpus, "two", split="dev")
    (corpus / "texts" / "two.txt").write_bytes(text.encode())
    result = run("evaluate", "--corpus", corpus, "--split", "dev", "--format", "json")
    scores = json.loads(result.stdout)
    assert scores["category"]["documents"] == 1
    assert scores["clauses"]["labelled"] == 1
    page = run("evaluate", "--corpus", corpus, "--split", "dev").stdout
    assert "Categories" in page
    assert "Clauses" in page
