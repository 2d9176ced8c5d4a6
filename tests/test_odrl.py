from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from builders import analysis, clause
from untrusted_texts import HOSTILE

from openclause.analysis import analyze_document
from openclause.documents import read_path, read_text
from openclause.formats import FORMATS
from openclause.formats.limits import vocabulary
from openclause.formats.odrl import CONTEXT, PROFILE, action_of, policy
from openclause.page import View

rdflib = pytest.importorskip("rdflib", reason="answers are read back with rdflib")
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef  # noqa: E402
from rdflib.namespace import DCTERMS, ODRL2, Namespace  # noqa: E402

MODEL = Path(__file__).parent / "documents" / "example-model.txt"
CC = Namespace("http://creativecommons.org/ns#")
OA = Namespace("http://www.w3.org/ns/oa#")
OC = Namespace(PROFILE)
PREFIXES = {"odrl": ODRL2, "cc": CC, "oc": OC}
# What ccREL has: the schema at its namespace.
CCREL = {"CommercialUse", "DerivativeWorks", "ShareAlike", "Notice", "Attribution", "SourceCode"}
RULES = {
    "permission": (ODRL2.permission, ODRL2.Permission),
    "prohibition": (ODRL2.prohibition, ODRL2.Prohibition),
    "obligation": (ODRL2.obligation, ODRL2.Duty),
}


def iri(short):
    prefix, _, name = short.partition(":")
    return PREFIXES[prefix][name]


def graph_of(found):
    said = FORMATS["odrl"](found, View(), None)
    with warnings.catch_warnings():
        # rdflib's reader of JSON-LD still uses what rdflib itself calls old.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=said, format="json-ld")


@pytest.fixture(scope="module")
def model():
    found = analyze_document(read_path(MODEL))
    return found, graph_of(found)


def offer_of(graph):
    (offer,) = graph.subjects(RDF.type, ODRL2.Offer)
    return offer


def rule_of(graph, one):
    return URIRef(f"{offer_of(graph)}#{one.id}")


def constraints(graph, rule):
    return {
        (left, operator, right)
        for node in graph.objects(rule, ODRL2.constraint)
        for left in graph.objects(node, ODRL2.leftOperand)
        for operator in graph.objects(node, ODRL2.operator)
        for right in graph.objects(node, ODRL2.rightOperand)
    }


def test_the_offer_is_named_by_the_digest_of_the_document(model):
    found, graph = model
    offer = offer_of(graph)
    assert str(offer).startswith("ni:///sha-256;")
    assert (offer, ODRL2.profile, URIRef(PROFILE)) in graph
    assert (offer, ODRL2.conflict, ODRL2.prohibit) in graph
    assert (offer, ODRL2.assigner, URIRef(f"{offer}#licensor")) in graph
    assert (offer, DCTERMS.title, Literal(found.document.title)) in graph


def test_every_clause_that_tells_an_act_is_one_rule_triple_by_triple(model):
    found, graph = model
    offer = offer_of(graph)
    told = [one for one in found.clauses if action_of(one)]
    assert len(told) == len(found.clauses) - 2
    for one in told:
        rule = rule_of(graph, one)
        link, kind = RULES[one.modality]
        assert (rule, RDF.type, kind) in graph
        held = (offer, link, rule) in graph or (None, ODRL2.duty, rule) in graph
        assert held, one.id
        assert list(graph.objects(rule, ODRL2.action)) == [iri(action_of(one))]
        assert list(graph.objects(rule, ODRL2.target)) == [URIRef(f"{offer}#work")]
        parties = (
            ("recipients", "licensor") if one.holder == "licensor" else ("licensor", "recipients")
        )
        assert list(graph.objects(rule, ODRL2.assigner)) == [URIRef(f"{offer}#{parties[0]}")]
        assert list(graph.objects(rule, ODRL2.assignee)) == [URIRef(f"{offer}#{parties[1]}")]
        assert list(graph.objects(rule, OC["term"])) == [Literal(one.term)]
        (selector,) = graph.objects(rule, OA.hasSelector)
        assert (selector, RDF.type, OA.TextPositionSelector) in graph
        for name, value in (("start", one.start), ("end", one.end)):
            assert (selector, OA[name], Literal(value, datatype=XSD.nonNegativeInteger)) in graph
    rules = {rule for _, kind in RULES.values() for rule in graph.subjects(RDF.type, kind)}
    assert rules == {rule_of(graph, one) for one in told}


def test_duties_that_hang_on_acts_go_with_their_permissions(model):
    found, graph = model
    by_term = {(one.term, one.modality): rule_of(graph, one) for one in found.clauses}
    distribute, modify = by_term["distribute", "permission"], by_term["modify", "permission"]
    license_, naming = by_term["include-license", "obligation"], by_term["naming", "obligation"]
    assert (distribute, ODRL2.duty, license_) in graph
    assert (modify, ODRL2.duty, naming) in graph
    assert (modify, ODRL2.duty, license_) not in graph
    assert (None, ODRL2.obligation, license_) not in graph
    assert (offer_of(graph), ODRL2.obligation, by_term["termination", "obligation"]) in graph


def test_a_duty_of_two_permissions_is_described_once_and_named_twice():
    both = ("redistribution", "derivatives")
    made = analysis(
        clause("distribute", "permission"),
        clause("modify", "permission", start=100),
        clause("flow-down", "obligation", start=200, restricts=both),
    )
    graph = graph_of(made)
    duty = rule_of(graph, made.clauses[2])
    assert len(list(graph.subjects(ODRL2.duty, duty))) == 2
    assert len(list(graph.objects(duty, ODRL2.action))) == 1


@pytest.mark.parametrize(("count", "held"), [(100, "duty"), (200, "obligation")])
def test_very_many_duties_bind_the_whole_policy_and_stay_few_bytes(count, held):
    grants = [clause("distribute", "permission", start=n) for n in range(count)]
    restricts = {"restricts": ("redistribution",)}
    duties = [
        clause("attribution", "obligation", start=count + n, **restricts) for n in range(count)
    ]
    offer = policy(analysis(*grants, *duties))["@graph"][0]
    assert len(offer["permission"]) == count
    holder = offer if held == "obligation" else offer["permission"][0]
    assert len(holder[held]) == count
    other = offer["permission"][0] if held == "obligation" else offer
    assert held not in other
    assert "duty" not in other
    assert len(json.dumps(offer)) < 2_000_000


def test_thresholds_purposes_and_conditions_become_constraints(model):
    found, graph = model
    by_term = {
        one.term: rule_of(graph, one) for one in found.clauses if one.modality == "prohibition"
    }
    assert constraints(graph, by_term["use-threshold"]) == {
        (OC.monthlyActiveUsers, ODRL2.gt, Literal(100_000_000, datatype=XSD.integer))
    }
    purposes = [
        right
        for one in found.clauses
        if one.term == "field-of-use"
        for left, operator, right in constraints(graph, rule_of(graph, one))
        if (left, operator) == (ODRL2.purpose, ODRL2.eq)
    ]
    assert Literal("to harm minors;", lang="en") in purposes
    assert len(purposes) == 3
    (ending,) = [one for one in found.clauses if one.conditions]
    words = Literal(ending.conditions[0], lang="en")
    assert constraints(graph, rule_of(graph, ending)) == {(OC.condition, ODRL2.eq, words)}


def test_dates_and_places_become_constraints():
    text = "Before January 31, 2029 you may not sell it."
    made = analysis(
        clause("sell", "prohibition", text=text),
        clause("territory", "prohibition", start=100, text="not in Atlantis"),
        clause("use-threshold", "prohibition", start=200, text="revenue of over $2 million"),
    )
    graph = graph_of(made)
    sell, place, money = (rule_of(graph, one) for one in made.clauses)
    day = Literal("2029-01-31", datatype=XSD.date)
    assert constraints(graph, sell) == {(ODRL2.dateTime, ODRL2.lt, day)}
    assert constraints(graph, place) == {
        (ODRL2.spatial, ODRL2.isPartOf, Literal("not in Atlantis", lang="en"))
    }
    (node,) = graph.objects(money, ODRL2.constraint)
    (unit,) = graph.objects(node, ODRL2.unit)
    assert str(unit).endswith("/currency/USD")


def test_every_name_of_odrl_and_ccrel_is_one_of_theirs(model):
    for _, graph in [model, (None, graph_of(analysis(*every_clause())))]:
        theirs = {name for triple in graph for name in triple if isinstance(name, URIRef)}
        known = {str(name).removeprefix(str(ODRL2)) for name in theirs if name in ODRL2}
        used = {str(name).removeprefix(str(ODRL2)) for name in theirs if str(ODRL2) in str(name)}
        assert used - known == set()
        assert {str(name).removeprefix(str(CC)) for name in theirs if str(CC) in str(name)} <= CCREL


def every_clause():
    return [
        clause(term, modality, start=1000 * row + 100 * column)
        for row, term in enumerate(vocabulary().term)
        for column, modality in enumerate(RULES)
    ]


def test_every_term_and_modality_is_a_sound_rule():
    made = analysis(*every_clause())
    graph = graph_of(made)
    for one in made.clauses:
        rule = rule_of(graph, one)
        actions = list(graph.objects(rule, ODRL2.action))
        assert len(actions) == bool(action_of(one)), one.id
        for action in actions:
            if str(action).startswith(PROFILE):
                (wider,) = graph.objects(action, ODRL2.includedIn)
                assert wider in {ODRL2.use, ODRL2.grantUse}
                labels = {label.language for label in graph.objects(action, RDFS.label)}
                assert labels == {"en", "ko"}
    for node in graph.subjects(RDF.type, ODRL2.Constraint):
        for part in (ODRL2.leftOperand, ODRL2.operator, ODRL2.rightOperand):
            assert len(list(graph.objects(node, part))) == 1


def test_a_waiver_of_fees_and_a_disclaimer_are_no_rules():
    made = analysis(clause("fee", "permission"), clause("warranty-disclaimer", "obligation"))
    graph = graph_of(made)
    assert list(graph.subjects(RDF.type, ODRL2.Offer)) == []
    assert not any(graph.triples((None, OWL.sameAs, None)))


def test_the_context_stands_in_the_answer_and_sends_nowhere():
    said = json.loads(FORMATS["odrl"](analysis(clause("modify", "permission")), View(), None))
    assert said["@context"] == CONTEXT
    assert isinstance(CONTEXT, dict)
    assert "@import" not in json.dumps(said)


@pytest.mark.parametrize("name", HOSTILE)
def test_strange_texts_stay_literals(name):
    found = analyze_document(read_text(HOSTILE[name]))
    graph = graph_of(found)
    assert list(graph.subjects(RDF.type, ODRL2.Prohibition))
    said = json.dumps(policy(found), ensure_ascii=False)
    assert not set(said) & set("\x00\x07\x1b\x9b\u202e\u2066\U000e0041")
    resources = {str(node) for triple in graph for node in triple if isinstance(node, URIRef)}
    assert not any("javascript" in one or "x.example" in one for one in resources)
