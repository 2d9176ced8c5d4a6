"""The one place that makes a model: corpora -> fitted pipelines -> scores -> a model folder.

In: corpus folders with their texts. Out: the folder's files (see `modelfile`), a card for people,
and `Outcome`. Texts of the split `test` are only judged, once, by the finished model; of the others
each is judged by a model that learnt from none of its family. Every model has a function of its
own that returns it with its scores; `train` puts them side by side, compares them with the model
that is there, and replaces that one only at the very end.
"""

from __future__ import annotations

import platform
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import TypeVar

import msgspec
import numpy as np
import sklearn
from threadpoolctl import threadpool_limits

import openclause
from openclause import category_training
from openclause.bootstrap import Difference
from openclause.category_training import CategoryLesson, train_categories
from openclause.classifier import CATEGORY_PART, model_part
from openclause.clause_training import ClauseLesson, train_clauses
from openclause.corpora import corpus_digest, first_of, load_all
from openclause.corpus import LabelledDocument, digest
from openclause.drills import Drill, read_drills
from openclause.errors import DataError, ModelError
from openclause.evaluation import IdentityScores, Scores, identity_scores
from openclause.heldout import Row, heldout_part, rows
from openclause.identity import Index, Known, build_index, identify, index_part
from openclause.known_clauses import KnownClauses, gathered, known_part
from openclause.lessons import clause_lesson_id, keep, recall
from openclause.modelcard import Facts, pages, render
from openclause.modelfile import MANIFEST, find_folder, refuse_other_files, write_model
from openclause.negatives import Negative, negatives
from openclause.openness import Openness
from openclause.succession import compare, refuse_worse
from openclause.taxonomy import categories
from openclause.verdicts import held_out_scores, held_out_verdicts
from openclause.written import read_written

_IDENTIFIED_STEP = 5  # every fifth text is changed to see whether it is known again
_OTHER_WORD = "zebra"

Progress = Callable[[str], None]

_T = TypeVar("_T")


class Outcome(msgspec.Struct, frozen=True):
    """What was measured of the new model, and how it differs from the one that was there."""

    scores: Scores
    differences: tuple[Difference, ...]


class _Learnt(msgspec.Struct, frozen=True, eq=False):
    """All that is learnt from documents, and what models of other families answer on them."""

    category: CategoryLesson
    clauses: ClauseLesson
    index: Index
    reviewed: KnownClauses
    scores: Scores
    answers: tuple[Row, ...]


class _Sources(msgspec.Struct, frozen=True):
    """What is learnt from: all documents, what is no license, what was written, the first corpus.

    Of the first corpus alone also texts without clause labels teach what limits nothing: what
    users add with a category leaves the lesson on clauses as it was.
    """

    documents: tuple[LabelledDocument, ...]
    others: Sequence[Negative]
    drills: tuple[Drill, ...]
    written: tuple[LabelledDocument, ...]
    first: tuple[LabelledDocument, ...]


def train(
    folders: Path | Sequence[Path],
    out: Path,
    *,
    force: bool = False,
    lessons: Path | None = None,
    progress: Progress = lambda _: None,
) -> Outcome:
    """Learn all models from corpora and write them, with their card, to a model folder.

    Parameters
    ----------
    force
        Replace the model that is there even if it is better.
    lessons
        Where what was learnt is kept, to be used again where nothing of it has changed; the
        model is the same, byte for byte, with and without.

    Raises
    ------
    DataError
        If a corpus or one of its texts is missing or wrong.
    ModelError
        If the folder to write holds something else than a model.
    WorseModelError
        If the model that is there is better by more than chance, unless `force`.
    """
    refuse_other_files(out)
    folders = [folders] if isinstance(folders, Path) else folders
    progress(f"reading {', '.join(map(str, folders))}")
    documents = load_all(folders)
    refuse_unfit(documents, folders)
    for words in _doubts(documents):
        progress(words)
    others = negatives()
    sources = _Sources(
        documents,
        others,
        drills=_beside(folders, "drills", read_drills),
        written=_beside(folders, "written", read_written),
        first=first_of(documents, folders[0]),
    )
    learnt = _learn(sources, lessons=lessons, progress=progress)
    differences = _compared(documents, learnt.answers, out, progress)
    if not force:
        refuse_worse(differences, out)
    progress(f"writing {out}")
    _write(out, learnt, _facts(documents, others, learnt.category.model.temperature))
    return Outcome(learnt.scores, differences)


def refuse_unfit(documents: Sequence[LabelledDocument], folders: Sequence[Path]) -> None:
    """Raise a `DataError` where nothing can be judged or known: all are relatives or unnamed."""
    if documents and all(each.record.unnamed for each in documents):
        raise DataError(
            f"{folders[0]} [unnamed]: no text has a name to be known by; leave `unnamed` out of "
            "the records of those that have one, or add another --corpus"
        )
    learnt = [each.record for each in documents if each.record.split != "test"]
    found = {record.family for record in learnt}
    if len(found) < 2:  # noqa: PLR2004
        named = f"only {next(iter(found))!r}" if found else "none outside of the split 'test'"
        raise DataError(
            f"{folders[0]} [family]: two families at least are needed to learn from one and judge "
            f"by the other, there is {named}; add licenses of other families or another --corpus"
        )


def _doubts(documents: Sequence[LabelledDocument]) -> Iterator[str]:
    """Yield what is learnt from too little to be judged."""
    learnt = [each.record for each in documents if each.record.split != "test"]
    often = Counter(record.category for record in learnt)
    for record in learnt:
        if often[record.category] == 1:
            yield (
                f"warning: {record.key}.toml [category]: is the only {record.category!r}, so that "
                "it is learnt but cannot be judged; add another one"
            )


def _beside(
    folders: Sequence[Path], name: str, read: Callable[[Path], tuple[_T, ...]]
) -> tuple[_T, ...]:
    """Return what folders of this name beside the corpora hold, each folder once."""
    beside = dict.fromkeys(folder.resolve().parent / name for folder in folders)
    return tuple(each for folder in beside for each in read(folder))


def _learn(sources: _Sources, *, lessons: Path | None, progress: Progress) -> _Learnt:
    documents = sources.documents
    # One thread adds up in one order, so that the same corpus gives the same bytes.
    with threadpool_limits(1):
        category = train_categories(
            documents, sources.others, written=sources.written, progress=progress
        )
        clauses = _clauses(sources, lessons, progress)
    progress(f"deciding {len(clauses.found)} documents by what models of other families found")
    verdicts = held_out_verdicts(documents, clauses.found, category.priors)
    named = [document for document in documents if not document.record.unnamed]
    progress(f"indexing {len(named)} known licenses")
    index, identity = train_index(named)
    scores = Scores(
        category=category.scores,
        identity=identity,
        clauses=clauses.scores,
        item_recall=clauses.item_recall,
        verdicts=held_out_scores(documents, verdicts),
    )
    answers = _answers(documents, category, clauses, verdicts)
    return _Learnt(category, clauses, index, reviewed_clauses(named), scores, answers)


def _clauses(sources: _Sources, lessons: Path | None, progress: Progress) -> ClauseLesson:
    """Learn the clauses, or take what was learnt from the same before."""
    documents, drills, plain = sources.documents, sources.drills, sources.first
    lesson_id = clause_lesson_id((*documents, *sources.written), drills, plain)
    if lessons is not None and (known := recall(lessons, lesson_id)) is not None:
        progress("clauses: no label, text or line of code has changed, so the lesson is kept")
        return known
    lesson = train_clauses(
        documents, drills, written=sources.written, plain=plain, progress=progress
    )
    if lessons is not None:
        keep(lessons, lesson_id, lesson)
    return lesson


def _answers(
    documents: Sequence[LabelledDocument],
    category: CategoryLesson,
    clauses: ClauseLesson,
    verdicts: dict[str, Openness],
) -> tuple[Row, ...]:
    return rows(
        documents,
        priors={key: max(found, key=lambda c: found[c]) for key, found in category.priors.items()},
        verdicts={key: verdict.category for key, verdict in verdicts.items()},
        clauses={key: found.clauses for key, found in clauses.found.items()},
    )


def _compared(
    documents: Sequence[LabelledDocument], answers: Sequence[Row], out: Path, progress: Progress
) -> tuple[Difference, ...]:
    try:
        there = find_folder(out)
    except ModelError:
        return ()
    progress(f"comparing with the model of {out}")
    differences = compare(documents, answers, there)
    if not differences:
        progress(f"{out / MANIFEST}: keeps no answers on these documents, nothing to compare with")
    return differences


def _write(out: Path, learnt: _Learnt, facts: Facts) -> None:
    write_model(
        out,
        [
            model_part(learnt.category.model, CATEGORY_PART),
            learnt.clauses.part,
            index_part(learnt.index),
            known_part(learnt.reviewed),
            heldout_part(learnt.answers, tuple(categories())),
        ],
        versions=facts.versions,
        corpus_sha256=facts.corpus_sha256,
        card=render(facts, learnt.scores),
        pages=pages(learnt.scores),
    )


def train_index(documents: Sequence[LabelledDocument]) -> tuple[Index, IdentityScores]:
    """Index all licenses that have a name, the test split's too; see how well they are known."""
    index = build_index(
        [_known(document) for document in documents], [document.text for document in documents]
    )
    judged = [document for document in documents if document.text][::_IDENTIFIED_STEP]
    return index, identity_scores(
        [document.record.key for document in judged],
        [identify(rewrapped(document.text), index) for document in judged],
        [identify(with_other_word(document.text), index) for document in judged],
    )


def reviewed_clauses(documents: Sequence[LabelledDocument]) -> KnownClauses:
    """Keep what readers said of the licenses, for texts that are known; never to measure with."""
    return gathered(
        [(_known(each), each.text, each.record.clauses) for each in documents],
        read=[each.record.key for each in documents if each.record.basis == "read"],
    )


def _known(document: LabelledDocument) -> Known:
    record = document.record
    return Known(record.key, record.spdx_id, record.name, record.category)


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
    documents: Sequence[LabelledDocument], others: Sequence[Negative], temperature: float
) -> Facts:
    records = [document.record for document in documents]
    return Facts(
        corpus_sha256=corpus_digest(documents),
        negatives_sha256=digest("\0".join(negative.text for negative in others).encode("utf-8")),
        records=len(records),
        read=sum(record.basis == "read" for record in records),
        test=sum(record.split == "test" for record in records),
        negatives=len(others),
        temperature=temperature,
        buckets=category_training.N_BUCKETS,
        versions={
            "openclause": openclause.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
    )
