from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from openclause.messages import LANGUAGES, in_language, message, messages

SOURCES = Path(__file__).parents[1] / "src" / "openclause"


def names(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", messages())
def test_each_text_is_in_each_language_with_the_same_names(key):
    texts = [in_language(messages()[key], lang) for lang in LANGUAGES]
    assert all(text.strip() for text in texts)
    assert len({frozenset(names(text)) for text in texts}) == 1


def test_each_text_that_is_asked_for_exists_and_each_is_used():
    code = "\n".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    keys = set(re.findall(r"\b(?:message|tell)\(\s*[\"']([a-z.-]+)[\"']", code))
    assert keys <= set(messages())
    tables = set(re.findall(r"\b(?:message|tell)\(f[\"']([a-z]+)\.", code))
    unused = {key for key in messages() if key not in keys and key.split(".")[0] not in tables}
    assert {key for key in unused if f'"{key}"' not in code} == set()


def test_names_are_filled_in():
    assert message("clause.line", "en", n=3) == "line 3"
    assert message("clause.line", "ko", n=3) == "3행"
