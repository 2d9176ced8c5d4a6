from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from builders import analysis
from typer.testing import CliRunner

import openclause.analysis
from openclause.analysis import load_model
from openclause.cli import app
from openclause.corpus import Record, digest, text_path, write_record
from openclause.formats import FORMATS
from openclause.identity import Known, build_index, identify
from openclause.missing import with_words
from openclause.page import View

SOLD = "You may not sell the puppet for more than the price of its wood and its strings."
KEPT = "Keep the list of all carvers in the box of the puppet."
FIRST = "A puppet belongs to whoever pulls its strings."
TEXT = f"""Puppet Theatre License

{FIRST}

1. Playing

You may play with the puppet on any stage, small or large.
Whoever plays may change its costume, its face and its strings.

2. Passing on. You may give the puppet to whom you like. {SOLD}

  a) {KEPT}
  b) Oil the joints of the puppet before you give it away.

Farewell

The puppet comes as it is, and no carver answers for a broken string.
"""
# What writes bills of materials, from an extra.
LIBRARIES = {"spdx": "spdx_tools", "spdx3": "spdx_python_model", "cyclonedx": "cyclonedx"}
KNOWN = Known("puppet", "Puppet-1.0", "Puppet Theatre License", "permissive")
INDEX = build_index([KNOWN], [TEXT])


@pytest.fixture
def corpus(tmp_path):
    """Return the folder of a corpus that holds the one license."""
    return written(tmp_path / "corpora" / "licenses", TEXT)


def written(folder: Path, text: str, **changes):
    text_path(folder, "puppet").parent.mkdir(parents=True, exist_ok=True)
    text_path(folder, "puppet").write_bytes(text.encode())
    fields = {
        "key": "puppet",
        "name": "Puppet Theatre License",
        "language": "en",
        "artifact": "content",
        "category": "permissive",
        "addendum": False,
        "hard": False,
        "basis": "read",
        "family": "puppet",
        "split": "train",
        "chars": len(text),
        "sha256": digest(text.encode()),
    }
    write_record(Record(**(fields | changes)), folder)
    return folder


def read(text):
    return analysis(identification=identify(text, INDEX))


def missing(found):
    return [d.text for d in found.identification[0].deviations if d.kind == "missing"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (FIRST, f"sentence 1 of 11: “{FIRST}”"),
        (SOLD, f"sentence 7 of 11, under “2. Passing on”: “{SOLD}”"),
        (KEPT, f"sentence 8 of 11, under “2. Passing on”: “a) {KEPT}”"),
        (
            "The puppet comes as it is, and no carver answers for a broken string.",
            "sentence 11 of 11, under “Farewell”: “The puppet comes as it is, and no carver answers"
            " for a broken string.”",
        ),
    ],
)
def test_a_missing_sentence_is_quoted_under_its_heading(corpus, words, told):
    found = read(TEXT.replace(f"a) {words}", "").replace(words, ""))
    assert missing(with_words(found, INDEX, folder=corpus)) == [told]


def test_a_missing_heading_stands_under_no_heading_of_its_own(corpus):
    found = read(TEXT.replace("Farewell\n", "").replace("Passing on.", ""))
    assert missing(with_words(found, INDEX, folder=corpus)) == [
        "sentence 5 of 11: “2. Passing on.”",
        "sentence 10 of 11: “Farewell”",
    ]


def test_nothing_else_changes(corpus):
    found = read(TEXT.replace(SOLD, "You may sell the puppet."))
    told = with_words(found, INDEX, folder=corpus)
    (old,), (new,) = found.identification, told.identification
    assert [(d.start, d.end, d.kind) for d in old.deviations] == [
        (d.start, d.end, d.kind) for d in new.deviations
    ]
    assert [d for d in new.deviations if d.kind == "added"] == [
        d for d in old.deviations if d.kind == "added"
    ]
    assert msgspec.structs.replace(told, identification=found.identification) == found


def test_what_is_quoted_already_stays(corpus):
    told = with_words(read(TEXT.replace(SOLD, "")), INDEX, folder=corpus)
    assert with_words(told, INDEX, folder=corpus) == told


def test_without_a_corpus_the_number_has_to_do(tmp_path, monkeypatch):
    found = read(TEXT.replace(SOLD, ""))
    assert missing(found) == ["sentence 7 of 11"]
    monkeypatch.chdir(tmp_path)
    assert with_words(found, INDEX) is found
    assert with_words(found, INDEX, folder=tmp_path) is found


def test_the_corpus_is_found_above_the_current_folder(corpus, tmp_path, monkeypatch):
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert SOLD in missing(with_words(read(TEXT.replace(SOLD, "")), INDEX))[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: text_path(folder, "puppet").unlink(),
        lambda folder: text_path(folder, "puppet").write_bytes(b"\xff\xfe"),
        lambda folder: text_path(folder, "puppet").write_text(TEXT.replace("more", "less")),
        lambda folder: (folder / "puppet.toml").unlink(),
        lambda folder: (folder / "puppet.toml").write_text("key ="),
        lambda folder: written(folder, TEXT.replace("more", "less")),
        lambda folder: written(folder, f"{TEXT}\nAnd one more thing.\n"),
    ],
    ids=["no text", "no utf-8", "another text", "no record", "no toml", "reworded", "longer"],
)
def test_only_the_text_that_record_and_index_know_is_quoted(corpus, spoil):
    spoil(corpus)
    found = read(TEXT.replace(SOLD, ""))
    assert with_words(found, INDEX, folder=corpus) is found


def test_nothing_is_read_where_nothing_is_missing(monkeypatch):
    monkeypatch.setattr("openclause.corpus.read_record", None)
    for text in (TEXT, f"{TEXT}\nYou may not use the puppet in a parade.\n", "Another text."):
        found = read(text)
        assert with_words(found, INDEX, folder=Path("nowhere")) is found


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("words", [SOLD, "As it says, under “the roof”: “do not sell it”."])
def test_people_read_number_heading_and_words(tmp_path, lang, words):
    text = TEXT.replace(SOLD, words).replace(FIRST, f"{FIRST[:-1]}, so “1: “2”, under “3”: “4”.")
    index = build_index([KNOWN], [text])
    changed = text.replace(words, "").replace(text.splitlines()[2], "")
    found = analysis(identification=identify(changed, index))
    told = with_words(found, index, folder=written(tmp_path, text))
    page = " ".join(FORMATS["text"](told, View(lang=lang)).split())
    first = text.splitlines()[2]
    assert {
        "en": f"missing: sentence 1 of 11: “{first}”",
        "ko": f"빠짐: 전체 11개 중 1번째 문장: “{first}” →",
    }[lang] in page
    assert {
        "en": f"missing: sentence 7 of 11, under “2. Passing on”: “{words}”",
        "ko": f"빠짐: 전체 11개 중 7번째 문장(제목 “2. Passing on”): “{words}”",
    }[lang] in page


def test_long_words_are_cut_within_their_quotes(tmp_path):
    text = TEXT.replace(SOLD, f"You may not {'ever ' * 80}sell it.")
    index = build_index([KNOWN], [text])
    found = analysis(identification=identify(TEXT.replace(SOLD, ""), index))
    told = with_words(found, index, folder=written(tmp_path, text))
    (line,) = [
        line
        for line in FORMATS["markdown"](told, View(), "").splitlines()
        if "missing: sentence" in line
    ]
    assert line.endswith("ever ever …”")
    assert len(line) < 300


def test_an_added_sentence_is_a_quote_and_is_not_translated():
    found = read(f"{TEXT}\n\nthe text is empty\n")
    assert "추가됨: “the text is empty”" in FORMATS["text"](found, View(lang="ko", width=1000))


class TestCommand:
    @pytest.fixture(autouse=True)
    def model(self, monkeypatch):
        model = msgspec.structs.replace(load_model(), index=INDEX)
        monkeypatch.setattr(openclause.analysis, "load_model", lambda _folder=None: model)

    @staticmethod
    def run(tmp_path, monkeypatch, *arguments):
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / "elsewhere")
        Path("LICENSE").write_text(TEXT.replace(SOLD, ""), encoding="utf-8")
        return CliRunner().invoke(app, ["analyze", "LICENSE", *map(str, arguments)])

    @pytest.mark.parametrize("look", ["text", "markdown", "html"])
    def test_pages_for_people_quote_it(self, tmp_path, monkeypatch, look):
        bare = self.run(tmp_path, monkeypatch, "--format", look)
        written(tmp_path / "corpora" / "licenses", TEXT)
        told = self.run(tmp_path, monkeypatch, "--format", look)
        assert (bare.exit_code, told.exit_code) == (0, 0)
        assert "sentence 7 of 11" in bare.stdout
        assert "price of its wood" not in bare.stdout
        assert "price of its wood" in told.stdout

    @pytest.mark.parametrize("look", sorted({*FORMATS} - {"text", "markdown", "html"}))
    def test_records_for_programs_are_the_same_bytes(self, tmp_path, monkeypatch, look):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
        if look in LIBRARIES:
            pytest.importorskip(LIBRARIES[look], reason="needs an extra")
        bare = self.run(tmp_path, monkeypatch, "--format", look)
        written(tmp_path / "corpora" / "licenses", TEXT)
        told = self.run(tmp_path, monkeypatch, "--format", look)
        assert bare.exit_code == 0
        assert bare.stdout == told.stdout
        if look == "json":
            (match,) = json.loads(told.stdout)["identification"]
            assert [d["text"] for d in match["deviations"]] == ["sentence 7 of 11"]

    def test_a_corpus_can_be_named(self, tmp_path, monkeypatch):
        folder = written(tmp_path / "mine", TEXT)
        assert "price of its wood" in self.run(tmp_path, monkeypatch, "--corpus", folder).stdout
        wrong = self.run(tmp_path, monkeypatch, "--corpus", tmp_path / "none")
        assert (wrong.exit_code, wrong.stdout) == (2, "")
        assert wrong.stderr.count("\n") == 1
        assert "no such folder" in wrong.stderr
