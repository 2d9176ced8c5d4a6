from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from openclause import __version__, keeping
from openclause.pattern_index import PatternIndex, all_patterns, index_of, pattern_index
from openclause.taxonomy import data_digest

MADE_FROM = keeping.digest(b"a row of numbers")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENCLAUSE_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


def row(made_from: str = MADE_FROM, made: list[int] | None = None) -> tuple[list[int], bool]:
    """Return what is kept or made, and whether it was made."""
    times: list[int] = []

    def make() -> list[int]:
        times.append(1)
        return [1, 2] if made is None else made

    return keeping.kept("row", made_from, list[int], make), bool(times)


def test_what_was_made_once_is_read_again(folder):
    assert row() == ([1, 2], True)
    assert row() == ([1, 2], False)
    assert [path.suffix for path in folder.iterdir()] == [".msgpack"]
    assert folder.stat().st_mode & 0o077 == 0


def test_what_follows_from_something_else_is_made_anew_in_its_place(folder):
    row()
    assert row(keeping.digest(b"other"), [3]) == ([3], True)
    assert row(keeping.digest(b"other"), [4]) == ([3], False)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    "damaged",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[:-1] + b"\x09",
        lambda data: b"\0" * len(data),
    ],
)
def test_what_is_damaged_is_made_again(folder, damaged):
    row()
    (path,) = folder.iterdir()
    path.write_bytes(damaged(path.read_bytes()))
    assert row() == ([1, 2], True)
    assert row() == ([1, 2], False)


def test_what_has_another_shape_is_made_again(folder):
    keeping.kept("row", MADE_FROM, str, lambda: "no row")
    assert row() == ([1, 2], True)


def test_what_belongs_to_someone_else_is_not_believed(folder, monkeypatch):
    row()
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    assert row(made=[9]) == ([9], True)


def test_where_nothing_can_be_written_all_is_made(folder):
    folder.write_text("in the way")
    assert row() == ([1, 2], True)
    assert row() == ([1, 2], True)
    assert folder.read_text() == "in the way"


def test_a_folder_of_a_name_that_is_too_long_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENCLAUSE_CACHE", str(tmp_path / ("a" * 300)))
    assert row() == ([1, 2], True)
    assert row() == ([1, 2], True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(folder):
    row()
    (path,) = folder.iterdir()
    path.unlink()
    os.mkfifo(path)
    assert row() == ([1, 2], True)
    assert row() == ([1, 2], False)


def test_a_full_disk_leaves_no_half_of_a_file(folder, monkeypatch):
    def full(self, data):
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert row() == ([1, 2], True)
    assert list(folder.iterdir()) == []


def test_nothing_is_kept_on_request(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENCLAUSE_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert keeping.cache_folder() is None
    assert row() == row() == ([1, 2], True)
    assert list(tmp_path.iterdir()) == []


def test_without_a_home_nothing_is_kept(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("OPENCLAUSE_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert keeping.cache_folder() is None


def test_without_source_the_version_stands_for_it():
    assert b"def code(" in keeping.code(["keeping"])
    assert keeping.code(["no-such-module"]) == __version__.encode()


def test_parts_of_a_digest_are_told_apart():
    assert keeping.digest(b"ab", b"c") != keeping.digest(b"a", b"bc")


def test_kept_patterns_are_those_that_are_made(folder):
    made = index_of(all_patterns())
    assert pattern_index() == made
    assert pattern_index() == made
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=PatternIndex) == made
    assert len(data_digest()) == 64
