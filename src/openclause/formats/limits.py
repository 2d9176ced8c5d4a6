"""Limits that a clause's words give: how many, how much, until when.

In: the words of a clause. Out: `Limit` records in the terms of ODRL's constraints. Which words
count and compare is data, `data/odrl.toml`. Numbers without a measure beside them are left alone.

References
----------
W3C, "ODRL Information Model 2.2" (2018), section 2.5 (constraints) and "ODRL Vocabulary &
Expression 2.2", section 4.6 (operators).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Literal

import msgspec

from openclause.errors import DataError
from openclause.taxonomy import read_toml

# How far a comparison stands before its number, and a measure from it, in characters.
_BEFORE, _BESIDE = 40, 60
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<us>(?:{_MONTHS}) \d{{1,2}}, \d{{4}})"
    rf"|(?P<world>\d{{1,2}} (?:{_MONTHS}) \d{{4}}))\b"
)
_SHAPES = {"iso": "%Y-%m-%d", "us": "%B %d, %Y", "world": "%d %B %Y"}


class Limit(msgspec.Struct, frozen=True):
    """A constraint: an operand, an operator of ODRL, and a number or a date."""

    operand: str
    operator: str
    value: int | date
    unit: str | None = None


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that say what a number counts; money has a currency."""

    words: str
    money: bool = False


class Mapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a term is called in ODRL; see the head of the data file."""

    fit: Literal["exact", "close", "own", "none"]
    action: str = ""
    operand: str | None = None
    permission: str | None = None
    obligation: str | None = None
    prohibition: str | None = None


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `data/odrl.toml`."""

    term: dict[str, Mapped]
    included: dict[str, str]
    measure: dict[str, Measure]
    currency: dict[str, str]
    scale: dict[str, int]
    comparison: dict[str, str]


@cache
def vocabulary() -> Vocabulary:
    """Return the mapping to ODRL.

    Raises
    ------
    DataError
        If the data file has another shape.
    """
    try:
        return msgspec.convert(read_toml("odrl.toml"), Vocabulary)
    except msgspec.ValidationError as error:
        raise DataError(f"data/odrl.toml: {error}; its head says what it takes") from error


def thresholds(words: str) -> Iterator[Limit]:
    """Yield the numbers above or below which something holds; above, where nothing is said."""
    flat = " ".join(words.split())
    for found in _amount().finditer(flat):
        measure = _measure(flat, found)
        if measure is not None:
            operator = _operator(flat[: found.start()], "gt")
            yield Limit(measure, operator, _value(found), _currency(found["currency"]))


def dates(words: str) -> Iterator[Limit]:
    """Yield the dates from or until which something holds; a date alone says nothing."""
    flat = " ".join(words.split())
    for found in _DATE.finditer(flat):
        operator = _operator(flat[: found.start()], "")
        kind = found.lastgroup
        if operator and kind:
            try:
                day = datetime.strptime(found[0], _SHAPES[kind]).date()
            except ValueError:
                continue
            yield Limit("odrl:dateTime", operator, day)


def _measure(flat: str, found: re.Match[str]) -> str | None:
    """Return what a number counts: what is named behind it, for money also before it."""
    around = flat[max(0, found.start() - _BESIDE) : found.end() + _BESIDE]
    for operand, measure in vocabulary().measure.items():
        if measure.money != bool(found["currency"]):
            continue
        where = around if measure.money else flat[found.end() : found.end() + _BESIDE]
        if _of(measure.words).search(where):
            return operand
    return None


def _value(found: re.Match[str]) -> int:
    scale = vocabulary().scale.get((found["scale"] or "").lower(), 1)
    return round(float(found["number"].replace(",", "")) * scale)


def _currency(said: str | None) -> str | None:
    known = vocabulary().currency.items()
    return next((name for name, words in known if said and re.fullmatch(words, said)), None)


def _operator(before: str, default: str) -> str:
    """Return the comparison that stands last before a number."""
    near = before[-_BEFORE:]
    ends = {
        operator: found[-1].end()
        for operator, words in vocabulary().comparison.items()
        if (found := [*_of(words).finditer(near)])
    }
    return max(ends, key=lambda operator: ends[operator]) if ends else default


@cache
def _of(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def _amount() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<currency>{_either(vocabulary().currency)})? ?(?<![\w.]){_NUMBER}"
        rf"(?: (?P<scale>{'|'.join(vocabulary().scale)})\b)?",
        re.IGNORECASE,
    )


def _either(words: Mapping[str, str]) -> str:
    return "|".join(words.values())
