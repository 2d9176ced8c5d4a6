"""Learning the clause model: annotated documents -> weights over the features of units.

In: labelled documents, and drills. Out: a `ClauseModel` with one label for each `modality/term`
that occurs often enough and one for each limit, and `ClauseScores` measured on families it did not
learn from. What the rules found in a unit is among its features: rules and paraphrases are weighed
together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from openclause.classifier import Floats
from openclause.clause_examples import (
    UnitExamples,
    clause_examples,
    fold_of,
    plain_examples,
    units_of,
)
from openclause.clause_fitting import NEVER, fit_clauses, margins_of
from openclause.clause_model import ClauseModel, Vocabulary, clause_part, unpacked
from openclause.clause_table import Table, Truth, table_of
from openclause.clauses import Clause
from openclause.corpus import ClauseLabel, LabelledDocument
from openclause.crew import answers
from openclause.drills import Drill
from openclause.evaluation import ClauseScores, clause_scores
from openclause.limits import carriers
from openclause.modelfile import Part
from openclause.network import Network
from openclause.placing import records
from openclause.planting import exercises
from openclause.reading import Found, label_of, weigh
from openclause.segmentation import Unit
from openclause.taxonomy import terms

FEWEST_EXAMPLES = 8

Progress = Callable[[str], None]


class Lines(msgspec.Struct, frozen=True):
    """Slopes and intercepts that turn margins of labels and of limits into log-odds."""

    labels: tuple[float, float]
    limits: tuple[float, float]


class Margins(msgspec.Struct, frozen=True, eq=False):
    """Held-out margins and whether they should be positive, pooled over units and columns."""

    labels: tuple[Floats, Truth]
    limits: tuple[Floats, Truth]


class ClauseLesson(msgspec.Struct, frozen=True, eq=False):
    """The clause model as a part of a folder, what it is worth, and what others find.

    `found` holds by key what a model of other families finds in each annotated text; `item_recall`
    is the share found of the labels that stand in list items under a lead-in.
    """

    part: Part
    scores: ClauseScores
    item_recall: float
    found: dict[str, Found]


def train_clauses(
    documents: Sequence[LabelledDocument],
    drills: Sequence[Drill] = (),
    *,
    written: Sequence[LabelledDocument] = (),
    plain: Sequence[LabelledDocument] = (),
    progress: Progress = lambda _: None,
) -> ClauseLesson:
    """Learn the clause model from all annotated documents and measure it on held-out families.

    Parameters
    ----------
    drills
        Sentences written for training; every model learns from them, none is judged by them.
    written
        Whole licenses written for training, likewise.
    plain
        Documents that teach by their category what limits nothing, if they have no clause labels.
    """
    annotated = [each for each in documents if each.record.clauses is not None]
    keys = [each.record.key for each in annotated]
    progress(f"reading the clauses of {len(annotated)} documents")
    examples = clause_examples(annotated)
    labels = learnable(examples) if len({each.fold for each in examples}) > 1 else ()
    if not labels:
        models = dict.fromkeys({each.fold for each in examples}, _silent_model())
        return _lesson(_silent_model(), keys, examples, models)
    # The table is all that is kept of what is not judged: readings take up much more.
    beside = chain(exercises(drills, written), plain_examples(plain, fold_of(annotated)))
    table = table_of(chain(examples, beside), labels)
    progress(f"learning {len(labels)} kinds of clause from {len(examples)} documents")
    folds = sorted({each.fold for each in examples})
    *others, model = learnt_without([*folds, None], table, progress=progress)
    margins = pooled(table, dict(zip(folds, others, strict=True)))
    lines = calibrated_all(margins)
    models = {fold: scaled(each, lines) for fold, each in zip(folds, others, strict=True)}
    return _lesson(scaled(model, lines), keys, examples, models)


def _lesson(
    model: ClauseModel,
    keys: Sequence[str],
    examples: Sequence[UnitExamples],
    models: Mapping[int, ClauseModel],
) -> ClauseLesson:
    found = held_out_clauses(examples, models)
    truth, shown = _compared(examples, [each.clauses for each in found])
    led = [in_items(each, labels) for each, labels in zip(examples, truth, strict=True)]
    return ClauseLesson(
        clause_part(model),
        clause_scores(truth, shown),
        clause_scores(led, shown).recall,
        dict(zip(keys, found, strict=True)),
    )


def learnable(examples: Sequence[UnitExamples]) -> tuple[str, ...]:
    """Return the labels that occur often enough to be learnt, in order."""
    counts = Counter(label for each in examples for unit in each.labels for label in unit)
    return tuple(sorted(label for label, n in counts.items() if n >= FEWEST_EXAMPLES))


def _silent_model() -> ClauseModel:
    """Return a model that never finds anything: no document was annotated."""
    none = np.zeros(0, np.float32)
    label, limit = label_of("use", "permission"), next(iter(carriers()))
    vocabulary = Vocabulary(np.zeros(0, np.uint32), none, np.zeros(0, np.uint8))
    hidden, output = np.zeros((0, 0), np.float32), np.zeros((0, 2), np.float32)
    network = Network(hidden, none, output, np.full(2, NEVER, np.float32))
    return ClauseModel((label,), (limit,), vocabulary, network, np.ones(1, np.float32))


def held_out_models(
    examples: Sequence[UnitExamples],
    beside: Iterable[UnitExamples],
    *,
    labels: tuple[str, ...],
    progress: Progress,
) -> tuple[dict[int, ClauseModel], Margins]:
    """Return by fold a model that did not see it, and what those models say of all units.

    Parameters
    ----------
    beside
        Drills and texts without clause labels, learnt from and not judged here.
    """
    table = table_of(chain(examples, beside), labels)
    folds = sorted({each.fold for each in examples})
    models = dict(zip(folds, learnt_without(folds, table, progress=progress), strict=True))
    return models, pooled(table, models)


def learnt_without(
    folds: Sequence[int | None], table: Table, *, progress: Progress
) -> list[ClauseModel]:
    """Return for each fold a model that did not see it, and for None one that saw all."""
    models = []
    n = len(folds) - folds.count(None)
    fitted = answers(_fit_without, [(fold, table) for fold in folds])
    for fold, model in zip(folds, fitted, strict=True):
        models.append(model)
        if fold is not None:
            progress(f"judging the clauses of fold {fold + 1} of {n}")
    return models


def _fit_without(fold: int | None, table: Table) -> ClauseModel:
    return fit_clauses(table if fold is None else table.where(table.folds != fold))


def pooled(table: Table, models: Mapping[int, ClauseModel]) -> Margins:
    """Return what the models of their folds say of all labelled units."""
    said = [
        held_out_margins(table.where(table.labelled & (table.folds == fold)), model)
        for fold, model in models.items()
    ]
    return Margins(_joined([each.labels for each in said]), _joined([each.limits for each in said]))


def _joined(parts: Sequence[tuple[Floats, Truth]]) -> tuple[Floats, Truth]:
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def held_out_margins(table: Table, model: ClauseModel) -> Margins:
    """Return the margins of units where the truth is known, and the truth."""
    margins, n = margins_of(table, model), len(table.labels)
    labels, limits = (
        (margins[:, some][known], table.truth[:, some][known])
        for some, known in (
            (slice(n), table.known[:, :n]),
            (slice(n, None), table.known[:, n:]),
        )
    )
    return Margins(labels, limits)


def calibrated_all(margins: Margins) -> Lines:
    """Return the lines that turn held-out margins into log-odds."""
    return Lines(calibrated(margins.labels), calibrated(margins.limits))


def calibrated(pooled: tuple[Floats, Truth]) -> tuple[float, float]:
    """Return slope and intercept that turn held-out margins into log-odds.

    References
    ----------
    J. Platt, Probabilistic outputs for support vector machines, 1999.
    """
    margins, truth = pooled
    if truth.all() or not truth.any():
        return 1.0, 0.0
    fitted = LogisticRegression(C=1e6).fit(margins[:, None], truth)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def scaled(model: ClauseModel, lines: Lines) -> ClauseModel:
    """Return the model with margins turned into log-odds, its weights rounded as stored."""
    network, sizes = model.network, (len(model.labels), len(model.limits))
    slope, intercept = np.repeat(
        np.array([lines.labels, lines.limits], np.float32), sizes, axis=0
    ).T
    moved = msgspec.structs.replace(
        network,
        output=network.output * slope,
        output_bias=network.output_bias * slope + intercept,
    )
    return unpacked(clause_part(msgspec.structs.replace(model, network=moved)))


def held_out_clauses(
    examples: Sequence[UnitExamples], models: Mapping[int, ClauseModel]
) -> list[Found]:
    """Return what the model of its fold finds in each document."""
    weighed = [weigh(each.reading, each.proposed, models[each.fold]) for each in examples]
    return [
        Found(records(each.reading, one.effects), one.limits)
        for each, one in zip(examples, weighed, strict=True)
    ]


def judged(
    examples: Sequence[UnitExamples], models: Mapping[int, ClauseModel]
) -> tuple[list[Sequence[ClauseLabel]], list[Sequence[ClauseLabel]]]:
    """Return for each document its labels, and what the model of its fold finds.

    Risk clauses are left out where they were not annotated.
    """
    return _compared(examples, [each.clauses for each in held_out_clauses(examples, models)])


def _compared(
    examples: Sequence[UnitExamples], found: Sequence[Sequence[Clause]]
) -> tuple[list[Sequence[ClauseLabel]], list[Sequence[ClauseLabel]]]:
    truth: list[Sequence[ClauseLabel]] = []
    shown: list[Sequence[ClauseLabel]] = []
    for each, given in zip(examples, found, strict=True):
        labels = [ClauseLabel(c.start, c.end, c.term, c.modality, c.holder, c.main) for c in given]
        truth.append(_judged(each.truth, risk=each.risk))
        shown.append(_judged(labels, risk=each.risk))
    return truth, shown


def in_items(example: UnitExamples, labels: Sequence[ClauseLabel]) -> list[ClauseLabel]:
    """Return the labels that stand in list items under a lead-in; a heading is none."""
    units = example.reading.outline.units
    places = ((label, units_of(units, label)) for label in labels)
    return [label for label, own in places if own and _is_led_in(units, units[own[0]])]


def _is_led_in(units: Sequence[Unit], unit: Unit) -> bool:
    return unit.kind in ("item", "inline") and unit.lead >= 0 and units[unit.lead].kind != "heading"


def _judged(labels: Sequence[ClauseLabel], *, risk: bool) -> list[ClauseLabel]:
    return [label for label in labels if risk or terms()[label.term].group != "risk"]
