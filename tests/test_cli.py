from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import msgspec
import pytest
from typer.testing import CliRunner

from openclause import __version__, documents
from openclause.cli import app
from openclause.corpus import ClauseLabel, Record, digest, write_record
from openclause.taxonomy import categories, criteria, terms

DOCUMENTS = Path(__file__).parent / "documents"
MODEL = str(DOCUMENTS / "example-model.txt")
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


@pytest.fixture
def run():
    return lambda *arguments, **given: CliRunner().invoke(app, [*map(str, arguments)], **given)


def process(*arguments, **given):
    environment = os.environ | {"COLUMNS": "90"} | given.pop("env", {})
    command = [sys.executable, "-m", "openclause", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, env=environment, **given)


def refused(result, said):
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("openclause: ")
    assert said in line


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


def test_a_real_process_reads_a_file():
    done = process("analyze", MODEL, "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["document"]["title"] == "Example Model License Agreement"


def test_a_real_process_refuses_in_one_line(tmp_path):
    done = process("analyze", tmp_path / "missing.txt")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_no_room_on_stdout_is_one_line():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "openclause", "explain"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("openclause: stdout: cannot be written: No space left on device; ")


@pytest.mark.parametrize(
    "given", [("analyze", MODEL, "--model", "\x1b[31mx"), ("check", MODEL, "--policy", "\x1b[31mx")]
)
def test_what_is_told_of_wrong_use_moves_no_cursor(run, given):
    result = run(*given)
    assert result.exit_code == 2
    assert "[U+001B][31mx" in result.stderr
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize(
    "line",
    [
        "analyze {0}",
        "compare MIT {0}",
        "check {0} --policy research",
        "check . --policy {0}",
        "scan {0}",
        "atlas --scan {0}",
    ],
)
def test_no_answer_is_written_over_what_it_is_read_from(run, tmp_path, line):
    (tmp_path / "a").write_text("title = 'kept'")
    (tmp_path / "b").symlink_to("a")
    result = run(*line.format(tmp_path / "a").split(), "--output", str(tmp_path / "b"))
    assert result.exit_code == 2
    assert result.stderr.endswith("b: is read for this answer; choose another --output\n")
    assert (tmp_path / "a").read_text() == "title = 'kept'"


def test_of_a_name_as_long_as_a_book_a_line_quotes_both_ends(run):
    result = run("check", MODEL, "--policy", f"first {'x' * 100_000} last")
    assert result.exit_code == 2
    assert len(result.stderr) < 6_000
    assert result.stderr.startswith("openclause: first x")
    assert result.stderr.endswith("research\n")


def shell(line):
    """Run a line in which `openclause` is ours, by the shell, which can close streams."""
    openclause = f"{shlex.quote(sys.executable)} -m openclause"
    line = line.replace("openclause", openclause, 1)
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)


@pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("openclause analyze - <&-", "input: cannot be read (Bad file descriptor); "),
        ("openclause explain >&-", "stdout: cannot be written: Bad file descriptor; "),
        ("openclause --help >&-", "stdout: cannot be written: Bad file descriptor; "),
        ("openclause missing 2>&-", ""),
        ("openclause - missing <&- >&- 2>&-", ""),
    ],
)
def test_closed_streams_are_one_line(line, said):
    done = shell(line)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == bool(said)
    assert done.stderr.startswith(f"openclause: {said}" if said else "")


@pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")
def test_an_answer_that_goes_elsewhere_needs_no_streams(tmp_path):
    done = shell(f"openclause scan {MODEL} -f csv -o {tmp_path}/a.csv <&- >&- 2>&-")
    assert (done.returncode, done.stderr) == (0, "")
    assert "example-model" in (tmp_path / "a.csv").read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("openclause --help > /dev/full", 2),
        ("openclause --version > /dev/full", 2),
        ("openclause analyze missing 2> /dev/full", 2),
        (f"openclause scan {MODEL} -f csv -o /dev/null 2> /dev/full", 0),
    ],
)
def test_no_room_for_what_is_told_is_no_traceback(line, code):
    done = shell(line)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--model", "--corpus"])
def test_a_path_that_the_system_denies_is_one_line(run, option):
    refused(run("analyze", MODEL, option, "a" * 300), "cannot be used (File name too long); ")


TWICE = """
import os, signal
from openclause.cli.edge import take_one_interrupt
signal.signal(signal.SIGINT, signal.default_int_handler)
take_one_interrupt()
try:
    os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    os.kill(os.getpid(), signal.SIGINT)
    print("ended in peace")
"""


@pytest.mark.skipif(os.name != "posix", reason="interrupts are sent as POSIX knows them")
def test_a_second_interrupt_disturbs_no_ending():
    done = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"ended in peace\n", b"")


def test_a_closed_pipe_is_no_error():
    command = [sys.executable, "-m", "openclause", "explain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [([], {}, True), (["--no-color"], {}, False), ([], {"NO_COLOR": "1"}, False)],
)
def test_a_terminal_gets_colour_unless_it_asks_for_none(arguments, environment, colored):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "openclause", "explain", "use", *arguments]
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.PIPE, env=clean | {"TERM": "xterm"} | environment
    ) as running:
        assert running.wait() == 0
    os.close(theirs)
    assert (b"\x1b[" in os.read(ours, 65536)) is colored
    os.close(ours)


@pytest.mark.skipif(os.name != "posix", reason="names are text on other systems")
@pytest.mark.parametrize("arguments", [("analyze", "--format=json"), ("scan", "--format=jsonl")])
def test_a_name_is_the_same_in_every_locale(tmp_path, arguments):
    path = tmp_path / "모델" / "LICENSE"
    path.parent.mkdir()
    path.write_text("You may use it.\n")
    places = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    command, form = arguments
    said = [
        process(command, str(path), form, env=places | {"PYTHONUTF8": mode}).stdout for mode in "01"
    ]
    assert said[0] == said[1]
    assert str(path) in said[0].decode()


@pytest.mark.skipif(os.name != "posix", reason="names are text on other systems")
def test_a_name_that_is_no_utf8_is_called_alike_wherever_it_is_told(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9/LICENSE")
    Path(path).parent.mkdir()
    Path(path).write_text("You may use it.\n")
    read = process("analyze", path, "--format=json"), process("scan", path, "--format=jsonl")
    assert all(rb"/caf\\xe9/LICENSE" in ended.stdout for ended in read)
    kept = process("scan", path, "--output", f"{path}.txt")
    failed = process("analyze", f"{path}x"), process("analyze", path, "-o", f"{path}/x")
    assert all(rb"/caf\xe9/LICENSE" in ended.stderr for ended in (kept, *failed))


def test_what_stderr_cannot_hold_is_told_in_english():
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "ko_KR.UTF-8"}
    for command in ("analyze", "scan", "explain"):
        assert b"\\u" not in process(command, "no-such-thing", env=ascii_only).stderr
    told = process("analyze", "nowhere", env=ascii_only).stderr
    assert told == b"openclause: nowhere: does not exist; check the path\n"
    assert "경로" in process("analyze", "nowhere", env={"LC_ALL": "ko_KR.UTF-8"}).stderr.decode()


def test_no_line_of_stderr_is_a_command_to_who_keeps_the_log():
    assert b"[U+0023]#vso[x]" in process("analyze", "##vso[x]").stderr
