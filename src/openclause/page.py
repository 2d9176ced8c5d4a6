"""Pages of text for people: rows of cells in a width, with colour or without.

In: words. Out: text that ends each line in a line feed. What is said, and in which order, is left
to the rooms above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

import msgspec

from openclause.messages import Language, message
from openclause.untrusted import unheeded, visible

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

_NARROWEST, _WIDEST = 40, 104
# Words in fewer cells than these are hard to read; so far are stacked ones set in.
_READABLE, _STACKED = 14, 2


class View(msgspec.Struct, frozen=True):
    """The reader's language, the width of the page in character cells, and whether in colour."""

    lang: Language = "en"
    width: int = 88
    color: bool = False

    @property
    def cells(self) -> int:
        """Return the width that is used: not so narrow that columns vanish."""
        return max(self.width, _NARROWEST)

    def readable(self) -> View:
        """Return the same view no wider than lines are good to read."""
        return msgspec.structs.replace(self, width=min(self.width, _WIDEST))


def render(parts: Iterable[RenderableType], *, view: View) -> str:
    """Render parts one below the other; no line ends in spaces, and none is a command."""
    from rich.console import Console

    console = Console(
        file=StringIO(),
        width=view.cells,
        force_terminal=view.color,
        color_system="standard" if view.color else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        for part in parts:
            console.print(visible(part) if isinstance(part, str) else part)
    page = "".join(f"{line.rstrip()}\n" for line in capture.get().split("\n")[:-1])
    return unheeded(page)


def styled(words: str, style: str = "") -> Text:
    """Return words in one style; what acts unseen in them, such as ANSI escapes, is written out."""
    from rich.text import Text

    return Text(visible(words), style=style)


def row(*cells: RenderableType, widths: Sequence[int | None], indent: int = 2) -> RenderableType:
    """Lay cells side by side; a width, in character cells, of None takes the room that is left.

    Where that is too little to read in, the cells stand one below the other.
    """
    return _Row(tuple(visible(c) if isinstance(c, str) else c for c in cells), widths, indent)


class _Row:
    """Cells that know only when they are rendered how wide the page is."""

    def __init__(
        self, cells: tuple[RenderableType, ...], widths: Sequence[int | None], indent: int
    ) -> None:
        self._cells, self._widths, self._indent = cells, widths, indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        fixed = sum(width or 0 for width in self._widths) + len(self._cells) - 1
        free = options.max_width - self._indent - fixed
        if None in self._widths and len(self._cells) > 1 and free < _READABLE:
            yield from self._stacked()
        else:
            yield self._side_by_side()

    def _stacked(self) -> Iterator[RenderableType]:
        from rich.padding import Padding
        from rich.text import Text

        for number, cell in enumerate(self._cells):
            if isinstance(cell, Text):
                cell.justify = None
            if str(cell):
                yield Padding(cell, (0, 0, 0, self._indent + (_STACKED if number else 0)))

    def _side_by_side(self) -> RenderableType:
        from rich.padding import Padding
        from rich.table import Table

        grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
        for width in self._widths:
            grid.add_column(width=width, ratio=None if width else 1, overflow="fold")
        grid.add_row(*self._cells)
        return Padding(grid, (0, 0, 0, self._indent))


def shorten(words: str, limit: int) -> str:
    """Return words on one line, cut between two of them where they have more than `limit`."""
    flat = " ".join(words.split())
    if len(flat) <= limit:
        return flat
    cut = flat.rfind(" ", limit // 2, limit)
    return flat[: cut if cut > 0 else limit].rstrip(" ,;:(") + " …"


def percent(share: float) -> int:
    """Return a share in whole percent; only a whole share is 100, only none is 0."""
    return round(100 * share) if share in (0.0, 1.0) else min(max(round(100 * share), 1), 99)


def share(found: float, lang: Language) -> str:
    """Return a share as a language writes it, in whole percent."""
    return message("category.percent", lang, n=percent(found))
