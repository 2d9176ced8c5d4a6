"""Tell several licenses apart in one table: python examples/table.py FILE..."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from openclause import Analysis, analyze_many
from openclause.analysis import Failure
from openclause.page import View, percent, render, row, styled
from openclause.taxonomy import categories

COLORS = {"open": "green", "open-ish": "yellow", "closed": "red", "none": "bright_black"}
WIDTH = 126
COLUMNS = (31, 8, 23, 5, 14, None)


def rows(paths: Sequence[Path], answers: Sequence[Analysis | Failure]) -> Iterator[RenderableType]:
    """Yield the head of the table and a row for each answer."""
    head = ("license", "class", "category", "sure", "restricting", "why")
    yield row(*(styled(name, "bold underline") for name in head), widths=COLUMNS, indent=0)
    for path, answer in zip(paths, answers, strict=True):
        cells = _failed(answer) if isinstance(answer, Failure) else _cells(answer)
        yield row(styled(path.stem, "cyan"), *cells, widths=COLUMNS, indent=0)
    yield styled(
        "restricting: clauses on redistribution / derivatives / use; ▲ needs review", "dim"
    )


def _failed(failure: Failure) -> list[RenderableType]:
    return ["-", "-", "-", "-", failure.error]


def _cells(analysis: Analysis) -> list[RenderableType]:
    openness = analysis.openness
    kind = categories()[openness.category].openness
    counts = [len(analysis.restricting(name)) for name in ("redistribution", "derivatives", "use")]
    sure = f"{percent(openness.confidence)}{'▲' if openness.needs_review else ''}"
    why = Text(openness.reasons[0].text if openness.reasons else "", no_wrap=True)
    why.overflow = "ellipsis"
    return [
        styled(kind, f"bold {COLORS[kind]}"),
        styled(analysis.category_name(), COLORS[kind]),
        sure,
        " / ".join(map(str, counts)),
        why,
    ]


if __name__ == "__main__":
    files = [Path(name) for name in sys.argv[1:]]
    page = View(width=WIDTH, color=sys.stdout.isatty())
    sys.stdout.write(render(rows(files, analyze_many(files)), view=page))
