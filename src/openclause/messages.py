"""The texts of the interface in each language that users read, from `data/messages.toml`.

In: a key, a language and what fills the text's names. Out: the text. The words of the taxonomy
have their own files; this catalogue holds what is said around them.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

import msgspec

from openclause.errors import DataError
from openclause.taxonomy import Words, read_toml

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def messages() -> dict[str, Words]:
    """Return all texts by key, `<table>.<name>`.

    Raises
    ------
    DataError
        If a text lacks a language or a table has another shape.
    """
    try:
        tables = msgspec.convert(read_toml("messages.toml"), dict[str, dict[str, Words]])
    except msgspec.ValidationError as error:
        raise DataError(f"data/messages.toml: {error}; give each text in {LANGUAGES}") from error
    return {
        f"{table}.{name}": words for table, names in tables.items() for name, words in names.items()
    }


def message(key: str, /, lang: Language = "en", **values: object) -> str:
    """Return one text with its names filled in; an unknown key is a `KeyError`, hence a bug."""
    text = in_language(messages()[key], lang)
    return text.format(**values) if values else text


def in_language(words: Words, lang: Language) -> str:
    """Return the words of one language."""
    return words.ko if lang == "ko" else words.en
