import pytest

from openclause import rules, taxonomy
from openclause.clauses import reader
from openclause.errors import DataError
from openclause.rules import ruleset

ALL_RULES = [(term.id, rule) for term in taxonomy.terms().values() for rule in term.rules]
HITS = [
    pytest.param(term, rule.id, modality, text, id=f"{rule.id}-{modality}-{number}")
    for term, rule in ALL_RULES
    for modality, texts in rule.hits.items()
    for number, text in enumerate(texts)
]
MISSES = [
    pytest.param(rule.id, text, id=f"{rule.id}-{number}")
    for _, rule in ALL_RULES
    for number, text in enumerate(rule.misses)
]


def made_by(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    reading = reader().take_apart(text, ())
    return [(e.term, e.modality, e.rules) for e in reader().effects(reading)]


@pytest.mark.parametrize(("term", "rule", "modality", "text"), HITS)
def test_rule_hits(term: str, rule: str, modality: str, text: str) -> None:
    assert any(
        (found, how) == (term, modality) and rule in by for found, how, by in made_by(text)
    ), made_by(text)


@pytest.mark.parametrize(("rule", "text"), MISSES)
def test_rule_misses(rule: str, text: str) -> None:
    assert not any(rule in by for _, _, by in made_by(text))


def test_every_term_has_rules_and_every_rule_a_hit() -> None:
    assert [term.id for term in taxonomy.terms().values() if not term.rules] == []
    assert [rule.id for _, rule in ALL_RULES if not rule.hits or not rule.source] == []
    assert [rule.id for term, rule in ALL_RULES if not rule.id.startswith(f"{term}.")] == []


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [("..3 word?", "no word to anchor"), ("{nosuchset}", "no word set"), ("a ..99 b", "longer than")],
)
def test_a_bad_pattern_is_one_clear_line(pattern: str, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint) as caught:
        rules._compile(pattern, "some.rule")
    assert "some.rule" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_patterns_anchor_on_their_rarest_word() -> None:
    pattern = rules._compile("you may ..3 decompile the software", "some.rule")
    assert pattern.elements[pattern.anchor].words == {"decompile"}
    assert (pattern.before, pattern.after) == (5, 2)


def test_gaps_are_bounded() -> None:
    longest = max(each.most for pattern in ruleset().patterns for each in pattern.elements)
    assert longest <= rules.LONGEST_GAP
