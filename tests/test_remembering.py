from __future__ import annotations

from openclause.remembering import LONGEST, Remembered


def test_a_word_is_asked_for_once() -> None:
    asked: list[str] = []
    table = Remembered(lambda word: asked.append(word) or len(word), most=9)
    assert [table["may"], table["not"], table["may"]] == [3, 3, 3]
    assert asked == ["may", "not"]


def test_a_full_table_is_begun_anew() -> None:
    table = Remembered(len, most=2)
    assert [table[word] for word in ("a", "bc", "def", "a")] == [1, 2, 3, 1]
    assert dict(table) == {"def": 3, "a": 1}


def test_what_is_no_word_is_not_kept() -> None:
    table = Remembered(len, most=2)
    assert table["x" * (LONGEST + 1)] == LONGEST + 1
    assert not table
