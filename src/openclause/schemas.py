"""The JSON Schemas that the package publishes, made from its records."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec


def schema_of(record: type) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record and of all that it holds.

    Descriptions are the docstrings without their indent, so that every Python makes the same.
    """
    schema = _without_indent(msgspec.json.schema(record))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _without_indent(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_indent(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: cleandoc(value)
        if key == "description" and isinstance(value, str)
        else _without_indent(value)
        for key, value in node.items()
    }
