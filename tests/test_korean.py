"""The Korean of each kind of text in one style, and its terms as docs/korean.md has them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from openclause.findings import decision_rules
from openclause.messages import messages
from openclause.phrasebook import PATTERNS, SENTENCES, entries
from openclause.taxonomy import categories, criteria, terms

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src" / "openclause" / "data"
POLITE = re.compile(r"(니다|시오|니까\??)[.?]?$")
PLAIN = re.compile(r"(?<!니)다[.:]?( \{[a-z]+\}\.?)?$")
# What is written otherwise here, and how.
SHUNNED = {
    "라이센스": "라이선스",
    "파생물": "2차적저작물",
    "파생 저작물": "2차적저작물",
    "재라이선스": "재허락",
    "컨디션": "조건",
    "디스트리뷰션": "배포",
    "옵션널": "선택",
}


def in_korean(found, path=""):
    """Yield where each Korean text of a table stands, and the pair of both languages."""
    if isinstance(found, dict):
        if isinstance(found.get("ko"), str):
            yield path, found
        else:
            for key, value in found.items():
                yield from in_korean(value, f"{path}.{key}")
    elif isinstance(found, list):
        for number, value in enumerate(found):
            yield from in_korean(value, f"{path}[{number}]")


PAIRS = {
    f"{path.relative_to(DATA)}{where}": pair
    for path in sorted(DATA.rglob("*.toml"))
    for where, pair in in_korean(tomllib.loads(path.read_text("utf-8")))
}
KOREAN = {where: pair["ko"] for where, pair in PAIRS.items()}
STATEMENTS = {
    **{rule.id: rule.text.ko for rule in decision_rules().values()},
    **{key: words.ko for key, words in messages().items() if key.startswith("reason.")},
    **{one.id: one.meaning.ko for one in categories().values()},
    **{one.id: one.meaning.ko for one in criteria().values()},
    **{where: words for where, words in KOREAN.items() if ".ground." in where},
}
WARNINGS = {key: words.ko for key, words in messages().items() if key.startswith("warning.")}


def test_there_is_korean_to_look_at():
    assert len(KOREAN) > 700
    assert len(STATEMENTS) > 100


def test_each_pair_of_any_file_names_the_same_places():
    def places(words):
        return {name for _, name, _, _ in Formatter().parse(words) if name}

    pairs = [pair for pair in PAIRS.values() if "en" in pair and "pattern" not in pair]
    assert len(pairs) > 700
    assert [pair for pair in pairs if places(pair["en"]) != places(pair["ko"])] == []


@pytest.mark.parametrize("where", STATEMENTS)
def test_statements_on_a_document_are_plain(where):
    for sentence in re.split(r"(?<=다)\. ", STATEMENTS[where]):
        assert PLAIN.search(re.sub(r"\([^)]*\)", "", sentence)), sentence
        assert not POLITE.search(sentence)


@pytest.mark.parametrize("key", WARNINGS)
def test_what_the_reader_is_told_is_polite(key):
    last = re.split(r"(?<=다)\. ", WARNINGS[key])[-1]
    assert POLITE.search(last) or last.endswith(("{url}", "{ids}")), last


@pytest.mark.parametrize("name", terms())
def test_names_and_meanings_of_terms_are_no_sentences(name):
    term = terms()[name]
    assert not re.search(r"(다|음|함|됨|할 것)[.]?$", term.meaning.ko), term.meaning.ko
    assert not re.search(r"[.다]$", term.name.ko)


def test_one_word_stands_for_one_thing():
    shunned = [
        (where, word)
        for where, words in KOREAN.items()
        for word in SHUNNED
        if word in words
    ]  # fmt: skip
    assert shunned == []


@pytest.mark.parametrize(
    "name", ["README.ko.md", "docs/korean.md", "docs/samples/example-model.ko.md"]
)
def test_the_pages_use_the_same_words(name):
    page = (ROOT / name).read_text("utf-8")
    told = re.sub(r"^\|.*라이센스.*\|$", "", page, flags=re.MULTILINE)
    assert [word for word in SHUNNED if word in told and name != "docs/korean.md"] == []
    assert re.search("[가-힣]", page)


def test_no_particle_is_guessed_after_what_is_filled_in():
    """What is filled in ends in a vowel or not: both particles stand there, or none."""
    alone = re.compile(r"\}(은|는|을|를|과|와|으로)(?![가-힣(])")
    pairs = [ko for name in (*PATTERNS, SENTENCES) for _, ko in entries(name)]
    found = [words for words in (*KOREAN.values(), *pairs) if alone.search(words)]
    assert found == []


def test_a_percent_sign_stands_by_its_number():
    pages = [(ROOT / name).read_text("utf-8") for name in ("README.ko.md", "docs/korean.md")]
    pairs = [ko for name in (*PATTERNS, SENTENCES) for _, ko in entries(name)]
    apart = re.compile(r"[}\d] %")
    assert [words for words in (*KOREAN.values(), *pairs, *pages) if apart.search(words)] == []


def test_the_glossary_has_the_words_that_answers_use():
    page = (ROOT / "docs" / "korean.md").read_text("utf-8")
    for word in (*(one.name.ko for one in categories().values()),
                 *(one.name.ko for one in terms().values())):  # fmt: skip
        assert f"| {word} |" in page, word


def test_both_readmes_have_the_same_parts():
    heads = [
        re.findall(r"^(#+) ", (ROOT / name).read_text("utf-8"), re.MULTILINE)
        for name in ("README.md", "README.ko.md")
    ]
    assert heads[0] == heads[1]
    links = [set(re.findall(r"\]\(((?:docs|models|corpora)/[^)]*|NOTICE)\)",
                            (ROOT / name).read_text("utf-8")))
             for name in ("README.md", "README.ko.md")]  # fmt: skip
    assert links[0] == links[1]
