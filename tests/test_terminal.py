"""How pages meet a terminal: width, colour, pipes, completion, the manual, and a quick start."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from openclause.cli import app
from openclause.cli.helppages import cells, wrapped
from openclause.cli.manual import manual

ROOT = Path(__file__).parents[1]
MODEL = str(ROOT / "tests" / "documents" / "example-model.txt")
OPENCLAUSE = [sys.executable, "-m", "openclause"]
PLAIN = {"LC_ALL": "C.UTF-8", "COLUMNS": "90", "TERM": "xterm"}
COLOR = "\x1b["
# What `openclause --help` must not wait for.
HEAVY = {"spacy", "sklearn", "scipy", "numpy", "joblib", "rich", "msgspec", "jinja2", "lxml",
         "pyarrow", "distributed", "yaml", "license_expression"}  # fmt: skip


def environment(**given):
    own = ("NO_COLOR", "FORCE_COLOR", "LANG", "LC_MESSAGES", "OPENCLAUSE_LANG")
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | PLAIN | given


def piped(*arguments, **given):
    done = subprocess.run(
        [*OPENCLAUSE, *arguments], capture_output=True, check=False, env=environment(**given)
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def on_terminal(*arguments, **given):
    """Return what a terminal is shown."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*OPENCLAUSE, *arguments], stdout=theirs, stderr=theirs, env=environment(**given)
    ):
        os.close(theirs)
        parts = []
        try:
            while data := os.read(ours, 65536):
                parts.append(data)
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    return b"".join(parts).decode()


def test_colour_is_for_terminals():
    assert COLOR in on_terminal("explain", "use")
    assert COLOR not in piped("explain", "use")[1]


@pytest.mark.parametrize(("arguments", "given"), [
    ((), {"NO_COLOR": "1"}),
    (("--no-color",), {}),
    (("--no-color",), {"FORCE_COLOR": "1"}),
    ((), {"NO_COLOR": "1", "FORCE_COLOR": "1"}),
    ((), {"TERM": "dumb"}),
])  # fmt: skip
def test_colour_is_left_out_when_it_is_asked_for(arguments, given):
    assert COLOR not in on_terminal("explain", "use", *arguments, **given)


def test_colour_is_forced_into_pipes_but_never_into_files(tmp_path):
    assert COLOR in piped("explain", "use", FORCE_COLOR="1")[1]
    path = tmp_path / "answer.txt"
    assert piped("explain", "use", "--output", str(path), FORCE_COLOR="1")[0] == 0
    assert COLOR not in path.read_text("utf-8")


@pytest.mark.parametrize("width", [40, 48, 60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("command", [
    ("analyze", MODEL), ("explain",), ("explain", "use-threshold.more-than"), ("--help",),
    ("analyze", "--help"), ("corpus", "review", "--help"),
])  # fmt: skip
def test_no_line_is_wider_than_the_terminal(command, lang, width):
    found = CliRunner().invoke(app, [*command, "--lang", lang], env={"COLUMNS": str(width)})
    assert found.exit_code == 0, found.stderr
    wide = [line for line in found.stdout.splitlines() if cell_len(line) > width]
    assert [line for line in wide if len(line.split()) > 1 and "<" not in line] == []


def test_what_names_mean_stands_in_one_column_of_cells():
    page = CliRunner().invoke(app, ["analyze", "-h", "--lang", "ko"], env={"COLUMNS": "90"}).stdout
    rows = re.findall(r"^(  -.*? {2,})(?=[^ ])", page, re.MULTILINE)
    assert len({cells(name) for name in rows}) == 1
    assert len(rows) > 5


@pytest.mark.parametrize("command", ["scan", "check", "compare", "analyze"])
def test_help_shows_what_to_write_and_no_types_of_python(command):
    page = CliRunner().invoke(app, [command, "-h"], env={"COLUMNS": "100"}).stdout
    assert re.search(r"list\[|PATH\.\.\.|%", page) is None


def test_wide_letters_take_two_cells():
    assert cells("가나 ab") == 7
    assert cells("e\u0301") == 1
    assert wrapped("가나다 라마바 사", 9) == ["가나다", "라마바 사"]


def test_cells_stand_below_each_other_where_there_is_no_room():
    page = CliRunner().invoke(app, ["analyze", MODEL], env={"COLUMNS": "40"}).stdout
    assert "\n  open model (restricted)\n" in page


@pytest.mark.parametrize("arguments", [("--help",), ("explain",), ("analyze", MODEL)])
def test_a_reader_that_leaves_ends_nothing_loudly(arguments):
    with subprocess.Popen(
        [*OPENCLAUSE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_quiet_leaves_the_answer():
    assert piped("explain", "use", "--quiet") == piped("explain", "use")


@pytest.mark.parametrize(("given", "said"), [
    ({"LC_ALL": "ko_KR.UTF-8"}, "존재하지 않습니다"),
    ({"LC_ALL": "", "LANG": "ko_KR.UTF-8"}, "존재하지 않습니다"),
    ({"OPENCLAUSE_LANG": "ko"}, "존재하지 않습니다"),
    ({}, "does not exist"),
])  # fmt: skip
def test_errors_are_in_the_language_of_the_locale(given, said):
    code, out, err = piped("analyze", "no-such-file", **given)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [
    ["analyze", MODEL, "--format", "json"],
    ["analyze", MODEL, "--format", "sarif"],
    ["analyze", MODEL, "--format", "spdx"],
    ["compare", MODEL, MODEL, "--format", "json"],
    ["explain", "use", "--format", "json"],
    ["scan", MODEL, "--format", "jsonl"],
    ["scan", MODEL, "--format", "sarif"],
    ["check", MODEL, "--policy", "research", "--format", "json", "--today", "2027-01-01"],
    ["corpus", "stats", "--format", "json"],
], ids=" ".join)  # fmt: skip
def test_to_programs_the_locale_changes_nothing(arguments):
    english, korean = (
        CliRunner().invoke(app, arguments, env=PLAIN | {"LC_ALL": found, "SOURCE_DATE_EPOCH": "0"})
        for found in ("C.UTF-8", "ko_KR.UTF-8")
    )
    assert english.stdout
    assert english.stdout == korean.stdout


@pytest.mark.parametrize("form", ["json", "text"])
def test_programs_too_may_ask_for_a_language(form):
    asked = ["explain", "use", "--lang", "ko", "--format", form]
    assert "이용" in CliRunner().invoke(app, asked, env=PLAIN).stdout


@pytest.mark.parametrize(("arguments", "said"), [
    (["analyze", "x", "--lang", "ko", "--format", "jsn"], "혹시 'json'?"),
    (["anlyze", "--lang", "ko"], "혹시 'analyze'?"),
    (["--lang", "ko", "corpus", "lst"], "혹시 'list'?"),
    (["analyze", "--lang", "ko"], "인자 'FILE|-'이(가) 빠졌습니다"),
    (["analyze", "a", "b", "--lang", "ko"], "남는 인자가 있습니다"),
    (["analyze", "x", "--fromat", "json", "--lang", "ko"], "--format"),
    (["evaluate", "--errors", "many", "--lang", "ko"], "정수가 아닙니다"),
    (["evaluate", "--errors", "-1", "--lang", "ko"], "0 이상이어야 합니다"),
    (["explain", "flow-dwn", "--lang", "ko"], "비슷한 식별자: flow-down"),
    (["corpus", "show", "mitt", "--lang", "ko"], "비슷한 식별자: mit"),
    (["compare", "x", "--lang", "ko"], "두 개 이상"),
    (["anlyze"], "(did you mean 'analyze'?)"),
    (["analyze", "x", "--format", "jsn"], "(did you mean 'json'?)"),
])  # fmt: skip
def test_wrong_use_is_one_line_that_names_the_nearest(arguments, said):
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert said in line
    assert not re.search(r"No such|Missing|Invalid|Got", line) or "ko" not in arguments


def completed(shell, words, **given):
    last = len(words.split(" ")) - 1
    found = {
        "bash": {"COMP_WORDS": words, "COMP_CWORD": str(last)},
        "zsh": {"_TYPER_COMPLETE_ARGS": words},
        "fish": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    return piped(_OPENCLAUSE_COMPLETE=f"complete_{shell}", **found, **given)[1]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(("words", "offered"), [
    ("openclause ex", "explain"),
    ("openclause explain flow", "flow-down"),
    ("openclause explain OSD-1", "OSD-10"),
    ("openclause explain Apache-2", "Apache-2.0"),
    ("openclause compare MI", "MIT"),
    ("openclause analyze x --format s", "sarif"),
    ("openclause analyze x --vocabulary l", "lidetector"),
    ("openclause corpus list --category p", "permissive"),
])  # fmt: skip
def test_shells_complete_ids_licenses_and_formats(shell, words, offered):
    assert re.search(rf"\b{re.escape(offered)}\b", completed(shell, words))


def test_what_a_shell_offers_is_explained_in_the_language():
    assert "자유로운 재배포" in completed("zsh", "openclause explain OSD-", OPENCLAUSE_LANG="ko")
    assert "라이선스를 나란히 놓고" in completed("fish", "openclause comp", OPENCLAUSE_LANG="ko")


def test_installing_the_completion_says_where(tmp_path):
    code, out, _ = piped("--install-completion", "--lang", "ko", HOME=str(tmp_path),
                         _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")  # fmt: skip
    assert code != 0
    assert out == ""
    code, out, _ = piped("--install-completion", "bash", "--lang", "ko", HOME=str(tmp_path),
                         _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")  # fmt: skip
    assert code == 0
    assert "자동 완성을" in out
    assert (tmp_path / ".bash_completions" / "openclause.sh").is_file()


@pytest.mark.parametrize(("lang", "name"), [("en", "openclause.1"), ("ko", "openclause.ko.1")])
def test_the_manual_is_what_the_commands_say(lang, name):
    assert (ROOT / "docs" / "man" / name).read_text("utf-8") == manual(lang), "run `make man`"


@pytest.mark.skipif(which("groff") is None, reason="groff is not installed")
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_manual_is_sound_roff(lang):
    done = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww"], input=manual(lang).encode(),
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 0
    assert b"openclause analyze" in done.stdout
    assert [line for line in done.stderr.decode().splitlines() if "cannot" not in line] == []


@pytest.mark.parametrize("arguments", [["--help"], ["--help", "--lang", "ko"], ["scan", "-h"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys\nfrom openclause.cli import app\n"
        f"try: app({arguments!r})\n"
        f"except SystemExit: print('heavy:', sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("heavy: []\n")
