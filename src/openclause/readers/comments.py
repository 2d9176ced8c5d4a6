"""Comment decoration: the characters that a program's comments wrap around a licence.

In: text. Out: ranges to be taken as white space; the text itself keeps its offsets. A marker counts
as decoration only where whole runs of lines carry it, for `# Title` and `* item` look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec

MIN_LINES = 3
MOST = 0.6
FLOWING = 0.25  # of the line ends in a comment, paragraphs and lists included
MIN_WIDTH = 50  # characters; prose in comments is seldom wrapped narrower

_ORNAMENT = "-=*#~+/%;|<>!"
_OPENING = frozenset("#/*;-%<>~+=|!RrDd")
_MARKER = (  # compiled when first used
    r"(?P<star>/\*+!?|\*+(?:/|(?=\s|$)))|(?P<hash>#+)|(?P<slash>//+!?)|(?P<semicolon>;+)"
    r"|(?P<percent>%+)|(?P<word>(?:REM|rem|Rem|dnl)(?=\s|$))"
    r"|(?P<dash>--+(?=\s|$))|(?P<quote>>+(?=\s|$))|(?P<tilde>~+(?=\s|$))"
)
_CERTAIN = frozenset(("slash", "semicolon", "percent", "word", "quote"))
_BORDER = "*#|;%/"
_BRACKETS = (("/*", "*/"), ("<!--", "-->"), ('"""', '"""'), ("'''", "'''"))
_TAIL = "-*!=#~"
# An end of a line in HTML, as Markdown has it, too.
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_HANGING_WORDS = (  # they end full lines, but no bullet
    "a an any are as be by for from in is its may not of on shall that the this to under which "
    "will with your"
)
_HANGING = frozenset(_HANGING_WORDS.split())
_STOPS = (".", ";", ":", "!", "?", ",")


class _Mark(msgspec.Struct, frozen=True):
    """A line that begins with a marker: `[start, end)` the line, `body` where its words begin."""

    start: int
    body: int
    end: int
    family: str
    adjacent: bool
    line: str

    @property
    def said(self) -> str:
        return self.line[self.body - self.start :].strip()


@lru_cache(maxsize=1)
def comment_mask(text: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of comment decoration in `text`, in order and apart from each other.

    Marked are leading markers (`#`, `//`, ` *`, `;`, `--`, `%`, `>`, `REM`, `dnl`) that at least
    three lines on end carry, their right-hand borders, brackets (`/* */`, `<!-- -->`, triple
    quotes) around at least three lines, lines of nothing but ornament (`=====`), and `<br>`.
    Headings and bullets stay: their paragraphs run on in lines without a marker, or each ends
    where it is full.
    The last ranges are kept, for several rooms ask for the same text.
    """
    runs = list(_runs(text))
    kept = [run for run in runs if _is_comment(run)]
    kept += _same_family(text, runs, kept)
    ranges = [span for run in kept for span in _decoration(run)]
    ranges += [(each.start, each.end) for run in runs for each in run if not each.family]
    ranges += _brackets(text)
    if "<br" in text or "<BR" in text:
        ranges += (found.span() for found in _BREAK.finditer(text))
    return _merged(ranges)


def _runs(text: str) -> Iterator[list[_Mark]]:
    """Yield the stretches of lines that begin with markers of one family, blank lines between."""
    run: list[_Mark] = []
    family, at, adjacent = "", 0, False
    for line in text.splitlines(keepends=True):
        lead = line.lstrip()
        if lead:
            mark = _mark(line, lead, at, adjacent) if lead[0] in _OPENING else None
            if run and (mark is None or (mark.family and family and mark.family != family)):
                yield run
                run, family = [], ""
            if mark is not None:
                run.append(mark)
                family = family or mark.family
        adjacent = bool(lead)
        at += len(line)
    if run:
        yield run


def _mark(line: str, lead: str, at: int, adjacent: bool) -> _Mark | None:
    end = at + len(line.rstrip())
    if _is_row(lead):
        family = "star" if lead.startswith("/*") else ""
        return _Mark(at, end, end, family, adjacent, line)
    found = re.match(_MARKER, lead)
    if not found or not found.lastgroup:
        return None
    body = at + len(line) - len(lead) + found.end()
    return _Mark(at, body, end, found.lastgroup, adjacent, line)


def _is_row(lead: str) -> bool:
    return not lead.strip(_ORNAMENT + " \t\r\n") and len(lead.rstrip()) >= MIN_LINES


def _is_comment(run: Sequence[_Mark]) -> bool:
    marks = [each for each in run if each.family]
    if len(run) < MIN_LINES or not marks:
        return False
    family = marks[0].family
    if family in _CERTAIN or marks[0].line.lstrip().startswith("/*"):
        return True
    pairs = [(one, two) for one, two in pairwise(marks) if two.adjacent]
    if len(marks) < MIN_LINES or not pairs:
        return False
    if _is_boxed(marks) or any(not one.said or not two.said for one, two in pairs):
        return True
    return _is_hashed(marks, len(pairs)) if family == "hash" else _runs_on(marks, pairs)


def _is_hashed(marks: Sequence[_Mark], pairs: int) -> bool:
    """Tell comment from Markdown headings: those stand apart, or differ in level."""
    levels = [each.line[: each.body - each.start].strip() for each in marks]
    same = max(levels.count(level) for level in set(levels))
    return pairs >= MIN_LINES - 1 and same >= MOST * len(marks)


def _runs_on(marks: Sequence[_Mark], pairs: Sequence[tuple[_Mark, _Mark]]) -> bool:
    """Tell wrapped prose from bullets: sentences go on in the next line, where one is full."""
    width = max(each.end - each.start for each in marks)
    flowing = [one for one, two in pairs if _flows(one, two, width)]
    if width < MIN_WIDTH or len(flowing) < MIN_LINES - 1:
        return False
    if any(one.said.rsplit(None, 1)[-1].lower() in _HANGING for one in flowing):
        return len(flowing) >= FLOWING * len(pairs)
    return len(flowing) > MIN_LINES and len(flowing) >= MOST * len(pairs)


def _flows(one: _Mark, two: _Mark, width: int) -> bool:
    """Tell whether a sentence goes on in the next line because its line is full."""
    if not two.said[:1].islower() or one.said.endswith(_STOPS):
        return False
    return one.end - one.start + len(two.said.split(None, 1)[0]) >= width


def _same_family(
    text: str, runs: Sequence[list[_Mark]], kept: Sequence[list[_Mark]]
) -> list[list[_Mark]]:
    """Return the shorter runs of a family that wraps most of the text."""
    if not kept or len(kept) == len(runs):
        return []
    families = [each.family for run in kept for each in run if each.family]
    family = max(set(families), key=families.count)
    lines = sum(1 for line in text.splitlines() if line.strip())
    if families.count(family) < MOST * lines:
        return []
    known = {id(run) for run in kept}
    return [run for run in runs if id(run) not in known and _family(run) == family]


def _family(run: Sequence[_Mark]) -> str:
    return next((each.family for each in run if each.family), "")


def _decoration(run: Sequence[_Mark]) -> Iterator[tuple[int, int]]:
    marks = [each for each in run if each.family]
    boxed = _is_boxed(marks)
    for mark in marks:
        yield (mark.start, mark.body)
        if boxed or mark.line.rstrip().endswith("*/"):
            yield (_border(mark), mark.end)


def _is_boxed(marks: Sequence[_Mark]) -> bool:
    return sum(_border(each) < each.end for each in marks) >= MOST * len(marks)


def _border(mark: _Mark) -> int:
    """Return where the right-hand border of a line begins; its end when it has none."""
    line = mark.line.rstrip()
    bare = line.rstrip(_BORDER)
    if bare[-1:] in " \t" or line.endswith("*/"):
        return max(mark.body, mark.start + len(bare))
    return mark.end


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    for opening, closing in _BRACKETS:
        if opening not in text:
            continue
        last = 0
        start = rf"(?:^|(?<=[\r\n]))[ \t]*{re.escape(opening)}[{_TAIL}]*"
        for found in re.finditer(start, text):
            if found.start() < last:
                continue
            end = text.find(closing, found.end())
            if end < 0:
                break
            last = end + len(closing)
            if _wraps(text, found.start(), last):
                yield found.span()
                yield (_tail(text, found.end(), end), last)


def _tail(text: str, start: int, end: int) -> int:
    """Return where the ornament before a closing bracket begins."""
    while end > start and text[end - 1] in _TAIL:
        end -= 1
    return end


def _wraps(text: str, start: int, after: int) -> bool:
    """Tell whether a bracket ends with its line and has at least three lines in it."""
    if not re.match(r"[ \t]*(?:[\r\n]|$)", text[after : after + 80]):
        return False
    lines = (line for line in text[start:after].splitlines() if line.strip())
    return sum(1 for _ in lines) >= MIN_LINES


def _merged(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)
