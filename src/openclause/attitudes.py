"""What a document lets, makes or keeps the recipient from doing, one word a term.

In: clauses. Out: `TermSummary` for every term of the taxonomy, mentioned or not. The words are
those of LiDetector (can, cannot, must, not mentioned) with `conditional` for what it cannot say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from openclause.clauses import Clause
from openclause.taxonomy import ACTS, terms

Attitude = Literal["can", "cannot", "must", "conditional", "none"]

# Terms of acts that name a duty themselves, as those of the other groups do.
_DUTY_TERMS = frozenset({"share-alike", "naming", "ownership"})


class TermSummary(msgspec.Struct, frozen=True):
    """The attitude towards a term and the ids of all clauses about it."""

    attitude: Attitude
    clauses: tuple[str, ...]


_SILENT = TermSummary("none", ())


def summarize(clauses: Sequence[Clause]) -> dict[str, TermSummary]:
    """Return the attitude of a document towards each term, in the order of the taxonomy."""
    about: dict[str, list[Clause]] = {term: [] for term in terms()}
    for clause in clauses:
        about[clause.term].append(clause)
    return {term: _summary(term, found) if found else _SILENT for term, found in about.items()}


def _summary(term: str, found: Sequence[Clause]) -> TermSummary:
    return TermSummary(attitude(found, term=term), tuple(clause.id for clause in found))


def attitude(clauses: Sequence[Clause], *, term: str) -> Attitude:
    """Return what the clauses about one term come to.

    The clauses that address the recipient speak; others only where there are none of these.

    ============================= ==================================================
    clauses about the term        attitude
    ============================= ==================================================
    none                          `none`
    permissions                   `can`; `conditional` if each hangs on a condition
    obligations                   `must`
    prohibitions                  `cannot`
    prohibitions and obligations  `cannot` for an act, `must` where the term is a duty
    permissions and obligations   `conditional`
    permissions and prohibitions  `cannot` if the prohibition dominates (it is a main
                                  clause, without condition, and no permission is a
                                  main clause), else `conditional`
    ============================= ==================================================

    References
    ----------
    Xu, S. et al. (2023), "LiDetector: License Incompatibility Detection for Open Source
    Software", ACM TOSEM 32(1), 22: the terms' attitudes *can*, *cannot*, *must*.
    """
    voices = [clause for clause in clauses if clause.holder == "recipient"] or list(clauses)
    said = _by_modality(voices)
    permissions, prohibitions = said["permission"], said["prohibition"]
    if permissions and prohibitions:
        return "cannot" if _dominates(prohibitions, permissions) else "conditional"
    if permissions:
        bound = bool(said["obligation"]) or all(clause.conditions for clause in permissions)
        return "conditional" if bound else "can"
    if said["obligation"] and (not prohibitions or is_duty(term)):
        return "must"
    return "cannot" if prohibitions else "none"


def _by_modality(clauses: Sequence[Clause]) -> Mapping[str, list[Clause]]:
    said: dict[str, list[Clause]] = {"permission": [], "obligation": [], "prohibition": []}
    for clause in clauses:
        said[clause.modality].append(clause)
    return said


def _dominates(prohibitions: Sequence[Clause], permissions: Sequence[Clause]) -> bool:
    firm = any(clause.main and not clause.conditions for clause in prohibitions)
    return firm and not any(clause.main for clause in permissions)


def is_duty(term: str) -> bool:
    """Tell a term that itself names a duty, which then speaks, from one that names an act."""
    return term in _DUTY_TERMS or terms()[term].group not in ACTS
