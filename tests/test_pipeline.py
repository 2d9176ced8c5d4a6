from __future__ import annotations

from collections.abc import Iterator

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from openclause import load
from openclause.pipeline import GROUPS

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


def test_terms_and_clauses_name_their_rules(doc: Doc) -> None:
    assert all("." in span.id_ for span in doc.spans["terms"])
    assert all(span.id_.startswith("rule:") for span in doc.spans["clauses"])


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


def test_an_empty_text_has_empty_groups() -> None:
    doc = load()("")
    assert {group: len(doc.spans[group]) for group in GROUPS} == dict.fromkeys(GROUPS, 0)
