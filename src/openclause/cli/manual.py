"""The manual page, made of what the commands say of themselves.

Run as `python -m openclause.cli.manual en|ko`: writes one page of roff, all commands in it, to
stdout. `make man` keeps the pages in docs/man.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from openclause import __version__
from openclause.cli import app
from openclause.cli.guides import EXAMPLES, Guide, Section, guide, summary
from openclause.locales import Language, reader_language
from openclause.phrasebook import said

_PROGRAM = "openclause"
# Sections of the program as a whole stand behind all commands; these of a command are told in it.
_OF_ALL = ("Examples", "Exit codes", "Environment", "See also")


def manual(lang: Language) -> str:
    """Return the page as roff, ending in a line feed."""
    return "\n".join(_page(get_command(app), lang)) + "\n"


def _page(command: Any, lang: Language) -> Iterator[str]:
    names = ["-h", "--help"]
    context = typer.Context(command, info_name=_PROGRAM, help_option_names=names)
    whole = guide(command, context, lang)
    yield f'.TH {_PROGRAM.upper()} 1 "" "{_PROGRAM} {__version__}"'
    yield _heading("Name", lang)
    yield f"{_PROGRAM} \\- {_roff(summary(command, lang).rstrip('.'))}"
    yield _heading("Synopsis", lang)
    yield from _usage(whole)
    yield _heading("Description", lang)
    yield from _prose(whole)
    yield _heading("Options", lang)
    yield from _rows(next(each for each in whole.sections if each.kind == "Options"))
    yield _heading("Commands", lang)
    for each, its in _leaves(command, context):
        yield from _command(guide(each, its, lang))
    for section in whole.sections:
        if section.kind in _OF_ALL:
            yield _heading(section.kind, lang)
            yield from _rows(section)


def _leaves(command: Any, context: Any) -> Iterator[tuple[Any, Any]]:
    for name, each in command.commands.items():
        its = typer.Context(each, info_name=name, parent=context)
        if hasattr(each, "commands"):
            yield from _leaves(each, its)
        else:
            yield each, its


def _command(found: Guide) -> Iterator[str]:
    yield f".SS {_roff(found.path)}"
    yield from _usage(found)
    yield from _prose(found)
    for section in found.sections:
        yield ".PP"
        yield f"\\fB{_roff(section.title)}\\fR"
        yield from _rows(section)


def _usage(found: Guide) -> Iterator[str]:
    yield f"\\fB{_roff(found.path)}\\fR {_roff(found.usage)}"


def _prose(found: Guide) -> Iterator[str]:
    for paragraph in found.paragraphs:
        yield ".PP"
        yield _roff(paragraph)


def _rows(section: Section) -> Iterator[str]:
    if section.kind == EXAMPLES:
        yield from (".PP", ".nf", ".RS 4")
        yield from (_roff(row.name) for row in section.rows)
        yield from (".RE", ".fi")
        return
    for row in section.rows:
        yield from (".TP", f"\\fB{_roff(row.name)}\\fR", _roff(row.meaning))


def _heading(kind: str, lang: Language) -> str:
    title = said(kind, lang)
    return f'.SH "{title.upper()}"'


def _roff(words: str) -> str:
    """Return words as roff shows them: no sign of theirs acts, and no hyphen is changed."""
    shown = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{shown}" if shown.startswith((".", "\\(aq")) else shown


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(manual(reader_language(["--lang", *sys.argv[1:]], {})))
