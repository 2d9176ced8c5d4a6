"""When a licence was published, taken from what is there: its id, its name, its first lines.

In: these three. Out: a `Date` that says where it was found, or None. Nothing is looked up and
nothing guessed: a version number is no date, and lines further down may speak of other dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from openclause.atlas.records import Date

_HEAD = 600  # characters of a text that count as its first lines
_FIRST, _LAST = 1980, 2099

_MONTHS = ["january", "february", "march", "april", "may", "june"]
_MONTHS += ["july", "august", "september", "october", "november", "december"]
_MONTH = "|".join(_MONTHS)
_DIGITS = re.compile(r"(?<!\d)((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_YEAR = re.compile(r"(?<![\w.])((?:19|20)\d\d)(?![\w.])")
_WRITTEN = (
    rf"(?:(?P<m1>{_MONTH})\s+(?:(?P<d1>\d\d?),?\s+)?(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d\d?)\s+(?P<m2>{_MONTH}),?\s+(?P<y2>\d{{4}}))"
)
# A date counts where the words before it say what it is, or where it is all of a line.
_STATED = re.compile(
    r"(?:release date|effective date|last (?:modified|updated)|\bdated|version [\d.]+)[:,]?\s*"
    rf"{_WRITTEN}|^\s*{_WRITTEN.replace('1>', '3>').replace('2>', '4>')}\s*$",
    re.IGNORECASE | re.MULTILINE,
)


def published(*, id: str, name: str, text: str | None = None) -> Date | None:  # noqa: A002
    """Return the finest date that the id, the name or the first lines of the text give.

    Where id or name say a year, lines of the text that say another one are not believed.
    """
    year = next(_years(id, name), None)
    full = [*_whole(id, "id"), *_whole(name, "name")]
    if not full and text is not None:
        full = [one for one in _stated(text) if year is None or one.year == year.year]
    return full[0] if full else year


def _whole(said: str, where: str) -> Iterator[Date]:
    for found in _DIGITS.finditer(said):
        year, month, day = (int(part) for part in found.groups())
        yield from _date(year, month, day, where)


def _years(*said: str) -> Iterator[Date]:
    for where, words in zip(("id", "name"), said, strict=True):
        for found in _YEAR.finditer(words):
            yield from _date(int(found[1]), None, None, where)


def _stated(text: str) -> Iterator[Date]:
    for found in _STATED.finditer(text[:_HEAD]):
        said = {name[0]: part for name, part in found.groupdict().items() if part}
        month = _MONTHS.index(said["m"].lower()) + 1
        yield from _date(int(said["y"]), month, int(said["d"]) if "d" in said else None, "text")


def _date(year: int, month: int | None, day: int | None, where: str) -> Iterator[Date]:
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return
    if _FIRST <= year <= _LAST:
        yield Date(year, month, day, where)  # type: ignore[arg-type]
