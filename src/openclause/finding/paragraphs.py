"""Metadata in paragraphs of fields, as Debian and R write it.

In: bytes. Out: declared licenses in SPDX's words, or None where the file is of another format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from openclause.taxonomy import read_toml

# "Field: value", and lines that go on with it.
_FIELD = re.compile(r"([A-Za-z][\w./@-]*):[ \t]*(.*)")
_FORMAT = re.compile(
    r"https?://[^\s]{0,200}copyright-format/1\.0|dep-?5|dep\.debian\.net", re.IGNORECASE
)
_VERSIONED = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z-]*?)-?v?(?P<version>\d+(?:\.\d+)*)(?P<later>\+?)"
)
_R_VERSION = re.compile(
    r"(?P<name>[\w .-]+?)\s*\(\s*(?P<sign>>=|>|==|=|<=|<)\s*(?P<version>[\d.]+)\s*\)"
)
_R_FILE = re.compile(r"\s*\+?\s*file\s+LICEN[CS]E\s*", re.IGNORECASE)
_EXCEPTION = re.compile(r"\s+with\s+.*", re.IGNORECASE)


def read_paragraphs(text: str) -> Iterator[dict[str, str]]:
    """Yield paragraphs as fields by their names in small letters, lines kept apart."""
    fields: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        if not line.strip():
            if fields:
                yield fields
            fields, last = {}, ""
        elif line[0] in " \t":
            if last:
                fields[last] += "\n" + line.strip()
        elif not line.startswith("#") and (found := _FIELD.match(line)):
            last = found[1].casefold()
            fields[last] = found[2].strip()
    if fields:
        yield fields


def r_description(data: bytes) -> list[str] | None:
    """Return what an R package's DESCRIPTION says: `GPL (>= 2)`, `MIT + file LICENSE`, `A | B`."""
    fields = next(read_paragraphs(data.decode("utf-8", "replace")), {})
    if "package" not in fields or "version" not in fields:
        return None
    said = " ".join(fields.get("license", "").split())
    if not said:
        return []
    names = [name for part in said.split("|") if (name := _r_license(part))]
    return [" OR ".join(names) or "SEE LICENSE IN LICENSE"]


def _r_license(part: str) -> str:
    name = _R_FILE.sub("", part).strip()
    if found := _R_VERSION.fullmatch(name):
        later = found["sign"].startswith(">")
        return _with_ending(found["name"].replace(" ", "-"), found["version"], later=later)
    return spdx_name(name)


def debian_copyright(data: bytes) -> list[str] | None:
    """Return the licenses of a machine-readable debian/copyright (DEP-5), each once.

    Several paragraphs hold for different files, so that all of them hold for the whole.
    """
    paragraphs = list(read_paragraphs(data.decode("utf-8", "replace")))
    if not paragraphs or not _FORMAT.search(paragraphs[0].get("format", "")):
        return None
    lines = (fields["license"].split("\n")[0] for fields in paragraphs if _of_files(fields))
    said = (" ".join(line.split()) for line in lines)
    return list(dict.fromkeys(_debian_expression(words) for words in said if words))


def _of_files(fields: dict[str, Any]) -> bool:
    return "license" in fields and ("files" in fields or "format" in fields)


def _debian_expression(words: str) -> str:
    """Return an SPDX expression: `GPL-2+ or Artistic, and Expat` binds as Debian says it does."""
    groups = [
        " OR ".join(
            " AND ".join(map(spdx_name, re.split(r"\s+and\s+", some, flags=re.IGNORECASE)))
            for some in re.split(r"\s+or\s+", group, flags=re.IGNORECASE)
        )
        for group in re.split(r"\s*,\s+and\s+", words.strip(), flags=re.IGNORECASE)
    ]
    if len(groups) == 1:
        return groups[0]
    return " AND ".join(f"({group})" if " OR " in group else group for group in groups)


def spdx_name(name: str) -> str:
    """Return the SPDX id of one of Debian's or R's short names, or the name as it is."""
    name = name.strip()
    extra = _EXCEPTION.search(name)
    plain = name[: extra.start()] if extra else name
    if known := _short_names().get(plain.casefold()):
        return known
    found = _VERSIONED.fullmatch(plain)
    if found and found["name"].casefold() in _short_names():
        return _with_ending(found["name"], found["version"], later=bool(found["later"]))
    return plain


def _with_ending(name: str, version: str, *, later: bool) -> str:
    known = _short_names().get(name.casefold(), name)
    number = version if "." in version else f"{version}.0"
    if known not in read_toml("declared.toml")["later"]["families"]:
        return f"{known}-{number}"
    return f"{known}-{number}-{'or-later' if later else 'only'}"


@cache
def _short_names() -> dict[str, str]:
    return dict(read_toml("declared.toml")["debian"])
