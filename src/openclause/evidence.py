"""Clauses made ready for weighing: by kind, with their weight and the cues that show in them.

In: clauses. Out: `Evidence`. Weights are those of an imperfect reader: independent clauses
corroborate one another, a single faint one decides nothing. What they show is for `grants` and
`findings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from openclause.clauses import Clause
from openclause.cues import Shown, Sightings
from openclause.limits import Limit, beginning_within, by_start

# Half of the weight: from here on something counts as shown.
SHOWN = 0.5
# Mistakes come in rows: the second clause of a kind counts for this much of itself, and so on.
_NEXT = 0.5
# A clause that is not what a user must not miss says a little less about the whole.
_MINOR = 0.85
# A ban none of whose own words limit anything has them from a lead-in, or is a misreading.
_BORROWED = 0.7
# A ban inside a disclaimer, a definition or a rule about names forbids no use of the work.
_BOILERPLATE = 0.4
# Enough sure clauses of any kind make it certain that clauses were read at all.
_PRESENT = 0.7


class Weighed(msgspec.Struct, frozen=True):
    """A clause, and the cues in its text, lower-cased with single spaces.

    `trust` is the chance that it was read rightly, `weight` what it says about the whole; `limits`
    holds what its sentences alone come to.
    """

    clause: Clause
    trust: float
    weight: float
    cues: Shown
    limits: tuple[Limit, ...] = ()

    @property
    def low(self) -> str:
        """The clause's text, lower-cased with single spaces."""
        return self.cues.low

    def shows(self, cue: str) -> bool:
        """Tell whether a cue shows in the clause."""
        return self.cues[cue]

    def limit(self, category: str) -> float:
        """Return the chance that its sentences alone give an open license a category."""
        if not self.limits:
            return 0.0
        return max((each.chance for each in self.limits if each.category == category), default=0.0)

    def shows_any(self, cues: Iterable[str]) -> bool:
        """Tell whether any of some cues shows in the clause."""
        return any(map(self.cues.__getitem__, cues))

    def shows_all(self, cues: Iterable[str]) -> bool:
        """Tell whether all of some cues show in the clause."""
        return all(map(self.cues.__getitem__, cues))


class Evidence(msgspec.Struct, frozen=True):
    """All clauses by `term/modality`; `presence` is the chance that there are any."""

    kinds: dict[str, list[Weighed]]
    presence: float

    def of(self, kinds: Iterable[str]) -> list[Weighed]:
        """Return the clauses of some kinds."""
        return [weighed for kind in kinds for weighed in self.kinds.get(kind, ())]


def either(*strengths: float) -> float:
    """Return the chance that at least one of some independent pieces of evidence holds."""
    missed = 1.0
    for strength in strengths:
        missed *= 1.0 - strength
    return 1.0 - missed


def together(weights: Iterable[float]) -> float:
    """Return the chance that at least one of some clauses of a kind holds.

    They are read by the same rules and may be mistaken alike: each weaker one counts for less.
    One clause more never makes the chance smaller.
    """
    missed, part = 1.0, 1.0
    for weight in sorted(weights, reverse=True):
        missed *= 1.0 - part * weight
        part *= _NEXT
    return 1.0 - missed


def weigh(
    clauses: Sequence[Clause],
    sightings: Sightings | None = None,
    limits: Sequence[Limit] = (),
) -> Evidence:
    """Make clauses ready for weighing.

    Parameters
    ----------
    sightings
        The cues that were looked for before in the clauses' text; to be added to.
    limits
        What sentences of the text alone come to, in its order.
    """
    kinds: dict[str, list[Weighed]] = {}
    sightings = Sightings() if sightings is None else sightings
    starts = [clause.start for clause in clauses]
    # Many parts of a long text are weighed, each with its own clauses and the limits of them all.
    own = beginning_within(limits, min(starts), max(starts)) if starts else ()
    limited = by_start(own)
    for clause in clauses:
        weighed = _weighed(clause, sightings.of(clause), limited.get(clause.start, ()))
        kinds.setdefault(f"{clause.term}/{clause.modality}", []).append(weighed)
    return Evidence(kinds, either(*(_PRESENT * clause.confidence for clause in clauses)))


def ids(shown: Iterable[Weighed]) -> tuple[str, ...]:
    """Return the ids of clauses, each once."""
    return tuple(dict.fromkeys(weighed.clause.id for weighed in shown))


def _weighed(clause: Clause, cues: Shown, limits: tuple[Limit, ...]) -> Weighed:
    trust = clause.confidence
    weight = trust * (1.0 if clause.main else _MINOR)
    if clause.modality == "prohibition":
        weight *= 1.0 if cues["limits"] else _BORROWED
        weight *= _BOILERPLATE if cues["boilerplate"] else 1.0
    return Weighed(clause, trust, weight, cues, limits)
