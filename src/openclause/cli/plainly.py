"""Values of options that are good as they are, taken without converting.

In: a parameter of a command. Out: the same, which gives Typer only what is to be converted or
refused. For that Typer imports pydantic, which takes longer than a known license is read.
"""

from __future__ import annotations

import os
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

# Numbers are not among them, for they may have limits.
_PLAIN = (str, bool, Enum, Path)


def take_plainly(parameter: Any) -> None:
    """Let a parameter take a value that is good as it is; all others are Typer's."""
    parameter.process_value = partial(_process, parameter)


def _process(parameter: Any, context: Any, value: Any) -> Any:
    """Return what a command gets for a value, as the parameter's method of this name does."""
    # Where Typer does not tell what it takes, it takes it itself.
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    taken = _taken(kind, value)
    if _is_plain(kind, taken) or _lacks(parameter, taken):
        return parameter.callback(context, parameter, taken) if parameter.callback else taken
    return type(parameter).process_value(parameter, context, value)


def _taken(kind: Any, value: Any) -> Any:
    """Return the member or path that a text names; any other value as it is."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next((member for member in kind if member.value == value), value)
    if kind is Path and isinstance(value, str) and not _unreadable(value):
        return Path(value)
    return value


def _is_plain(kind: Any, value: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, _PLAIN) and isinstance(value, kind)


def _unreadable(path: str) -> bool:
    """Tell whether Typer refuses a path: what is there must be readable, and nothing need be."""
    return os.path.exists(path) and not os.access(path, os.R_OK)  # noqa: PTH110, it raises nothing


def _lacks(parameter: Any, value: Any) -> bool:
    """Tell whether a parameter was not given and need not be."""
    return value is None and not (parameter.required or parameter.multiple or parameter.nargs == -1)
