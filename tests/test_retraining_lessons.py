"""Lessons: what has not changed is not learnt again, and what comes of it is the same."""

from __future__ import annotations

import numpy as np
import pytest
from small_training import annotate, change, contents, corpus, move, small

from openclause.corpus import digest, read_records, text_path
from openclause.lessons import keep, recall
from openclause.training import train

__all__ = ["corpus", "small"]


@pytest.fixture
def annotated(corpus):
    annotate(corpus)
    return corpus


def test_a_kept_lesson_gives_the_same_bytes(annotated, tmp_path):
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "first", lessons=lessons)
    told = []
    train(annotated, tmp_path / "second", lessons=lessons, progress=told.append)
    train(annotated, tmp_path / "anew")
    assert any("lesson is kept" in words for words in told)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert contents(tmp_path / "first") == contents(tmp_path / "anew")


def test_a_license_without_clauses_needs_no_new_lesson(annotated, tmp_path):
    key = read_records(annotated)[0].key
    change(annotated, key, clauses=None)
    whole = tmp_path / "whole"
    move(annotated, whole, key)
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "before", lessons=lessons)
    told = []
    folders = [annotated, whole]
    train(folders, tmp_path / "quick", lessons=lessons, progress=told.append)
    train(folders, tmp_path / "anew")
    assert any("lesson is kept" in words for words in told)
    assert contents(tmp_path / "quick") == contents(tmp_path / "anew")
    assert contents(tmp_path / "quick") != contents(tmp_path / "before")


@pytest.mark.parametrize("field", ["clauses", "text"])
def test_what_has_changed_is_learnt_anew(annotated, tmp_path, field):
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "first", lessons=lessons)
    key = read_records(annotated)[0].key
    if field == "clauses":
        change(annotated, key, clauses=())
    else:
        text = text_path(annotated, key).read_text() + "More."
        text_path(annotated, key).write_text(text)
        change(annotated, key, chars=len(text), sha256=digest(text.encode()))
    told = []
    train(annotated, tmp_path / "second", lessons=lessons, progress=told.append, force=True)
    assert not any("lesson is kept" in words for words in told)


def test_a_damaged_lesson_is_learnt_anew(annotated, tmp_path):
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "first", lessons=lessons)
    (path,) = lessons.iterdir()
    data = path.read_bytes()
    random = np.random.default_rng(3)
    for _ in range(50):
        spoilt = bytearray(data)
        spoilt[random.integers(len(data))] ^= 1 << random.integers(8)
        path.write_bytes(spoilt)
        assert recall(lessons, path.stem) is None
    path.write_bytes(data[:-1])
    assert recall(lessons, path.stem) is None


def test_few_lessons_are_kept(annotated, tmp_path):
    lessons = tmp_path / "lessons"
    train(annotated, tmp_path / "first", lessons=lessons)
    lesson = recall(lessons, next(lessons.iterdir()).stem)
    for number in range(9):
        keep(lessons, f"{number:064}", lesson)
    assert len(list(lessons.iterdir())) == 4
    keep(tmp_path / "first" / "model.json", "0" * 64, lesson)  # no folder: nothing is kept
