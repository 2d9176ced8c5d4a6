"""Where the program meets the world: common options, what is written where, and how it ends.

Answers go to stdout or `--output`, all else to stderr. Whatever goes wrong on purpose ends in one
line and exit code 2; an interrupt ends in 130; a reader that closes the pipe ends nothing loudly.
"""

# Commands import what they use, when they use it.
# ruff: noqa: A002

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from openclause.errors import OpenClauseError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from openclause.page import View

DONE, VIOLATED, WRONG, INTERRUPTED = 0, 1, 2, 130
# The page for a reader of unknown width, in character cells.
_WIDTH = 88


class Lang(StrEnum):
    """The languages that people read answers in."""

    en = "en"
    ko = "ko"


class TextOrJson(StrEnum):
    """The formats of an answer that is for people or for programs."""

    text = "text"
    json = "json"


class Split(StrEnum):
    """The splits of the corpus."""

    train = "train"
    dev = "dev"
    test = "test"


AnyFormat = Annotated[
    TextOrJson, typer.Option("--format", "-f", help="For people or for programs.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the answer to FILE, not to stdout."),
]
Language = Annotated[Lang, typer.Option("--lang", help="The language of names and headings.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress and no logs.")]
NoColor = Annotated[
    bool, typer.Option("--no-color", help="Write without colour; NO_COLOR does the same.")
]
Model = Annotated[
    Path | None,
    typer.Option("--model", metavar="FOLDER", help="A model of your own; see `openclause train`."),
]
Corpus = Annotated[
    Path | None,
    typer.Option(
        "--corpus", metavar="FOLDER", help="The folder of records; found above here by default."
    ),
]

Corpora = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        metavar="FOLDER",
        help="A folder of records; found above here by default, given again for several.",
    ),
]
Models = Annotated[
    list[Path] | None,
    typer.Option("--model", metavar="FOLDER", help="A model; given again to compare with it."),
]


class Edge(TyperGroup):
    """The command group that turns every end into an exit code and at most one line."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line and exit."""
        try:
            code = super().main(*args, **(kwargs | {"standalone_mode": False}))
        except OpenClauseError as error:
            code = _complain(str(error))
        except (KeyboardInterrupt, typer.Abort):
            code = INTERRUPTED
        except Exception as error:
            code = _complain(_usage(error))
        sys.exit(code if isinstance(code, int) else DONE)


def _usage(error: Exception) -> str:
    """Return what is wrong with a command line; any other exception is a bug and goes on."""
    said = getattr(error, "format_message", None)
    if said is None:
        raise error
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "openclause"
    return f"{said().rstrip('.')}; see `{path} --help`"


def _complain(words: str) -> int:
    line = " ".join(words.split())
    sys.stderr.write(f"openclause: {line}\n")
    return WRONG


def fail(words: str) -> NoReturn:
    """End with one line on stderr and the exit code of wrong use."""
    raise typer.Exit(_complain(words))


def start(*, quiet: bool) -> None:
    """Let the library's logs through to stderr, or only its errors."""
    level = logging.ERROR if quiet else logging.WARNING
    logging.basicConfig(level=level, format="openclause: %(message)s", stream=sys.stderr)


def view(*, lang: Lang, no_color: bool, output: Path | None) -> View:
    """Return for whom an answer is: a terminal in its width and colour, or a plain page."""
    from openclause.page import View

    terminal = output is None and sys.stdout.isatty()
    plain = no_color or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    width = shutil.get_terminal_size((_WIDTH, 24)).columns if output is None else _WIDTH
    return View(lang=lang.value, width=width, color=terminal and not plain)


def write(answer: str, *, output: Path | None) -> None:
    """Write an answer as UTF-8 to a file, or to stdout."""
    if output is None:
        _to_stdout(answer)
        return
    try:
        output.write_text(answer, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"{output}: cannot be written: {error.strerror}; choose another --output")


def write_record(
    found: object,
    page: Iterable[RenderableType],
    *,
    format: TextOrJson,
    output: Path | None,
    no_color: bool,
) -> None:
    """Write a record as JSON, or the page that shows it to people."""
    from openclause.page import render

    shown = view(lang=Lang.en, no_color=no_color, output=output)
    answer = to_json(found) if format is TextOrJson.json else render(page, view=shown)
    write(answer, output=output)


def to_json(found: object) -> str:
    """Return a record as indented JSON."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def _to_stdout(answer: str) -> None:
    try:
        sys.stdout.buffer.write(answer.encode("utf-8"))
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
        raise typer.Exit(DONE) from None


def hush() -> None:
    """Let nothing more be written to stdout: Python flushes it once more as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress(names: dict[str, str], *, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that shows how far each stage is, on a terminal's stderr only."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(names.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
