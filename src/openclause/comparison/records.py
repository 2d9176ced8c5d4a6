"""What a comparison says, as records; the order of the fields is that of the JSON.

In: nothing. Out: the types that the rooms beside this one fill and that every format shows.
Licenses are named by their place, from 0, in the order in which they were asked for.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from openclause.analysis import DocumentInfo
from openclause.attitudes import Attitude
from openclause.clauses import Clause
from openclause.notebook import compared
from openclause.schemas import schema_of
from openclause.taxonomy import Group, Words

SCHEMA_VERSION: Literal["1"] = "1"

Disagreement = Literal["opposed", "asked", "silent", "conditions"]
Kind = Literal["missing", "added", "changed", "moved"]
Verdict = Literal["allowed", "not", "unclear"]
Weight = Literal["allowed", "not", "unclear", "note"]
Edition = Literal["only", "or-later"]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One of the licenses: where it comes from, how open it is, and all of its clauses.

    `edition` tells what the notice beside the text says of later versions, where one says so.
    """

    label: str
    name: str
    id: str | None
    spdx_id: str | None
    exact: bool
    edition: Edition | None
    document: DocumentInfo
    category: str
    category_name: Words
    rank: int | None
    confidence: float
    needs_review: bool
    clauses: tuple[Clause, ...]
    warnings: tuple[str, ...]


class Cell(msgspec.Struct, frozen=True):
    """What one license says of one term: the attitude, and the ids of its clauses on it."""

    attitude: Attitude
    clauses: tuple[str, ...]


class Row(msgspec.Struct, frozen=True):
    """One term and a cell for each license; `differs` where their attitudes do."""

    term: str
    group: Group
    differs: bool
    cells: tuple[Cell, ...]


class Difference(msgspec.Struct, frozen=True):
    """A term on which the licenses do not agree, in one plain sentence.

    `kind`: some allow what others bar (`opposed`), some ask for what others do not (`asked`),
    some say nothing (`silent`), or all say the same but for its `conditions`.
    """

    term: str
    group: Group
    kind: Disagreement
    text: Words


class Span(msgspec.Struct, frozen=True):
    """The characters `[start, end)` of a license's document, its 1-based line, and its words."""

    start: int
    end: int
    line: int
    text: str


class Edit(msgspec.Struct, frozen=True):
    """Words that differ: offsets into the documents of A and B; an empty range is a place."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


class Change(msgspec.Struct, frozen=True):
    """A sentence of A that B lacks, one that it adds, one in other words, or elsewhere.

    `a` is None for an added sentence, `b` for a missing one; `edits` are those of a changed one.
    """

    kind: Kind
    a: Span | None
    b: Span | None
    similarity: float
    edits: tuple[Edit, ...] = ()


class Wording(msgspec.Struct, frozen=True):
    """How the sentences of B differ from those of A; `equal` counts those that do not.

    `similarity` is the share of words, of both, that stand in equal sentences or in the equal
    parts of changed ones, in [0, 1].
    """

    a: int
    b: int
    similarity: float
    equal: int
    changes: tuple[Change, ...]


class Ground(msgspec.Struct, frozen=True):
    """One reason for a verdict with the passages of both licenses that give it.

    `weight` is what it speaks for; a `note` decides nothing.
    """

    rule: str
    weight: Weight
    text: Words
    a: tuple[Span, ...]
    b: tuple[Span, ...]


class Passing(msgspec.Struct, frozen=True):
    """Whether a derivative of license `a` may be passed on under license `b`, and why."""

    a: int
    b: int
    verdict: Verdict
    grounds: tuple[Ground, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Licenses side by side; the wording is that of the first two."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    licenses: tuple[Compared, ...]
    terms: tuple[Row, ...]
    differences: tuple[Difference, ...]
    wording: Wording
    passing: tuple[Passing, ...]

    def verdict(self, a: int = 0, b: int = 1) -> Passing:
        """Return whether a derivative of license `a` may be passed on under license `b`.

        Raises
        ------
        IndexError
            If there is no such pair.
        """
        for found in self.passing:
            if (found.a, found.b) == (a, b):
                return found
        raise IndexError(f"no licenses {a} and {b} among {len(self.licenses)}")

    def to_json(self) -> str:
        """Return the whole record as indented JSON, the same bytes for the same record."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the verdict of the first pair, and the differences."""
        first = self.passing[0]
        a, b = (self.licenses[place].label for place in (first.a, first.b))
        return compared(
            f"{a} → {b}: {first.verdict}",
            [ground.text.en for ground in first.grounds],
            [difference.text.en for difference in self.differences],
        )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a `Comparison`, made from the records."""
    return schema_of(Comparison)
