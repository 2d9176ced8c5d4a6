"""Which passages of a README or a source file are about its license.

In: the bytes of the file, or of its beginning. Out: ranges `[start, end)` of bytes, in order and
apart. `blanked` keeps only those, at the places and on the lines where they stand in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from openclause.finding.declarations import in_capitals
from openclause.taxonomy import read_toml

Ranges = tuple[tuple[int, int], ...]

_TAG_WORDS = b"spdx-license-identifier:"
_TAG = re.compile(rb"SPDX-License-Identifier:[ \t]*([^\r\n]{1,400})", re.IGNORECASE)
_TAG_END = re.compile(r"\s*(?:\*+/|-->|#\}|\*\)|[\"'`,;|\\<]|\s{2,}|\*+\s*$)")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]*(.*?)[ \t#]*$")
_HTML_HEADING = re.compile(r"\s*<h([1-6])[^>]*>(.*?)(?:</h\1>.*)?$", re.IGNORECASE)
_UNDERLINE = re.compile(r"(=|-|~|\^|\"|\*|#|\+|`){3,}\s*$")
_MARKUP = re.compile(r"<[^>]*>|\[([^\]]*)\]\([^)]*\)|[*_`:]")
_BLANKED_TEXT, _BLANKED = re.compile(r"[^\r\n]"), re.compile(rb"[^\r\n]")
_COMMENT = re.compile(
    rb"[ \t]*(//+!?|#+|--+|;+|%+|\"+|'+|\*+|/\*+!?|<!--|\(\*|\{-|\.\.|dnl|rem|@c)", re.I
)
# Lines of a header at most, counted from a tag, in each direction.
_HEADER_LINES = 60


def license_passages(data: bytes) -> Ranges:
    """Return the license sections of a README, and paragraphs elsewhere that name a license."""
    if data.startswith(_WIDE):
        return ((0, len(data)),)
    lines = data.decode("utf-8", "surrogateescape").splitlines(keepends=True)
    starts = _starts(lines)
    wanted = _in_sections(lines)
    wanted |= _in_paragraphs(lines, wanted)
    return _joined((starts[at], starts[at + 1]) for at in sorted(wanted))


def tagged_passages(head: bytes) -> tuple[Ranges, tuple[str, ...]]:
    """Return the comments that hold SPDX tags, and the expressions in the tags."""
    if _TAG_WORDS not in head.lower():  # true of most files; the pattern takes far longer
        return (), ()
    found = [tag for tag in _TAG.finditer(head) if _said(tag[1])]
    ranges = _joined(sorted(_comment_around(head, tag.start()) for tag in found))
    return ranges, tuple(dict.fromkeys(_said(tag[1]) for tag in found))


def headings(data: bytes) -> tuple[str, ...]:
    """Return the headings of a README, without their markup."""
    lines = data.decode("utf-8", "replace").splitlines()
    found = (_heading(lines, at) for at in range(len(lines)))
    return tuple(_plain(heading[1]) for heading in found if heading)


def blanked(data: bytes, kept: Ranges) -> bytes:
    """Return the data up to the last range, spaces in the place of every character outside them."""
    parts, after = [], 0
    for start, end in kept:
        parts += [_spaces(data[after:start]), data[start:end]]
        after = end
    return b"".join(parts)


def _spaces(data: bytes) -> bytes:
    try:
        return _BLANKED_TEXT.sub(" ", data.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        return _BLANKED.sub(b" ", data)


def _said(tag: bytes) -> str:
    words = tag.decode("utf-8", "replace")
    end = _TAG_END.search(words)
    words = (words[: end.start()] if end else words).strip()
    return in_capitals(words) if re.match(r"[\w(]", words) else ""


def _starts(lines: Sequence[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode("utf-8", "surrogateescape")))
    return starts


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], int]:
    data = read_toml("finding.toml")["section"]
    wanted = re.compile("|".join(data["headings"]), re.IGNORECASE)
    return wanted, re.compile("|".join(data["sentences"]), re.IGNORECASE), data["words"]


def _in_sections(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines in sections whose heading speaks of licenses."""
    wanted: set[int] = set()
    level, fenced = 0, False
    for at, line in enumerate(lines):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        found = None if fenced else _heading(lines, at)
        if found and (not level or found[0] <= level):
            level = found[0] if _is_license_heading(found[1]) else 0
        if level:
            wanted.add(at)
    return wanted


def _heading(lines: Sequence[str], at: int) -> tuple[int, str] | None:
    """Return the level and the words of a heading that begins on a line."""
    line = lines[at].rstrip()
    if found := _HEADING.fullmatch(line):
        return len(found[1]), found[2]
    if found := _HTML_HEADING.fullmatch(line):
        return int(found[1]), found[2]
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if line and not line.startswith((" ", "\t")) and (under := _UNDERLINE.match(below)):
        return (1 if under[1] == "=" else 2), line
    bare = line.rstrip(":")
    if bare and bare == bare.upper() and bare.casefold() in ("license", "licence", "licensing"):
        return 2, bare
    return None


def _is_license_heading(words: str) -> bool:
    wanted, _, most = _words()
    plain = _plain(words)
    return len(plain.split()) <= most and bool(wanted.search(plain))


def _plain(words: str) -> str:
    return _MARKUP.sub(lambda found: found[1] or "", words)


def _in_paragraphs(lines: Sequence[str], sections: set[int]) -> set[int]:
    """Return the lines of paragraphs, outside the sections, that say what the license is."""
    sentences = _words()[1]
    wanted: set[int] = set()
    for paragraph in _paragraphs(lines):
        if sections.isdisjoint(paragraph):
            text = " ".join(lines[at].strip() for at in paragraph)
            if sentences.search(text):
                wanted.update(paragraph)
    return wanted


def _paragraphs(lines: Sequence[str]) -> Iterator[range]:
    start = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or not lines[at].strip():
            if at > start:
                yield range(start, at)
            start = at + 1


def _comment_around(head: bytes, at: int) -> tuple[int, int]:
    """Return the range of the lines around a place that are a comment as its own line is."""
    start, end = head.rfind(b"\n", 0, at) + 1, _line_end(head, at)
    if not _COMMENT.match(head, start):
        return start, end
    for _ in range(_HEADER_LINES):
        above = head.rfind(b"\n", 0, start - 1) + 1 if start else 0
        if start == 0 or not _COMMENT.match(head, above):
            break
        start = above
    for _ in range(_HEADER_LINES):
        if end >= len(head) or not _COMMENT.match(head, end):
            break
        end = _line_end(head, end)
    return start, end


def _line_end(head: bytes, at: int) -> int:
    return head.find(b"\n", at) + 1 or len(head)


def _joined(ranges: Iterator[tuple[int, int]] | Sequence[tuple[int, int]]) -> Ranges:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
