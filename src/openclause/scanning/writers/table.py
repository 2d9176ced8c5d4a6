"""A scan for people: a line a file as they come, and what it comes to below.

In: records. Out: text of the view's width and colour. Words of others are made harmless; paths
stand last and whole, so that they can be copied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from rich.cells import set_cell_size
from rich.text import Text

from openclause.finding.components import components
from openclause.messages import in_language, message
from openclause.page import View, render, share
from openclause.phrasebook import said
from openclause.scanning.records import MODEL, PACKAGE, Record, Released
from openclause.scanning.tallies import DECLARED, UNREAD, Tallies, license_of, verdict_of
from openclause.scanning.writers.safety import printable
from openclause.taxonomy import categories
from openclause.untrusted import unheeded

_COLORS = {"open": "32", "open-ish": "33", "closed": "31", "none": "2", "error": "35"}
# Character cells of the columns before the path.
_CATEGORY, _SURE, _LICENSE = 24, 7, 26
# A page narrower than this has the path below; none is taken to be narrower than the other.
_WIDE, _NARROWEST = 80, 40
_LISTED = 12
_BAR = 24


def table(records: Iterable[Record], view: View) -> Iterator[bytes]:
    """Yield a line a file, then the counts."""
    tallies = Tallies()
    category, sure, name, path = (
        message(f"scan.{name}", view.lang) for name in ("category", "sure", "license", "path")
    )
    yield _line(
        (category, sure, name, path),
        color="1",
        view=view,
    )
    for record in records:
        tallies.add(record)
        yield from rows(record, view)
    yield from summary(tallies, view)


def rows(record: Record, view: View) -> Iterator[bytes]:
    """Yield the line of a record, and what a person should look at; of a package only that."""
    if record.kind == PACKAGE:
        yield from _notes(record, view)
        return
    if record.release is not None:
        yield from _model(record, record.release, view)
        return
    verdict = verdict_of(record)
    sure = "" if record.confidence is None else share(record.confidence, view.lang)
    mark = " ▲" if record.needs_review else ""
    name = license_of(record)
    yield _line(
        (verdict_name(verdict, view), sure + mark, printable(name), printable(record.path)),
        color=_COLORS[openness_of(verdict)],
        view=view,
    )
    yield from _notes(record, view)


def _notes(record: Record, view: View) -> Iterator[bytes]:
    for note in notes_of(record, view):
        yield _text(f"  → {printable(note)}\n", "2", view)


def notes_of(record: Record, view: View) -> Iterator[str]:
    """Yield why a record was not read, and what its package declares and does not hold."""
    if record.error:
        yield said(record.error, view.lang)
    yield from (finding.text for finding in record.findings)


def _model(record: Record, release: Released, view: View) -> Iterator[bytes]:
    """Yield a model's folder: the class it reaches, its answer, and what each component is."""
    kind = message(f"scan.{MODEL}", view.lang)
    cells = (kind, "", class_name(release.reached, view), printable(record.path))
    yield _line(cells, color="1;36", view=view)
    for told in (*release.sentences, *components_of(release, view)):
        yield _text(f"  → {printable(told)}\n", "2", view)


def class_name(reached: str | None, view: View) -> str:
    """Return a class of the Model Openness Framework in words."""
    name = message("scan.class", view.lang, name=reached) if reached else ""
    return name or message("scan.no-class", view.lang)


def components_of(release: Released, view: View) -> Iterator[str]:
    """Yield the components that are there, a line a status and licence."""
    groups: dict[tuple[str, str], list[str]] = {}
    for part in release.components:
        if part.status != "absent":
            category = verdict_name(part.category, view) if part.category else ""
            under = ", ".join((category, *part.licenses)) if category else ""
            name = in_language(components()[part.component].name, view.lang)
            groups.setdefault((part.status, under), []).append(name)
    for (status, under), names in groups.items():
        said = f"{message(f'scan.part-{status}', view.lang)}: {', '.join(names)}"
        yield f"{said} ({under})" if under else said


def verdict_name(verdict: str, view: View) -> str:
    """Return a category, or why there is none, in words."""
    if verdict in (UNREAD, DECLARED):
        return message(f"scan.{verdict}", view.lang)
    return in_language(categories()[verdict].name, view.lang)


def openness_of(verdict: str) -> str:
    """Return `open`, `open-ish`, `closed`, `none` or `error`."""
    if verdict == UNREAD:
        return "error"
    return categories()[verdict].openness if verdict in categories() else "none"


def _line(cells: tuple[str, str, str, str], *, color: str, view: View) -> bytes:
    category, sure, name, path = cells
    first, last = _columns(view.width)
    head = set_cell_size(category, first)
    told = f" {set_cell_size(sure, _SURE)} {_cut(name, last)}"
    rest = f"{told} {path}" if view.width >= _WIDE else f"{told.rstrip()}\n  {path}"
    return _text(head, color, view) + unheeded(rest.rstrip()).encode() + b"\n"


def _columns(width: int) -> tuple[int, int]:
    """Return the cells of category and license; in a narrow page the path stands below them."""
    if width >= _WIDE:
        return _CATEGORY, _LICENSE
    category = min(_CATEGORY, max(width, _NARROWEST) // 2)
    return category, max(width, _NARROWEST) - category - _SURE - 2


def _cut(text: str, cells: int) -> str:
    whole = set_cell_size(text, cells)
    return whole if whole.rstrip() == text.rstrip() else set_cell_size(text, cells - 1) + "…"


def _text(text: str, color: str, view: View) -> bytes:
    said = unheeded(text)
    return (f"\x1b[{color}m{said}\x1b[0m" if view.color else said).encode()


def summary(tallies: Tallies, view: View) -> Iterator[bytes]:
    """Yield the counts by category, license and folder."""
    tell = view.lang
    parts = [Text(""), Text(totals(tallies, view), style="bold")]
    for key, found in counts(tallies, view).items():
        parts += [Text(""), Text(message(f"scan.by-{key}", tell), style="bold cyan")]
        parts += list(_bars(found, view))
    parts += [Text(""), Text(message("about.advice", tell), style="dim italic")]
    yield render(parts, view=view).encode()


def totals(tallies: Tallies, view: View) -> str:
    """Return the counts of all files in one line."""
    return message(
        "scan.totals",
        view.lang,
        files=f"{tallies.files:,}",
        review=f"{tallies.needs_review:,}",
        findings=f"{tallies.found:,}",
        errors=f"{tallies.errors:,}",
    )


def counts(tallies: Tallies, view: View) -> dict[str, dict[str, int]]:
    """Return the files by `category`, `license` and `folder`, in words; none that is empty."""
    unknown = message("scan.unknown", view.lang)
    found = {
        "category": {verdict_name(name, view): n for name, n in _by_rank(tallies.categories)},
        "license": {name or unknown: n for name, n in _most(tallies.licenses)},
        "folder": dict(_most(tallies.folders)),
    }
    return {key: table for key, table in found.items() if table}


def _most(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return counts, the greatest first, then by name."""
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))


def _by_rank(numbers: Counter[str]) -> list[tuple[str, int]]:
    """Return counts of verdicts, the most open first."""
    return [(name, numbers[name]) for name in (*categories(), DECLARED, UNREAD) if numbers[name]]


def _bars(numbers: Mapping[str, int], view: View) -> Iterator[Text]:
    top = max(numbers.values())
    for name, count in list(numbers.items())[:_LISTED]:
        bar = "█" * max(1, round(_BAR * count / top))
        yield Text(f"  {count:>9,}  {set_cell_size(bar, _BAR)}  {printable(name)}")
    if len(numbers) > _LISTED:
        rest = sum(list(numbers.values())[_LISTED:])
        yield Text(
            f"  {rest:>9,}  " + message("scan.others", view.lang, n=len(numbers) - _LISTED),
            style="dim",
        )
