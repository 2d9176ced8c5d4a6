"""What the tests of training again share: a quick way to learn, and changes to a little corpus."""

from __future__ import annotations

from itertools import starmap

import msgspec
import pytest
from small_corpus import write
from typer.testing import CliRunner

from openclause import category_training, training
from openclause.cli import app
from openclause.corpus import ClauseLabel, load, read_records, text_path, write_record
from openclause.negatives import Negative


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    prose = [Negative(f"source {n}", f"boats and birds number {n} met at sea") for n in range(10)]
    monkeypatch.setattr(category_training, "N_BUCKETS", 512)
    monkeypatch.setattr(category_training, "answers", starmap)
    monkeypatch.setattr(training, "negatives", lambda: tuple(prose))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def corpus(tmp_path):
    return write(tmp_path / "licenses")


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def change(folder, key, **changes):
    (record,) = [one for one in read_records(folder) if one.key == key]
    write_record(msgspec.structs.replace(record, **changes), folder)


def annotate(folder):
    """Give each text one label, its first line but one, and each tenth a wrong one."""
    for number, document in enumerate(load(folder)):
        start = document.text.index("\n\n") + 2
        end = document.text.index("\n", start)
        term, modality = ("use", "permission") if number % 10 else ("audit", "obligation")
        label = ClauseLabel(start, end, term, modality, "recipient", True)
        write_record(msgspec.structs.replace(document.record, clauses=(label,)), folder)


def move(source, target, key):
    """Move a license from one corpus to another."""
    (target / "texts").mkdir(parents=True, exist_ok=True)
    (source / f"{key}.toml").rename(target / f"{key}.toml")
    text_path(source, key).rename(text_path(target, key))
