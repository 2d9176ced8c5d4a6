"""Many readings at once: processes of this machine, or of a Dask cluster, through joblib.

In: the tasks of a round. Out: their readings, as each batch ends. Batches are balanced by length. A
worker that dies takes nothing along: what it had in hand is read once more, alone, and if that
dies too, it is a reading with `error`; all else is read as if nothing had been.
"""

from __future__ import annotations

import logging
import signal
import threading
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from openclause.errors import DataError, OpenClauseError
from openclause.scanning.reading import Task, Terms, marked, read_tasks
from openclause.scanning.records import Reading

_LOG = logging.getLogger(__name__)
_BATCHES = 12  # of a round, for each worker: the last ones are short
_BATCH = 32  # tasks at most
# Workers that die so often, and never of what one had in hand, die of something else.
_BLAMED = 4
# What a character costs less than a file does, in bytes.
_PER_FILE = 1500

# Of loky on workers that leave, and of joblib on work that is broken off: dealt with here.
_EXPECTED = ("A worker stopped", r"\d+ tasks which were still being processed")
# loky's thread that hands out work: told to kill its workers, as an interrupt does, it looks up
# work that it has just struck from its list, and dies of that with a traceback.
_MANAGER = "ExecutorManagerThread"
_AT_ONCE = 4  # rounds that may be under way
_ANSWER_S = 10  # a scheduler answers in
_STALLED_S = 600  # no batch of a cluster takes so long

Answer = tuple[str, Reading]  # the key of the task


class Workers:
    """A pool of `jobs` processes, or this process alone where `jobs` is 1.

    Parameters
    ----------
    scheduler
        The address of a Dask scheduler whose workers read instead; `jobs` then tells only how
        many batches are made.

    Raises
    ------
    DataError
        If there is no scheduler at the address, or the extra `dask` is not installed.
    """

    def __init__(self, jobs: int, terms: Terms, *, scheduler: str | None = None) -> None:
        self.jobs = jobs
        self._suspects: set[str] = set()
        self._rooms = ExitStack()
        self._rooms.enter_context(warnings.catch_warnings())
        for words in _EXPECTED:
            warnings.filterwarnings("ignore", message=words, category=UserWarning)
        self._running: deque[Iterator[Sequence[Answer]]] = deque(maxlen=_AT_ONCE)
        self._client = self._rooms.enter_context(_connected(scheduler)) if scheduler else None
        if self._client is not None:
            self.jobs = max(1, sum(self._client.nthreads().values()))
        elif jobs > 1:
            self._rooms.enter_context(_quiet_manager())
            folder = Path(self._rooms.enter_context(TemporaryDirectory(prefix="openclause-")))
            terms = msgspec.structs.replace(terms, marks=folder)
        self.terms = terms

    def start(self, tasks: Sequence[Task], *, deaths: int = 0) -> Iterator[Answer]:
        """Begin to read; readings come in any order while the caller may do other things.

        `deaths` counts how often workers died of these tasks already.
        """
        return _watched(self, tasks, self._begin(tasks), deaths)

    def here(self, tasks: Sequence[Task]) -> Iterator[Answer]:
        """Read in this process, where starting others would take longer."""
        terms = msgspec.structs.replace(self.terms, marks=None)
        for task in tasks:
            yield task.key, read_tasks([task], terms)[0]

    def close(self) -> None:
        """Let the processes go, whatever they have in hand."""
        for running in self._running:
            getattr(running, "close", lambda: None)()
        if self.terms.marks is not None and self._running:
            from joblib.externals.loky import get_reusable_executor

            # Whatever it was made with: a new one in its place would let the old one end slowly.
            get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)
        self._rooms.close()

    def _begin(self, tasks: Sequence[Task]) -> Iterator[Sequence[Answer]]:
        from joblib import Parallel, delayed, parallel_config

        batches = list(balanced(tasks, self.jobs * _BATCHES))
        backend: dict[str, Any] = {"backend": "loky"} if self._client is None else {
            "backend": "dask", "client": self._client,
        }  # fmt: skip
        # joblib is not told of a Dask task that was given up; other processes have a watchdog.
        stalled_s = max(_STALLED_S, 4 * (self.terms.timeout_s or 0)) if self._client else None
        with parallel_config(**backend, n_jobs=self.jobs), _uninterrupted():
            run = Parallel(
                return_as="generator_unordered",
                batch_size=1,
                pre_dispatch="all",
                max_nbytes=None,
                timeout=stalled_s,
            )
            found: Iterator[Sequence[Answer]] = run(
                delayed(_answered)(batch, self.terms) for batch in batches
            )
            self._running.append(found)
        return found

    def again(self, rest: Sequence[Task], deaths: int) -> Iterator[Answer]:
        """Read what was left when a worker died: alone what a worker had in hand, or may have."""
        if self.terms.marks:
            self._suspects |= marked(self.terms.marks)
        if self._client is not None and not self._client.nthreads():
            raise DataError("the cluster has lost all its workers; start some, then go on")
        blind = self.terms.marks is None or deaths > _BLAMED
        alone = [task for task in rest if blind or task.key in self._suspects]
        others = [task for task in rest if not blind and task.key not in self._suspects]
        for task in alone:
            yield task.key, self._alone(task)
        if others:
            yield from self.start(others, deaths=deaths)

    def _alone(self, task: Task) -> Reading:
        """Read what may have killed a worker; one of a later round may kill its worker again.

        When one dies, so does the other: only what was in hand without company is to blame.
        """
        for _ in range(_BLAMED):
            try:
                ((_, reading),) = (answer for some in self._begin([task]) for answer in some)
            except OpenClauseError:
                raise
            except Exception:
                dead = marked(self.terms.marks) if self.terms.marks else {task.key}
                self._suspects |= dead - {task.key}
                if dead == {task.key}:
                    break
            else:
                return reading
        return Reading(error=_DIED)


_DIED = (
    "the process that read it died, twice: out of memory, or a fault in a library; read it alone "
    "with `openclause analyze`"
)


def _answered(tasks: Sequence[Task], terms: Terms) -> list[Answer]:
    """Read a batch in a worker."""
    keys = [task.key for task in tasks]
    return list(zip(keys, read_tasks(tasks, terms), strict=True))


def _watched(
    workers: Workers,
    tasks: Sequence[Task],
    running: Iterator[Sequence[Answer]],
    deaths: int,
) -> Iterator[Answer]:
    rest = {task.key: task for task in tasks}
    try:
        for answers in running:
            for key, reading in answers:
                del rest[key]
                yield key, reading
    except OpenClauseError:
        raise
    except ImportError as error:
        raise DataError(f"a worker lacks openclause or a part of it ({error})") from error
    except Exception:  # loky and Dask each have a family of errors for workers that died
        _LOG.debug("a worker died", exc_info=True)
        yield from workers.again(list(rest.values()), deaths + 1)


def balanced(tasks: Iterable[Task], parts: int) -> Iterator[list[Task]]:
    """Cut tasks, the longest first, into batches that cost about the same."""
    order = sorted(tasks, key=lambda task: (-len(task.data), task.key))
    share = sum(len(task.data) + _PER_FILE for task in order) / parts
    batch: list[Task] = []
    cost = 0
    for task in order:
        batch.append(task)
        cost += len(task.data) + _PER_FILE
        if cost >= share or len(batch) == _BATCH:
            yield batch
            batch, cost = [], 0
    if batch:
        yield batch


@contextmanager
def _quiet_manager() -> Iterator[None]:
    """Keep loky's thread from saying of which missing work it dies; let all others speak."""
    before = threading.excepthook

    def say(ended: threading.ExceptHookArgs) -> None:
        ours = ended.thread is not None and ended.thread.name == _MANAGER
        if not (ours and issubclass(ended.exc_type, KeyError)):
            before(ended)

    threading.excepthook = say
    try:
        yield
    finally:
        threading.excepthook = before


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes that interrupts do not reach; one that comes meanwhile is taken after that.

    `close` ends them. While they start, each would die of an interrupt with a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from joblib.externals.loky.backend import resource_tracker as of_loky

    # Or joblib starts them, and lets interrupts through again: that of Python, before 1.6 its own.
    resource_tracker.ensure_running()
    of_loky.ensure_running()
    with _deferred():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _deferred() -> Iterator[None]:
    """Take interrupts that other threads got when this is over; a hook of `fork` loses them."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            signal.raise_signal(signal.SIGINT)


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise DataError(
            f"{address}: a Dask cluster needs the extra dask; pip install 'openclause[dask]'"
        ) from error
    try:
        return Client(address, timeout=_ANSWER_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise DataError(
            f"{address}: no Dask scheduler answers ({error}); check the address"
        ) from error
