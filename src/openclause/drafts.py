"""A draft: what the program proposes of a new license, as a page of TOML that people correct.

In: an analysis and its text, or the corrected page. Out: the page, or a `Draft` whose clauses have
found their places in the text. Where a clause stands is told by its words, not by offsets, though
offsets will do; what becomes of a draft is left to `additions`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import msgspec

from openclause import untrusted_toml
from openclause.analysis import Analysis
from openclause.clauses import Clause
from openclause.corpus import Artifact, ClauseLabel
from openclause.errors import DataError
from openclause.taxonomy import MODALITIES, Holder, Modality, categories

_HEAD, _TAIL, _WHOLE = 12, 8, 30  # words of a quote
_GAP = " … "
_ABOUT_MODEL = re.compile(
    r"\b(?:model weights|(?:large )?language models?|machine[- ]learning models?)\b", re.IGNORECASE
)
_PAGE = """\
# What openclause proposes. Correct it and save: change what is wrong, delete the clauses that are
# none, add those that are missing. `openclause explain` lists the categories and terms.

name = {name}
spdx_id = {spdx_id}      # "" where SPDX has none
category = {category}    # {chances}
alt = {alt}                 # a second plausible category
artifact = {artifact}    # {artifacts}
language = {language}
addendum = {addendum}    # true for an exception or addendum that is no license of its own
hard = {hard}             # true where careful readers could differ
why = {why}                 # what decides the category, in your words

# A clause is found by its words; {gap} stands for words left out. `line` tells equal ones apart.
# modality: {modalities}. holder, whose act it is: recipient, licensor, third-party.
# main: what a user must not miss. Delete `read` if the clauses below are not whole and right:
# they are then not learnt from.
read = true
"""


class DraftClause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a person or the program says of some words: the words, or their offsets."""

    term: str
    modality: Modality
    holder: Holder = "recipient"
    main: bool = True
    quote: str | None = None
    line: int | None = None
    start: int | None = None
    end: int | None = None


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of a text that is to be added; `read` tells that somebody read its clauses."""

    name: str
    category: str
    spdx_id: str = ""
    alt: str = ""
    artifact: Artifact = "software"
    language: str = "en"
    addendum: bool = False
    hard: bool = False
    why: str = ""
    read: bool = False
    clauses: tuple[DraftClause, ...] = ()


def propose(analysis: Analysis, text: str, *, name: str) -> Draft:
    """Return what the program makes of a text."""
    spoken = analysis.document.language
    return Draft(
        name=name,
        category=analysis.openness.category,
        artifact="model" if _ABOUT_MODEL.search(text) else "software",
        language="en" if spoken == "und" else spoken,
        addendum=analysis.openness.addendum,
        clauses=tuple(_proposed(clause, text) for clause in analysis.clauses),
    )


def _proposed(clause: Clause, text: str) -> DraftClause:
    """Return a clause by its words, its middle left out if the rest tells where it stands."""
    words = text[clause.start : clause.end].split()
    short = _GAP.join([" ".join(words[:_HEAD]), " ".join(words[-_TAIL:])])
    for quote in [short, " ".join(words)] if len(words) > _WHOLE else [" ".join(words)]:
        made = DraftClause(
            clause.term, clause.modality, clause.holder, clause.main, quote, clause.line
        )
        spans = _spans(quote, text)
        if spans and _nearest(spans, clause.line, text) == (clause.start, clause.end):
            return made
    offsets = {"quote": None, "line": None, "start": clause.start, "end": clause.end}
    return msgspec.structs.replace(made, **offsets)


def origins(analysis: Analysis, text: str) -> dict[DraftClause, Clause]:
    """Return the clauses that the program read by what it proposes for each."""
    return {_proposed(clause, text): clause for clause in analysis.clauses}


def to_page(draft: Draft, analysis: Analysis, text: str) -> str:
    """Write a draft for people to correct, with what the program thinks of it as comments."""
    fields = {key: _value(value) for key, value in msgspec.structs.asdict(draft).items()}
    best = sorted(analysis.openness.probabilities.items(), key=lambda item: -item[1])[:3]
    head = _PAGE.format(
        **fields,
        chances=", ".join(f"{name} {chance:.2f}" for name, chance in best),
        artifacts=", ".join(get_args(Artifact)),
        modalities=", ".join(MODALITIES),
        gap=_GAP.strip(),
    )
    found = origins(analysis, text)
    return head + "".join("".join(_clause_lines(one, found.get(one))) for one in draft.clauses)


def _clause_lines(one: DraftClause, found: Clause | None) -> Iterator[str]:
    yield "\n[[clauses]]"
    yield f"    # {found.source} {found.confidence:.2f}\n" if found else "\n"
    for name, value in msgspec.structs.asdict(one).items():
        if value is not None:
            yield f"{name} = {_value(value)}\n"


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str).replace("\x7f", "\\u007f")


def read_page(page: str, where: str) -> Draft:
    """Read a corrected draft.

    Raises
    ------
    DataError
        If it is no TOML, lacks a field, has an unknown one or one of another kind.
    """
    try:
        draft = msgspec.convert(untrusted_toml.parse(page), Draft)
    except ValueError as error:
        raise DataError(f"{where}: {error}; mend the draft") from error
    for field, given in (("category", draft.category), ("alt", draft.alt or None)):
        if given is not None and given not in categories():
            known = ", ".join(categories())
            raise DataError(f"{where} [{field}]: {given!r} is no category; use one of {known}")
    return draft


def read_draft(path: Path) -> Draft:
    """Read the file of a draft; a file of clauses alone will do where the category is given.

    Raises
    ------
    DataError
        If it cannot be read, or is no draft.
    """
    try:
        page = path.read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({error}); name a draft in TOML") from error
    return read_page(page, str(path))


def place_clauses(draft: Draft, text: str, *, where: str) -> tuple[ClauseLabel, ...]:
    """Find the clauses of a draft in its text, in the order of the text.

    Raises
    ------
    DataError
        If a clause's words do not stand in the text, or stand there more than once.
    """
    labels = [
        ClauseLabel(*_span(one, text, f"{where} [clauses {n}]"), one.term, one.modality,
                    one.holder, one.main)
        for n, one in enumerate(draft.clauses)
    ]  # fmt: skip
    return tuple(sorted(labels, key=lambda each: (each.start, each.end, each.term, each.modality)))


def _span(one: DraftClause, text: str, where: str) -> tuple[int, int]:
    if one.start is not None and one.end is not None:
        return one.start, one.end
    if not one.quote or not one.quote.strip(_GAP):
        raise DataError(f"{where}: has no words; give a quote, or start and end")
    spans = _spans(one.quote, text)
    if not spans:
        said = one.quote if len(one.quote) < 60 else f"{one.quote[:57]}..."  # noqa: PLR2004
        raise DataError(f"{where}: {said!r} does not stand in the text; quote its very words")
    if len(spans) > 1 and one.line is None:
        raise DataError(f"{where}: stands in the text {len(spans)} times; add its `line`")
    return _nearest(spans, one.line or 1, text)


def _spans(quote: str, text: str) -> list[tuple[int, int]]:
    """Return where the words of a quote stand, however they are wrapped."""
    pieces = [piece.split() for piece in quote.split(_GAP.strip())]
    said = r"[\s\S]*?".join(r"\s+".join(map(re.escape, words)) for words in pieces if words)
    return [found.span() for found in re.finditer(said, text)]


def _nearest(spans: Sequence[tuple[int, int]], line: int, text: str) -> tuple[int, int]:
    return min(spans, key=lambda span: abs(text.count("\n", 0, span[0]) + 1 - line))
