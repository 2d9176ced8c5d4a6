"""No regular expression of the package, in code or in data, makes a short text cost much.

Each is tried with texts made to slow it down: by itself, where more than a square would show, and
as a document, where all that reads documents must take time in proportion to it.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from time import process_time

import expressions
import pytest
from expressions import Expression

from openclause.analysis import analyze_document
from openclause.documents import read_text

# Characters: here a square costs a millisecond, a cube a second, all beyond it minutes.
SHORT = 400
# Characters, and how many times the time for ordinary text of that length a document may take.
LONG, GENEROUS = 20_000, 25
# How many of the documents the default run tries.
SAMPLE = 40

# Ways to make a reader look at the same characters again and again; each was slow once.
PUMPED = {
    "gaps between words of an opening": lambda n: "licensed to" + "#" * n,
    "empty lines behind a semicolon": lambda n: "x;" + "\n" * n,
    "lead-ins in a row": lambda n: "if a:\f\f\f " * (n // 10),
    "lead-ins on lines": lambda n: "if a:\n\n\n" * (n // 8),
    "lines of a word": lambda n: "\fõõõ" * (n // 4),
}

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a clock to stop by")


@cache
def collected() -> tuple[Expression, ...]:
    """Return what is compiled from code, and what data files hold, without repetition."""
    command = [sys.executable, expressions.__file__]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [
        ((pattern.encode("latin-1") if binary else pattern), flags)
        for binary, pattern, flags in json.loads(said)
    ]
    known = {pattern for pattern, _ in rows}
    data = sorted(each for each in expressions.in_data() if each[0] not in known)
    return (*rows, *data)


def stopped(expression: Expression, text: str | bytes) -> bool:
    """Tell whether a search takes more than a second of the processor."""

    def stop(*_: object) -> None:
        raise TimeoutError

    pattern = re.compile(*expression)
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1.0)
    try:
        pattern.search(text)  # type: ignore[arg-type]
    except TimeoutError:
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return False


def test_hundreds_of_expressions_are_collected_from_code_and_data():
    patterns = [pattern for pattern, _ in collected()]
    assert len(patterns) > 1_000
    assert any("licen[sc]e" in str(pattern) for pattern in patterns)
    assert any(isinstance(pattern, bytes) for pattern in patterns)


@pytest.mark.parametrize(
    ("pattern", "slow"), [(r"(?:a|b|ab)*c", True), (r"(\w+\s?)+:", True), (r"[ab]*c", False)]
)
def test_a_catastrophic_expression_is_caught(pattern, slow):
    texts = [*expressions.pumped((pattern, 0), SHORT), "a" * SHORT]
    assert any(stopped((pattern, 0), text) for text in texts) == slow


def test_no_expression_costs_more_than_a_square():
    slow = {
        each
        for each in collected()
        for text in expressions.pumped(each, SHORT)
        if stopped(each, text)
    }
    assert slow == set()


def documents() -> Iterator[str]:
    """Yield the texts that slow expressions down, as documents."""
    for expression in collected():
        if isinstance(expression[0], str):
            for text in dict.fromkeys(expressions.pumped(expression, LONG)):
                assert isinstance(text, str)
                yield text


def cost(text: str) -> float:
    begin = process_time()
    analyze_document(read_text(text))
    return process_time() - begin


def ordinary(length: int) -> float:
    """Return what ordinary text of a length costs, once all is loaded."""
    said = "You may copy the work, change it and give it to others.\nYou may not sell it.\n\n"
    analyze_document(read_text(said))
    return max(cost(said * (length // len(said))), 0.05)


def too_slow(texts: list[str]) -> list[str]:
    most = GENEROUS * ordinary(LONG)
    return [text[:80] for text in texts if cost(text) > most]


def test_texts_that_slow_expressions_down_cost_like_others():
    texts = sorted(set(documents()))
    assert len(texts) > 10_000
    assert too_slow(texts[:: len(texts) // SAMPLE]) == []


@pytest.mark.slow
def test_texts_that_slow_expressions_down_cost_like_others_all_of_them():
    texts = sorted(set(documents()))
    assert too_slow(texts[::12]) == []


@pytest.mark.parametrize("name", PUMPED)
def test_four_times_the_text_takes_about_four_times_as_long(name):
    """A square would take sixteen times as long; short times tell nothing."""
    make = PUMPED[name]
    ordinary(1_000)
    short, long = cost(make(10_000)), cost(make(40_000))
    assert long < max(10 * short, 1.5)


def test_documents_of_the_tests_are_there_to_be_read():
    assert any(Path(expressions.DOCUMENTS).rglob("*"))
