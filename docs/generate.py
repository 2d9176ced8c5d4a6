"""The pages of the site that follow from the code: the command line, the records, the words.

mkdocs runs it as a hook; nothing of it is committed, so nothing of it can be out of date. Pages of
the repository outside `docs` (datasheet, model card, changelog) are carried in; links to files
that are no pages become their names.
"""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Callable, Iterator
from enum import Enum
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).parents[1]
CARRIED = {
    "CHANGELOG.md": "reference/changelog.md",
    "corpora/licenses/README.md": "reference/datasheet.md",
    "models/MODEL_CARD.md": "reference/model-card.md",
}
SCHEMAS = ("analysis", "comparison", "scan", "check")
ATLAS = ("corpus_entries", "scan_entries", "count", "html")

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages (a hook of mkdocs)."""
    from mkdocs.structure.files import File

    for name, content in pages().items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Mend the links of a page (a hook of mkdocs)."""
    origin = {to: source for source, to in CARRIED.items()}
    name = page.file.src_uri
    return mended(markdown, name, origin.get(name, f"docs/{name}"))


def pages() -> dict[str, str]:
    """Return all generated files by their names within the site."""
    made: dict[str, Callable[[], str]] = {
        "reference/cli.md": command_line,
        "reference/python.md": python,
        "reference/schemas.md": schemas,
        "reference/words.md": words,
        "reference/looks.md": looks,
    }
    carried = {to: (ROOT / source).read_text("utf-8") for source, to in CARRIED.items()}
    raw = {f"reference/{name}.schema.json": _schema(name) for name in SCHEMAS}
    return {name: make() for name, make in made.items()} | carried | raw


def mended(markdown: str, name: str, source: str) -> str:
    """Turn links that hold in the repository into links that hold in the site.

    Parameters
    ----------
    name
        The page's name in the site.
    source
        Its file in the repository.
    """

    def mend(found: re.Match[str]) -> str:
        mark, said, target = found.groups()
        path, _, anchor = target.partition("#")
        if not path or "://" in target or target.startswith("mailto:"):
            return found[0]
        there = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        inside = CARRIED.get(there) or (there[5:] if there.startswith("docs/") else None)
        if inside is None:
            return said
        near = posixpath.relpath(inside, posixpath.dirname(name) or ".")
        return f"{mark}[{said}]({near}{'#' if anchor else ''}{anchor})"

    parts = _CODE.split(markdown)
    return "".join(part if n % 2 else _LINK.sub(mend, part) for n, part in enumerate(parts))


def command_line() -> str:
    """Return every command with its options, from the program itself."""
    from openclause.cli import app

    root = typer.main.get_command(app)
    return "# Command line\n\n" + "\n".join(_commands(root, "openclause"))


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield a command and those below it with their full names."""
    yield name, command
    for key, below in sorted(getattr(command, "commands", {}).items()):
        yield from commands(below, f"{name} {key}")


def _commands(root: Any, name: str) -> Iterator[str]:
    for full, command in commands(root, name):
        yield f"## {full}\n"
        yield f"```text\n{(command.help or '').replace(chr(8), '').strip()}\n```\n"
        rows = [_parameter(one) for one in command.params if one.name != "help"]
        if rows:
            yield "| argument or option | meaning | default |\n|---|---|---|"
            yield "".join(f"{row}\n" for row in rows)


def _parameter(one: Any) -> str:
    names = " ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
    if one.param_type_name == "argument":
        names = f"`{one.metavar or one.name.upper()}`"
    meaning = getattr(one, "help", None) or ""
    if choices := _choices(one):
        meaning += " " + ", ".join(f"`{_plain(each)}`" for each in choices)
    given = one.default
    shown = "" if given is None or given is False or callable(given) else f"`{_plain(given)}`"
    return f"| {names} | {_cell(meaning)} | {shown} |"


def _choices(one: Any) -> list[Any]:
    """Return what an option may be; where it says so depends on the version of Typer."""
    kind = getattr(getattr(one, "type_descriptor", None), "annotation", None)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)
    return list(getattr(getattr(one, "type", None), "choices", None) or [])


def _plain(value: Any) -> str:
    return str(getattr(value, "value", value))


def python() -> str:
    """Return the public names; mkdocstrings fills in what their docstrings say."""
    import openclause
    from openclause import atlas

    shown = [(name, getattr(openclause, name)) for name in openclause.__all__ if name[0] != "_"]
    shown += [(name, getattr(atlas, name)) for name in ATLAS]
    lines = (f"::: {one.__module__}.{one.__qualname__}\n" for _, one in shown)
    return "# Python\n\n`from openclause import …`; the last are in `openclause.atlas`.\n\n" + (
        "\n".join(lines)
    )


def schemas() -> str:
    """Return the fields of every record that programs read, and the schemas themselves."""
    parts = ["# JSON Schemas\n\nDraft 2020-12; published with the package.\n"]
    for name in SCHEMAS:
        parts.append(f"## {name}\n\n[{name}.schema.json]({name}.schema.json)\n")
        schema = json.loads(_schema(name))
        for record, about in schema["$defs"].items():
            if "properties" in about:
                parts.append(_fields(record, about))
    return "\n".join(parts)


def _schema(name: str) -> str:
    return resources("openclause").joinpath(f"data/{name}.schema.json").read_text("utf-8")


def _fields(record: str, about: dict[str, Any]) -> str:
    head = (about.get("description") or "").strip().split("\n")[0]
    rows = "".join(
        f"| `{field}` | {_cell(_type(kind))} |\n" for field, kind in about["properties"].items()
    )
    return f"### {record}\n\n{head}\n\n| field | type |\n|---|---|\n{rows}"


def _type(kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        return kind["$ref"].rpartition("/")[2]
    if "anyOf" in kind:
        return " or ".join(_type(each) for each in kind["anyOf"])
    if "enum" in kind:
        return ", ".join(json.dumps(each) for each in kind["enum"])
    if kind.get("type") == "array":
        return f"list of {_type(kind.get('items') or {})}"
    if kind.get("type") == "object":
        return f"table of {_type(kind.get('additionalProperties') or {})}"
    return str(kind.get("type", "anything"))


def words() -> str:
    """Return terms, categories and criteria in both languages."""
    from openclause.taxonomy import GROUPS, categories, criteria, terms

    lines = ["# Terms, categories, criteria\n", "## Categories\n", _HEAD]
    lines += [_word(one) for one in categories().values()]
    for group in GROUPS:
        lines += [f"\n## Terms: {group}\n", _HEAD]
        lines += [_word(one) for one in terms().values() if one.group == group]
    lines += ["\n## Criteria\n", _HEAD, *(_word(one) for one in criteria().values())]
    return "\n".join(lines) + "\n"


_HEAD = "| id | English | 한국어 |\n|---|---|---|"


def _word(one: Any) -> str:
    said = (f"**{words.name}**: {words.meaning}" for words in (_In(one, "en"), _In(one, "ko")))
    return f"| `{one.id}` | " + " | ".join(_cell(each) for each in said) + " |"


class _In:
    """The words of one language."""

    def __init__(self, one: Any, lang: str) -> None:
        self.name, self.meaning = getattr(one.name, lang), getattr(one.meaning, lang)


def looks() -> str:
    """Return the formats of each command with what their functions say of themselves."""
    from openclause.formats import FORMATS
    from openclause.formats.comparison import COMPARISON_FORMATS
    from openclause.policy.writers import WRITERS as CHECK_FORMATS
    from openclause.scanning.writers import WRITERS as SCAN_FORMATS

    lines = ["# Formats\n\nWhat each holds is in [Formats](../formats.md).\n"]
    lines += ["## openclause analyze\n", "| format | about |\n|---|---|"]
    modules = ((name, f"openclause.formats.{name}", one) for name, one in FORMATS.items())
    lines += [f"| `{name}` | {_about(module, one)} |" for name, module, one in modules]
    others = {"compare": COMPARISON_FORMATS, "scan": SCAN_FORMATS, "check": CHECK_FORMATS}
    for command, table in others.items():
        lines += [f"\n## openclause {command}\n", "| format | about |\n|---|---|"]
        lines += [f"| `{name}` | {_about(one.__module__, one)} |" for name, one in table.items()]
    return "\n".join(lines) + "\n"


def _about(module: str, one: Any) -> str:
    """Return what the module of a format says; of a function of a package, what that says."""
    from importlib import import_module
    from importlib.util import find_spec

    found = find_spec(module)
    alone = found is not None and found.submodule_search_locations is None
    said = import_module(module).__doc__ if alone else one.__doc__
    return _cell((said or "").strip().split("\n")[0])


def _cell(text: str) -> str:
    flat = html.escape(" ".join(text.split()), quote=False)
    return flat.replace("|", "\\|").replace("[", "\\[").replace("{", "&#123;").strip()
