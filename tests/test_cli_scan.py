from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from commands import refused
from typer.testing import CliRunner

from openclause.cli import app
from openclause.cli.scan import ScanFormat, _to_file
from openclause.scanning.records import Reading
from openclause.scanning.writers import WRITERS

TIED = "You may use, copy, modify and share it.\nYou may not use it for commercial ends.\n"


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    for name in ("one", "two", "=three"):
        (root / name).mkdir(parents=True)
        (root / name / "LICENSE").write_text(TIED)
    (root / "two" / "COPYING").write_bytes(b"")
    return root


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home-cache"))
    return lambda *arguments: CliRunner().invoke(app, ["scan", *map(str, arguments)])


def process(*arguments, **given):
    command = [sys.executable, "-m", "openclause", "scan", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **given)


def test_a_bad_file_is_a_record_and_the_rest_is_read(run, tree):
    result = run(tree, "--format", "jsonl")
    assert result.exit_code == 0
    assert result.stderr == ""
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [bool(record["error"]) for record in records].count(True) == 1
    assert {record["category"] for record in records} == {"non-commercial", None}


def test_each_format_is_written_to_a_file_whole(run, tree, tmp_path):
    assert {one.value for one in ScanFormat} == set(WRITERS)
    for name in WRITERS:
        output = tmp_path / f"out.{name}"
        result = run(tree, "--format", name, "--output", output)
        assert (result.exit_code, result.stdout) == (0, "")
        assert output.stat().st_size > 200
        assert "4 files" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == sorted(
        f"out.{name}" for name in WRITERS
    )
    rows = list(csv.DictReader(StringIO((tmp_path / "out.csv").read_text())))
    assert len(rows) == 4


def test_the_second_scan_comes_from_the_cache_and_is_the_same(run, tree, tmp_path, monkeypatch):
    first = run(tree, "--format", "jsonl")
    assert list((tmp_path / "home-cache" / "openclause").glob("readings-*.sqlite"))

    monkeypatch.setattr(
        "openclause.scanning.reading.read_task", lambda *_: Reading(error="was read again")
    )
    lines = [
        line for line in run(tree, "--format", "jsonl").stdout.splitlines() if "COPY" not in line
    ]
    assert lines == [line for line in first.stdout.splitlines() if "COPYING" not in line]


def test_no_cache_leaves_nothing_in_the_home(run, tree, tmp_path):
    assert run(tree, "--no-cache", "--format", "csv").exit_code == 0
    assert not (tmp_path / "home-cache").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no/such/folder"], "no/such/folder: does not exist"),
        ([".", "--journal", "a", "--resume", "b"], "give one of them"),
        ([".", "--id-column", "id"], "needs --text-column"),
        (["x.parquet"], "needs --text-column"),
        ([".", "--jobs", "0"], "--jobs"),
        ([".", "--format", "xlsx"], "xlsx"),
        ([".", "--journal", "no/such/folder/journal"], "no/such/folder/journal"),
        ([".", "--model", "no/such/model"], "no/such/model"),
        ([], "Missing argument"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_use_is_one_line(run, arguments, said):
    refused(run(*arguments), said)


def test_a_journal_that_is_there_is_not_written_over(run, tree, tmp_path):
    journal = tmp_path / "journal"
    assert run(tree, "--journal", journal, "--format", "csv").exit_code == 0
    refused(run(tree, "--journal", journal), "--resume")
    again = run(tree, "--resume", journal, "--format", "csv", "--no-cache")
    assert again.exit_code == 0
    assert again.stdout == run(tree, "--format", "csv").stdout


def test_a_full_disk_is_one_line_and_no_half_file_stays(tree, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = process(tree, "--no-cache", "--format", "jsonl", stdout=full)
    _, said = done.communicate()
    assert done.returncode == 2
    (line,) = said.decode().splitlines()
    assert "stdout: cannot be written: No space left on device" in line
    assert "--resume" in line


def test_an_output_that_cannot_be_written_is_one_line(run, tree, tmp_path):
    refused(run(tree, "--output", "/dev/full", "--format", "csv"), "No space left")
    refused(run(tree, "--output", tmp_path / "no" / "folder" / "out"), "No such file")
    old = tmp_path / "old.csv"
    old.write_text("kept")
    refused(run(tree, "--output", old, "--format", "csv", "--text-column", "text"), "Parquet")
    assert old.read_text() == "kept"
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_reader_that_leaves_ends_nothing_loudly(tree):
    done = process(tree, "--no-cache", "--format", "jsonl", stdout=subprocess.PIPE)
    done.stdout.close()
    with done.stderr:
        assert done.stderr.read() == b""
    assert done.wait() == 0


def test_an_interrupt_ends_in_130_and_says_how_to_go_on(tmp_path):
    folder = tmp_path / "tree"
    for number in range(400):
        (folder / f"{number}").mkdir(parents=True)
        (folder / f"{number}" / "LICENSE").write_text(f"{TIED * 20} Number {number}.")
    journal, output = tmp_path / "journal", tmp_path / "out.jsonl"
    arguments = (folder, "--no-cache", "--resume", journal, "--jobs", "2", "-f", "jsonl")
    done = process(
        *(*arguments, "-o", output),
        start_new_session=True,
        # Whoever runs the tests in the background has interrupts ignored, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while done.poll() is None and (not journal.exists() or journal.stat().st_size < 3000):
        time.sleep(0.05)
    os.killpg(done.pid, signal.SIGINT)
    _, said = done.communicate(timeout=60)
    assert done.returncode == 130
    line, *more = said.decode().splitlines()
    assert not more
    assert "interrupted after 0 files" not in line
    assert f"go on with --resume {journal}" in line
    assert not output.exists()
    assert journal.read_bytes().endswith(b"\n")


@pytest.mark.skipif(sys.platform != "linux", reason="signals of others are told by /proc")
def test_an_interrupt_reaches_no_worker_that_starts(tmp_path):
    """It would die of it with a traceback, whatever of Python it was importing."""
    for number in range(400):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "LICENSE").write_text(f"{TIED * 20} Number {number}.")
    done = process(
        *(tmp_path, "--no-cache", "--jobs", "2"),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    workers = []
    while done.poll() is None and len(workers) < 2:
        children = Path(f"/proc/{done.pid}/task/{done.pid}/children").read_text().split()
        workers = [one for one in children if b"popen_loky" in told_of(one, "cmdline")]
    blocked = [told_of(one, "status").partition(b"SigBlk:")[2].split()[0] for one in workers]
    os.killpg(done.pid, signal.SIGINT)
    assert done.communicate(timeout=60)[1].count(b"\n") == 1
    assert [int(mask, 16) >> (signal.SIGINT - 1) & 1 for mask in blocked] == [1, 1]


def told_of(process, name):
    try:
        return Path(f"/proc/{process}/{name}").read_bytes()
    except OSError:
        return b""


def test_of_scans_to_one_file_each_writes_its_own_and_the_last_one_stays(tmp_path):
    output = tmp_path / ("x" * 255)

    def slow():
        yield b"slow, "
        _to_file([b"quick"], output)
        assert output.read_bytes() == b"quick"
        yield b"whole"

    _to_file(slow(), output)
    assert output.read_bytes() == b"slow, whole"
    assert [*tmp_path.iterdir()] == [output]


def test_the_words_of_the_table_are_korean_too(run, tree):
    assert "비상업" in run(tree, "--lang", "ko").stdout


@pytest.mark.parametrize("answer", ["piped", "shown"])
def test_on_a_terminal_progress_stands_on_stderr_with_rate_and_total(tree, answer):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "openclause", "scan", str(tree), "--no-cache"]
    stdout = subprocess.PIPE if answer == "piped" else theirs
    given = {"stdout": stdout, "stderr": theirs, "env": os.environ | {"TERM": "xterm"}}
    done = subprocess.Popen([*command, "--format", "csv", "--jobs", "1"], **given)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # how Linux tells that the other end is closed
        pass
    os.close(ours)
    if answer == "piped":
        with done.stdout:
            assert len(done.stdout.read().splitlines()) == 5
        assert b"non-commercial" not in shown
    else:
        assert shown.count(b",non-commercial,") == 3
    assert done.wait() == 0
    assert b"files/s" in shown
    assert b"4/4" in shown
