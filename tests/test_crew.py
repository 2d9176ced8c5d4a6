"""Work that two processes share: its order, and how each of them adds up."""

from __future__ import annotations

import os

import pytest

from openclause.crew import answers


def test_answers_come_in_the_order_of_the_calls() -> None:
    assert list(answers(divmod, [(7, 2), (9, 4), (1, 3)])) == [(3, 1), (2, 1), (0, 1)]
    assert list(answers(divmod, [])) == []


def test_other_processes_answer_by_one_thread_each() -> None:
    (threads,) = answers(os.getenv, [("OPENBLAS_NUM_THREADS",)])
    (process,) = answers(os.getpid, [()])
    assert threads == "1"
    assert process != os.getpid()


def test_what_goes_wrong_in_a_call_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(answers(divmod, [(7, 2), (1, 0)]))
