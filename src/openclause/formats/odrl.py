"""ODRL 2.2 as JSON-LD: what a license permits, prohibits and obliges to, for programs that reason.

In: an `Analysis`. Out: one Offer of the licensor. Each clause that tells an act becomes a rule,
named by the clause's id; a duty that hangs on acts goes with the permissions of these acts. The
context stands in the answer, so that no network is needed. The mapping is data, `data/odrl.toml`.

References
----------
W3C, "ODRL Information Model 2.2" and "ODRL Vocabulary & Expression 2.2" (2018);
Abelson, H. et al. (2008), "ccREL: The Creative Commons Rights Expression Language";
RFC 6920 (names of documents by their digest); W3C, "Web Annotation Data Model", section 4.2.5.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from openclause.analysis import Analysis
from openclause.clauses import Clause
from openclause.formats.limits import Limit, dates, thresholds, vocabulary
from openclause.formats.phrases import title
from openclause.messages import LANGUAGES, in_language
from openclause.page import View
from openclause.taxonomy import terms
from openclause.untrusted import visible

Json = dict[str, Any]

PROFILE = "urn:openclause:odrl:"
_IDS = {"@type": "@id"}
_WORDS = {"@type": "@vocab"}
CONTEXT: Json = {
    "@vocab": "http://www.w3.org/ns/odrl/2/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "cc": "http://creativecommons.org/ns#",
    "dct": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "oc": PROFILE,
    "uid": "@id",
    "type": "@type",
    **{name: {"@id": f"odrl:{name}"} | _IDS for name in ("target", "assigner", "assignee")},
    **{
        name: {"@id": f"odrl:{name}"} | _IDS for name in ("permission", "prohibition", "obligation")
    },
    **{name: {"@id": f"odrl:{name}"} | _IDS for name in ("duty", "constraint", "profile")},
    **{name: {"@id": f"odrl:{name}"} | _WORDS for name in ("action", "leftOperand", "operator")},
    **{name: {"@id": f"odrl:{name}"} | _WORDS for name in ("conflict", "includedIn", "unit")},
    "title": "dct:title",
    "label": "rdfs:label",
    "term": {"@id": "oc:term"},
    "confidence": {"@id": "oc:confidence", "@type": "xsd:decimal"},
    "selector": {"@id": "oa:hasSelector"},
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "TextPositionSelector": "oa:TextPositionSelector",
}
_KINDS = {"permission": "Permission", "prohibition": "Prohibition", "obligation": "Duty"}
# How the words of a clause stand to what they are about.
_OPERATORS = {"odrl:purpose": "odrl:eq", "odrl:spatial": "odrl:isPartOf"}
_CURRENCIES = "http://publications.europa.eu/resource/authority/currency/"
# Permissions name their duties at most so many times: each names each, so that a file of thousands
# of both would be answered by one of gigabytes.
_MOST_HELD = 20_000
_PARTIES = {"recipient": "#recipients", "licensor": "#licensor", "third-party": "#third-parties"}


def odrl(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the policy; the words of clauses stand in it only as purposes and conditions."""
    return json.dumps(policy(analysis), indent=2, ensure_ascii=False) + "\n"


def policy(analysis: Analysis) -> Json:
    """Return the policy as a JSON-LD document."""
    name = _name(analysis)
    rules = {clause.id: _rule(clause, name) for clause in analysis.clauses if action_of(clause)}
    duties = _attach(analysis.clauses, rules)
    found = {kind: [rules[one.id] for one in _of(analysis, kind, rules)] for kind in _KINDS}
    found["obligation"] = [rule for rule in found["obligation"] if rule["uid"] not in duties]
    offer = {
        "type": "Offer",
        "uid": name,
        "profile": PROFILE,
        "conflict": "odrl:prohibit",
        "title": visible(title(analysis, "en")),
        "assigner": f"{name}#licensor",
        **{kind: some for kind, some in found.items() if some},
    }
    return {
        "@context": CONTEXT,
        # A policy without a rule is none.
        "@graph": [
            *([offer] if rules else []),
            {"type": "Asset", "uid": f"{name}#work"},
            *({"type": "Party", "uid": name + party} for party in _PARTIES.values()),
            *_actions(analysis),
            *({"type": "LeftOperand", "uid": operand} for operand in _operands(rules)),
        ],
    }


def action_of(clause: Clause) -> str:
    """Return the action that a clause is about, empty where it tells none."""
    mapped = vocabulary().term[clause.term]
    other: str | None = getattr(mapped, clause.modality)
    return mapped.action if other is None else other


def _name(analysis: Analysis) -> str:
    digest = bytes.fromhex(analysis.document.sha256)
    return f"ni:///sha-256;{urlsafe_b64encode(digest).decode().rstrip('=')}"


def _of(analysis: Analysis, kind: str, rules: Json) -> Iterator[Clause]:
    return (one for one in analysis.clauses if one.modality == kind and one.id in rules)


def _rule(clause: Clause, name: str) -> Json:
    licensors = clause.holder == "licensor"
    rule: Json = {
        "type": _KINDS[clause.modality],
        "uid": f"{name}#{clause.id}",
        "target": f"{name}#work",
        "assigner": name + _PARTIES["recipient" if licensors else "licensor"],
        "assignee": name + _PARTIES[clause.holder],
        "action": action_of(clause),
    }
    constraints = [*_constraints(clause)]
    return rule | ({"constraint": constraints} if constraints else {}) | _source(clause)


def _source(clause: Clause) -> Json:
    return {
        "term": clause.term,
        "confidence": str(clause.confidence),
        "selector": {"type": "TextPositionSelector", "start": clause.start, "end": clause.end},
    }


def _attach(clauses: Iterable[Clause], rules: Json) -> set[str]:
    """Give each duty that hangs on acts to the permissions of these acts; return their names.

    Where that would be too many times, all stay duties of the whole policy, which is stricter.
    """
    theirs = [one for one in clauses if one.id in rules and one.holder == "recipient"]
    grants = [clause for clause in theirs if clause.modality == "permission"]
    duties = [clause for clause in theirs if clause.modality == "obligation"]
    acts: Counter[str] = Counter(terms()[grant.term].group for grant in grants)
    if sum(acts[group] for duty in duties for group in duty.restricts) > _MOST_HELD:
        return set()
    attached: set[str] = set()
    for duty in duties:
        for grant in grants:
            if terms()[grant.term].group in duty.restricts:
                rule, name = rules[duty.id], rules[duty.id]["uid"]
                held = rules[grant.id].setdefault("duty", [])
                held.append(name if name in attached else rule)
                attached.add(name)
    return attached


def _constraints(clause: Clause) -> Iterator[Json]:
    mapped = vocabulary().term[clause.term]
    if mapped.operand and action_of(clause) == mapped.action:
        yield _constraint(mapped.operand, _OPERATORS[mapped.operand], _words(clause.text))
    if clause.term == "use-threshold":
        yield from map(_limit, thresholds(clause.text))
    yield from map(_limit, dates(clause.text))
    for condition in clause.conditions:
        yield _constraint("oc:condition", "odrl:eq", _words(condition))


def _limit(limit: Limit) -> Json:
    kind = "xsd:date" if isinstance(limit.value, date) else "xsd:integer"
    value = {"@value": str(limit.value), "@type": kind}
    made = _constraint(limit.operand, f"odrl:{limit.operator}", value)
    return made | ({"unit": _CURRENCIES + limit.unit} if limit.unit else {})


def _constraint(operand: str, operator: str, value: Json) -> Json:
    return {
        "type": "Constraint",
        "leftOperand": operand,
        "operator": operator,
        "rightOperand": value,
    }


def _words(text: str) -> Json:
    return {"@value": " ".join(visible(text).split()), "@language": "en"}


def _actions(analysis: Analysis) -> Iterator[Json]:
    """Yield what our own actions are: included in one of ODRL, and called as their terms are."""
    used = {action_of(clause): clause.term for clause in analysis.clauses}
    for action, term in used.items():
        if action in vocabulary().included:
            name = terms()[term].name
            yield {
                "type": "Action",
                "uid": action,
                "includedIn": vocabulary().included[action],
                "label": [
                    {"@value": in_language(name, lang), "@language": lang} for lang in LANGUAGES
                ],
            }


def _operands(rules: Json) -> list[str]:
    """Return our own left operands that constraints use."""
    used = (one["leftOperand"] for rule in rules.values() for one in rule.get("constraint", ()))
    return sorted({operand for operand in used if operand.startswith("oc:")})
