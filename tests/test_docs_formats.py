"""docs/formats.md says what the program does: every format, and every row of the mapping."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openclause.formats import FORMATS
from openclause.formats.limits import vocabulary
from openclause.taxonomy import MODALITIES

PAGE = Path(__file__).parents[1] / "docs" / "formats.md"


def rows(columns):
    lines = (line.strip("|").split("|") for line in PAGE.read_text("utf-8").splitlines())
    cells = [[cell.strip() for cell in line] for line in lines]
    return [row for row in cells if len(row) == columns and row[0].startswith("`")]


def test_every_format_is_described():
    told = {name for row in rows(3) for name in re.findall(r"`([\w-]+)`", row[0])}
    assert set(FORMATS) <= told


@pytest.mark.parametrize("term", vocabulary().term)
def test_every_row_of_the_mapping_is_that_of_the_data(term):
    mapped = vocabulary().term[term]
    others = {name: getattr(mapped, name) for name in MODALITIES}
    parts = [f"`{mapped.action}`"] if mapped.action else []
    parts += [
        f"{name}: `{other}`" if other else f"{name}: none"
        for name, other in others.items()
        if other is not None
    ]
    assert [f"`{term}`", "; ".join(parts) or "–", mapped.fit] in rows(3)


def test_the_example_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    exec(code, {})
    assert "must not: Selling" in capsys.readouterr().out
