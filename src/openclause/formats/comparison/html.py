"""A comparison as one page of HTML that needs nothing else, on screen, on paper or read aloud.

In: a `Comparison` and a `View`. Out: the page, made by `offline` from `data/templates/compare.*`.
Each cell of the matrix links to its quotes; without its script the page shows all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openclause.comparison import Change, Comparison, Ground, Passing, Span
from openclause.formats.comparison.words import (
    SIGNS,
    VERDICT_SIGNS,
    WEIGHT_SIGNS,
    counted,
    pair,
    pieces,
    term_name,
)
from openclause.formats.offline import page
from openclause.messages import in_language, message
from openclause.page import View, percent
from openclause.taxonomy import GROUPS, categories, terms

# A column sorts from what frees to what binds.
_ORDER = ("can", "conditional", "none", "must", "cannot")


def html(comparison: Comparison, view: View) -> str:
    """Return the page."""
    names = ", ".join(one.label for one in comparison.licenses)
    wording = comparison.wording
    a, b = (comparison.licenses[place].label for place in (wording.a, wording.b))
    passings = [_passing(comparison, passing, view) for passing in comparison.passing]
    return page(
        "compare",
        title=message("compare.title", view.lang, names=names),
        lang=view.lang,
        licenses=_licenses(comparison, view),
        groups=[{"id": name, "name": message(f"group.{name}", view.lang)} for name in GROUPS],
        signs=[(name, SIGNS[name], _attitude(name, view)) for name in _ORDER],
        terms=_terms(comparison, view),
        grid=_grid(comparison, passings),
        passings=passings,
        differences=_differences(comparison, view),
        wording_title=message("compare.wording", view.lang, a=a, b=b),
        counted=counted(comparison, view.lang, b=b),
        changes=[_change(change, view) for change in wording.changes],
    )


def _attitude(name: str, view: View) -> str:
    return message(f"compare.attitude-{name}", view.lang)


def _licenses(comparison: Comparison, view: View) -> list[dict[str, Any]]:
    return [
        {
            "label": one.label,
            "name": one.name,
            "category": in_language(one.category_name, view.lang),
            "openness": categories()[one.category].openness,
            "confidence": message("category.confidence", view.lang, n=percent(one.confidence)),
            "review": one.needs_review,
        }
        for one in comparison.licenses
    ]


def _terms(comparison: Comparison, view: View) -> list[dict[str, Any]]:
    clauses = [{clause.id: clause for clause in one.clauses} for one in comparison.licenses]
    return [
        {
            "id": line.term,
            "name": term_name(line.term, view.lang),
            "meaning": in_language(terms()[line.term].meaning, view.lang),
            "group": message(f"group.{line.group}", view.lang),
            "group_order": GROUPS.index(line.group),
            "differs": line.differs,
            "cells": [
                {
                    "attitude": cell.attitude,
                    "sign": SIGNS[cell.attitude],
                    "word": _attitude(cell.attitude, view),
                    "order": _ORDER.index(cell.attitude),
                    "quotes": [_clause(clauses[place][name], view) for name in cell.clauses],
                }
                for place, cell in enumerate(line.cells)
            ],
        }
        for line in comparison.terms
    ]


def _clause(clause: Any, view: View) -> dict[str, Any]:
    return {
        "text": clause.text,
        "line": clause.line,
        "start": clause.start,
        "end": clause.end,
        "modality": message(f"modality.{clause.modality}", view.lang),
        "kind": clause.modality,
        "conditions": clause.conditions,
    }


def _grid(
    comparison: Comparison, passings: Sequence[dict[str, Any]]
) -> list[list[dict[str, Any] | None]]:
    """Return a row for each license passed on, a column for each it is passed on under."""
    count = len(comparison.licenses)
    grid: list[list[dict[str, Any] | None]] = [[None] * count for _ in range(count)]
    for found, shown in zip(comparison.passing, passings, strict=True):
        grid[found.a][found.b] = shown
    return grid


def _passing(comparison: Comparison, passing: Passing, view: View) -> dict[str, Any]:
    return {
        "id": f"pair-{passing.a}-{passing.b}",
        "pair": pair(comparison, passing, view.lang),
        "verdict": passing.verdict,
        "sign": VERDICT_SIGNS[passing.verdict],
        "word": message(f"compare.verdict-{passing.verdict}", view.lang),
        "grounds": [_ground(comparison, passing, ground, view) for ground in passing.grounds],
    }


def _ground(comparison: Comparison, passing: Passing, ground: Ground, view: View) -> dict[str, Any]:
    quotes = [
        _where(comparison.licenses[place].label, span, view)
        for place, spans in ((passing.a, ground.a), (passing.b, ground.b))
        for span in spans
    ]
    return {
        "weight": ground.weight,
        "sign": WEIGHT_SIGNS[ground.weight],
        "word": message(
            "compare.weight-note"
            if ground.weight == "note"
            else f"compare.verdict-{ground.weight}",
            view.lang,
        ),
        "text": in_language(ground.text, view.lang),
        "quotes": quotes,
    }


def _where(label: str, span: Span, view: View) -> dict[str, Any]:
    return {
        "where": message("compare.where", view.lang, name=label, line=span.line),
        "text": span.text,
    }


def _differences(comparison: Comparison, view: View) -> list[dict[str, Any]]:
    return [
        {
            "name": message(f"group.{group}", view.lang),
            "said": [
                {"term": one.term, "kind": one.kind, "text": in_language(one.text, view.lang)}
                for one in comparison.differences
                if one.group == group
            ],
        }
        for group in dict.fromkeys(one.group for one in comparison.differences)
    ]


def _change(change: Change, view: View) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "word": message(f"compare.{change.kind}", view.lang),
        "lines": " → ".join(str(side.line) for side in (change.a, change.b) if side),
        "pieces": [(mark, said) for mark, said in pieces(change) if said],
    }
