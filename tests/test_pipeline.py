from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from openclause import analyze, load
from openclause.errors import ModelError
from openclause.pipeline import GROUPS

DOCUMENTS = Path(__file__).parent / "documents"

TEXT = """# Grant

You may copy it. You may not:
- sell it;
- rent it.
"""


@pytest.fixture(scope="module")
def doc() -> Doc:
    return load()(TEXT)


def spans(doc: Doc, group: str) -> Iterator[tuple[str, str]]:
    return ((span.label_, span.text) for span in doc.spans[group])


def clauses_of(doc: Doc) -> list[tuple[str, str, int, int]]:
    spans = doc.spans["clauses"]
    return [(span.label_, span.id_, span.start_char, span.end_char) for span in spans]


@pytest.mark.parametrize(
    ("group", "found"),
    [
        (
            "sentences",
            [
                ("sentence", "You may copy it."),
                ("sentence", "You may not:"),
                ("item", "sell it;"),
                ("item", "rent it."),
            ],
        ),
        ("sections", [("heading", "Grant")]),
    ],
)
def test_units_are_span_groups(doc: Doc, group: str, found: list[tuple[str, str]]) -> None:
    assert list(spans(doc, group)) == found


@pytest.mark.parametrize(
    ("group", "label", "text"),
    [
        ("modals", "permission", "may"),
        ("modals", "prohibition", "may not"),
        ("terms", "sell", "sell"),
        ("clauses", "prohibition/distribute", "rent it."),
        ("clauses", "prohibition/sell", "sell it;"),
    ],
)
def test_findings_are_span_groups(doc: Doc, group: str, label: str, text: str) -> None:
    assert (label, text) in list(spans(doc, group))


def test_terms_and_clauses_name_what_made_them(doc: Doc) -> None:
    assert all("." in span.id_ for span in doc.spans["terms"])
    assert all(span.id_.startswith("rule:") or span.id_ == "model" for span in doc.spans["clauses"])


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_clauses_are_those_of_analyze(path: Path) -> None:
    text = path.read_text("utf-8")
    assert clauses_of(load()(text)) == [
        (f"{clause.modality}/{clause.term}", clause.source, clause.start, clause.end)
        for clause in analyze(text).clauses
    ]


def test_clauses_in_a_foreign_text_are_left_out_as_by_analyze() -> None:
    text = (
        "Jede Person darf dieses Werk vervielfältigen; may not sell ist nicht gemeint, und nur so."
    )
    assert len(clauses_of(load()(text))) == len(analyze(text).clauses)


def test_categories_are_chances(doc: Doc) -> None:
    assert sum(doc.cats.values()) == pytest.approx(1.0, abs=1e-3)
    assert len(doc.cats) > 1


def test_spans_are_widened_to_the_tokens_of_any_tokenizer() -> None:
    nlp = Language(spacy.blank("en").vocab)
    nlp.tokenizer = lambda text: Doc(nlp.vocab, words=text.split(" "), spaces=None)
    nlp.add_pipe("openclause_sentences")
    doc = nlp("(You may copy it.) You may sell it.")
    assert [span.text for span in doc.spans["sentences"]] == [
        "(You may copy it.)",
        "You may sell it.",
    ]


def test_docs_are_the_same_in_processes_and_after_each_other() -> None:
    nlp = load()
    texts = ["You may copy it.", TEXT, "You may copy it."]
    one = [{group: list(spans(doc, group)) for group in GROUPS} for doc in map(nlp, texts)]
    many = [{group: list(spans(doc, group)) for group in GROUPS} for doc in nlp.pipe(texts)]
    assert one == many
    assert one[0] == one[2] != one[1]


def test_the_pipeline_is_plain_data() -> None:
    nlp = load()
    again = spacy.blank("en").from_config(nlp.config)
    assert (
        nlp.pipe_names
        == again.pipe_names
        == [*(f"openclause_{g}" for g in GROUPS), "openclause_category"]
    )


def test_processes_change_nothing() -> None:
    nlp = load()
    texts = [path.read_text("utf-8") for path in sorted(DOCUMENTS.glob("*.txt"))]
    one = [clauses_of(nlp(text)) for text in texts]
    assert [clauses_of(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=1)] == one


def test_a_pipeline_on_disk_answers_the_same(tmp_path: Path) -> None:
    nlp = load()
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert clauses_of(again(TEXT)) == clauses_of(nlp(TEXT))
    assert again(TEXT).cats == nlp(TEXT).cats


@pytest.mark.parametrize("language", ["en", "de", "xx"])
def test_the_clauses_alone_can_be_added_to_any_pipeline(language: str) -> None:
    nlp = spacy.blank(language)
    nlp.add_pipe("openclause_clauses")
    assert clauses_of(nlp(TEXT)) == clauses_of(load()(TEXT))


def test_the_clauses_can_be_read_with_a_model_of_ones_own(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("openclause_clauses", config={"model": str(tmp_path)})
    with pytest.raises(ModelError):
        nlp(TEXT)


def test_a_doc_survives_bytes() -> None:
    doc = load()(TEXT)
    again = Doc(doc.vocab).from_bytes(doc.to_bytes())
    assert clauses_of(again) == clauses_of(doc)


def test_an_empty_text_has_empty_groups() -> None:
    doc = load()("")
    assert {group: len(doc.spans[group]) for group in GROUPS} == dict.fromkeys(GROUPS, 0)
