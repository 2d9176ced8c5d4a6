"""A scan: what is found goes through journal, cache and workers, and comes out in its order.

In: paths and how to scan them. Out: one `Record` a file, in the order of `sources`, whatever the
number of workers. Nothing is held but one round of files in work and the next one gathered.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from openclause.finding import Limits, ModelFolders
from openclause.finding.discrepancies import Resolve
from openclause.messages import Language
from openclause.scanning.cache import Cache, Held
from openclause.scanning.edition import edition_of
from openclause.scanning.journal import Journal
from openclause.scanning.models import with_models
from openclause.scanning.reading import Reader, Task, Terms, suffix_of
from openclause.scanning.records import NOTHING, Item, Reading, Record, record
from openclause.scanning.sources import Columns, check, items
from openclause.scanning.together import together
from openclause.scanning.workers import Answer, Workers

if TYPE_CHECKING:
    from openclause.identity import Known

# A round: so many files, or so many bytes to read, for each worker.
_FILES = 192
_BYTES = 4_000_000
# So little is read in this process rather than to start others: bytes, and texts, which are one
# in so many of the places with a text if more of them may come.
_LITTLE, _BARE, _RARE = 400_000, 40, 10
_DIGEST = 64  # characters of a digest, before the suffix in a key

_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(Reading).decode


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How to scan.

    Attributes
    ----------
    jobs
        Processes; None takes as many as there are cores, and none for a handful of files.
    timeout_s
        For one file; None sets no limit.
    ignored
        Whether files count that git ignores.
    cache
        The folder of the cache, None for none.
    journal, resume
        A file that notes all that was read; with `resume` what it notes is not read again.
    scheduler
        The address of a Dask scheduler.
    columns
        Of Parquet files to read instead of folders.
    model
        A model folder.
    limits
        How far the search for files goes.
    lang
        The language of findings.
    reader
        What reads a file in place of openclause, to measure or to test all else.
    """

    jobs: int | None = None
    timeout_s: float | None = 120
    ignored: bool = False
    cache: Path | None = None
    journal: Path | None = None
    resume: bool = False
    scheduler: str | None = None
    columns: Columns | None = None
    model: Path | None = None
    limits: Limits = Limits()
    lang: Language = "en"
    reader: Reader | None = None


class _Place(msgspec.Struct):
    """An item in its place in the order, and what is known of it."""

    item: Item
    sha256: str | None = None
    key: str | None = None
    reading: Reading | None = None


class _Round(msgspec.Struct):
    """Some items in their order, what has to be read for them, and the work on it."""

    places: list[_Place]
    tasks: dict[str, Task]
    bytes: int = 0
    last: bool = False
    running: Iterator[Answer] = iter(())


def run(
    paths: Sequence[str | os.PathLike[str]],
    plan: Plan,
    *,
    watch: Callable[[int], None] = lambda files: None,
) -> Iterator[Record]:
    """Scan paths; one record a file, in order, round by round.

    Parameters
    ----------
    watch
        Called with how many more files are read each time that some are, in whatever order.

    Raises
    ------
    DataError
        If a path does not exist, the journal cannot be kept, a Parquet file or column is missing,
        or an extra is not installed.
    ModelError
        If the model is missing or damaged.
    """
    check(paths)
    with ExitStack() as rooms:
        edition = edition_of(plan.model)
        memory = _Memory(plan, edition, rooms)
        terms = Terms(
            edition=edition, timeout_s=plan.timeout_s, model=plan.model, reader=plan.reader
        )
        jobs = plan.jobs or _cores()
        workers = rooms.enter_context(closing(Workers(jobs, terms, scheduler=plan.scheduler)))
        models = ModelFolders()
        found = items(
            paths, ignored=plan.ignored, limits=plan.limits, columns=plan.columns, models=models
        )
        rounds = _ahead(_rounds(found, memory, workers.jobs), workers, plan)
        records: Iterator[Record] = chain.from_iterable(
            _finished(one, memory, watch) for one in rounds
        )
        if plan.columns is None:
            resolve = resolver_of(plan.model)
            records = together(records, resolve, lang=plan.lang)
            folders = models.folders
            records = with_models(records, folders, resolve, limits=plan.limits, lang=plan.lang)
        yield from records


def resolver_of(model: Path | None) -> Resolve:
    """Return what knows licenses by their names, read when the first is asked for."""

    @cache
    def known() -> Resolve:
        from openclause.finding.resolving import resolver
        from openclause.identity import load_index
        from openclause.references import names_of

        return resolver(names_of(load_index(model)))

    def resolve(name: str) -> Known | None:
        return known()(name)

    return resolve


def _cores() -> int:
    from joblib import cpu_count

    return int(cpu_count())


class _Memory:
    """What was read before: by this scan, also before it was interrupted, or by others.

    `latest` are the readings of the round that was finished last.
    """

    def __init__(self, plan: Plan, edition: str, rooms: ExitStack) -> None:
        self.latest: Mapping[str, Reading] = {}
        self.journal: Journal | None = None
        self.cache: Cache | Held | None = None
        if plan.journal is not None:
            journal = Journal(plan.journal, edition, resume=plan.resume)
            self.journal = rooms.enter_context(closing(journal))
        if plan.cache is not None:
            self.cache = rooms.enter_context(closing(Cache(plan.cache, edition)))
        elif self.journal is None:
            self.cache = rooms.enter_context(closing(Held()))

    def get(self, key: str) -> Reading | None:
        if self.journal and (noted := self.journal.get(key)):
            return noted
        kept = self.cache.get(key) if self.cache else None
        try:
            return _DECODE(kept) if kept else None
        except msgspec.DecodeError:
            return None

    def note(self, key: str, reading: Reading) -> None:
        if self.journal:
            self.journal.put([(key, reading)])

    def keep(self, readings: Mapping[str, Reading]) -> None:
        kept = [(key, _ENCODE(found)) for key, found in readings.items() if found.settled]
        if self.cache and kept:
            self.cache.put(kept)


def _rounds(found: Iterable[Item], memory: _Memory, jobs: int) -> Iterator[_Round]:
    """Gather items into rounds; equal bytes are read once, also if they are being read."""
    awaited: frozenset[str] = frozenset()
    one, first = _Round([], {}), True
    for item in found:
        place = _placed(item, memory)
        one.places.append(place)
        key, data = place.key, item.data or b""
        if key and place.reading is None and key not in one.tasks and key not in awaited:
            one.tasks[key] = Task(key, key[_DIGEST:], data)
            one.bytes += len(data)
        place.item = msgspec.structs.replace(item, data=None)
        if _is_full(one, jobs, first=first):
            yield one
            awaited, one, first = frozenset(one.tasks), _Round([], {}), False
    one.last = True
    yield one


def _is_full(one: _Round, jobs: int, *, first: bool) -> bool:
    """Tell whether a round is whole: the first one when it is worth the start of workers."""
    if first and (len(one.tasks) > _BARE or one.bytes > _LITTLE):
        return True
    return len(one.places) >= _FILES * jobs or one.bytes >= _BYTES * jobs


def _placed(item: Item, memory: _Memory) -> _Place:
    if item.data is None:
        return _Place(item, reading=NOTHING)
    digest = sha256(item.data).hexdigest()
    key = digest + suffix_of(item.path)
    return _Place(item, digest, key, memory.get(key))


def _ahead(rounds: Iterable[_Round], workers: Workers, plan: Plan) -> Iterator[_Round]:
    """Start each round before the one before it is handed on, so that workers never wait."""
    before: _Round | None = None
    alone = _Alone(workers, plan)
    for one in rounds:
        tasks = list(one.tasks.values())
        if tasks:
            one.running = (workers.here if alone.reads(one) else workers.start)(tasks)
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before


class _Alone:
    """What this process reads itself: all, or what is so little that others need not start."""

    def __init__(self, workers: Workers, plan: Plan) -> None:
        self._always = workers.jobs == 1 and plan.scheduler is None
        self._texts = _BARE if plan.jobs is None and plan.scheduler is None else 0
        self._bytes = _LITTLE

    def reads(self, one: _Round) -> bool:
        """Tell whether it reads a round; after the first that it does not, it reads no other."""
        if self._always:
            return True
        self._texts -= len(one.tasks)
        self._bytes -= one.bytes
        texts = sum(1 for place in one.places if place.key is not None)
        few = one.last or len(one.tasks) * _RARE <= texts
        if not few or self._bytes < 0:
            self._texts = -1
        return self._texts >= 0


def _finished(one: _Round, memory: _Memory, watch: Callable[[int], None]) -> Iterator[Record]:
    """Wait for a round's readings, keep them as they come, and yield its records in order."""
    read: dict[str, Reading] = {}
    watch(len(one.places) - len(one.tasks))
    for key, reading in one.running:
        read[key] = reading
        memory.note(key, reading)
        watch(1)
    memory.keep(read)
    before, memory.latest = memory.latest, read
    for place in one.places:
        reading = place.reading or read.get(place.key or "") or before[place.key or ""]
        yield record(place.item, reading, sha256=place.sha256)
