"""A scan as SARIF 2.1.0, for code scanning and editors.

In: records. Out: one log with one run, written as the records come. A file that is not open gets
its verdict and each clause that restricts; an open one only what needs review; whatever could not
be read is an error. Regions count characters, and only where the text is the file's own: those of
PDF, DOCX and HTML have none.

References
----------
OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from openclause import __version__
from openclause.messages import in_language, message
from openclause.page import View
from openclause.scanning.records import Passage, Record
from openclause.scanning.writers.safety import printable
from openclause.taxonomy import categories, terms

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_WHOLE = frozenset({"text/plain", "text/markdown"})
_LEVELS = {"open": "note", "none": "note", "open-ish": "warning", "closed": "warning"}
_KEPT = "/!:@$&'()*+,;=-._~"  # what a path of a URI may hold as it is
_RESULTS = "\0results\0"

Json = dict[str, Any]


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
    driver = {"name": "openclause", "version": __version__, "rules": list(_rules(view))}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": _RESULTS}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules(view: View) -> Iterator[Json]:
    for category in categories().values():
        meaning = in_language(category.meaning, view.lang)
        yield _rule(f"category/{category.id}", in_language(category.name, view.lang), meaning)
    for term in terms().values():
        meaning = in_language(term.meaning, view.lang)
        yield _rule(f"term/{term.id}", in_language(term.name, view.lang), meaning)
    for name in ("error", "declared-differs"):
        said = message(f"scan.{name}", view.lang)
        yield _rule(name, said, said)


def _rule(name: str, short: str, full: str) -> Json:
    return {"id": name, "shortDescription": {"text": short}, "fullDescription": {"text": full}}


def results(record: Record, view: View) -> Iterator[Json]:
    """Yield the results of one file."""
    if record.error is not None:
        yield _result("error", "error", record.error, record)
    for finding in record.findings:
        yield _result(finding.id, "warning", finding.text, record)
    if record.category is None:
        return
    openness = categories()[record.category].openness
    if openness in ("open-ish", "closed") or record.needs_review:
        yield _result(
            f"category/{record.category}", _LEVELS[openness], _verdict(record, view), record
        )
    if openness in ("open-ish", "closed"):
        for passage in record.passages:
            name = in_language(terms()[passage.term].name, view.lang)
            said = f"{name}: {printable(passage.quote)}"
            yield _result(f"term/{passage.term}", "note", said, record, passage)


def _verdict(record: Record, view: View) -> str:
    assert record.category is not None
    said = in_language(categories()[record.category].name, view.lang)
    if record.identification:
        said += f" · {record.identification.name} {record.identification.similarity:.0%}"
    if record.needs_review:
        said += f" · {message('category.needs-review', view.lang)}"
    return said


def _result(
    rule: str, level: str, text: str, record: Record, passage: Passage | None = None
) -> Json:
    place: Json = {"artifactLocation": {"uri": uri(record.path)}}
    if passage is not None and record.media_type in _WHOLE:
        place["region"] = {
            "startLine": passage.line,
            "startColumn": passage.column,
            "endLine": passage.end_line,
            "endColumn": passage.end_column,
            "charOffset": passage.start,
            "charLength": passage.end - passage.start,
        }
    said = passage.quote if passage is not None else record.sha256 or ""
    print_ = sha256(f"{rule}\0{said}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": printable(text)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"openclause/v1": print_},
    }


def uri(path: str) -> str:
    """Return a path as a URI, relative where the path is."""
    quoted = quote(path, safe=_KEPT, errors="surrogatepass")
    if path.startswith("/"):
        return f"file://{quoted}"
    # A colon in the first step would make it a scheme.
    return f"./{quoted}" if ":" in quoted.split("/", 1)[0] else quoted


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
