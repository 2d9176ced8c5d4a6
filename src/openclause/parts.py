"""Where a text joins several licenses, or holds one within something else.

In: a text, its sentences and an `Index`. Out: `Piece` records that do not overlap, in order: one
for each license. They are found by the sentences of known licenses and, between those, by the
words with which a license begins behind a boundary. What the pieces say, and what they come to, is
left to `joining`; the words are data, in `data/parts.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import pairwise

import msgspec

from openclause.containment import Passage, known_passages
from openclause.documents import comment_mask
from openclause.errors import DataError
from openclause.fingerprints import Sentence
from openclause.identity import Index, Known
from openclause.searches import beginnings, literals, searches, shows
from openclause.taxonomy import read_toml
from openclause.wording import lowered, places

# A title is shorter than this many characters; a piece of less is no license.
_TITLE, _LEAST = 100, 20
# A line of so many signs divides; one of less is an empty line of a comment.
_DIVIDER = 3
# A notice is shorter than this, and stands no farther behind the words on how to apply a license.
_NOTICE = 1500
# What divides is shorter than this.
_LONGEST_BOUNDARY = 600
# Of the text without white space; a piece of more is the whole text.
_WHOLE = 0.9
_BLANK = b" \t\n\r\f\v\x1c\x1d\x1e\x1f"
_ORNAMENT = " \t\r\n\f-=*#_~+"
_ORNAMENTS = re.compile(r"(?:[ \t]*[-=*#_~+%]{3,}[ \t]*\n|\s)*")
_TAG = re.compile(r"spdx-license-identifier", re.IGNORECASE)
_COMMENT = re.compile(r"[ \t]*(?:#|//|\*|;|--|%|REM\b|dnl\b|\.\\\")")
_HEADING = re.compile(
    r"^#{1,6}[ \t][^\n]*[^.;,\n]$|^[^\n]{1,80}\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE
)
_CLOSING = {"/*": "*/", '"""': '"""', "'''": "'''", "<!--": "-->", "{#": "#}", "(*": "*)"}


class Piece(msgspec.Struct, frozen=True):
    """A license at `[start, end)` of a text.

    `known` is told where every sentence within `sure` `[start, end)` is that license's, and none
    of it is missing; what stands around these says more.
    """

    start: int
    end: int
    known: Known | None = None
    sure: tuple[int, int] | None = None


class _Anchor(msgspec.Struct, frozen=True):
    """Where a license surely stands: the sentences of a known one, or the words of an opening."""

    start: int
    end: int
    known: Known | None = None
    sure: tuple[int, int] | None = None
    found: bool = False
    weak: bool = False


class _Looked(msgspec.Struct, frozen=True):
    """What was found behind an anchor up to a place that may end a license, by its kinds."""

    place: int
    kinds: frozenset[str]


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    openings: tuple[str, ...]
    weak_openings: tuple[str, ...]
    separators: tuple[str, ...]
    titles: tuple[str, ...]
    copyrights: tuple[str, ...]
    grants: tuple[str, ...]
    appendices: tuple[str, ...]


def split(text: str, said: Sequence[Sentence], index: Index) -> tuple[Piece, ...]:
    """Return the licenses that a text joins or holds; nothing if it is one license as a whole."""
    anchors = _anchors(text, said, index)
    if len(anchors) > 1:
        return tuple(_pieces(text, anchors))
    if anchors and (piece := _inner(text, anchors[0])):
        return (piece,)
    return ()


def _anchors(text: str, said: Sequence[Sentence], index: Index) -> list[_Anchor]:
    low = lowered(text)
    found = [_known_anchor(said, passage) for passage in known_passages(said, index)]
    found = [each for each in found if _shows("grants", low[each.start : each.end])]
    ends, starts = [each.end for each in found], [each.start for each in found]
    outside = list(zip([0, *ends], [*starts, len(low)], strict=True))
    free = [*_openings(low, outside, "openings"), *_openings(low, outside, "weak_openings")]
    anchors: list[_Anchor] = []
    looked: _Looked | None = None
    for anchor in sorted([*found, *free], key=lambda anchor: anchor.start):
        before = anchors[-1] if anchors else None
        if before is None:
            anchors.append(anchor)
            continue
        looked = _look(text, before, anchor, looked)
        if _tells_how_to_apply(low, before.end, anchor):
            anchors[-1] = msgspec.structs.replace(before, end=anchor.end)
        elif _begins_another(before, anchor, looked.kinds):
            anchors.append(anchor)
        elif before.weak or not before.found:
            start, end = before.start, max(before.end, anchor.end)
            weak = before.weak and anchor.weak
            anchors[-1] = msgspec.structs.replace(anchor, start=start, end=end, weak=weak)
        looked = looked if anchors[-1] is before else None
    return anchors


def _known_anchor(said: Sequence[Sentence], passage: Passage) -> _Anchor:
    span = said[passage.first].start, said[passage.last].end
    known, sure = (passage.known, span) if passage.exact else (None, None)
    return _Anchor(*span, known, sure, found=True)


def _openings(low: str, outside: Sequence[tuple[int, int]], kind: str) -> Iterator[_Anchor]:
    """Yield the openings of licenses outside what is known, each paragraph's first."""
    last = -1
    for opening in _found(low, outside, kind):
        if opening.start() < last:
            continue
        yield _Anchor(opening.start(), opening.end(), weak=kind == "weak_openings")
        end = low.find("\n\n", opening.end())
        last = end if end >= 0 else len(low)


def _found(low: str, spans: Sequence[tuple[int, int]], kind: str) -> Iterator[re.Match[str]]:
    """Yield the openings of a kind that begin in spans, tried where one may begin."""
    begun = {
        place
        for word in _possible(low, " ".join([low[start:end] for start, end in spans]), kind)
        for span in spans
        for place in places(low, word, *span)
    }
    end = 0
    for place in sorted(begun):
        if place >= end and (match := _pattern(kind).match(low, place)):
            yield match
            end = match.end()


def _possible(low: str, begun: str, kind: str) -> set[str]:
    """Return the words in the second text with which an opening may begin that is in the first."""
    return {
        word
        for held, words in _beginnings(kind)
        for word in words
        if word in begun and all(map(low.__contains__, held))
    }


def _tells_how_to_apply(low: str, start: int, anchor: _Anchor) -> bool:
    """Tell a notice that a license gives as an example of how to apply it."""
    if anchor.end - anchor.start > _NOTICE:
        return False
    start = max(start, anchor.start - _NOTICE)
    return _shows("appendices", low[start : anchor.start])


def _begins_another(before: _Anchor, anchor: _Anchor, between: Collection[str]) -> bool:
    """Tell whether a license begins: a whole known one, or what stands behind one or a boundary."""
    if anchor.known is not None or (before.known is not None and not anchor.weak):
        return True
    if before.weak or anchor.weak:
        return {"separators", "titles"}.issubset(between)
    return bool(between)


def _look(text: str, before: _Anchor, anchor: _Anchor, looked: _Looked | None) -> _Looked:
    """Look for what may end a license between two anchors, from where it was not looked yet."""
    # The end of the sentence before belongs to what a line of ornament is known by.
    start = max(before.end - 1, 0)
    kinds: frozenset[str] = frozenset()
    if looked is not None:
        start, kinds = max(start, looked.place - _LONGEST_BOUNDARY), looked.kinds
    # Between faint ones both a separator and a title must stand, and nothing found is kept.
    faint = before.weak or (anchor.weak and not before.found)
    for kind in ("separators", "titles", "copyrights"):
        if kind in kinds or _pattern(kind).search(text, start, anchor.start):
            kinds |= {kind}
        elif faint:
            break
    return _Looked(anchor.start, kinds)


def _pieces(text: str, anchors: Sequence[_Anchor]) -> Iterator[Piece]:
    starts = [beginning(text, 0, anchors[0].start)]
    starts += [beginning(text, before.end, anchor.start) for before, anchor in pairwise(anchors)]
    for number, anchor in enumerate(anchors):
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        start, end = stripped(text, starts[number], max(end, anchor.end))
        if end - start >= _LEAST:
            yield Piece(start, end, anchor.known, anchor.sure)


def beginning(text: str, least: int, start: int) -> int:
    """Walk up from where a license surely stands, over its copyright lines and its title.

    The beginning is not before `least`, in characters.
    """
    line = max(text.rfind("\n", least, start) + 1, least)
    begin = start if ". " in text[line:start] else line
    while begin == line > least:
        line = max(text.rfind("\n", least, line - 1) + 1, least)
        said = text[line:begin].strip()
        divides = len(said) >= _DIVIDER and not said.strip(_ORNAMENT)
        if divides or (said and not _is_head(said)):
            break
        begin = line
    return begin


def _is_head(said: str) -> bool:
    if _pattern("copyrights").match(said):
        return True
    return len(said) < _TITLE and not said.rstrip().endswith((".", ";", ","))


def _inner(text: str, anchor: _Anchor) -> Piece | None:
    """Return the license that stands within something else: a comment, or a section."""
    block = _block(text, anchor)
    if block is None:
        return None
    start, end = block
    start = beginning(text, start, anchor.start) if anchor.known else start
    start, end = stripped(text, start, end)
    inside = _dense(text[start:end])
    if inside >= _WHOLE * (inside + _dense(text[:start]) + _dense(text[end:])):
        return None
    return Piece(start, end, anchor.known, anchor.sure)


def _dense(text: str) -> int:
    """Count the characters that are no white space."""
    if text.isascii():
        return len(text.encode().translate(None, _BLANK))
    return len("".join(text.split()))


def _block(text: str, anchor: _Anchor) -> tuple[int, int] | None:
    """Return the comment or the section in which a license stands, if it does.

    Of a comment nothing is left out: its first words may be those of an unknown license.
    """
    for sign, closing in _CLOSING.items():
        if _opened(text, sign, closing, anchor.start):
            end = text.find(closing, anchor.end)
            return (text.rfind(sign, 0, anchor.start) + len(sign), end) if end >= 0 else None
    line = text.rfind("\n", 0, anchor.start) + 1
    mark = _COMMENT.match(text, line)
    if mark and _is_comment(text, anchor, mark):
        return _commented(text, line, anchor.end, mark[0].strip())
    if anchor.known:
        return beginning(text, 0, anchor.start), anchor.end
    return None if anchor.weak else _section(text, anchor)


def _is_comment(text: str, anchor: _Anchor, mark: re.Match[str]) -> bool:
    """Tell a comment sign from a bullet or a heading: by the lines around it, or the tag in it."""
    if mark[0].strip() == "//" or _TAG.match(text, anchor.start):
        return True
    return any(start < mark.end() <= end for start, end in comment_mask(text))


def _section(text: str, anchor: _Anchor) -> tuple[int, int] | None:
    """Return a section on licenses that is not the first of its text."""
    heads = [head.span() for head in _HEADING.finditer(text, 0, anchor.start)]
    if len(heads) < 2 or "licen" not in text[heads[-1][0] : anchor.start].lower():  # noqa: PLR2004
        return None
    after = _HEADING.search(text, anchor.end)
    return beginning(text, 0, anchor.start), after.start() if after else len(text)


def _opened(text: str, sign: str, closing: str, place: int) -> bool:
    begin = text.rfind(sign, 0, place)
    if begin < 0:
        return False
    if sign == closing:
        return text.count(sign, 0, place) % 2 == 1
    return text.find(closing, begin + len(sign), place) < 0


def _commented(text: str, line: int, place: int, sign: str) -> tuple[int, int] | None:
    """Return the lines with a comment sign around a line; none if no other lines follow."""
    start, end = line, place
    while start and _says(text, before := text.rfind("\n", 0, start - 1) + 1, sign):
        start = before
    while (line_end := text.find("\n", end)) >= 0:
        if not _says(text, line_end + 1, sign):
            return start, line_end
        end = line_end + 1
    return None


def _says(text: str, line: int, sign: str) -> bool:
    return text[line : _line_end(text, line)].lstrip().startswith(sign)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out white space around a license, and lines of ornament behind it."""
    said = text[start:end]
    begin = _ORNAMENTS.match(said)
    return start + (begin.end() if begin else 0), start + len(said.rstrip(_ORNAMENT).rstrip())


@cache
def _beginnings(kind: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return for each opening of a kind the words that it holds, and those of which one begins it.

    The longest are held by the fewest texts: they come first.

    A space in an opening stands for more than a space in the text.
    """
    found = [(pattern, literals(pattern), beginnings(pattern)) for pattern in _patterns(kind)]
    if unclear := [pattern for pattern, _, words in found if not words]:
        raise DataError(f"data/parts.toml {kind}: begin with plain words: {unclear[0]!r}")
    return tuple(
        (
            tuple(sorted(" ".join(held).split(), key=len, reverse=True)),
            tuple(word.partition(" ")[0] for word in words),
        )
        for _, held, words in found
    )


def _shows(kind: str, low: str) -> bool:
    """Tell whether any words of a kind stand in a lower-cased text."""
    try:
        return shows(searches(_patterns(kind)), low)
    except re.error as error:
        raise _fault(kind, error) from error


@cache
def _patterns(kind: str) -> tuple[str, ...]:
    words = msgspec.convert(read_toml("parts.toml"), _Words)
    patterns: tuple[str, ...] = getattr(words, kind)
    return patterns


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    try:
        patterns = _patterns(kind)
        joined = "|".join(f"(?:{pattern})" for pattern in patterns)
        if kind.endswith("openings"):  # looked for in the lower-cased text: twice as fast
            joined = rf"\b{'(?:' + joined + ')'}".replace(" ", r"[\s*#/;%-]++")
            return re.compile(joined, re.MULTILINE)
        return re.compile(joined, re.IGNORECASE | re.MULTILINE)
    except (msgspec.ValidationError, re.error) as error:
        raise _fault(kind, error) from error


def _fault(kind: str, error: Exception) -> DataError:
    return DataError(f"data/parts.toml {kind}: {error}; mend the pattern")
