from collections.abc import Sequence

import pytest

from openclause.clauses import Effect, reader
from openclause.placing import records

LAW, COURTS = ("governing-law.law",), ("governing-law.courts",)


def quotes(text: str, *said: tuple[str, Sequence[str]], term: str) -> list[str]:
    """Return what the clauses quote if units that hold the words say something of a term."""
    reading = reader().take_apart(text)
    effects = [
        Effect(number, term, "obligation", "recipient", tuple(rules), 0.8, weighed=True)
        for number, unit in enumerate(reading.outline.units)
        for words, rules in said
        if words in text[unit.start : unit.end] and unit.kind != "heading"
    ]
    return [" ".join(clause.text.split()) for clause in records(reading, effects)]


def test_the_law_and_the_courts_are_two_clauses() -> None:
    text = "The law of Denmark holds. Courts in Odense decide. They sit on Mondays."
    found = quotes(text, ("law", LAW), ("Courts", COURTS), term="governing-law")
    assert found == ["The law of Denmark holds.", "Courts in Odense decide."]


def test_what_no_rule_knows_goes_on_with_the_law_before_it() -> None:
    text = "Courts in Odense decide. They sit on Mondays. They speak Danish."
    found = quotes(text, ("Courts", COURTS), ("Mondays", ()), ("Danish", ()), term="governing-law")
    assert found == [text]


@pytest.mark.parametrize(
    ("term", "n_clauses"),
    [("liability-limit", 1), ("warranty-disclaimer", 2), ("fee", 2)],
)
def test_only_limits_of_liability_go_on_in_the_next_paragraph(term: str, n_clauses: int) -> None:
    text = "Nobody pays for broken toys.\n\nNobody pays for lost toys.\n"
    assert len(quotes(text, ("broken", ()), ("lost", ()), term=term)) == n_clauses


@pytest.mark.parametrize(("term", "n_clauses"), [("warranty-disclaimer", 1), ("attribution", 2)])
def test_sentences_of_a_paragraph_are_one_disclaimer(term: str, n_clauses: int) -> None:
    text = "Nobody says that toys are whole. Nobody says that toys are safe."
    assert len(quotes(text, ("whole", ()), ("safe", ()), term=term)) == n_clauses


def test_a_silent_sentence_ends_a_disclaimer() -> None:
    text = "Nobody says that toys are whole. Toys are fun. Nobody says that toys are safe."
    found = quotes(text, ("whole", ()), ("safe", ()), term="warranty-disclaimer")
    assert found == ["Nobody says that toys are whole.", "Nobody says that toys are safe."]


@pytest.mark.parametrize(("term", "n_clauses"), [("attribution", 1), ("include-license", 2)])
def test_a_credit_is_one_clause_with_its_words(term: str, n_clauses: int) -> None:
    text = "Whoever lends toys must say:\n\n    * Toys by Anna of Odense\n"
    assert len(quotes(text, ("lends", ()), ("Anna", ()), term=term)) == n_clauses


def test_a_joined_clause_reaches_over_the_items_of_its_sentence() -> None:
    text = "Nobody who made toys will pay for: (a) broken toys; (b) lost toys, and (c) lent toys."
    found = quotes(text, ("Nobody", ()), ("broken", ()), term="liability-limit")
    assert found == [text]
