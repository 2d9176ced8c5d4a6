"""Which lines of a text run on as one paragraph, title or list item.

In: the text and its lines. Out: the lines in groups, in their order. What a group is and under
which other it hangs is for `blocks` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from openclause.headings import is_heading
from openclause.lines import Line

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

_STOPS, _CLOSING = (".", ":", ";", "!", "?"), "\"'”’)]*_"
_JOINED = ("and", "or")
# A line end stands before the hyphen of "non-Commercial".
_CUT = re.compile(r"\bnon$", re.IGNORECASE)
_LISTED = re.compile(r"[;,:.]\s*(?:and|or|and/or)$")


def grouped(text: str, lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines in groups that run on."""
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
    if text[line.start] == "-" and line.body == line.start + 1 and _CUT.search(said):
        return True
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
