"""The search through folders: what is found, what is passed over, what is survived."""

from __future__ import annotations

import os
import pickle
import tracemalloc
from itertools import islice
from pathlib import Path
from time import perf_counter

import msgspec
import pytest
from trees import GRANT, found_in, plant, zipped

from openclause.errors import DocumentError
from openclause.finding import Candidate, Limits, candidates, read, walking
from openclause.finding.globs import rule

TAGGED = (
    "#!/bin/sh\n# SPDX-License-Identifier: MIT OR Apache-2.0\n# Copyright somebody\n\necho hello\n"
)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("LICENSE", "licence"),
        ("LICENCE.txt", "licence"),
        ("UNLICENSE", "licence"),
        ("MIT-LICENSE.md", "licence"),
        ("LICENSE-APACHE", "licence"),
        ("COPYING.LESSER", "licence"),
        ("COPYING3", "licence"),
        ("debian/copyright", "licence"),
        ("logo.png.license", "licence"),
        ("EULA.rtf", "licence"),
        ("USE_POLICY.md", "licence"),
        ("acceptable-use-policy.txt", "licence"),
        ("terms-of-use.html", "licence"),
        ("LICENSES/preferred/Some-1.0", "licence"),
        ("licenses/some.txt", "licence"),
        ("NOTICE", "notice"),
        ("ThirdPartyNotices.txt", "notice"),
        ("license.py", None),
        ("licenses/index.ts", None),
        ("license_test.go", None),
        ("delicensed-data.csv", None),
        ("termsheet.txt", None),
        ("main.c", None),
    ],
)
def test_a_name_makes_a_license(tmp_path: Path, name: str, kind: str | None) -> None:
    found = found_in(plant(tmp_path, {name: GRANT}))
    assert {each.kind for each in found.values()} == ({kind} if kind else set())


def test_candidates_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = ["b/LICENSE", "a/z/COPYING", "a/NOTICE", "LICENSE", "c.d/LICENSE", "Z/LICENSE"]
    plant(tmp_path, dict.fromkeys(names, GRANT))
    assert list(found_in(tmp_path)) == sorted(names)


def test_candidates_come_lazily(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {f"{number:03}/LICENSE": GRANT for number in range(100)})
    listed: list[str] = []
    real = os.scandir
    monkeypatch.setattr(walking.os, "scandir", lambda path: listed.append(path) or real(path))
    assert len([*islice(candidates([tmp_path]), 2)]) == 2
    assert len(listed) <= 3


def test_a_candidate_travels_and_is_read_elsewhere(tmp_path: Path) -> None:
    (found,) = found_in(plant(tmp_path, {"LICENSE": GRANT})).values()
    copy = pickle.loads(pickle.dumps(found))
    assert copy == found
    assert read(copy) == GRANT.encode()
    assert found.size == len(GRANT)


def test_a_name_that_is_not_utf8_is_printable_and_reversible(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9\n/LICENSE"
    file = Path(os.fsdecode(raw))
    file.parent.mkdir()
    file.write_text(GRANT)
    (found,) = found_in(tmp_path).values()
    assert found.path.endswith("caf\\xe9\\x0a/LICENSE")
    assert found.path.isprintable()
    assert msgspec.json.decode(msgspec.json.encode(found.path)) == found.path
    assert os.fsencode(found.location[0]) == raw
    assert read(found) == GRANT.encode()


def test_what_git_ignores_is_passed_over_unless_asked_for(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            ".git/config": "",
            ".git/LICENSE": GRANT,
            ".git/info/exclude": "local/\n",
            ".gitignore": "build/\n*.license\n!kept.license\n[broken\n",
            "build/LICENSE": GRANT,
            "local/LICENSE": GRANT,
            "a.license": GRANT,
            "kept.license": GRANT,
            "sub/.gitignore": "/COPYING\n!a.license\n",
            "sub/COPYING": GRANT,
            "sub/deep/COPYING": GRANT,
            "sub/a.license": GRANT,
        },
    )
    assert list(found_in(tmp_path)) == ["kept.license", "sub/a.license", "sub/deep/COPYING"]
    assert len(found_in(tmp_path, ignored=True)) == 7
    assert list(found_in(tmp_path / "sub")) == ["a.license", "deep/COPYING"]
    assert list(found_in(tmp_path / "build")) == ["LICENSE"]


def fits(line: str, path: str) -> bool:
    found, below = rule(line), path.removesuffix("/")
    assert found is not None
    return found.fits(below, below.rpartition("/")[2], folder=below != path)


@pytest.mark.parametrize(
    ("line", "fitting", "others"),
    [
        ("foo", "foo foo/ a/foo", "foob a/foob foo/b"),
        ("foo/", "foo/ a/foo/", "foo a/foo"),
        ("/foo", "foo foo/", "a/foo"),
        ("a/foo", "a/foo a/foo/", "b/a/foo"),
        ("!a*b", "ab a.b x/acb", "abc a/b"),
        ("*a*b*", "ab xaxbx ba.ab", "ba a/b"),
        ("a?", "ab x/ab", "a a/"),
        ("[!a-c]x", "dx .x", "ax xx/y"),
        ("[]-]x", "]x -x", "ax"),
        ("a\\*", "a*", "ab"),
        ("**/a/b", "a/b x/a/b x/y/a/b/", "a/c/b xa/b"),
        ("a/**/b", "a/b a/x/b a/x/y/b", "ab x/a/b"),
        ("a/**", "a/b a/b/c a/b/", "a a/ x/a/b"),
        ("**/a/**/a*/b", "a/a/b x/a/y/ab/b a/b/a/ac/b", "a/b a/a/c/b"),
        ("a/*", "a/b", "a/ a/b/c"),
        ("**", "a a/b a/", ""),
        ("x/a**/b", "x/ab x/a/b x/ac/b", "x/acb y/a/b"),
        ("[z-a]", "z", "a"),
        ("[[:digit:]-]", "1 -", "a :"),
        ("a[/]b/c", "", "a/b/c"),
        ("a\\/b", "a/b", "c/a/b"),
        ("\xe9?", "\xe9a", "\xe9"),
    ],
)
def test_lines_fit_as_git_says(line: str, fitting: str, others: str) -> None:
    found = rule(line)
    assert found is not None
    assert found.ignores != line.startswith("!")
    assert [path for path in fitting.split() if not fits(line, path)] == []
    assert [path for path in others.split() if fits(line, path)] == []


@pytest.mark.parametrize("line", ["", "  ", "# a", "/", "!", "[a", "[]", "a\\", "[[:no:]]"])
def test_lines_that_are_no_rules(line: str) -> None:
    assert rule(line) is None


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("*a" * 30 + "b", "a" * 255),
        ("**/a/" * 30 + "b", "a/" * 2000),
        ("**/*a*a*a*b/" * 30 + "c", ("a" * 20 + "/") * 190),
        ("*" * 100_000 + "b", "a" * 255),
    ],
    ids=["stars", "folders", "stars in folders", "one row of stars"],
)
def test_lines_of_many_stars_take_time_in_proportion(line: str, path: str) -> None:
    begin = perf_counter()
    assert not fits(line, path)
    assert perf_counter() - begin < 2


def test_a_tree_that_is_no_repository_ignores_nothing(tmp_path: Path) -> None:
    plant(tmp_path, {".gitignore": "LICENSE\n", "LICENSE": GRANT})
    if walking.ignores_above(str(tmp_path)).repository:
        pytest.skip("the temporary folder is in a repository")
    assert list(found_in(tmp_path)) == ["LICENSE"]


def test_links_are_followed_within_the_tree_only(tmp_path: Path) -> None:
    plant(tmp_path, {"out/COPYING": GRANT, "in/a/LICENSE": GRANT})
    (tmp_path / "in/COPYING").symlink_to("a/LICENSE")
    (tmp_path / "in/LICENSE").symlink_to("../out/COPYING")
    (tmp_path / "in/NOTICE").symlink_to("nowhere")
    (tmp_path / "in/EULA").symlink_to("EULA")
    (tmp_path / "in/loop").symlink_to(".")
    (tmp_path / "in/outside").symlink_to("../out")
    found = found_in(tmp_path / "in")
    errors = {path: each.error for path, each in found.items() if each.error}
    assert sorted(found) == ["COPYING", "EULA", "LICENSE", "NOTICE", "a/LICENSE"]
    assert read(found["COPYING"]) == GRANT.encode()
    assert sorted(errors) == ["EULA", "LICENSE", "NOTICE"]
    assert "leads out of the tree" in (errors["LICENSE"] or "")
    with pytest.raises(DocumentError, match="LICENSE: is a link that leads out"):
        read(found["LICENSE"])


def test_an_archive_that_is_linked_to_is_read_once(tmp_path: Path) -> None:
    plant(tmp_path, {"z-1.jar": zipped({"LICENSE": GRANT})})
    (tmp_path / "a.jar").symlink_to("z-1.jar")
    assert list(found_in(tmp_path)) == ["z-1.jar!/LICENSE"]


def test_a_snapshot_in_a_cache_of_models_links_to_its_blobs(tmp_path: Path) -> None:
    cache = plant(tmp_path / "models--org--name", {"blobs/0a1b": GRANT})
    snapshot = cache / "snapshots/abc"
    snapshot.mkdir(parents=True)
    (snapshot / "LICENSE").symlink_to("../../blobs/0a1b")
    (found,) = found_in(snapshot).values()
    assert read(found) == GRANT.encode()


def test_a_folder_that_may_not_be_listed_is_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, {"a/LICENSE": GRANT, "b/LICENSE": GRANT, "c/LICENSE": GRANT})
    real = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("/b"):
            raise PermissionError(13, "Permission denied", path)
        if path.endswith("/c"):
            raise FileNotFoundError(2, "No such file or directory", path)
        return real(path)

    monkeypatch.setattr(walking.os, "scandir", refuse)
    found = found_in(tmp_path)
    assert list(found) == ["a/LICENSE", "b", "c"]
    assert found["b"].error == f"{tmp_path}/b: may not be listed; check the folder's permissions"
    assert "vanished" in (found["c"].error or "")


def test_a_pipe_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "LICENSE")
    os.mkfifo(tmp_path / "package.json")
    os.mkfifo(tmp_path / "main.py")
    errors = [each.error or "" for each in found_in(tmp_path).values()]
    assert len(errors) == 2
    assert all("no regular file" in error for error in errors)


def test_a_file_that_vanishes_is_an_error_of_reading(tmp_path: Path) -> None:
    (found,) = found_in(plant(tmp_path, {"LICENSE": GRANT})).values()
    (tmp_path / "LICENSE").unlink()
    with pytest.raises(DocumentError, match="LICENSE: vanished before it was read"):
        read(found)


def test_a_path_that_does_not_exist_is_a_record(tmp_path: Path) -> None:
    (found,) = candidates([tmp_path / "nowhere"])
    assert (
        found.error
        == f"{tmp_path}/nowhere: cannot be read (No such file or directory); check the path"
    )


def test_a_sparse_file_of_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    for name in ("LICENSE", "big.py", "README.md", "package.json"):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(1 << 30)
    found = found_in(tmp_path)
    assert sorted(found) == ["LICENSE", "package.json"]
    assert found["LICENSE"].size == 1 << 30
    assert "larger than 20,000,000 bytes" in (found["LICENSE"].error or "")
    assert "larger than 2,000,000 bytes" in (found["package.json"].error or "")


def test_a_readme_that_is_too_long_is_an_error_and_not_cut(tmp_path: Path) -> None:
    text = "x\n" * 1_000_000 + "# License\n" + GRANT
    (found,) = found_in(plant(tmp_path, {"README.md": text})).values()
    assert "larger than 2,000,000 bytes" in (found.error or "")


def test_a_file_that_grew_is_not_read_whole(tmp_path: Path) -> None:
    (found,) = found_in(plant(tmp_path, {"LICENSE": GRANT})).values()
    with (tmp_path / "LICENSE").open("r+b") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(DocumentError, match="is larger than 20,000,000 bytes"):
        read(found)


def test_a_named_file_is_a_candidate_whatever_it_is_called(tmp_path: Path) -> None:
    plant(tmp_path, {"text.py": GRANT, "README": "Hello.\n", "x.zip": zipped({"LICENSE": GRANT})})
    paths = [tmp_path / name for name in ("text.py", "README", "x.zip", "text.py")]
    found = [*candidates(paths)]
    assert [each.path.removeprefix(f"{tmp_path}/") for each in found] == [
        "text.py",
        "README",
        "x.zip!/LICENSE",
    ]
    assert all(each.kind == "licence" for each in found)


def test_roots_within_each_other_give_each_file_once(tmp_path: Path) -> None:
    plant(tmp_path, {"a/LICENSE": GRANT, "b/LICENSE": GRANT})
    found = [*candidates([tmp_path / "b", tmp_path, tmp_path / "a"])]
    assert [each.path.removeprefix(f"{tmp_path}/") for each in found] == ["b/LICENSE", "a/LICENSE"]


def test_a_file_that_is_named_comes_once_at_its_place(tmp_path: Path) -> None:
    plant(tmp_path, {"a/LICENSE": GRANT, "a/code.py": "pass\n", "a/COPYING": GRANT})
    (tmp_path / "hard").hardlink_to(tmp_path / "a/LICENSE")
    named = [tmp_path / name for name in ("a/LICENSE", "a", "a/code.py", "hard", "a")]
    found = [each.path.removeprefix(f"{tmp_path}/") for each in candidates(named)]
    assert found == ["a/LICENSE", "a/COPYING", "a/code.py", "hard"]


def test_paths_are_shown_as_they_were_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, {"a/LICENSE": GRANT, "a/x.zip": b"PK no", "NOTICE": GRANT})
    monkeypatch.chdir(tmp_path)
    assert [each.path for each in candidates([Path()])] == ["NOTICE", "a/LICENSE", "a/x.zip"]
    (broken,) = [each for each in candidates([Path("a")]) if each.error]
    assert (broken.error or "").startswith("a/x.zip: is a broken archive")


def test_a_tag_keeps_its_comment_at_its_place(tmp_path: Path) -> None:
    (found,) = found_in(plant(tmp_path, {"run.sh": TAGGED})).values()
    assert (found.kind, found.declared) == ("tag", ("MIT OR Apache-2.0",))
    text = read(found).decode()
    assert text.splitlines()[1:3] == TAGGED.splitlines()[1:3]
    assert "echo" not in text


def test_a_tag_at_the_end_of_a_long_file_is_found(tmp_path: Path) -> None:
    code = "x = 1\n" * 5000
    tagged = code + "# SPDX-License-Identifier: ISC\n"
    plant(tmp_path, {"late.py": tagged, "middle.py": tagged + code, "none.py": code})
    found = found_in(tmp_path)
    assert {path: each.declared for path, each in found.items()} == {"late.py": ("ISC",)}
    assert read(found["late.py"]).decode().strip() == "# SPDX-License-Identifier: ISC"
    assert read(found["late.py"]).count(b"\n") == tagged.count("\n")
    assert found_in(tmp_path, limits=Limits(tag_bytes=0)) == {}


def test_a_readme_keeps_its_license_section_at_its_place(tmp_path: Path) -> None:
    text = "# Náme\n\nTool.\n\n## 🔑 License\n\nFree.\n\n### Names\n\nNo.\n\n## More\n\nBye.\n"
    (found,) = found_in(plant(tmp_path, {"README.md": text})).values()
    said = read(found).decode()
    assert said.strip() == "## 🔑 License\n\nFree.\n\n### Names\n\nNo."
    assert text[: len(said)].index("## 🔑") == said.index("## 🔑")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Name\n====\n\nLicense\n-------\nFree.\n\nMore\n----\nBye.\n", "License\n-------\nFree."),
        (
            "Tool.\n\nIt is licensed under\nthe Own License.\n\nBye.\n",
            "It is licensed under\nthe Own License.",
        ),
        ("<h1>X</h1>\n<h2>License</h2>\nFree.\n<h2>Y</h2>\n", "<h2>License</h2>\nFree."),
        ("# 도구\n\n## 라이선스\n\n자유.\n", "## 라이선스\n\n자유."),
        ("```\n# license\n```\nHello.\n", None),
        ("# Getting a license key for the very first of your many servers\n\nBuy.\n", None),
    ],
)
def test_license_passages_of_readmes(tmp_path: Path, text: str, kept: str | None) -> None:
    found = [*found_in(plant(tmp_path, {"README": text})).values()]
    assert [read(each).decode().strip() for each in found] == ([kept] if kept else [])


def test_a_model_card_declares_its_license(tmp_path: Path) -> None:
    card = "---\nlicense: other\nlicense_name: own-open-license\nbase_model: a/b\n---\n# Model\n"
    (found,) = found_in(plant(tmp_path, {"README.md": card})).values()
    assert (found.kind, found.declared) == ("model-card", ("own-open-license",))
    assert read(found).decode() == card.removesuffix("# Model\n")


def test_every_candidate_of_a_mixed_tree_is_a_record(tmp_path: Path) -> None:
    plant(
        tmp_path, {"LICENSE": b"", "COPYING": b"\xff\xfe\0", "package.json": "{", "setup.py": "("}
    )
    found = found_in(tmp_path)
    assert all(isinstance(each, Candidate) for each in found.values())
    assert "is broken" in (found["package.json"].error or "")
    assert "is broken" in (found["setup.py"].error or "")


def test_memory_does_not_grow_with_the_tree(tmp_path: Path) -> None:
    names = ("LICENSE", "a.py", "b.txt", "package.json")
    plant(tmp_path, {f"{number:03}/{name}": TAGGED for number in range(200) for name in names})

    def peak(root: Path) -> int:
        tracemalloc.start()
        count = sum(1 for _ in candidates([root]))
        assert count >= len(names)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(tmp_path / "000")
    assert peak(tmp_path) < peak(tmp_path / "001") + 200_000
