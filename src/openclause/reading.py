"""The clause engine whole: rules propose, the clause model weighs.

In: a text and the clause model. Out: its clauses. What the rules found is among the features of
the model, so one probability for each unit, term and modality answers for both: rules that the
model has learnt to distrust are dropped, paraphrases that no rule knows are found. A rule whose
term and modality the model never saw enough of stands by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from openclause.clause_model import ClauseModel
from openclause.clauses import Clause, Effect, Reading, reader, records
from openclause.features import unit_features
from openclause.segmentation import Unit
from openclause.taxonomy import Modality

# What a rule proposed is kept from this chance on; what no rule knows, from the label's own.
KEEPS = 0.15
# In a unit of so many words, signs included, what a rule forbids is kept from this chance on, and
# then believed at least so far: there the model, misled by a lead-in, is wrong more often.
SHORT, KEEPS_IN_SHORT, TRUST_IN_SHORT = 24, 0.08, 0.65


def read(text: str, model: ClauseModel | None = None) -> tuple[Clause, ...]:
    """Return the clauses of a text, in its order; without a model those of the rules."""
    reading = reader().take_apart(text)
    return records(reading, weigh(reading, reader().effects(reading), model))


def weigh(reading: Reading, proposed: Sequence[Effect], model: ClauseModel | None) -> list[Effect]:
    """Return the effects that the model believes, those of the rules and those of its own."""
    if model is None or not reading.outline.units:
        return list(proposed)
    chances = unit_chances(reading, proposed, model)
    columns = {label: number for number, label in enumerate(model.labels)}
    units = reading.outline.units
    weighed = (_weighed(each, units[each.unit], columns, chances) for each in proposed)
    kept = [effect for effect in weighed if effect is not None]
    said = {(each.unit, label_of(each.term, each.modality)) for each in proposed}
    return kept + [
        _found(reading, unit, model.labels[column], float(chances[unit, column]))
        for unit, column in zip(*np.nonzero(chances >= model.least), strict=True)
        if (unit, model.labels[column]) not in said
    ]


def unit_chances(
    reading: Reading, proposed: Sequence[Effect], model: ClauseModel
) -> NDArray[np.float32]:
    """Return the probability of each label for each unit, `(n_units, n_labels)`; 0 in headings."""
    chances = model.chances(unit_features(reading, proposed), len(reading.outline.units))
    silent = [unit.kind == "heading" for unit in reading.outline.units]
    chances[np.array(silent)] = 0.0
    return chances


def label_of(term: str, modality: str) -> str:
    """Return a term and modality as the model and spaCy spans write them."""
    return f"{modality}/{term}"


def _weighed(
    effect: Effect, unit: Unit, columns: dict[str, int], chances: NDArray[np.float32]
) -> Effect | None:
    """Weigh what a rule proposed, or drop it where the model is sure that it is none.

    A short, plain ban is believed at least as far as rules proved right in such units.
    """
    column = columns.get(label_of(effect.term, effect.modality))
    if column is None:
        return effect
    chance = float(chances[effect.unit, column])
    plain_ban = effect.modality == "prohibition" and unit.last - unit.first <= SHORT
    if chance < (KEEPS_IN_SHORT if plain_ban else KEEPS):
        return None
    if plain_ban:
        chance = max(chance, TRUST_IN_SHORT)
    return msgspec.structs.replace(effect, confidence=round(chance, 3), weighed=True)


def _found(reading: Reading, unit: int, label: str, chance: float) -> Effect:
    modality, term = label.split("/")
    return Effect(
        int(unit),
        term,
        cast(Modality, modality),
        reading.scopes.holder_of(int(unit)),
        (),
        round(chance, 3),
        weighed=True,
    )
