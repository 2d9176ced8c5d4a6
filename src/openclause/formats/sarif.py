"""SARIF 2.1.0: the clauses that restrict, and the category, for code scanning.

In: analyses, their texts and paths. Out: `results` for each document, for one or many files, and
`log`, the whole log of one run. One rule a term and one a category. A region is given where the
text is the file itself, character by character, not where a reader took it out of HTML, PDF or
DOCX: there the quote in the message has to do.

References
----------
OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01" (2023);
sections are named where they are followed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from openclause import __version__
from openclause.analysis import Analysis, Failure
from openclause.clauses import Clause
from openclause.documents import MARKDOWN, PLAIN
from openclause.formats.phrases import reason_words, statement, verdict
from openclause.formats.places import Places
from openclause.messages import Language, in_language, message, translated
from openclause.page import View, shorten
from openclause.sarif import LINE_ENDS, Json, address, escaped, log_of, region
from openclause.taxonomy import Term, Words, categories, terms
from openclause.untrusted import visible

# A quote in a message, in characters, and how many clauses a category points to.
_QUOTE, _RELATED = 260, 20
_THE_FILE_ITSELF = (PLAIN, MARKDOWN)
_CATEGORY = "category/"


def sarif(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the log of one document; without its text, regions tell lines only."""
    path = analysis.document.path
    found = results(analysis, path, text=text, lang=view.lang)
    whole = log(
        found,
        artifacts=[artifact(analysis, path)],
        notifications=notices(analysis, path, lang=view.lang),
        lang=view.lang,
    )
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def log(
    found: Iterable[Json],
    *,
    artifacts: Iterable[Json] = (),
    notifications: Iterable[Json] = (),
    lang: Language = "en",
) -> Json:
    """Return the log of one run from the `results` of any number of documents."""
    run = {
        "tool": {"driver": _driver(lang)},
        "language": lang,
        "columnKind": "utf16CodeUnits",
        "newlineSequences": LINE_ENDS,
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": list(notifications)}
        ],
        "artifacts": list(artifacts),
        "results": list(found),
    }
    return log_of(run)


def results(
    analysis: Analysis,
    path: str | PurePath | None,
    *,
    text: str | None = None,
    lang: Language = "en",
) -> list[Json]:
    """Return what one document comes to: its category, then the clauses that restrict.

    Parameters
    ----------
    path
        The file as the log shall name it, absolute or below the root of the repository; None for
        standard input.
    text
        The text of the document, as `documents` decoded it; without it regions have lines only.
    """
    regions = _Regions(analysis, path, text)
    shown = [clause for clause in analysis.clauses if _is_shown(clause)]
    prints = _fingerprints(shown)
    return [
        _category(analysis, regions, lang),
        *(
            _result(clause, regions.location(clause), mark, lang)
            for clause, mark in zip(shown, prints, strict=True)
        ),
    ]


def artifact(analysis: Analysis, path: str | PurePath | None) -> Json:
    """Return the record of a file that was read."""
    document = analysis.document
    return {
        "location": address(path),
        "mimeType": document.media_type,
        "hashes": {"sha-256": document.sha256},
        "roles": ["analysisTarget"],
    }


def notices(
    analysis: Analysis, path: str | PurePath | None, *, lang: Language = "en"
) -> list[Json]:
    """Return the warnings of an analysis as notifications of the run (section 3.58)."""
    return [
        _notification(translated(words, lang), path, level="note") for words in analysis.warnings
    ]


def failure(found: Failure) -> Json:
    """Return the notification for a file that could not be read."""
    return _notification(found.error, found.path, level="error")


def _notification(words: str, path: str | PurePath | None, *, level: str) -> Json:
    place = {"physicalLocation": {"artifactLocation": address(path)}}
    return {"level": level, "message": {"text": _plain(words)}, "locations": [place]}


def _is_shown(clause: Clause) -> bool:
    return bool(clause.restricts) or terms()[clause.term].group == "control"


def _result(clause: Clause, location: Json, fingerprint: str, lang: Language) -> Json:
    said = f"{statement(clause, lang)}. “{shorten(visible(clause.text), _QUOTE)}”"
    return {
        "ruleId": clause.term,
        "ruleIndex": _rule_index(clause.term),
        "kind": "fail",
        "level": "warning" if clause.modality == "prohibition" else "note",
        "message": {"text": _plain(said)},
        "locations": [location],
        "partialFingerprints": {"clause/v1": fingerprint},
        "properties": _properties(clause),
    }


def _properties(clause: Clause) -> Json:
    """Return what SARIF has no field for; offsets here count Unicode characters."""
    return {
        "clause": clause.id,
        "start": clause.start,
        "end": clause.end,
        "modality": clause.modality,
        "holder": clause.holder,
        "main": clause.main,
        "restricts": list(clause.restricts),
        "section": None if clause.section is None else visible(clause.section),
        "conditions": [visible(condition) for condition in clause.conditions],
        "confidence": clause.confidence,
        "source": clause.source,
    }


def _category(analysis: Analysis, regions: _Regions, lang: Language) -> Json:
    openness = analysis.openness
    restrictive = categories()[openness.category].openness in ("open-ish", "closed")
    because = [reason_words(reason, lang) for reason in openness.reasons]
    by_id = {clause.id: clause for clause in analysis.clauses}
    named = dict.fromkeys(name for reason in openness.reasons for name in reason.clauses)
    shown = [by_id[name] for name in named if name in by_id][:_RELATED]
    return {
        "ruleId": _CATEGORY + openness.category,
        "ruleIndex": len(terms()) + list(categories()).index(openness.category),
        "kind": "fail" if restrictive else "informational",
        "level": "warning" if restrictive else "none",
        "message": {"text": _plain(" ".join([f"{verdict(analysis, lang)}.", *because]))},
        "locations": [regions.location(shown[0] if shown else None)],
        "relatedLocations": [
            {"id": number, "message": {"text": _plain(statement(clause, lang))}}
            | regions.location(clause)
            for number, clause in enumerate(shown, start=1)
        ],
        "partialFingerprints": {"category/v1": openness.category},
        "properties": {
            "confidence": openness.confidence,
            "needsReview": openness.needs_review,
            "rules": [reason.rule for reason in openness.reasons],
        },
    }


class _Regions:
    """The places of one document's clauses."""

    def __init__(self, analysis: Analysis, path: str | PurePath | None, text: str | None) -> None:
        self._address = address(path)
        self._itself = analysis.document.media_type in _THE_FILE_ITSELF
        self._places = Places(text) if text is not None else None

    def location(self, clause: Clause | None) -> Json:
        """Return where a clause stands; of None, the file as a whole."""
        physical: Json = {"artifactLocation": self._address}
        if clause is not None and self._itself:
            physical["region"] = self._region(clause)
        return {"physicalLocation": physical}

    def _region(self, clause: Clause) -> Json:
        if self._places is None:
            return {"startLine": clause.line}
        start, end = self._places.of(clause.start), self._places.of(clause.end)
        return region(
            (start.line, start.column), (end.line, end.column), (start.offset, end.offset)
        )


def _fingerprints(clauses: Sequence[Clause]) -> Iterator[str]:
    """Yield what stays the same of a clause when lines move: its words, and which of its like."""
    seen: Counter[str] = Counter()
    for clause in clauses:
        words = " ".join(clause.text.split()).casefold()
        said = "\0".join([clause.term, clause.modality, clause.holder, words])
        digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"


def _driver(lang: Language) -> Json:
    return {
        "name": "openclause",
        "version": __version__,
        "semanticVersion": __version__,
        "shortDescription": {"text": message("sarif.tool", lang)},
        "rules": [
            *(_term_rule(term, lang) for term in terms().values()),
            *(_category_rule(name, lang) for name in categories()),
        ],
    }


def _rule_index(term: str) -> int:
    return list(terms()).index(term)


def _term_rule(term: Term, lang: Language) -> Json:
    group = message(f"group.{term.group}", lang)
    rule = _rule(term.id, term.name, term.meaning, lang)
    return rule | {
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["license", term.group], "group": group},
    }


def _category_rule(name: str, lang: Language) -> Json:
    category = categories()[name]
    rule = _rule(_CATEGORY + name, category.name, category.meaning, lang)
    return rule | {
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["license", "openness"], "rank": category.rank},
    }


def _rule(name: str, words: Words, meaning: Words, lang: Language) -> Json:
    said, meant = in_language(words, lang), in_language(meaning, lang)
    more = message("sarif.more", lang, id=name.removeprefix(_CATEGORY))
    advice = message("about.advice", lang)
    pascal = "".join(part.capitalize() for part in name.replace("/", "-").split("-"))
    return {
        "id": name,
        "name": pascal,
        "shortDescription": {"text": _plain(said)},
        "fullDescription": {"text": _plain(meant)},
        "help": {
            "text": _plain(f"{meant} {more} {advice}"),
            "markdown": f"**{said}**\n\n{meant}\n\n{more}\n\n*{advice}*",
        },
    }


def _plain(words: str) -> str:
    """Return words as a SARIF message says them: no placeholder, no link, nothing that acts."""
    return escaped(visible(words))
