"""The straight line: a document in, one `Analysis` out.

In: a path or a text. Out: the record that every format shows, in the key order of the published
JSON Schema (`data/analysis.schema.json`). Here the rooms below are called one after another and
nothing is decided; how an answer is ordered for people is `report`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from openclause import classifier, documents
from openclause.addresses import policy_warnings
from openclause.attitudes import TermSummary, summarize
from openclause.caution import (
    SUPPORTED_LANGUAGES,
    elsewhere,
    english,
    foreign,
    named,
    stray,
    unknown,
    warnings,
)
from openclause.classifier import LinearModel, load_linear_model
from openclause.clause_model import ClauseModel, load_clause_model
from openclause.clauses import Clause
from openclause.criteria import judge
from openclause.cues import Shown
from openclause.documents import Document
from openclause.errors import DocumentError
from openclause.findings import Findings, find
from openclause.fingerprints import sentences
from openclause.identity import Index, Match, identify, load_index
from openclause.index import without
from openclause.joining import Joined, Whole, as_told, join
from openclause.known_clauses import KnownClauses, load_known_clauses
from openclause.limits import Limit
from openclause.messages import Language, in_language, message
from openclause.naming import named as licenses_in
from openclause.naming import referred
from openclause.notebook import shown
from openclause.notices import Notices, read_notices
from openclause.openness import Openness, decide
from openclause.parts import Piece, split
from openclause.reading import read_with_limits
from openclause.recall import told
from openclause.references import names_of
from openclause.schemas import schema_of
from openclause.sentences import LONGEST, endless
from openclause.taxonomy import categories

SCHEMA_VERSION: Literal["1"] = "1"
# From here on a text is taken for a version of the known one.
_NEARLY = 0.9
# Of a text that joins several, so many are told to be changed.
_MOST = 5
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
    text = document.text
    said = sentences(text)
    matches = identify(text, learnt.index, said=said)
    reviewed = learnt.reviewed if known_answers else KnownClauses()
    known = learnt.index.by_id(matches[0].id) if matches else None
    answer = told(text, said, known, reviewed, learnt.clauses)
    found = answer or read_with_limits(text, learnt.clauses)
    clauses = english(found.clauses, document.language)
    notices = read_notices(text, names_of(learnt.index))
    shown: dict[str, Shown] = {}
    findings = find(clauses, notices, shown, limits=found.limits)
    pieces = () if matches and matches[0].exact else split(text, said, learnt.index)
    held = licenses_in(text, said, pieces, matches, learnt.index)
    joined = _joined(
        document, _Read(clauses, notices, findings, shown, found.limits), held.pieces, learnt
    )
    if known_answers and known and matches[0].exact:
        english_text = document.language in SUPPORTED_LANGUAGES
        if known.id in reviewed.read or not english_text:
            joined = as_told(known, joined, read=english_text)
    matches = held.matches
    if joined.openness.by_reference:
        mentions = ((mention.id, mention.name) for mention in notices.mentions)
        matches = referred(text, matches, mentions, learnt.index)
    if len(joined.openness.parts) > 1 and not held.several:
        matches = matches[:1]
    near = [each for each in matches if each.deviations][:_MOST] if held.several else matches[:1]
    return Analysis(
        document=_info(document),
        identification=matches,
        openness=joined.openness,
        clauses=clauses,
        terms=summarize(clauses),
        criteria={
            criterion: CriterionSummary(verdict.status, verdict.clauses)
            for criterion, verdict in judge(clauses, notices=notices, findings=findings).items()
        },
        warnings=tuple(dict.fromkeys((*_warnings(document, notices, near), *joined.warnings))),
    )


class _Read(msgspec.Struct, frozen=True):
    """What a text says, what that comes to before anything is decided, and cues in its clauses.

    `limits` is what single sentences come to.
    """

    clauses: tuple[Clause, ...]
    notices: Notices
    findings: Findings
    shown: dict[str, Shown]
    limits: tuple[Limit, ...]


def _joined(document: Document, read: _Read, pieces: Sequence[Piece], learnt: Model) -> Joined:
    """Decide a text as one, then by the licenses that it joins, and stay humble."""

    def decided(
        some: Sequence[Clause], said: str, its_notices: Notices, findings: Findings | None = None
    ) -> Openness:
        prior = prior_of(said, learnt)
        findings = findings or find(some, its_notices, read.shown, limits=read.limits)
        openness = decide(some, text=said, prior=prior, notices=its_notices, findings=findings)
        openness = unknown(named(openness, its_notices, some), its_notices)
        return elsewhere(openness, its_notices, some)

    text, spoken = document.text, document.language
    clauses, notices, names = read.clauses, read.notices, names_of(learnt.index)
    whole = stray(decided(clauses, text, notices, read.findings), text)
    joined = join(Whole(text, clauses, whole), pieces, decide=decided, names=names)
    return Joined(
        foreign(joined.openness, spoken, clauses),
        (*joined.warnings, *warnings(joined.openness, notices, spoken)),
    )


class Model(msgspec.Struct, frozen=True, eq=False):
    """What was learnt: the known licenses, what a whole text and a sentence suggest, what was said.

    `reviewed` is empty where the model folder holds no clauses of readers.
    """

    index: Index
    category: LinearModel
    clauses: ClauseModel
    reviewed: KnownClauses = KnownClauses()


@cache
def load_model(folder: Path | None = None) -> Model:
    """Read a model folder, by default the one that openclause carries, once a process.

    Raises
    ------
    ModelError
        If it is missing, damaged or of another format version.
    """
    return Model(
        index=load_index(folder),
        category=load_linear_model(folder),
        clauses=load_clause_model(folder),
        reviewed=load_known_clauses(folder),
    )


def unaware(model: Model, ids: Collection[str]) -> Model:
    """Return the model as it is for texts that its index has never seen, given their ids.

    What is measured on the texts of the corpus is asked of this: an index that knows a text by
    name, and what it was labelled, answers for it.
    """
    index = without(model.index, frozenset(ids))
    return msgspec.structs.replace(model, index=index, reviewed=KnownClauses())


def category_probabilities(text: str, *, model: Path | None = None) -> dict[str, float]:
    """Return the probability of each openness category of a text."""
    learnt = load_model(model)
    found = read_with_limits(text, learnt.clauses)
    prior = prior_of(text, learnt)
    return dict(decide(found.clauses, text=text, prior=prior, limits=found.limits).probabilities)


def prior_of(text: str, model: Model) -> dict[str, float]:
    """Return the probability of each category that the document classifier gives a text."""
    (row,) = classifier.category_probabilities([text], model.category)
    return dict(zip(model.category.labels, row.tolist(), strict=True))


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


def _warnings(document: Document, notices: Notices, matches: Sequence[Match]) -> Iterator[str]:
    yield from document.warnings
    if (start := endless(document.text)) is not None:
        yield message("warning.sentence-cut", n=LONGEST, start=start)
    yield from policy_warnings(notices.policies)
    for near in matches:
        if not near.exact and near.similarity >= _NEARLY:
            percent = int(100 * near.similarity)
            yield message("warning.near", name=near.name, percent=percent)


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
