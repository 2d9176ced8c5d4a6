"""Tables of results: as Markdown, and into a page between two marks that name the command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return ["| " + " | ".join(row) + " |" for row in lines]


def write_between(page: Path, name: str, text: str) -> None:
    """Put text between the marks `<!-- name -->` and `<!-- /name -->` of a page.

    Raises
    ------
    ValueError
        If the page lacks them.
    """
    before, begin, rest = page.read_text("utf-8").partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->\n")
    if not begin or not end:
        raise ValueError(f"{page}: has no place for {name!r}; put <!-- {name} --> marks into it")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", "utf-8")
