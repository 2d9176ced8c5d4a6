"""What is fuzzed: bytes in, and whatever may never happen raises.

The first byte chooses a reader or a step, the rest is what it is given. `check` knows the errors
that are allowed and the properties of an answer; both fuzzers and the default tests call it.
"""

from __future__ import annotations

import msgspec

from openclause.analysis import Analysis, analyze_document
from openclause.documents import Document, read_bytes, read_text
from openclause.errors import OpenClauseError
from openclause.finding.metadata import declared_in
from openclause.finding.streams import Problem
from openclause.formats import FORMATS
from openclause.page import View
from openclause.untrusted import visible

SUFFIXES = ("", ".md", ".html", ".pdf", ".docx")
PAGES = ("text", "markdown")
METADATA = ("package.json", "pyproject.toml", "pom.xml", "Cargo.toml", "config.yaml", "setup.cfg")
LONGEST = 20_000  # bytes; longer inputs find nothing that shorter ones do not


def check(data: bytes) -> None:
    """Run one step on one input; raise on anything but the project's own errors."""
    if not data:
        return
    choice, rest = data[0] % 8, data[1 : LONGEST + 1]
    if choice < len(SUFFIXES):
        _check_file(rest, "input" + SUFFIXES[choice])
    elif choice == len(SUFFIXES):
        check_analysis(read_text(rest.decode("utf-8", "replace")))
    elif choice == len(SUFFIXES) + 1:
        _check_metadata(rest)
    else:
        check_analysis(read_text(rest.decode("latin-1")))


def _check_file(data: bytes, name: str) -> None:
    try:
        document = read_bytes(data, path=name)
    except OpenClauseError as error:
        _check_line(str(error), name)
        return
    check_analysis(document)


def _check_metadata(data: bytes) -> None:
    for name in METADATA:
        try:
            declared_in(name, data)
        except Problem as problem:
            assert "; mend it" in str(problem), problem


def _check_line(line: str, name: str) -> None:
    assert line.startswith(f"{name}: "), line
    assert line.isprintable(), line


def check_analysis(document: Document) -> Analysis:
    """Check what holds for every answer, whatever the document."""
    found = analyze_document(document)
    text = document.text
    for clause in found.clauses:
        assert 0 <= clause.start < clause.end <= len(text), clause
        assert text[clause.start : clause.end] == clause.text, clause
        assert clause.line == text.count("\n", 0, clause.start) + 1 or "\r" in text, clause
    starts = [clause.start for clause in found.clauses]
    assert starts == sorted(starts)
    assert len({clause.id for clause in found.clauses}) == len(found.clauses)
    _check_verdict(found)
    said = found.to_json()
    again = msgspec.json.decode(said, type=Analysis)
    assert again.to_json() == said
    _check_looks(found, text)
    return found


def _check_looks(found: Analysis, text: str) -> None:
    for name in PAGES:
        shown = FORMATS[name](found, View(), text)
        assert shown.endswith("\n")
        assert visible(shown) == shown, "something acts on who shows it"


def _check_verdict(found: Analysis) -> None:
    assert 0 <= found.openness.confidence <= 1
    assert abs(sum(found.openness.probabilities.values()) - 1) < 0.01
    known = {clause.id for clause in found.clauses}
    named = {name for reason in found.openness.reasons for name in reason.clauses}
    named |= {name for verdict in found.criteria.values() for name in verdict.clauses}
    assert named <= known, named - known
