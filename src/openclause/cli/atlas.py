"""The atlas command: the map of openness over the corpus, or over what a scan found."""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openclause.cli import answering, edge
from openclause.cli import common_options as common

if TYPE_CHECKING:
    from openclause.atlas import Atlas


class AtlasFormat(StrEnum):
    """The formats of `openclause atlas`."""

    html = "html"
    json = "json"


def atlas(
    folder: common.Corpus = None,
    scan: Annotated[
        Path | None,
        typer.Option("--scan", metavar="FILE", help="Records of `openclause scan -f jsonl`."),
    ] = None,
    read: Annotated[
        bool, typer.Option("--read", help="Read the texts that nobody annotated; takes a minute.")
    ] = False,
    format: Annotated[
        AtlasFormat, typer.Option("--format", "-f", help="For people or for programs.")
    ] = AtlasFormat.html,
    output: common.Output = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Processes that read, with --read.")
    ] = 1,
    lang: common.Language = common.Lang.en,
    model: common.Model = None,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Draw the map of openness over the corpus or a scan.

    One page: counts by category, what the licenses of each category allow, ask and forbid, the
    licenses of models in time, which limits stand together, and families. The page needs no
    network. It is made of what readers reviewed; no text is read anew without --read.

    \b
    Examples:
      openclause atlas --output atlas.html
      openclause atlas --read --jobs 2 --output atlas.html
      openclause scan ~/models --format jsonl --output records.jsonl
      openclause atlas --scan records.jsonl --lang ko --output models.html

    \b
    Exit codes: 0 drawn, 2 wrong use or unreadable input, 130 interrupted.
    """
    edge.start(quiet=quiet)
    if scan is not None and (folder is not None or read):
        edge.fail("--scan draws what a scan found; leave --corpus and --read out")
    answering.spare(output, [scan])
    from openclause.atlas import html

    if scan is not None:
        drawn = _of_scan(scan)
    else:
        drawn = _of_corpus(folder, read=read, model=model, jobs=jobs, lang=lang, quiet=quiet)
    page = answering.view(lang=lang, no_color=no_color, output=output)
    answer = answering.to_json(drawn) if format is AtlasFormat.json else html(drawn, page)
    answering.write(answer, output=output)


def _of_scan(path: Path) -> Atlas:
    from openclause.atlas import count, scan_entries

    entries, skipped = scan_entries(path)
    return count(entries, origin="scan", skipped=skipped)


def _of_corpus(
    folder: Path | None,
    *,
    read: bool,
    model: Path | None,
    jobs: int,
    lang: common.Lang,
    quiet: bool,
) -> Atlas:
    from openclause.atlas import corpus_entries, count
    from openclause.corpus import default_folder
    from openclause.messages import message

    names = {"read": message("atlas.reading", lang.value)}
    with edge.progress(names, quiet=quiet) as show:
        entries = corpus_entries(
            folder or default_folder(), read=read, model=model, jobs=jobs, progress=show
        )
    return count(entries, origin="corpus")
