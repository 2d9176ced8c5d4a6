"""What the words of an answer mean: a term, category, criterion, rule or known license, by its id.

In: an id as it stands in an answer, and a language. Out: an `Explanation`, or the ids that come
nearest. All words are read from the package's data and model; nothing is analyzed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Literal

import msgspec

from openclause.errors import ModelError
from openclause.findings import DecisionRule, decision_rules
from openclause.messages import Language, in_language, message, messages
from openclause.taxonomy import Rule, Words, categories, criteria, terms

if TYPE_CHECKING:
    from openclause.identity import Known

Kind = Literal["term", "category", "criterion", "rule", "license"]

_NEAREST = 4
_CUTOFF = 0.6
# What a text has in the place of a name or number.
_PLACE = re.compile(r"\{\w+\}")


class Fact(msgspec.Struct, frozen=True):
    """One thing to know about an id: what it is, in words, and its values."""

    name: str
    values: tuple[str, ...]


class Explanation(msgspec.Struct, frozen=True):
    """An id in plain words; `facts` without values are left out."""

    kind: Kind
    id: str
    name: str
    meaning: str
    facts: tuple[Fact, ...] = ()


def explain(name: str, *, lang: Language = "en") -> Explanation | None:
    """Return what an id means, or None if there is no such id; upper and lower case are one."""
    kinds: tuple[Callable[[str, Language], Explanation | None], ...]
    kinds = (_term, _category, _criterion, _decision_rule, _term_rule, _reason)
    wanted = _spelling().get(name.casefold().removeprefix("rule:"))
    if wanted is None:
        return _license(name, lang)
    return next((found for kind in kinds if (found := kind(wanted, lang))), None)


def nearest(name: str) -> tuple[str, ...]:
    """Return the ids that look most like a name: those that hold it first, the shortest first."""
    ids = list(dict.fromkeys([*_spelling(), *_licenses()]))
    folded = name.casefold()
    inside = sorted((spelled for spelled in ids if folded in spelled), key=len) if name else []
    close = get_close_matches(folded, ids, n=_NEAREST, cutoff=_CUTOFF)
    near = list(dict.fromkeys([*inside[:_NEAREST], *close]))[:_NEAREST]
    return tuple(_spelling().get(spelled, spelled) for spelled in near)


def not_found(name: str, *, lang: Language = "en") -> str:
    """Say that there is no such id, and which come nearest."""
    said = [message("explain.unknown", lang, id=name)]
    near = nearest(name)
    if near:
        said.append(message("explain.nearest", lang, ids=", ".join(near)))
    return message("explain.then", lang).join([*said, message("explain.list-all", lang)])


def listed(lang: Language = "en") -> dict[Kind, tuple[Explanation, ...]]:
    """Return all terms, categories and criteria in the order of the taxonomy, without facts."""
    kinds: dict[Kind, dict[str, Explanation | None]] = {
        "category": {name: _category(name, lang) for name in categories()},
        "term": {name: _term(name, lang) for name in terms()},
        "criterion": {name: _criterion(name, lang) for name in criteria()},
    }
    return {
        kind: tuple(msgspec.structs.replace(found, facts=()) for found in all_.values() if found)
        for kind, all_ in kinds.items()
    }


def other_ids() -> tuple[str, ...]:
    """Return the ids of rules, reasons and known licenses; `listed` has the others."""
    return (*decision_rules(), *_reasons(), *_term_rules(), *known_licenses())


def known_licenses() -> dict[str, str]:
    """Return the names of the licenses that the model knows, by SPDX id where they have one."""
    return {one.spdx_id or one.id: one.name for one in _licenses().values()}


@cache
def _spelling() -> dict[str, str]:
    ids = [*terms(), *categories(), *criteria(), *decision_rules(), *_term_rules(), *_reasons()]
    return {name.casefold(): name for name in reversed(ids)}


@cache
def _reasons() -> dict[str, Words]:
    """Return the reasons that no rule over clauses gives, such as a choice of licenses."""
    reasons = {key.partition(".")[::2]: words for key, words in messages().items()}
    return {name: words for (table, name), words in reasons.items() if table == "reason"}


@cache
def _licenses() -> dict[str, Known]:
    """Return the licenses that the model knows by id and SPDX id; none if there is no model."""
    from openclause.identity import load_index

    try:
        known = load_index().known
    except ModelError:
        return {}
    by_spdx = {one.spdx_id.casefold(): one for one in known if one.spdx_id}
    return by_spdx | {one.id.casefold(): one for one in known}


@cache
def _term_rules() -> dict[str, tuple[str, Rule]]:
    return {rule.id: (term.id, rule) for term in terms().values() for rule in term.rules}


def _facts(lang: Language, **values: tuple[str, ...] | str) -> tuple[Fact, ...]:
    tuples = {key: (said,) if isinstance(said, str) else said for key, said in values.items()}
    return tuple(
        Fact(message(f"explain.{key}", lang), said) for key, said in tuples.items() if any(said)
    )


def _term(name: str, lang: Language) -> Explanation | None:
    term = terms().get(name)
    if term is None:
        return None
    said = (in_language(term.name, lang), in_language(term.meaning, lang))
    group = message(f"group.{term.group}", lang)
    rules = tuple(rule.id for rule in term.rules)
    return Explanation("term", name, *said, _facts(lang, group=group, rules=rules))


def _category(name: str, lang: Language) -> Explanation | None:
    category = categories().get(name)
    if category is None:
        return None
    said = (in_language(category.name, lang), in_language(category.meaning, lang))
    rank = "" if category.rank is None else f"{category.rank}, "
    rank += message(f"category.{category.openness}", lang)
    rules = tuple(rule.id for rule in decision_rules().values() if rule.category == name)
    return Explanation("category", name, *said, _facts(lang, rank=rank, rules=rules))


def _criterion(name: str, lang: Language) -> Explanation | None:
    criterion = criteria().get(name)
    if criterion is None:
        return None
    said = (in_language(criterion.name, lang), in_language(criterion.meaning, lang))
    breaking = tuple(rule.id for rule in decision_rules().values() if name in rule.breaks)
    return Explanation("criterion", name, *said, _facts(lang, broken_by=breaking))


def _decision_rule(name: str, lang: Language) -> Explanation | None:
    rule: DecisionRule | None = decision_rules().get(name)
    if rule is None:
        return None
    facts = _facts(lang, decides=rule.category, reads=rule.reads, breaks=rule.breaks)
    return Explanation("rule", name, name, in_language(rule.text, lang), facts)


def _reason(name: str, lang: Language) -> Explanation | None:
    words = _reasons().get(name)
    if words is None:
        return None
    return Explanation("rule", name, name, _PLACE.sub("…", in_language(words, lang)))


def _license(name: str, lang: Language) -> Explanation | None:
    known = _licenses().get(name.casefold())
    if known is None:
        return None
    category = in_language(categories()[known.category].name, lang)
    facts = _facts(lang, decides=known.category, spdx=known.spdx_id or "")
    return Explanation("license", known.id, known.name, category, facts)


def _term_rule(name: str, lang: Language) -> Explanation | None:
    if name not in _term_rules():
        return None
    term, rule = _term_rules()[name]
    facts = _facts(
        lang,
        about=term,
        says="" if rule.modality == "scope" else message(f"modality.{rule.modality}", lang),
        source=rule.source,
        examples=tuple(f"“{hit}”" for hits in rule.hits.values() for hit in hits),
        counterexamples=tuple(f"“{miss}”" for miss in rule.misses),
    )
    return Explanation("rule", name, name, in_language(terms()[term].meaning, lang), facts)
