"""Learning the document classifier: whole texts -> how open each looks, measured on other families.

In: labelled documents, and documents that are no license. Out: a `LinearModel` and what models of
other families say of each document. What the sentences say is learnt in `clause_training`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from openclause.classifier import (
    Floats,
    LinearModel,
    category_probabilities,
    hash_document,
    hashed_rows,
    softmax,
)
from openclause.corpus import LabelledDocument, folds
from openclause.crew import answers
from openclause.evaluation import CategoryScores, Guess, PriorScores, category_scores
from openclause.negatives import Negative
from openclause.taxonomy import NOT_A_LICENSE, categories
from openclause.wording import Hashes

N_FOLDS = 5
# 49,152 weights for each of ten categories are 983 kB in half precision.
N_BUCKETS = 3 * 2**14
# These four were chosen on the folds of train and dev.
INVERSE_REGULARIZATION = 100.0
BASIS_WEIGHTS = {"read": 1.0, "mapped": 0.25}
NEGATIVE_WEIGHT = 1.0
WRITTEN_WEIGHT = 1.0
BALANCE = 0.5  # 0 leaves each category its share of the corpus, 1 gives all the same

NO_FOLD = -1
_MOST_ITERATIONS = 1_000
# The score of a category that no example has; e to this power is nothing.
_NEVER = -20.0
_TEMPERATURES = np.geomspace(0.2, 5.0, 201)

Progress = Callable[[str], None]


class Example(msgspec.Struct, frozen=True, eq=False):
    """A document to learn from; what shares wording lies in one `fold`."""

    hashes: Hashes
    category: str
    weight: float
    fold: int


class CategoryLesson(msgspec.Struct, frozen=True, eq=False):
    """The document classifier, what it is worth, and what others say of each learnt document.

    `priors` are by key: the chances of `model.labels`, from a model of other families.
    """

    model: LinearModel
    scores: PriorScores
    priors: dict[str, dict[str, float]]


def train_categories(
    documents: Sequence[LabelledDocument],
    others: Sequence[Negative],
    *,
    written: Sequence[LabelledDocument] = (),
    progress: Progress = lambda _: None,
) -> CategoryLesson:
    """Learn the document classifier and measure it.

    Parameters
    ----------
    written
        Licenses written for training; every model learns from them, none is judged by them.
    """
    labels = tuple(categories())
    learnt = [document for document in documents if document.record.split != "test"]
    examples = [*license_examples(learnt), *negative_examples(others)]
    beside = list(written_examples(written))
    progress(f"learning the categories of {len(examples) + len(beside)} documents")
    *parted, fitted = _fitted(examples, beside, labels, progress)
    scores = held_out_scores(examples, parted)
    columns = [labels.index(example.category) for example in examples]
    temperature = calibrate(scores, columns)
    model = msgspec.structs.replace(fitted, temperature=temperature)
    given = softmax(scores / temperature)
    stray = np.array([guess.category == NOT_A_LICENSE for guess in _guesses(given, labels)])
    made = np.arange(len(examples)) >= len(learnt)
    license_ = np.array(columns) != labels.index(NOT_A_LICENSE)
    worth = PriorScores(
        folds=_scored(learnt, given[: len(learnt)], labels),
        test=_test_scores(documents, model),
        negatives_found=float(stray[made].mean()),
        licenses_lost=float(stray[license_].mean()),
    )
    rows = (dict(zip(labels, row.tolist(), strict=True)) for row in given[: len(learnt)])
    return CategoryLesson(
        model, worth, dict(zip((d.record.key for d in learnt), rows, strict=True))
    )


def _fitted(
    examples: Sequence[Example],
    beside: Sequence[Example],
    labels: tuple[str, ...],
    progress: Progress,
) -> list[LinearModel]:
    """Return for each fold a model that did not see it, then one that saw all."""
    parts = [[each for each in examples if each.fold != fold] for fold in range(N_FOLDS)]
    models = []
    for model in answers(fit_linear, [([*part, *beside], labels) for part in (*parts, examples)]):
        models.append(model)
        if len(models) <= N_FOLDS:
            progress(f"judging the categories of fold {len(models)} of {N_FOLDS}")
    return models


def held_out_scores(examples: Sequence[Example], models: Sequence[LinearModel]) -> Floats:
    """Return the scores `(n_examples, n_labels)` that the model of its fold gives to each."""
    scores = np.empty((len(examples), len(models[0].labels)), np.float32)
    fold_of = np.array([example.fold for example in examples])
    for fold, model in enumerate(models):
        hashes = [example.hashes for example in examples if example.fold == fold]
        scores[fold_of == fold] = model.scores(hashed_rows(hashes, n_buckets=N_BUCKETS))
    return scores


def license_examples(documents: Sequence[LabelledDocument]) -> Iterator[Example]:
    """Yield an example for each document, its family whole in one fold."""
    records = [document.record for document in documents]
    dealt = folds(records, min(N_FOLDS, len({record.family for record in records})))
    fold_of = {record.key: fold for fold, records in enumerate(dealt) for record in records}
    for document in documents:
        yield Example(
            hashes=hash_document(document.text),
            category=document.record.category,
            weight=BASIS_WEIGHTS[document.record.basis],
            fold=fold_of[document.record.key],
        )


def written_examples(documents: Sequence[LabelledDocument]) -> Iterator[Example]:
    """Yield an example, in no fold, for each license that was written for training."""
    for each in documents:
        yield Example(hash_document(each.text), each.record.category, WRITTEN_WEIGHT, NO_FOLD)


def negative_examples(others: Sequence[Negative]) -> Iterator[Example]:
    """Yield an example for each document that is no license, its source whole in one fold."""
    sources = list(dict.fromkeys(negative.source for negative in others))
    for negative in others:
        fold = sources.index(negative.source) % N_FOLDS
        yield Example(hash_document(negative.text), NOT_A_LICENSE, NEGATIVE_WEIGHT, fold)


def category_pipeline() -> Pipeline:
    """Return the pipeline that learns: hashed features of a document to its category."""
    return make_pipeline(
        FunctionTransformer(to_matrix),
        LogisticRegression(C=INVERSE_REGULARIZATION, max_iter=_MOST_ITERATIONS),
    )


def to_matrix(hashes: Sequence[Hashes]) -> csr_matrix:
    """Return the very rows that a `LinearModel` weighs, `(n_rows, N_BUCKETS)`."""
    rows = hashed_rows(hashes, n_buckets=N_BUCKETS)
    return csr_matrix((rows.values, rows.buckets, rows.starts), shape=(len(hashes), N_BUCKETS))


def fit_linear(examples: Sequence[Example], labels: tuple[str, ...]) -> LinearModel:
    """Fit the pipeline to examples and take its weights out, rounded as they are stored."""
    given = [example.category for example in examples]
    pipeline = category_pipeline()
    pipeline.fit(
        [example.hashes for example in examples],
        given,
        logisticregression__sample_weight=balanced_weights(examples),
    )
    return exported(pipeline, labels=labels)


def balanced_weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Return the weight of each example, `(n_examples,)`: its own, raised where it is a rare kind.

    The total of a category is multiplied by (mean total / its total) to the power `BALANCE`.
    """
    names, kinds = np.unique([example.category for example in examples], return_inverse=True)
    weights = np.array([example.weight for example in examples])
    totals = np.bincount(kinds, weights, minlength=len(names))
    return np.asarray(weights * ((totals.mean() / totals) ** BALANCE)[kinds])


def exported(pipeline: Pipeline, *, labels: tuple[str, ...]) -> LinearModel:
    """Take the weights of a fitted pipeline, which needs no scikit-learn any more.

    Labels that the pipeline never saw get a score that rules them out. Of two classes
    scikit-learn keeps the second one's weights only; the first one's are then 0.
    """
    regression = pipeline[-1]
    weights, bias = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # noqa: PLR2004
        weights, bias = np.vstack([0 * weights, weights]), np.append(0 * bias, bias)
    columns = [labels.index(label) for label in regression.classes_]
    all_weights = np.zeros((weights.shape[1], len(labels)), np.float16)
    all_bias = np.full(len(labels), _NEVER, np.float32)
    all_weights[:, columns], all_bias[columns] = weights.T, bias
    return LinearModel(labels=labels, weights=all_weights.astype(np.float32), bias=all_bias)


def calibrate(scores: Floats, columns: Sequence[int]) -> float:
    """Return the temperature that makes held-out scores `(n, n_labels)` the likeliest.

    Parameters
    ----------
    columns
        The column of the true label of each row.
    """
    rows = np.arange(len(scores))
    losses = [-np.log(softmax(scores / t)[rows, columns] + 1e-9).mean() for t in _TEMPERATURES]
    return round(float(_TEMPERATURES[np.argmin(losses)]), 4)


def _guesses(given: Floats, labels: Sequence[str]) -> list[Guess]:
    return [Guess(labels[int(row.argmax())], float(row.max())) for row in given]


def _scored(
    documents: Sequence[LabelledDocument], given: Floats, labels: Sequence[str]
) -> CategoryScores:
    return category_scores(
        [document.record.category for document in documents],
        _guesses(given, labels),
        alternatives=[document.record.alt for document in documents],
    )


def _test_scores(
    documents: Sequence[LabelledDocument], model: LinearModel
) -> CategoryScores | None:
    judged = [document for document in documents if document.record.split == "test"]
    if not judged:
        return None
    given = category_probabilities([document.text for document in judged], model)
    return _scored(judged, given, model.labels)
