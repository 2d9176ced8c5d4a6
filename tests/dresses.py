"""The same license in many dresses: widths, numbers, quotes, Markdown, HTML, comments."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

FOLDER = Path(__file__).parent / "metamorphic"
_ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]
WIDTH = 78

Block = tuple[str, int, str]  # title, heading, paragraph or item; how deep; its words
Marker = Callable[[int, int], str]  # of the number and depth of an item


def licenses() -> list[Path]:
    """Return the files of the licenses that were written for these tests."""
    return sorted(FOLDER.glob("*.txt"))


def blocks(path: Path) -> list[Block]:
    """Read a license: a title, headings, a paragraph a line, and items behind dashes."""
    return [_block(line) for line in path.read_text("utf-8").splitlines()]


def _block(line: str) -> Block:
    mark, _, rest = line.partition(" ")
    if set(mark) == {"#"}:
        return ("title" if mark == "#" else "heading", 0, rest)
    if set(mark) == {"-"}:
        return ("item", len(mark), rest)
    return ("paragraph", 0, line)


def by_letters(number: int, depth: int) -> str:
    """Number items (a), (b); below them (i), (ii)."""
    return f"({'abcdefghij'[number]})" if depth == 1 else f"({_ROMAN[number]})"


def by_numbers(number: int, depth: int) -> str:
    """Number items 1., 2.; below them a., b."""
    return f"{number + 1}." if depth == 1 else f"{'abcdefghij'[number]}."


def by_romans(number: int, depth: int) -> str:
    """Number items i), ii); below them 1), 2)."""
    return f"{_ROMAN[number]})" if depth == 1 else f"{number + 1})"


def by_bullets(number: int, depth: int) -> str:
    """Mark items with bullets."""
    return "•" if depth == 1 else "◦"


def by_dashes(number: int, depth: int) -> str:
    """Mark items with dashes."""
    return "-" if depth == 1 else "*"


def numbered(said: Sequence[Block], marker: Marker) -> Iterator[tuple[str, Block]]:
    """Yield each block with its marker, if it is an item."""
    counts: dict[int, int] = {}
    for block in said:
        kind, depth, _ = block
        counts = {level: n for level, n in counts.items() if kind == "item" and level <= depth}
        number = counts.get(depth, -1) + 1
        counts[depth] = number
        yield (marker(number, depth) if kind == "item" else ""), block


def plain(said: Sequence[Block], width: int = WIDTH, marker: Marker = by_letters) -> str:
    """Return a license as a text file."""
    paragraphs = []
    for mark, (kind, depth, words) in numbered(said, marker):
        if kind == "title":
            paragraphs.append(words.upper())
        else:
            first = "  " * depth + mark + " " * bool(mark)
            paragraphs.append(wrap(words, width, first, " " * len(first)))
    return "\n\n".join(paragraphs) + "\n"


def wrap(words: str, width: int, first: str = "", rest: str = "") -> str:
    """Break a paragraph into lines, words left whole."""
    return textwrap.fill(
        words,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def markdown(said: Sequence[Block], *, bold: bool = False) -> str:
    """Return a license as Markdown, its headings with signs or in bold."""
    lines = []
    for kind, depth, words in said:
        if kind in ("title", "heading"):
            sign = "# " if kind == "title" else "## "
            lines.append(f"**{words}**" if bold else sign + words)
        else:
            lines.append("    " * (depth - 1) + "- " * bool(depth) + words)
    return "\n\n".join(lines) + "\n"


def page(said: Sequence[Block], *, ordered: bool = False) -> str:
    """Return a license as a web page."""
    body = []
    for is_list, group in groupby(said, key=lambda block: block[0] == "item"):
        members = list(group)
        body.append(_list(members, ordered) if is_list else "\n".join(map(_element, members)))
    return "<!DOCTYPE html>\n<html><body>\n" + "\n".join(body) + "\n</body></html>\n"


def _element(block: Block) -> str:
    kind, _, words = block
    tag = {"title": "h1", "heading": "h2"}.get(kind, "p")
    return f"<{tag}>{html.escape(words)}</{tag}>"


def _list(items: Sequence[Block], ordered: bool) -> str:
    opening, closing = ('<ol type="a">', "</ol>") if ordered else ("<ul>", "</ul>")
    parts, level = [], 0
    for _, depth, words in items:
        if depth > level:
            parts.append(opening)
        elif depth < level:
            parts.append("</li>" + (closing + "</li>") * (level - depth))
        else:
            parts.append("</li>")
        level = depth
        parts.append("<li>" + html.escape(words))
    return "\n".join([*parts, ("</li>" + closing) * level])


def commented(text: str, sign: str) -> str:
    """Return a text as a comment of a program: with `//` or `#`, or in stars."""
    if sign == "*":
        return "/*\n" + "".join(f" * {line}".rstrip() + "\n" for line in text.split("\n")) + " */\n"
    return "".join(f"{sign} {line}".rstrip() + "\n" for line in text.split("\n"))


def typographic(text: str) -> str:
    """Return a text with curved quotes and apostrophes."""
    parts = text.split('"')
    curved = parts[0] + "".join(("“" if i % 2 else "”") + p for i, p in enumerate(parts[1:], 1))
    return curved.replace("'", "’")
