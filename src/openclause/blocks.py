"""Paragraphs, headings and list items of a text, as a tree.

In: the text and its lines. Out: `Block` records: which lines run on as one paragraph, what kind
of block it is, and under which block it hangs (a heading over its section, a lead-in over its
items). How a block falls into sentences is for `segmentation` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from openclause.headings import is_heading, run_in, tidy
from openclause.lines import WIDEST, Line

# A text of fewer lines shows no width, and wider lines than these are not wrapped by hand.
_FEWEST_LINES, _WIDEST_WRAP, _FULL = 3, 130, 0.9
# A paragraph is not known to be wrapped at fewer characters.
_NARROWEST = 45
# A run of more lines than these has a width of its own.
_SHORT_RUN = 3
# A line of fewer characters does not run on over a gap, nor push a stray marker to the next.
_LONG, _LONGER, _UNWRAPPED = 40, 60, 80
# So much room, in characters or as a part, is left where a line ended early in mid-sentence.
_ROOM, _EARLY = 12, 0.75
_LEAST_LEAD_IN = 20
# Of headings and lists within each other so many are open, the innermost.
_MOST_OPEN = 100
# Bullets set so much further in, in columns, than bullets of the same sign hang under them.
_DEEPER = 2

_STOPS, _CLOSING = (".", ":", ";", "!", "?"), "\"'”’)]*_"
_JOINED = ("and", "or")
_LISTED = re.compile(r"[;,:.]\s*(?:and|or|and/or)$")


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
    groups = _group(text, lines)
    blocks: list[Block] = []
    tree = _Tree()
    for group in groups:
        blocks.append(_block(text, group, tree, blocks))
    return blocks


def _group(text: str, lines: Sequence[Line]) -> list[list[Line]]:
    widths = _run_widths(text, lines)
    groups: list[list[Line]] = []
    for line, width in zip(lines, widths, strict=True):
        if groups and not _breaks(text, groups[-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _wrap_width(ends: Sequence[int]) -> int:
    """Return the column at which lines are wrapped by hand, in characters; 0 when they are not."""
    if len(ends) < _FEWEST_LINES:
        return 0
    width = sorted(ends)[int(len(ends) * _FULL)]
    return width if width <= _WIDEST_WRAP else 0


def _run_widths(text: str, lines: Sequence[Line]) -> list[int]:
    """Return for each line the wrap width of its run of lines without a gap, 0 for none."""
    ends = [line.indent + line.end - line.start for line in lines]
    whole = _wrap_width(ends)
    gaps = [number for number, line in enumerate(lines) if line.gap or not number]
    widths: list[int] = []
    for start, end in pairwise([*gaps, len(lines)]):
        run, own = end - start, max(ends[start:end])
        if _is_filled(text, lines[start:end], ends[start:end], own):
            width = own
        else:
            width = min(whole, own) if run > _SHORT_RUN else whole
        widths += [width] * run
    return widths


def _is_filled(text: str, run: Sequence[Line], ends: Sequence[int], width: int) -> bool:
    """Tell a paragraph that is wrapped whatever its text is: the next words would seldom fit."""
    if len(run) < _FEWEST_LINES or not _NARROWEST <= width <= _WIDEST_WRAP:
        return False
    said = [text[line.start : line.end] for line in run[:-1]]
    words = [len(_first_word(text, line)) for line in run[1:]]
    left = [width - end - 1 - word for end, word in zip(ends[:-1], words, strict=True)]
    return (
        len({line.indent for line in run[1:]}) == 1
        and max(left) < _ROOM
        and sum(room < 0 for room in left) >= len(left) / 2
        and sum(map(_ends_sentence, said)) <= len(said) / 2
        and not any(map(_is_listed, said))
        and (any(text[line.start].islower() for line in run) or "".join(said).isupper())
    )


def _first_word(text: str, line: Line) -> str:
    return text[line.start : line.start + 40].split(None, 1)[0]


def _breaks(text: str, group: list[Line], line: Line, width: int) -> bool:
    before = group[-1]
    if len(group) == 1 and before.kind and before.body >= before.end and not line.kind:
        return False
    if line.gap:
        return not _runs_on(text, group, line)
    if line.kind and not _stray_marker(text, before, line):
        return True
    if before.kind == "heading":
        return True
    return _ends_early(text, group, line, width)


def _runs_on(text: str, group: list[Line], line: Line) -> bool:
    """Tell a sentence that a page break or a blank line cut in two."""
    before = text[group[-1].start : group[-1].end]
    return (
        not line.kind
        and text[line.start].islower()
        and not _ends_sentence(before)
        and before[-1:] not in ";,"
        and not _is_listed(before)
        and len(before) > _LONG
        and not is_heading(text, group)
    )


def _ends_sentence(said: str) -> bool:
    return said.rstrip(_CLOSING).endswith(_STOPS)


def _is_listed(said: str) -> bool:
    """Tell an item of a list behind which the last one stands, or other ones to choose from."""
    return said.endswith(_JOINED) and _LISTED.search(said) is not None


def _stray_marker(text: str, before: Line, line: Line) -> bool:
    """Tell a number or letter that wrapping brought to the start of a line from a marker."""
    said = text[before.start : before.end]
    if line.kind in ("heading", "bullet"):
        return (
            line.marker in "-–—>"
            and before.kind == ""
            and text[line.body].islower()
            and len(said) > _LONGER
            and not _ends_sentence(said)
            and not _is_listed(said)
        )
    if _ends_sentence(said) or said[-1:] in ",;" or re.search(r"\b(?:and|or)$", said):
        return False
    if line.kind == "section":
        return True
    rest = text[line.body : line.body + 1]
    return (
        len(said) > _LONG
        and (not rest or rest.islower() or line.kind in ("paren", "decimal"))
        and not line.marker.startswith("(")
    )


def _ends_early(text: str, group: list[Line], line: Line, width: int) -> bool:
    """Tell a line end that somebody meant from one where the line was merely full."""
    before = group[-1]
    said = text[before.start : before.end]
    opens = text[line.start]
    listed = _is_listed(said)
    ended = listed or _ends_sentence(said)
    reach = before.indent + len(said)
    fits = reach + 1 + len(_first_word(text, line)) <= width - (0 if ended else _ROOM)
    if opens.islower():
        return (listed or said[-1] in ":;") and (fits or not width)
    if width == 0:
        return ended or len(said) < _UNWRAPPED or opens in '"“('
    if ended:
        return fits or (said[-1] == ":" and line.indent > before.indent)
    if not fits or said[-1] in ",-":
        return False
    return reach < _EARLY * width or (said.isupper() and not text[line.start : line.end].isupper())


class _Tree:
    """The open headings and list levels above the block that is being placed."""

    def __init__(self) -> None:
        self.levels: list[tuple[str, int, int]] = []  # (style of marker, indent, index of block)
        self.lead: int = -1  # a block that ends like a lead-in and waits for its items

    def open(self, style: str, indent: int, index: int) -> None:
        """Let what follows hang under a block, if nothing deeper is opened."""
        del self.levels[: 1 - _MOST_OPEN]
        self.levels.append((style, indent, index))

    def parent(self) -> int:
        return self.levels[-1][2] if self.levels else -1


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
    elif known and (at := _sibling(tree, known, first)) is not None:
        del tree.levels[at:]
    else:
        _close_deeper(tree, first)
        _hang_on_paragraph(text, first, tree, blocks)
    parent = tree.parent()
    tree.open(style, first.indent, index)
    return parent


def _hang_on_paragraph(text: str, first: Line, tree: _Tree, blocks: list[Block]) -> None:
    """Let a list that starts after an unmarked lead-in hang on that paragraph."""
    lead = len(blocks) - 1
    if lead < 0 or blocks[lead].kind != "paragraph" or any(at == lead for *_, at in tree.levels):
        return
    said = text[blocks[lead].start : blocks[lead].end]
    if said[-1:] == ":" or (_is_first(first.marker) and said[-1:] not in '.!?"”'):
        tree.open("plain", _indent(text, blocks[lead]), lead)


def _sibling(tree: _Tree, known: list[int], first: Line) -> int | None:
    if first.kind == "bullet":
        return _bullet_level(tree, known, first)
    if _is_first(first.marker):
        same = [at for at in known if tree.levels[at][1] == first.indent]
        return same[-1] if same and not tree.levels[-1][1] < first.indent else None
    return known[-1]


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


def _holds_plain(level: tuple[str, int, int], first: Line, blocks: list[Block], text: str) -> bool:
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
