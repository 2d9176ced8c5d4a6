"""How long reading one file may take.

In: seconds. Out: a context that raises `DeadlineError` in the block that takes longer. On the main
thread of a process a signal does it, which also stops a regular expression; on another thread it
stops between two steps of Python only. `watchdog` ends the whole process where even that fails.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO, Any, NoReturn

# A block that does not stop so many seconds after it should has hung in foreign code.
_GRACE_S = 15
# Blocks that begin within so many seconds are watched as one.
_CLOSELY_S = 1


class DeadlineError(BaseException):
    """A block took too long; no `Exception`, so that nothing on the way takes it for its own."""


@contextmanager
def deadline(timeout_s: float | None) -> Iterator[None]:
    """Raise `DeadlineError` in the block when it takes longer than `timeout_s` seconds."""
    if not timeout_s:
        yield
        return
    by_signal = hasattr(signal, "setitimer") and (
        threading.current_thread() is threading.main_thread()
    )
    disarm = (_by_signal if by_signal else _by_thread)(timeout_s)
    try:
        yield
    finally:
        disarm()


def _by_signal(timeout_s: float) -> Callable[[], None]:
    def ring(number: int, frame: object) -> NoReturn:
        raise DeadlineError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, timeout_s)

    def disarm() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    return disarm


def _by_thread(timeout_s: float) -> Callable[[], None]:
    reader, lock, done = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()

    def ring() -> None:
        with lock:
            if not done.is_set():
                stop = ctypes.py_object(DeadlineError)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(reader, stop)

    timer = threading.Timer(timeout_s, ring)
    timer.daemon = True
    timer.start()

    def disarm() -> None:
        with lock:
            done.set()
        timer.cancel()

    return disarm


@contextmanager
def watchdog(timeout_s: float | None) -> Iterator[Callable[[], None]]:
    """End this process when a block has not stopped well after its deadline.

    Only for a process whose death somebody else survives. Yields what is to be called as each block
    begins: a thread waits, and to start one costs more than some blocks, so that it is not started
    anew for those that follow one another closely.
    """
    until = 0.0

    def begin() -> None:
        nonlocal until
        now = time.monotonic()
        if timeout_s and now >= until:
            until = now + _CLOSELY_S
            ends = timeout_s + _GRACE_S + _CLOSELY_S
            faulthandler.dump_traceback_later(ends, exit=True, file=_nowhere())

    try:
        yield begin
    finally:
        faulthandler.cancel_dump_traceback_later()


@cache
def _nowhere() -> IO[Any]:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 (open as long as the process)
