"""What a shell offers while an argument is typed: ids, known licenses, records, files.

In: what was typed so far. Out: pairs of a value and what it means, in the reader's language. A
shell asks at each press of the key, so only what was begun is looked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from openclause.cli import edge

_Offers = Iterable[tuple[str, str]]
_MOST = 200


def ids(incomplete: str) -> list[tuple[str, str]]:
    """Offer ids that `explain` knows: rules and licenses only once their first letter is there."""
    from openclause.explanation import listed, other_ids

    named = [(each.id, each.name) for all_ in listed(edge.language()).values() for each in all_]
    rest = [(each, "") for each in other_ids()] if incomplete else []
    return _begun([*named, *rest], incomplete)


def licenses(incomplete: str) -> list[tuple[str, str]]:
    """Offer files and folders, then ids of known licenses once their first letter is there."""
    from openclause.explanation import known_licenses

    known = list(known_licenses().items()) if incomplete else []
    return [*_files(incomplete), *_begun(known, incomplete)]


def records(incomplete: str) -> list[tuple[str, str]]:
    """Offer the keys of the corpus that is found here or above."""
    from openclause.corpus import default_folder
    from openclause.errors import DataError

    try:
        found = sorted(path.stem for path in default_folder().glob("*.toml"))
    except DataError:
        return []
    return _begun([(key, "") for key in found], incomplete)


def categories(incomplete: str) -> list[tuple[str, str]]:
    """Offer the categories."""
    from openclause.messages import in_language
    from openclause.taxonomy import categories as known

    named = [(each.id, in_language(each.name, edge.language())) for each in known().values()]
    return _begun(named, incomplete)


def _begun(offers: _Offers, incomplete: str) -> list[tuple[str, str]]:
    folded = incomplete.casefold()
    found = dict(pair for pair in offers if pair[0].casefold().startswith(folded))
    return list(found.items())[:_MOST]


def _files(incomplete: str) -> Iterator[tuple[str, str]]:
    folder, begun = os.path.split(incomplete)
    try:
        entries = sorted(os.scandir(folder or "."), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries[:_MOST]:
        if entry.name.startswith(begun) and (begun or not entry.name.startswith(".")):
            yield str(Path(folder) / entry.name) + ("/" if entry.is_dir() else ""), ""
