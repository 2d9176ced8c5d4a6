"""The one place that makes a model: corpus -> fitted pipelines -> scores -> a model folder.

In: a corpus folder with its texts. Out: the folder's files (see `modelfile`), a card for people,
and `Scores`. Texts of the split `test` are only judged, once, by the finished model; of the others
each is judged by a model that learnt from none of its family. Every model has a function of its
own that returns it with its scores; `train` puts them side by side.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from textwrap import fill

import msgspec
import numpy as np
import sklearn
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from threadpoolctl import threadpool_limits

import openclause
from openclause.classifier import (
    CATEGORY_PART,
    Floats,
    LinearModel,
    category_probabilities,
    hash_document,
    hashed_rows,
    model_part,
    softmax,
)
from openclause.clause_model import clause_part
from openclause.clause_training import train_clauses
from openclause.corpus import LabelledDocument, digest, folds, load, to_toml
from openclause.drills import read_drills
from openclause.evaluation import (
    CategoryScores,
    Guess,
    IdentityScores,
    PriorScores,
    Scores,
    category_scores,
    identity_scores,
)
from openclause.identity import Index, Known, build_index, identify, index_part
from openclause.known_clauses import KnownClauses, gathered, known_part
from openclause.modelcard import Facts, render
from openclause.modelfile import refuse_other_files, write_model
from openclause.negatives import Negative, negatives
from openclause.taxonomy import categories
from openclause.wording import Hashes

N_FOLDS = 5
# 49,152 weights for each of ten categories are 983 kB in half precision.
N_BUCKETS = 3 * 2**14
# These four were chosen on the folds of train and dev.
INVERSE_REGULARIZATION = 100.0
BASIS_WEIGHTS = {"read": 1.0, "mapped": 0.25}
NEGATIVE_WEIGHT = 0.5
BALANCE = 0.5  # 0 leaves each category its share of the corpus, 1 gives all the same

NOT_A_LICENSE = "not-a-license"
_MOST_ITERATIONS = 1_000
# The score of a category that no example has; e to this power is nothing.
_NEVER = -20.0
_TEMPERATURES = np.geomspace(0.2, 5.0, 201)
_IDENTIFIED_STEP = 5  # every fifth text is changed to see whether it is known again
_OTHER_WORD = "zebra"

Progress = Callable[[str], None]


class Example(msgspec.Struct, frozen=True, eq=False):
    """A document to learn from; what shares wording lies in one `fold`."""

    hashes: Hashes
    category: str
    weight: float
    fold: int


def train(corpus_folder: Path, out: Path, *, progress: Progress = lambda _: None) -> Scores:
    """Learn all models from a corpus and write them, with their card, to a model folder.

    Raises
    ------
    DataError
        If the corpus or one of its texts is missing or wrong.
    ModelError
        If the folder to write holds something else than a model.
    """
    refuse_other_files(out)
    progress(f"reading {corpus_folder}")
    documents = load(corpus_folder)
    others = negatives()
    # One thread adds up in one order, so that the same corpus gives the same bytes.
    with threadpool_limits(1):
        model, category = train_categories(documents, others, progress=progress)
        drills = read_drills(corpus_folder.parent / "drills")
        clauses, clause_results = train_clauses(documents, drills, progress=progress)
    progress(f"indexing {len(documents)} known licenses")
    index, identity = train_index(documents)
    facts = _facts(documents, others, model)
    scores = Scores(category=category, identity=identity, clauses=clause_results)
    progress(f"writing {out}")
    write_model(
        out,
        [
            model_part(model, CATEGORY_PART),
            clause_part(clauses),
            index_part(index),
            known_part(reviewed_clauses(documents)),
        ],
        versions=facts.versions,
        corpus_sha256=facts.corpus_sha256,
        card=render(facts, scores),
    )
    return scores


def train_categories(
    documents: Sequence[LabelledDocument],
    others: Sequence[Negative],
    *,
    progress: Progress = lambda _: None,
) -> tuple[LinearModel, PriorScores]:
    """Learn the document classifier and measure it."""
    labels = tuple(categories())
    learnt = [document for document in documents if document.record.split != "test"]
    examples = [*_license_examples(learnt), *_negative_examples(others)]
    scores = held_out_scores(examples, labels=labels, progress=progress)
    columns = [labels.index(example.category) for example in examples]
    temperature = calibrate(scores, columns)
    progress(f"learning the categories of {len(examples)} documents")
    model = msgspec.structs.replace(fit_linear(examples, labels=labels), temperature=temperature)
    given = softmax(scores / temperature)
    stray = np.array([guess.category == NOT_A_LICENSE for guess in _guesses(given, labels)])
    made = np.arange(len(examples)) >= len(learnt)
    license_ = np.array(columns) != labels.index(NOT_A_LICENSE)
    return model, PriorScores(
        folds=_scored(learnt, given[: len(learnt)], labels),
        test=_test_scores(documents, model),
        negatives_found=float(stray[made].mean()),
        licenses_lost=float(stray[license_].mean()),
    )


def held_out_scores(
    examples: Sequence[Example], *, labels: tuple[str, ...], progress: Progress
) -> Floats:
    """Return the scores `(n_examples, n_labels)` that models give to folds they did not see."""
    scores = np.empty((len(examples), len(labels)), np.float32)
    fold_of = np.array([example.fold for example in examples])
    for fold in range(N_FOLDS):
        progress(f"judging the categories of fold {fold + 1} of {N_FOLDS}")
        model = fit_linear([e for e in examples if e.fold != fold], labels=labels)
        hashes = [example.hashes for example in examples if example.fold == fold]
        scores[fold_of == fold] = model.scores(hashed_rows(hashes, n_buckets=N_BUCKETS))
    return scores


def _license_examples(documents: Sequence[LabelledDocument]) -> Iterator[Example]:
    dealt = folds([document.record for document in documents], N_FOLDS)
    fold_of = {record.key: fold for fold, records in enumerate(dealt) for record in records}
    for document in documents:
        yield Example(
            hashes=hash_document(document.text),
            category=document.record.category,
            weight=BASIS_WEIGHTS[document.record.basis],
            fold=fold_of[document.record.key],
        )


def _negative_examples(others: Sequence[Negative]) -> Iterator[Example]:
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


def fit_linear(examples: Sequence[Example], *, labels: tuple[str, ...]) -> LinearModel:
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


def train_index(documents: Sequence[LabelledDocument]) -> tuple[Index, IdentityScores]:
    """Index all licenses of the corpus, the test split's too, and see how well they are known."""
    records = [document.record for document in documents]
    index = build_index(
        [Known(record.key, record.spdx_id, record.name, record.category) for record in records],
        [document.text for document in documents],
    )
    judged = [document for document in documents if document.text][::_IDENTIFIED_STEP]
    return index, identity_scores(
        [document.record.key for document in judged],
        [identify(rewrapped(document.text), index) for document in judged],
        [identify(with_other_word(document.text), index) for document in judged],
    )


def reviewed_clauses(documents: Sequence[LabelledDocument]) -> KnownClauses:
    """Keep what readers said of the licenses, for texts that are known; never to measure with."""
    records = [document.record for document in documents]
    licenses = [
        (Known(each.record.key, each.record.spdx_id, each.record.name, each.record.category), each)
        for each in documents
    ]
    return gathered(
        [(known, each.text, each.record.clauses) for known, each in licenses],
        read=[record.key for record in records if record.basis == "read"],
    )


def rewrapped(text: str) -> str:
    """Wrap each paragraph anew, at 60 columns."""
    paragraphs = re.split(r"\n\s*\n", text)
    wrapped = (fill(p, 60, break_long_words=False, break_on_hyphens=False) for p in paragraphs)
    return "\n\n".join(wrapped)


def with_other_word(text: str) -> str:
    """Put another word in the place of the middle one."""
    words = list(re.finditer(r"\w+", text))
    middle = words[len(words) // 2]
    return f"{text[: middle.start()]}{_OTHER_WORD}{text[middle.end() :]}"


def _facts(
    documents: Sequence[LabelledDocument], others: Sequence[Negative], model: LinearModel
) -> Facts:
    records = [document.record for document in documents]
    return Facts(
        corpus_sha256=digest("".join(map(to_toml, records)).encode("utf-8")),
        negatives_sha256=digest("\0".join(negative.text for negative in others).encode("utf-8")),
        records=len(records),
        read=sum(record.basis == "read" for record in records),
        test=sum(record.split == "test" for record in records),
        negatives=len(others),
        temperature=model.temperature,
        buckets=N_BUCKETS,
        versions={
            "openclause": openclause.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
    )
