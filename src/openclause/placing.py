"""Effects as records: where each clause stands, and all that people are told of it.

In: a `Reading` and the effects that are believed. Out: `Clause` records in the text's order, with
true offsets. Sentences that say one thing together become one; what a part of a sentence says no
surer than the whole of it is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from openclause.clauses import Clause, Effect, Reading, items_under
from openclause.documents import without_comment_signs
from openclause.lines import LineNumbers
from openclause.segmentation import Outline
from openclause.standing import is_main, restricts
from openclause.taxonomy import Modality
from openclause.wording import lowered

# A line of comment signs alone parts paragraphs as an empty one does.
_PARAGRAPH_END = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t#*;%>/-]*[\r\n]")
# Searched for in lower case; each way to begin has a letter of its own, which is told much faster.
_CONDITION = re.compile(
    r"(?:a(?<=\ba)s\s+(?:long\s+as|follows)|i(?<=\bi)f\s+you"
    r"|o(?<=\bo)n(?:\s+(?:the\s+)?condition\s+that|ly\s+if)"
    r"|p(?<=\bp)rovided(?:,?\s+(?:however,?\s+)?that|\s+(?=you|the))"
    r"|s(?<=\bs)(?:o\s+long\s+as|ubject\s+to\s+the\s+following)"
    r"|u(?<=\bu)nder\s+the\s+following\s+conditions?)\b"
)
# Terms whose consecutive sentences are one clause, also over the paragraphs of a section, and
# those of which a lead-in is one with what it shows first: the words of a credit, an exception.
_FLOWING = frozenset(
    ["warranty-disclaimer", "liability-limit", "indemnity", "governing-law", "export-control"]
)
_ACROSS = frozenset(["liability-limit"])
_SHOWING = frozenset(["attribution", "patent-retaliation"])
# The law that governs and the courts that decide are two clauses, each of one kind of rule.
_KINDRED = frozenset(["governing-law"])
# The unit of an effect in a text whose outline nobody asked for.
NOWHERE = -1

# An effect and where it stands, `[start, end)`.
Span = tuple[Effect, int, int]


def records(reading: Reading, effects: Sequence[Effect]) -> tuple[Clause, ...]:
    """Turn effects into records: offsets, lines, sections, conditions and what they restrict."""
    return placed(reading, spans_of(reading, effects))


def spans_of(reading: Reading, effects: Sequence[Effect]) -> list[Span]:
    """Give effects their spans, joined where they are one clause, without what is said twice."""
    return _outermost(_merged(reading, effects))


def placed(
    reading: Reading, spans: Sequence[Span], *, among: Sequence[Span] | None = None
) -> tuple[Clause, ...]:
    """Turn effects with spans of their own into records, in the text's order.

    Parameters
    ----------
    among
        All that the text says, where the spans are but some of it.
    """
    lines = LineNumbers(reading.text)
    alike = Counter((effect.term, effect.modality) for effect, *_ in among or spans)
    spans = sorted(spans, key=lambda span: (*span[1:], span[0].term, span[0].modality))
    return tuple(
        _record(reading, span, f"c{number}", lines, alike=alike[span[0].term, span[0].modality])
        for number, span in enumerate(spans, 1)
    )


def _merged(reading: Reading, effects: Sequence[Effect]) -> list[Span]:
    """Give effects their spans; a disclaimer of several sentences in a paragraph is one."""
    units = reading.outline.units
    spans: list[Span] = []
    last: dict[tuple[str, Modality], int] = {}
    for effect in sorted(effects, key=lambda each: each.unit):
        unit, key = units[effect.unit], (effect.term, effect.modality)
        before = last.get(key)
        if before is not None and _runs_on(reading, spans[before][0], effect):
            first, start, end = spans[before]
            spans[before] = (_stronger(first, effect), start, max(end, unit.whole))
        else:
            last[key] = len(spans)
            spans.append((effect, unit.start, unit.whole))
    return spans


def _outermost(spans: Sequence[Span]) -> list[Span]:
    """Leave out what says within a sentence what the whole of it says at least as surely."""
    kept: list[Span] = []
    last: dict[tuple[str, Modality], tuple[int, float]] = {}
    for span in sorted(spans, key=lambda span: (span[1], -span[2])):
        effect, _, end = span
        outer_end, confidence = last.get((effect.term, effect.modality), (-1, 0.0))
        if end <= outer_end and effect.confidence <= confidence:
            continue
        kept.append(span)
        if end > outer_end:
            last[effect.term, effect.modality] = end, effect.confidence
    return kept


def parts_paragraphs(text: str, start: int, end: int) -> bool:
    """Tell whether a paragraph ends in a stretch of a text."""
    return _PARAGRAPH_END.search(without_comment_signs(text), start, end) is not None


def _runs_on(reading: Reading, before: Effect, after: Effect) -> bool:
    """Tell whether an effect only goes on with what the sentence before it says."""
    if after.unit - before.unit != 1:
        return False
    one, two = (reading.outline.units[each.unit] for each in (before, after))
    shown = two.lead == before.unit
    if after.term not in _FLOWING:
        return shown and after.term in _SHOWING
    if after.term in _KINDRED and _are_two_kinds(before, after):
        return False
    goes_on = shown or (after.term in _ACROSS and one.section == two.section)
    return goes_on or not parts_paragraphs(reading.text, one.end, two.start)


def _are_two_kinds(one: Effect, two: Effect) -> bool:
    """Tell whether rules found both, and found them by other words."""
    return bool(one.rules and two.rules) and set(one.rules).isdisjoint(two.rules)


def _stronger(one: Effect, two: Effect) -> Effect:
    """Join two effects: the later unit, so that a third may follow, and what showed either."""
    return msgspec.structs.replace(
        two,
        rules=tuple(dict.fromkeys(one.rules + two.rules)),
        confidence=max(one.confidence, two.confidence),
    )


def _record(reading: Reading, span: Span, name: str, lines: LineNumbers, *, alike: int) -> Clause:
    effect, start, end = span
    said = without_comment_signs(reading.text)[start:end]
    return Clause(
        id=name,
        start=start,
        end=end,
        line=lines.of(start),
        section=_section(reading.outline, effect.unit),
        text=reading.text[start:end],
        term=effect.term,
        modality=effect.modality,
        holder=effect.holder,
        main=is_main(effect.term, effect.modality, said, alike=alike),
        restricts=restricts(effect.term, effect.modality, said),
        conditions=_conditions(reading, effect, said),
        confidence=effect.confidence,
        source=_source(effect),
    )


def _section(outline: Outline, unit: int) -> str | None:
    return None if unit == NOWHERE else outline.units[unit].section


def _source(effect: Effect) -> str:
    return "+".join([*(f"rule:{rule}" for rule in effect.rules), *["model"] * effect.weighed])


def _conditions(reading: Reading, effect: Effect, said: str) -> tuple[str, ...]:
    """Return the words that a permission hangs on, and the items that it leads in."""
    if effect.modality != "permission" or effect.unit == NOWHERE:
        return ()
    own = _condition(said)
    if own is None:
        return ()
    units = reading.outline.units
    items = [
        without_comment_signs(reading.text)[units[item].start : units[item].end]
        for item in items_under(reading.outline, effect.unit)
        if units[item].kind != "inline"
    ]
    return (own, *(" ".join(item.split()) for item in items))


@lru_cache(maxsize=1)
def _condition(said: str) -> str | None:
    """Return the words of a condition; the last are kept, for a sentence permits much at once."""
    found = _CONDITION.search(lowered(said))
    return " ".join(said[found.start() :].split()) if found else None
