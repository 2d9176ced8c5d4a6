"""Documents that are no license, made for training: code, prose, data and nonsense.

In: a seed and `data/negatives.toml`. Out: texts, each with the source that it comes from. The
corpus has only seven documents of `not-a-license`, so the classifier is shown what else lies about
in folders: modules of the standard library and their docstrings, read-me files and other prose put
together from sentences of our own, and words in no order. A trained model needs none of this.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from sysconfig import get_path

import msgspec

from openclause.taxonomy import read_toml

# Code that speaks of rights is left out: what a notice in it makes of it is not ours to teach.
_ABOUT_RIGHTS = re.compile(r"licen[sc]e|copyright|permission|all rights", re.IGNORECASE)
_LEAST_CHARS, _MOST_CHARS = 200, 6_000
_PROSE_DOCUMENTS, _WORD_DOCUMENTS = 40, 12
_TAKEN = 0.6  # of the lines of a read-me


class Negative(msgspec.Struct, frozen=True):
    """A text that is no license; texts of one `source` share wording."""

    source: str
    text: str


class _Stock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    modules: tuple[str, ...]
    things: tuple[str, ...]
    names: tuple[str, ...]
    languages: tuple[str, ...]
    lorem: tuple[str, ...]
    read_me: tuple[str, ...]
    stories: tuple[str, ...]


def negatives(seed: int = 0) -> tuple[Negative, ...]:
    """Make the same documents for the same seed and the same standard library."""
    stock = msgspec.convert(read_toml("negatives.toml"), _Stock)
    random = Random(seed)
    code = [negative for module in stock.modules for negative in _of_module(module)]
    words = sorted({word for negative in code for word in negative.text.split()})
    return (
        *code,
        *(Negative("read-me", _read_me(stock, random)) for _ in range(_PROSE_DOCUMENTS)),
        *(Negative("stories", _story(stock, random)) for _ in range(_PROSE_DOCUMENTS)),
        *(Negative("jumble", _jumble(words, random)) for _ in range(_WORD_DOCUMENTS)),
        *(Negative("lorem", _jumble(stock.lorem, random)) for _ in range(_WORD_DOCUMENTS // 2)),
        Negative("empty", ""),
    )


def _of_module(module: str) -> Iterator[Negative]:
    """Yield the start of a module's source, and its docstrings, if they say nothing of rights."""
    source = _source(module)
    for text in (source, _docstrings(source)):
        part = text[:_MOST_CHARS]
        if len(part) >= _LEAST_CHARS and not _ABOUT_RIGHTS.search(part):
            yield Negative(module.partition(".")[0], part)


def _source(module: str) -> str:
    """Return a module's source; nothing where a lean Python lacks it or keeps it compiled only."""
    place = Path(get_path("stdlib")).joinpath(*module.split("."))
    for file in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
        if file.is_file():
            return file.read_text("utf-8")
    return ""


def _docstrings(source: str) -> str:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return "\n\n".join(doc for node in nodes if (doc := ast.get_docstring(node)))


def _read_me(stock: _Stock, random: Random) -> str:
    first, *others = stock.read_me
    chosen = [line for line in others if random.random() < _TAKEN]
    return _filled("\n\n".join([first, *chosen]), stock, random)


def _story(stock: _Stock, random: Random) -> str:
    count = 3 + int(12 * random.random())
    return _filled(" ".join(_pick(stock.stories, random) for _ in range(count)), stock, random)


def _jumble(words: Sequence[str], random: Random) -> str:
    return " ".join(_pick(words, random) for _ in range(30 + int(400 * random.random())))


def _filled(template: str, stock: _Stock, random: Random) -> str:
    name = _pick(stock.names, random)
    return template.format(
        name=name,
        lower=name.lower(),
        thing=_pick(stock.things, random),
        language=_pick(stock.languages, random),
        number=3 + int(90 * random.random()),
    )


def _pick(choices: Sequence[str], random: Random) -> str:
    """Choose by `random()` alone, whose numbers are the same in every version of Python."""
    return choices[int(len(choices) * random.random())]
