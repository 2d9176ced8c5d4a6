"""What a command says of itself: its guide, which help pages and the manual are made of.

In: a command as Typer built it, and a language. Out: a `Guide`. A docstring's paragraphs tell what
the command does; each of its blocks behind a backspace (`\\b`) has a title and lines, which are
examples or rows of a name, two spaces or more, and what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from openclause.locales import Language
from openclause.phrasebook import said

EXAMPLES = "Examples"
_BLOCK = "\b"
_CODES = "Exit codes: "
# Typer puts an argument's type behind its name.
_ARGUMENT_TYPE = re.compile(r"(?<=\S) <[\w\[\]]+>$")
# A row's name ends where two spaces stand or, for exit codes, behind the number.
_NAME = re.compile(r" {2,}")
_CODE = re.compile(r", (?=\d)")


class Row(NamedTuple):
    """A name, such as an option's, and what it means; examples have no meaning beside them."""

    name: str
    meaning: str = ""


class Section(NamedTuple):
    """A titled list of rows; `title` is in the reader's language, `kind` is the English one."""

    kind: str
    title: str
    rows: tuple[Row, ...]


class Guide(NamedTuple):
    """A command's path, its usage behind the path, paragraphs of prose, and lists of rows."""

    path: str
    usage: str
    paragraphs: tuple[str, ...]
    sections: tuple[Section, ...]


def guide(command: Any, context: Any, lang: Language) -> Guide:
    """Return the guide of a command in a context, as Typer makes both."""
    prose, blocks = _parts(command.help or "")
    rows = {
        "Arguments": tuple(_parameters(command, context, "argument", lang)),
        "Options": tuple(_parameters(command, context, "option", lang)),
        "Commands": tuple(_commands(command, context, lang)),
    }
    told = [Section(kind, said(kind, lang), each) for kind, each in rows.items() if each]
    return Guide(
        context.command_path,
        " ".join(said(piece, lang) for piece in command.collect_usage_pieces(context)),
        tuple(said(paragraph, lang) for paragraph in prose),
        (*told, *(_section(block, lang) for block in blocks)),
    )


def summary(command: Any, lang: Language) -> str:
    """Return the first paragraph of a command's help."""
    prose, _ = _parts(command.help or "")
    return said(prose[0], lang) if prose else ""


def texts(command: Any, context: Any) -> Iterator[str]:
    """Yield each English sentence of a command's guide that a catalogue has to know."""
    prose, blocks = _parts(command.help or "")
    yield from prose
    for parameter in command.get_params(context):
        if not getattr(parameter, "hidden", False):
            yield " ".join((parameter.help or "").split())
    for section in (_section(block, "en") for block in blocks):
        yield section.kind
        yield from (row.meaning for row in section.rows if row.meaning)


def _parts(help_: str) -> tuple[list[str], list[str]]:
    parts = [part for part in re.split(r"\n\s*\n", help_.strip()) if part.strip()]
    prose = [" ".join(part.split()) for part in parts if not part.startswith(_BLOCK)]
    return prose, [part.removeprefix(_BLOCK).strip() for part in parts if part.startswith(_BLOCK)]


def _section(block: str, lang: Language) -> Section:
    if block.startswith(_CODES):
        codes = _CODE.split(" ".join(block.split()).removeprefix(_CODES).rstrip("."))
        rows = [Row(*code.split(" ", 1)) for code in codes]
        kind = _CODES.rstrip(": ")
    else:
        title, *lines = block.splitlines()
        kind = title.strip().rstrip(":")
        rows = list(_examples(lines) if kind == EXAMPLES else _named(lines))
    told = tuple(Row(row.name, said(row.meaning, lang)) for row in rows)
    return Section(kind, said(kind, lang), told)


def _examples(lines: list[str]) -> Iterator[Row]:
    yield from (Row(line.strip()) for line in lines if line.strip())


def _named(lines: list[str]) -> Iterator[Row]:
    """Yield rows; a line without a name of its own goes on with the one before."""
    rows: list[Row] = []
    for line in filter(str.strip, lines):
        name, *rest = _NAME.split(line.strip(), maxsplit=1)
        if rest or not rows:
            rows.append(Row(name, *rest))
        else:
            rows[-1] = Row(rows[-1].name, f"{rows[-1].meaning} {line.strip()}")
    yield from rows


def _parameters(command: Any, context: Any, kind: str, lang: Language) -> Iterator[Row]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and parameter.param_type_name == kind:
            yield Row(
                _ARGUMENT_TYPE.sub("", record[0]), _meaning(parameter.help or "", record[1], lang)
            )


def _meaning(help_: str, recorded: str, lang: Language) -> str:
    """Return a parameter's help and what Typer puts behind it in brackets, such as a default."""
    extra = recorded.removeprefix(help_).strip()
    notes = [said(note, lang) for note in extra.strip("[]").split("; ") if note]
    words = said(" ".join(help_.split()), lang)
    return f"{words} [{'; '.join(notes)}]" if notes else words


def _commands(command: Any, context: Any, lang: Language) -> Iterator[Row]:
    for name, each in getattr(command, "commands", {}).items():
        if not each.hidden:
            yield Row(name, summary(each, lang))
