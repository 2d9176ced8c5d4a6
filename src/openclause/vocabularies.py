"""What an analysis comes to in the words of the field's other vocabularies.

In: an `Analysis`. Out: a dictionary of plain values, ready for JSON. Which clause means which name
is data, `data/vocabularies.toml`; both vocabularies and what the mapping loses are described in
docs/vocabularies.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, get_args

import msgspec

from openclause.analysis import Analysis
from openclause.attitudes import attitude
from openclause.clauses import Clause
from openclause.errors import DataError
from openclause.taxonomy import Modality, read_toml

Vocabulary = Literal["lidetector", "choosealicense"]
VOCABULARIES: tuple[Vocabulary, ...] = get_args(Vocabulary)
Said = Literal["can", "cannot", "must", "not mentioned"]

_SAYS: Mapping[str, Modality] = {
    "can": "permission",
    "cannot": "prohibition",
    "must": "obligation",
}
# What a tag of choosealicense.com says by standing in its part.
_PARTS: Mapping[str, Said] = {"permissions": "can", "conditions": "must", "limitations": "cannot"}


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name of another vocabulary, and the clauses `term/modality` that it stands for."""

    can: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()
    mixed: Literal["can", "cannot"] = "can"
    words: str = ""
    categories: tuple[str, ...] = ()
    instead_of: str | None = None


class _Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lidetector: dict[str, Name]
    choosealicense: dict[str, dict[str, Name]]


@cache
def names() -> _Names:
    """Return the names of both vocabularies, in their order.

    Raises
    ------
    DataError
        If the data file has another shape.
    """
    try:
        return msgspec.convert(read_toml("vocabularies.toml"), _Names)
    except msgspec.ValidationError as error:
        raise DataError(f"data/vocabularies.toml: {error}; its head says what it takes") from error


def export(analysis: Analysis, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return an analysis in the words of one vocabulary, with the ids of the clauses behind them.

    References
    ----------
    Xu, S. et al. (2023), "LiDetector: License Incompatibility Detection for Open Source Software",
    ACM TOSEM 32(1), 22; https://choosealicense.com/appendix/.
    """
    return {"lidetector": lidetector, "choosealicense": choosealicense}[vocabulary](analysis)


def lidetector(analysis: Analysis) -> dict[str, Any]:
    """Return what a text says of LiDetector's 23 terms: can, cannot, must or not mentioned."""
    terms = {}
    for name, meaning in names().lidetector.items():
        said, clauses = _resolve(meaning, analysis)
        terms[name] = {"attitude": said, "clauses": [clause.id for clause in clauses]}
    return {"vocabulary": "lidetector", "terms": terms}


def choosealicense(analysis: Analysis) -> dict[str, Any]:
    """Return the tags of choosealicense.com: permissions, conditions and limitations."""
    shown = {part: _tags(part, analysis) for part in _PARTS}
    return {
        "vocabulary": "choosealicense",
        **{part: list(tags) for part, tags in shown.items()},
        "clauses": shown,
    }


def _tags(part: str, analysis: Analysis) -> dict[str, list[str]]:
    meanings = names().choosealicense[part]
    found: dict[str, list[str]] = {}
    for tag, meaning in meanings.items():
        said, clauses = _resolve(meaning, analysis)
        if said == _PARTS[part] and _applies(meaning, analysis, clauses):
            found[tag] = [clause.id for clause in clauses]
    replaced = {meanings[tag].instead_of for tag in found}
    return {tag: clauses for tag, clauses in found.items() if tag not in replaced}


def _applies(meaning: Name, analysis: Analysis, clauses: Sequence[Clause]) -> bool:
    """Tell whether a narrower tag fits: by the category, and by the words of one clause."""
    if meaning.categories and analysis.openness.category not in meaning.categories:
        return False
    words = re.compile(meaning.words, re.IGNORECASE)
    return any(words.search(" ".join(clause.text.split())) for clause in clauses)


def _resolve(meaning: Name, analysis: Analysis) -> tuple[Said, list[Clause]]:
    """Return what the clauses come to, and those that show it."""
    voices = {
        say: [c for c in analysis.clauses if f"{c.term}/{c.modality}" in getattr(meaning, say)]
        for say in _SAYS
    }
    if not any(voices.values()):
        implied = [c for c in analysis.clauses if f"{c.term}/{c.modality}" in meaning.implied]
        return ("can" if implied else "not mentioned"), implied
    said = _said(meaning, voices)
    return said, voices[said] or next(found for found in voices.values() if found)


def _said(
    meaning: Name, voices: Mapping[str, Sequence[Clause]]
) -> Literal["can", "cannot", "must"]:
    """Weigh all voices as one term, of which each has the modality of its side."""
    term = next(found[0].term for found in voices.values() if found)
    weighed = [
        msgspec.structs.replace(clause, modality=_SAYS[say])
        for say, found in voices.items()
        for clause in found
    ]
    match attitude(weighed, term=term):
        case "can" | "cannot" | "must" as said:
            return said
        case _:
            return _mixed(meaning, voices)


def _mixed(
    meaning: Name, voices: Mapping[str, Sequence[Clause]]
) -> Literal["can", "cannot", "must"]:
    """Say what counts where clauses permit and restrict at once, or permit on a condition."""
    if voices["cannot"]:
        return meaning.mixed
    return "can" if voices["can"] else "must"
