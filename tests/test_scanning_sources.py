from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import pytest
import scan_stubs

import openclause
from openclause.errors import DataError
from openclause.finding import Limits
from openclause.scanning import Columns, Plan, run
from openclause.scanning.records import to_line
from openclause.scanning.sources import count, items

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def blobs(tmp_path):
    """Write a table of texts: two that can be read, one null, one empty, a name for a formula."""
    path = tmp_path / "blobs.parquet"
    texts = ["You may use, copy, modify and sell it.", None, "", "You may copy it."]
    names = ["one", "two", "=three", "\ud55c\uae00"]
    parquet.write_table(pyarrow.table({"id": names, "text": texts, "n": [1, 2, 3, 4]}), path)
    return path


def test_each_row_is_a_record_by_its_id(blobs):
    records = list(openclause.scan(blobs, jobs=1, text_column="text", id_column="id"))
    assert [record.path for record in records] == ["one", "two", "=three", "한글"]
    assert [record.kind for record in records] == ["text"] * 4
    assert records[0].category == "permissive"
    assert ["null" in (record.error or "") for record in records] == [False, True, False, False]
    assert "empty" in records[2].error


def test_rows_without_ids_are_numbered(blobs):
    found = items([blobs], columns=Columns("text"))
    assert [item.path for item in found] == [f"blobs.parquet#{number}" for number in range(4)]


def test_bytes_are_texts_too(tmp_path):
    path = tmp_path / "b.parquet"
    parquet.write_table(pyarrow.table({"text": [b"You may copy it."], "id": [7]}), path)
    (item,) = items([path], columns=Columns("text", "id"))
    assert (item.path, item.data) == ("7", b"You may copy it.")


def test_a_missing_column_names_those_that_are_there(blobs):
    with pytest.raises(DataError, match=r"no column 'body'; it has id, text, n"):
        list(items([blobs], columns=Columns("body")))


def test_what_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "no.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match=r"no\.parquet: is no Parquet file"):
        list(items([tmp_path / "no.parquet"], columns=Columns("text")))


def test_the_count_of_rows_is_known_before_they_are_read(blobs):
    assert list(count([blobs, blobs], columns=Columns("text"))) == [8]


def test_the_count_of_files_is_that_of_the_records(tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "LICENSE").write_text("You may copy it.")
    assert list(count([tmp_path])) == [1, 2, 3]


def test_what_the_limits_let_in_is_read(tmp_path):
    size = Limits().file_bytes + 1
    with (tmp_path / "LICENSE").open("wb") as file:
        file.truncate(size)
    (within,) = items([tmp_path], limits=Limits(file_bytes=size))
    (beyond,) = items([tmp_path])
    assert (within.error, len(within.data or b"")) == (None, size)
    assert "is larger than" in (beyond.error or "")


def write_blobs(path, rows, *, texts=1000):
    """Write a table of many short texts, `texts` different ones over and over, group by group."""
    schema = pyarrow.schema([("id", pyarrow.int64()), ("text", pyarrow.string())])
    numbers = iter(range(rows))
    with parquet.ParquetWriter(path, schema) as writer:
        while group := list(itertools.islice(numbers, 20_000)):
            said = [f"You may copy text {number % texts}. " + "Do. " * 20 for number in group]
            writer.write_table(pyarrow.table({"id": group, "text": said}, schema=schema))
    return path


def peak_kb():
    with Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def test_a_table_in_and_a_table_out(tmp_path):
    path = write_blobs(tmp_path / "many.parquet", 2000)
    plan = Plan(jobs=2, columns=Columns("text", "id"), reader=scan_stubs.stub)
    records = list(run([path], plan))
    assert [record.path for record in records] == [str(number) for number in range(2000)]
    alone = run([path], msgspec.structs.replace(plan, jobs=1))
    assert list(map(to_line, alone)) == list(map(to_line, records))


@pytest.mark.slow
def test_a_million_rows_need_no_more_memory_than_a_few(tmp_path):
    from openclause.page import View
    from openclause.scanning.writers import WRITERS

    path = write_blobs(tmp_path / "million.parquet", 1_000_000, texts=1_000_000)
    plan = Plan(jobs=1, columns=Columns("text", "id"), reader=scan_stubs.stub, timeout_s=None)
    out = tmp_path / "out.parquet"
    peaks = []
    with out.open("wb") as stream:
        for number, part in enumerate(WRITERS["parquet"](run([path], plan), View())):
            stream.write(part)
            if number == 12:
                peaks.append(peak_kb())
    peaks.append(peak_kb())
    assert parquet.ParquetFile(out).metadata.num_rows == 1_000_000
    assert peaks[1] - peaks[0] < 30_000
