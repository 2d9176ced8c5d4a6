"""What must not change an answer does not, and what restricts never makes a text more open.

In: little licenses in `metamorphic/`, put into other dresses by `dresses`, and a few texts of the
corpus where they were fetched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import dresses
import pytest
from dresses import Block, blocks, licenses, plain

from openclause import analyze
from openclause.analysis import Analysis, analyze_document
from openclause.documents import read_bytes

TEXTS = Path(__file__).parents[1] / "corpora" / "licenses" / "texts"
REAL = (
    "mit",
    "apache-2.0",
    "llama-2-license-2023",
    "gemma-tou-2024-04-01",
    "bigscience-rail-1.0",
    "cc-by-nc-4.0",
)
OWN = licenses()
own = pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
_ENUMERATOR = re.compile(r"br|[a-j]|\d+|[ivx]+")

# A clause below this chance is hardly believed.
FAINT = 0.3

Said = Counter[tuple[str, str, tuple[str, ...]]]


def said(found: Analysis, *, least: float = 0.0) -> Said:
    """Return what the clauses say, whatever their words are dressed in."""
    return Counter(
        (c.term, c.modality, tuple(_words(c.text))) for c in found.clauses if c.confidence >= least
    )


def _words(text: str) -> list[str]:
    words = re.findall(r"[\w']+", text.lower().replace("’", "'"))
    return [word for word in words if not _ENUMERATOR.fullmatch(word)]


def check_same(before: Analysis, after: Analysis) -> None:
    """Check that clauses and category stay; a clause hardly believed may come and go."""
    assert not said(after, least=FAINT) - said(before)
    assert not said(before, least=FAINT) - said(after)
    assert after.openness.category == before.openness.category


@cache
def answer(text: str, *, known: bool = True) -> Analysis:
    return analyze(text, known_answers=known)


def from_bytes(data: bytes, name: str) -> Analysis:
    return analyze_document(read_bytes(data, path=name))


Dress = Callable[[list[Block]], Analysis]
DRESSES: dict[str, Dress] = {
    "40 wide": lambda it: answer(plain(it, 40)),
    "60 wide": lambda it: answer(plain(it, 60)),
    "120 wide": lambda it: answer(plain(it, 120)),
    "not wrapped": lambda it: answer(plain(it, 10_000)),
    "CRLF": lambda it: answer(plain(it).replace("\n", "\r\n")),
    "CR": lambda it: answer(plain(it).replace("\n", "\r")),
    "curved quotes": lambda it: answer(dresses.typographic(plain(it))),
    "1. a.": lambda it: answer(plain(it, marker=dresses.by_numbers)),
    "i) 1)": lambda it: answer(plain(it, marker=dresses.by_romans)),
    "bullets": lambda it: answer(plain(it, marker=dresses.by_bullets)),
    "dashes": lambda it: answer(plain(it, marker=dresses.by_dashes)),
    "Markdown": lambda it: from_bytes(dresses.markdown(it).encode(), "LICENSE.md"),
    "bold Markdown": lambda it: from_bytes(dresses.markdown(it, bold=True).encode(), "LICENSE.md"),
    "HTML": lambda it: from_bytes(dresses.page(it).encode(), "license.html"),
    "HTML, numbered": lambda it: from_bytes(dresses.page(it, ordered=True).encode(), "l.html"),
    "UTF-16": lambda it: from_bytes(plain(it).encode("utf-16"), "LICENSE"),
    "// comment": lambda it: answer(dresses.commented(plain(it), "//")),
    "# comment": lambda it: answer(dresses.commented(plain(it), "#")),
    "-- comment": lambda it: answer(dresses.commented(plain(it), "--")),
    "* comment": lambda it: answer(dresses.commented(plain(it), "*")),
}


@own
@pytest.mark.parametrize("dress", DRESSES)
def test_a_dress_changes_nothing(path: Path, dress: str) -> None:
    check_same(answer(plain(blocks(path))), DRESSES[dress](blocks(path)))


def test_the_little_licenses_say_something() -> None:
    found = [answer(plain(blocks(path))) for path in OWN]
    assert len({one.openness.category for one in found}) >= 5
    assert sum(len(one.clauses) for one in found) >= 60


# What readers said of a real license is placed into its text, or the text is read.
both_ways = pytest.mark.parametrize("known", [True, False])


def real(key: str) -> str:
    path = TEXTS / f"{key}.txt"
    if not path.is_file():
        pytest.skip("the texts are not fetched; run openclause corpus fetch")
    return path.read_text("utf-8")


FOLDS: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "curved quotes": dresses.typographic,
    "// comment": lambda text: dresses.commented(text, "//"),
    "# comment": lambda text: dresses.commented(text, "#"),
    "* comment": lambda text: dresses.commented(text, "*"),
    "set in": lambda text: "".join(f"    {line}" for line in text.splitlines(keepends=True)),
    "**not**": lambda text: re.sub(r"\b(may not|not|only)\b", r"**\1**", text),
    "bullets before numbers": lambda text: re.sub(
        r"(?m)^([ \t]*)(\(?\w[.)])(?=[ \t])", r"\1- \2", text
    ),
    "**numbers**": lambda text: re.sub(r"(?m)^([ \t]*)(\(?\w[.)])(?=[ \t])", r"\1**\2**", text),
    "> quoted": lambda text: "".join(f"> {line}" for line in text.splitlines(keepends=True)),
    "lines end in <br>": lambda text: text.replace("\n", "<br>\n"),
}


@both_ways
@pytest.mark.parametrize("key", REAL)
@pytest.mark.parametrize("fold", FOLDS)
def test_a_dress_changes_nothing_in_real_licenses(key: str, fold: str, *, known: bool) -> None:
    text = real(key)
    check_same(answer(text, known=known), answer(FOLDS[fold](text), known=known))


@pytest.mark.parametrize("key", REAL)
@pytest.mark.parametrize("sign", ["//", "#", "*"])
def test_code_behind_a_comment_changes_nothing(key: str, sign: str) -> None:
    text = real(key)
    before = answer(text, known=False)
    check_same(before, answer(f"{dresses.commented(text, sign)}\n\nlet wheels = 4;\n", known=False))


HARMLESS = (
    "The authors wrote this work in their spare time.",
    "We hope that you find it helpful.",
    "A list of frequently asked questions can be found on the project's website.",
    "The first version was published in the spring of 2019.",
    "Thank you for your interest in the project.",
    "The name of the project comes from a kind of bird.",
    "Translations of this text are provided for convenience.",
    "This document consists of several sections.",
    "The headings were written by the editors.",
    "Many people have helped with the documentation over the years.",
)
PROHIBITIONS = (
    "You may not use this work for commercial purposes.",
    "You may not use this work for military purposes.",
    "You must not distribute copies of this work.",
    "You may not modify this work.",
    "Redistribution of modified versions is prohibited.",
    "You shall not sell copies of this work.",
    "You may not offer this work as a hosted service.",
    "You may not use this work to train machine learning models.",
    "You may not use this work if you live in the European Union.",
    "You may not use this work to develop a competing product.",
    "You may not sublicense your rights.",
    "You may not reverse engineer this work.",
    "You may not use this work in nuclear facilities.",
    "Companies with more than 100 employees may not use this work.",
    "You may not publish benchmark results.",
    "You may not share this work with third parties.",
    "Use by government agencies is not permitted.",
    "You must not use this work to harm minors.",
    "You may not create derivative works.",
    "You may not use this work in production.",
)


def with_sentence(said: list[Block], sentence: str) -> list[str]:
    """Return a license with a paragraph more, at its end and before its last heading."""
    more: Block = ("paragraph", 0, sentence)
    last = max(at for at, block in enumerate(said) if block[0] in ("title", "heading"))
    return [plain([*said, more]), plain([*said[: last or 1], more, *said[last or 1 :]])]


def into_text(text: str, sentence: str) -> str:
    """Return a text with a paragraph more in its middle."""
    paragraphs = text.rstrip("\n").split("\n\n")
    middle = len(paragraphs) // 2
    return "\n\n".join([*paragraphs[:middle], sentence, *paragraphs[middle:]]) + "\n"


def check_harmless(before: Analysis, after: Analysis, sentence: str) -> None:
    assert after.openness.category == before.openness.category
    assert not [c for c in after.clauses if c.restricts and sentence in " ".join(c.text.split())]


def check_not_more_open(before: Analysis, after: Analysis) -> None:
    assert before.openness.rank is not None
    assert after.openness.rank is not None
    assert after.openness.rank >= before.openness.rank


@own
@pytest.mark.parametrize("sentence", HARMLESS)
def test_a_harmless_sentence_changes_nothing(path: Path, sentence: str) -> None:
    for text in with_sentence(blocks(path), sentence):
        check_harmless(answer(plain(blocks(path))), answer(text), sentence)


@own
@pytest.mark.parametrize("sentence", PROHIBITIONS)
def test_a_prohibition_makes_no_license_more_open(path: Path, sentence: str) -> None:
    for text in with_sentence(blocks(path), sentence):
        check_not_more_open(answer(plain(blocks(path))), answer(text))


@both_ways
@pytest.mark.parametrize("key", REAL)
@pytest.mark.parametrize("sentence", HARMLESS)
def test_a_harmless_sentence_changes_nothing_in_real_licenses(
    key: str, sentence: str, *, known: bool
) -> None:
    text = real(key)
    changed = answer(into_text(text, sentence), known=known)
    check_harmless(answer(text, known=known), changed, sentence)


@both_ways
@pytest.mark.parametrize("key", REAL)
@pytest.mark.parametrize("sentence", PROHIBITIONS)
def test_a_prohibition_makes_no_real_license_more_open(
    key: str, sentence: str, *, known: bool
) -> None:
    text = real(key)
    changed = answer(into_text(text, sentence), known=known)
    check_not_more_open(answer(text, known=known), changed)
