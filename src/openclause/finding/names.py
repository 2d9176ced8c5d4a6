"""What a file's name says: which kind of candidate it is, and how it is shown to people.

In: names and folders as the file system or an archive gives them. Out: kinds, and a printable,
reversible form of any name. The names themselves are data, in `data/finding.toml`.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

import msgspec

from openclause.finding.candidates import Kind
from openclause.locales import unicode_name
from openclause.taxonomy import read_toml

_ESCAPED = re.compile(r"\\(?:x([0-9a-f]{2})|\\)")


class _Names(msgspec.Struct, frozen=True):
    metadata_names: frozenset[str]
    metadata: re.Pattern[str]
    within: dict[str, re.Pattern[str]]
    licence: re.Pattern[str]
    licence_folders: re.Pattern[str]
    deep: frozenset[str]
    notice: re.Pattern[str]
    readme: re.Pattern[str]
    texts: frozenset[str]
    never: frozenset[str]
    tag_suffixes: frozenset[str]
    tag_names: frozenset[str]
    archives: tuple[tuple[str, str], ...]
    packed: tuple[str, ...]
    skip: frozenset[str]


@cache
def _names() -> _Names:
    data = read_toml("finding.toml")
    archives = [(suffix, form) for form, found in data["archive"].items() for suffix in found]
    return _Names(
        metadata_names=frozenset(data["metadata"]["names"]),
        metadata=_any_of(data["metadata"]["patterns"]),
        within={one["name"]: re.compile(one["folder"]) for one in data["metadata"]["within"]},
        licence=_any_of(data["licence"]["patterns"]),
        licence_folders=_any_of(data["licence"]["folders"]),
        deep=frozenset(data["licence"]["deep"]),
        notice=_any_of(data["notice"]["patterns"]),
        readme=_any_of(data["readme"]["patterns"]),
        texts=frozenset(data["texts"]["suffixes"]),
        never=frozenset(data["texts"]["never"]),
        tag_suffixes=frozenset(data["tag"]["suffixes"]),
        tag_names=frozenset(data["tag"]["names"]),
        archives=tuple(sorted(archives, key=lambda pair: (-len(pair[0]), pair))),
        packed=tuple(suffix for suffix, _ in archives),
        skip=frozenset(data["skip"]["folders"]),
    )


def _any_of(patterns: Any) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def kind_of(path: str) -> Kind | None:
    """Return what the name of a file, with its folders before it, promises.

    A `readme` or `tag` is only one if its content bears it out; a license by name is one.
    """
    names, folders, name = _names(), path.split("/")[:-1], base(path)
    low = name.casefold()
    if _is_metadata(low, folders[-1].casefold() if folders else "", names):
        return "metadata"
    suffix = suffix_of(low)
    if suffix not in names.never:
        if names.notice.fullmatch(low):
            return "notice"
        if names.readme.fullmatch(low):
            return "readme"
        if names.licence.fullmatch(low) or _in_license_folder(folders, suffix, names):
            return "licence"
    return "tag" if suffix in names.tag_suffixes or low in names.tag_names else None


def _is_metadata(low: str, folder: str, names: _Names) -> bool:
    if low in names.metadata_names or names.metadata.fullmatch(low):
        return True
    where = names.within.get(low)
    return where is not None and bool(where.fullmatch(folder))


def _in_license_folder(folders: list[str], suffix: str, names: _Names) -> bool:
    if not folders:
        return False
    if names.deep.intersection(folders):
        return True
    plain = suffix in names.texts or suffix[1:].isdigit()
    return plain and bool(names.licence_folders.fullmatch(folders[-1].casefold()))


def base(path: str) -> str:
    """Return the last part of a path with forward slashes."""
    return path.rpartition("/")[2]


def suffix_of(name: str) -> str:
    """Return the suffix with its dot; nothing where there is none or the name begins with it."""
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix}" if dot and stem else ""


def archive_suffix(path: str) -> tuple[str, str] | None:
    """Return the suffix of an archive's name, and `zip`, `tar`, `single` or `closed`.

    A packed file is only one if it is called like a license without its suffix.
    """
    low = path.casefold()
    if not low.endswith(_names().packed):
        return None
    found = next((pair for pair in _names().archives if low.endswith(pair[0])), None)
    if found and found[1] == "single" and kind_of(path[: -len(found[0])]) in (None, "tag"):
        return None
    return found


def skipped(folder: str) -> bool:
    """Tell whether a folder of this name holds no works of the tree."""
    return folder in _names().skip


def shown(name: str) -> str:
    r"""Return a name that prints: other bytes are `\xNN`, a backslash is doubled.

    >>> shown("caf\udce9\n")
    'caf\\xe9\\x0a'
    """
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(map(_printable, name))


def _printable(sign: str) -> str:
    if sign == "\\":
        return "\\\\"
    if sign.isprintable():
        return sign
    return "".join(f"\\x{byte:02x}" for byte in sign.encode("utf-8", "surrogateescape"))


def original(text: str) -> str:
    """Return the name, as `os.fsdecode` gives it, that `shown` made a text of."""
    if "\\" not in text:
        return text
    data, after = bytearray(), 0
    for found in _ESCAPED.finditer(text):
        data += text[after : found.start()].encode("utf-8")
        data += bytes([int(found[1], 16)]) if found[1] else b"\\"
        after = found.end()
    data += text[after:].encode("utf-8")
    return bytes(data).decode("utf-8", "surrogateescape")


def display(location: tuple[str, ...]) -> str:
    """Return what a place is called for people: `outer.zip!/inner/LICENSE`."""
    disk, *members = unicode_name(location[0]), *location[1:]
    first = disk.replace(os.sep, "/") if os.sep != "/" else disk
    return "!/".join(shown(part) for part in (first, *members))
