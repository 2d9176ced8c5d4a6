"""The site: every page has its place, no link is dead, the reference is that of the code."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

import openclause
from openclause.cli import app
from openclause.formats import FORMATS
from openclause.formats.comparison import COMPARISON_FORMATS
from openclause.policy.writers import WRITERS as CHECK_FORMATS
from openclause.scanning.writers import WRITERS as SCAN_FORMATS
from openclause.taxonomy import categories, criteria, terms

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))


def load(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = load("generate")
GENERATED = GENERATE.pages()
WRITTEN = {
    path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in DOCS.rglob("*.md")
}
PAGES = WRITTEN | {name: text for name, text in GENERATED.items() if name.endswith(".md")}
COMMANDS = dict(GENERATE.commands(typer.main.get_command(app), "openclause"))


def listed(nav):
    for entry in nav:
        for value in entry.values():
            yield from listed(value) if isinstance(value, list) else [value]


def slug(heading):
    """Return what a heading is called in addresses, as Python-Markdown's toc does it."""
    plain = re.sub(r"[^\w\s-]", "", heading.replace("`", "")).strip().lower()
    return re.sub(r"[-\s]+", "-", plain)


def mended(name):
    origin = {to: source for source, to in GENERATE.CARRIED.items()}
    return GENERATE.mended(PAGES[name], name, origin.get(name, f"docs/{name}"))


def prose(text):
    return re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.DOTALL)


def test_every_page_has_one_place():
    places = list(listed(SITE["nav"]))
    assert len(places) == len(set(places))
    assert set(places) == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_no_link_is_dead(name):
    known = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*")} | set(GENERATED)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(mended(name))):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (DOCS / name).parent.joinpath(path).resolve() if path else DOCS / name
        inside = there.relative_to(DOCS).as_posix()
        assert inside in known, target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", PAGES[inside], re.MULTILINE)
            assert anchor in {slug(one) for one in headings}, target


@pytest.mark.parametrize("name", [name for name in WRITTEN if name.startswith("adding/")])
def test_every_file_that_a_walk_names_is_there(name):
    named = set(re.findall(r"`((?:src|tests|docs|corpora)/[\w./-]+)`", WRITTEN[name]))
    assert named
    for path in named:
        if "NAME" not in path:
            assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", WRITTEN)
def test_every_command_that_a_page_shows_exists(name):
    blocks = re.findall(r"^```(?:sh|console)?\n(.*?)^```", WRITTEN[name], re.DOTALL | re.MULTILINE)
    for line in re.findall(r"^(?:.*\| )?(openclause [a-z].*)$", "".join(blocks), re.MULTILINE):
        words = shlex.split(line.partition("  #")[0].partition(" | ")[0], comments=True)
        depth = 3 if words[1] == "corpus" else 2
        command = COMMANDS[" ".join(words[:depth])]
        options = {one for param in command.params for one in (*param.opts, *param.secondary_opts)}
        used = {word.partition("=")[0] for word in words[depth:] if re.match("--?[a-z]", word)}
        assert used <= options, line


def shown(name):
    return re.findall(r"^```python\n(.*?)^```", WRITTEN[name], re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in WRITTEN if name.startswith("tutorial/")])
def test_the_examples_of_the_tutorial_run(name, tmp_path):
    (text,) = re.findall(r"```text\n(.*?)```", WRITTEN["tutorial/first-analysis.md"], re.DOTALL)
    (tmp_path / "LICENSE").write_text(text, encoding="utf-8")
    for code in shown(name):
        (tmp_path / "example.py").write_text(code, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "example.py", "LICENSE"],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        assert done.returncode == (1 if "sys.exit" in code else 0)
        assert "non-commercial" in done.stdout


def test_a_new_rule_as_the_walk_shows_it_is_read():
    import tomllib

    from openclause.taxonomy import Rule, convert

    (block,) = re.findall(r"```toml\n(.*?)```", WRITTEN["adding/rule.md"], re.DOTALL)
    (rule,) = tomllib.loads(block)["rule"]
    assert convert(rule, Rule, where="adding/rule.md").hits
    assert rule["id"] not in {one.id for term in terms().values() for one in term.rules}


def test_the_reference_has_every_command_and_option():
    said = GENERATED["reference/cli.md"]
    sections = dict(zip(*[iter(re.split(r"^## (.*)$", said, flags=re.M)[1:])] * 2, strict=True))
    assert set(sections) == set(COMMANDS)
    for name, command in COMMANDS.items():
        for param in command.params:
            if param.param_type_name == "option" and param.name != "help":
                assert all(f"`{one}`" in sections[name] for one in param.opts), (name, param)


def test_the_reference_has_every_public_name():
    said = GENERATED["reference/python.md"]
    for name in openclause.__all__:
        if not name.startswith("_"):
            assert re.search(rf"^::: openclause\.[\w.]+\.{name}$", said, re.MULTILINE), name


def test_the_reference_has_every_word_in_both_languages():
    said = GENERATED["reference/words.md"]
    for one in [*terms().values(), *categories().values(), *criteria().values()]:
        (line,) = [row for row in said.splitlines() if row.startswith(f"| `{one.id}` |")]
        assert one.name.en in line
        assert one.name.ko in line
        assert line.count(" | ") == 2


@pytest.mark.parametrize(
    ("command", "formats"),
    [
        ("analyze", FORMATS),
        ("compare", COMPARISON_FORMATS),
        ("scan", SCAN_FORMATS),
        ("check", CHECK_FORMATS),
    ],
)
def test_the_reference_has_every_format(command, formats):
    parts = GENERATED["reference/looks.md"].split("\n## openclause ")[1:]
    said = {part.partition("\n")[0]: part for part in parts}[command]
    for name in formats:
        assert re.search(rf"^\| `{name}` \| \S", said, re.MULTILINE), name
    assert "one function a format" not in said  # that is of the package, not of a format


def test_the_reference_has_every_schema_of_the_package():
    published = {path.name for path in (ROOT / "src/openclause/data").glob("*.schema.json")}
    assert published == {f"{name}.schema.json" for name in GENERATE.SCHEMAS}


def test_the_reference_has_every_field():
    said = GENERATED["reference/schemas.md"]
    for name in GENERATE.SCHEMAS:
        schema = json.loads(GENERATED[f"reference/{name}.schema.json"])
        for record, about in schema["$defs"].items():
            if "properties" in about:
                assert f"### {record}\n" in said
            assert all(f"| `{field}` |" in said for field in about.get("properties", {}))


def test_links_that_leave_the_site_become_words():
    mend = GENERATE.mended
    assert mend("[a](../src/x.py)", "scan.md", "docs/scan.md") == "a"
    assert mend("[a](docs/scan.md#b)", "reference/changelog.md", "CHANGELOG.md") == (
        "[a](../scan.md#b)"
    )
    assert mend("`[a](../x)`", "scan.md", "docs/scan.md") == "`[a](../x)`"


def test_pictures_are_small_and_all_are_shown():
    images = {path.name: path.stat().st_size for path in (DOCS / "images").iterdir()}
    assert set(images) == {f"{name}.png" for name in load("pictures").PICTURES}
    assert max(images.values()) < 200_000
    assert {one for one in images if f"images/{one})" in "".join(WRITTEN.values())} == set(images)


@pytest.mark.slow
def test_the_site_builds_strictly_and_asks_nothing_of_other_hosts(tmp_path):
    pytest.importorskip("mkdocs", reason="extra `docs`")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"]
    done = subprocess.run(build, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    built = list((tmp_path / "site").rglob("*.html"))
    assert len(built) >= len(PAGES)
    for path in built:
        said = path.read_text("utf-8")
        assert not re.search(r"<(?:script|img|iframe)[^>]+src=\"?(?:https?:)?//", said), path
        assert not re.search(r"<link[^>]+href=\"?(?:https?:)?//", said), path
    for path in (tmp_path / "site").rglob("*.css"):
        assert not re.search(r"@import|url\([\"']?(?:https?:)?//", path.read_text("utf-8")), path
    assert "openclause atlas" in (tmp_path / "site" / "reference" / "cli.html").read_text("utf-8")


def test_each_module_is_named_where_the_house_is_walked_through():
    rooms = Path(openclause.__file__).parent
    names = [path.stem for path in rooms.glob("[!_]*.py")]
    names += [f"{path.parent.name}/" for path in rooms.glob("*/__init__.py")]
    page = WRITTEN["how-it-works.md"].replace("`openclause.", "`")
    assert len(names) > 100
    assert [name for name in names if f"`{name}`" not in page] == []
