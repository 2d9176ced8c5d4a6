"""The texts of the interface in each language that users read, from `data/messages.toml`.

In: a key, a language and what fills the text's names. Out: the text. The words of the taxonomy
have their own files; this catalogue holds what is said around them.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

import msgspec

from openclause.errors import DataError
from openclause.locales import LANGUAGES, Language
from openclause.taxonomy import Words, read_toml

__all__ = ["LANGUAGES", "Language", "in_language", "message", "messages", "parsed", "translated"]
# The tables, and single texts, that answers hold in English.
_SAID = frozenset(
    {
        "warning",
        "reason",
        "identity.sentence",
        "identity.sentence-words",
        "identity.sentence-under",
    }
)


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


def translated(text: str, lang: Language) -> str:
    """Return a warning or a reason, which answers hold in English, in another language.

    What the catalogue does not know, such as a name, stays as it is.
    """
    found = parsed(text) if lang != "en" else None
    return message(found[0], lang, **found[1]) if found else text


def parsed(text: str) -> tuple[str, dict[str, str]] | None:
    """Return the key of what an answer says in English, and what fills its names."""
    for key, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return key, found.groupdict()
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (key, re.compile(_pattern(words.en), re.DOTALL))
        for key, words in messages().items()
        if key.partition(".")[0] in _SAID or key in _SAID
    )


def _pattern(template: str) -> str:
    return "".join(
        re.escape(said) + (f"(?P<{name}>{_filling(said)})" if name is not None else "")
        for said, name, _, _ in Formatter().parse(template)
    )


def _filling(before: str) -> str:
    """Return what may fill a name; only what stands in quotes may have quotes in it."""
    return ".+?" if before.endswith("“") else "[^“]+?"


def in_language(words: Words, lang: Language) -> str:
    """Return the words of one language."""
    return words.ko if lang == "ko" else words.en
