"""What was learnt, as one: the known licenses, and what a whole text and a sentence suggest.

In: a model folder. Out: a `Model`, read once a process. Its parts are read by the rooms that they
belong to.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from openclause import classifier
from openclause.classifier import LinearModel, load_linear_model
from openclause.clause_model import CLAUSE_PART, ClauseModel, clause_model_of
from openclause.identity import Index, load_index
from openclause.index import without
from openclause.known_clauses import KnownClauses, load_known_clauses
from openclause.modelfile import Part, find_folder, read_part


class Model(msgspec.Struct, frozen=True, eq=False):
    """What was learnt: the known licenses, what a whole text and a sentence suggest, what was said.

    `reviewed` is empty where the model folder holds no clauses of readers. `packed` is the clause
    model as `folder` holds it.
    """

    index: Index
    category: LinearModel
    packed: Part
    folder: Path
    reviewed: KnownClauses = KnownClauses()

    @property
    def clauses(self) -> ClauseModel:
        """What a sentence suggests, unpacked when it is asked for: known texts ask for none.

        Raises
        ------
        ModelError
            If it is incomplete, or does not fit together.
        """
        return _unpacked(self.packed, self.folder)


@lru_cache(maxsize=4)
def _unpacked(packed: Part, folder: Path) -> ClauseModel:
    return clause_model_of(packed, folder)


@cache
def load_model(folder: Path | None = None) -> Model:
    """Read a model folder, by default the one that openclause carries, once a process.

    Raises
    ------
    ModelError
        If it is missing, damaged or of another format version.
    """
    folder = find_folder(folder)
    return Model(
        index=load_index(folder),
        category=load_linear_model(folder),
        packed=read_part(folder, CLAUSE_PART),
        folder=folder,
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
