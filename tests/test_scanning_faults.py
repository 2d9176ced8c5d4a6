from __future__ import annotations

import logging
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
import scan_stubs

from openclause.errors import DataError
from openclause.scanning import Plan, run
from openclause.scanning.cache import Cache
from openclause.scanning.deadlines import DeadlineError, deadline, watchdog
from openclause.scanning.journal import Journal
from openclause.scanning.reading import Task, Terms
from openclause.scanning.records import Reading, to_line
from openclause.scanning.workers import Workers

HERE = Path(__file__).parent


def folder_of(path, count, *, special=None):
    for number in range(count):
        (path / f"{number:03}").mkdir(parents=True)
        text = special if special and number == count // 2 else f"Text number {number}."
        (path / f"{number:03}" / "LICENSE").write_text(text)
    return path


def scanned(path, **plan):
    return list(run([path], Plan(**({"reader": scan_stubs.stub} | plan))))


def children(process):
    path = Path(f"/proc/{process}/task/{process}/children")
    return path.read_text().split() if path.exists() else []


def ended(processes):
    until = time.monotonic() + 20
    while any(Path("/proc", each).exists() for each in processes) and time.monotonic() < until:
        time.sleep(0.1)
    return not any(Path("/proc", each).exists() for each in processes)


def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path):
    folder = folder_of(tmp_path / "tree", 500)
    whole = b"".join(to_line(record) + b"\n" for record in scanned(folder, jobs=1))
    journal, output = tmp_path / "journal", tmp_path / "out.jsonl"
    command = [sys.executable, scan_stubs.__file__, *map(str, (folder, journal, output))]
    noted = []
    for kill_at in (60, 200):
        process = subprocess.Popen(command)
        while process.poll() is None and (
            not journal.exists() or journal.read_bytes().count(b"\n") < kill_at
        ):
            time.sleep(0.01)
        workers = children(process.pid)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        noted.append(journal.read_bytes().count(b"\n"))
    assert 60 <= noted[0] < noted[1] < 500
    assert ended(workers)
    with journal.open("ab") as torn:
        torn.write(b'{"key":"abc')
    subprocess.run(command, check=True)
    assert output.read_bytes() == whole
    assert journal.read_bytes().count(b"\n") == 501


def test_a_resumed_scan_reads_only_what_is_missing_or_has_changed(tmp_path):
    folder, journal = folder_of(tmp_path / "tree", 5), tmp_path / "journal"
    scanned(folder, jobs=1, journal=journal)
    (folder / "002" / "LICENSE").write_text("Another text.")
    read = []

    def counting(task, model):
        read.append(task.data)
        return scan_stubs.stub(task, model)

    assert len(scanned(folder, jobs=1, journal=journal, resume=True, reader=counting)) == 5
    assert read == [b"Another text."]


def test_a_worker_that_dies_takes_one_file_along(tmp_path):
    folder = folder_of(tmp_path, 60, special="murder")
    records = scanned(folder, jobs=2, reader=scan_stubs.deadly)
    dead = [record for record in records if record.error]
    assert len(records) == 60
    assert ["/030/" in record.path for record in dead] == [True]
    assert "died" in dead[0].error


def test_each_worker_that_dies_takes_one_file_along_round_by_round(tmp_path):
    folder = folder_of(tmp_path, 900)
    murderers = [folder / f"{number:03}" / "LICENSE" for number in (7, 450, 890)]
    for number, path in enumerate(murderers):
        path.write_text(f"murder {number}")
    records = scanned(folder, jobs=2, reader=scan_stubs.deadly)
    assert [record.path for record in records if record.error] == [*map(str, murderers)]
    assert len(records) == 900


def test_a_file_that_was_in_hand_beside_a_deadly_one_is_read_again(monkeypatch):
    with closing(Workers(2, Terms(edition="1"))) as workers:
        marks = workers.terms.marks
        found = iter([["innocent", "deadly"], ["innocent", "another"], []])

        def begin(tasks):
            if dead := next(found):
                for key in dead:
                    (marks / key).write_text(key)
                raise RuntimeError("a worker died")
            return iter([[(task.key, scan_stubs.stub(task, None)) for task in tasks]])

        monkeypatch.setattr(workers, "_begin", begin)
        ((_, reading),) = workers.again([Task("innocent", ".txt", b"")], deaths=5)
    assert reading.error is None


def test_workers_keep_what_stays_out_of_garbage_collection_and_end_with_the_scan(tmp_path):
    records = scanned(folder_of(tmp_path, 200), jobs=2, reader=scan_stubs.telling)
    kept = [record.rank for record in records]
    assert min(kept) == 0 < max(kept)
    assert not any(Path("/proc", *record.reasons).exists() for record in records)


def test_a_scan_that_finds_all_in_its_cache_is_ready_for_no_workers(tmp_path):
    folder, cache = folder_of(tmp_path / "tree", 60), tmp_path / "cache"
    scanned(folder, jobs=1, cache=cache)
    scan = (
        "import sys; from pathlib import Path; from openclause.scanning import Plan, run;"
        "found = list(run([sys.argv[1]], Plan(jobs=2, cache=Path(sys.argv[2]))));"
        "assert found[0].reasons and 'joblib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", scan, folder, cache], check=True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_takes_too_long_is_a_record(tmp_path, jobs):
    folder = folder_of(tmp_path, 6, special="endless")
    records = scanned(folder, jobs=jobs, timeout_s=0.3, reader=scan_stubs.endless)
    assert ["longer than 0.3 s" in (record.error or "") for record in records] == (
        [False, False, False, True, False, False]
    )


@pytest.mark.slow
def test_a_file_that_hangs_in_foreign_code_is_a_record(tmp_path):
    folder = folder_of(tmp_path, 6, special="stuck")
    records = scanned(folder, jobs=2, timeout_s=0.3, reader=scan_stubs.stuck)
    assert [bool(record.error) for record in records] == [False, False, False, True, False, False]


def test_texts_that_follow_closely_are_watched_as_one(monkeypatch):
    said = []
    monkeypatch.setattr(
        "faulthandler.dump_traceback_later", lambda ends, **how: said.append((ends, how["exit"]))
    )
    monkeypatch.setattr("faulthandler.cancel_dump_traceback_later", lambda: said.append("ended"))
    now = iter([100.0, 100.5, 101.5])
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    with watchdog(2) as begin:
        for _ in range(3):
            begin()
    assert said == [(18, True), (18, True), "ended"]


def test_without_a_limit_nothing_is_watched(monkeypatch):
    monkeypatch.setattr("faulthandler.dump_traceback_later", None)
    with watchdog(None) as begin:
        begin()


def test_a_deadline_holds_on_any_thread():
    from concurrent.futures import ThreadPoolExecutor

    def late():
        with deadline(0.2):
            while True:
                time.sleep(0.01)

    with ThreadPoolExecutor() as pool, pytest.raises(DeadlineError):
        pool.submit(late).result(timeout=20)


def test_a_deadline_that_is_kept_rings_never():
    before = signal.getsignal(signal.SIGALRM)
    with deadline(0.05):
        pass
    time.sleep(0.1)
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_full_disk_stops_a_scan_and_loses_nothing_of_its_journal(tmp_path):
    folder, journal = folder_of(tmp_path / "tree", 300), tmp_path / "journal"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(DataError, match="journal: the journal cannot be written"):
            scanned(folder, jobs=1, journal=journal)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    written = journal.read_bytes()
    assert written.endswith(b"}\n")
    assert 10 < written.count(b"\n") < 300
    assert len(scanned(folder, jobs=1, journal=journal, resume=True)) == 300
    assert journal.read_bytes().startswith(written)
    assert journal.read_bytes().count(b"\n") == 301


@pytest.mark.parametrize(
    ("content", "resume", "said"),
    [
        (b"# a file of somebody\n", True, "is no journal"),
        (b"# a file of somebody", True, "is no journal"),
        (b'{"format":"openclause-journal","edition":"old"}\n', True, "another version"),
        (b'{"format":"openclause-journal","edition":"new"}\n{"key', False, "holds readings"),
    ],
)
def test_a_journal_that_does_not_fit_is_left_as_it_is(tmp_path, content, resume, said):
    path = tmp_path / "journal"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        Journal(path, "new", resume=resume)
    assert path.read_bytes() == content


def test_a_journal_that_was_killed_in_its_head_is_begun_anew(tmp_path):
    path = tmp_path / "journal"
    path.write_bytes(b'{"format":"openclause-jou')
    journal = Journal(path, "new", resume=True)
    journal.put([("a" * 64, Reading(category="permissive"))])
    journal.close()
    again = Journal(path, "new", resume=True)
    assert again.get("a" * 64) == Reading(category="permissive")
    assert again.get("b" * 64) is None
    again.close()


def test_a_spoilt_line_is_read_again_and_the_others_stay(tmp_path):
    path = tmp_path / "journal"
    journal = Journal(path, "new", resume=True)
    journal.put([(name * 64, Reading(category="permissive")) for name in "abc"])
    journal.close()
    lines = path.read_bytes().split(b"\n")
    lines[2] = b"\x00\xff" + lines[2][2:]
    path.write_bytes(b"\n".join(lines))
    again = Journal(path, "new", resume=True)
    assert [bool(again.get(name * 64)) for name in "abc"] == [True, False, True]
    again.close()


def spoilt(data, random):
    """Yield data with one of its bits flipped, at forty places."""
    for at in random.sample(range(8 * len(data)), 40):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        yield bytes(flipped)


READING = Reading(category="permissive", rank=1, terms=("use", "sell"), reasons=("mit",))


def test_a_journal_with_a_flipped_bit_tells_what_was_read_or_nothing(tmp_path):
    path = tmp_path / "journal"
    journal = Journal(path, "new", resume=True)
    journal.put([("a" * 64, READING)])
    journal.close()
    head, line, _ = path.read_bytes().split(b"\n")
    for other in spoilt(line, Random(1)):
        path.write_bytes(head + b"\n" + other + b"\n")
        again = Journal(path, "new", resume=True)
        assert again.get("a" * 64) in (None, READING)
        again.close()


def test_lines_within_lines_of_a_journal_are_passed_over(tmp_path):
    path = tmp_path / "journal"
    Journal(path, "new", resume=True).close()
    deep = b'{"key":"a","reading":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    path.write_bytes(path.read_bytes() + deep)
    again = Journal(path, "new", resume=True)
    assert again.get("a") is None
    again.close()


@pytest.mark.parametrize("row", [7, 1.5, "text", None, b"", b"reading", b"\0" * 9])
def test_a_row_of_a_cache_that_is_no_reading_is_not_taken(tmp_path, row):
    folder = folder_of(tmp_path / "tree", 1)
    first = scanned(folder, jobs=1, cache=tmp_path / "cache")
    (path,) = (tmp_path / "cache").glob("*.sqlite")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE readings SET reading = ?", (row,))
    assert scanned(folder, jobs=1, cache=tmp_path / "cache") == first


def test_a_row_of_a_cache_with_a_flipped_bit_is_not_taken(tmp_path):
    cache = Cache(tmp_path, "same")
    cache.put([("key", b"reading")])
    ((row,),) = cache._base.execute("SELECT reading FROM readings")
    for other in spoilt(row, Random(2)):
        cache._base.execute("UPDATE readings SET reading = ?", (other,))
        assert cache.get("key") is None
    cache.close()


def test_a_pipe_or_device_in_the_place_of_a_journal_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(DataError, match="is no journal of a scan"):
            Journal(path, "new", resume=True)


def test_two_scans_do_not_share_a_journal(tmp_path):
    journal = Journal(tmp_path / "journal", "new", resume=True)
    with pytest.raises(DataError, match="in use by another scan"):
        Journal(tmp_path / "journal", "new", resume=True)
    journal.close()


def test_what_was_read_once_is_not_read_again(tmp_path):
    folder, cache = folder_of(tmp_path / "tree", 5), tmp_path / "cache"
    first = scanned(folder, jobs=1, cache=cache)
    assert scanned(folder, jobs=1, cache=cache, reader=scan_stubs.mistaken) == first


def test_errors_are_not_kept(tmp_path):
    folder, cache = folder_of(tmp_path / "tree", 1), tmp_path / "cache"
    failing = Plan(jobs=1, cache=cache, reader=lambda task, model: Reading(error="no extra"))
    assert [record.error for record in run([folder], failing)] == ["no extra"]
    assert [record.error for record in scanned(folder, jobs=1, cache=cache)] == [None]


def test_a_reading_of_another_edition_is_not_taken(tmp_path):
    cache = Cache(tmp_path, "one")
    cache.put([("key", b"reading")])
    assert cache.get("key") == b"reading"
    cache.close()
    other = Cache(tmp_path, "two")
    assert other.get("key") is None
    other.close()


def test_two_scans_write_one_cache(tmp_path):
    one, two = Cache(tmp_path, "same"), Cache(tmp_path, "same")
    for number in range(50):
        one.put([(f"one {number}", b"1")])
        two.put([(f"two {number}", b"2"), (f"one {number}", b"other")])
    assert two.get("one 49") == b"1"
    assert one.get("two 49") == b"2"
    one.close()
    two.close()


def test_a_damaged_cache_is_put_aside_with_one_line(tmp_path, caplog):
    cache = Cache(tmp_path, "same")
    cache.put([("key", b"reading")])
    cache.close()
    path = cache.path
    path.write_bytes(b"no database at all" * 500)
    caplog.set_level(logging.WARNING)
    again = Cache(tmp_path, "same")
    assert again.get("key") is None
    again.put([("key", b"anew")])
    assert again.get("key") == b"anew"
    again.close()
    assert len(caplog.records) == 1
    assert "damaged" in caplog.text
    assert path.with_name(path.name + ".damaged").exists()


def test_a_cache_that_is_damaged_inside_ends_no_scan(tmp_path, caplog):
    cache = Cache(tmp_path, "same")
    cache.put((f"{number:064}", b"reading" * 50) for number in range(2000))
    cache.close()
    data = bytearray(cache.path.read_bytes())
    data[8192:-8192] = os.urandom(len(data) - 16384)
    cache.path.write_bytes(data)
    again = Cache(tmp_path, "same")
    found = [again.get(f"{number:064}") for number in range(2000)]
    again.put([("key", b"anew")])
    assert again.get("key") == b"anew"
    assert None in found
    assert len(caplog.records) == 1
    again.close()


@pytest.mark.parametrize("what", ["a file in the way", "read only"])
def test_without_a_cache_folder_a_scan_says_so_once_and_goes_on(
    tmp_path, caplog, monkeypatch, what
):
    folder, place = folder_of(tmp_path / "tree", 5), tmp_path / "home"
    if what == "read only":

        def refused(*_, **__):
            raise sqlite3.OperationalError("attempt to write a readonly database")

        monkeypatch.setattr("openclause.scanning.cache._connect", refused)
    else:
        place.write_text("in the way")
    assert len(scanned(folder, jobs=1, cache=place / "cache")) == 5
    assert ["no cache" in record.message for record in caplog.records] == [True]


def test_a_cache_on_a_full_disk_says_so_once_and_goes_on(tmp_path, caplog):
    folder, cache = folder_of(tmp_path / "tree", 200), tmp_path / "cache"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
    try:
        records = scanned(folder, jobs=1, cache=cache)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [record.error for record in records] == [None] * 200
    assert ["no cache" in record.message for record in caplog.records] == [True]
