"""What an atlas holds: its entries, and what is counted over them.

In: nothing. Out: frozen records, in the order of the JSON. A share is kept as two counts, so that
no reader has to guess how many it is a share of.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from openclause.attitudes import Attitude

SCHEMA_VERSION: Literal["1"] = "1"
Origin = Literal["corpus", "scan"]


class Date(msgspec.Struct, frozen=True):
    """When a text was published, as far as it is known, and what says so.

    `month` and `day` are None where only the year is known. `said_by` is the place that holds the
    date: the id, the name, or the first lines of the text.
    """

    year: int
    month: int | None
    day: int | None
    said_by: Literal["id", "name", "text"]

    @property
    def iso(self) -> str:
        """Return the date as ISO 8601 writes it, no finer than it is known."""
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part]
        return "-".join(parts)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One licence of the corpus, or one text of a scan.

    Attributes
    ----------
    id
        The key of the record; of a scan, the first path at which the text was found.
    category
        The reviewed category; of a scan, the one that the program decided.
    artifact
        What is licensed, such as `model`; None where nobody said.
    family
        What it is related to; None if nothing known.
    attitudes
        Attitude by term, of those mentioned; None if nobody read its clauses. Of a scan only what
        restricts is counted.
    limits
        The terms of use, redistribution and derivatives that it restricts, in alphabetical order.
    read_by
        Who read the clauses.
    places
        At how many places of a scan the text was found.
    """

    id: str
    name: str
    category: str
    artifact: str | None = None
    family: str | None = None
    date: Date | None = None
    attitudes: dict[str, Attitude] | None = None
    limits: tuple[str, ...] = ()
    read_by: Literal["reader", "program", "nobody"] = "nobody"
    places: int = 1


class CategoryCount(msgspec.Struct, frozen=True):
    """How many texts are of a category, and of how many the clauses are known."""

    category: str
    count: int
    read: int


class Share(msgspec.Struct, frozen=True):
    """Of the `read` texts of a category, how many take which attitude towards a term."""

    category: str
    read: int
    can: int
    conditional: int
    must: int
    cannot: int


class TermShares(msgspec.Struct, frozen=True):
    """A term and its shares, one a category that occurs, in the order of the taxonomy."""

    term: str
    group: str
    shares: tuple[Share, ...]


class Year(msgspec.Struct, frozen=True):
    """The dated texts of one year, and how many of those that were read restrict which terms."""

    year: int
    count: int
    read: int
    limits: dict[str, int]


class Pair(msgspec.Struct, frozen=True):
    """Two terms that the same texts restrict.

    `lift` is how much oftener they stand together than by chance, were they independent.
    """

    a: str
    b: str
    count: int
    lift: float


class Family(msgspec.Struct, frozen=True):
    """Relatives: their ids, how many are of which category, and what most of them restrict."""

    family: str
    members: tuple[str, ...]
    categories: dict[str, int]
    limits: tuple[str, ...]


class Atlas(msgspec.Struct, frozen=True, kw_only=True):
    """The map of openness over a corpus or a scan.

    `skipped` counts places of a scan that have no category, such as files that could not be read.
    `timeline` names the entries drawn in time, oldest first; `undated` those without a date.
    """

    schema_version: Literal["1"] = SCHEMA_VERSION
    origin: Origin
    texts: int
    places: int
    skipped: int
    categories: tuple[CategoryCount, ...]
    terms: tuple[TermShares, ...]
    timeline: tuple[str, ...]
    undated: tuple[str, ...]
    years: tuple[Year, ...]
    pairs: tuple[Pair, ...]
    families: tuple[Family, ...]
    entries: tuple[Entry, ...]
