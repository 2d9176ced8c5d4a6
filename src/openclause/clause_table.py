"""The units of many examples as one table: what the clause model is fitted to and judged by.

In: units with features, labels and limits. Out: a `Table`, made once, of which each fit takes the
rows of its own: features as whole counts, so that what a feature is worth among some units can be
told from them alone. It is made in turns: of a reading nothing is kept but its rows, since readings
take up much more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from openclause.clause_examples import UnitExamples
from openclause.limits import carriers
from openclause.taxonomy import categories, terms
from openclause.wording import Hashes

Truth = NDArray[np.bool_]

_EXAMPLES_AT_ONCE = 500
_TOLD = ("truth", "known", "folds", "labelled")  # what a table tells of each unit beside counts


class Table(msgspec.Struct, frozen=True, eq=False):
    """All units of some examples: what they show, what is true of them, and whether it is known.

    `counts` is `(n_units, n_features)`, how often a unit shows the feature `ids[i]` of the block
    `blocks[i]`. `truth` and `known` are `(n_units, n_columns)`, a column for each of `labels`,
    then one for each limit; of headings nothing is known. `folds` and `labelled` are `(n_units,)`:
    the fold of each unit's text, and whether readers labelled it.
    """

    labels: tuple[str, ...]
    counts: csr_matrix
    ids: Hashes
    blocks: NDArray[np.uint8]
    truth: Truth
    known: Truth
    folds: NDArray[np.int8]
    labelled: Truth

    def where(self, rows: Truth) -> Table:
        """Return some units of the table, by a mask `(n_units,)`."""
        told = {name: getattr(self, name)[rows] for name in _TOLD}
        return msgspec.structs.replace(self, counts=self.counts[rows], **told)

    def showing(self, columns: NDArray[np.int64]) -> Table:
        """Return the table with some features alone, by their columns in order."""
        return msgspec.structs.replace(
            self,
            counts=self.counts[:, columns],
            ids=self.ids[columns],
            blocks=self.blocks[columns],
        )


def table_of(examples: Iterable[UnitExamples], labels: tuple[str, ...]) -> Table:
    """Return the units of all examples with what is known of the labels, and of all limits.

    The examples are taken in turns and let go, so that they need not all be there at once.
    """
    return _joined([_table(some, labels) for some in _turns(examples)])


def _turns(examples: Iterable[UnitExamples]) -> Iterator[list[UnitExamples]]:
    queue = iter(examples)
    while some := list(islice(queue, _EXAMPLES_AT_ONCE)):
        yield some


def _joined(tables: Sequence[Table]) -> Table:
    """Return tables as one, under each other, with the features of all of them."""
    ids = np.unique(np.concatenate([each.ids for each in tables]))
    blocks = np.empty(len(ids), np.uint8)
    for each in tables:
        blocks[np.searchsorted(ids, each.ids)] = each.blocks
    return Table(
        tables[0].labels,
        vstack([_among(ids, each) for each in tables], format="csr"),
        ids,
        blocks,
        **{name: np.concatenate([getattr(each, name) for each in tables]) for name in _TOLD},
    )


def _among(ids: Hashes, table: Table) -> csr_matrix:
    """Return the counts of a table in columns for all these features, which hold its own."""
    counts, columns = table.counts, np.searchsorted(ids, table.ids).astype(np.int32)
    return csr_matrix(
        (counts.data, columns[counts.indices], counts.indptr), shape=(counts.shape[0], len(ids))
    )


def _table(examples: Sequence[UnitExamples], labels: tuple[str, ...]) -> Table:
    sizes = [len(each.labels) for each in examples]
    said = [unit for each in examples for unit in each.labels]
    truth = np.array([[label in unit for label in labels] for unit in said], bool)
    limited, judged = limit_truth(examples, tuple(carriers()))
    units = [unit for each in examples for unit in each.reading.outline.units]
    spoken = np.array([unit.kind != "heading" for unit in units], bool)
    labelled = np.repeat([each.labelled for each in examples], sizes)
    risk = np.repeat([each.risk for each in examples], sizes)
    read = labelled[:, None] & (risk[:, None] | ~are_risk(labels)[None, :])
    return Table(
        labels,
        *_counted(examples, sizes),
        truth=np.hstack([truth.reshape(len(said), len(labels)), limited]),
        known=np.hstack([read, judged]) & spoken[:, None],
        folds=np.repeat(np.array([each.fold for each in examples], np.int8), sizes),
        labelled=labelled,
    )


def _counted(
    examples: Sequence[UnitExamples], sizes: Sequence[int]
) -> tuple[csr_matrix, Hashes, NDArray[np.uint8]]:
    """Return how often each unit shows each feature, and the id and block of each feature."""
    cells = [each.cells for each in examples]
    firsts = np.cumsum([0, *sizes[:-1]])
    rows = np.concatenate([each.rows + first for each, first in zip(cells, firsts, strict=True)])
    ids, columns = np.unique(np.concatenate([each.ids for each in cells]), return_inverse=True)
    blocks = np.empty(len(ids), np.uint8)
    blocks[columns] = np.concatenate([each.blocks for each in cells])
    counts = csr_matrix(
        (np.ones(len(rows), np.int32), (rows, columns)), shape=(sum(sizes), len(ids))
    )
    return counts, ids, blocks


def are_risk(labels: Sequence[str]) -> Truth:
    """Tell for each label whether it is of the group of risk terms, `(n_labels,)`."""
    return np.array([terms()[label.split("/")[1]].group == "risk" for label in labels])


def limit_truth(examples: Sequence[UnitExamples], names: Sequence[str]) -> tuple[Truth, Truth]:
    """Return which limits units have, and of which that is known, `(n_units, n_limits)` both.

    No unit limits more than the category of its text does.
    """
    makes = [unit for each in examples for unit in each.makes]
    limited = np.array([[unit == name for name in names] for unit in makes], bool)
    known = np.array([unit is not None for unit in makes], bool)
    beyond = np.array([categories()[name].rank or 0 for name in names])
    most = np.repeat([each.most for each in examples], [len(each.makes) for each in examples])
    return (
        limited.reshape(len(makes), len(names)),
        known[:, None] | (beyond[None, :] > most[:, None]),
    )
