"""The straight line: a document in, one `Analysis` out.

In: a path or a text. Out: the record that every format shows, in the key order of the published
JSON Schema (`data/analysis.schema.json`). Here the rooms below are called one after another and
nothing is decided; how an answer is ordered for people is `report`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from openclause import documents
from openclause.attitudes import TermSummary, summarize
from openclause.clauses import Clause
from openclause.criteria import judge
from openclause.deciding import verdict_of
from openclause.documents import Document
from openclause.errors import DocumentError
from openclause.identity import Match
from openclause.learnt import Model, load_model, prior_of, unaware
from openclause.messages import Language, in_language, message
from openclause.notebook import shown
from openclause.openness import Openness, decide
from openclause.reading import read_with_limits
from openclause.schemas import schema_of
from openclause.taxonomy import categories

__all__ = [
    "Analysis",
    "CriterionSummary",
    "DocumentInfo",
    "Failure",
    "Model",
    "analyze",
    "analyze_document",
    "analyze_many",
    "category_probabilities",
    "json_schema",
    "load_model",
    "prior_of",
    "unaware",
]

SCHEMA_VERSION: Literal["1"] = "1"
# Fewer files a worker are not worth a worker's start; lengths are balanced over the batches.
_BATCH = 32
_MODEL_WORDS = re.compile(
    r"\b(?:model derivatives?|model weights|weights|model parameters|(?:large )?language models?"
    r"|machine[- ]learning models?|foundation(?:al)? models?|trained models?|AI models?)\b",
    re.IGNORECASE,
)
# A ban on improving "any other language model" presupposes that the work is one; a ban on improving
# language models does not, so that the words above do not count in clauses on these terms.
_OTHER_MODEL = re.compile(
    r"\bother (?:large )?(?:language|AI|machine[- ]learning|foundation(?:al)?) models?\b",
    re.IGNORECASE,
)
_RIVAL_TERMS = frozenset({"train-models", "compete", "benchmark", "field-of-use"})


class DocumentInfo(msgspec.Struct, frozen=True):
    """Where a document comes from and how its bytes were read; `chars` counts characters."""

    path: str | None
    sha256: str
    encoding: str
    media_type: str
    chars: int
    language: str
    title: str | None


class CriterionSummary(msgspec.Struct, frozen=True):
    """Whether a criterion is met, and the ids of the clauses that show it."""

    status: Literal["met", "violated", "unclear"]
    clauses: tuple[str, ...]


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """All that was read out of one document; the order of the fields is that of the JSON."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    document: DocumentInfo
    identification: tuple[Match, ...]
    openness: Openness
    clauses: tuple[Clause, ...]
    terms: dict[str, TermSummary]
    criteria: dict[str, CriterionSummary]
    warnings: tuple[str, ...]

    def restricting(self, group: str) -> tuple[Clause, ...]:
        """Return the clauses that restrict `redistribution`, `derivatives` or `use`."""
        return tuple(clause for clause in self.clauses if group in clause.restricts)

    def category_name(self, lang: Language = "en") -> str:
        """Return the category in words; source-available model weights have a name of their own."""
        if self.openness.category == "source-available" and self.about_model():
            return message("category.model-name", lang)
        return in_language(categories()[self.openness.category].name, lang)

    def to_json(self) -> str:
        """Return the whole record as indented JSON, the same bytes for the same record."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()

    def about_model(self) -> bool:
        """Tell whether the licensed work is a model, by what the text calls it."""
        names = [self.document.title or "", *(match.name for match in self.identification[:1])]
        said = [clause.text for clause in self.clauses if clause.term not in _RIVAL_TERMS]
        return any(_MODEL_WORDS.search(text) for text in (*names, *said)) or any(
            _OTHER_MODEL.search(" ".join(clause.text.split())) for clause in self.clauses
        )

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the category, its reasons and the restricting clauses."""
        return shown(self.category_name(), self.openness, self.clauses)


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the place of an `Analysis` where a file could not be read."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    path: str
    error: str


def analyze(
    source: Path | str, *, model: Path | None = None, known_answers: bool = True
) -> Analysis:
    """Read one document.

    Parameters
    ----------
    source
        A path, or a string: the path of an existing file, else the text itself.
    model
        A model folder; by default the one that the package carries.
    known_answers
        Whether what readers reviewed of a known text may answer for it; without, every text is
        read as if nobody had seen it.

    Raises
    ------
    DocumentError
        If the file cannot be read, or the string looks like a path at which there is no file.
    ModelError
        If the model is missing, damaged or of another format version.
    """
    return analyze_document(documents.read_source(source), model=model, known_answers=known_answers)


def analyze_document(
    document: Document, *, model: Path | Model | None = None, known_answers: bool = True
) -> Analysis:
    """Read a document that was opened already.

    Parameters
    ----------
    model
        A model folder, by default the one that the package carries, or what was read of one.
    known_answers
        Whether what readers reviewed of a known text may answer for it. What is measured on the
        texts of the corpus must leave it off: these are the very answers. The index still knows
        them; see `unaware`.

    Raises
    ------
    ModelError
        If the model is missing, damaged or of another format version.
    """
    learnt = model if isinstance(model, Model) else load_model(model)
    found = verdict_of(document, learnt, known_answers=known_answers)
    judged = judge(found.clauses, notices=found.notices, findings=found.findings)
    return Analysis(
        document=_info(document),
        identification=found.identification,
        openness=found.openness,
        clauses=found.clauses,
        terms=summarize(found.clauses),
        criteria={
            criterion: CriterionSummary(verdict.status, verdict.clauses)
            for criterion, verdict in judged.items()
        },
        warnings=found.warnings,
    )


def category_probabilities(text: str, *, model: Path | None = None) -> dict[str, float]:
    """Return the probability of each openness category of a text."""
    learnt = load_model(model)
    found = read_with_limits(text, learnt.clauses)
    prior = prior_of(text, learnt)
    openness = decide(found.clauses, text=text, prior=prior, limits=found.limits, weighed=True)
    return dict(openness.probabilities)


def _info(document: Document) -> DocumentInfo:
    return DocumentInfo(
        path=document.path,
        sha256=document.sha256,
        encoding=document.encoding,
        media_type=document.media_type,
        chars=len(document.text),
        language=document.language,
        title=document.title,
    )


def analyze_many(
    paths: Sequence[Path], *, jobs: int = 1, model: Path | None = None
) -> tuple[Analysis | Failure, ...]:
    """Read many files; the answers stand in the order of the paths, whatever `jobs` is.

    Parameters
    ----------
    jobs
        Number of processes; -1 takes all cores.
    """
    from joblib import Parallel, delayed

    batches = _batches(paths)
    answers = Parallel(n_jobs=jobs if len(batches) > 1 else 1)(
        delayed(_analyze_batch)([paths[index] for index in batch], model) for batch in batches
    )
    by_index = {
        index: answer
        for batch, answered in zip(batches, answers, strict=True)
        for index, answer in zip(batch, answered, strict=True)
    }
    return tuple(by_index[index] for index in range(len(paths)))


def _batches(paths: Sequence[Path]) -> list[list[int]]:
    """Deal the paths' indices into batches of like total size, the largest files first."""
    order = sorted(range(len(paths)), key=lambda index: (-_size(paths[index]), index))
    count = -(-len(paths) // _BATCH)
    return [order[first::count] for first in range(count)]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _analyze_batch(paths: Sequence[Path], model: Path | None) -> list[Analysis | Failure]:
    return [_analyze_or_fail(path, model) for path in paths]


def _analyze_or_fail(path: Path, model: Path | None) -> Analysis | Failure:
    try:
        return analyze(path, model=model)
    except DocumentError as error:
        return Failure(path=str(path), error=str(error))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an `Analysis`, made from the records."""
    return schema_of(Analysis)
