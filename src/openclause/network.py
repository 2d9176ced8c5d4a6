"""A network with one hidden layer that many yes-or-no questions share, served with NumPy alone.

In: sparse rows of features. Out: log-odds of yes, `(n_rows, n_questions)`. How it is learnt is for
`network_fitting`.
"""

from __future__ import annotations

from typing import cast

import msgspec
import numpy as np

from openclause.classifier import Floats, Rows, weighted_sums

# So many rows are answered at once, which bounds what that takes in memory.
_ROWS_AT_ONCE = 4_096


class Network(msgspec.Struct, frozen=True, eq=False):
    """Weights of `n_hidden` units that see all features, and of the questions that see the units.

    `hidden` is `(n_features, n_hidden)`, `hidden_bias` `(n_hidden,)`, `output`
    `(n_hidden, n_questions)`, `output_bias` `(n_questions,)`.
    """

    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats

    def margins(self, rows: Rows) -> Floats:
        """Return the log-odds of yes, `(n_rows, n_questions)`."""
        turns = [
            self.answered(weighted_sums(some, self.hidden)) for some in rows.turns(_ROWS_AT_ONCE)
        ]
        return turns[0] if len(turns) == 1 else np.concatenate(turns)

    def answered(self, sums: Floats) -> Floats:
        """Return the log-odds of yes from the weighted sums of rows, `(n_rows, n_hidden)`."""
        seen = np.maximum(sums + self.hidden_bias, 0)
        # Not `@`, which wakes all processors for a product this small.
        return cast(Floats, np.einsum("rh,hq->rq", seen, self.output) + self.output_bias)


def logistic(margins: Floats) -> Floats:
    """Return the chances that log-odds stand for."""
    chances = np.clip(margins, -80, 80)
    # In place, for long texts have many.
    np.negative(chances, out=chances)
    np.exp(chances, out=chances)
    chances += 1
    return cast(Floats, np.divide(1, chances, out=chances))
