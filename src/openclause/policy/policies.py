"""What a policy asks: records read strictly from TOML, each mistake told by file and key.

In: a file, or the name of a ready-made policy. Out: a `Policy`, with what it extends folded in.
What becomes of files by it is for `judging`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import msgspec

from openclause import untrusted_toml
from openclause.errors import DataError
from openclause.locales import unicode_name
from openclause.policy.paths import LONGEST, read_pattern
from openclause.policy.wording import near_name, rules
from openclause.scanning.together import kinds
from openclause.taxonomy import MODALITIES, Words, categories, terms

Severity = Literal["error", "unsure", "warning", "note", "off"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
ModelClass = Literal["III", "II", "I"]

NEVER = "never"
_AT = re.compile(r"(?P<cause>.*?)(?: - at `\$\.?(?P<key>.*)`)?", re.DOTALL)
_OPENNESS = ("open", "open-ish", "closed")
_MOST_BYTES = 1_000_000
_MOST_PATTERNS = 1_000  # of one rule
_DEEPEST = 8  # policies that extend one another


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is allowed and what is denied; None where the policy does not say."""

    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] | None = None


class Confidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least confidence, in [0, 1], and what is said of less, and of what needs review."""

    floor: float | None = None
    below: Severity | None = None
    review: Severity | None = None


class Models(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The class of the Model Openness Framework that each model must reach."""

    class_: ModelClass | None = msgspec.field(default=None, name="class")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be asked of a file; a part that is not given is left to what stands below it."""

    categories: Lists = Lists()
    terms: Lists = Lists()
    licenses: Lists = Lists()
    confidence: Confidence = Confidence()
    models: Models = Models()
    severity: dict[str, Severity] = {}


class PathRule(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for some paths, by patterns as in a `.gitignore`; `skip` leaves them out."""

    paths: tuple[str, ...]
    skip: bool = False


class Excuse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exception: what it excuses, why, and the last day on which it does, or `never`."""

    paths: tuple[str, ...]
    reason: str
    expires: str
    rules: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    def is_over(self, today: date) -> bool:
        """Tell whether its last day is past."""
        return self.expires != NEVER and date.fromisoformat(self.expires) < today


class Policy(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy; `source` is the file, or the name of a ready-made one."""

    title: Words | str = ""
    extends: str | None = None
    path: tuple[PathRule, ...] = ()
    exception: tuple[Excuse, ...] = ()
    source: str = ""


_Struct = TypeVar("_Struct", bound=msgspec.Struct)


def read_policy(name: str | Path) -> Policy:
    """Read a policy from a file, or a ready-made one by its name.

    Raises
    ------
    DataError
        If there is none, or it is not as it should be: one line with file, key and a suggestion.
    """
    return _read(str(name), Path.cwd(), ())


def ready_made() -> dict[str, Policy]:
    """Return the ready-made policies by name."""
    return {name: _read(name, Path.cwd(), ()) for name in _ready_made()}


@cache
def _ready_made() -> tuple[str, ...]:
    names = [entry.name for entry in files("openclause").joinpath("data", "policies").iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _read(name: str, folder: Path, above: tuple[str, ...]) -> Policy:
    if name in _ready_made():
        data = files("openclause").joinpath("data", "policies", f"{name}.toml").read_bytes()
        source, folder = name, Path.cwd()
    else:
        path = folder / name
        if above and _is_stream(path):
            raise DataError(f"{above[-1]}: extends: {name} is a pipe or device; name a file")
        source, folder, data = (str(path) if above else name), path.parent, _bytes(path, name)
    if source in above or len(above) > _DEEPEST:
        raise DataError(f"{above[0]}: extends: {source} extends itself; leave one of them out")
    policy = _checked(_parsed(data, source), source)
    if policy.extends is None:
        return policy
    below = _read(policy.extends, folder, (*above, source))
    return _policy_over(below, policy)


def _is_stream(path: Path) -> bool:
    """Tell whether a path leads to what may have to be waited for."""
    try:
        return path.exists() and not (path.is_file() or path.is_dir())
    except (OSError, ValueError):
        return False


def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        near = near_name(
            name, _ready_made(), otherwise=f"ready-made are {', '.join(_ready_made())}"
        )
        raise DataError(f"{name}: no policy can be read there ({cause}); {near}") from error
    if len(data) > _MOST_BYTES:
        raise DataError(f"{name}: is longer than {_MOST_BYTES:,} bytes; no policy is")
    return data


def _parsed(data: bytes, source: str) -> dict[str, Any]:
    try:
        return untrusted_toml.parse(data.decode("utf-8-sig"))
    except ValueError as error:
        raise DataError(f"{source}: is no TOML: {error}; mend the file") from error


def _checked(raw: dict[str, Any], source: str) -> Policy:
    for key, problem in _unknown_keys(raw, Policy, ""):
        raise DataError(f"{source}: {key}: {problem}")
    for key, problem in _wrong_severities(raw):
        raise DataError(f"{source}: {key}: {problem}")
    try:
        policy = msgspec.convert(_with_days(raw), Policy)
    except msgspec.ValidationError as error:
        found = _AT.fullmatch(str(error))
        key = (found and found["key"]) or "the file"
        said = (found["cause"] if found else str(error)).replace(" | null", "")
        raise DataError(f"{source}: {key}: {said}; see docs/policy.md") from error
    for key, problem in _problems(policy):
        raise DataError(f"{source}: {key}: {problem}")
    shown = unicode_name(source).encode("utf-8", "backslashreplace").decode()
    return msgspec.structs.replace(policy, source=shown)


def _with_days(raw: dict[str, Any]) -> dict[str, Any]:
    """Write days of TOML as text, as they also may be given."""
    listed = raw.get("exception")
    if not isinstance(listed, list):
        return raw
    return raw | {"exception": [_with_day(one) for one in listed]}


def _with_day(one: Any) -> Any:
    day = one.get("expires") if isinstance(one, dict) else None
    return one | {"expires": day.isoformat()} if isinstance(day, date) else one


_TABLES: dict[str, type[msgspec.Struct]] = {
    "categories": Lists, "terms": Lists, "licenses": Lists, "confidence": Confidence,
    "models": Models, "path": PathRule, "exception": Excuse,
}  # fmt: skip


def _unknown_keys(
    raw: Mapping[str, Any], record: type[msgspec.Struct], at: str
) -> Iterator[tuple[str, str]]:
    """Yield keys that a table may not have, with the nearest that it may."""
    may = [name for name in record.__struct_encode_fields__ if name != "source"]
    for key, value in raw.items():
        if key not in may:
            yield f"{at}{key}", f"no such key; {near_name(key, may)}"
        elif key in _TABLES:
            many = value if isinstance(value, list) else [value]
            for number, one in enumerate(many):
                where = f"{at}{key}[{number}]." if isinstance(value, list) else f"{at}{key}."
                if isinstance(one, dict):
                    yield from _unknown_keys(one, _TABLES[key], where)


def _wrong_severities(raw: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """Yield severities that are none, and rules that nobody knows."""
    table = raw.get("severity")
    for rule, severity in table.items() if isinstance(table, dict) else ():
        if rule not in (*rules(), *kinds()):
            yield f"{at}severity.{rule}", f"no such rule; {near_name(rule, (*rules(), *kinds()))}"
        yield from _severity(severity, f"{at}severity.{rule}")
    table = raw.get("confidence")
    for key, severity in table.items() if isinstance(table, dict) else ():
        if key in ("below", "review"):
            yield from _severity(severity, f"{at}confidence.{key}")
    below = raw.get("path")
    for number, one in enumerate(below if isinstance(below, list) else ()):
        if isinstance(one, dict):
            yield from _wrong_severities(one, f"path[{number}].")


def _severity(value: object, at: str) -> Iterator[tuple[str, str]]:
    if value not in SEVERITIES:
        yield at, f"{value!r} is no severity; {near_name(str(value), SEVERITIES)}"


def _problems(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield values that the types allow and that mean nothing."""
    yield from _problems_of(policy, "")
    for number, rule in enumerate(policy.path):
        yield from _problems_of(rule, f"path[{number}].")
        yield from _patterns(rule.paths, f"path[{number}].paths")
    for number, excuse in enumerate(policy.exception):
        at = f"exception[{number}]."
        yield from _patterns(excuse.paths, f"{at}paths")
        if excuse.expires != NEVER and not _is_date(excuse.expires):
            yield f"{at}expires", f"{excuse.expires!r} is no day; write 2027-03-31, or 'never'"
        if not excuse.reason.strip():
            yield f"{at}reason", "is empty; say why"
        for name in excuse.rules:
            if name not in (*rules(), *kinds()):
                yield f"{at}rules", f"{name!r} is no rule; {near_name(name, (*rules(), *kinds()))}"


def _is_date(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


def _problems_of(settings: Settings, at: str) -> Iterator[tuple[str, str]]:
    floor = settings.confidence.floor
    if floor is not None and not 0 <= floor <= 1:
        yield f"{at}confidence.floor", f"{floor:g} is not within 0 and 1; write 0.6 for 60 %"
    for side, names in _both(settings.categories):
        may = (*_OPENNESS, *categories())
        for name in names:
            if name not in may:
                yield f"{at}categories.{side}", f"{name!r} is no category; {near_name(name, may)}"
    for side, names in _both(settings.terms):
        for name in names:
            yield from _term(name, f"{at}terms.{side}")


def _both(lists: Lists) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("allow", lists.allow or ()), ("deny", lists.deny or ())


def _term(name: str, at: str) -> Iterator[tuple[str, str]]:
    term, slash, modality = name.partition("/")
    if term not in terms():
        yield at, f"{term!r} is no term; {near_name(term, terms())}"
    elif slash and modality not in MODALITIES:
        yield at, f"{modality!r} is no modality; {near_name(modality, MODALITIES)}"


def _patterns(paths: tuple[str, ...], at: str) -> Iterator[tuple[str, str]]:
    if not paths:
        yield at, "is empty; name a path, or '**' for all"
    if len(paths) > _MOST_PATTERNS:
        yield at, f"has more than {_MOST_PATTERNS:,} patterns; name folders, not files"
    for pattern in paths:
        if len(pattern) > LONGEST:
            yield at, f"a pattern is longer than {LONGEST:,} characters; no path is"
        elif read_pattern(pattern) is None:
            yield at, f"{pattern!r} is no pattern; write one as in a .gitignore"


def over(below: Settings, above: Settings) -> Settings:
    """Return settings with others laid over them: what those do not say shows through."""
    return Settings(
        categories=_laid(below.categories, above.categories),
        terms=_laid(below.terms, above.terms),
        licenses=_laid(below.licenses, above.licenses),
        confidence=_laid(below.confidence, above.confidence),
        models=_laid(below.models, above.models),
        severity={**below.severity, **above.severity},
    )


def _laid(below: _Struct, above: _Struct) -> _Struct:
    said = {
        name: value for name, value in msgspec.structs.asdict(above).items() if value is not None
    }
    return msgspec.structs.replace(below, **said)


def _policy_over(below: Policy, above: Policy) -> Policy:
    return Policy(
        **msgspec.structs.asdict(over(below, above)),
        title=above.title or below.title,
        extends=above.extends,
        path=(*below.path, *above.path),
        exception=(*below.exception, *above.exception),
        source=above.source,
    )


def allowed_categories(names: tuple[str, ...]) -> frozenset[str]:
    """Return the categories that some names stand for: `open` stands for all that are open."""
    return frozenset(
        name for name, category in categories().items() if {name, category.openness} & {*names}
    )
