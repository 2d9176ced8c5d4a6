"""Every regular expression that the package compiles, and texts made to slow each one down.

Run as a program, this prints what was compiled while all modules were imported and a few documents
read, as JSON; `in_data` adds what data files hold. `pumped` makes the texts: what stands before a
repeat, then what the repeat takes many times over, then what it cannot end on.
"""

from __future__ import annotations

import importlib
import itertools
import json
import pkgutil
import random
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

# A repeat that goes on beyond this is worth pumping.
LONG = 40
SPECIAL = re.compile(r"\\[a-zA-Z]|[][(){}?*+|^$]")
NOT_EXPRESSIONS = {
    "common.toml",
    "errors.toml",
    "help.toml",
    "lexicon.toml",
    "messages.toml",
    "tables.toml",
    "vocabularies.toml",
}
DOCUMENTS = Path(__file__).parent / "documents"

Expression = tuple[str | bytes, int]


def compiled() -> set[Expression]:
    """Import all modules, read a few documents, and return what was compiled by our modules."""
    seen: set[Expression] = set()
    real = re._compile  # type: ignore[attr-defined]

    def spy(pattern: Any, flags: Any) -> Any:
        module = sys._getframe(2).f_globals.get("__name__", "")
        if module.startswith("openclause") and isinstance(pattern, str | bytes):
            seen.add((pattern, int(flags)))
        return real(pattern, flags)

    re._compile = spy  # type: ignore[attr-defined]
    package = importlib.import_module("openclause")
    for module in pkgutil.walk_packages(package.__path__, "openclause."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    _read_some()
    return seen


def _read_some() -> None:
    from openclause.analysis import analyze_document
    from openclause.documents import read_bytes
    from openclause.errors import DocumentError

    for path in sorted(path for path in DOCUMENTS.rglob("*") if path.is_file()):
        try:
            analyze_document(read_bytes(path.read_bytes(), path=path.name))
        except DocumentError:
            continue


def in_data() -> set[Expression]:
    """Return the texts of data files that could be expressions: more than are, never fewer."""
    found: set[Expression] = set()
    for path in sorted(Path(str(files("openclause") / "data")).glob("*.toml")):
        if path.name not in NOT_EXPRESSIONS:
            for text in _texts(tomllib.loads(path.read_text("utf-8"))):
                if SPECIAL.search(text) and _is_expression(text):
                    found.add((text, 0))
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _is_expression(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def pumped(expression: Expression, length: int) -> Iterator[str | bytes]:
    """Yield texts of about `length` characters that make an expression work for nothing."""
    pattern, flags = expression
    tree = parser.parse(pattern, flags)
    for before, core in dict.fromkeys(_repeats(tree, "", random.Random(5))):
        for ending in ("", "\n", "!\0"):
            text = before + core * (length // len(core)) + ending
            yield text.encode("latin-1", "replace") if isinstance(pattern, bytes) else text


def _repeats(tree: Any, before: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield what leads to each long repeat, and what it takes; last the whole, again and again."""
    lead = before
    for node in tree:
        op, value = node
        for inner in _inside(op, value):
            yield from _repeats(inner, lead, chance)
        if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT) and value[1] > LONG:
            for core in {_sample(value[2], chance) for _ in range(3)} - {""}:
                yield lead, core
                if lead:
                    yield "", lead + core * 3
        lead += _sample([node], chance)
    if whole := lead[len(before) :]:
        yield before, whole
        if len(whole) > 1:
            yield before, whole[:-1]


def _inside(op: Any, value: Any) -> Iterator[Any]:
    if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        yield value[2]
    elif op is codes.SUBPATTERN:
        yield value[3]
    elif op is codes.ATOMIC_GROUP:
        yield value
    elif op is codes.BRANCH:
        yield from value[1]


def _sample(tree: Any, chance: random.Random) -> str:
    return "".join(_one(op, value, chance) for op, value in tree)


def _one(op: Any, value: Any, chance: random.Random) -> str:  # noqa: PLR0911, a case each
    if op is codes.LITERAL:
        return chr(value)
    if op is codes.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if op is codes.ANY:
        return "a"
    if op is codes.IN:
        return _member(value, chance)
    if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return "".join(_sample(value[2], chance) for _ in range(max(value[0], min(value[1], 1))))
    if op is codes.SUBPATTERN:
        return _sample(value[3], chance)
    if op is codes.ATOMIC_GROUP:
        return _sample(value, chance)
    if op is codes.BRANCH:
        return _sample(chance.choice(value[1]), chance)
    return " " if op is codes.AT and value is codes.AT_BOUNDARY and chance.random() < 0.5 else ""


def _member(members: Any, chance: random.Random) -> str:
    negated = members[0][0] is codes.NEGATE
    pattern = re.compile("".join(["[^" if negated else "[", *map(_class, members), "]"]))
    alphabet = [char for char in map(chr, range(9, 0x180)) if pattern.match(char)]
    alphabet += [char for char in "–—“”‘’•…" if pattern.match(char)]
    return chance.choice(alphabet) if alphabet else ""


def _class(member: Any) -> str:
    op, value = member
    if op is codes.LITERAL:
        return re.escape(chr(value))
    if op is codes.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    names = {
        codes.CATEGORY_DIGIT: r"\d",
        codes.CATEGORY_NOT_DIGIT: r"\D",
        codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S",
        codes.CATEGORY_WORD: r"\w",
        codes.CATEGORY_NOT_WORD: r"\W",
    }
    return names[value] if op is codes.CATEGORY else ""


if __name__ == "__main__":
    rows = sorted(compiled(), key=repr)
    sys.stdout.write(
        json.dumps(
            [
                [isinstance(p, bytes), p if isinstance(p, str) else p.decode("latin-1"), f]
                for p, f in itertools.chain(rows)
            ]
        )
    )
