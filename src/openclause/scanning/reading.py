"""The work of a worker process: bytes in, what they say out.

In: tasks (a key, the suffix of a name, bytes). Out: a `Reading` each, in the same order. The model
is loaded once a process. Nothing that a text does stops the others: what cannot be read, takes too
long or runs into a mistake of ours is a `Reading` with `error`.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

import msgspec

from openclause.errors import DocumentError, ModelError
from openclause.lines import LineNumbers
from openclause.scanning.deadlines import DeadlineError, deadline, watchdog
from openclause.scanning.edition import edition_of
from openclause.scanning.records import NEARLY, Identified, Passage, Reading

if TYPE_CHECKING:
    from openclause.clauses import Clause
    from openclause.deciding import Verdict
    from openclause.documents import Document
    from openclause.identity import Match

# The suffixes that say how bytes are to be read; others say nothing that the bytes do not.
_TELLING = frozenset({".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx"})
_KEY = 96  # bytes of a mark
# The reader is one a process, and its tables are not made for two threads at once.
_ONE_AT_A_TIME = Lock()
_QUOTE = 200  # characters
_LOOK_S = 1


class Task(msgspec.Struct, frozen=True):
    """Bytes to read; equal keys are equal bytes that are read in the same way."""

    key: str
    suffix: str
    data: bytes


Reader = Callable[[Task, Path | None], Reading]


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How tasks are to be read.

    `edition` is what the asking process reads with; `marks` a folder where a worker process notes
    what it has in hand, so that one which dies names its murderer. `reader` takes the place of
    `read_task`, to measure or to test all else.
    """

    edition: str
    timeout_s: float | None = None
    model: Path | None = None
    marks: Path | None = None
    reader: Reader | None = None


def suffix_of(path: str) -> str:
    """Return the suffix of a name if it says how the bytes are to be read, else an empty one."""
    suffix = path[path.rfind(".") :].lower() if "." in path else ""
    return suffix if suffix in _TELLING else ""


def read_tasks(tasks: Sequence[Task], terms: Terms) -> list[Reading]:
    """Read tasks one after another; one answer each, in their order.

    Raises
    ------
    ModelError
        If the model is missing or damaged, or this process reads with another one, or with
        another version of openclause, than the process that asks.
    """
    if _edition(terms.model) != terms.edition:
        raise ModelError(
            "a worker has another version of openclause or of its model than the scan that it "
            "works for; install the same on all machines"
        )
    if terms.reader is None:
        from openclause.analysis import load_model

        load_model(terms.model)
    if terms.marks is not None:
        _follow()
    with _ONE_AT_A_TIME, _marking(terms) as mark:
        found = [_timed(task, terms, mark) for task in tasks]
    if terms.marks is not None:
        _settle()
    return found


@cache
def _edition(model: Path | None) -> str:
    return edition_of(model)


@cache
def _follow() -> None:
    """Leave interrupts to the process that scans, and end soon after it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_S)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


@cache
def _settle() -> None:
    """Take what the first texts brought into memory, which all stays, out of garbage collection.

    loky, where it cannot measure memory, goes through all that is there every second.
    """
    gc.freeze()


_Mark = Callable[[str], None]


@contextmanager
def _marking(terms: Terms) -> Iterator[_Mark]:
    """Yield what notes, by its key, which text a worker process has in hand from now on.

    It stands in a small file, and a text that hangs is the end of the process.
    """
    if terms.marks is None:
        yield lambda key: None
        return
    path = terms.marks / str(os.getpid())
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)

    def mark(key: str) -> None:
        begin()
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, key.encode().ljust(_KEY))

    try:
        with watchdog(terms.timeout_s) as begin:
            yield mark
    finally:
        os.close(file)
    path.unlink(missing_ok=True)


def marked(folder: Path) -> frozenset[str]:
    """Return what processes had in hand when they died, and forget it."""
    keys = set()
    for path in folder.iterdir():
        keys.add(path.read_text("utf-8").strip())
        path.unlink(missing_ok=True)
    return frozenset(keys)


def _timed(task: Task, terms: Terms, mark: _Mark) -> Reading:
    mark(task.key)
    try:
        with deadline(terms.timeout_s):
            return (terms.reader or read_task)(task, terms.model)
    except DeadlineError:
        return Reading(error=timed_out(terms.timeout_s))


def timed_out(timeout_s: float | None) -> str:
    """Return what is said of a file that took too long."""
    return f"takes longer than {timeout_s:g} s to read; allow more with --timeout-s"


def read_task(task: Task, model: Path | None) -> Reading:
    """Read one task; what cannot be read is a `Reading` with `error`."""
    from openclause import documents
    from openclause.analysis import load_model
    from openclause.deciding import verdict_of

    name = f"text{task.suffix}"
    try:
        document = documents.read_bytes(task.data, path=name)
        return reading_of(verdict_of(document, load_model(model), outlined=False), document)
    except DocumentError as error:
        return Reading(error=str(error).removeprefix(f"{name}: "))
    except Exception as error:
        # A scan of a million files does not end at a mistake of ours in one of them.
        logging.getLogger(__name__).debug("%s", task.key, exc_info=True)
        said = " ".join(f"{type(error).__name__}: {error}".split())[:_QUOTE]
        return Reading(error=f"a mistake of openclause ({said}); please report it with the file")


def _near(verdict: Verdict) -> tuple[str, ...]:
    """Return the ids of all known licenses that a text nearly is.

    The best few are told; only if all of those are near, there may be more.
    """
    near = _nearly(verdict.identification)
    more = near and len(near) == len(verdict.identification)
    return _nearly(verdict.alike) if more else near


def _nearly(matches: Sequence[Match]) -> tuple[str, ...]:
    return tuple(match.id for match in matches if match.similarity >= NEARLY)


def reading_of(verdict: Verdict, document: Document) -> Reading:
    """Return what a scan keeps of what a document comes to."""
    openness, best = verdict.openness, verdict.identification[:1]
    restricting = [clause for clause in verdict.clauses if clause.restricts]
    lines = LineNumbers(document.text)
    return Reading(
        category=openness.category,
        rank=openness.rank,
        confidence=openness.confidence,
        needs_review=openness.needs_review,
        identification=next(
            (
                Identified(one.id, one.spdx_id, one.name, _of_whole(verdict, document), one.exact)
                for one in best
            ),
            None,
        ),
        near=_near(verdict),
        restricting=tuple(sorted({clause.term for clause in restricting})),
        passages=tuple(_passage(clause, lines) for clause in restricting),
        terms=tuple(sorted({f"{one.term}/{one.modality}" for one in verdict.clauses})),
        reasons=tuple(reason.rule for reason in openness.reasons),
        addendum=openness.addendum,
        by_reference=openness.by_reference,
        media_type=document.media_type,
        warnings=verdict.warnings,
    )


def _of_whole(verdict: Verdict, document: Document) -> float:
    """Return how like the first license a file is as a whole, if it joins several of them."""
    best, *others = verdict.identification
    parts = verdict.openness.parts
    if not others or len(parts) <= 1:
        return best.similarity
    longest = max(part.end - part.start for part in parts)
    return round(best.similarity * min(longest / max(len(document.text), 1), 1.0), 3)


def _passage(clause: Clause, lines: LineNumbers) -> Passage:
    line, column = _place(lines, clause.start)
    end_line, end_column = _place(lines, clause.end)
    flat = " ".join(clause.text.split())
    return Passage(
        term=clause.term,
        modality=clause.modality,
        restricts=clause.restricts,
        start=clause.start,
        end=clause.end,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        quote=flat if len(flat) <= _QUOTE else flat[: _QUOTE - 1].rstrip() + "…",
    )


def _place(lines: LineNumbers, offset: int) -> tuple[int, int]:
    """Return the line and column, from 1, of a character."""
    line = lines.of(offset)
    return line, offset - lines.starts[line - 1] + 1
