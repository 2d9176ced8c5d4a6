"""Licenses unlike any in the corpus: those that one writer wrote, read without them.

Run `python benchmarks/unlike.py` in a checkout whose texts are there; it takes minutes. Each file
of `corpora/written` is by another writer and in turn left out of the clause model and of the
document classifier; everything else is learnt from, drills not planted into any license. With
files named, only these are judged.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path

import msgspec

from openclause.category_training import (
    fit_linear,
    license_examples,
    negative_examples,
)
from openclause.category_training import written_examples as category_examples
from openclause.classifier import LinearModel, category_probabilities
from openclause.clause_examples import (
    UnitExamples,
    clause_examples,
    drill_examples,
    fold_of,
    plain_examples,
    written_examples,
)
from openclause.clause_model import ClauseModel
from openclause.clause_table import Table, table_of
from openclause.clause_training import (
    calibrated_all,
    held_out_clauses,
    judged,
    learnable,
    learnt_without,
    pooled,
    scaled,
)
from openclause.corpus import LabelledDocument, default_folder, load
from openclause.drills import read_drills
from openclause.evaluation import clause_scores
from openclause.negatives import negatives
from openclause.taxonomy import categories
from openclause.verdicts import held_out_scores, held_out_verdicts
from openclause.written import read_written

FIRST = 100  # the folds of writers begin here, out of the way of those of families
CALIBRATES = 0  # the fold of families whose margins are turned into chances


class Writer(msgspec.Struct, frozen=True, eq=False):
    """A file of written licenses, and its units in a fold of their own."""

    name: str
    documents: tuple[LabelledDocument, ...]
    examples: list[UnitExamples]
    fold: int


def say(words: str) -> None:
    """Tell how far the work is."""
    sys.stderr.write(f"{words}\n")


def writers(folder: Path) -> Iterator[Writer]:
    """Yield the writers, each with a fold of its own."""
    by_file = groupby(read_written(folder), key=lambda d: d.record.key.rsplit("-", 1)[0])
    for fold, (name, documents) in enumerate(by_file, start=FIRST):
        own = tuple(documents)
        examples = [msgspec.structs.replace(e, fold=fold) for e in written_examples(own)]
        yield Writer(name, own, examples, fold)


def all_units(documents: Sequence[LabelledDocument], some: Sequence[Writer]) -> Table:
    """Return all that is learnt from as one table."""
    examples = clause_examples(documents)
    dealt = fold_of([each for each in documents if each.record.clauses is not None])
    drills = drill_examples(read_drills(default_folder().parent / "drills"))
    own = (example for writer in some for example in writer.examples)
    beside = chain(drills, own, plain_examples(documents, dealt))
    return table_of(chain(examples, beside), learnable(examples))


def prior_without(
    writer: Writer, documents: Sequence[LabelledDocument], some: Sequence[Writer]
) -> LinearModel:
    """Fit the document classifier to everything but the licenses of one writer."""
    others = [d for other in some if other.name != writer.name for d in other.documents]
    learnt = [each for each in documents if each.record.split != "test"]
    examples = [
        *license_examples(learnt),
        *negative_examples(negatives()),
        *category_examples(others),
    ]
    return fit_linear(examples, labels=tuple(categories()))


def line(writer: Writer, judge: dict[int, ClauseModel], prior: LinearModel) -> str:
    """Return what models of others find in one writer's licenses."""
    keys = [each.record.key for each in writer.documents]
    rows = category_probabilities([each.text for each in writer.documents], prior)
    priors = [dict(zip(prior.labels, row.tolist(), strict=True)) for row in rows]
    found = held_out_clauses(writer.examples, judge)
    verdicts = held_out_verdicts(
        writer.documents,
        dict(zip(keys, found, strict=True)),
        dict(zip(keys, priors, strict=True)),
    )
    scores = held_out_scores(writer.documents, verdicts)
    if scores is None:
        raise SystemExit(f"{writer.name}: no license to judge")
    clauses = clause_scores(*judged(writer.examples, judge))
    return (
        f"{writer.name:12} {len(keys):5}  {clauses.f1:9.3f}  {clauses.main_recall:5.3f}"
        f"  {scores.accuracy:8.3f}  {scores.openness_accuracy:8.3f}\n"
    )


def main() -> None:
    """Print a row a writer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="files of corpora/written, without .tsv")
    names = parser.parse_args().names
    documents = load(default_folder())
    everyone = list(writers(default_folder().parent / "written"))
    some = [each for each in everyone if each.name in names or not names]
    table = all_units(documents, everyone)
    folds = [CALIBRATES, *(each.fold for each in some)]
    calibrating, *models = learnt_without(folds, table, progress=say)
    lines = calibrated_all(pooled(table, {CALIBRATES: calibrating}))
    sys.stdout.write("writer       texts  clause F1   main  verdicts  openness\n")
    for writer, model in zip(some, models, strict=True):
        judge = {writer.fold: scaled(model, lines)}
        sys.stdout.write(line(writer, judge, prior_without(writer, documents, everyone)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
