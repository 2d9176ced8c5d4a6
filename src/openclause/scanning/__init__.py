"""Folders, archives and tables of texts: one record a file, in an order of their own.

In: paths. Out: `Record` after `Record`. Files are found by `finding` and read by `analysis`; here
they go through a journal, a cache and worker processes. How a scan looks is left to `writers`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from openclause.finding import Limits
from openclause.scanning.records import Record, json_schema
from openclause.scanning.run import Plan, run
from openclause.scanning.sources import Columns

__all__ = ["Columns", "Plan", "Record", "json_schema", "run", "scan"]


def scan(  # noqa: PLR0913 (each is a choice of its own)
    *paths: str | os.PathLike[str],
    jobs: int | None = None,
    timeout_s: float | None = 120,
    ignored: bool = False,
    cache: Path | None = None,
    journal: Path | None = None,
    resume: bool = False,
    scheduler: str | None = None,
    text_column: str | None = None,
    id_column: str | None = None,
    model: Path | None = None,
    limits: Limits | None = None,
) -> Iterator[Record]:
    """Find the licenses in folders, files and archives, and read each.

    Yields one `Record` a file as soon as all before it are read; the order and the records do not
    depend on `jobs`. A file that cannot be read is a record with `error`.

    Parameters
    ----------
    paths
        Folders, files or archives; with `text_column`, Parquet files.
    jobs
        Worker processes; None takes as many as there are cores, 1 reads in this process.
    timeout_s
        Seconds for one file; None sets no limit.
    ignored
        Whether files count that git ignores.
    cache
        A folder in which readings are kept by the digest of the bytes; None keeps none.
    journal, resume
        A file that notes what was read; with `resume`, what it notes is not read again.
    scheduler
        The address of a Dask scheduler, `tcp://host:port`, whose workers read.
    text_column, id_column
        The columns of Parquet files that hold the texts and their names.
    model
        A model folder; by default the one that the package carries.
    limits
        How far the search for files goes.

    Raises
    ------
    DataError
        If a path does not exist, the journal cannot be kept, a Parquet file or column is missing,
        or an extra is not installed.
    ModelError
        If the model is missing or damaged.
    """
    plan = Plan(
        jobs=jobs,
        timeout_s=timeout_s,
        ignored=ignored,
        cache=cache,
        journal=journal,
        resume=resume,
        scheduler=scheduler,
        columns=Columns(text_column, id_column) if text_column else None,
        model=model,
        limits=limits or Limits(),
    )
    return run(paths, plan)
