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

from openclause.classifier import LinearModel, Rows, flag_rows, hash_features, hashed_rows
from openclause.clauses import Clause, Effect, Reading, reader, records
from openclause.features import unit_features
from openclause.taxonomy import Modality

CLAUSE_PART = "clauses"

# From here on the model's chance keeps what a rule proposed, and adds what no rule knows.
KEEPS, ADDS = 0.05, 0.5
# How far a rule is trusted by itself; the model's chance and this are averaged.
RULE_TRUST = 0.8


def read(text: str, model: LinearModel | None = None) -> tuple[Clause, ...]:
    """Return the clauses of a text, in its order; without a model those of the rules."""
    reading = reader().take_apart(text)
    return records(reading, weigh(reading, reader().effects(reading), model))


def weigh(reading: Reading, proposed: Sequence[Effect], model: LinearModel | None) -> list[Effect]:
    """Return the effects that the model believes, those of the rules and those of its own."""
    if model is None or not reading.outline.units:
        return list(proposed)
    chances = unit_chances(reading, proposed, model)
    columns = {label: number for number, label in enumerate(model.labels)}
    weighed = (_weighed(each, columns, chances) for each in proposed)
    kept = [effect for effect in weighed if effect is not None]
    said = {(each.unit, label_of(each.term, each.modality)) for each in proposed}
    return kept + [
        _found(reading, unit, model.labels[column], float(chances[unit, column]))
        for unit, column in zip(*np.nonzero(chances >= ADDS), strict=True)
        if (unit, model.labels[column]) not in said
    ]


def unit_chances(
    reading: Reading, proposed: Sequence[Effect], model: LinearModel
) -> NDArray[np.float32]:
    """Return the probability of each label for each unit, `(n_units, n_labels)`; 0 in headings."""
    scores = sum(
        (model.scores(rows) for rows in unit_rows(reading, proposed, n_buckets=len(model.weights))),
        start=-model.bias,
    )
    chances = 1 / (1 + np.exp(-np.clip(scores / model.temperature, -80, 80)))
    silent = [unit.kind == "heading" for unit in reading.outline.units]
    chances[np.array(silent)] = 0.0
    return cast("NDArray[np.float32]", chances)


def unit_rows(reading: Reading, proposed: Sequence[Effect], *, n_buckets: int) -> tuple[Rows, Rows]:
    """Return the hashed rows of all units: of their wording and of their signals.

    A row of wording has length 1, a signal is 1 by itself: it weighs as much as all words together.
    """
    features = unit_features(reading, proposed)
    wording = hashed_rows([hash_features(each.wording) for each in features], n_buckets=n_buckets)
    signals = flag_rows([hash_features(each.signals) for each in features], n_buckets=n_buckets)
    return wording, signals


def label_of(term: str, modality: str) -> str:
    """Return a term and modality as the model and spaCy spans write them."""
    return f"{modality}/{term}"


def _weighed(
    effect: Effect, columns: dict[str, int], chances: NDArray[np.float32]
) -> Effect | None:
    """Weigh what a rule proposed, or drop it where the model is sure that it is none."""
    column = columns.get(label_of(effect.term, effect.modality))
    if column is None:
        return effect
    chance = float(chances[effect.unit, column])
    if chance < KEEPS:
        return None
    confidence = round((chance + RULE_TRUST) / 2, 3)
    return msgspec.structs.replace(effect, confidence=confidence, weighed=True)


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
