from __future__ import annotations

import pytest

from openclause.explanation import explain, listed, nearest, not_found
from openclause.findings import decision_rules
from openclause.messages import LANGUAGES
from openclause.taxonomy import categories, criteria, terms

RULES = [rule.id for term in terms().values() for rule in term.rules]
KINDS = {
    "term": list(terms()),
    "category": list(categories()),
    "criterion": list(criteria()),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("kind", "name"), [(k, name) for k, ids in KINDS.items() for name in ids])
def test_each_word_of_the_taxonomy_is_explained(kind, name, lang):
    found = explain(name, lang=lang)
    assert found is not None
    assert (found.kind, found.id) == (kind, name)
    assert found.name
    assert found.meaning


@pytest.mark.parametrize("name", [*RULES, *decision_rules()])
def test_each_rule_is_explained(name):
    found = explain(name)
    assert found is not None
    assert found.meaning
    assert found.facts or found.kind != "rule"


def test_a_rule_is_found_as_a_clause_names_it():
    assert explain(f"rule:{RULES[0]}") == explain(RULES[0])


def test_case_does_not_matter():
    assert explain("osd-6") == explain("OSD-6")
    assert explain("mit") == explain("MIT")
    assert explain("MIT-but-not-quite") is None


def test_a_known_license_is_told_by_its_id_or_spdx_id():
    found = explain("apache-2.0")
    assert found is not None
    assert (found.kind, found.id, found.meaning) == ("license", "apache-2.0", "permissive")
    assert explain("BSD-3-Clause") == explain("bsd-new")


@pytest.mark.parametrize(
    ("typo", "meant"), [("flow-dwn", "flow-down"), ("osd6", "OSD-6"), ("copyleft", "weak-copyleft")]
)
def test_a_typo_is_answered_with_what_comes_nearest(typo, meant):
    assert meant in nearest(typo)
    assert meant in not_found(typo)


def test_nothing_comes_near_nonsense():
    assert nearest("qzqzqzqzqzqzqzqz") == ()
    assert not_found("qzqzqzqzqzqzqzqz").startswith("qzqzqzqzqzqzqzqz: ")


def test_the_list_holds_the_whole_taxonomy():
    assert {kind: [found.id for found in all_] for kind, all_ in listed().items()} == KINDS
