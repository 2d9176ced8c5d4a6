"""Each sentence that people read is in Korean too: help, errors, progress and tables."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
import typer.main

from openclause.cli import app
from openclause.cli.guides import guide, texts
from openclause.locales import reader_language
from openclause.phrasebook import PATTERNS, SENTENCES, entries, said, sentences

SOURCES = Path(__file__).parents[1] / "src" / "openclause"
RAISED = {"OpenClauseError", "DocumentError", "DataError", "ModelError", "Problem"}
RAISED |= {"WorseModelError", "_error", "fail", "tell"}
HANGUL = re.compile("[가-힣]")
# What stays as it is: names of files, options, commands, formats and fields, and what is filled in.
KEPT = re.compile(
    r"`[^`]*`|'[^']*'|⟨\d+⟩|--?[\w-]+|\[[\w ]*\]|\S*[./_]\S*|\b[A-Z][\w-]*[A-Z]\w*\b|"
    r"\b(openclause|data|extends|pip|install|key|sha256|chars|family|split|source|clauses|category|en|ko|"
    r"start|end|quote|order|backports|Office|Word|PostScript|Zstandard|Dask|dask|Parquet|parquet|"
    r"Errno|git|README|FOLDER|FILE|or|and)\b"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def commands(command=None, context=None):
    command = command or typer.main.get_command(app)
    context = context or typer.Context(command, info_name="openclause")
    yield command, context
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, type(context)(each, info_name=name, parent=context))


def helps():
    return {
        text: context.command_path for one, context in commands() for text in texts(one, context)
    }


def template(node, constants):
    """Return the words of a string in the code, with a mark for each thing that is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = []
    for number, part in enumerate(node.values):
        if isinstance(part, ast.Constant):
            parts.append(part.value)
        else:
            mark = constants.get(getattr(part.value, "id", ""), f"⟨{number}⟩")
            parts.append(repr(mark) if part.conversion == ord("r") else mark)
    return "".join(parts)


def raised():
    """Yield each sentence that is raised, with where: what a call of an error's class is given."""
    for path in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        }  # fmt: skip
        for node in ast.walk(tree):
            name = isinstance(node, ast.Call) and getattr(
                node.func, "id", getattr(node.func, "attr", "")
            )
            if name in RAISED:
                for argument in node.args:
                    words = template(argument, constants)
                    if words and re.search(r"[a-z]{3} ", words):
                        yield f"{path.relative_to(SOURCES)}:{node.lineno}", words


def foreign(sentence):
    """Return the Korean of a sentence, and the English words that are left in it."""
    korean = said(sentence, "ko")
    own = set(ENGLISH.findall(KEPT.sub(" ", sentence)))
    return korean, own & set(ENGLISH.findall(KEPT.sub(" ", korean)))


@pytest.mark.parametrize("sentence", helps())
def test_all_that_help_says_is_in_korean(sentence):
    assert HANGUL.search(said(sentence, "ko"))


def test_no_help_is_kept_that_no_command_says():
    about_all = {"Usage", "Name", "Synopsis", "Description", "Arguments", "Options", "Commands"}
    about_all |= {"[OPTIONS]", "COMMAND [ARGS]...", "required", "dynamic"}
    assert set(sentences()) - set(helps()) - about_all == set()


RAISES = dict(raised())


def test_the_raises_are_found():
    assert len(RAISES) > 100
    assert any("is a folder" in words for words in RAISES.values())


@pytest.mark.parametrize("where", RAISES)
def test_each_error_that_is_raised_is_in_korean(where):
    korean, left = foreign(RAISES[where])
    assert HANGUL.search(korean) or not ENGLISH.search(KEPT.sub(" ", RAISES[where]))
    assert left == set(), korean


@pytest.mark.parametrize("name", [*PATTERNS, SENTENCES])
def test_each_entry_names_the_same_places_in_both_languages(name):
    found = list(entries(name))
    assert len({en for en, _ in found}) == len(found)
    for en, ko in found:
        places = [sorted({n for _, n, _, _ in Formatter().parse(words) if n}) for words in (en, ko)]
        assert name == SENTENCES or places[0] == places[1], en
        assert ko.strip()


@pytest.mark.parametrize("name", ["errors.toml", SENTENCES])
def test_sentences_are_polite_and_labels_are_not_sentences(name):
    """Whole sentences end in the polite form; none in the plain one, which is for statements."""
    for _, ko in entries(name):
        for sentence in re.split(r"(?<=[가-힣])\. ?", ko.rstrip(".")):
            assert not re.search(r"(?<![니])다$", sentence), ko


def test_what_is_filled_in_is_put_into_korean_too():
    english = "a b.txt: cannot be read (Input/output error); check the path"
    assert said(english, "ko") == "a b.txt: 읽을 수 없습니다(입출력 오류). 경로를 확인하십시오"
    assert said(english, "en") == english


def test_a_name_with_a_colon_stays_whole():
    found = said("C: dir: x.txt: is empty; give a file with the text of the license", "ko")
    assert found.startswith("C: dir: x.txt: 비어 있습니다.")


def test_what_nobody_translated_stays_as_it_is():
    assert said("some new words: of tomorrow", "ko") == "some new words: of tomorrow"


def test_a_brace_in_what_is_filled_in_is_no_place():
    assert said("{x}: does not exist; check the path", "ko").startswith("{x}: 존재하지")


@pytest.mark.parametrize(("arguments", "environment", "lang"), [
    ([], {}, "en"),
    ([], {"LANG": "ko_KR.UTF-8"}, "ko"),
    ([], {"LANG": "ko"}, "ko"),
    ([], {"LANG": "kok_IN"}, "en"),
    ([], {"LANG": "ko_KR", "LC_MESSAGES": "C"}, "en"),
    ([], {"LANG": "en_US", "LC_MESSAGES": "ko_KR"}, "ko"),
    ([], {"LC_MESSAGES": "ko_KR", "LC_ALL": "POSIX"}, "en"),
    ([], {"LC_ALL": "", "LANG": "ko-KR"}, "ko"),
    ([], {"LC_ALL": "ko_KR", "OPENCLAUSE_LANG": "en"}, "en"),
    ([], {"OPENCLAUSE_LANG": "ko"}, "ko"),
    (["analyze", "x", "--lang", "en"], {"OPENCLAUSE_LANG": "ko"}, "en"),
    (["analyze", "x", "--lang=ko"], {}, "ko"),
    (["--lang", "ko", "analyze", "--lang", "en"], {}, "en"),
    (["analyze", "--", "--lang", "ko"], {}, "en"),
    (["analyze", "x", "--lang", "fr"], {"LANG": "ko_KR"}, "ko"),
    (["analyze", "x", "--lang"], {}, "en"),
])  # fmt: skip
def test_the_reader_is_asked_before_the_system(arguments, environment, lang):
    assert reader_language(arguments, environment) == lang


def test_each_command_has_examples_and_an_end():
    for command, context in commands():
        kinds = [section.kind for section in guide(command, context, "en").sections]
        assert "Options" in kinds
        if not hasattr(command, "commands"):
            assert "Examples" in kinds, context.command_path
            assert "Exit codes" in kinds, context.command_path


def test_each_command_takes_the_common_options():
    common = {"--format", "--output", "--lang", "--quiet", "--no-color"}
    for command, context in commands():
        taken = {option for parameter in command.params for option in parameter.opts}
        wanted = {"--lang"} if hasattr(command, "commands") else common
        assert wanted <= taken, context.command_path
