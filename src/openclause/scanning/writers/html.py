"""A scan as one HTML page that needs nothing else: counts first, then the files.

In: records. Out: the page. The rows wait in temporary files until the counts are known, so that
nothing is held in memory; of very many files only the first are listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import BinaryIO

from openclause.messages import in_language, message
from openclause.page import View, share
from openclause.scanning.records import Record, Released
from openclause.scanning.tallies import Tallies, license_of, verdict_of
from openclause.scanning.writers.safety import markup
from openclause.scanning.writers.table import (
    class_name,
    components_of,
    counts,
    notes_of,
    openness_of,
    totals,
    verdict_name,
)
from openclause.taxonomy import terms

_LISTED = 5000
_SHOWN = 40  # rows of a count
_QUOTES = 12
_STYLE = """
:root{color-scheme:light dark;--open:#1a7f37;--openish:#9a6700;--closed:#cf222e;--none:#6e7781;
--error:#8250df}
@media(prefers-color-scheme:dark){:root{--open:#3fb950;--openish:#d29922;--closed:#f85149;
--none:#8b949e;--error:#bc8cff}}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;padding:.25rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
td.n{text-align:end;font-variant-numeric:tabular-nums;width:6rem}
td.path{overflow-wrap:anywhere;font-family:ui-monospace,monospace;font-size:.9em}
.bar{display:inline-block;height:.7em;background:#8888;border-radius:2px;min-width:2px}
.open{color:var(--open)}.open-ish{color:var(--openish)}.closed{color:var(--closed)}
.none{color:var(--none)}.error{color:var(--error)}
small{color:var(--none)}q{display:block;color:var(--none);font-size:.9em}
"""


def html(records: Iterable[Record], view: View) -> Iterator[bytes]:
    """Yield the page."""
    tallies = Tallies()
    with TemporaryFile() as alarming, TemporaryFile() as calm:
        listed: Counter[bool] = Counter()
        for record in records:
            tallies.add(record)
            alarms = _alarms(record)
            listed[alarms] += 1
            if listed[alarms] <= _LISTED:
                (alarming if alarms else calm).write(_row(record, view).encode())
        yield _head(tallies, view).encode()
        for key, file, alarms in (("look", alarming, True), ("rest", calm, False)):
            if listed[alarms]:
                yield from _files(key, file, listed[alarms], view)
    yield f"<p><small>{markup(message('about.advice', view.lang))}</small></p></html>\n".encode()


def _alarms(record: Record) -> bool:
    return bool(
        record.error
        or record.findings
        or record.release
        or record.needs_review
        or openness_of(verdict_of(record)) in ("open-ish", "closed")
    )


def _head(tallies: Tallies, view: View) -> str:
    title = markup(message("scan.title", view.lang))
    return (
        f'<!doctype html>\n<html lang="{view.lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style>\n<h1>{title}</h1>"
        f"<p>{markup(totals(tallies, view))}</p>\n"
        + "".join(_count(key, found, view) for key, found in counts(tallies, view).items())
    )


def _count(key: str, numbers: Mapping[str, int], view: View) -> str:
    top = max(numbers.values())
    shown = list(numbers.items())[:_SHOWN]
    rows = "".join(
        f'<tr><td class="n">{count:,}</td><td><span class="bar" '
        f'style="width:{12 * count / top:.1f}rem"></span></td><td><bdi>{markup(name)}</bdi></td>'
        "</tr>\n"
        for name, count in shown
    )
    rest = len(numbers) - len(shown)
    more = (
        f"<p><small>{markup(message('scan.others', view.lang, n=rest))}</small></p>" if rest else ""
    )
    return f"<h2>{markup(message(f'scan.by-{key}', view.lang))}</h2><table>{rows}</table>{more}\n"


def _files(key: str, file: BinaryIO, count: int, view: View) -> Iterator[bytes]:
    names = ("category", "sure", "license", "path")
    heads = "".join(f"<th>{markup(message(f'scan.{name}', view.lang))}</th>" for name in names)
    title = markup(message(f"scan.{key}", view.lang, n=f"{count:,}"))
    yield f"<h2>{title}</h2><table><tr>{heads}</tr>\n".encode()
    file.seek(0)
    while part := file.read(1 << 16):
        yield part
    yield b"</table>\n"
    if count > _LISTED:
        said = message("scan.cut", view.lang, n=f"{count - _LISTED:,}")
        yield f"<p><small>{markup(said)}</small></p>\n".encode()


def _row(record: Record, view: View) -> str:
    if record.release is not None:
        return _model(record, record.release, view)
    verdict = verdict_of(record)
    sure = "" if record.confidence is None else share(record.confidence, view.lang)
    if record.needs_review:
        sure += f" ▲ {message('category.needs-review', view.lang)}"
    name = license_of(record)
    return (
        f'<tr><td class="{openness_of(verdict)}">{markup(verdict_name(verdict, view))}</td>'
        f'<td>{markup(sure)}</td><td>{markup(name)}</td><td class="path"><bdi>'
        f"{markup(record.path)}</bdi>{_notes(record, view)}</td></tr>\n"
    )


def _model(record: Record, release: Released, view: View) -> str:
    kind, reached = message("scan.model", view.lang), class_name(release.reached, view)
    told = (*release.sentences, *components_of(release, view))
    notes = "".join(f"<br><small>→ {markup(one)}</small>" for one in told)
    return (
        f'<tr><td>{markup(kind)}</td><td></td><td>{markup(reached)}</td><td class="path"><bdi>'
        f"{markup(record.path)}</bdi>{notes}</td></tr>\n"
    )


def _notes(record: Record, view: View) -> str:
    """Return the error and findings of a file, and where it is not open the clauses that say so."""
    quoted = "".join(f"<br><small>→ {markup(note)}</small>" for note in notes_of(record, view))
    if openness_of(verdict_of(record)) not in ("open-ish", "closed"):
        return quoted
    for passage in record.passages[:_QUOTES]:
        term = in_language(terms()[passage.term].name, view.lang)
        quoted += f"<q>{passage.line}: {markup(term)}: {markup(passage.quote)}</q>"
    return quoted
