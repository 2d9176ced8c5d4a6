"""What a policy complains of in one record of a scan.

In: a record and the settings that hold at its path. Out: `Issue` records. Exceptions, and what the
whole comes to, are for `checking`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from openclause.finding.components import CLASSES, components
from openclause.finding.discrepancies import Resolve
from openclause.messages import Language, in_language, message
from openclause.page import percent
from openclause.phrasebook import said
from openclause.policy.licensing import Answer, Asked, declared_answer, text_answer
from openclause.policy.policies import Settings, Severity
from openclause.policy.reports import Issue, Place
from openclause.policy.wording import rules, sentence
from openclause.scanning.records import FOLDERS, Finding, Passage, Record, Released
from openclause.scanning.together import kinds
from openclause.taxonomy import NOT_A_LICENSE, categories, terms

_PACKAGED = frozenset({"metadata", "model-card"})


class Judge(msgspec.Struct, frozen=True):
    """The settings that hold at a path, in the form in which they are asked.

    `barred` and `freed` are denied and allowed terms, with a modality or without.
    """

    settings: Settings
    asked: Asked
    resolve: Resolve
    lang: Language
    barred: frozenset[str]
    freed: frozenset[str]

    def issues(self, record: Record) -> Iterator[Issue]:
        """Yield what is to complain of in a record."""
        if record.error is not None:
            cause = said(record.error, self.lang)
            yield from self._one("unreadable", record, record.error, cause=cause)
        if record.release is not None:
            yield from self._model(record, record.release)
            return
        for finding in record.findings:
            path = finding.files[0] if finding.files else record.path
            at = msgspec.structs.replace(record, path=path)
            yield from self._issue(finding.id, self._weight(finding), at, finding.id, finding.text)
        yield from self._declared(record)
        if record.category == NOT_A_LICENSE and record.kind == "licence":
            yield from self._doubts(record, NOT_A_LICENSE)
            yield from self._one(NOT_A_LICENSE, record, NOT_A_LICENSE)
        elif record.category not in (None, NOT_A_LICENSE):
            yield from self._text(record, record.category or "")

    def _weight(self, finding: Finding) -> Severity:
        """Return how grave a finding is; one that is in doubt itself stays a note."""
        asked = self.settings.severity.get(finding.id, finding.severity)
        doubted = finding.severity != kinds().get(finding.id, finding.severity)
        return finding.severity if doubted and asked != "off" else asked

    def _one(self, rule: str, record: Record, subject: str, **values: object) -> Iterator[Issue]:
        grave = self.settings.severity.get(rule, rules()[rule].severity)
        said = sentence(rule, self.lang, **({"subject": subject} | values))
        yield from self._issue(rule, grave, record, subject, said)

    def _issue(
        self, rule: str, severity: Severity, record: Record, subject: str, said: str
    ) -> Iterator[Issue]:
        if severity != "off":
            yield Issue(rule=rule, severity=severity, path=record.path, subject=subject, text=said)

    def _declared(self, record: Record) -> Iterator[Issue]:
        """Judge what is declared; where a text is read too, only what it may not be.

        A name that metadata gives and nobody knows is a finding of its package, whose texts may
        bear it.
        """
        only_named = record.category in (None, NOT_A_LICENSE) or record.by_reference
        for expression in record.declared if record.kind not in FOLDERS else ():
            answer = declared_answer(expression, self.asked, self.resolve)
            if answer.kind == "unknown" and record.kind in _PACKAGED:
                continue
            if answer.kind == "license" or (only_named and not answer.is_good):
                yield from self._answer(answer, record)

    def _answer(self, answer: Answer, record: Record) -> Iterator[Issue]:
        rule = "unknown-license" if answer.kind == "unknown" else answer.kind
        name = self._name(answer.category) if answer.category else answer.subject
        yield from self._one(rule, record, answer.subject, name=name)

    def _text(self, record: Record, category: str) -> Iterator[Issue]:
        """Judge a text; what is not known for sure violates nothing."""
        answer = self._text_answer(record, category)
        if answer.kind == "license":
            yield from self._answer(answer, record)
        if answer.kind == "listed":
            return
        doubts = [*self._doubts(record, category)]
        yield from doubts
        if any(doubt.severity == "unsure" for doubt in doubts):
            return
        if answer.kind in ("category", "not-listed") and not self._is_declared_only(record):
            yield from self._answer(answer, record)
        yield from self._terms(record)

    def _text_answer(self, record: Record, category: str) -> Answer:
        best = record.identification
        if best is None or not best.is_near:
            return text_answer((), category, None, self.asked, exact=False)
        ids = (best.id, *(record.near if best.exact else ()))
        known = self.resolve(best.spdx_id or best.id)
        own = known.category if known else None
        return text_answer(ids, category, own, self.asked, exact=best.exact)

    def _is_declared_only(self, record: Record) -> bool:
        """Tell whether a text only names a license that was judged as a declared one."""
        return record.by_reference and bool(record.declared)

    def _doubts(self, record: Record, category: str) -> Iterator[Issue]:
        asked = self.settings.confidence
        name = self._name(category)
        sure, floor = record.confidence, asked.floor
        if sure is not None and floor is not None and sure < floor:
            said = sentence(
                "confidence", self.lang, name=name, sure=percent(sure), floor=percent(floor)
            )
            grave = self._severity("confidence", asked.below)
            yield from self._issue("confidence", grave, record, category, said)
        elif record.needs_review:
            said = sentence("review", self.lang, name=name)
            grave = self._severity("review", asked.review)
            yield from self._issue("review", grave, record, category, said)

    def _severity(self, rule: str, said: Severity | None) -> Severity:
        return said or self.settings.severity.get(rule) or rules()[rule].severity

    def _terms(self, record: Record) -> Iterator[Issue]:
        for stated in record.terms:
            term, _, modality = stated.partition("/")
            if self.barred & {term, stated} and not self.freed & {term, stated}:
                name = in_language(terms()[term].name, self.lang)
                said = message(f"modality.{modality}", self.lang)
                places = [p for p in record.passages if (p.term, p.modality) == (term, modality)]
                for issue in self._one("term", record, stated, name=name, modality=said):
                    yield _placed(issue, places[0], record) if places else issue

    def _model(self, record: Record, release: Released) -> Iterator[Issue]:
        if release.category is None and not release.texts and not record.declared:
            yield from self._one("model-without-license", record, record.path)
        if release.gated:
            yield from self._one("model-gated", record, record.path)
        if release.api_only:
            yield from self._one("model-api-only", record, record.path)
        wanted = self.settings.models.class_
        if wanted and not _reaches(release.reached, wanted):
            yield from self._class(record, release, wanted)

    def _class(self, record: Record, release: Released, wanted: str) -> Iterator[Issue]:
        reached = message("policy.class", self.lang, name=release.reached or "—")
        lacking = [in_language(components()[one].name, self.lang) for one in release.lacking]
        said = sentence(
            "model-class", self.lang, reached=reached, wanted=wanted, lacking=", ".join(lacking)
        )
        grave: Severity = "unsure" if _reaches(release.at_best, wanted) else "error"
        grave = self.settings.severity.get("model-class", grave)
        yield from self._issue("model-class", grave, record, wanted, said)

    def _name(self, category: str) -> str:
        return in_language(categories()[category].name, self.lang)


def _reaches(reached: Literal["III", "II", "I"] | None, wanted: str) -> bool:
    return reached is not None and CLASSES.index(reached) >= [*CLASSES].index(wanted)  # type: ignore[arg-type]


def _placed(issue: Issue, passage: Passage, record: Record) -> Issue:
    quoted = msgspec.structs.replace(issue, quote=passage.quote)
    if not record.is_plain:
        return quoted
    place = msgspec.convert(passage, Place, from_attributes=True)
    return msgspec.structs.replace(quoted, place=place)
