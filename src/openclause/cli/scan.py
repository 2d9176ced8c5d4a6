"""The scan command: folders, archives and tables of texts to one table, while you watch.

Records go to stdout or `--output` as they come, progress to stderr. An `--output` file is there
whole or not at all; what was read before a trouble stays in the journal and the cache.
"""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openclause.cli import answering, edge
from openclause.cli import common_options as common
from openclause.cli import scan_options as options

if TYPE_CHECKING:
    from openclause.cli.scan_progress import Progress
    from openclause.scanning import Plan, Record

# What these say of a file is in one language, so that records can be put together.
_RECORDS = ("jsonl", "csv", "parquet")


class ScanFormat(StrEnum):
    """The formats of `openclause scan`, by their names in `writers.WRITERS`."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"
    sarif = "sarif"
    html = "html"


def scan(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Folders, files or archives.")
    ],
    format: Annotated[
        ScanFormat, typer.Option("--format", "-f", help="For people or for programs.")
    ] = ScanFormat.table,
    output: common.Output = None,
    jobs: options.Jobs = None,
    timeout_s: options.Timeout = options.TIMEOUT_S,
    journal: Annotated[
        Path | None,
        typer.Option("--journal", metavar="FILE", help="Note in FILE what was read."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option("--resume", metavar="FILE", help="Go on with the journal FILE, or begin it."),
    ] = None,
    cache: options.Cache = True,
    cache_dir: options.CacheDir = None,
    ignored: options.Ignored = False,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="tcp://...", help="Let a Dask cluster read."),
    ] = None,
    text_column: Annotated[
        str | None,
        typer.Option(
            "--text-column", metavar="NAME", help="The column of texts in .parquet files."
        ),
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option("--id-column", metavar="NAME", help="The column of their names."),
    ] = None,
    lang: common.Language = common.Lang.en,
    model: common.Model = None,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Find the licenses in folders and archives, and read each.

    One record a file, in an order that does not depend on --jobs. A file that cannot be read is a
    record with an error.

    \b
    Examples:
      openclause scan .
      openclause scan ~/models --format csv --output models.csv
      openclause scan src vendor.zip --format sarif --output scan.sarif
      openclause scan /archive --format jsonl --resume archive.journal --output archive.jsonl
      openclause scan blobs.parquet --text-column text --id-column id -f parquet -o out.parquet
      openclause scan /archive --scheduler tcp://10.0.0.1:8786

    \b
    Exit codes: 0 scanned, 2 wrong use, no room or no such path, 130 interrupted.
    """
    edge.start_reading(quiet=quiet)
    from openclause.scanning import Columns, Plan

    if journal is not None and resume is not None:
        edge.fail("--journal begins a journal and --resume goes on with one; give one of them")
    if id_column is not None and text_column is None:
        edge.fail("--id-column needs --text-column")
    if text_column is None and any(path.suffix == ".parquet" for path in paths):
        edge.fail("a .parquet file needs --text-column, the name of the column of texts")
    answering.spare(output, [*paths, journal, resume])
    if format is ScanFormat.parquet and output is None and sys.stdout.isatty():
        edge.fail("Parquet is no text for a terminal; name a file with --output")
    said = edge.answer_language(format)
    plan = Plan(
        jobs=jobs,
        timeout_s=timeout_s or None,
        ignored=ignored,
        cache=options.cache_folder(cache=cache, cache_dir=cache_dir),
        journal=resume or journal,
        resume=resume is not None,
        scheduler=scheduler,
        columns=Columns(text_column, id_column) if text_column else None,
        model=model,
        lang="en" if format.value in _RECORDS else said.value,
    )
    page = answering.view(lang=said, no_color=no_color, output=output)
    _run(paths, plan, format=format, page=page, output=output, quiet=quiet)


def _run(
    paths: list[Path],
    plan: Plan,
    *,
    format: ScanFormat,
    page: Any,
    output: Path | None,
    quiet: bool,
) -> None:
    from openclause.cli.scan_progress import shown
    from openclause.scanning import run
    from openclause.scanning.tallies import Tallies, counted
    from openclause.scanning.writers import WRITERS

    tallies = Tallies()
    try:
        with shown(paths, plan, quiet=quiet) as progress:
            records = _begun(counted(run(paths, plan, watch=progress.add), tallies))
            _write(_paused(WRITERS[format.value](records, page), progress), output, plan)
    except KeyboardInterrupt:
        words = f"interrupted after {progress.files:,} files{_hint(plan)}"
        edge.note(edge.tell(words))
        raise
    if output is not None and not quiet:
        from openclause.page import View
        from openclause.scanning.writers.table import totals

        edge.note(f"{output}: {totals(tallies, View(lang=edge.told_language()))}")


def _begun(records: Iterator[Record]) -> Iterator[Record]:
    """Wait for the first record, so that what is refused is refused before anything is written."""
    return chain(list(islice(records, 1)), records)


def _paused(parts: Iterable[bytes], progress: Progress) -> Iterator[bytes]:
    """Take the bar away while there is something to write: it may be to the same terminal."""
    for part in parts:
        progress.pause()
        yield part


def _hint(plan: Plan) -> str:
    if plan.journal is None:
        return "; with --resume FILE a scan can go on where it was"
    return f"; go on with --resume {plan.journal}"


def _write(parts: Iterable[bytes], output: Path | None, plan: Plan) -> None:
    try:
        if output is None:
            answering.to_stdout(parts)
        else:
            _to_file(parts, output)
    except OSError as error:
        name = output or "stdout"
        edge.fail(
            f"{name}: cannot be written: {error.strerror}; choose another --output{_hint(plan)}"
        )


def _to_file(parts: Iterable[bytes], output: Path) -> None:
    """Write a file of our own beside the wanted one, which takes its place when it is whole."""
    if output.exists() and not output.is_file():  # a device or a pipe
        with output.open("wb", buffering=0) as stream:
            for part in parts:
                stream.write(part)
        return
    beside = output.with_name(f".openclause-{token_hex(8)}.part")
    try:
        with beside.open("xb") as stream:
            for part in parts:
                stream.write(part)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
