"""TOML that strangers wrote, read in time that its size bounds.

In: text. Out: a table.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

_DEEP_KEY = re.compile(
    r"(?:\.[ \t]*+(?:[\w-]++|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+')[ \t]*+){100}", re.ASCII
)


def parse(text: str) -> dict[str, Any]:
    """Read TOML; keys of a hundred parts and more are refused, since they take hours.

    Raises
    ------
    ValueError
        If it is no TOML, or a key of it has too many parts, or it is too deep.
    """
    if _DEEP_KEY.search(text):
        raise ValueError("a key of too many parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("tables or lists within too many others") from None
