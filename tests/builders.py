from __future__ import annotations

from typing import Any

from openclause.analysis import Analysis, CriterionSummary, DocumentInfo
from openclause.attitudes import summarize
from openclause.clauses import Clause
from openclause.corpus import LabelledDocument, Record, digest
from openclause.openness import Openness, Reason
from openclause.taxonomy import categories, criteria, terms

GROUPS = ("redistribution", "derivatives", "use")


def clause(term: str, modality: str, *, start: int = 0, **changes: Any) -> Clause:
    """Return a clause about a term; its text is as long as its offsets say."""
    group = terms()[term].group
    text = changes.pop("text", f"This clause is about {term}.")
    fields: dict[str, Any] = {
        "id": f"c{start}-{term}",
        "start": start,
        "end": start + len(text),
        "line": start // 80 + 1,
        "section": None,
        "text": text,
        "term": term,
        "modality": modality,
        "holder": "recipient",
        "main": True,
        "restricts": (group,) if group in GROUPS and modality != "permission" else (),
        "conditions": (),
        "confidence": 0.9,
        "source": f"rule:{term}.test",
    }
    return Clause(**(fields | changes))


def labelled(text: str, **changes: Any) -> LabelledDocument:
    """Return a text with a record that fits it; its family is its key unless told."""
    key = changes.get("key", "own")
    fields: dict[str, Any] = {
        "key": key,
        "name": key,
        "language": "en",
        "artifact": "software",
        "category": "permissive",
        "addendum": False,
        "hard": False,
        "basis": "read",
        "family": key,
        "split": "train",
        "chars": len(text),
        "sha256": digest(text.encode()),
    }
    return LabelledDocument(Record(**(fields | changes)), text)


def analysis(*clauses: Clause, category: str = "source-available", **changes: Any) -> Analysis:
    """Return an analysis of clauses with one reason that shows the first of them."""
    status = {name: CriterionSummary("met", ()) for name in criteria()}
    if clauses:
        status["OSD-6"] = CriterionSummary("violated", (clauses[0].id,))
    fields: dict[str, Any] = {
        "document": DocumentInfo(
            path="licenses/example.txt",
            sha256="0" * 64,
            encoding="utf-8",
            media_type="text/plain",
            chars=1234,
            language="en",
            title="Example License",
        ),
        "identification": (),
        "openness": openness(category, *clauses[:1]),
        "clauses": clauses,
        "terms": summarize(clauses),
        "criteria": status,
        "warnings": ("something to beware of",),
    }
    return Analysis(**(fields | changes))


def openness(category: str, *clauses: Clause, **changes: Any) -> Openness:
    """Return an openness decided by a rule that no data file knows."""
    fields: dict[str, Any] = {
        "category": category,
        "rank": categories()[category].rank,
        "confidence": 0.75,
        "probabilities": {category: 0.75, "permissive": 0.25},
        "needs_review": True,
        "reasons": (Reason("test-rule", "A test says so.", tuple(one.id for one in clauses)),),
        "addendum": False,
        "by_reference": False,
        "parts": (),
    }
    return Openness(**(fields | changes))
