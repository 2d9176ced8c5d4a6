"""What the program says in English, in the reader's language: help, errors, progress, tables.

In: an English sentence as the code writes it, numbers and names filled in. Out: the same in another
language. `data/help.toml` holds sentences as they are, `data/errors.toml` and `data/tables.toml`
hold them with `{names}` for what is filled in. Errors are English where they are raised, so that
programs can rely on them, and are put into the reader's language where they are shown.

Only the standard library is imported: `openclause --help` comes through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from openclause.locales import Language

_DATA = Path(__file__).parent / "data"
PATTERNS = ("errors.toml", "tables.toml")
SENTENCES = "help.toml"


def said(text: str, lang: Language) -> str:
    """Return a sentence in the reader's language; what no catalogue knows stays as it is.

    What is filled in is looked up as well: an error may hold the words of another one. Of a text
    such as `<name>: <words>` the words are looked up.
    """
    if lang == "en" or not text:
        return text
    exact = sentences().get(" ".join(text.split()))
    return exact or _matched(text, lang) or _behind_a_name(text, lang) or text


def _matched(text: str, lang: Language) -> str | None:
    for pattern, template in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: said(value, lang) for name, value in found.groupdict().items()}
            return template.format(**values)
    return None


def _behind_a_name(text: str, lang: Language) -> str | None:
    for colon in re.finditer(": ", text):
        name, words = text[: colon.end()], text[colon.end() :]
        if (told := said(words, lang)) != words:
            return name + told
    return None


@cache
def sentences() -> dict[str, str]:
    """Return what is said as it is, English to Korean; spaces and line ends are one space."""
    return {" ".join(en.split()): ko for en, ko in entries(SENTENCES)}


def entries(name: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a catalogue, English and Korean, in their order."""
    import tomllib

    tables = tomllib.loads((_DATA / name).read_text("utf-8"))
    for table in tables.values():
        for entry in table:
            yield entry["en"], entry["ko"]


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns and their Korean, those with most words of their own first."""
    pairs = [pair for name in PATTERNS for pair in entries(name)]
    pairs.sort(key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0])))
    return tuple((re.compile(_pattern(en), re.DOTALL), ko) for en, ko in pairs)


def _pattern(template: str) -> str:
    parts, seen = [], set[str]()
    for words, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(words))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.+?)")
            seen.add(name)
    return "".join(parts)
