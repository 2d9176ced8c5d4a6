"""What a package's metadata declares its license to be, in SPDX's words where they can be told.

In: the name and the bytes of a metadata file. Out: the declared expressions, in the order of the
file; none for a package that declares nothing, None for a file that describes no package. Each
format is read by its own parser: a broken file is a `Problem`, never a guess.
"""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from openclause import untrusted_toml
from openclause.finding import paragraphs
from openclause.finding.declarations import worded
from openclause.finding.names import base, suffix_of
from openclause.finding.streams import Problem

Declared = tuple[str, ...] | None

_CLASSIFIER = "license ::"
# A license field that is longer holds a text, not a name.
_LONGEST = 200
_GEM = re.compile(
    rb"\.licen[cs]es?\s*=\s*(\[[^\]]{0,400}\]|%w\[[^\]]{0,400}\]|[\"'][^\"']{0,200}[\"'])"
)
_QUOTED = re.compile(r"[\"']([^\"']+)[\"']")
# Blanks on which configparser would go back again and again.
_WIDE = re.compile(r"[^\S\n]{40,}+")
_HEADER = re.compile(rb"^[!-9;-~]++:", re.MULTILINE)
# There are some thirty; for each, packaging goes through all fields.
_MOST_HEADERS = 100
# A longer setup program, in bytes, is refused: to read it would take gigabytes.
_LONGEST_PROGRAM = 300_000
# No license is told deeper in XML.
_DEEPEST = 4
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def may_declare(path: str) -> bool:
    """Tell whether a license text so called may be a machine-readable list of licenses too."""
    return base(path).casefold() == "copyright"


def declared_in(path: str, data: bytes) -> Declared:
    """Return what the metadata at a path declares.

    Raises
    ------
    Problem
        When it is broken; the words name the format and the place.
    """
    read = _reader(base(path).casefold())
    if read is None:
        return None
    try:
        found = read(data)
    except (ValueError, RecursionError, msgspec.DecodeError, configparser.Error) as error:
        words = " ".join(str(error).split())[:120] or type(error).__name__
        raise Problem(f"is broken ({words}); mend it") from error
    return None if found is None else worded(found)


def _reader(name: str) -> Callable[[bytes], list[str] | None] | None:
    return _BY_NAME.get(name) or _BY_SUFFIX.get(suffix_of(name))


def _pyproject(data: bytes) -> list[str] | None:
    tables = _toml(data)
    project = tables.get("project") or _at(tables, "tool", "poetry")
    return _python(project) if isinstance(project, Mapping) and project else None


def _python(project: Mapping[str, Any]) -> list[str]:
    license_ = project.get("license")
    if isinstance(license_, Mapping):
        license_ = license_.get("text") or _file(license_.get("file"))
    return _license_or_classifiers(license_, project.get("classifiers"))


def _license_or_classifiers(license_: Any, classifiers: Any) -> list[str]:
    """Return the license field if it is a name, and else what the classifiers say."""
    if (
        isinstance(license_, str)
        and 0 < len(license_.strip()) <= _LONGEST
        and "\n" not in license_.strip()
    ):
        return [license_.strip()]
    found = [one for one in classifiers or () if isinstance(one, str)]
    return [
        one.rpartition("::")[2].strip() for one in found if one.casefold().startswith(_CLASSIFIER)
    ]


def _setup_cfg(data: bytes) -> list[str] | None:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(_WIDE.sub(" ", _text(data)))
    if not parser.has_option("metadata", "name") and not parser.has_option("metadata", "license"):
        return None
    metadata = parser["metadata"]
    return _license_or_classifiers(
        metadata.get("license"), (metadata.get("classifiers") or "").splitlines()
    )


def _setup_py(data: bytes) -> list[str] | None:
    """Return the constants that a `setup(...)` call is given; the program is not run."""
    if len(data) > _LONGEST_PROGRAM:
        raise ValueError("too long for a setup program")
    try:
        calls = [node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.Call)]
    except (SyntaxError, MemoryError) as error:
        raise ValueError("no Python program") from error
    for call in calls:
        if getattr(call.func, "id", getattr(call.func, "attr", "")) == "setup":
            given = {word.arg: _constant(word.value) for word in call.keywords if word.arg}
            if given.keys() & {"name", "license", "classifiers"}:
                return _license_or_classifiers(given.get("license"), given.get("classifiers"))
    return None


def _constant(node: ast.AST) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _core_metadata(data: bytes) -> list[str] | None:
    """Read METADATA or PKG-INFO by the parser of packaging."""
    from packaging.metadata import parse_email

    if len({found[0].lower() for found in _HEADER.finditer(data)}) > _MOST_HEADERS:
        raise ValueError("more kinds of fields than there are")
    raw, _ = parse_email(data)
    if "name" not in raw:
        return None
    if expression := raw.get("license_expression"):
        return [expression]
    return _license_or_classifiers(raw.get("license"), raw.get("classifiers"))


def _package_json(data: bytes) -> list[str] | None:
    """Read package.json, bower.json, composer.json: any of several licenses may be chosen."""
    package = msgspec.json.decode(_text(data))
    if not isinstance(package, dict) or not ({"name", "license", "licenses"} & package.keys()):
        return None
    return _any_of(package.get("license") or package.get("licenses"))


def _any_of(said: Any) -> list[str]:
    names = [name for one in (said if isinstance(said, list) else [said]) if (name := _name(one))]
    if len(names) > 1:
        names = [f"({name})" if " AND " in name else name for name in names]
    joined = " OR ".join(names)
    return [joined] if joined else []


def _name(one: Any) -> str:
    if isinstance(one, dict):
        one = one.get("type") or one.get("name") or one.get("@id") or one.get("url")
    return one.strip() if isinstance(one, str) else ""


def _cargo(data: bytes) -> list[str] | None:
    package = _toml(data).get("package")
    if not isinstance(package, dict) or "name" not in package:
        return None
    license_ = package.get("license")
    if isinstance(license_, dict) and license_.get("workspace"):
        return None
    if isinstance(license_, str):
        said = license_.replace("/", " OR ")
    else:
        said = _file(package.get("license-file"))
    return [said] if said else []


def _file(name: Any) -> str:
    return f"SEE LICENSE IN {name}" if isinstance(name, str) and name else ""


def _pom(data: bytes) -> list[str] | None:
    """Return the licenses of a Maven project; one that inherits them tells nothing here."""
    found = list(_elements(data))
    if not found or found[0][0] != "project":
        return None
    names = [text for path, text in found if path == "project/licenses/license/name" and text]
    inherits = any(path == "project/parent" for path, _ in found)
    return names if names or not inherits else None


def _nuspec(data: bytes) -> list[str] | None:
    found = dict(_elements(data))
    if "package/metadata/id" not in found:
        return None
    said = found.get("package/metadata/license") or found.get("package/metadata/licenseUrl") or ""
    return [said.removeprefix("https://licenses.nuget.org/")] if said else []


def _elements(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each element that is not too deep to tell a license.

    Entities are refused, as they may be bombs.
    """
    from xml.etree import ElementTree

    if _ENTITIES.search(data):
        raise ValueError("XML with a document type or entities")
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise ValueError(f"no sound XML: {error}") from error
    stack = [("", root)]
    while stack:
        above, element = stack.pop()
        path = f"{above}/{element.tag.rpartition('}')[2]}".lstrip("/")
        yield path, (element.text or "").strip()
        if path.count("/") < _DEEPEST:
            stack.extend((path, child) for child in reversed(element))


def _gemspec(data: bytes) -> list[str] | None:
    found = _GEM.search(data)
    if not found:
        return [] if b"Gem::Specification" in data else None
    said = found[1].decode("utf-8", "replace")
    return [" OR ".join(_QUOTED.findall(said) or said.removeprefix("%w").strip("[] ").split())]


def _citation(data: bytes) -> list[str] | None:
    from openclause.finding.model_cards import safe_yaml

    found = safe_yaml(_text(data))
    return _any_of(found.get("license")) if isinstance(found, dict) and "license" in found else None


def _codemeta(data: bytes) -> list[str] | None:
    found = msgspec.json.decode(_text(data))
    return _any_of(found.get("license")) if isinstance(found, dict) and "license" in found else None


def _at(table: Any, *keys: str) -> Any:
    for key in keys:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table


def _toml(data: bytes) -> dict[str, Any]:
    return untrusted_toml.parse(_text(data))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


_BY_NAME: Mapping[str, Callable[[bytes], list[str] | None]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "metadata": _core_metadata,
    "pkg-info": _core_metadata,
    "package.json": _package_json,
    "bower.json": _package_json,
    "composer.json": _package_json,
    "cargo.toml": _cargo,
    "pom.xml": _pom,
    "description": paragraphs.r_description,
    "copyright": paragraphs.debian_copyright,
    "citation.cff": _citation,
    "codemeta.json": _codemeta,
}
_BY_SUFFIX: Mapping[str, Callable[[bytes], list[str] | None]] = {
    ".pom": _pom,
    ".nuspec": _nuspec,
    ".gemspec": _gemspec,
}
