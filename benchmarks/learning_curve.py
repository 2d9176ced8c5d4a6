"""How the clause engine grows with the corpus: F1 on one held-out fold against documents learnt.

Run `python benchmarks/learning_curve.py` in a checkout whose texts are there; it takes minutes.
"""

from __future__ import annotations

import sys
from random import Random

from openclause.clause_examples import clause_examples, drill_examples
from openclause.clause_training import (
    calibrated,
    fit_clauses,
    held_out_margins,
    judged,
    learnable,
    scaled,
)
from openclause.corpus import default_folder, load
from openclause.drills import read_drills
from openclause.evaluation import clause_scores

SHARES = (0.125, 0.25, 0.5, 1.0)
FOLD = 0


def main() -> None:
    """Print a table: documents, precision, recall, F1."""
    folder = default_folder()
    examples = clause_examples(load(folder))
    drilled = drill_examples(read_drills(folder.parent / "drills"))
    labels = learnable(examples)
    judges = [each for each in examples if each.fold == FOLD]
    learnt = [each for each in examples if each.fold != FOLD]
    Random(0).shuffle(learnt)
    sys.stdout.write("documents  precision  recall     F1   main\n")
    for share in SHARES:
        some = learnt[: int(len(learnt) * share)]
        model = fit_clauses([*some, *drilled], labels=labels)
        model = scaled(model, calibrated(held_out_margins(judges, model)))
        s = clause_scores(*judged(judges, {FOLD: model}))
        sys.stdout.write(
            f"{len(some):9}  {s.precision:9.3f}  {s.recall:6.3f}"
            f"  {s.f1:5.3f}  {s.main_recall:5.3f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
