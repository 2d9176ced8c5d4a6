"""What is counted over entries: categories, attitudes, years, pairs of limits, families.

In: `Entry` records. Out: an `Atlas`. Attitudes and limits are counted over texts whose clauses
somebody read; who read them stands in each entry.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from openclause.atlas.records import (
    Atlas,
    CategoryCount,
    Entry,
    Family,
    Origin,
    Pair,
    Share,
    TermShares,
    Year,
)
from openclause.taxonomy import categories, terms

_LEAST = 2  # relatives of a family, texts of a pair


def count(entries: Sequence[Entry], *, origin: Origin, skipped: int = 0) -> Atlas:
    """Count entries; of a corpus the licences of models are drawn in time, of a scan all."""
    timed = [entry for entry in entries if origin == "scan" or entry.artifact == "model"]
    dated = sorted((each for each in timed if each.date), key=lambda each: (_iso(each), each.id))
    return Atlas(
        origin=origin,
        texts=len(entries),
        places=sum(entry.places for entry in entries),
        skipped=skipped,
        categories=tuple(_categories(entries)),
        terms=tuple(_terms(entries)),
        timeline=tuple(entry.id for entry in dated),
        undated=tuple(entry.id for entry in timed if entry.date is None),
        years=tuple(_years(dated)),
        pairs=tuple(_pairs(entries)),
        families=tuple(_families(entries)),
        entries=tuple(entries),
    )


def _iso(entry: Entry) -> str:
    return entry.date.iso if entry.date else ""


def _read(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.attitudes is not None]


def _categories(entries: Sequence[Entry]) -> Iterator[CategoryCount]:
    all_ = Counter(entry.category for entry in entries)
    read = Counter(entry.category for entry in _read(entries))
    for name in categories():
        if all_[name]:
            yield CategoryCount(name, all_[name], read[name])


def _terms(entries: Sequence[Entry]) -> Iterator[TermShares]:
    read = Counter(entry.category for entry in _read(entries))
    said: Counter[tuple[str, str, str]] = Counter(
        (term, entry.category, attitude)
        for entry in entries
        for term, attitude in (entry.attitudes or {}).items()
    )
    mentioned = {term for term, _, _ in said}
    for term in terms().values():
        if term.id in mentioned:
            shares = [_share(term.id, name, read[name], said) for name in categories()]
            yield TermShares(term.id, term.group, tuple(one for one in shares if one.read))


def _share(term: str, category: str, read: int, said: Counter[tuple[str, str, str]]) -> Share:
    counts = [said[term, category, name] for name in ("can", "conditional", "must", "cannot")]
    return Share(category, read, *counts)


def _years(dated: Sequence[Entry]) -> Iterator[Year]:
    by_year: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in dated:
        if entry.date:
            by_year[entry.date.year].append(entry)
    for year, found in sorted(by_year.items()):
        limits = Counter(term for entry in found for term in entry.limits)
        yield Year(year, len(found), len(_read(found)), dict(_most(limits)))


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _pairs(entries: Sequence[Entry]) -> Iterator[Pair]:
    read = _read(entries)
    single = Counter(term for entry in read for term in entry.limits)
    double = Counter(pair for entry in read for pair in combinations(entry.limits, 2))
    for (a, b), together in sorted(double.items(), key=lambda item: (-item[1], item[0])):
        if together >= _LEAST:
            lift = together * len(read) / (single[a] * single[b])
            yield Pair(a, b, together, round(lift, 2))


def _families(entries: Sequence[Entry]) -> Iterator[Family]:
    by_family: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.family is not None:
            by_family[entry.family].append(entry)
    ordered = sorted(by_family.items(), key=lambda item: (-len(item[1]), item[0]))
    for name, members in ordered:
        if len(members) >= _LEAST:
            yield _family(name, members)


def _family(name: str, members: Sequence[Entry]) -> Family:
    found = Counter(entry.category for entry in members)
    limits = Counter(term for entry in members for term in entry.limits)
    read = len(_read(members))
    return Family(
        family=name,
        members=tuple(entry.id for entry in members),
        categories={category: found[category] for category in categories() if found[category]},
        limits=tuple(term for term, n in _most(limits) if 2 * n > read),
    )
