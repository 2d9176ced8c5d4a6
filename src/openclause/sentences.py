"""Sentences and inline list items of a block.

In: the text of a block as one line, and the block's own marker. Out: `Piece` records: the
sentences before, between and behind the inline markers, `(a) ... (b) ...` or ` - ... - ...`, and
which of them leads an item in. What units they make is for `segmentation` to say.
"""

from __future__ import annotations

import re
from itertools import chain

import msgspec

from openclause.markers import ALPHABET, counted
from openclause.remembering import Remembered

_END = re.compile(
    r"(?P<stop>[.!?](?:(?<=\.)\.\.)?)(?P<close>[\"'”’)\]*_]*)"
    r"(?:\s+(?=[\"“‘'(\[*_]*[A-Z0-9“\"‘(\[•]|https?:)|(?<=[a-z]\.)(?=(?:You|Your|The|This|If|No|Any|All)\b))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|corp|ltd|co|llc|no|nos|sec|v|vs|mr|mrs|ms|dr|st|cf|approx|art|"
    r"para|par|fig|vol|al|ver|jr|sr|dept|univ|u\.s\.c|u\.s|u\.k|b\.v|s\.a|gmbh|pty|c\.f\.r|f\.a\.r|resp|ca|"
    r"incl|seq|ph\.d)|(?:^|[\s.(])[A-Za-z])$",
    re.I,
)
_ENUMERATOR = re.compile(
    r"[\s;:,.—–-](?:(?:\((?P<in>[A-Za-z]|[ivxIVX]{2,5}|[a-z]{2}|\d{1,2})\)|"
    r"(?P<out>[a-z]|[ivx]{2,4}|\d{1,2})\))(?=[\s\"“,])|"
    r"(?<=[;:,.] )(?P<dot>[a-z]|[ivx]{2,4}|\d{1,2})\.(?= [a-zA-Z]))"
)
_REFERENCE = re.compile(
    r"(?:sections?|paragraphs?|clauses?|subsections?|items?|articles?|sub-?paragraphs?|parts?|§+)"
    r"[\s\d.]*$",
    re.I,
)
_STARTER = re.compile(
    r"(?:You|Your|The|This|These|If|No|Any|All|Upon|In|Such|Each|It|For|Licensee|Licensor|We)\b"
)
_DASHES = "-–—*•"
_DASH = re.compile(rf"[{_DASHES}](?<=\s.)(?=\s)")
# Words with the number of something that would else look like a sentence's first word.
_NUMBERED = ("section", "sections", "article", "clause", "version")
_LEADS_IN = frozenset(":–—-")
# A list begins with one of these.
_FIRST_CLOSED, _FIRST_DOTTED = ("a)", "A)", "i)", "I)", "1)"), (" a. ", " i. ", " 1. ")
# So many words before a full stop are remembered, and whether they are abbreviations.
_REMEMBERED = 2**12
# So many characters before a marker or full stop tell a reference or an abbreviation.
_REFERENCE_REACH, _ABBREVIATION_REACH = 14, 12
# A sentence of more characters is cut: no license has one, and time grows with the square of it.
LONGEST = 20_000
# Where a sentence ends, or with its paragraph or list item at the latest.
_PART = re.compile(r"[.!?][\"'”’)\]*_]{0,9}\s|\n(?=[ \t]{0,200}(?:\n|[-*•]\s|\(?\w{1,4}[.)]\s))")


class Piece(msgspec.Struct, frozen=True, gc=False):
    """The sentences between two inline markers.

    `lead` is the unit over the first of them, counted from the block's first unit, or -1.
    """

    sentences: list[tuple[int, int]]
    lead: int


class _Mark(msgspec.Struct, frozen=True):
    """An inline marker at `[start, end)`, one of those that count on as the list `chain`."""

    start: int
    end: int
    chain: int


# The chain that the block's own marker began.
_OWN = 0
# Of so many lists at most it is asked whether a marker counts on.
_MOST_OPEN = 20


def read_pieces(text: str, marker: str) -> list[Piece]:
    """Return the pieces of a block; items that count on from its own `marker` have no lead.

    All items of a list hang under what stands before the first of them.
    """
    marks = _enumerators(text, marker) or _dashes(text)
    if not marks:
        return [Piece(read_sentences(text, 0, len(text)), -1)]
    ends = [*(mark.start for mark in marks), len(text)]
    pieces = [Piece(read_sentences(text, 0, ends[0]), -1)]
    leads = {_OWN: -1}
    total = len(pieces[0].sentences)
    for mark, end in zip(marks, ends[1:], strict=True):
        lead = leads.setdefault(mark.chain, total - 1)
        pieces.append(Piece(read_sentences(text, mark.end, end), lead))
        total += len(pieces[-1].sentences)
    return pieces


def _dashes(text: str) -> list[_Mark]:
    """Return the dashes or bullets of lists behind a colon or another dash, two at least in each.

    A dash of another kind, or one behind which the item's text went on, is none of them.
    """
    if not any(map(text.__contains__, _DASHES)):
        return []
    lists: list[list[_Mark]] = [[]]
    sign, last = "", 0
    for found in _DASH.finditer(text):
        if text[max(last, found.start() - 2) : found.start()].rstrip()[-1:] in _LEADS_IN:
            sign = found[0]
            lists.append([])
        elif found[0] != sign:
            continue
        elif not _is_item(text[last : found.start()]):
            sign = ""
            continue
        last = found.end()
        lists[-1].append(_Mark(found.start(), last, len(lists)))
    return [mark for marks in lists if len(marks) > 1 for mark in marks]


def _is_item(said: str) -> bool:
    """Tell an item from one behind which the text went on before the next dash."""
    return len(read_sentences(said, 0, len(said))) == 1


class _Count(msgspec.Struct):
    """A list that is being counted: its style of marker, how far it has come, its markers."""

    chain: int
    style: str
    number: int
    marks: list[_Mark]

    def has_next(self, shape: str, label: str) -> bool:
        """Tell whether a marker counts on."""
        kind = self.style.removeprefix(shape)
        return kind != self.style and counted(kind, self.number + 1) == label


def _enumerators(text: str, marker: str) -> list[_Mark]:
    """Return the inline markers that count on in order, two at least."""
    own = _opened(marker)
    if not _may_count(text, begun=own is not None):
        return []
    counts = [own] if own else []
    open_counts = counts.copy()
    # The space lets a marker at the very beginning follow one, as all others do.
    for found in _ENUMERATOR.finditer(" " + text):
        start, end = found.start(), found.end() - 1
        if not _REFERENCE.search(text, max(0, start - _REFERENCE_REACH), start):
            _count_on(open_counts, counts, found, (start, end))
    lists = [each.marks for each in counts if len(each.marks) > (each.chain != _OWN)]
    return sorted((mark for marks in lists for mark in marks), key=lambda mark: mark.start)


def _may_count(text: str, *, begun: bool) -> bool:
    """Tell whether a list may begin in a text, or go on that was begun before it."""
    if ")" in text and (begun or any(map(text.__contains__, _FIRST_CLOSED))):
        return True
    return any(map(text.__contains__, _FIRST_DOTTED))


def _opened(marker: str) -> _Count | None:
    """Return the count that a block's own marker, say (iii), has begun."""
    label = marker.strip("().") if marker.endswith(")") else ""
    if not label:
        return None
    shape = "in" if marker.startswith("(") else "out"
    if label.isdigit():
        return _Count(_OWN, shape + "1", int(label), [])
    for style in ("i", "I", "a", "A"):
        for number in range(1, ALPHABET + 1):
            if counted(style, number) == label and (style in "iI" or len(label) == 1):
                return _Count(_OWN, shape + style, number, [])
    return None


def _count_on(
    open_counts: list[_Count], counts: list[_Count], found: re.Match[str], span: tuple[int, int]
) -> None:
    """Add a marker to the innermost list that it counts on, or let it begin one."""
    shape = "in" if found["in"] else "out" if found["out"] else "dot"
    label = found["in"] or found["out"] or found["dot"]
    for depth in range(len(open_counts) - 1, -1, -1):
        count = open_counts[depth]
        if count.has_next(shape, label):
            del open_counts[depth + 1 :]
            count.number += 1
            count.marks.append(_Mark(*span, count.chain))
            return
    if label in ("a", "A", "i", "I", "1"):
        chain = len(counts) + 1
        count = _Count(chain, shape + label, 1, [_Mark(*span, chain)])
        del open_counts[:-_MOST_OPEN]
        open_counts.append(count)
        counts.append(count)


def read_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of the sentences in `text[start:end]`, outer white space left out."""
    sentences: list[tuple[int, int]] = []
    begin = start
    for found in _END.finditer(text, start, end):
        if found.groups() == (".", "") and _goes_on(text, begin, found):
            continue
        sentences += _cut(text, begin, found.end("close"))
        begin = found.end()
    return sentences + _cut(text, begin, end)


def endless(text: str) -> int | None:
    """Return where a sentence begins that is cut because it is longer than any is, if one does."""
    if len(text) <= LONGEST:
        return None
    begin = 0
    for found in chain(_PART.finditer(text), [None]):
        if (found.start() if found else len(text)) - begin > LONGEST:
            return begin + len(text[begin:]) - len(text[begin:].lstrip())
        begin = found.end() if found else begin
    return None


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a sentence whole, or in pieces what is longer than any sentence is."""
    pieces: list[tuple[int, int]] = []
    while end - start > LONGEST:
        most = start + LONGEST
        middle = text.rfind(" ", start + 1, most)
        middle = middle if middle > 0 else most
        pieces += _trimmed(text, start, middle)
        start = middle
    return pieces + _trimmed(text, start, end)


def _goes_on(text: str, begin: int, found: re.Match[str]) -> bool:
    stop, after = found.start(), found.end()
    before = text[max(begin, stop - _ABBREVIATION_REACH) : stop]
    if length := _ABBREVIATED[before.rpartition(" ")[2]]:
        return not (length == 1 and _STARTER.match(text, after))
    word = before.split()[-1] if before.strip() else ""
    if word.isdigit() and stop - len(word) <= begin:
        return True
    return text[after : after + 1].isdigit() and word.lower() in _NUMBERED


def _abbreviated(word: str) -> int:
    """Return the length of the abbreviation with which the last word before a stop ends, or 0."""
    abbreviation = _ABBREVIATION.search(word)
    return len(abbreviation.group().strip(" .(\n")) if abbreviation else 0


_ABBREVIATED = Remembered(_abbreviated, most=_REMEMBERED)


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a sentence without outer white space; none where nothing is said."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end or not (text[start].isalnum() or any(map(str.isalnum, text[start:end]))):
        return []
    return [(start, end)]
