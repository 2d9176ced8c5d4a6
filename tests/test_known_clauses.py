from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openclause.corpus import ClauseLabel
from openclause.errors import ModelError
from openclause.identity import Known
from openclause.known_clauses import (
    KNOWN_PART,
    KnownClauses,
    gathered,
    known_part,
    load_known_clauses,
)
from openclause.modelfile import Part, write_model

TEXT = """Toy Open License

You may copy the toy. 1. You may not sell it, and
keep this notice with it.
"""
KNOWN = Known("toy", "Toy-1.0", "Toy Open License", "permissive")


def label(words: str, term: str, modality: str = "permission") -> ClauseLabel:
    start = TEXT.index(words)
    return ClauseLabel(start, start + len(words), term, modality, "recipient", True)


LABELS = (
    label("You may copy the toy.", "distribute"),
    label("You may not sell it", "sell", "prohibition"),
    label("keep this notice", "include-license", "obligation"),
)


def known() -> KnownClauses:
    others = Known("other", None, "Other", "proprietary")
    return gathered([(KNOWN, TEXT, LABELS), (others, "Keep out.", None)], read=["toy", "other"])


def saved(folder: Path, *parts: Part) -> Path:
    write_model(folder, parts, versions={}, corpus_sha256="0" * 64, card="")
    return folder


def test_labels_are_kept_by_the_places_of_their_sentences() -> None:
    found = known().clauses["toy"]
    assert [(each.first, each.last, each.skipped, each.left) for each in found] == [
        (0, 0, 0, 0),
        (1, 1, 0, 6),
        (1, 1, 6, 2),
    ]
    assert [each.term for each in found] == ["distribute", "sell", "include-license"]


def test_only_annotated_licenses_have_clauses() -> None:
    assert set(known().clauses) == {"toy"}
    assert known().read == {"toy", "other"}


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    again = load_known_clauses(saved(tmp_path / "models", known_part(known())))
    assert (again.clauses, again.sentences, again.read) == (
        known().clauses,
        known().sentences,
        known().read,
    )


def test_nothing_reviewed_is_written_and_read_too(tmp_path: Path) -> None:
    again = load_known_clauses(saved(tmp_path / "models", known_part(KnownClauses())))
    assert (again.clauses, again.read) == ({}, frozenset())


def test_a_model_without_reviewed_clauses_has_none(tmp_path: Path) -> None:
    folder = saved(tmp_path / "models", Part("other", {}, {}))
    assert load_known_clauses(folder).clauses == {}


def test_no_words_of_a_license_are_kept(tmp_path: Path) -> None:
    folder = saved(tmp_path / "models", known_part(known()))
    held = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    assert not [word for word in (b"copy the toy", b"keep", b"sell it") if word in held]


def with_cell(rows, column, value):
    changed = rows.copy()
    changed[0, column] = value
    return changed


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("rows", lambda rows: rows[1:]),
        ("rows", lambda rows: rows[:, 1:]),
        ("rows", lambda rows: rows + 9),
        ("rows", lambda rows: with_cell(rows, 0, 1)),  # begins behind its end
        ("rows", lambda rows: with_cell(rows, 1, 2)),  # ends in a sentence that there is not
        ("rows", lambda rows: with_cell(rows, 4, 999)),
        ("rows", lambda rows: with_cell(rows, 5, 3)),
        ("rows", lambda rows: with_cell(rows, 6, 3)),
        ("counts", lambda counts: counts + 1),
        ("lengths", lambda lengths: np.append(lengths, 1)),
        ("sentences", lambda hashes: hashes[:0]),
        ("sentences", lambda hashes: hashes.astype(np.float64)),
        ("counts", lambda counts: counts.astype(np.float64)),
        ("counts", lambda counts: counts.astype(np.int64) * -1),
        ("counts", lambda counts: counts.reshape(-1, 1)),
        ("rows", lambda rows: rows.astype(np.float32)),
        ("rows", lambda rows: rows.reshape(-1)),
    ],
)
def test_what_does_not_fit_together_is_an_error(tmp_path, name, change) -> None:
    part = known_part(known())
    broken = Part(KNOWN_PART, part.settings, part.arrays | {name: change(part.arrays[name])})
    with pytest.raises(ModelError, match="does not fit together"):
        load_known_clauses(saved(tmp_path / "models", broken))


def test_a_clause_of_an_unknown_term_is_an_error(tmp_path) -> None:
    part = known_part(known())
    names = ["yodel" if name == "sell" else name for name in part.settings["terms"]]
    broken = Part(KNOWN_PART, part.settings | {"terms": names}, part.arrays)
    with pytest.raises(ModelError, match=r"does not fit together \(clauses of yodel\)"):
        load_known_clauses(saved(tmp_path / "models", broken))
