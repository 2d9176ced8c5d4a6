"""An atlas as one page of HTML that needs nothing else, on screen, on paper or read aloud.

In: an `Atlas` and a `View`. Out: the page, made by `formats.offline` from `data/templates/atlas.*`.
Each plot stands above a table of the same; without its script the page shows all the same.
"""

from __future__ import annotations

from typing import Any

from openclause.atlas import charts
from openclause.atlas.records import Atlas, Entry, Family, Share, TermShares
from openclause.explanation import listed
from openclause.formats.comparison.words import SIGNS
from openclause.formats.offline import page
from openclause.messages import message
from openclause.page import View, percent, shorten
from openclause.taxonomy import GROUPS, categories, terms

_ATTITUDES = ("can", "conditional", "must", "cannot")
_PAIRS, _COLUMNS, _LISTED = 20, 14, 5000
# Texts in time that get a line of their own, and the length of their names there.
_NAMED, _NAME = 60, 44
_FEW = 5  # texts of a category below which shares say little


class _Words:
    """The names of terms and categories in the reader's language."""

    def __init__(self, view: View) -> None:
        self.lang = view.lang
        self.said = {
            kind: {one.id: one for one in found} for kind, found in listed(view.lang).items()
        }

    def term(self, name: str) -> dict[str, str]:
        return {"id": name, "name": self.said["term"][name].name}

    def category(self, name: str) -> dict[str, Any]:
        rank = categories()[name].rank
        return {
            "id": name,
            "name": self.said["category"][name].name,
            "openness": categories()[name].openness,
            "order": 9 if rank is None else rank,
        }

    def attitude(self, name: str) -> dict[str, str]:
        said = message(f"compare.attitude-{name}", self.lang)
        return {"id": name, "sign": SIGNS[name], "word": said}


def html(atlas: Atlas, view: View) -> str:
    """Return the page."""
    words = _Words(view)
    return page(
        "atlas",
        title=message("atlas.title", view.lang),
        lang=view.lang,
        atlas=atlas,
        time_title=message(f"timeline.{atlas.origin}", view.lang),
        family_note=message(f"relatives.{atlas.origin}", view.lang),
        read=sum(one.read for one in atlas.categories),
        by_program=sum(entry.read_by == "program" for entry in atlas.entries),
        width=charts.WIDTH,
        attitudes=[words.attitude(name) for name in _ATTITUDES],
        counts=_counts(atlas, words),
        counts_height=charts.bars_height(len(atlas.categories)),
        columns=[
            words.category(one.category) | {"read": one.read, "few": one.read < _FEW}
            for one in atlas.categories
            if one.read
        ],
        heat=[_heat_row(row, number, words) for number, row in enumerate(atlas.terms)],
        time=_time(atlas, words),
        pairs=_pairs(atlas, words),
        pairs_height=charts.bars_height(min(len(atlas.pairs), _PAIRS)),
        families=[_family(one, words) for one in atlas.families[:_LISTED]],
        entries=[_entry(one, words) for one in atlas.entries[:_LISTED]],
        unlisted=max(len(atlas.entries) - _LISTED, 0),
        glossary=_glossary(words),
    )


def _counts(atlas: Atlas, words: _Words) -> list[dict[str, Any]]:
    numbers = [one.count for one in atlas.categories]
    laid = charts.bars(numbers, [one.read for one in atlas.categories])
    return [
        words.category(one.category)
        | {"bar": bar, "count": one.count, "read": one.read}
        | {"share": percent(one.count / max(atlas.texts, 1))}
        for one, bar in zip(atlas.categories, laid, strict=True)
    ]


def _heat_row(row: TermShares, number: int, words: _Words) -> dict[str, Any]:
    return words.term(row.term) | {
        "group": message(f"group.{row.group}", words.lang),
        "order": f"{GROUPS.index(row.group)}{number:03d}",
        "cells": [_heat_cell(share, words) for share in row.shares],
    }


def _heat_cell(share: Share, words: _Words) -> dict[str, Any]:
    counts = {name: getattr(share, name) for name in _ATTITUDES}
    said = [
        {**words.attitude(name), "percent": percent(n / share.read), "count": n}
        for name, n in counts.items()
        if n
    ]
    said.sort(key=lambda one: -one["count"])
    return {
        "pieces": charts.stack(share),
        "said": said,
        "read": share.read,
        "parts": [
            {"id": name, "percent": percent(n / share.read), "heat": charts.heat(n, share.read)}
            for name, n in counts.items()
        ],
    }


def _time(atlas: Atlas, words: _Words) -> dict[str, Any] | None:
    # Ids of rows of a table need not be unique; those that are drawn have a date.
    dated = {entry.id: entry for entry in atlas.entries if entry.date}
    drawn = [dated[name] for name in atlas.timeline]
    if not drawn:
        return None
    columns, undated = _columns(atlas), set(atlas.undated)
    return _plot(atlas, drawn, words, columns) | {
        "columns": [words.term(name) for name in columns],
        "years": [
            {"year": one.year, "count": one.count, "read": one.read}
            | {"cells": [_year_cell(one.limits.get(name, 0), one.read) for name in columns]}
            for one in atlas.years
        ],
        "undated": [each.name for each in atlas.entries if each.id in undated]
        if atlas.origin == "corpus"
        else [],
    }


def _plot(atlas: Atlas, drawn: list[Entry], words: _Words, columns: list[str]) -> dict[str, Any]:
    """Lay texts in time: few in lanes of their own, many in those of their categories."""
    named = len(drawn) <= _NAMED
    frame = charts.ROWS if named else charts.LANES
    kinds = [name for name in categories() if any(name == entry.category for entry in drawn)]
    lanes = [n if named else kinds.index(entry.category) for n, entry in enumerate(drawn)]
    names = [entry.name for entry in drawn] if named else [words.category(k)["name"] for k in kinds]
    first, last = atlas.years[0].year, atlas.years[-1].year
    dates = [entry.date for entry in drawn if entry.date]
    places = charts.marks(frame, dates, lanes, first, last)
    return {
        "named": named,
        "height": frame.height(len(names)),
        "lane": frame.lane,
        "right": charts.WIDTH - frame.right + 8,
        "ticks": charts.ticks(frame, first, last),
        "lanes": [
            {"name": shorten(name, _NAME), "y": frame.top(lane)} for lane, name in enumerate(names)
        ],
        "marks": [
            _dated(entry, words, columns) | {"mark": mark}
            for entry, mark in zip(drawn, places, strict=True)
        ],
    }


def _columns(atlas: Atlas) -> list[str]:
    """Return the terms that the dated texts restrict most, in the order of the taxonomy."""
    totals: dict[str, int] = {}
    for year in atlas.years:
        for term, n in year.limits.items():
            totals[term] = totals.get(term, 0) + n
    most = sorted(totals, key=lambda term: (-totals[term], term))[:_COLUMNS]
    return [name for name in terms() if name in most]


def _year_cell(count: int, read: int) -> dict[str, int]:
    return {"count": count, "heat": charts.heat(count, read)}


def _dated(entry: Entry, words: _Words, columns: list[str]) -> dict[str, Any]:
    said = entry.attitudes
    return _entry(entry, words) | {
        "said_by": message(f"datedby.{entry.date.said_by}", words.lang) if entry.date else "",
        "cells": [
            None if said is None else words.attitude(said.get(name, "none")) for name in columns
        ],
    }


def _entry(entry: Entry, words: _Words) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "category": words.category(entry.category),
        "family": entry.family or "",
        "date": entry.date.iso if entry.date else "",
        "read_by": message(f"readby.{entry.read_by}", words.lang),
        "limits": [words.term(name) for name in entry.limits],
        "places": entry.places,
    }


def _pairs(atlas: Atlas, words: _Words) -> list[dict[str, Any]]:
    shown = atlas.pairs[:_PAIRS]
    counts = [pair.count for pair in shown]
    return [
        {"a": words.term(pair.a), "b": words.term(pair.b), "count": pair.count}
        | {"lift": f"{pair.lift:.1f}", "bar": bar}
        for pair, bar in zip(shown, charts.bars(counts, counts), strict=True)
    ]


def _family(family: Family, words: _Words) -> dict[str, Any]:
    return {
        "family": family.family,
        "members": family.members,
        "categories": [
            words.category(name) | {"count": n} for name, n in family.categories.items()
        ],
        "limits": [words.term(name) for name in family.limits],
    }


def _glossary(words: _Words) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "title": message(f"explain.all-{kind}", words.lang), "said": found.values()}
        for kind, found in words.said.items()
        if kind in ("category", "term")
    ]
