"""Sentences, list items and headings of a text: the units in which clauses are read.

In: the text and the ranges of comment decoration in it. Out: an `Outline`: units with true
offsets, each under its lead-in and section and with a role, the words of all units in reading
order, and the table of definitions. What the words say is for `rules` and `modality`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import chain
from sys import intern

import msgspec

from openclause.blocks import Block, read_blocks
from openclause.emphasis import plainly_counted
from openclause.lines import read_lines
from openclause.remembering import Remembered
from openclause.sentences import Piece, read_pieces
from openclause.taxonomy import read_toml
from openclause.wording import UNSEEN, one_spelling

# Signs of emphasis are no words; blanks to be filled in are one.
_WORD = re.compile(r"[^\W_]+(?:[-­‐‑'’/.@](?=[^\W_])[^\W_]+)*|[^\w\s*]|_{4,}")
# Behind a name nothing is given back: time would grow with the square of a row of quoted words.
_DEFINED = re.compile(
    r"[\"“*_]{1,4}(?P<name>[A-Z][^\"”“*_]{1,60}?),?[\"”*_]++\s*+"
    r"(?:(?:\([^)]{0,80}\)|(?:and|,?\s*+or)\s[\"“][^\"”]++[\"”])\s*+)*+"
    r"(?:shall\s+|will\s+|hereby\s+)?(?:means?|refers?\s+to|is\s+defined\s+as|has\s+the\s+meaning|have\s+the\s+meaning|include[s]?)\b",
    re.I,
)
# A definition begins with one of these.
_QUOTED = re.compile('["“*_]')
_PLAIN = str.maketrans("’‘“”‐", "''\"\"-")
KEPT_HYPHEN = frozenset(
    ["non", "sub", "re", "co", "self", "third", "royalty", "open", "source", "pre", "post", "multi"]
)


# A definition names its term before this offset in its sentence.
_LATEST_NAME = 40
# Of lists within each other, no more reach as far as the innermost: each is quoted
# whole, and a text of lists within lists must not be quoted as often as it has lists.
DEEPEST = 10


class Unit(msgspec.Struct, frozen=True, gc=False):
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
    """All units of a text in reading order, with their words and the definitions made in it.

    `definitions` holds the unit that defines a name first, `defining` all these units.
    """

    units: tuple[Unit, ...]
    words: tuple[str, ...]
    definitions: dict[str, int]
    defining: frozenset[int] = frozenset()


def segment(text: str, mask: Sequence[tuple[int, int]] = ()) -> Outline:
    """Read the outline of `text`; characters in the `mask` ranges are taken as white space."""
    blocks = read_blocks(text, read_lines(text, mask))
    builder = _Builder(text, blocks)
    for index in range(len(blocks)):
        builder.add(index)
    named = builder.definitions
    return Outline(builder.stretched(), tuple(builder.words), named, frozenset(named.values()))


class _Flat(msgspec.Struct, frozen=True, gc=False):
    """The lines of a block as one line: `text`, and where each line begins in it.

    `shifts` is how much further on in the document each line stands than in `text`.
    """

    text: str
    inner: list[int]
    shifts: list[int]

    def offset(self, at: int) -> int:
        """Return the offset into the document of the character at `at`."""
        return at + self.shifts[bisect_right(self.inner, at) - 1]


def _flatten(text: str, block: Block) -> _Flat:
    parts: list[str] = []
    inner: list[int] = []
    shifts: list[int] = []
    size = 0
    for start, end in block.lines:
        said = plainly_counted(text[start:end])
        if parts and _is_hyphenated(parts[-1], said):
            parts[-1] = parts[-1][:-1] + "\xad"
        elif parts:
            parts.append(" ")
            size += 1
        inner.append(size)
        shifts.append(start - size)
        parts.append(said)
        size += end - start
    return _Flat("".join(parts), inner, shifts)


def _is_hyphenated(before: str, after: str) -> bool:
    return before[-1] == "-" and before[-2:-1].isalpha() and after[0].islower()


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
        section = block.title or self.sections.get(block.parent)
        self.sections[index] = section
        if block.kind == "heading" or not block.lines:
            self._add_heading(index, block)
            return
        flat = _flatten(self.text, block)
        lead = self.leads.get(block.parent, -1)
        before = len(self.units)
        for piece in read_pieces(flat.text, block.marker):
            self._add_piece(flat, piece, block, lead, before, section)
        self.leads[index] = self._last_lead(before, lead)

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
        for at in range(len(self.units) - 1, before - 1, -1):
            if self.units[at].kind != "inline":
                return at
        return lead

    def _add_piece(  # noqa: PLR0913, PLR0917 - all that says where a piece stands
        self, flat: _Flat, piece: Piece, block: Block, lead: int, before: int, section: str | None
    ) -> None:
        kind = "item" if block.marker else "sentence"
        for number, span in enumerate(piece.sentences):
            if number == 0 and piece.lead >= 0:
                over = min(before + piece.lead, len(self.units) - 1)
                self._add_unit(flat, span, "inline", over, block.depth, section)
            else:
                self._add_unit(flat, span, kind, lead, block.depth, section)

    def _add_unit(  # noqa: PLR0913, PLR0917 - all that says where a unit stands
        self,
        flat: _Flat,
        span: tuple[int, int],
        kind: str,
        lead: int,
        depth: int,
        section: str | None,
    ) -> None:
        start, end = span
        said, first = flat.text[start:end], len(self.words)
        self.words += read_words(said)
        role = _role(said, section)
        if found := _defined(said):
            self.definitions.setdefault(" ".join(found["name"].lower().split()), len(self.units))
            role = "definition"
        begin, whole = flat.offset(start), flat.offset(end - 1) + 1
        last = len(self.words)
        self.units.append(Unit(begin, whole, whole, first, last, kind, lead, depth, section, role))

    def stretched(self) -> tuple[Unit, ...]:
        """Return the units; those that lead inline items in reach as far as the items do.

        An item comes behind what leads it in: each is met with its own reach told.
        """
        levels = self._levels()
        for unit, level in zip(reversed(self.units), reversed(levels), strict=True):
            if level:
                self._reach(unit.lead, unit.whole if level % DEEPEST else unit.end)
        return tuple(self.units)

    def _levels(self) -> list[int]:
        """Return in how many inline lists each unit stands."""
        levels: list[int] = []
        for unit in self.units:
            inner = unit.kind == "inline" and unit.lead >= 0
            levels.append(levels[unit.lead] + 1 if inner else 0)
        return levels

    def _reach(self, number: int, whole: int) -> None:
        unit = self.units[number]
        if unit.whole < whole:
            self.units[number] = msgspec.structs.replace(unit, whole=whole)


def read_words(said: str) -> list[str]:
    """Return the words of a sentence as rules write them."""
    return [*chain.from_iterable(map(_WORDS_OF.__getitem__, said.lower().split()))]


def _split(chunk: str) -> tuple[str, ...]:
    """Return the words of what stands between two spaces: no word reaches over white space."""
    chunk = one_spelling(chunk)
    if chunk.isascii() and "and/or" not in chunk:
        return tuple(map(intern, _WORD.findall(chunk)))
    words: list[str] = _WORD.findall(UNSEEN.sub("", chunk))
    return tuple(
        word if word.isascii() and word != "and/or" else normalize(word) or "-" for word in words
    )


_WORDS_OF = Remembered(_split, most=2**16)


def normalize(word: str) -> str:
    """Return a lower-case word as rules write it: no ligatures, straight quotes, hyphens mended."""
    if word.isascii():
        return "or" if word == "and/or" else word
    word = unicodedata.normalize("NFKC", word).translate(_PLAIN)
    if "\xad" in word:
        head, _, tail = word.partition("\xad")
        word = head + ("-" if head in KEPT_HYPHEN else "") + tail.replace("\xad", "")
    return word


def word_spans(text: str, unit: Unit) -> list[tuple[int, int]]:
    """Return the offsets of a unit's words; not as many as it has where comment marks cut it."""
    if unit.kind == "heading":
        return []
    return [found.span() for found in _WORD.finditer(text, unit.start, unit.end)]


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


def _defined(said: str) -> re.Match[str] | None:
    """Return the definition that a sentence makes, if it names its term early."""
    for quote in _QUOTED.finditer(said, 0, _LATEST_NAME):
        if found := _DEFINED.match(said, quote.start()):
            return found
    return None


def _role(said: str, section: str | None) -> str:
    if said.isupper() and re.search(r"WARRANT|LIAB|DAMAGES", said):
        return "disclaimer"
    for role, opens in _openings():
        if opens.match(said):
            return role
    return _section_role(section)


@cache
def _openings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((role, opens) for role, (_, opens) in _roles().items() if opens)


@cache
def _section_role(section: str | None) -> str:
    if not section:
        return "text"
    return next(
        (role for role, (names, _) in _roles().items() if names and names.search(section)), "text"
    )
