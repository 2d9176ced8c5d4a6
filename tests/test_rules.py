import re
from itertools import chain

import pytest

from openclause import rules, taxonomy
from openclause.clauses import reader
from openclause.errors import DataError
from openclause.modality import cue_kinds
from openclause.pattern_index import all_patterns, index_of
from openclause.patterns import LONGEST_GAP, Pattern, Stretch, compile_pattern, lexicon
from openclause.phrases import phrases_of
from openclause.segmentation import segment

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


def test_every_word_set_is_named_by_a_pattern() -> None:
    said = [text for _, rule in ALL_RULES for text in (*rule.patterns, *rule.unless)]
    said += [phrase for kind in cue_kinds().values() for phrase in kind.phrases]
    braces = [found for text in said for found in re.findall(r"\{([^}]*)\}", text)]
    assert lexicon().keys() == {name for found in braces for name in found.split("|")}


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("..3 word?", "no word to anchor"),
        ("{nosuchset}", "no word set"),
        ("a ..99 b", "longer than"),
    ],
)
def test_a_bad_pattern_is_one_clear_line(pattern: str, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint) as caught:
        compile_pattern(pattern, "some.rule")
    assert "some.rule" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_patterns_are_looked_for_by_their_rarest_words() -> None:
    pattern = compile_pattern("may not? decompile the|a ..5 software", "some.rule")
    assert list(pattern.phrases()) == [("decompile", "a"), ("decompile", "the")]
    assert [(len(each.elements), each.gap) for each in chained(pattern.left)] == [(2, 0)]
    assert [(len(each.elements), each.gap) for each in chained(pattern.right)] == [(1, 5)]
    assert pattern.needs == ({"may"}, {"software"})


def chained(nearest: Stretch | None) -> list[Stretch]:
    return [nearest, *chained(nearest.beyond)] if nearest else []


def test_stretches_are_chained_from_home_outwards() -> None:
    pattern = compile_pattern("you ..2 may ..4 decompile it ..6 here ..8 now", "some.rule")
    assert [each.gap for each in chained(pattern.left)] == [4, 2]
    assert [each.gap for each in chained(pattern.right)] == [6, 8]


@pytest.mark.parametrize(
    ("exception", "text", "spans"),
    [
        ("nobody decompile", "nobody decompile it", []),
        ("nobody decompile", "nobody may decompile it", [(2, 3)]),
        ("decompile old software ..2 by", "decompile old software now by", []),
        ("decompile old software ..2 by", "decompile old software", [(0, 1)]),
        ("old software", "decompile it and old software", [(0, 1)]),
        ("decompile it", "decompile it or decompile", [(3, 4)]),
    ],
)
def test_what_an_exception_touches_is_no_match(
    exception: str, text: str, spans: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    patterns = [
        compile_pattern("decompile", "some.rule"),
        compile_pattern(exception, "some.rule", cancels=True),
    ]
    assert matched(patterns, text, monkeypatch) == spans


def test_rules_are_looked_for_in_the_units_that_are_asked_for() -> None:
    text = "You may sell it. You may modify it. You may sell copies."
    whole = reader().take_apart(text)
    part = reader().look_through(text, whole.outline, {0, 2})
    assert {hit.unit for hit in whole.hits} == {0, 1, 2}
    assert part.hits == tuple(hit for hit in whole.hits if hit.unit != 1)
    assert part.scopes.cues == [whole.scopes.cues[0], [], whole.scopes.cues[2]]


def test_gaps_are_bounded() -> None:
    nearest = chain.from_iterable((pattern.left, pattern.right) for pattern in all_patterns())
    gaps = [each.gap for side in nearest for each in chained(side)]
    assert 0 < max(gaps) <= LONGEST_GAP


@pytest.mark.parametrize(
    ("pattern", "text", "span"),
    [
        ("decompile", "you may decompile it", (2, 3)),
        ("may ..2 decompile", "you may not ever decompile it", (1, 5)),
        ("may ..1 decompile", "you may not ever decompile it", None),
        ("decompile ..4 it|them", "decompile and so on it", (0, 5)),
        ("not the? decompile", "not decompile", (0, 2)),
        ("not the? decompile", "not the decompile", (0, 3)),
        ("!not decompile", "not decompile", None),
        ("!not decompile", "always decompile", (0, 2)),
        ("^ decompile", "so decompile", None),
        ("decompile $", "so decompile", (1, 2)),
        ("{reverse|fee|law} it", "you statute it", (1, 3)),
        ("it|{law}", "so statutes", (1, 2)),
        ("decompile the? !new work", "decompile the old work", (0, 4)),
        ("decompile the? !new work", "decompile the new work", None),
        ("may ..3 the ..2 decompile", "may of the same decompile", (0, 5)),
        ("^ ..2 decompile", "so you decompile", (2, 3)),
        ("^ ..1 decompile", "so you decompile", None),
        ("^ the ..5 decompile", "the one the other decompile", (0, 5)),
        ("decompile ..1 $", "so decompile it", (1, 2)),
        ("decompile ..1 $", "so decompile it now", None),
        ("decompile it?", "you may decompile", (2, 3)),
    ],
)
def test_pattern_language(
    pattern: str, text: str, span: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = matched([compile_pattern(pattern, "some.rule")], text, monkeypatch)
    assert found == ([span] if span else [])


def matched(
    patterns: list[Pattern], text: str, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[int, int]]:
    """Return what patterns match in a text that are all that there are."""
    monkeypatch.setattr(rules, "pattern_index", lambda: index_of(patterns))
    outline = segment(text)
    matcher, table = rules.Rules(), phrases_of(None)
    table.add(phrase.split(" ") for phrase in matcher.phrases())
    return [(hit.first, hit.last) for hit in matcher.find(outline, table.find(outline.words))]
