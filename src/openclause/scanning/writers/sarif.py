"""A scan as SARIF 2.1.0, for code scanning and editors.

In: records. Out: one log with one run, written as the records come. A file that is not open gets
its verdict and each clause that restricts; an open one only what needs review; whatever could not
be read is a note. Regions count characters, and only where the text is the file's own: those of
PDF, DOCX and HTML have none.

References
----------
OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256

import msgspec

from openclause import __version__
from openclause.messages import Language, in_language, message
from openclause.page import View, share
from openclause.phrasebook import said
from openclause.sarif import LINE_ENDS, Json, address, escaped, log_of, region
from openclause.scanning.records import MODEL, Passage, Record
from openclause.scanning.together import kinds
from openclause.scanning.writers.safety import printable
from openclause.taxonomy import categories, terms

_RESTRICTIVE = ("open-ish", "closed")
# What a file that could not be read is called.
_UNREADABLE = "unreadable"
_RESULTS = "\0results\0"


def sarif(records: Iterable[Record], view: View) -> Iterator[bytes]:
    """Yield a SARIF log."""
    head, tail = _dumps(_log(view)).split(_dumps(_RESULTS))
    yield head.encode() + b"["
    between = b"\n"
    for record in records:
        for result in results(record, view):
            yield between + _dumps(result).encode()
            between = b",\n"
    yield b"\n]" + tail.encode() + b"\n"


def _log(view: View) -> Json:
    driver = {"name": "openclause", "version": __version__, "rules": list(_rules(view.lang))}
    run = {
        "tool": {"driver": driver},
        "language": view.lang,
        "columnKind": "unicodeCodePoints",
        "newlineSequences": LINE_ENDS,
        "results": _RESULTS,
    }
    return log_of(run)


def _rules(lang: Language) -> Iterator[Json]:
    for term in terms().values():
        yield _rule(term.id, in_language(term.name, lang), in_language(term.meaning, lang))
    for name, category in categories().items():
        meaning = in_language(category.meaning, lang)
        yield _rule(f"category/{name}", in_language(category.name, lang), meaning)
    yield _rule(MODEL, message("scan.model", lang), message("scan.model-meaning", lang))
    said = message("scan.unreadable", lang)
    yield _rule(_UNREADABLE, said, said)
    for name in kinds():
        said = message("scan.discrepancy", lang, kind=name)
        yield _rule(name, said, said)


def _rule(name: str, short: str, full: str) -> Json:
    return {
        "id": name,
        "shortDescription": {"text": plain(short)},
        "fullDescription": {"text": plain(full)},
    }


@cache
def _places_of_rules() -> dict[str, int]:
    return {rule["id"]: place for place, rule in enumerate(_rules("en"))}


def results(record: Record, view: View) -> Iterator[Json]:
    """Yield the results of one file: its verdict, its clauses, findings, or why it was not read."""
    if record.category is not None:
        openness = categories()[record.category].openness
        if openness in _RESTRICTIVE or record.needs_review:
            level = "warning" if openness in _RESTRICTIVE else "note"
            yield _result(f"category/{record.category}", level, _verdict(record, view), record)
        if openness in _RESTRICTIVE:
            yield from _clauses(record, view)
    for finding in record.findings:
        place = finding.files[0] if finding.files else record.path
        at = msgspec.structs.replace(record, path=place)
        yield _result(finding.id, finding.severity, finding.text, at)
    if record.release is not None:
        yield _result(MODEL, "note", " ".join(record.release.sentences), record)
    if record.error is not None:
        yield _result(_UNREADABLE, "note", said(record.error, view.lang), record)


def _clauses(record: Record, view: View) -> Iterator[Json]:
    seen: Counter[str] = Counter()
    for passage in record.passages:
        name = in_language(terms()[passage.term].name, view.lang)
        modality = message(f"modality.{passage.modality}", view.lang)
        said = f"{modality}: {name}. “{passage.quote}”"
        level = "warning" if passage.modality == "prohibition" else "note"
        mark = digest(passage.term, passage.modality, passage.quote)
        seen[mark] += 1
        found = _result(passage.term, level, said, record, passage)
        found["partialFingerprints"] = {"clause/v1": f"{mark}:{seen[mark]}"}
        yield found


def _verdict(record: Record, view: View) -> str:
    said = in_language(categories()[record.category or ""].name, view.lang)
    if record.identification:
        said += (
            f" · {record.identification.name} {share(record.identification.similarity, view.lang)}"
        )
    if record.needs_review:
        said += f" · {message('category.needs-review', view.lang)}"
    return said


def _result(
    rule: str, level: str, text: str, record: Record, passage: Passage | None = None
) -> Json:
    place: Json = {"artifactLocation": address(record.path)}
    if passage is not None and record.is_plain:
        first, last = (passage.line, passage.column), (passage.end_line, passage.end_column)
        place["region"] = region(first, last, (passage.start, passage.end))
    return {
        "ruleId": rule,
        "ruleIndex": _places_of_rules()[rule],
        "level": level,
        "message": {"text": plain(text)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"category/v1": digest(rule)},
    }


def digest(*words: str) -> str:
    """Return a short digest of words, for fingerprints."""
    said = "\0".join(words).casefold()
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def plain(words: str) -> str:
    """Return words as a SARIF message says them: no placeholder, no link, nothing that acts."""
    return escaped(printable(words))


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
