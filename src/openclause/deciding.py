"""What a document comes to: the rooms below are called one after another.

In: a document and a `Model`. Out: a `Verdict`: its licenses, clauses and openness. Nothing is
decided here; how an answer looks is left to `analysis`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from openclause.addresses import policy_warnings
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
from openclause.clauses import Clause
from openclause.cues import Sightings
from openclause.documents import Document
from openclause.findings import Findings, find
from openclause.fingerprints import sentences
from openclause.identity import Index, Match, identify, nearest
from openclause.joining import Joined, Whole, as_told, join
from openclause.known_clauses import KnownClauses
from openclause.learnt import Model, prior_of
from openclause.limits import Limit
from openclause.messages import message
from openclause.naming import Named, licenses_in, referred
from openclause.notices import Notices, read_notices
from openclause.openness import Openness, decide
from openclause.parts import Piece, split
from openclause.reading import read_with_limits
from openclause.recall import told
from openclause.references import names_of
from openclause.sentences import LONGEST, endless

# From here on a text is taken for a version of the known one.
_NEARLY = 0.9
# Of a text that joins several, so many are told to be changed.
_MOST = 5
# So many known licenses are looked at, and so many named.
_ALIKE, _NAMED = 50, 3


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a document comes to, before it is put in order for people.

    `alike` are all known licenses that the text comes near to as one, `identification` the best of
    them, or those that stand in it.
    """

    identification: tuple[Match, ...]
    alike: tuple[Match, ...]
    openness: Openness
    clauses: tuple[Clause, ...]
    notices: Notices
    findings: Findings
    warnings: tuple[str, ...]


def verdict_of(
    document: Document, learnt: Model, *, known_answers: bool = True, outlined: bool = True
) -> Verdict:
    """Return what a document comes to.

    Parameters
    ----------
    known_answers
        As in `analyze_document`.
    outlined
        Whether to say under which section each clause stands and what it hangs on; without, a text
        whose clauses readers gave is not outlined, and its clauses lack both.
    """
    text = document.text
    alike = identify(text, learnt.index, top=_ALIKE)
    matches = alike[:_NAMED]
    if not known_answers:
        learnt = msgspec.structs.replace(learnt, reviewed=KnownClauses())
    known = nearest(matches, learnt.index)
    answer = told(text, known, learnt, outlined=outlined)
    found = answer or read_with_limits(text, learnt.clauses)
    clauses = english(found.clauses, document.language)
    notices = read_notices(text, names_of(learnt.index))
    sightings = Sightings(text)
    findings = find(clauses, notices, sightings, limits=found.limits)
    held = _held(text, matches, learnt.index)
    joined = _joined(
        document,
        _Read(clauses, notices, findings, sightings, found.limits, told=answer is not None),
        held.pieces,
        learnt,
    )
    if known_answers and known and matches[0].exact:
        english_text = document.language in SUPPORTED_LANGUAGES
        if known.id in learnt.reviewed.read or not english_text:
            joined = as_told(known, joined, read=english_text)
    matches = _identified(text, held, joined.openness, notices, learnt.index)
    near = [each for each in matches if each.deviations][:_MOST] if held.several else matches[:1]
    return Verdict(
        identification=matches,
        alike=alike,
        openness=joined.openness,
        clauses=clauses,
        notices=notices,
        findings=findings,
        warnings=tuple(dict.fromkeys((*_warnings(document, notices, near), *joined.warnings))),
    )


def _held(text: str, matches: tuple[Match, ...], index: Index) -> Named:
    """Name what a text holds; what is a known license as a whole is that."""
    if matches and matches[0].exact:
        return Named(matches, ())
    said = sentences(text)
    return licenses_in(text, said, split(text, said, index), matches, index)


def _identified(
    text: str, held: Named, openness: Openness, notices: Notices, index: Index
) -> tuple[Match, ...]:
    """Return the licenses of a text once it is decided: also those that it only names."""
    matches = held.matches
    if openness.by_reference:
        mentions = ((mention.id, mention.name) for mention in notices.mentions)
        matches = referred(text, matches, mentions, index)
    return matches[:1] if len(openness.parts) > 1 and not held.several else matches


class _Read(msgspec.Struct, frozen=True):
    """What a text says, what that comes to before anything is decided, and cues in its clauses.

    `limits` is what single sentences come to; `told` whether readers reviewed any of it.
    """

    clauses: tuple[Clause, ...]
    notices: Notices
    findings: Findings
    sightings: Sightings
    limits: tuple[Limit, ...]
    told: bool


def _joined(document: Document, read: _Read, pieces: Sequence[Piece], learnt: Model) -> Joined:
    """Decide a text as one, then by the licenses that it joins, and stay humble."""

    def decided(
        some: Sequence[Clause], said: str, its_notices: Notices, findings: Findings | None = None
    ) -> Openness:
        prior = prior_of(said, learnt)
        findings = findings or find(some, its_notices, read.sightings, limits=read.limits)
        openness = decide(
            some,
            text=said,
            prior=prior,
            notices=its_notices,
            findings=findings,
            weighed=not read.told,
        )
        openness = unknown(named(openness, its_notices, some), its_notices)
        return elsewhere(openness, its_notices, some)

    text, spoken = document.text, document.language
    clauses, notices, names = read.clauses, read.notices, names_of(learnt.index)

    @cache
    def as_one() -> Openness:
        return stray(decided(clauses, text, notices, read.findings), text)

    whole = Whole(text, clauses, notices, as_one)
    joined = join(whole, pieces, decide=decided, names=names)
    return Joined(
        foreign(joined.openness, spoken, clauses),
        (*joined.warnings, *warnings(joined.openness, notices, spoken)),
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
