"""The command line: each command parses, calls one function of the library, and writes.

In: arguments. Out: an answer on stdout, everything else on stderr, an exit code. Nothing heavy is
imported before a command runs, so that `openclause --help` answers at once.
"""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

import gc
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openclause import __version__
from openclause.cli import answering, completing, edge
from openclause.cli import common_options as common
from openclause.cli.later import Commands

if TYPE_CHECKING:
    from openclause.analysis import Analysis

# In the order of the help, behind the commands of this module.
_LATER = {
    "scan": "openclause.cli.scan:scan",
    "check": "openclause.cli.check:check",
    "compare": "openclause.cli.compare:compare",
    "atlas": "openclause.cli.atlas:atlas",
    "train": "openclause.cli.train:train",
    "evaluate": "openclause.cli.evaluate:evaluate",
    "corpus": "openclause.cli.corpus:app",
}


class _Program(edge.Edge):
    """All commands, most of which are imported when they are asked for."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands(self.commands, _LATER)


app = edge.App(
    cls=_Program,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class AnalyzeFormat(StrEnum):
    """The formats of `openclause analyze`, by their names in `formats.FORMATS`."""

    text = "text"
    json = "json"
    html = "html"
    markdown = "markdown"
    sarif = "sarif"
    odrl = "odrl"
    spdx = "spdx"
    spdx3 = "spdx3"
    cyclonedx = "cyclonedx"


# Only these may say more where the corpus is there: to programs, one input has one answer.
_FOR_PEOPLE = frozenset({AnalyzeFormat.text, AnalyzeFormat.html, AnalyzeFormat.markdown})


class Vocabulary(StrEnum):
    """The vocabularies of others that an answer can be given in, as `vocabularies` names them."""

    lidetector = "lidetector"
    choosealicense = "choosealicense"


# Imports and tables are half a million objects that all stay; looking for garbage among them again
# and again takes a fifth of the start, and once more as the process ends a sixth of the whole.
_OBJECTS_BETWEEN_COLLECTIONS = 500_000


def main() -> None:
    """Run the command line."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    edge.open_streams()
    edge.take_one_interrupt()
    try:
        app(prog_name="openclause")
    finally:
        gc.freeze()


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"openclause {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def openclause(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
    lang: common.Language = common.Lang.en,
) -> None:
    """Read a license: its restricting clauses, quoted, and how open the whole is.

    A reading aid, not legal advice.

    \b
    Examples:
      openclause analyze LICENSE
      openclause analyze LICENSE --format json
      curl -s https://example.com/terms.txt | openclause analyze -
      openclause scan .
      openclause check . --policy open-source-only
      openclause compare LICENSE Apache-2.0
      openclause explain source-available

    \b
    Exit codes: 0 done, 1 faults that were asked for, or a model that is worse, 2 wrong use or
    unreadable input, 130 interrupted.

    \b
    Environment:
      OPENCLAUSE_LANG    the language, en or ko; before LC_ALL, LC_MESSAGES and LANG
      OPENCLAUSE_CACHE   the folder of what is kept between runs; empty, nothing is kept
      NO_COLOR           no colour
      FORCE_COLOR        colour also into pipes
      COLUMNS            the width of pages, in character cells
      EDITOR             the editor of `corpus add`
      SOURCE_DATE_EPOCH  the time that SPDX and CycloneDX name, in seconds since 1970

    \b
    See also:
      openclause COMMAND --help  examples and exit codes of one command
      openclause explain ID      what any id of an answer means
      man openclause             this page as a manual, where it is installed
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def analyze(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A document; - is stdin.")],
    format: Annotated[
        AnalyzeFormat, typer.Option("--format", "-f", help="For people or for programs.")
    ] = AnalyzeFormat.text,
    vocabulary: Annotated[
        Vocabulary | None,
        typer.Option("--vocabulary", help="Answer in the terms of others, as JSON."),
    ] = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Carry the text in spdx, spdx3 and cyclonedx.")
    ] = False,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    folder: common.Corpus = None,
    model: common.Model = None,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Read one document: how open it is, and why.

    Shows the category and its reasons, the clauses that restrict redistribution, derivatives and
    use, what is granted, and the criteria, each with quotes and lines. Sentences that it lacks of
    the known text that it comes near to are told by number; in text, html and markdown they are
    quoted where the texts of the corpus are there (`openclause corpus fetch`).

    \b
    Examples:
      openclause analyze LICENSE
      openclause analyze LICENSE --lang ko
      openclause analyze LICENSE --format json --output answer.json
      openclause analyze LICENSE --format html --output report.html
      openclause analyze LICENSE --vocabulary choosealicense
      cat LICENSE | openclause analyze - --no-color

    \b
    Exit codes: 0 read, 2 wrong use or unreadable input, 130 interrupted.
    """
    edge.start_reading(quiet=quiet)
    from openclause import documents
    from openclause.analysis import analyze_document
    from openclause.formats import BILLS, FORMATS

    if folder is not None and not folder.is_dir():
        edge.fail(f"{folder}: no such folder; give that of the records, or leave out --corpus")
    answering.spare(output, [file])
    if vocabulary is not None and format not in (AnalyzeFormat.text, AnalyzeFormat.json):
        edge.fail(f"--vocabulary answers as JSON; leave --format {format.value} out")
    if file == "-":
        document = documents.read_stream(sys.stdin.buffer)
    else:
        document = documents.read_path(Path(file))
    analysis = analyze_document(document, model=model)
    if vocabulary is not None:
        from openclause.vocabularies import export

        answer = answering.to_json(export(analysis, vocabulary.value))
    else:
        page = answering.view(lang=edge.answer_language(format), no_color=no_color, output=output)
        shown = document.text if with_text or format.value not in BILLS else None
        if format in _FOR_PEOPLE:
            analysis = _with_words(analysis, model=model, folder=folder)
        answer = FORMATS[format.value](analysis, page, shown)
    answering.write(answer, output=output)


def _with_words(analysis: Analysis, *, model: Path | None, folder: Path | None) -> Analysis:
    """Quote what is missing of the known text, where that is there."""
    if not any(match.lacks() for match in analysis.identification):
        return analysis
    from openclause.analysis import load_model
    from openclause.missing import with_words

    return with_words(analysis, load_model(model).index, folder=folder)


@app.command()
def explain(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="An id as it stands in an answer.", autocompletion=completing.ids
        ),
    ] = None,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Say what an id of an answer means.

    Knows terms, categories, criteria, rules and known licenses; without an ID, it lists the
    first three.

    \b
    Examples:
      openclause explain
      openclause explain flow-down
      openclause explain OSD-6 --lang ko
      openclause explain Apache-2.0

    \b
    Exit codes: 0 done, 2 no such id, 130 interrupted.
    """
    from openclause import explanation
    from openclause.formats.explanation import explanation_text, list_text

    said = edge.answer_language(format)
    page = answering.view(lang=said, no_color=no_color, output=output)
    found = explanation.explain(name, lang=said.value) if name else None
    if name and found is None:
        edge.fail(explanation.not_found(name, lang=edge.told_language()))
    if format is common.TextOrJson.json:
        answer = answering.to_json(found or explanation.listed(said.value))
    elif found:
        answer = explanation_text(found, page)
    else:
        answer = list_text(explanation.listed(said.value), page)
    answering.write(answer, output=output)
