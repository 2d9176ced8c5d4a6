from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from openclause.analysis import analyze
from openclause.findings import decision_rules
from openclause.formats import FORMATS
from openclause.messages import LANGUAGES, in_language, message, messages, translated
from openclause.page import View
from openclause.taxonomy import categories, criteria, terms

SOURCES = Path(__file__).parents[1] / "src" / "openclause"


def names(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", messages())
def test_each_text_is_in_each_language_with_the_same_names(key):
    texts = [in_language(messages()[key], lang) for lang in LANGUAGES]
    assert all(text.strip() for text in texts)
    assert len({frozenset(names(text)) for text in texts}) == 1


def test_each_text_that_is_asked_for_exists_and_each_is_used():
    files = [*SOURCES.rglob("*.py"), *SOURCES.rglob("data/templates/*.html")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    keys = set(re.findall(r"(?<!edge\.)\b(?:message|tell)\(\s*[\"']([a-z.-]+)[\"']", code))
    keys = {key if "." in key else f"compare.{key}" for key in keys}
    assert keys <= set(messages())
    tables = set(re.findall(r"\b(?:message|tell)\(f[\"']([a-z]+)\.", code))
    unused = {key for key in messages() if key not in keys and key.split(".")[0] not in tables}
    assert {key for key in unused if f'"{key}"' not in code} == set()


def test_names_are_filled_in():
    assert message("clause.line", "en", n=3) == "line 3"
    assert message("clause.line", "ko", n=3) == "3행"


SENTENCES = [f"identity.sentence{kind}" for kind in ("", "-words", "-under")]
SAID = [key for key in messages() if key.split(".")[0] in ("warning", "reason")]


@pytest.mark.parametrize("key", [*SAID, *SENTENCES])
def test_what_answers_say_in_english_is_said_in_korean_too(key):
    values = {name: f"<{name} 1.>" for name in names(messages()[key].en)}
    english, korean = (message(key, lang, **values) for lang in LANGUAGES)
    assert translated(english, "en") == english
    assert translated(english, "ko") == korean != english


def test_what_the_catalogue_does_not_know_stays_as_it_is():
    assert translated("a name", "ko") == "a name"


@pytest.mark.parametrize(
    "text",
    [
        "이 소프트웨어는 누구나 사용하고 복제할 수 있으나 상업적으로 이용할 수 없습니다.",
        "See the LICENSE file.",
        "SPDX-License-Identifier: LicenseRef-Nobody AND MIT",
        "Licensed under the MIT license.",
        "You must comply with the use policy at https://example.org/policy and may use it.",
        "You may use and copy it.\n\n======\n\nUse Policy\n\nYou agree not to use it to spy.\n",
        " ",
    ],
)
def test_warnings_and_reasons_are_read_in_korean(text):
    found = analyze(text)
    said = [*found.warnings, *(reason.text for reason in found.openness.reasons)]
    page = FORMATS["text"](found, View(lang="ko", width=1000))
    assert [words for words in said if f" {words}\n" in page] == []
    assert all(re.search("[가-힣]", line) for line in page.splitlines() if "▲" in line)


@pytest.mark.parametrize("words", [
    *(one.text for one in decision_rules().values()),
    *(one.name for one in terms().values()), *(one.meaning for one in terms().values()),
    *(one.name for one in categories().values()), *(one.meaning for one in categories().values()),
    *(one.name for one in criteria().values()), *(one.meaning for one in criteria().values()),
], ids=lambda words: words.en[:30])  # fmt: skip
def test_the_words_of_the_taxonomy_are_in_korean_too(words):
    assert words.en.strip()
    assert re.search("[가-힣]", words.ko)
