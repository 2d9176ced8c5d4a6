"""The words of the project: terms, modalities, categories and criteria, read from data files.

In: `data/categories.toml`, `data/criteria.toml`, `data/terms/<id>.toml`. Out: frozen records, in
the order of the taxonomy. The rules inside a term's file are compiled by `rules`, not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from openclause.errors import DataError
from openclause.keeping import digest, kept

Modality = Literal["permission", "obligation", "prohibition"]
Holder = Literal["recipient", "licensor", "third-party"]
Group = Literal["use", "redistribution", "derivatives", "conditions", "control", "risk"]

MODALITIES: tuple[Modality, ...] = ("permission", "obligation", "prohibition")
GROUPS: tuple[Group, ...] = (
    "use",
    "redistribution",
    "derivatives",
    "conditions",
    "control",
    "risk",
)
# In these groups a term is an act; in the others it is a duty or a clause that is there or not.
ACTS: tuple[Group, ...] = ("use", "redistribution", "derivatives")
# The category of what grants nothing since it is no license; it has no rank.
NOT_A_LICENSE = "not-a-license"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in each language that users read."""

    en: str
    ko: str


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way in which a text says a term; see `rules` for the pattern language.

    `modality` is what the pattern says by itself, or `scope`: then the cue that governs the
    matched act decides, and `reads` may translate it (not removing notices is keeping them).
    `spread` rules match a lead-in and give their term to every list item below it.
    """

    id: str
    modality: Literal["permission", "obligation", "prohibition", "scope"]
    patterns: tuple[str, ...]
    source: str
    hits: dict[Modality, tuple[str, ...]]
    misses: tuple[str, ...] = ()
    reads: dict[Modality, Modality | Literal["none"]] = {}
    unless: tuple[str, ...] = ()
    spread: bool = False
    holder: Holder | None = None


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a clause can be about."""

    group: Group
    name: Words
    meaning: Words
    id: str = ""
    rules: tuple[Rule, ...] = msgspec.field(default=(), name="rule")


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How open a document is; `rank` counts from 0, the most open, and is None for no licence."""

    name: Words
    meaning: Words
    openness: Literal["open", "open-ish", "closed", "none"]
    id: str = ""
    rank: int | None = None


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A point of the Open Source Definition or a freedom of the OSAID."""

    name: Words
    meaning: Words
    id: str = ""


_Record = TypeVar("_Record", bound=msgspec.Struct)


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return one TOML file of the package's data folder, read once a process: leave it as it is.

    Raises
    ------
    DataError
        If the file is missing, or a file of the folder is not TOML.
    """
    found = _tables().get(name)
    if found is None:
        raise DataError(f"data/{name}: no such file; reinstall openclause")
    return msgspec.msgpack.decode(found, type=dict[str, Any])


@cache
def data_digest() -> str:
    """Return the digest of all TOML files of the data folder."""
    return digest(*chain.from_iterable((name.encode(), data) for name, data in _files().items()))


@cache
def _tables() -> dict[str, msgspec.Raw]:
    """Return all TOML files as MessagePack, kept: to parse them takes fifty times as long."""
    return kept(
        "tables",
        data_digest(),
        dict[str, msgspec.Raw],
        lambda: {name: _packed(name, data) for name, data in _files().items()},
    )


@cache
def _files() -> dict[str, bytes]:
    """Return the TOML files of the data folder by name, sorted."""
    folder = Path(__file__).with_name("data")
    try:
        return {
            f"{inside}{path.name}": path.read_bytes()
            for inside in ("", "terms/")
            for path in sorted((folder / inside).iterdir())
            if path.suffix == ".toml"
        }
    except OSError as error:
        raise DataError(f"data: {error}; reinstall openclause") from error


def _packed(name: str, data: bytes) -> msgspec.Raw:
    import tomllib  # not needed where the tables are kept

    try:
        return msgspec.Raw(msgspec.msgpack.encode(tomllib.loads(data.decode("utf-8"))))
    except ValueError as error:
        raise DataError(f"data/{name}: {error}; reinstall openclause or mend the file") from error


def convert(raw: dict[str, Any], record: type[_Record], *, where: str) -> _Record:
    """Make a record of a table that was read, strictly.

    Raises
    ------
    DataError
        If a key is unknown, missing or of another type; the message names file and key.
    """
    try:
        return msgspec.convert(raw, record)
    except msgspec.ValidationError as error:
        raise DataError(f"data/{where}: {error}") from error


@cache
def categories() -> dict[str, Category]:
    """Return the openness categories by id, most open first, `not-a-license` last."""
    tables = read_toml("categories.toml")
    ranked = [key for key in tables if key != NOT_A_LICENSE]
    return {
        key: convert(
            table | {"id": key, "rank": ranked.index(key) if key in ranked else None},
            Category,
            where=f"categories.toml [{key}]",
        )
        for key, table in tables.items()
    }


def mildest(names: Sequence[str]) -> str:
    """Return the most open of some categories."""
    return min(names, key=_openness)


def strictest(names: Sequence[str]) -> str:
    """Return the least open of some categories."""
    return max(names, key=_openness)


def is_license(category: str) -> bool:
    """Tell whether what is of a category grants anything at all."""
    return categories()[category].rank is not None


def _openness(category: str) -> int:
    rank = categories()[category].rank
    return -1 if rank is None else rank


@cache
def criteria() -> dict[str, Criterion]:
    """Return the criteria by id: OSD-1 to OSD-10, then the four OSAID freedoms."""
    tables = read_toml("criteria.toml")
    return {
        key: convert(table | {"id": key}, Criterion, where=f"criteria.toml [{key}]")
        for key, table in tables.items()
    }


@cache
def terms() -> dict[str, Term]:
    """Return the terms by id, group by group, each with its rules."""
    found = [_term(name) for name in _tables() if name.startswith("terms/")]
    return {term.id: term for term in sorted(found, key=lambda term: GROUPS.index(term.group))}


def _term(name: str) -> Term:
    table = read_toml(name) | {"id": name.removeprefix("terms/").removesuffix(".toml")}
    return convert(table, Term, where=name)
