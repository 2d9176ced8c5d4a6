"""What the files of a package say together: a record for each folder where they do not fit.

In: the records of a scan, in their order. Out: the same, and behind the last file of a folder what
its metadata declares against the texts in it. Only folders that are not left yet are held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from openclause.finding.discrepancies import Discrepancy, Resolve, discrepancies
from openclause.finding.packages import Gathering, Package, Text
from openclause.messages import Language
from openclause.scanning.records import NOTHING, PACKAGE, Finding, Item, Record, record
from openclause.taxonomy import read_toml

# A folder of more texts than that is an archive of them and no package: the rest is not held.
_MOST = 5000


def together(
    records: Iterable[Record], resolve: Resolve, *, lang: Language = "en"
) -> Iterator[Record]:
    """Yield records, and one of the kind `package` for each folder that does not fit together.

    Parameters
    ----------
    resolve
        The known license that a declared name stands for.
    lang
        The language of the findings.
    """
    gathering = Gathering()
    folder, held = "", 0
    for one in records:
        above = one.path.rpartition("/")[0]
        held = held + 1 if above == folder else 0
        folder = above
        for package in gathering.add(one, text_of_record(one) if held < _MOST else None):
            yield from _told(package, resolve, lang)
        yield one
    for package in gathering.end():
        yield from _told(package, resolve, lang)


def text_of_record(one: Record) -> Text | None:
    """Return what a license text is; None for a record of anything else."""
    if one.category is None or one.kind != "licence":
        return None
    best = one.identification
    near = best if best and best.is_near else None
    return Text(
        path=one.path,
        category=one.category,
        id=near.id if near else None,
        spdx_id=near.spdx_id if near else None,
        name=near.name if near else None,
        near=one.near,
        exact=bool(near and near.exact),
        needs_review=one.needs_review,
    )


def _told(package: Package, resolve: Resolve, lang: Language) -> Iterator[Record]:
    found = tuple(_finding(one, lang) for one in discrepancies(package, resolve))
    if found:
        declared = [said for each in package.declarations for said in each.expressions]
        item = Item(
            path=package.folder or ".",
            kind=PACKAGE,
            size=0,
            declared=tuple(dict.fromkeys(declared)),
        )
        yield record(item, NOTHING, sha256=None, findings=found)


def _finding(one: Discrepancy, lang: Language) -> Finding:
    files = tuple(dict.fromkeys((*one.texts, *one.declared_in)))
    return Finding(one.kind, one.sentence(lang), one.severity, files)


def kinds() -> dict[str, Literal["warning", "note"]]:
    """Return the kinds of findings that there are, with the severity of one that is sure."""
    tables = read_toml("discrepancies.toml")
    return {kind: table["severity"] for kind, table in tables.items() if "severity" in table}
