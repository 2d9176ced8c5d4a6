"""What every format says of an analysis, in the reader's language.

In: records of an analysis. Out: words, with nothing of the look; text that stands in the document
itself is passed on as it is, for the formats to escape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePath

import msgspec

from openclause.analysis import Analysis
from openclause.attitudes import Attitude
from openclause.clauses import Clause
from openclause.deviations import Deviation
from openclause.findings import decision_rules
from openclause.identity import LEAST_SIMILARITY, Match
from openclause.messages import Language, in_language, message, parsed, translated
from openclause.openness import Reason
from openclause.page import percent, share, shorten
from openclause.taxonomy import Holder, Modality, categories, terms

# A second category this likely is named beside the first.
_WORTH_NAMING = 0.15
# So many deviations from a known text, and so much of each in characters, are told.
_DEVIATIONS, _QUOTE = 4, 200
# What the licensor may do has its own place, what nearly every license says tells little.
TOLD_ELSEWHERE = frozenset({"control", "risk"})


class Glance(msgspec.Struct, frozen=True):
    """How a text stands to some terms, in words, and the names of the terms by their ids."""

    attitude: Attitude
    said: str
    terms: dict[str, str]


def title(analysis: Analysis, lang: Language) -> str:
    """Return what a document calls itself, else its file's name."""
    return analysis.document.title or file_name(analysis) or message("about.untitled", lang)


def file_name(analysis: Analysis) -> str | None:
    """Return the name of a document's file, on one line whatever is in it."""
    path = analysis.document.path
    return " ".join(PurePath(path).name.split()) if path else None


def who(modality: Modality, holder: Holder, lang: Language) -> str:
    """Say who may, must or must not; the recipient goes without saying."""
    verb = message(f"modality.{modality}", lang)
    return verb if holder == "recipient" else f"{message(f'holder.{holder}', lang)} {verb}"


def statement(clause: Clause, lang: Language) -> str:
    """Say in one line who may, must or must not do what."""
    name = in_language(terms()[clause.term].name, lang)
    return f"{who(clause.modality, clause.holder, lang)}: {name}"


def reason_words(reason: Reason, lang: Language) -> str:
    """Return a reason in the reader's language."""
    rule = decision_rules().get(reason.rule)
    return in_language(rule.text, lang) if rule else translated(reason.text, lang)


def identity(analysis: Analysis, lang: Language) -> str:
    """Say which known text this is, or comes nearest to."""
    if not analysis.identification:
        return message("identity.none", lang)
    best = analysis.identification[0]
    name = _known_name(best)
    if best.exact:
        return message("identity.exact", lang, name=name)
    if holds_several(analysis):
        said = (f"{_known_name(x)} {share(x.similarity, lang)}" for x in analysis.identification)
        return message("identity.holds", lang, names="; ".join(said))
    if analysis.openness.by_reference and best.similarity < LEAST_SIMILARITY:
        return message("identity.names", lang, name=name)
    return message("identity.near", lang, name=name, percent=percent(best.similarity))


def holds_several(analysis: Analysis) -> bool:
    """Tell whether a text joins several known licenses, each in a part of its own."""
    return len(analysis.openness.parts) > 1 and len(analysis.identification) > 1


def _known_name(match: Match) -> str:
    return f"{match.name} ({match.spdx_id or match.id})"


def verdict(analysis: Analysis, lang: Language) -> str:
    """Say in one line how open a document is, and how sure that is."""
    openness = analysis.openness
    kind = message(f"category.{categories()[openness.category].openness}", lang)
    sure = message("category.confidence", lang, n=percent(openness.confidence))
    said = f"{kind}: {analysis.category_name(lang)} ({sure})"
    review = message("category.needs-review", lang)
    return f"{said}, {review}" if openness.needs_review else said


def at_a_glance(
    analysis: Analysis, lang: Language, *, order: Iterable[Attitude], without: Collection[str] = ()
) -> Iterator[Glance]:
    """Yield the attitudes that a text has to terms, but for those of some groups."""
    for attitude in order:
        names = {
            term: in_language(terms()[term].name, lang)
            for term, summary in analysis.terms.items()
            if summary.attitude == attitude and terms()[term].group not in without
        }
        if names:
            yield Glance(attitude, message(f"attitude.{attitude}", lang), names)


def remarks(analysis: Analysis, lang: Language) -> list[str]:
    """Say what else is to know of the category, and how the text stands to known ones."""
    return [*_category(analysis, lang), identity(analysis, lang), *_deviations(analysis, lang)]


def _category(analysis: Analysis, lang: Language) -> Iterator[str]:
    openness = analysis.openness
    if openness.addendum:
        yield message("category.addendum", lang)
    if openness.by_reference:
        yield message("category.by_reference", lang)
    shares = openness.probabilities.items()
    second = max(((n, name) for name, n in shares if name != openness.category), default=())
    if second and second[0] >= _WORTH_NAMING:
        other = in_language(categories()[second[1]].name, lang)
        yield f"{message('category.otherwise', lang)}: {other}, {share(second[0], lang)}"
    if openness.parts:
        yield f"{message('category.parts', lang)}: {_parts(analysis, lang)}"


def _parts(analysis: Analysis, lang: Language) -> str:
    return "; ".join(
        message(
            "category.part",
            lang,
            name=in_language(categories()[part.category].name, lang),
            start=part.start,
            end=part.end,
        )
        for part in analysis.openness.parts
    )


def _deviations(analysis: Analysis, lang: Language) -> Iterator[str]:
    """Tell how the text deviates from the known one, as far as that is worth telling."""
    told = analysis.identification if holds_several(analysis) else analysis.identification[:1]
    found = [each for match in told for each in match.deviations]
    for deviation in found[:_DEVIATIONS]:
        yield message(f"identity.{deviation.kind}", lang, text=_told(deviation, lang))
    if len(found) > _DEVIATIONS:
        yield message("identity.more", lang, n=len(found) - _DEVIATIONS)


def _told(deviation: Deviation, lang: Language) -> str:
    """Return what a text has beside the known one, or which sentence of it it lacks."""
    told = parsed(deviation.text) if deviation.kind == "missing" else None
    if told is None:
        return shorten(deviation.text, _QUOTE)
    key, values = told
    return message(key, lang, **{name: shorten(said, _QUOTE) for name, said in values.items()})
