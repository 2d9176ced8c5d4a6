"""How the program grows with the corpus: what is found on one held-out fold against texts learnt.

Run `python benchmarks/learning_curve.py` in a checkout whose texts are there; it takes minutes.
Clauses and verdicts are judged on the annotated texts of the fold. A verdict is decided from the
clauses that the clause model of the row finds, and the chances of a document classifier that
has learnt from the texts of the same share of families.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from random import Random

import numpy as np

from openclause import category_training
from openclause.category_training import (
    fit_linear,
    license_examples,
    negative_examples,
)
from openclause.classifier import LinearModel, category_probabilities
from openclause.clause_examples import UnitExamples, clause_examples
from openclause.clause_fitting import fit_clauses
from openclause.clause_model import ClauseModel
from openclause.clause_table import table_of
from openclause.clause_training import (
    calibrated_all,
    held_out_clauses,
    held_out_margins,
    judged,
    learnable,
    scaled,
)
from openclause.corpus import LabelledDocument, default_folder, load
from openclause.drills import Drill, read_drills
from openclause.evaluation import CategoryScores, clause_scores
from openclause.negatives import negatives
from openclause.planting import exercises
from openclause.reading import Found
from openclause.taxonomy import categories
from openclause.verdicts import held_out_scores, held_out_verdicts
from openclause.written import read_written

SHARES = (0.125, 0.25, 0.5, 1.0)
FOLD = 0


def learn_clauses(
    some: Sequence[UnitExamples],
    drills: Sequence[UnitExamples],
    judges: Sequence[UnitExamples],
    labels: tuple[str, ...],
) -> ClauseModel:
    """Fit the clause model to some texts and scale it by those that are judged."""
    learnt = [*some, *drills]
    table = table_of([*learnt, *judges], labels)
    seen = np.arange(len(table.folds)) < sum(len(each.labels) for each in learnt)
    model = fit_clauses(table.where(seen))
    return scaled(model, calibrated_all(held_out_margins(table.where(~seen), model)))


def learn_categories(documents: Sequence[LabelledDocument]) -> LinearModel:
    """Fit the document classifier to some texts, those of our own, and what is no license."""
    own = category_training.written_examples(written())
    examples = [*license_examples(documents), *own, *negative_examples(negatives())]
    return fit_linear(examples, labels=tuple(categories()))


def verdict_scores(
    documents: Sequence[LabelledDocument], found: Sequence[Found], model: LinearModel
) -> CategoryScores:
    """Decide documents by their clauses and the document classifier."""
    keys = [document.record.key for document in documents]
    rows = category_probabilities([document.text for document in documents], model)
    priors = [dict(zip(model.labels, row.tolist(), strict=True)) for row in rows]
    verdicts = held_out_verdicts(
        documents, dict(zip(keys, found, strict=True)), dict(zip(keys, priors, strict=True))
    )
    scores = held_out_scores(documents, verdicts)
    if scores is None:
        raise SystemExit("no reviewed text in the fold")
    return scores


def drills() -> tuple[Drill, ...]:
    """Return the drills of the checkout."""
    return read_drills(default_folder().parent / "drills")


def written() -> tuple[LabelledDocument, ...]:
    """Return the licenses of the checkout that were written for training."""
    return read_written(default_folder().parent / "written")


def main() -> None:
    """Print a row a share: texts learnt, clauses and verdicts right on the fold."""
    documents = [each for each in load(default_folder()) if each.record.split != "test"]
    annotated = [each for each in documents if each.record.clauses is not None]
    examples = clause_examples(annotated)
    drilled = list(exercises(drills(), written()))
    labels = learnable(examples)
    fold_of = {d.record.family: e.fold for d, e in zip(annotated, examples, strict=True)}
    pairs = list(zip(annotated, examples, strict=True))
    judges = [pair for pair in pairs if pair[1].fold == FOLD]
    order = sorted({each.record.family for each in documents if fold_of.get(each.record.family)})
    order += sorted({each.record.family for each in documents} - fold_of.keys())
    Random(0).shuffle(order)
    sys.stdout.write("texts  annotated  clause F1   main  verdicts  openness\n")
    for share in SHARES:
        some = set(order[: round(len(order) * share)])
        learnt = [each for each in documents if each.record.family in some]
        read = [example for document, example in pairs if document.record.family in some]
        model = learn_clauses(read, drilled, [example for _, example in judges], labels)
        own = [example for _, example in judges]
        s = clause_scores(*judged(own, {FOLD: model}))
        v = verdict_scores(
            [document for document, _ in judges],
            held_out_clauses(own, {FOLD: model}),
            learn_categories(learnt),
        )
        sys.stdout.write(
            f"{len(learnt):5}  {len(read):9}  {s.f1:9.3f}  {s.main_recall:5.3f}"
            f"  {v.accuracy:8.3f}  {v.openness_accuracy:8.3f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
