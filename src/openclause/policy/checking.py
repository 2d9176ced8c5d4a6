"""A check: the records of a scan against a policy, come to one report.

In: records, as they come, a policy, and the day that exceptions are read on. Out: a `Report`. A
record is let go as soon as it is judged; only what is complained of is held.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec

from openclause.finding.discrepancies import Resolve
from openclause.finding.names import display
from openclause.messages import Language, in_language
from openclause.policy.judging import Judge
from openclause.policy.licensing import asked
from openclause.policy.paths import Patterns
from openclause.policy.policies import Excuse, PathRule, Policy, Settings, over
from openclause.policy.reports import (
    GRAVITIES,
    Counts,
    ExceptionUsed,
    Excused,
    Issue,
    PolicyNamed,
    Report,
    verdict_of,
)
from openclause.policy.wording import rules, sentence
from openclause.scanning.records import FOLDERS, MODEL, PACKAGE, Record

_SKIPPED = "skipped"  # counted beside the kinds of records


def check(  # noqa: PLR0913 (as many things shape a check)
    records: Iterable[Record],
    policy: Policy,
    *,
    paths: Sequence[str | os.PathLike[str]],
    resolve: Resolve,
    today: date,
    lang: Language = "en",
) -> Report:
    """Hold the records of a scan against a policy.

    Parameters
    ----------
    paths
        What was scanned: patterns of the policy are looked for below these.
    resolve
        The known license that a name stands for.
    today
        The day on which exceptions hold or are over.
    lang
        The language of what is said.
    """
    roots = [display((str(Path(path)),)) for path in paths]
    return _Check(policy, roots, resolve, today, lang).of(records)


class _Check:
    """The state of a check: who judges which paths, and what was excused."""

    def __init__(
        self, policy: Policy, roots: Sequence[str], resolve: Resolve, today: date, lang: Language
    ) -> None:
        self.policy, self.resolve, self.today, self.lang = policy, resolve, today, lang
        self.roots = sorted({root.rstrip("/") for root in roots}, key=len, reverse=True)
        self.rules = [(rule, Patterns.of(rule.paths)) for rule in policy.path]
        self.excuses = [(excuse, Patterns.of(excuse.paths)) for excuse in policy.exception]
        self.excused: Counter[int] = Counter()
        self.judges: dict[tuple[int, ...], Judge | None] = {}

    def of(self, records: Iterable[Record]) -> Report:
        """Judge all records."""
        seen: Counter[str] = Counter()
        issues: list[Issue] = []
        for record in records:
            judge = self._judge(record.path, folder=record.kind in FOLDERS)
            seen[_SKIPPED if judge is None else record.kind] += 1
            issues += [self._excused(one) for one in (judge.issues(record) if judge else ())]
        if not set(seen) - {PACKAGE, _SKIPPED}:
            issues += self._whole("nothing-found", ", ".join(self.roots))
        issues += self._exceptions()
        return self._report(issues, seen)

    def _judge(self, path: str, *, folder: bool) -> Judge | None:
        """Return who judges a path; nobody, where a rule says to skip it."""
        names = self._names(path, folder=folder)
        holding = tuple(n for n, (_, patterns) in enumerate(self.rules) if _match(patterns, names))
        if holding not in self.judges:
            self.judges[holding] = self._made([self.rules[n][0] for n in holding])
        return self.judges[holding]

    def _made(self, holding: Sequence[PathRule]) -> Judge | None:
        if any(rule.skip for rule in holding[-1:]):
            return None
        settings: Settings = self.policy
        for rule in holding:
            settings = over(settings, rule)
        freed = frozenset(settings.terms.allow or ())
        barred = frozenset(settings.terms.deny or ())
        form = asked(settings, self.resolve)
        return Judge(settings, form, self.resolve, self.lang, barred, freed)

    def _names(self, path: str, *, folder: bool) -> tuple[str, ...]:
        """Return a path as it was shown, and as it is below what was scanned.

        Patterns that end in a slash are for folders only.
        """
        end = "/" if folder and path != "." else ""
        for root in self.roots:
            if path.startswith(f"{root}/"):
                return path + end, path[len(root) + 1 :] + end
        return (path + end,)

    def _excused(self, issue: Issue) -> Issue:
        names = self._names(issue.path, folder=issue.rule.startswith("model-"))
        for number, (excuse, patterns) in enumerate(self.excuses):
            if _covers(excuse, issue) and _match(patterns, names):
                self.excused[number] += 1
                if not excuse.is_over(self.today):
                    why = Excused(excuse.reason, excuse.expires)
                    return msgspec.structs.replace(issue, excused=why)
        return issue

    def _exceptions(self) -> Iterator[Issue]:
        """Complain of exceptions that are over, and of those that nothing needs."""
        for number, (excuse, _) in enumerate(self.excuses):
            state = self._state(number)
            if state != "used":
                subject = ", ".join((*excuse.paths, *excuse.subjects))
                given = {"expires": excuse.expires, "reason": excuse.reason}
                yield from self._whole(f"exception-{state}", subject, **given)

    def _state(self, number: int) -> str:
        if self.excuses[number][0].is_over(self.today):
            return "expired"
        return "used" if self.excused[number] else "unused"

    def _whole(self, rule: str, subject: str, **values: object) -> Iterator[Issue]:
        """Yield what is said of the policy as a whole, not of a file."""
        severity = self.policy.severity.get(rule, rules()[rule].severity)
        if severity != "off":
            said = sentence(rule, self.lang, subject=subject, **values)
            where = self.policy.source if rule.startswith("exception-") else subject
            yield Issue(rule=rule, severity=severity, path=where, subject=subject, text=said)

    def _report(self, issues: Sequence[Issue], seen: Counter[str]) -> Report:
        standing = Counter(one.severity for one in issues if one.excused is None)
        counts = Counts(
            files=sum(n for kind, n in seen.items() if kind not in (*FOLDERS, _SKIPPED)),
            models=seen[MODEL],
            skipped=seen[_SKIPPED],
            excused=sum(one.excused is not None for one in issues),
            **{name: standing[name] for name in GRAVITIES},
        )
        title = self.policy.title
        words = title if isinstance(title, str) else in_language(title, self.lang)
        return Report(
            policy=PolicyNamed(self.policy.source, words),
            date=self.today.isoformat(),
            verdict=verdict_of(counts),
            counts=counts,
            issues=tuple(sorted(issues, key=lambda one: GRAVITIES.index(one.severity))),
            exceptions=tuple(self._used(n) for n in range(len(self.excuses))),
        )

    def _used(self, number: int) -> ExceptionUsed:
        excuse = self.excuses[number][0]
        state = self._state(number)
        given = msgspec.structs.asdict(excuse)
        held = 0 if state == "expired" else self.excused[number]
        return msgspec.convert(given | {"state": state, "excused": held}, ExceptionUsed)


def _covers(excuse: Excuse, issue: Issue) -> bool:
    if excuse.rules and issue.rule not in excuse.rules:
        return False
    return not excuse.subjects or issue.subject in excuse.subjects


def _match(patterns: Patterns, names: Sequence[str]) -> bool:
    return any(patterns.hold(name.lstrip("/")) for name in names)
