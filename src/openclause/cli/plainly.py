"""Values of options that are good as they are, taken without converting.

In: a parameter of a command. Out: the same, which gives Typer only what is to be converted or
refused. For that Typer imports pydantic, which takes longer than a known license is read.
"""

from __future__ import annotations

from enum import EnumType
from functools import partial
from typing import Any


def take_plainly(parameter: Any) -> None:
    """Let a parameter take a value that is good as it is; all others are Typer's."""
    parameter.process_value = partial(_process, parameter)


def _process(parameter: Any, context: Any, value: Any) -> Any:
    """Return what a command gets for a value, as the parameter's method of this name does."""
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, EnumType):
        value = next((member for member in kind if member.value == value), value)
    if type(value) is not kind and not (value is None and _may_lack(parameter)):
        return type(parameter).process_value(parameter, context, value)
    return parameter.callback(context, parameter, value) if parameter.callback else value


def _may_lack(parameter: Any) -> bool:
    return not (parameter.required or parameter.multiple or parameter.nargs == -1)
