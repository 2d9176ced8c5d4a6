"""Answers on their way out: for whom they are written, and where they go.

In: an answer, or the page that shows it. Out: bytes on stdout or in the file of `--output`. What is
told beside an answer, and how a command ends, is for `edge`.
"""

# Commands import what they use, when they use it.
# ruff: noqa: A002

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from openclause.cli import edge
from openclause.cli.common_options import Lang, TextOrJson

if TYPE_CHECKING:
    from rich.console import RenderableType

    from openclause.page import View

# The page for a reader of unknown width, in character cells.
_WIDTH = 88


def view(*, lang: Lang, no_color: bool, output: Path | None) -> View:
    """Return for whom an answer is: a terminal in its width and colour, or a plain page."""
    from openclause.page import View

    width = shutil.get_terminal_size((_WIDTH, 24)).columns if output is None else _WIDTH
    color = output is None and not no_color and _colored()
    return View(lang=lang.value, width=width, color=color)


def _colored() -> bool:
    """Tell whether stdout takes colour: `NO_COLOR` and `FORCE_COLOR` come before what it is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def spare(output: Path | None, sources: Iterable[str | Path | None]) -> None:
    """End before an answer is written over one of the files that it is read from."""
    if output is not None and any(_is_same(output, source) for source in sources if source):
        edge.fail(f"{output}: is read for this answer; choose another --output")


def _is_same(output: Path, source: str | Path) -> bool:
    try:
        return output.is_file() and output.samefile(source)
    except (OSError, ValueError):
        return False


def write(answer: str, *, output: Path | None) -> None:
    """Write an answer as UTF-8 to a file, or to stdout."""
    try:
        if output is None:
            to_stdout([answer.encode("utf-8")])
        else:
            output.write_text(answer, encoding="utf-8", newline="\n")
    except OSError as error:
        name = output or "stdout"
        edge.fail(f"{name}: cannot be written: {error.strerror}; choose another --output")


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

    shown = view(lang=Lang(edge.language()), no_color=no_color, output=output)
    answer = to_json(found) if format is TextOrJson.json else render(page, view=shown)
    write(answer, output=output)


def to_json(found: object) -> str:
    """Return a record as indented JSON."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def to_stdout(parts: Iterable[bytes]) -> None:
    """Write an answer to stdout, part by part; a reader who leaves ends the program quietly.

    Raises
    ------
    OSError
        If there is no room where stdout leads.
    """
    try:
        for part in parts:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        edge.hush()
        raise typer.Exit(edge.DONE) from None
    except OSError:
        edge.hush()
        raise
