from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import msgspec
import pytest
import scan_stubs

import openclause
from openclause.errors import DataError
from openclause.scanning import Plan, json_schema, run
from openclause.scanning.cache import Held
from openclause.scanning.edition import edition_of
from openclause.scanning.reading import Task, Terms, read_tasks
from openclause.scanning.records import Reading, Record, to_line

DOCUMENTS = Path(__file__).parent / "documents"
SCHEMA = files("openclause").joinpath("data", "scan.schema.json")
FREE = "You may use, copy, modify and sell it for any purpose.\nPermission number {}.\n"
TIED = (
    "You may use, copy, modify and share it.\nYou may not use it for commercial ends.\nFile {}.\n"
)


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    for number in range(12):
        folder = root / f"part{number % 3}" / str(number)
        folder.mkdir(parents=True)
        (folder / "LICENSE").write_text((FREE if number % 2 else TIED).format(number))
    (root / "part0" / "COPYING").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (root / "part1" / "LICENSE").write_bytes(b"")
    return root


def scanned(path, **plan):
    return list(run([path], Plan(**({"jobs": 1, "reader": scan_stubs.stub} | plan))))


def lines(records):
    return b"\n".join(map(to_line, records))


def test_each_file_is_a_record_in_an_order_that_names_decide(tree):
    records = list(openclause.scan(tree, jobs=1))
    paths = [record.path for record in records]
    assert len(paths) == len(set(paths)) == 14
    assert paths == [record.path for record in scanned(tree)]
    by_path = {
        Path(path).relative_to(tree).as_posix(): one
        for path, one in zip(paths, records, strict=True)
    }
    tied = by_path["part0/0/LICENSE"]
    assert tied.category == "non-commercial"
    assert "commercial-use" in tied.restricting
    assert by_path["part1/1/LICENSE"].category == "permissive"
    assert "image" in by_path["part0/COPYING"].error
    assert "empty" in by_path["part1/LICENSE"].error
    assert {one.category for one in records if one.error} == {None}


def test_passages_stand_where_they_say(tree):
    (record,) = openclause.scan(tree / "part0" / "0", jobs=1)
    text = (tree / "part0" / "0" / "LICENSE").read_text()
    (passage,) = [one for one in record.passages if one.term == "commercial-use"]
    rows = text.split("\n")
    assert text[passage.start : passage.end] == passage.quote
    assert passage.line == passage.end_line == 2
    assert rows[passage.line - 1][passage.column - 1 : passage.end_column - 1] == passage.quote


def test_workers_change_no_byte(tree):
    alone = lines(openclause.scan(tree, jobs=1))
    assert lines(openclause.scan(tree, jobs=2)) == alone


def test_the_records_keep_the_published_schema(tree):
    schema = json.loads(SCHEMA.read_text("utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    for record in openclause.scan(tree, jobs=1):
        check.validate(json.loads(to_line(record)))


def test_the_schema_is_that_of_the_records(request):
    written = json.dumps(json_schema(), indent=2) + "\n"
    if request.config.getoption("--update-golden"):
        Path(str(SCHEMA)).write_text(written, encoding="utf-8", newline="\n")
    assert SCHEMA.read_text("utf-8") == written


def test_equal_bytes_are_read_once(tmp_path, monkeypatch):
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "LICENSE").write_text("You may copy it.")
    read = []

    def counting(task, model):
        read.append(task)
        return scan_stubs.stub(task, model)

    assert len(scanned(tmp_path, reader=counting)) == 3
    assert len(read) == 1


@pytest.mark.parametrize("kept", [{}, {"cache": "cache"}, {"journal": "journal"}])
def test_equal_bytes_far_apart_are_read_once(tmp_path, monkeypatch, kept):
    monkeypatch.setattr(sys.modules["openclause.scanning.run"], "_FILES", 2)
    for number in range(14):
        (tmp_path / "tree" / f"{number:02}").mkdir(parents=True)
        text = f"You may copy it, {number % 5} times."
        (tmp_path / "tree" / f"{number:02}" / "LICENSE").write_text(text)
    read = []

    def counting(task, model):
        read.append(task.data)
        return Reading(terms=(task.data.decode(),))

    plan = {key: tmp_path / name for key, name in kept.items()}
    records = scanned(tmp_path / "tree", reader=counting, **plan)
    said = [f"You may copy it, {number % 5} times." for number in range(14)]
    assert [one.terms for one in records] == [(text,) for text in said]
    assert len(read) == len(set(read)) == 5


def test_a_few_changed_files_start_no_workers(tmp_path, monkeypatch):
    module = sys.modules["openclause.scanning.run"]
    monkeypatch.setattr(module, "_FILES", 30)
    started = []
    real = module.Workers.start

    def start(workers, tasks, **more):
        started.append(len(tasks))
        return real(workers, tasks, **more)

    monkeypatch.setattr(module.Workers, "start", start)
    for number in range(200):
        (tmp_path / "tree" / f"{number:03}").mkdir(parents=True)
        text = f"You may copy it, {number} times."
        (tmp_path / "tree" / f"{number:03}" / "LICENSE").write_text(text)
    plan = {"cache": tmp_path / "cache", "jobs": None}
    monkeypatch.setattr(module, "_cores", lambda: 2)
    first = scanned(tmp_path / "tree", **plan)
    assert started[0] == 41  # as soon as there is more than this process reads itself
    assert sum(started) == 200
    started.clear()
    for number in (3, 90, 190):
        (tmp_path / "tree" / f"{number:03}" / "LICENSE").write_text(f"You may sell it {number}.")
    again = scanned(tmp_path / "tree", **plan)
    assert not started
    assert [one.path for one in again] == [one.path for one in first]
    assert sum(1 for one, two in zip(first, again, strict=True) if one != two) == 3
    scanned(tmp_path / "tree", **(plan | {"jobs": 2, "cache": None}))
    assert sum(started) == 200


def test_what_nobody_asks_for_is_not_held_for_long():
    held = Held(most=2000)
    held.put([("a", b"a" * 100), ("b", b"b" * 100), ("a", b"a" * 100)])
    held.put([(str(number), b"") for number in range(2)])
    assert held.get("a") == b"a" * 100
    held.put([("c", b"c" * 100)])
    assert (held.get("b"), held.get("a"), held.get("c")) == (None, b"a" * 100, b"c" * 100)
    held.put([("d", b"d" * 3000)])
    assert {held.get(key) for key in "abcd"} == {None}


def test_a_mistake_of_ours_is_the_record_of_one_file(tmp_path, monkeypatch):
    from openclause import deciding

    def stumble(*_, **__):
        raise ZeroDivisionError("a stumble")

    monkeypatch.setattr(deciding, "verdict_of", stumble)
    task = Task("key", "", b"You may copy it.")
    (reading,) = read_tasks([task], Terms(edition=edition_of()))
    assert "ZeroDivisionError: a stumble" in reading.error
    assert "report" in reading.error


def test_what_is_not_there_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(DataError, match="no-such-folder: does not exist"):
        list(openclause.scan(tmp_path / "no-such-folder"))


def test_names_that_are_not_utf8_are_records_that_can_be_written(tmp_path):
    folder = bytes(tmp_path) + b"/caf\xe9"
    try:
        Path(folder.decode("utf-8", "surrogateescape")).mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    Path((folder + b"/LICENSE").decode("utf-8", "surrogateescape")).write_text("You may copy it.")
    (record,) = scanned(tmp_path)
    assert record.error is None
    assert "xe9" in record.path
    assert msgspec.json.decode(to_line(record), type=Record) == record


def test_a_folder_that_may_not_be_read_ends_nothing(tree, monkeypatch):
    from openclause.errors import DocumentError
    from openclause.scanning import sources

    def refused(reader, candidate):
        if "part1" in candidate.path:
            raise DocumentError(f"{candidate.path}: may not be read; check its permissions")
        return b"You may copy it."

    monkeypatch.setattr(sources.Reader, "read", refused)
    records = scanned(tree)
    refusals = {record.error for record in records if "part1" in record.path}
    assert refusals == {"may not be read; check its permissions"}
    assert all(record.category for record in records if "part1" not in record.path)


def test_all_that_a_reading_is_made_by_is_in_its_edition():
    program = """if True:
        import sys
        from openclause.scanning.edition import _BESIDE, edition_of
        from openclause.scanning.reading import Task, Terms, read_tasks
        (found,) = read_tasks([Task("k", "", b"You may not sell it.")], Terms(edition=edition_of()))
        assert found.category, found
        rooms = {name.split(".")[1] for name in sys.modules if name.startswith("openclause.")}
        print(sorted(rooms & _BESIDE))
    """
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def test_another_edition_on_a_worker_is_refused():
    with pytest.raises(openclause.scanning.reading.ModelError, match="another version"):
        read_tasks([Task("key", "", b"text")], Terms(edition="of yesterday"))
