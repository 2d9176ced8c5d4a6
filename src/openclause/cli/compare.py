"""The compare command: licenses side by side."""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from openclause.cli import answering, completing, edge
from openclause.cli import common_options as common

if TYPE_CHECKING:
    from pathlib import Path

    from openclause.comparison import Source

_LEAST = 2


class CompareFormat(StrEnum):
    """The formats of `openclause compare`, by their names in `COMPARISON_FORMATS`."""

    table = "table"
    json = "json"
    markdown = "markdown"
    html = "html"


def compare(
    licenses: Annotated[
        list[str],
        typer.Argument(
            metavar="LICENSE",
            help="Files, ids of known licenses, or - for stdin.",
            autocompletion=completing.licenses,
        ),
    ],
    format: Annotated[
        CompareFormat, typer.Option("--format", "-f", help="For people or for programs.")
    ] = CompareFormat.table,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    folder: common.Corpus = None,
    model: common.Model = None,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Set licenses side by side, and tell which fits under which.

    Shows what one allows and another does not, the sentences of B that A lacks and those that
    differ, word by word, and for each pair whether a derivative of the one may be passed on under
    the other: allowed, not or unclear, with the clauses of both that decide. An id needs the texts
    of the corpus (`openclause corpus fetch`); a file comes before an id.

    \b
    Examples:
      openclause compare LICENSE MIT
      openclause compare Apache-2.0 GPL-2.0-only GPL-3.0-only
      openclause compare old.txt new.txt --format html --output changes.html
      cat terms.txt | openclause compare - Apache-2.0 --lang ko

    \b
    Exit codes: 0 compared, 2 wrong use or unreadable input, 130 interrupted.
    """
    edge.start_reading(quiet=quiet)
    if len(licenses) < _LEAST:
        edge.fail("give two licenses or more; see `openclause compare --help`")
    if licenses.count("-") > 1:
        edge.fail("-: stdin can be read once; give a file instead of the second -")
    answering.spare(output, licenses)
    from openclause.comparison import compare_documents
    from openclause.formats.comparison import COMPARISON_FORMATS

    sources = [_source(name, model=model, folder=folder) for name in licenses]
    page = answering.view(lang=lang, no_color=no_color, output=output)
    answer = COMPARISON_FORMATS[format.value](compare_documents(sources, model=model), page)
    answering.write(answer, output=output)


def _source(name: str, *, model: Path | None, folder: Path | None) -> Source:
    from openclause import documents
    from openclause.comparing import find_license
    from openclause.comparison import Source

    if name == "-":
        return Source(documents.read_stream(sys.stdin.buffer))
    return find_license(name, model=model, folder=folder)
