"""One page of HTML: the document with its clauses marked, and beside it what they come to.

In: an `Analysis`, a `View` and the document's text. Out: a page that is one file, see `offline`.
The look is in `data/templates/report.css`, the behaviour in `report.js`; without scripts the page
still shows everything, only unfiltered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from markupsafe import Markup

from openclause.analysis import Analysis
from openclause.attitudes import Attitude
from openclause.clauses import Clause
from openclause.errors import DocumentError
from openclause.formats.offline import page, safe
from openclause.formats.phrases import (
    at_a_glance,
    file_name,
    reason_words,
    remarks,
    title,
    who,
)
from openclause.formats.segments import Line, Piece, lines
from openclause.messages import Language, in_language, message, translated
from openclause.page import View, percent
from openclause.taxonomy import MODALITIES, categories, criteria, terms

# The kinds of clauses that the page colours and filters by, with their names in `messages`.
KINDS = {
    "redistribution": "group.redistribution",
    "derivatives": "group.derivatives",
    "use": "group.use",
    "control": "group.control",
    "duties": "section.duties",
    "grants": "section.grants",
    "risk": "group.risk",
}
MARKS = {"permission": "✓", "obligation": "●", "prohibition": "✗"}
STATUS_MARKS = {"violated": "✗", "unclear": "?", "met": "✓"}
ATTITUDE_MARKS: dict[Attitude, str] = {"cannot": "✗", "must": "●", "conditional": "◐", "can": "✓"}
# Lines are laid out in blocks of so many rows of so many characters; browsers pass over blocks
# that are out of sight, and guess their height by a class, the rows' binary logarithm.
_ROWS, _COLUMNS, _MOST = 40, 88, 9


class Entry(msgspec.Struct, frozen=True):
    """What the margin says of one clause."""

    id: str
    mark: str
    who: str
    term: str
    name: str
    modality: str
    holder: str
    kinds: str
    restricts: str
    line: int
    section: str | None
    conditions: tuple[str, ...]
    sure: int
    source: str


def html(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the page.

    Raises
    ------
    DocumentError
        If the text is not given, or is not the one that was read.
    """
    if text is None or len(text) != analysis.document.chars:
        raise DocumentError(
            f"{analysis.document.path or 'input'}: the page shows the text itself; "
            "give the text that the analysis was made of"
        )
    lang = view.lang
    category = categories()[analysis.openness.category]
    return page(
        "report",
        title=title(analysis, lang),
        lang=lang,
        facts=_facts(analysis, lang),
        language=_language(analysis),
        openness=analysis.openness,
        kind=category.openness,
        kind_name=message(f"category.{category.openness}", lang),
        category=analysis.category_name(lang),
        meaning=in_language(category.meaning, lang),
        sure=message("category.confidence", lang, n=percent(analysis.openness.confidence)),
        ranks=[one for one in categories().values() if one.rank is not None],
        remarks=remarks(analysis, lang),
        reasons=[(reason_words(one, lang), one.clauses) for one in analysis.openness.reasons],
        glance=list(at_a_glance(analysis, lang, order=ATTITUDE_MARKS)),
        attitude_marks=ATTITUDE_MARKS,
        criteria=_criteria(analysis, lang),
        warnings=[translated(words, lang) for words in analysis.warnings],
        kinds=_kinds_with_counts(analysis.clauses, lang),
        terms=_terms_with_counts(analysis.clauses, lang),
        entries=[_entry(clause, lang) for clause in analysis.clauses],
        blocks=_blocks(lines(text, analysis.clauses)),
    )


def kinds_of(clause: Clause) -> tuple[str, ...]:
    """Return what a clause is coloured by: what it restricts, else what else it is."""
    group = terms()[clause.term].group
    if group == "control":
        return ("control",)
    if clause.restricts:
        return tuple(kind for kind in KINDS if kind in clause.restricts)
    if group == "risk":
        return ("risk",)
    return ("grants",) if clause.modality == "permission" else ("duties",)


def _facts(analysis: Analysis, lang: Language) -> list[str]:
    document = analysis.document
    name = file_name(analysis)
    facts = [
        name if name != title(analysis, lang) else None,
        message("about.characters", lang, n=f"{document.chars:,}"),
        document.media_type,
        document.encoding,
        document.language,
        f"sha256 {document.sha256[:16]}…",
    ]
    return [fact for fact in facts if fact]


def _language(analysis: Analysis) -> str | None:
    return None if analysis.document.language == "und" else analysis.document.language


def _criteria(analysis: Analysis, lang: Language) -> list[dict[str, Any]]:
    order = list(STATUS_MARKS)
    rows = [
        {
            "id": name,
            "name": in_language(criteria()[name].name, lang),
            "status": found.status,
            "mark": STATUS_MARKS[found.status],
            "said": message(f"status.{found.status}", lang),
            "clauses": found.clauses,
        }
        for name, found in analysis.criteria.items()
    ]
    return sorted(rows, key=lambda row: order.index(str(row["status"])))


def _kinds_with_counts(clauses: Iterable[Clause], lang: Language) -> list[tuple[str, str, int]]:
    counts = Counter(kind for clause in clauses for kind in kinds_of(clause))
    return [(kind, message(key, lang), counts[kind]) for kind, key in KINDS.items() if counts[kind]]


def _terms_with_counts(
    clauses: Iterable[Clause], lang: Language
) -> list[tuple[str, str, int, str]]:
    counts = Counter(clause.term for clause in clauses)
    return [
        (term, in_language(found.name, lang), counts[term], in_language(found.meaning, lang))
        for term, found in terms().items()
        if counts[term]
    ]


def _entry(clause: Clause, lang: Language) -> Entry:
    return Entry(
        id=clause.id,
        mark=MARKS[clause.modality],
        who=who(clause.modality, clause.holder, lang),
        term=clause.term,
        name=in_language(terms()[clause.term].name, lang),
        modality=clause.modality,
        holder=message(f"whose.{clause.holder}", lang),
        kinds=" ".join(kinds_of(clause)),
        restricts=", ".join(message(f"group.{group}", lang) for group in clause.restricts),
        line=clause.line,
        section=clause.section,
        conditions=clause.conditions,
        sure=percent(clause.confidence),
        source=clause.source,
    )


def _blocks(found: Iterable[Line]) -> Iterator[Markup]:
    """Yield the lines as HTML in blocks of about equal height."""
    block: list[str] = []
    rows = 0
    for line in found:
        block.append(_line(line))
        rows += 1 + sum(len(piece.text) for piece in line.pieces) // _COLUMNS
        if rows >= _ROWS:
            yield _block(block, rows)
            block, rows = [], 0
    if block:
        yield _block(block, rows)


def _block(block: Iterable[str], rows: int) -> Markup:
    size = min(rows.bit_length() - 1, _MOST)
    return Markup(f'<div class="b b{size}">{"".join(block)}</div>')


def _line(line: Line) -> str:
    number = "" if line.number is None else f' data-n="{line.number}"'
    return f'<div class="l"{number}>{"".join(map(_piece, line.pieces))}</div>'


def _piece(piece: Piece) -> str:
    """Return words as HTML; where clauses begin, as a link to the first, with places for all."""
    said = str(safe(piece.text))
    if not piece.clauses:
        return said
    ids = " ".join(clause.id for clause in piece.clauses)
    looks = f'class="{_looks(piece.clauses)}" data-c="{safe(ids)}"'
    if not piece.begins:
        return f"<span {looks}>{said}</span>"
    first, *more = (str(safe(clause.id)) for clause in piece.begins)
    places = "".join(f'<a id="{name}"></a>' for name in more)
    return f'{places}<a id="{first}" href="#{first}" {looks}>{said}</a>'


def _looks(clauses: Iterable[Clause]) -> str:
    found = list(clauses)
    kinds = {kind for clause in found for kind in kinds_of(clause)}
    weightiest = max((clause.modality for clause in found), key=MODALITIES.index)
    return " ".join(["s", *(kind for kind in KINDS if kind in kinds), weightiest])
