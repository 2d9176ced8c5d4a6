"""Commands that are imported when they are asked for: who reads a file need not wait for others.

In: commands, and for others the module and the name in it of a function or an application. Out: a
table of all of them as Typer builds them.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from typer import Typer
from typer.main import get_command

from openclause.cli.edge import App


class Commands(UserDict[str, Any]):
    """Commands by their names; one told by `module:name` is built when it is asked for."""

    def __init__(self, commands: Mapping[str, Any], later: Mapping[str, str]) -> None:
        super().__init__({**commands, **later})

    def __getitem__(self, name: str) -> Any:
        found = self.data[name]
        if isinstance(found, str):
            found = self.data[name] = _built(name, *found.split(":"))
        return found


def _built(name: str, module: str, inside: str) -> Any:
    found = getattr(import_module(module), inside)
    return get_command(found if isinstance(found, Typer) else _alone(name, found))


def _alone(name: str, command: Callable[..., Any]) -> App:
    app = App(add_completion=False, rich_markup_mode=None)
    app.command(name)(command)
    return app
