"""Clause records for tests, from a shorthand: `modify/prohibition`, `distribute/permission@0.4`."""

from __future__ import annotations

from openclause.clauses import Clause

GRANTED = (
    "Permission is hereby granted to use, copy, modify and distribute this software for any "
    "purpose, provided that the copyright notice appears in all copies."
)
GRANT = (
    "use/permission",
    "distribute/permission",
    "modify/permission",
    "include-copyright/obligation",
)
_SAID = {
    "permission": "You may do this.",
    "obligation": "You must do this.",
    "prohibition": "You must not do this.",
}


def make(kind: str, text: str | None = None, *, start: int = 0, main: bool = True) -> Clause:
    """Make one clause; `@0.4` behind the kind is its confidence, else 0.9."""
    kind, _, sure = kind.partition("@")
    term, _, modality = kind.partition("/")
    said = text or _SAID[modality]
    licensor = term in {"termination", "unilateral-change"} and modality == "permission"
    return Clause(
        id=f"{term}-{modality}-{start}",
        start=start,
        end=start + len(said),
        line=1,
        section=None,
        text=said,
        term=term,
        modality=modality,  # type: ignore[arg-type]
        holder="licensor" if licensor else "recipient",
        main=main,
        restricts=(),
        conditions=(),
        confidence=float(sure or 0.9),
        source="rule:test",
    )


def clauses(*said: str | tuple[str, str]) -> list[Clause]:
    """Make clauses one after another; a pair is a kind and its text."""
    pairs = [(item, None) if isinstance(item, str) else item for item in said]
    return [make(kind, text, start=100 * place) for place, (kind, text) in enumerate(pairs)]
