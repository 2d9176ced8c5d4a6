"""What commands do with the streams, signals and locales of the system that they run in."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from commands import MODEL, process, refused


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
