"""What a scan says of each file: one `Record`, and the part of it that the bytes alone decide.

In: an `Item` (where bytes are from) and a `Reading` (what they say). Out: a `Record` in the key
order of the published JSON Schema (`data/scan.schema.json`). Nothing heavy is imported here, so
that the process that only gathers stays small.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from openclause.schemas import schema_of

SCHEMA_VERSION: Literal["1"] = "1"
# From this similarity on a text is taken for a version of the known one, as in `deciding`.
NEARLY = 0.9
# Other texts were taken out of PDF, DOCX or HTML.
_PLAIN = frozenset({"text/plain", "text/markdown"})


class Identified(msgspec.Struct, frozen=True):
    """The known license that a text comes nearest to; `similarity` in [0, 1]."""

    id: str
    spdx_id: str | None
    name: str
    similarity: float
    exact: bool

    @property
    def is_near(self) -> bool:
        """Tell whether the text is taken for a version of the license."""
        return self.similarity >= NEARLY


class Passage(msgspec.Struct, frozen=True):
    """A clause that restricts, and where it stands.

    `start` and `end` are characters `[start, end)` of the decoded text; `line` and `column` count
    from 1, columns in characters; the end column is that behind the last character. `quote` is
    the clause on one line, cut where it is long.
    """

    term: str
    modality: str
    restricts: tuple[str, ...]
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    quote: str


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that the bytes of a file alone decide; kept in the cache and the journal.

    `error` is one line: why the bytes could not be read. `settled` tells that reading them again
    says the same, on any machine: only that is kept in the cache.
    """

    category: str | None = None
    rank: int | None = None
    confidence: float | None = None
    needs_review: bool = False
    identification: Identified | None = None
    near: tuple[str, ...] = ()
    restricting: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    terms: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    addendum: bool = False
    by_reference: bool = False
    media_type: str | None = None
    error: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Tell whether it holds for these bytes for good; extras, time and memory may change."""
        return self.error is None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something to read: where it is from, and its bytes; `error` where there are none.

    `data` is None where nothing is to be read: metadata only declares.
    """

    path: str
    kind: str
    size: int
    declared: tuple[str, ...] = ()
    data: bytes | None = None
    error: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """What a package's metadata declares and its texts do not: a kind, a sentence, the files."""

    id: str
    text: str
    severity: Literal["warning", "note"] = "warning"
    files: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A component of the Model Openness Framework in a model's folder, and what covers it.

    `open` is there and openly licensed, `restricted` there under a license that is not open,
    `unclear` only said to be somewhere, not complete, or under nothing that is clear. `files` are
    the first of `n_files`, `licenses` the files that say what it is under, `category` their
    strictest.
    """

    component: str
    status: Literal["open", "restricted", "unclear", "absent"]
    files: tuple[str, ...]
    n_files: int
    licenses: tuple[str, ...]
    category: str | None


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's folder comes to; paths are below it.

    `texts` and `category` are the verdict of the license's text, which says nothing of the
    release; `reached` is the class that the release reaches, `at_best` the one that it may reach
    if all that is unclear proves open, `lacking` the components that stand between.
    """

    weights: Literal["present", "incomplete", "pointers", "adapter", "absent"]
    missing: tuple[str, ...]
    gated: bool
    api_only: bool
    base_models: tuple[str, ...]
    architecture: str | None
    texts: tuple[str, ...]
    category: str | None
    components: tuple[Part, ...]
    reached: Literal["III", "II", "I"] | None
    at_best: Literal["III", "II", "I"] | None
    lacking: tuple[str, ...]
    sentences: tuple[str, ...]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a scan; the order of the fields is that of the JSON.

    Attributes
    ----------
    path
        Where it is, printable and encodable; members of archives as `outer.zip!/inner/LICENSE`;
        the id of a row of a Parquet file.
    sha256
        Of the bytes that were read, None where none were. Of a README only the passages on
        licenses are read, the rest is blanked before.
    kind
        `licence`, `notice`, `readme`, `tag`, `metadata`, `model-card`, `text` for a row; `package`
        for a folder whose files do not fit together: it has `findings` and no category; `model`
        for a model's folder: it has `release` and no category.
    size
        Of the whole file, in bytes.
    category, rank, confidence
        As in an `Analysis`; None where nothing was read.
    identification
        The known license that the text comes nearest to.
    near
        The ids of all known licenses that the text is or nearly is, siblings of that one.
    restricting
        The terms of the clauses that restrict, each once, in alphabetical order.
    passages
        Those clauses, in reading order.
    reasons
        The ids of the rules that decided.
    declared
        License expressions that metadata at this place declares.
    findings
        Where what a package declares and its texts do not fit together.
    error
        Why there is no category: one line, with what to do.
    release
        What of a model is in the folder, and how open that is.
    terms
        All that the text says, each as `term/modality` once, in alphabetical order.
    """

    schema_version: Literal["1"] = SCHEMA_VERSION
    path: str
    sha256: str | None
    kind: str
    size: int
    category: str | None
    rank: int | None
    confidence: float | None
    needs_review: bool
    identification: Identified | None
    near: tuple[str, ...]
    restricting: tuple[str, ...]
    passages: tuple[Passage, ...]
    reasons: tuple[str, ...]
    declared: tuple[str, ...]
    findings: tuple[Finding, ...]
    addendum: bool
    by_reference: bool
    media_type: str | None
    error: str | None
    warnings: tuple[str, ...]
    release: Released | None = None
    terms: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Tell whether the text is the file itself, so that places in it are places in the file."""
        return self.media_type in _PLAIN


PACKAGE, MODEL = "package", "model"
FOLDERS = frozenset({PACKAGE, MODEL})  # kinds of records that are of folders, not of files
NOTHING = Reading()
_ENCODER = msgspec.json.Encoder()


def record(
    item: Item,
    reading: Reading,
    *,
    sha256: str | None,
    findings: tuple[Finding, ...] = (),
    release: Released | None = None,
) -> Record:
    """Put together where bytes are from and what they say."""
    return Record(
        path=item.path,
        sha256=sha256,
        kind=item.kind,
        size=item.size,
        category=reading.category,
        rank=reading.rank,
        confidence=reading.confidence,
        needs_review=reading.needs_review,
        identification=reading.identification,
        near=reading.near,
        restricting=reading.restricting,
        passages=reading.passages,
        reasons=reading.reasons,
        declared=item.declared,
        findings=findings,
        addendum=reading.addendum,
        by_reference=reading.by_reference,
        media_type=reading.media_type,
        error=item.error or reading.error,
        warnings=reading.warnings,
        release=release,
        terms=reading.terms,
    )


def to_line(found: Record) -> bytes:
    """Return a record as JSON on one line, without the line feed; equal records, equal bytes."""
    return _ENCODER.encode(found)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a `Record`, made from the records."""
    return schema_of(Record)
