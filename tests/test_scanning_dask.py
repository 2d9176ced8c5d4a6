"""The scan on a real Dask scheduler with two workers, one of which is killed half way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import scan_stubs

from openclause.errors import DataError
from openclause.scanning import Plan, run
from openclause.scanning.records import to_line

distributed = pytest.importorskip("distributed")

HERE = Path(__file__).parent


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def started(*arguments):
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def cluster(tmp_path):
    """Yield the address of a scheduler and its two workers, one thread each."""
    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler = started(
        "dask_scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2],
        "--no-dashboard",
    )  # fmt: skip
    workers = [
        started(
            "dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--host", "127.0.0.1", "--local-directory", str(tmp_path),
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        with distributed.Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def folder_of(path, count):
    for number in range(count):
        (path / f"{number:03}").mkdir(parents=True)
        (path / f"{number:03}" / "LICENSE").write_text(f"Text number {number}.")
    return path


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_cluster_that_loses_a_worker_says_what_one_machine_says(tmp_path, cluster):
    address, workers = cluster
    folder = folder_of(tmp_path / "tree", 600)
    plan = Plan(scheduler=address, reader=scan_stubs.slow)
    seen = []

    def watch(files):
        seen.append(files)
        if len(seen) == 150:
            workers[0].send_signal(signal.SIGKILL)

    lines = [to_line(record) for record in run([folder], plan, watch=watch)]
    assert workers[0].wait(timeout=10) == -signal.SIGKILL
    assert lines == [
        to_line(record) for record in run([folder], Plan(jobs=1, reader=scan_stubs.slow))
    ]
    assert len(lines) == 600


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_cluster_reads_as_this_process_does(tmp_path, cluster):
    address, _ = cluster
    folder = tmp_path / "tree"
    for number in range(12):
        (folder / str(number)).mkdir(parents=True)
        text = f"You may use, copy and share it.\nYou may not sell it. {number}\n"
        (folder / str(number) / "LICENSE").write_text(text)
    there = [to_line(record) for record in run([folder], Plan(scheduler=address))]
    assert there == [to_line(record) for record in run([folder], Plan(jobs=1))]


def test_no_scheduler_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("openclause.scanning.workers._ANSWER_S", 1)
    folder = folder_of(tmp_path / "tree", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    start = time.monotonic()
    with pytest.raises(DataError, match="no Dask scheduler answers"):
        list(run([folder], Plan(scheduler=address)))
    assert time.monotonic() - start < 60
