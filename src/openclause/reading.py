"""The clause engine whole: rules propose, the clause model weighs.

In: a text and the clause model. Out: its clauses, and what single sentences come to. What the rules
found is among the features of the model, so one probability for each unit, term and modality
answers for both: rules that the model has learnt to distrust are dropped, paraphrases that no rule
knows are found. A rule whose term and modality the model never saw enough of stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import cast

import msgspec
import numpy as np

from openclause.classifier import Floats
from openclause.clause_model import ClauseModel
from openclause.clauses import Clause, Effect, Reading, holder_of, reader
from openclause.features import unit_features
from openclause.limits import Limit, carriers
from openclause.placing import records
from openclause.taxonomy import Modality

# What a rule proposed is kept from this chance on; what no rule knows, from the label's own.
KEEPS = 0.15
# A limit is worth saying from this chance on, and from the other on a clause is added to say it.
LIMITS, CARRIES = 0.3, 0.65
# So many units of a long text are weighed at once, which bounds what that takes in memory.
_AT_ONCE = 50_000


class Believed(msgspec.Struct, frozen=True):
    """The effects that the model believes, and the limits of single sentences, by their places."""

    effects: list[Effect]
    limits: tuple[Limit, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """What is found in a text: its clauses and the limits of single sentences, in its order."""

    clauses: tuple[Clause, ...]
    limits: tuple[Limit, ...] = ()


def read(text: str, model: ClauseModel | None = None) -> tuple[Clause, ...]:
    """Return the clauses of a text, in its order; without a model those of the rules."""
    return read_with_limits(text, model).clauses


def read_with_limits(text: str, model: ClauseModel | None) -> Found:
    """Return the clauses of a text and what its sentences alone come to, in its order."""
    return found_in(reader().take_apart(text), model)


def found_in(reading: Reading, model: ClauseModel | None) -> Found:
    """Return the same of a text that is taken apart."""
    weighed = weigh(reading, reader().effects(reading), model)
    return Found(records(reading, weighed.effects), weighed.limits)


def weigh(reading: Reading, proposed: Sequence[Effect], model: ClauseModel | None) -> Believed:
    """Return the effects that the model believes, those of the rules and those of its own."""
    if model is None or not reading.outline.units:
        return Believed(list(proposed))
    looked, effects, limits = reading.looked_into(), list[Effect](), list[Limit]()
    turns = range(0, len(looked) or 1, _AT_ONCE)
    turn_of = {unit: number // _AT_ONCE for number, unit in enumerate(looked)}
    for turn, start in enumerate(turns):
        own = [effect for effect in proposed if turn_of.get(effect.unit, 0) == turn]
        some = _weighed_units(reading, own, proposed, model, looked[start : start + _AT_ONCE])
        effects += some.effects
        limits += some.limits
    return Believed(effects, tuple(limits))


def _weighed_units(
    reading: Reading,
    own: Sequence[Effect],
    proposed: Sequence[Effect],
    model: ClauseModel,
    units: Sequence[int],
) -> Believed:
    """Weigh what is said in some units; of others only what the model does not know is kept."""
    chances, limits = _chances(reading, proposed, model, units)
    place = {unit: row for row, unit in enumerate(units)}
    columns = _columns(model.labels)
    said = {(each.unit, label_of(each.term, each.modality)) for each in own}
    _keep_bans(reading, said, columns, place, chances)
    weighed = (_weighed(each, columns, place, chances) for each in own)
    kept = [effect for effect in weighed if effect is not None]
    kept += [
        _found(reading, units[row], model.labels[column], float(chances[row, column]))
        for row, column in np.argwhere(chances >= model.least).tolist()
        if (units[row], model.labels[column]) not in said
    ]
    kept += _carried(reading, kept, model, units, (chances, limits))
    return Believed(kept, tuple(_limits(reading, units, model.limits, limits)))


@lru_cache(maxsize=4)
def _columns(labels: tuple[str, ...]) -> Mapping[str, int]:
    return {label: number for number, label in enumerate(labels)}


def unit_chances(
    reading: Reading, proposed: Sequence[Effect], model: ClauseModel
) -> tuple[Floats, Floats]:
    """Return the probability of each label and limit for each unit; 0 if it is not looked into.

    Their shapes are `(n_units, n_labels)` and `(n_units, n_limits)`. A unit comes to one category:
    of its limits all but the likeliest are 0.
    """
    asked, n_units = reading.looked_into(), len(reading.outline.units)
    labels, limits = _chances(reading, proposed, model, asked)
    return _of_all(labels, asked, n_units), _of_all(limits, asked, n_units)


def _chances(
    reading: Reading, proposed: Sequence[Effect], model: ClauseModel, units: Sequence[int]
) -> tuple[Floats, Floats]:
    """Return the same with a row for each of some units only."""
    cells = unit_features(reading, proposed, units)
    cells = msgspec.structs.replace(cells, rows=np.searchsorted(units, cells.rows))
    labels, limits = model.chances(cells, len(units))
    limits[limits < limits.max(axis=1, keepdims=True)] = 0.0
    return labels, limits


def _of_all(chances: Floats, asked: Sequence[int], n_units: int) -> Floats:
    """Return the chances of all units: 0 but for those that are looked into."""
    spread = np.zeros((n_units, chances.shape[1]), chances.dtype)
    spread[asked] = chances
    return spread


def _keep_bans(
    reading: Reading,
    said: AbstractSet[tuple[int, str]],
    columns: Mapping[str, int],
    place: Mapping[int, int],
    chances: Floats,
) -> None:
    """Give the chance of leave to the ban: what a lead-in forbids, no item under it permits."""
    for unit, label in said:
        modality, term = label.split("/")
        leave = label_of(term, "permission")
        if modality != "prohibition" or (unit, leave) in said or unit not in place:
            continue
        ban, other = columns.get(label), columns.get(leave)
        banned = reading.scopes.inherited(unit)[0] == "prohibition"
        if banned and ban is not None and other is not None:
            row = chances[place[unit]]
            row[ban] = max(row[ban], row[other])
            row[other] = 0.0


def _limits(
    reading: Reading, units: Sequence[int], names: Sequence[str], chances: Floats
) -> Iterator[Limit]:
    for row, column in np.argwhere(chances >= LIMITS).tolist():
        unit = reading.outline.units[units[row]]
        yield Limit(unit.start, unit.whole, names[column], round(float(chances[row, column]), 3))


def _carried(
    reading: Reading,
    kept: Sequence[Effect],
    model: ClauseModel,
    units: Sequence[int],
    given: tuple[Floats, Floats],
) -> Iterator[Effect]:
    """Yield the likeliest clause of each sentence that limits and has no clause to say so."""
    columns, (chances, limits) = _columns(model.labels), given
    said = {(each.unit, label_of(each.term, each.modality)) for each in kept}
    for row, limit in np.argwhere(limits >= CARRIES).tolist():
        able = [x for x in carriers()[model.limits[limit]] if x in columns]
        if not able or any((units[row], label) in said for label in able):
            continue
        best = max(able, key=lambda label: chances[row, columns[label]])
        said.add((units[row], best))
        yield _found(reading, units[row], best, float(limits[row, limit]))


def label_of(term: str, modality: str) -> str:
    """Return a term and modality as the model and spaCy spans write them."""
    return f"{modality}/{term}"


def _weighed(
    effect: Effect, columns: Mapping[str, int], place: Mapping[int, int], chances: Floats
) -> Effect | None:
    """Weigh what a rule proposed, or drop it where the model is sure that it is none."""
    column, row = columns.get(label_of(effect.term, effect.modality)), place.get(effect.unit)
    if column is None:
        return effect
    chance = 0.0 if row is None else float(chances[row, column])
    if chance < KEEPS:
        return None
    return msgspec.structs.replace(effect, confidence=round(chance, 3), weighed=True)


def _found(reading: Reading, unit: int, label: str, chance: float) -> Effect:
    modality, term = label.split("/")
    return Effect(
        unit,
        term,
        cast(Modality, modality),
        holder_of(reading, unit, reading.scopes.first_cue(unit), (term, cast(Modality, modality))),
        (),
        round(chance, 3),
        weighed=True,
    )
