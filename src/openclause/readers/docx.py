"""DOCX: the paragraphs and tables of a Word document, in order.

In: bytes. Out: one line a paragraph, a blank line between, list markers as Word shows them. Needs
the extra `docx` (python-docx). Text boxes, headers and footnotes are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from openclause.errors import DocumentError
from openclause.messages import message
from openclause.readers import Content, one_line
from openclause.readers.word_lists import WordLists

MAX_UNPACKED = 50_000_000  # bytes; a long contract unpacks to one or two million
INDENT = "    "

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WRAPPERS = frozenset(
    _W + name
    for name in (
        "sdt",
        "sdtContent",
        "ins",
        "moveTo",
        "hyperlink",
        "smartTag",
        "customXml",
        "fldSimple",
    )
)
_TEXT = {
    "tab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}
_NOTE = rb"<w:(?:foot|end)note (?![^>]*w:type=)"


def read(data: bytes) -> Content:
    """Read the text of a Word document.

    Raises
    ------
    DocumentError
        When the extra is absent, the file broken or too large once unpacked, or without text.
    """
    try:
        import docx
    except ImportError as error:
        raise DocumentError("is a DOCX; to read it, pip install 'openclause[docx]'") from error
    try:
        _check_size(data)
        document = docx.Document(BytesIO(data))
        text = _render(document.element.body, WordLists(document.part))
        notes = _notes(document.part)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # python-docx lets through what zipfile, lxml and its parts raise
        cause = one_line(error)
        raise DocumentError(f"is a broken DOCX ({cause}); save it again from Word") from error
    if not text.strip():
        raise DocumentError("is a DOCX without text; save it as PDF or text")
    return Content(text, "binary", warnings=notes)


def _check_size(data: bytes) -> None:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except BadZipFile as error:
        raise DocumentError("is a broken DOCX (no ZIP archive); save it again from Word") from error
    if size > MAX_UNPACKED:
        limit = MAX_UNPACKED // 1_000_000
        raise DocumentError(f"is a DOCX of more than {limit} MB unpacked; save it as text")


def _notes(part: Any) -> tuple[str, ...]:
    names = ("footnotes", "endnotes")
    parts = (rel.target_part for rel in part.rels.values() if rel.reltype.endswith(names))
    count = sum(len(re.findall(_NOTE, each.blob)) for each in parts)
    return (message("warning.footnotes", n=count),) if count else ()


def _render(body: Any, lists: WordLists) -> str:
    blocks: list[str] = []
    for block, is_item in _blocks(body, lists):
        gap = "\n" if is_item else "\n\n"
        blocks.append((gap if blocks else "") + block)
    return "".join(blocks) + "\n"


def _blocks(element: Any, lists: WordLists) -> Iterator[tuple[str, bool]]:
    """Yield the blocks with text, and whether each is an item that follows another."""
    after_item = False
    for child in _children(element):
        if child.tag == _W + "tbl":
            yield _table(child, lists), False
            after_item = False
        elif child.tag == _W + "p" and (said := _said(child)).strip():
            marker, level = lists.marker(child)
            yield (
                (INDENT * level + marker + " " if marker else "") + said.strip(),
                after_item and bool(marker),
            )
            after_item = bool(marker)


def _table(table: Any, lists: WordLists) -> str:
    rows = (row for row in _children(table) if row.tag == _W + "tr")
    return "\n".join("\t".join(_cells(row, lists)) for row in rows)


def _cells(row: Any, lists: WordLists) -> Iterator[str]:
    for cell in _children(row):
        if cell.tag == _W + "tc":
            yield "\n".join(block for block, _ in _blocks(cell, lists))


def _children(element: Any) -> Iterator[Any]:
    """Yield the children, those in content controls, insertions and links included."""
    for child in element.iterchildren(tag="{*}*"):
        if child.tag in _WRAPPERS:
            yield from _children(child)
        else:
            yield child


def _said(paragraph: Any) -> str:
    runs = (run for run in _children(paragraph) if run.tag == _W + "r")
    return "".join(_piece(node) for run in runs for node in run.iterchildren(tag="{*}*"))


def _piece(node: Any) -> str:
    name = node.tag.removeprefix(_W)
    return (node.text or "") if name == "t" else _TEXT.get(name, "")
