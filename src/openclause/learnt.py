"""What was learnt, as one: the known licenses, and what a whole text and a sentence suggest.

In: a model folder. Out: a `Model`, read once a process. Its parts are read by the rooms that they
belong to.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import msgspec

from openclause import classifier
from openclause.classifier import LinearModel, load_linear_model
from openclause.clause_model import ClauseModel, load_clause_model
from openclause.identity import Index, load_index
from openclause.index import without
from openclause.known_clauses import KnownClauses, load_known_clauses


class Model(msgspec.Struct, frozen=True, eq=False):
    """What was learnt: the known licenses, what a whole text and a sentence suggest, what was said.

    `reviewed` is empty where the model folder holds no clauses of readers.
    """

    index: Index
    category: LinearModel
    clauses: ClauseModel
    reviewed: KnownClauses = KnownClauses()


@cache
def load_model(folder: Path | None = None) -> Model:
    """Read a model folder, by default the one that openclause carries, once a process.

    Raises
    ------
    ModelError
        If it is missing, damaged or of another format version.
    """
    return Model(
        index=load_index(folder),
        category=load_linear_model(folder),
        clauses=load_clause_model(folder),
        reviewed=load_known_clauses(folder),
    )


def unaware(model: Model, ids: Collection[str]) -> Model:
    """Return the model as it is for texts that its index has never seen, given their ids.

    What is measured on the texts of the corpus is asked of this: an index that knows a text by
    name, and what it was labelled, answers for it.
    """
    index = without(model.index, frozenset(ids))
    return msgspec.structs.replace(model, index=index, reviewed=KnownClauses())


def prior_of(text: str, model: Model) -> dict[str, float]:
    """Return the probability of each category that the document classifier gives a text."""
    (row,) = classifier.category_probabilities([text], model.category)
    return dict(zip(model.category.labels, row.tolist(), strict=True))
