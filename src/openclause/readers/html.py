"""HTML: the text a reader of the page sees.

In: the page as text. Out: its main part, one line a block, list markers as shown, table cells
apart by tabs. Needs the extra `html` (lxml). Styles in sheets are not known, only those in tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from openclause.errors import DocumentError
from openclause.readers import Content
from openclause.readers.layout import PARAGRAPH, Layout
from openclause.readers.numbering import STYLES, numeral

MIN_MAIN = 200  # characters; a main part with fewer is an empty shell

_UNSEEN = "script style noscript template svg nav head iframe object button select textarea dialog"
_SKIPPED = frozenset(_UNSEEN.split())
_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure footer form header html li main ol section summary table tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_SPACED_TAGS = "p pre h1 h2 h3 h4 h5 h6 hr table ol ul dl blockquote"
_SPACED = frozenset(_SPACED_TAGS.split())
_ROOTS = frozenset(("html", "body"))  # often hidden until their scripts have run
_LISTS = frozenset(("ol", "ul", "menu", "dir"))
_PARTS = frozenset(("main", "article"))
_CELLS = frozenset(("td", "th"))
_TYPES = dict(zip("1aAiI", STYLES, strict=True))
_HIDDEN = r"(?i:display\s*:\s*none|visibility\s*:\s*hidden)"
_LIST_STYLE = r"(?i:list-style(?:-type)?\s*:\s*([a-z-]+))"
_INTEGER = r"-?[0-9]{1,6}"
LONGEST_TITLE = 200


def read(text: str, *, encoding: str) -> Content:
    """Render the visible text of a page.

    Raises
    ------
    DocumentError
        When the extra is absent, or the page shows no text.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise DocumentError("is HTML; to read it, pip install 'openclause[html]'") from error
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True)
    try:
        etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise DocumentError("is broken HTML; save the page again, or as text") from error
    shown = page.main()
    if not shown.strip():
        raise DocumentError("is HTML that shows no text; save the page from a browser as text")
    return Content(shown + "\n", encoding, title=_cut(" ".join(page.title.split())) or None)


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


class _List(msgspec.Struct):
    """An open list: how its items are marked, and the number of the next."""

    style: str
    number: int

    def marker(self, value: str | None) -> str:
        """Return the marker of the next item and count on."""
        if self.style not in STYLES:
            return "- " if self.style else ""
        number = _integer(value, self.number)
        self.number = number + 1
        return numeral(number, self.style) + ". "


class _Page:
    """Receives a page tag by tag, as lxml calls it, and lays out what it shows."""

    def __init__(self) -> None:
        self.title = ""
        self._layout = Layout()
        self._lists: list[_List] = []
        self._depth = 0
        self._hidden = 0  # depth of the tag that hides what it holds
        self._in = {"pre": 0, "title": 0}
        self._titled = False  # the first title is the page's, later ones are of drawings
        self._begun: list[tuple[str, int, int]] = []  # kind, depth and place of open parts
        self._parts: list[tuple[str, int, int]] = []  # kind and places of closed parts

    def main(self) -> str:
        """Return the main part, else the only article, else all."""
        for kind in ("main", "article"):
            places = [(start, end) for each, start, end in self._parts if each == kind]
            texts = [self._layout.text(*place) for place in _outermost(places)]
            best = max(reversed(texts), key=len, default="")
            if len(best) >= MIN_MAIN and (kind == "main" or len(places) == 1):
                return best
        return self._layout.text()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open a tag."""
        self._depth += 1
        if tag in self._in:
            self._in[tag] += 1
        if self._hidden:
            return
        if tag in _SKIPPED or (tag not in _ROOTS and _hides(attributes)):
            self._hidden = self._depth
            return
        if kind := _part(tag, attributes):
            self._begun.append((kind, self._depth, len(self._layout)))
        self._begin(tag, attributes)

    def end(self, tag: str) -> None:
        """Close a tag."""
        if self._in.get(tag):
            self._in[tag] -= 1
            self._titled = self._titled or tag == "title"
        if not self._hidden:
            self._finish(tag)
        elif self._hidden == self._depth:
            self._hidden = 0
        if self._begun and self._begun[-1][1] == self._depth:
            kind, _, place = self._begun.pop()
            self._parts.append((kind, place, len(self._layout)))
        self._depth -= 1

    def data(self, data: str) -> None:
        """Take the text between tags."""
        if self._in["title"] and not self._titled:
            self.title += data
        elif self._hidden:
            return
        elif self._in["pre"]:
            self._layout.verbatim(data)
        else:
            self._layout.words(data)

    def close(self) -> _Page:
        """End the page."""
        return self

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        layout = self._layout
        if tag == "br":
            layout.line_end()
        elif tag == "li":
            value = attributes.get("value")
            layout.item(self._lists[-1].marker(value) if self._lists else "- ")
        elif tag == "tr":
            layout.row()
        elif tag in _CELLS:
            layout.cell()
        else:
            layout.gap(_gap(tag, nested=bool(self._lists)))
        if tag in _LISTS:
            start = _integer(attributes.get("start"), 1)
            self._lists.append(_List(_list_style(tag, attributes), start))
            layout.depth = len(self._lists)

    def _finish(self, tag: str) -> None:
        if tag in _LISTS and self._lists:
            self._lists.pop()
            self._layout.depth = len(self._lists)
        if tag == "li" or tag in _CELLS:
            self._layout.close()
        if tag not in _CELLS and tag != "br":
            self._layout.gap(_gap(tag, nested=bool(self._lists)))


def _gap(tag: str, *, nested: bool) -> int:
    """Return the line ends around a tag; lists within lists stand close."""
    if tag in _SPACED and not (nested and tag in _LISTS):
        return PARAGRAPH
    return int(tag in _BLOCKS)


def _outermost(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the last of places first, without those within others; inner ones close earlier."""
    after = None
    for start, end in reversed(places):
        if after is None or end <= after:
            yield start, end
            after = start


def _part(tag: str, attributes: Mapping[str, str]) -> str:
    return "main" if attributes.get("role") == "main" else tag if tag in _PARTS else ""


def _hides(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or bool(re.search(_HIDDEN, attributes.get("style", "")))


def _list_style(tag: str, attributes: Mapping[str, str]) -> str:
    """Return how a list marks its items: a style of `numbering`, `bullet`, or nothing."""
    if found := re.search(_LIST_STYLE, attributes.get("style", "")):
        style = found[1].lower().replace("latin", "alpha")
        return "" if style == "none" else style if style in STYLES else "bullet"
    return _TYPES.get(attributes.get("type", ""), STYLES[0]) if tag == "ol" else "bullet"


def _integer(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(_INTEGER, value) else default
