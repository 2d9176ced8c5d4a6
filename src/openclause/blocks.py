"""Paragraphs, headings and list items of a text, as a tree.

In: the text and its lines. Out: `Block` records: which lines run on as one paragraph, what kind
of block it is, and under which block it hangs (a heading over its section, a lead-in over its
items). How a block falls into sentences is for `segmentation` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from openclause.lines import WIDEST, Line

# Up to so many words a title that ends in a full stop needs no number before it.
SHORTEST = 3

_NEGATIONS = ("no", "not", "never", "none", "all", "do")
_SENTENCE_END = re.compile(r"[.:;!?][\"'”’)\]*_]*$")
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "no",
        "nor",
        "not",
        "of",
        "on",
        "or",
        "over",
        "per",
        "than",
        "that",
        "the",
        "this",
        "to",
        "under",
        "upon",
        "with",
        "without",
        "your",
        "you",
        "our",
        "et",
        "al.",
        "de",
        "la",
        "-",
        "–",
        "—",
        "&",
        "/",
        "vs",
        "v",
    ]
)
_VERB = re.compile(
    r"\b(?:may|must|shall|will|can|cannot|should|is|are|was|were|has|have|hereby|agrees?|grants?|"
    r"does|do|provided|means|make|use)\b",
    re.I,
)
_RUN_IN = re.compile(
    r"(?P<title>[A-Z\"“*_(][^.:;\n]{1,70}?)(?P<stop>[.:][\"”*_]*|\s[-–—])\s+(?=[\"“(\[]?[A-Z(“\"]|[a-z]+:)"
)
_LISTED = re.compile(r"[;,:.]\s*(?:and|or|and/or)$")


class Block(msgspec.Struct, frozen=True):
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
    widths = _run_widths(lines)
    groups: list[list[Line]] = []
    for line, width in zip(lines, widths, strict=True):
        if groups and not _breaks(text, groups[-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _wrap_width(lines: Sequence[Line]) -> int:
    """Return the column at which lines are wrapped by hand, in characters; 0 when they are not."""
    ends = sorted(line.indent + line.end - line.start for line in lines)
    if len(ends) < 3:
        return 0
    width = ends[int(len(ends) * 0.9)]
    return width if width <= 130 else 0


def _run_widths(lines: Sequence[Line]) -> list[int]:
    """Return for each line the wrap width of its run of lines without a gap, 0 for none."""
    whole = _wrap_width(lines)
    widths: list[int] = []
    run: list[int] = []
    for line in [*lines, None]:
        if line is None or (line.gap and run):
            widths += [min(whole, max(run)) if len(run) > 3 else whole] * len(run)
            run = []
        if line is not None:
            run.append(line.indent + line.end - line.start)
    return widths


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
        and not _SENTENCE_END.search(before)
        and before[-1:] not in ";,"
        and not _LISTED.search(before)
        and len(before) > 40
        and not _is_heading(text, group)
    )


def _stray_marker(text: str, before: Line, line: Line) -> bool:
    """Tell a number or letter that wrapping brought to the start of a line from a marker."""
    said = text[before.start : before.end]
    if line.kind in ("heading", "bullet"):
        return (
            line.marker in "-–—>"
            and before.kind == ""
            and text[line.body].islower()
            and len(said) > 60
            and not _SENTENCE_END.search(said)
            and not _LISTED.search(said)
        )
    if _SENTENCE_END.search(said) or said[-1:] in ",;" or re.search(r"\b(?:and|or)$", said):
        return False
    if line.kind == "section":
        return True
    rest = text[line.body : line.body + 1]
    return (
        len(said) > 40
        and (not rest or rest.islower() or line.kind in ("paren", "decimal"))
        and not line.marker.startswith("(")
    )


def _ends_early(text: str, group: list[Line], line: Line, width: int) -> bool:
    """Tell a line end that somebody meant from one where the line was merely full."""
    before = group[-1]
    said = text[before.start : before.end]
    opens = text[line.start]
    ended = bool(_SENTENCE_END.search(said) or _LISTED.search(said))
    reach = before.indent + len(said)
    local = width or max(each.indent + each.end - each.start for each in group)
    word = text[line.start : line.start + 40].split(None, 1)[0]
    fits = reach + 1 + len(word) <= local - (0 if ended else 12)
    if opens.islower():
        return (said[-1] in ":;" or bool(_LISTED.search(said))) and (fits or not width)
    if width == 0:
        return ended or len(said) < 80 or opens in '"“('
    if ended:
        return fits or (said[-1] == ":" and line.indent > before.indent)
    shouted = said.isupper() and not text[line.start : line.end].isupper()
    return fits and (reach < 0.75 * local or shouted) and said[-1] not in ",-"


class _Tree:
    """The open headings and list levels above the block that is being placed."""

    def __init__(self) -> None:
        self.levels: list[tuple[str, int, int]] = []  # (style of marker, indent, index of block)
        self.lead: int = -1  # a block that ends like a lead-in and waits for its items

    def parent(self) -> int:
        return self.levels[-1][2] if self.levels else -1


def _block(text: str, group: list[Line], tree: _Tree, blocks: list[Block]) -> Block:
    first = group[0]
    heading = _is_heading(text, group)
    start, title = _run_in(text, group) if not heading else (first.body, "")
    end = group[-1].end
    if heading:
        title = text[first.body : end].strip("#*_ =\t:")
    kind = "heading" if heading else "item" if first.kind else "paragraph"
    parent = _place(text, first, kind, tree, blocks)
    depth = blocks[parent].depth + 1 if parent >= 0 else 0
    lines = tuple((max(line.start, start), line.end) for line in group if line.end > start)
    return Block(start, end, kind, first.marker, _tidy(title), parent, depth, lines)


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
        _close_deeper(tree, first, style)
        _hang_on_paragraph(text, first, tree, blocks)
    parent = tree.parent()
    tree.levels.append((style, first.indent, index))
    return parent


def _hang_on_paragraph(text: str, first: Line, tree: _Tree, blocks: list[Block]) -> None:
    """Let a list that starts after an unmarked lead-in hang on that paragraph."""
    lead = len(blocks) - 1
    if lead < 0 or blocks[lead].kind != "paragraph" or any(at == lead for *_, at in tree.levels):
        return
    said = text[blocks[lead].start : blocks[lead].end]
    if said[-1:] == ":" or (_is_first(first.marker) and said[-1:] not in '.!?"”'):
        tree.levels.append(("plain", _indent(text, blocks[lead]), lead))


def _sibling(tree: _Tree, known: list[int], first: Line) -> int | None:
    if _is_first(first.marker):
        same = [at for at in known if tree.levels[at][1] == first.indent]
        return same[-1] if same and not tree.levels[-1][1] < first.indent else None
    return known[-1]


def _is_first(marker: str) -> bool:
    return marker.strip("().").lower() in ("a", "i", "1")


def _close_deeper(tree: _Tree, first: Line, style: str) -> None:
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
        tree.levels.append(("plain", first.indent, lead))
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
    return said[-1:] == ":" or (said[-1:] in "-–—" and len(said) > 20)


def _style(line: Line) -> str:
    """Return the style of a marker: `(a)`, `a.` and `A)` are different styles, `(b)` is `(a)`'s."""
    mark = line.marker
    if line.kind == "heading":
        return "heading" if len(mark) < 2 else "heading" * len(mark)
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


def _is_heading(text: str, group: list[Line]) -> bool:
    first = group[0]
    said = text[first.body : group[-1].end].strip("*_= ")
    if first.kind == "heading":
        return True
    if not said or len(group) > 2 or len(said) > 90 or first.kind == "bullet":
        return False
    bare = said.rstrip(":")
    words = bare.split()
    short = len(bare) < 50 and (
        first.kind or (0 < len(words) <= SHORTEST and words[0].lower() not in _NEGATIONS)
    )
    if said[-1] in ";,." and not (said[-1] == "." and short):
        return False
    if said[-1] == ":" and len(bare.split()) > 6:
        return False
    return _is_titled(bare.rstrip("."))


def _is_titled(said: str) -> bool:
    words = [word.strip("\"“”'’(),/*_") for word in said.split()]
    words = [word for word in words if word]
    if not words or len(words) > 12:
        return False
    if said.isupper():
        return len(words) > 1 or len(said) > 3
    if not words[0][0].isupper() or "@" in said:
        return False
    if _VERB.search(said) and not all(w[0].isupper() or w.lower() in _SMALL for w in words):
        return False
    capital = sum(
        word[0].isupper() or not word[0].isalpha() or word.lower() in _SMALL for word in words
    )
    return capital == len(words) or (capital / len(words) >= 0.6 and not _VERB.search(said))


def _run_in(text: str, group: list[Line]) -> tuple[int, str]:
    """Return where the text after a run-in heading begins, and the heading."""
    first = group[0]
    begin = first.body
    found = _RUN_IN.match(text, begin, min(group[-1].end, begin + 120))
    if not found:
        return begin, ""
    title = found["title"]
    words = title.split()
    marked = first.kind not in ("", "bullet") or found["stop"][0] in ":-–—" or title[0] in "*_"
    marked = marked or len(words) <= SHORTEST
    named = marked and len(words) <= 8 and _is_titled(title.strip("*_ "))
    if found["stop"][0] == ":" and len(words) > 5:
        named = False
    return (found.end(), title) if named else (begin, "")


def _tidy(title: str) -> str:
    return " ".join(title.strip("*_ .:-–—").split())
