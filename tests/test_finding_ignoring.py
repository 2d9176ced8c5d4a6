"""What is ignored, held against git, and what hostile files of rules cost."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from trees import GRANT, found_in, plant

from openclause.finding.ignoring import NOTHING, Ignores, ignores_in, is_ignored

# The first ones are drawn more often.
_PIECES = (
    *("a", "b", "*", "**", "a", "b", "*", "**", "c", "?", "ab"),
    *("[ab]", "[!a]", "[^b]", "[a-c]", "[[:alpha:]]", "[[:digit:]]", "[[:none:]]", "[]a]", "[!]a]"),
    *("[b-]", "[--a]", "[c-a]", "[\\a]", "[a\\]]", "[a", "[a/b]", "[]", "\\a", "\\*", "\\ "),
    *(" ", "#", "!", ".", "\xe9", "]", "-", "\\", "\t", "\f", "\r", "\u2028", "\\/"),
)
_NAMES = (
    "a",
    "b",
    "c",
    "ab",
    "ba",
    "abc",
    "*",
    "a b",
    "a ",
    "#",
    "!a",
    "\xe9",
    "a]",
    "b-",
    "-",
    "1",
)


def drawn_line(draw: random.Random) -> str:
    parts = ("".join(draw.choices(_PIECES, k=draw.choice([1, 1, 2, 3]))) for _ in range(3))
    glob = "/".join([*parts][: draw.choice([1, 1, 2, 3])])
    ends = draw.choice(["", "", "/"]), draw.choice(["", "", " ", "  "])
    return draw.choice(["", "", "!"]) + draw.choice(["", "", "", "/"]) + glob + "".join(ends)


def grow(folder: Path, draw: random.Random, deep: int) -> Iterator[Path]:
    lines = [drawn_line(draw) for _ in range(draw.choice([0, 1, 3, 6]))]
    text = draw.choice(["", "", "\ufeff"]) + draw.choice(["\n", "\r\n"]).join(lines)
    (folder / ".gitignore").write_bytes(text.encode() + draw.choice([b"", b"\n"]))
    for name in draw.sample(_NAMES, 4):
        yield folder / name
        if deep and draw.random() < 0.6:
            (folder / name).mkdir()
            yield from grow(folder / name, draw, deep - 1)
        else:
            (folder / name).touch()


def ignored_in(folder: Path, above: Ignores, *, whole: bool = False) -> Iterator[Path]:
    rules = ignores_in(str(folder), above)
    for path in folder.iterdir():
        if path.name not in (".git", ".gitignore"):
            found = whole or is_ignored(str(path), rules, folder=path.is_dir())
            if found:
                yield path
            if path.is_dir():
                yield from ignored_in(path, rules, whole=found)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("seed", range(60))
def test_what_is_ignored_is_what_git_ignores(tmp_path: Path, seed: int) -> None:
    tree = tmp_path / "tree"
    subprocess.run(["git", "init", "-q", tree], check=True)
    paths = [*grow(tree, random.Random(seed), 3)]
    told = subprocess.run(
        ["git", "-c", "core.ignoreCase=false", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=tree,
        input=b"\0".join(os.fsencode(path) for path in paths),
        stdout=subprocess.PIPE,
        check=False,
    )
    by_git = {Path(os.fsdecode(name)) for name in told.stdout.split(b"\0") if name}
    assert {*ignored_in(tree, NOTHING)} == by_git


def test_more_rules_than_any_project_has_are_not_obeyed_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    many = "".join(f"*{number:x}*?\n" for number in range(100_000))
    plant(tmp_path, {".git/x": "", ".gitignore": "LICENSE\n", "a/.gitignore": many})
    plant(tmp_path, {"LICENSE": GRANT, "a/LICENSE": GRANT, "a/NOTICE": GRANT})
    begin = perf_counter()
    assert list(found_in(tmp_path)) == ["a/NOTICE"]
    assert perf_counter() - begin < 2
    (warning,) = caplog.messages
    assert "a/.gitignore: not obeyed" in warning


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_rules_in_a_pipe_or_behind_a_link_are_none(tmp_path: Path) -> None:
    plant(tmp_path, {".git/x": "", "rules": "NOTICE\n", "a/LICENSE": GRANT, "b/NOTICE": GRANT})
    os.mkfifo(tmp_path / "a/.gitignore")
    (tmp_path / "b/.gitignore").symlink_to("../rules")
    assert list(found_in(tmp_path)) == ["a/LICENSE", "b/NOTICE"]
