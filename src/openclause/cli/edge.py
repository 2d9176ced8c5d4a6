"""Where the program meets the world: in which language, what is told beside answers, how it ends.

Answers go out by `answering`; all that is told here goes to stderr. Whatever goes wrong on purpose
ends in one line and exit code 2; an interrupt ends in 130; a reader that closes the pipe ends
nothing loudly.
"""

# Commands import what they use, when they use it.
# ruff: noqa: A002

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from openclause import locales
from openclause.cli.common_options import Lang
from openclause.cli.plainly import take_plainly
from openclause.errors import OpenClauseError
from openclause.phrasebook import said
from openclause.untrusted import unheeded, visible

if TYPE_CHECKING:
    pass

_Function = TypeVar("_Function", bound=Callable[..., Any])
DONE, VIOLATED, WRONG, INTERRUPTED = 0, 1, 2, 130
_HELP_WIDTH = 80
# What is told of an error, in characters; a path of the system is told whole.
_LONGEST_LINE = 5_000
# How Typer says that a value is none of those that an option takes.
_REFUSED, _QUOTED = re.compile(r"'([^']*)' is not one of (.*)", re.DOTALL), re.compile(r"'([^']*)'")
_FOR_PEOPLE = frozenset({"text", "table", "html", "markdown"})
# By their numbers; stdin is opened for writing and stdout for reading, so that their use fails.
_STREAMS = {"stdin": os.O_WRONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}
_language: ContextVar[locales.Language] = ContextVar("language", default="en")
# A letter of each language.
_LETTERS: dict[locales.Language, str] = {"en": "a", "ko": "가"}
# The language that was asked for, whatever the locale; English where none was.
_asked: ContextVar[locales.Language] = ContextVar("asked", default="en")


def open_streams() -> None:
    """Put in the place of streams that are closed what can be neither read nor written.

    Else the next file that is opened would be taken for one of them. What is told on stderr then
    is lost, and all else fails as on any stream that fails.
    """
    for number, (name, flags) in enumerate(_STREAMS.items()):
        if getattr(sys, name) is None and os.open(os.devnull, flags) == number:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(number, mode, closefd=False))


def take_one_interrupt() -> None:
    """End at the first interrupt, and take no second one while what was begun is ended.

    It would leave processes that read half ended, and the program waiting for them.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)


def _interrupted(number: int, frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


class _Spoken:
    """A command whose help is in the reader's language and fits the terminal."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read the arguments; the language is the reader's where none is asked for.

        Values that are good as they are need no converting.
        """
        ctx.default_map = {"lang": language()}
        for parameter in self.get_params(ctx):  # type: ignore[attr-defined]
            take_plainly(parameter)
        return super().parse_args(ctx, args)  # type: ignore[misc]

    def get_help(self, ctx: Any) -> str:
        """Return the command's guide as a page."""
        from openclause.cli.guides import guide
        from openclause.cli.helppages import help_page

        width = shutil.get_terminal_size((_HELP_WIDTH, 24)).columns
        return help_page(guide(self, ctx, language()), language(), width=width)

    def get_short_help_str(self, limit: int = 0) -> str:
        """Return the first sentence or two of the help, whole: `limit` is for English."""
        from openclause.cli.guides import summary

        return summary(self, language())

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Return commands and options as a shell offers them, explained in the language."""
        items = super().shell_complete(ctx, incomplete)  # type: ignore[misc]
        for item in items:
            item.help = tell(" ".join((item.help or "").split())) or None
        return items


class Command(_Spoken, TyperCommand):
    """One command."""


class Group(_Spoken, TyperGroup):
    """A group of commands that suggests names for a misspelt one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is called, or say which names come near."""
        if args[0].startswith("-") or self.get_command(ctx, args[0]) or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        near = get_close_matches(args[0], self.commands, n=3)
        hint = f" (did you mean {', '.join(map(repr, near))}?)" if near else ""
        ctx.fail(f"No such command {args[0]!r}{hint}")
        return None


class App(typer.Typer):
    """An application all of whose commands speak the reader's language."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[[_Function], _Function]:
        """Add a command, as Typer does."""
        return super().command(*args, **({"cls": Command} | kwargs))


class Edge(Group):
    """The command group that turns every end into an exit code and at most one line."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line and exit."""
        arguments = kwargs.get("args") or (args[0] if args else None) or sys.argv[1:]
        _language.set(locales.reader_language(arguments, os.environ))
        _asked.set(locales.asked_language(arguments) or "en")
        _install_aloud(self)
        try:
            code = super().main(*args, **(kwargs | {"standalone_mode": False}))
        except OpenClauseError as error:
            code = _complain(str(error))
        except (KeyboardInterrupt, typer.Abort):
            code = INTERRUPTED
        except SystemExit as end:
            if not isinstance(end.__context__, BrokenPipeError):
                raise
            hush()
            code = DONE
        except OSError as error:
            code = _complain(_denied(error))
        except Exception as error:
            code = _complain(_usage(error))
        sys.exit(code if isinstance(code, int) else DONE)


def _install_aloud(command: Any) -> None:
    """Let the option that installs the completion say in the language what it did."""
    for parameter in command.params:
        if parameter.name == "install_completion":
            parameter.callback = _install


def _install(context: Any, parameter: Any, value: Any) -> None:
    from typer.completion import install  # type: ignore[attr-defined]

    if not value or context.resilient_parsing:
        return
    shell, path = install(shell=value if isinstance(value, str) else None, prog_name="openclause")
    typer.echo(tell(f"completion for {shell} installed in {path}; it works in a new terminal"))
    raise typer.Exit


def language() -> locales.Language:
    """Return the language of who runs the command."""
    return _language.get()


def answer_language(format: StrEnum) -> Lang:
    """Return the language of an answer: to programs `--lang` counts, whatever the locale."""
    return Lang(language() if format.value in _FOR_PEOPLE else _asked.get())


def told_language() -> locales.Language:
    """Return the language of what goes to stderr: English where that cannot hold the reader's."""
    try:
        _LETTERS[language()].encode(getattr(sys.stderr, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return "en"
    return language()


def tell(text: str) -> str:
    """Return an English sentence in the language of who runs the command, if stderr can hold it."""
    return said(text, told_language())


def _usage(error: Exception) -> str:
    """Return what is wrong with a command line; any other exception is a bug and goes on."""
    words = getattr(error, "format_message", None)
    if words is None:
        raise error
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "openclause"
    wrong = _with_hint(words().rstrip(".").replace("Value error, ", ""))
    return tell(f"{tell(wrong)}; see `{path} --help`")


def _with_hint(words: str) -> str:
    """Add to a refused choice the one that it may have been meant for."""
    refused = _REFUSED.search(words)
    near = get_close_matches(refused[1], _QUOTED.findall(refused[2]), n=1) if refused else []
    return f"{words} (did you mean {near[0]!r}?)" if near else words


def _denied(error: OSError) -> str:
    """Say what the system denies: a path, or else room where stdout leads."""
    if error.filename is not None:
        return f"{error.filename}: cannot be used ({error.strerror}); check the path"
    hush()
    return f"stdout: cannot be written: {error.strerror}; choose another --output"


def _complain(words: str) -> int:
    note(" ".join(tell(_short(" ".join(words.split()))).split()))
    return WRONG


def _short(line: str) -> str:
    """Leave out the middle of a line that quotes more than anybody reads."""
    half = _LONGEST_LINE // 2
    return line if len(line) <= _LONGEST_LINE else f"{line[:half]}[…]{line[-half:]}"


def note(line: str) -> None:
    """Write a line to stderr; that there is no room for it changes no answer."""
    with suppress(OSError):
        sys.stderr.write(f"openclause: {_harmless(line)}\n")


def _harmless(told: str) -> str:
    return unheeded(visible(told))


class _Told(logging.Formatter):
    """Logs with nothing in them that acts on who shows them."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as it is written to stderr."""
        return _harmless(super().format(record))


def fail(words: str) -> NoReturn:
    """End with one line on stderr and the exit code of wrong use."""
    raise typer.Exit(_complain(words))


def start(*, quiet: bool) -> None:
    """Let the library's logs through to stderr, or only its errors."""
    level = logging.ERROR if quiet else logging.WARNING
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Told("openclause: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def start_reading(*, quiet: bool) -> None:
    """Start a command that reads, for which NumPy need start no threads.

    It imports an algebra that would have one for each core; only what learns makes use of that.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    start(quiet=quiet)


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
                tasks[stage] = bars.add_task(tell(names.get(stage, stage)), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
