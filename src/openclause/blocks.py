"""Paragraphs, headings and list items of a text, as a tree.

In: the text and its lines. Out: `Block` records: what kind of block lines that run on are, and
under which block each hangs (a heading over its section, a lead-in over its items). Which lines run
on is for `grouping` to say, how a block falls into sentences for `segmentation`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

import msgspec

from openclause.grouping import grouped
from openclause.headings import is_heading, run_in, tidy
from openclause.lines import WIDEST, Line
from openclause.markers import counts_on, outer_numbers

_LEAST_LEAD_IN = 20
# Of headings and lists within each other so many are open, the innermost.
_MOST_OPEN = 100
# Bullets set so much further in, in columns, than bullets of the same sign hang under them.
_DEEPER = 2
# A roman number or the letter behind h: the next one tells, if it is no more blocks away.
_TWO_COUNTS, _MOST_BETWEEN = ("i", "I"), 40
# Levels whose blocks are no items of a list that counts.
_UNCOUNTED = ("plain", "title")


class Block(msgspec.Struct, frozen=True, gc=False):
    """A paragraph, heading or list item.

    `start` and `end` are the offsets of what it says without marker and run-in heading; `title` is
    the run-in heading or the heading itself; `parent` the index of the block it hangs under, or
    -1; `lines` the offsets of its lines.
    """

    start: int
    end: int
    kind: str
    marker: str
    title: str
    parent: int
    depth: int
    lines: tuple[tuple[int, int], ...]


def read_blocks(text: str, lines: Sequence[Line]) -> list[Block]:
    """Join `lines` to blocks and hang each block where it belongs."""
    groups = grouped(text, lines)
    blocks: list[Block] = []
    tree = _Tree([group[0].marker for group in groups])
    for group in groups:
        blocks.append(_block(text, group, tree, blocks))
    return blocks


# Style of marker, indent, index of block.
Level = tuple[str, int, int]
Levels = list[Level]


class _Tree:
    """The open headings and list levels above the block that is being placed."""

    def __init__(self, markers: Sequence[str]) -> None:
        self.markers = markers
        self.levels: Levels = []
        self.left: dict[str, tuple[Level, Levels]] = {}  # style: its last level, and those above

    def open(self, style: str, indent: int, index: int) -> None:
        """Let what follows hang under a block, if nothing deeper is opened."""
        del self.levels[: 1 - _MOST_OPEN]
        self.left.pop(style, None)
        self.left[style] = (style, indent, index), [*self.levels]
        if len(self.left) > _MOST_OPEN:
            del self.left[next(iter(self.left))]
        self.levels.append((style, indent, index))

    def parent(self) -> int:
        return self.levels[-1][2] if self.levels else -1

    def counted_on(self, index: int, indent: int) -> tuple[str, Levels] | None:
        """Return the style of the list that a block's marker counts on, and what that hangs under.

        Open lists come first, those that a paragraph without a marker closed behind them; of either
        one that is set in as far, then the innermost.
        """
        marker = self.markers[index]
        if marker.strip("().") in _TWO_COUNTS and self._opens_roman(index):
            return None
        for levels in self._lists():
            before = [each for each in levels if counts_on(self.markers[each[2]], marker)]
            for level in sorted(before, key=lambda each: each[1] != indent):
                return level[0], self._over(level)
        return None

    def of_section(self, marker: str) -> Levels | None:
        """Return the levels down to the block that has a marker's outer numbers: 3.1 for 3.1.2."""
        outer = outer_numbers(marker)
        for level in chain(*self._lists()) if outer else ():
            if self.markers[level[2]].strip("().") == outer:
                return [*self._over(level), level]
        return None

    def _lists(self) -> tuple[Levels, Levels]:
        """Return the levels of open lists and those of closed ones, innermost and latest first."""
        closed = [level for level, _ in reversed(self.left.values())]
        return _countable(self.levels[::-1]), _countable(closed)

    def _over(self, level: Level) -> Levels:
        """Return what a list hangs under."""
        if level in self.levels:
            return self.levels[: self.levels.index(level)]
        return [*self.left[level[0]][1]]

    def _opens_roman(self, index: int) -> bool:
        """Tell the first of roman numbers from the letter behind h by what is next: ii, j or a."""
        marker = self.markers[index]
        said = [marker.replace("i", each).replace("I", each.upper()) for each in ("ii", "j", "a")]
        near = self.markers[index + 1 : index + 1 + _MOST_BETWEEN]
        return next((each == said[0] for each in near if each in said), False)

    def is_of_one_section(self, at: int, marker: str) -> bool:
        """Tell whether the list of a level has a marker's outer numbers: 3.1.2 and 3.1.5 do."""
        return outer_numbers(self.markers[self.levels[at][2]]) == outer_numbers(marker)

    def above(self, at: int) -> int:
        """Return the outermost of a level and what leads it in."""
        while at and self.levels[at - 1][0] == "plain":
            at -= 1
        return at


def _countable(levels: Levels) -> Levels:
    return [each for each in levels if each[0] not in _UNCOUNTED]


def _heading(text: str, group: list[Line]) -> str:
    """Return a heading as one line, without the signs of a comment that it stands in."""
    said = [text[line.body if line is group[0] else line.start : line.end] for line in group]
    return " ".join(said).strip("#*_ =\t:")


def _block(text: str, group: list[Line], tree: _Tree, blocks: list[Block]) -> Block:
    first = group[0]
    heading = is_heading(text, group)
    start, title = run_in(text, group) if not heading else (first.body, "")
    end = group[-1].end
    if heading:
        title = _heading(text, group)
    kind = "heading" if heading else "item" if first.kind else "paragraph"
    parent = _place(text, first, kind, tree, blocks)
    depth = blocks[parent].depth + 1 if parent >= 0 else 0
    lines = tuple([(max(line.start, start), line.end) for line in group if line.end > start])
    title = tidy(title) if title else ""
    return Block(start, end, kind, first.marker, title, parent, depth, lines)


def _place(text: str, first: Line, kind: str, tree: _Tree, blocks: list[Block]) -> int:
    index = len(blocks)
    style = _style(first) if first.kind else ("title" if kind == "heading" else "plain")
    if style == "plain":
        return _place_plain(text, first, tree, blocks, index)
    known = [at for at, level in enumerate(tree.levels) if level[0] == style]
    if style in ("title", "heading"):
        del tree.levels[known[0] if known and style == "heading" else 0 :]
        tree.left.clear()
    elif _is_led_in(text, first, blocks):
        _hang_on(text, index - 1, tree, blocks)
    elif (counted := tree.counted_on(index, first.indent)) is not None:
        style, tree.levels = counted
    elif (outer := tree.of_section(first.marker)) is not None:
        tree.levels = outer
    elif known and (at := _sibling(tree, known, first)) is not None:
        del tree.levels[at:]
    else:
        _close_deeper(tree, first)
        _hang_on_paragraph(text, first, tree, blocks)
    parent = tree.parent()
    tree.open(style, first.indent, index)
    return parent


def _is_led_in(text: str, first: Line, blocks: list[Block]) -> bool:
    """Tell the first item of a list behind a colon: it hangs there, whatever lists are open."""
    if not blocks or blocks[-1].kind == "heading" or text[blocks[-1].end - 1] != ":":
        return False
    if first.kind == "bullet":
        return blocks[-1].kind == "paragraph" or any(map(str.isalnum, blocks[-1].marker))
    return _is_first(first.marker.strip("().").rpartition(".")[2])


def _hang_on(text: str, lead: int, tree: _Tree, blocks: list[Block]) -> None:
    if tree.parent() != lead:
        tree.open("plain", _indent(text, blocks[lead]), lead)


def _hang_on_paragraph(text: str, first: Line, tree: _Tree, blocks: list[Block]) -> None:
    """Let a list that starts after an unmarked lead-in hang on that paragraph."""
    lead = len(blocks) - 1
    if lead < 0 or blocks[lead].kind != "paragraph" or any(at == lead for *_, at in tree.levels):
        return
    said = text[blocks[lead].start : blocks[lead].end]
    if said[-1:] == ":" or (_is_first(first.marker) and said[-1:] not in '.!?"”'):
        _hang_on(text, lead, tree, blocks)


def _sibling(tree: _Tree, known: list[int], first: Line) -> int | None:
    if first.kind == "bullet":
        return _bullet_level(tree, known, first)
    if _is_first(first.marker):
        same = [at for at in known if tree.levels[at][1] == first.indent]
        return same[-1] if same and not tree.levels[-1][1] < first.indent else None
    return known[-1] if tree.is_of_one_section(known[-1], first.marker) else tree.above(known[0])


def _bullet_level(tree: _Tree, known: list[int], first: Line) -> int | None:
    """Return the level of like bullets that are set as far in, or none where these are deeper."""
    outer = [at for at in known if tree.levels[at][1] <= first.indent + 1]
    if not outer:
        return known[0]
    return outer[-1] if first.indent - tree.levels[outer[-1]][1] < _DEEPER else None


def _is_first(marker: str) -> bool:
    return marker.strip("().").lower() in ("a", "i", "1")


def _close_deeper(tree: _Tree, first: Line) -> None:
    """Leave levels that are set further in, when the new marker is set further out."""
    while tree.levels and tree.levels[-1][0] not in ("title", "heading"):
        if tree.levels[-1][1] <= first.indent:
            return
        tree.levels.pop()


def _place_plain(text: str, first: Line, tree: _Tree, blocks: list[Block], index: int) -> int:
    while tree.levels and not _holds_plain(tree.levels[-1], first, blocks, text):
        tree.levels.pop()
    parent = tree.parent()
    lead = index - 1
    if lead >= 0 and blocks[lead].kind != "heading" and _leads_in(text, blocks[lead]):
        tree.open("plain", first.indent, lead)
        return lead
    return parent


def _holds_plain(level: Level, first: Line, blocks: list[Block], text: str) -> bool:
    style, indent, index = level
    if style in ("title", "heading"):
        return True
    above = blocks[index]
    if style == "plain":
        last = text[blocks[-1].end - 1]
        return first.indent > indent - 1 and (
            last in ";,"
            or text[first.start].islower()
            or blocks[-1].parent != index
            or first.indent > _indent(text, above)
            or bool(re.search(r"[;,]\s*(?:and|or)$", text[blocks[-1].start : blocks[-1].end]))
        )
    if above.kind == "heading":
        return True
    return first.indent > indent


def _indent(text: str, block: Block) -> int:
    start = block.lines[0][0] if block.lines else block.start
    low = max(0, start - WIDEST)
    first = max(text.rfind("\n", low, start), text.rfind("\r", low, start)) + 1
    return start - max(first, low)


def _leads_in(text: str, block: Block) -> bool:
    said = text[block.start : block.end]
    return said[-1:] == ":" or (said[-1:] in "-–—" and len(said) > _LEAST_LEAD_IN)


def _style(line: Line) -> str:
    """Return the style of a marker: `(a)`, `a.` and `A)` are different styles, `(b)` is `(a)`'s."""
    mark = line.marker
    if line.kind == "heading":
        return "heading" if len(mark) == 1 else "heading" * len(mark)
    if line.kind == "bullet":
        return mark
    shape = re.sub(r"\d+", "1", mark)
    if line.kind in ("roman", "alpha"):
        letter = mark.strip("().")
        case = "A" if letter.isupper() else "a"
        roman = line.kind == "roman" and (len(letter) > 1 or letter.lower() == "i")
        shape = mark.replace(letter, ("I" if case == "A" else "i") if roman else case)
    if line.kind == "section":
        shape = mark.split()[0].lower()
    return shape
