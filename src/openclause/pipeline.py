"""openclause inside spaCy: components that write span groups, and the pipeline made of them.

In: a `Doc` of any tokenizer. Out: the same `Doc` with `spans["sentences"]`, `spans["sections"]`,
`spans["terms"]`, `spans["modals"]`, `spans["clauses"]` and category probabilities in `cats`. A
clause span's label is `modality/term`, its id what made it. The work is done on the text of the
Doc by the rooms below, so any tokenizer will do; spans are widened to whole tokens.

The annotations stay real types, not strings: releases of spaCy look at those of the factories.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from openclause.analysis import category_probabilities, load_model
from openclause.caution import english
from openclause.clauses import Clause, Reading, reader
from openclause.documents import language
from openclause.identity import identify, nearest
from openclause.reading import found_in
from openclause.recall import told
from openclause.segmentation import Unit, word_spans

GROUPS = ("sentences", "sections", "terms", "modals", "clauses")
# The components that a model answers in.
_LEARNT = ("clauses", "category")


def load(*, model: Path | None = None) -> Language:
    """Return a blank English pipeline with all components of openclause.

    Parameters
    ----------
    model
        A model folder for the clauses and the category; by default the one in the package.
    """
    nlp = spacy.blank("en")
    config = {"model": str(model) if model else None}
    for name in (*GROUPS, "category"):
        nlp.add_pipe(f"openclause_{name}", config=config if name in _LEARNT else {})
    return nlp


@lru_cache(maxsize=1)
def _reading(text: str) -> Reading:
    """Take the last text apart once for all the components that look at it."""
    return reader().take_apart(text)


@Language.component("openclause_sentences", assigns=["doc.spans"])
def sentences(doc: Doc) -> Doc:
    """Write the sentences and list items to `spans["sentences"]`, labelled by their kind."""
    units = _reading(doc.text).outline.units
    rows = (
        (unit.start, unit.end, unit.kind, unit.role) for unit in units if unit.kind != "heading"
    )
    return _write(doc, "sentences", rows)


@Language.component("openclause_sections", assigns=["doc.spans"])
def sections(doc: Doc) -> Doc:
    """Write the headings to `spans["sections"]`, labelled `heading`."""
    units = _reading(doc.text).outline.units
    rows = (
        (unit.start, unit.end, "heading", unit.role) for unit in units if unit.kind == "heading"
    )
    return _write(doc, "sections", rows)


@Language.component("openclause_terms", assigns=["doc.spans"])
def terms(doc: Doc) -> Doc:
    """Write what the rules matched to `spans["terms"]`, labelled by term, the rule as id."""
    reading = _reading(doc.text)
    names = reader().rules.set.terms
    rows = (
        (
            *_place(reading, reading.outline.units[hit.unit], hit.first, hit.last),
            names[hit.rule],
            hit.rule,
        )
        for hit in reading.hits
    )
    return _write(doc, "terms", rows)


@Language.component("openclause_modals", assigns=["doc.spans"])
def modals(doc: Doc) -> Doc:
    """Write the cues to `spans["modals"]`, labelled by modality (or `mask`), the cue as id."""
    reading = _reading(doc.text)
    rows = (
        (*_place(reading, unit, cue.first, cue.last), cue.kind.modality, cue.id)
        for unit, cues in zip(reading.outline.units, reading.scopes.cues, strict=True)
        for cue in cues
    )
    return _write(doc, "modals", rows)


class ClausesComponent:
    """Writes the clauses that `analyze` finds to `spans["clauses"]`."""

    def __init__(self, model: Path | None) -> None:
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its clauses, labelled `modality/term`, their source as id."""
        found = english(self._found(doc.text), language(doc.text))
        rows = ((c.start, c.end, f"{c.modality}/{c.term}", c.source) for c in found)
        return _write(doc, "clauses", rows)

    def _found(self, text: str) -> tuple[Clause, ...]:
        learnt = load_model(self.model)
        matches = identify(text, learnt.index) if learnt.reviewed.clauses else ()
        answer = told(text, nearest(matches, learnt.index), learnt)
        return (answer or found_in(_reading(text), learnt.clauses)).clauses


@Language.factory("openclause_clauses", assigns=["doc.spans"], default_config={"model": None})
def make_clauses(nlp: Language, name: str, model: str | None) -> ClausesComponent:
    """Return the component for a model folder, by default the one in the package."""
    return ClausesComponent(Path(model) if model else None)


class CategoryComponent:
    """Writes the probability of each openness category to `Doc.cats`."""

    def __init__(self, model: Path | None) -> None:
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its `cats` filled."""
        doc.cats = category_probabilities(doc.text, model=self.model)
        return doc


@Language.factory("openclause_category", assigns=["doc.cats"], default_config={"model": None})
def make_category(nlp: Language, name: str, model: str | None) -> CategoryComponent:
    """Return the component for a model folder, by default the one in the package."""
    return CategoryComponent(Path(model) if model else None)


def _place(reading: Reading, unit: Unit, first: int, last: int) -> tuple[int, int]:
    """Return the character offsets of words of a unit; the unit's own where they are not known."""
    spans = word_spans(reading.text, unit)
    if len(spans) != unit.last - unit.first:
        return unit.start, unit.end
    return spans[first - unit.first][0], spans[last - 1 - unit.first][1]


def _write(doc: Doc, group: str, rows: Iterable[tuple[int, int, str, str]]) -> Doc:
    doc.spans[group] = SpanGroup(doc, name=group, spans=list(_spans(doc, rows)))
    return doc


def _spans(doc: Doc, rows: Iterable[tuple[int, int, str, str]]) -> Iterator[Span]:
    for start, end, label, name in rows:
        span = doc.char_span(start, end, label=label, span_id=name, alignment_mode="expand")
        if span is not None:
            yield span
