"""Wordings: lone sentences that restrict, and harmless ones, as the rules alone read them."""

from __future__ import annotations

from pathlib import Path

from openclause.clauses import Clause
from openclause.reading import read

HERE = Path(__file__).parent / "minimal_pairs"
# Terms whose name alone says that they restrict, and those that bind where they are duties.
GRANTS = frozenset(["termination", "unilateral-change"])
DUTIES = frozenset(["share-alike", "contact-licensor", "fee"])
DECISIVE_TERMS = (
    "modify distribute distribute-derivatives commercial-use private-use sell hosted-service "
    "compete train-models benchmark territory use-threshold field-of-use relicense use"
)
DECISIVE = frozenset(DECISIVE_TERMS.split())


def rows(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").splitlines()


def restricts(clause: Clause, wanted: set[str]) -> bool:
    if clause.term not in wanted:
        return False
    if clause.term in GRANTS:
        return clause.modality == "permission"
    return clause.modality == "prohibition" or (
        clause.term in DUTIES and clause.modality == "obligation"
    )


def test_restrictive_sentences_are_read() -> None:
    pairs = [row.split(" | ", 1) for row in rows("restrictive.list")]
    missed = [
        text
        for labels, text in pairs
        if not any(
            restricts(clause, {label.removesuffix(":P") for label in labels.split("/")})
            for clause in read(f"{text}\n")
        )
    ]
    assert len(missed) <= 0.06 * len(pairs), missed


def test_harmless_sentences_restrict_nothing() -> None:
    texts = rows("harmless.list")
    wrong = [
        text
        for text in texts
        if any(restricts(clause, {*DECISIVE, *GRANTS}) for clause in read(f"{text}\n"))
    ]
    assert len(wrong) <= 0.08 * len(texts), wrong
