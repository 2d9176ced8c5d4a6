"""Sentences, list items and headings of a text: the units in which clauses are read.

In: the text and the ranges of comment decoration in it. Out: an `Outline`: units with true
offsets, each under its lead-in and section and with a role, the words of all units in reading
order, and the table of definitions. What the words say is for `rules` and `modality`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from openclause.blocks import Block, read_blocks
from openclause.lines import read_lines
from openclause.taxonomy import read_toml

_WORD = re.compile(r"[^\W_]+(?:[-­‐‑'’/.@](?=[^\W_])[^\W_]+)*|[^\w\s]|_+")
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
_DEFINED = re.compile(
    r"[\"“*_]+(?P<name>[A-Z][^\"”“*_]{1,60}?),?[\"”*_]+\s*(?:\([^)]{0,80}\)\s*|and\s[\"“][^\"”]+[\"”]\s*|,?\s*or\s[\"“][^\"”]+[\"”]\s*)*"
    r"(?:shall\s+|will\s+|hereby\s+)?(?:means?|refers?\s+to|is\s+defined\s+as|has\s+the\s+meaning|have\s+the\s+meaning|include[s]?)\b",
    re.I,
)
_STARTER = re.compile(
    r"(?:You|Your|The|This|These|If|No|Any|All|Upon|In|Such|Each|It|For|Licensee|Licensor|We)\b"
)
_KEPT_HYPHEN = frozenset(
    ["non", "sub", "re", "co", "self", "third", "royalty", "open", "source", "pre", "post", "multi"]
)


class Unit(msgspec.Struct, frozen=True):
    """A sentence, list item or heading.

    `start` and `end` are offsets into the text; `first` and `last` delimit its words in
    `Outline.words`; `lead` is the index of the unit that leads it in, or -1; `whole` the end of the
    sentence that it opens, inline items included.
    """

    start: int
    end: int
    whole: int
    first: int
    last: int
    kind: str
    lead: int
    depth: int
    section: str | None
    role: str


class Outline(msgspec.Struct, frozen=True):
    """All units of a text in reading order, with their words and the definitions made in it."""

    units: tuple[Unit, ...]
    words: tuple[str, ...]
    definitions: dict[str, int]


def segment(text: str, mask: Sequence[tuple[int, int]] = ()) -> Outline:
    """Read the outline of `text`; characters in the `mask` ranges are taken as white space."""
    blocks = read_blocks(text, read_lines(text, mask))
    builder = _Builder(text, blocks)
    for index in range(len(blocks)):
        builder.add(index)
    return Outline(tuple(builder.units), tuple(builder.words), builder.definitions)


class _Flat(msgspec.Struct, frozen=True):
    """The lines of a block as one line: `text`, and where each line begins in it and outside."""

    text: str
    inner: list[int]
    outer: list[int]

    def offset(self, at: int) -> int:
        """Return the offset into the document of the character at `at`."""
        line = bisect_right(self.inner, at) - 1
        return self.outer[line] + at - self.inner[line]

    def end(self, at: int) -> int:
        """Return the offset into the document just after the character before `at`."""
        return self.offset(at - 1) + 1


def _flatten(text: str, block: Block) -> _Flat:
    parts: list[str] = []
    inner: list[int] = []
    size = 0
    for start, end in block.lines:
        said = text[start:end]
        if parts and _is_hyphenated(parts[-1], said):
            parts[-1] = parts[-1][:-1] + "\xad"
        elif parts:
            parts[-1] += " "
            size += 1
        inner.append(size)
        parts.append(said)
        size += end - start
    return _Flat("".join(parts), inner, [start for start, _ in block.lines])


def _is_hyphenated(before: str, after: str) -> bool:
    return before.endswith("-") and before[-2:-1].isalpha() and after[:1].islower()


class _Builder:
    """Turns blocks into units, keeping count of words and of who leads whom in."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self.text, self.blocks = text, blocks
        self.units: list[Unit] = []
        self.words: list[str] = []
        self.definitions: dict[str, int] = {}
        self.leads: dict[int, int] = {}  # block -> its last unit, which leads in the blocks below
        self.sections: dict[int, str | None] = {}

    def add(self, index: int) -> None:
        block = self.blocks[index]
        section = self._section(index)
        self.sections[index] = section
        if block.kind == "heading" or not block.lines:
            self._add_heading(index, block)
            return
        flat = _flatten(self.text, block)
        lead = self.leads.get(block.parent, -1)
        before = len(self.units)
        for piece in _pieces(flat.text, block.marker):
            self._add_piece(flat, piece, block, lead, before, section)
        self.leads[index] = self._last_lead(before, lead)

    def _section(self, index: int) -> str | None:
        block = self.blocks[index]
        return block.title or self.sections.get(block.parent)

    def _add_heading(self, index: int, block: Block) -> None:
        if block.start >= block.end:
            self.leads[index] = self.leads.get(block.parent, -1)
            return
        first = len(self.words)
        self.words.extend(read_words(block.title))
        unit = Unit(
            block.start,
            block.end,
            block.end,
            first,
            len(self.words),
            "heading",
            -1,
            block.depth,
            self.sections.get(block.parent),
            "heading",
        )
        self.leads[index] = len(self.units)
        self.units.append(unit)

    def _last_lead(self, before: int, lead: int) -> int:
        """Return the unit that leads in what hangs under the block: its last full-level unit."""
        tops = [at for at in range(before, len(self.units)) if self.units[at].kind != "inline"]
        return tops[-1] if tops else lead

    def _add_piece(  # noqa: PLR0913, PLR0917 - all that says where a piece stands
        self, flat: _Flat, piece: _Piece, block: Block, lead: int, before: int, section: str | None
    ) -> None:
        over = before + piece.lead if piece.lead >= 0 else lead
        for number, (start, end) in enumerate(piece.sentences):
            inline = piece.lead >= 0 and number == 0
            kind = "inline" if inline else ("item" if block.marker else "sentence")
            self._add_unit(
                flat, start, end, kind, over if number == 0 else lead, block.depth, section
            )

    def _add_unit(  # noqa: PLR0913, PLR0917 - all that says where a unit stands
        self,
        flat: _Flat,
        start: int,
        end: int,
        kind: str,
        lead: int,
        depth: int,
        section: str | None,
    ) -> None:
        first = len(self.words)
        said = flat.text[start:end]
        self.words.extend(read_words(said))
        at = len(self.units)
        lead = min(lead, at - 1)
        role = _role(said, section)
        if (found := _DEFINED.search(said)) and found.start() < 40:
            self.definitions.setdefault(" ".join(found["name"].lower().split()), at)
            role = "definition"
        self.units.append(
            Unit(
                flat.offset(start),
                flat.end(end),
                flat.end(end),
                first,
                len(self.words),
                kind,
                lead,
                depth,
                section,
                role,
            )
        )
        if kind == "inline":
            self._stretch(lead, flat.end(end))

    def _stretch(self, lead: int, whole: int) -> None:
        """Let the sentences that lead an inline item in reach as far as the item does."""
        while lead >= 0:
            unit = self.units[lead]
            self.units[lead] = msgspec.structs.replace(unit, whole=max(unit.whole, whole))
            if unit.kind != "inline":
                return
            lead = unit.lead


def read_words(said: str) -> list[str]:
    """Return the words of a sentence as rules write them."""
    lower = said.lower()
    words: list[str] = _WORD.findall(lower)
    if lower.isascii() and "and/or" not in lower:
        return words
    return [normalize(word) or "-" for word in words]


def normalize(word: str) -> str:
    """Return a lower-case word as rules write it: straight quotes, wrapped hyphens mended."""
    if word.isascii():
        return "or" if word == "and/or" else word
    word = word.replace("’", "'").replace("‐", "-").replace("‑", "-").replace("“", '"')
    word = word.replace("”", '"').replace("‘", "'")
    if "\xad" in word:
        head, _, tail = word.partition("\xad")
        word = head + ("-" if head in _KEPT_HYPHEN else "") + tail.replace("\xad", "")
    return word


def word_spans(text: str, unit: Unit) -> list[tuple[int, int]]:
    """Return the offsets of a unit's words; not as many as it has where comment marks cut it."""
    if unit.kind == "heading":
        return []
    return [found.span() for found in _WORD.finditer(text, unit.start, unit.end)]


class _Piece(msgspec.Struct, frozen=True):
    """The sentences between two inline enumerators.

    `lead` is the unit over the first of them, counted from the block's first unit, or -1.
    """

    sentences: list[tuple[int, int]]
    lead: int


def _pieces(text: str, marker: str) -> Iterator[_Piece]:
    """Yield the pieces of a block; items that count on from its own `marker` have no lead."""
    marks, goes_on = _enumerators(text, marker)
    opening = list(_sentences(text, 0, marks[0][0] if marks else len(text)))
    yield _Piece(opening, -1)
    heads: list[int] = []  # the unit of the item at each depth
    total = len(opening)
    for number, (_, begin, depth) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        over = -1 if goes_on else len(opening) - 1
        if 0 < depth <= len(heads):
            over = heads[depth - 1]
        del heads[depth:]
        said = list(_sentences(text, begin, end))
        yield _Piece(said, over)
        heads.append(total)
        total += len(said)


def _enumerators(text: str, marker: str) -> tuple[list[tuple[int, int, int]], bool]:
    """Return (start, end, depth) of the inline markers that count on in order, two at least.

    The second answer tells whether they count on from the block's own marker.
    """
    if "(" not in text and ")" not in text and not re.search(r"[;:,.] [a-z1]\. ", text):
        return [], False
    own: list[tuple[int, int, int]] = [(-1, -1, 0)]
    chains: list[list[tuple[int, int, int]]] = []
    open_chains = _opened(marker, own)
    if open_chains:
        chains.append(own)
    # The space lets a marker at the very beginning follow one, as all others do.
    for found in _ENUMERATOR.finditer(" " + text):
        label = found["in"] or found["out"] or found["dot"]
        start, end = found.start(), found.end() - 1
        if _REFERENCE.search(text, max(0, start - 14), start):
            continue
        shape = "in" if found["in"] else "out" if found["out"] else "dot"
        _continue_chain(open_chains, chains, label, shape, (start, end))
    marks = sorted(mark for chain in chains if len(chain) > 1 for mark in chain if mark[0] >= 0)
    goes_on = len(own) > 1
    return (marks if goes_on else _with_depth(marks)), goes_on


def _opened(
    marker: str, own: list[tuple[int, int, int]]
) -> list[tuple[str, int, list[tuple[int, int, int]]]]:
    """Return the counting that a block's own marker, say (iii), has begun."""
    label = marker.strip("().")
    shape = "in" if marker.startswith("(") else "out"
    if not marker.endswith(")") or not label:
        return []
    if label.isdigit():
        return [(shape + "1", int(label), own)]
    for style in ("i", "I", "a", "A"):
        for count in range(1, 27):
            if _label(style, count) == label and (style in "iI" or len(label) == 1):
                return [(shape + style, count, own)]
    return []


def _continue_chain(
    open_chains: list[tuple[str, int, list[tuple[int, int, int]]]],
    chains: list[list[tuple[int, int, int]]],
    label: str,
    shape: str,
    span: tuple[int, int],
) -> None:
    for depth in range(len(open_chains) - 1, -1, -1):
        style, count, chain = open_chains[depth]
        if style.startswith(shape) and _label(style[len(shape) :], count + 1) == label:
            chain.append((*span, depth))
            del open_chains[depth + 1 :]
            open_chains[depth] = (style, count + 1, chain)
            return
    if label in ("a", "A", "i", "I", "1"):
        opened: list[tuple[int, int, int]] = [(*span, len(open_chains))]
        open_chains.append((shape + label, 1, opened))
        chains.append(opened)


def _with_depth(marks: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    least = min((depth for *_, depth in marks), default=0)
    return [(start, end, depth - least) for start, end, depth in marks]


@cache
def _label(style: str, count: int) -> str:
    if style == "1":
        return str(count)
    if style in "aA":
        return chr(ord(style) + count - 1) if count <= 26 else ""
    roman = [
        "i",
        "ii",
        "iii",
        "iv",
        "v",
        "vi",
        "vii",
        "viii",
        "ix",
        "x",
        "xi",
        "xii",
        "xiii",
        "xiv",
        "xv",
        "xvi",
        "xvii",
        "xviii",
        "xix",
        "xx",
    ]
    said = roman[count - 1] if count <= len(roman) else ""
    return said if style == "i" else said.upper()


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the sentences in `text[start:end]`, outer white space left out."""
    begin = start
    for found in _END.finditer(text, start, end):
        if found["stop"] == "." and not found["close"] and _goes_on(text, begin, found):
            continue
        if trimmed := _trim(text, begin, found.end("close")):
            yield trimmed
        begin = found.end()
    if trimmed := _trim(text, begin, end):
        yield trimmed


def _goes_on(text: str, begin: int, found: re.Match[str]) -> bool:
    before = text[max(begin, found.start() - 12) : found.start()]
    if abbreviation := _ABBREVIATION.search(before):
        letter = len(abbreviation.group().strip(" .(\n")) == 1
        return not (letter and _STARTER.match(text, found.end()))
    word = before.split()[-1] if before.split() else ""
    if word.isdigit() and found.start() - len(word) <= begin:
        return True
    numbered = text[found.end() : found.end() + 1].isdigit()
    return numbered and word.lower() in ("section", "sections", "article", "clause", "version")


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start and any(map(str.isalnum, text[start:end])) else None


@cache
def _roles() -> dict[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]]:
    return {
        role: (_any_of(table.get("headings")), _any_of(table.get("opens"), at_start=True))
        for role, table in read_toml("sections.toml").items()
    }


def _any_of(words: list[str] | None, *, at_start: bool = False) -> re.Pattern[str] | None:
    if not words:
        return None
    inner = "|".join(map(re.escape, words))
    return re.compile(rf"^\W*(?:{inner})\b" if at_start else rf"\b(?:{inner})\b", re.I)


def _role(said: str, section: str | None) -> str:
    if said.isupper() and re.search(r"WARRANT|LIAB|DAMAGES", said):
        return "disclaimer"
    own = next((role for role, (_, opens) in _roles().items() if opens and opens.match(said)), None)
    return own or _section_role(section)


@cache
def _section_role(section: str | None) -> str:
    if not section:
        return "text"
    return next(
        (role for role, (names, _) in _roles().items() if names and names.search(section)), "text"
    )
