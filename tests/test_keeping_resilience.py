"""What is kept survives what kills the program: a signal at any step, a full disk, company."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from openclause import keeping

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals and limits of POSIX")

# Dies at its n-th step on a file of the folder, as auditing tells them, or half through a write.
KEEP = """
import json, os, pathlib, signal, sys
folder, step = sys.argv[1], int(sys.argv[2])
os.environ["OPENCLAUSE_CACHE"] = folder
from openclause import keeping
seen = 0
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def count(event, arguments):
    global seen
    if any(folder in str(each) for each in arguments):
        seen += 1
        if seen == step:
            die()
whole = pathlib.Path.write_bytes
def half(self, data):
    global seen
    seen += 1
    if seen == step:
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            die()
    return whole(self, data)
pathlib.Path.write_bytes = half
sys.addaudithook(count)
for made_from in ("b" * 64, "c" * 64):
    print(json.dumps(keeping.kept("row", made_from, list[int], lambda: [1, 2])))
print(seen)
"""

# Many processes at once, two editions of the program among them.
SHARE = """
import json, os, sys
os.environ["OPENCLAUSE_CACHE"] = sys.argv[1]
from openclause import keeping
for turn in range(60):
    made_from = "ab"[(turn + int(sys.argv[2])) % 2] * 64
    row = [ord(made_from[0])] * 5_000
    assert keeping.kept("row", made_from, list[int], lambda: row) == row
"""

FULL = """
import os, resource, signal, sys
os.environ["OPENCLAUSE_CACHE"] = sys.argv[1]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
from openclause.analysis import analyze
found = analyze("You may copy it.\\nYou may not sell it.\\n")
print([clause.term for clause in found.clauses])
"""


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rows(folder: Path) -> list[list[int]]:
    done = run(KEEP, folder, 0)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()[:2]]


def test_killed_at_any_step_it_is_right_the_next_time_and_leaves_no_rests(tmp_path):
    killed = 0
    for step in range(1, 60):
        folder = tmp_path / str(step)
        done = run(KEEP, folder, step)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        killed += 1
        assert rows(folder) == [[1, 2], [1, 2]]
        names = {path.name for path in folder.iterdir()}
        assert f"row-{'c' * 32}.msgpack" in names
        assert not [name for name in names if name.startswith(".")]
    assert killed > 8


def test_processes_that_share_a_folder_never_read_halves(tmp_path):
    command = [sys.executable, "-c", SHARE, str(tmp_path / "kept")]
    running = [subprocess.Popen([*command, str(number)]) for number in range(3)]
    assert [each.wait() for each in running] == [0, 0, 0]


@pytest.mark.parametrize("most", [0, 1, 5_000])
def test_on_a_full_disk_the_answer_is_right_and_nothing_half_is_left(tmp_path, most):
    done = run(FULL, tmp_path / "kept", most)
    assert done.returncode == 0, done.stderr
    assert "sell" in done.stdout
    assert done.stderr == ""
    assert all(path.stat().st_size <= most for path in (tmp_path / "kept").glob("*"))
    assert list((tmp_path / "kept").glob(".*")) == []


def test_a_file_that_does_not_fit_leaves_the_older_one(tmp_path):
    folder = tmp_path / "kept"
    rows(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    run(FULL, folder, 10)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert before.items() <= after.items()


def test_a_home_that_cannot_be_written_works(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    home.joinpath(".cache").write_text("no folder: not even a superuser can write below it")
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", "openclause", "analyze", "-", "--format", "json"],
        input="You may copy it.\nYou may not sell it.\n",
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["clauses"]
    assert [path.name for path in home.iterdir()] == [".cache"]


def test_rests_of_other_processes_are_left_alone_while_they_live(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENCLAUSE_CACHE", str(tmp_path))
    name = f"row-{'d' * 32}.msgpack"
    mine = tmp_path / f".{name}.{os.getpid()}"
    alive, dead = tmp_path / f".{name}.{os.getppid()}", tmp_path / f".{name}.{2**22 + 5}"
    for path in (alive, dead):
        path.write_bytes(b"half")
    keeping.kept("row", "d" * 64, list[int], lambda: [1])
    assert alive.exists()
    assert not dead.exists()
    assert not mine.exists()
