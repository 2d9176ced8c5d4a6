from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib

import pytest
from small_corpus import write

from openclause import analyze
from openclause.corpus import load, read_records

TEXT = """The Paddle License

1. You may use, copy and modify the Paddle and pass on copies of it, changed or not, so long as this
   notice stays with it.

2. You may not use the Paddle in any boat race that sells tickets, nor for any other commercial
   purpose.

3. The paddle maker is not liable for wet feet.
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "paddle.toml.in"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def one_line(result) -> str:
    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    return line


def on_terminal(keys: str, *arguments: object, editor: str = "true") -> tuple[int, str]:
    """Run `openclause corpus add` on a terminal of its own, with what is typed there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "openclause", "corpus", "add", *map(str, arguments)]
    environment = {**os.environ, "EDITOR": editor, "VISUAL": ""}
    with os.fdopen(ours, "wb", buffering=0) as keyboard:
        process = subprocess.Popen(
            command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        )
        os.close(theirs)
        keyboard.write(keys.encode())
        said = process.communicate(timeout=60)[0].decode()
    return process.returncode, said


def walked(answers: dict[str, str]) -> str:
    """Return what to type to walk through the clauses: for these answers, `k` for the others."""
    return "w\n" + "".join(f"{answers.get(label, 'k')}\n" for label, _ in proposed())


def proposed() -> list[tuple[str, str]]:
    """Return label and text of each clause that is found in the little license."""
    return [(f"{each.modality}/{each.term}", each.text) for each in analyze(TEXT).clauses]


def test_what_is_proposed_is_taken_with_yes_but_counts_as_unread(run, file, mine):
    result = run("corpus", "add", file, "--id", "paddle", "--corpus", mine, "--yes")
    assert result.exit_code == 0, result.stderr
    (document,) = load(mine)
    assert document.text == TEXT
    record = document.record
    assert (record.key, record.name) == ("paddle", "The Paddle License")
    assert (record.category, record.basis, record.clauses) == ("non-commercial", "mapped", None)


def test_a_category_that_was_given_counts_as_read(run, file, mine):
    run(
        "corpus",
        "add",
        file,
        "--category",
        "use-restricted",
        "--alt",
        "permissive",
        "--corpus",
        mine,
    )
    (record,) = read_records(mine)
    assert (record.category, record.alt, record.basis) == ("use-restricted", "permissive", "read")


def test_a_draft_is_written_corrected_and_taken(run, file, mine, tmp_path):
    draft = tmp_path / "draft.toml"
    assert run("corpus", "add", file, "--draft", draft, "--corpus", mine).exit_code == 0
    assert not mine.exists()
    page = draft.read_text("utf-8").replace('alt = ""', 'alt = "use-restricted"')
    draft.write_text(page + '\n[[clauses]]\nquote = "The paddle … wet feet."\nterm = "audit"\n'
                     'modality = "obligation"\n', "utf-8")  # fmt: skip
    result = run("corpus", "add", file, "--clauses", draft, "--corpus", mine, "--id", "paddle")
    assert result.exit_code == 0, result.stderr
    (document,) = load(mine)
    labels = document.record.clauses
    assert len(labels) == len(tomllib.loads(page)["clauses"]) + 1
    (own,) = [label for label in labels if label.term == "audit"]
    assert document.text[own.start : own.end] == "The paddle maker is not liable for wet feet."
    assert document.record.alt == "use-restricted"


def test_every_proposed_clause_finds_its_place_again(run, file, mine, tmp_path):
    draft = tmp_path / "draft.toml"
    run("corpus", "add", file, "--draft", draft, "--corpus", mine)
    run("corpus", "add", file, "--clauses", draft, "--corpus", mine)
    from openclause import analyze

    (record,) = read_records(mine)
    found = {(c.start, c.end, c.term, c.modality) for c in analyze(TEXT).clauses}
    assert {(c.start, c.end, c.term, c.modality) for c in record.clauses} == found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('category = "non-', 'category = "none', "[category]: 'nonecommercial' is no category"),
        ('term = "modify"', 'term = "mend"', "[clauses {modify}]: 'mend' is no term"),
        ('modality = "permission"', 'modality = "maybe"', "Invalid enum value 'maybe'"),
        ('quote = "The paddle', 'quote = "The puddle', "does not stand in the text"),
        ('quote = "The paddle', 'start = 9\nend = 99999\nquote = "', "no span of"),
        ("read = true", "read = true\nred = 1", "unknown field `red`"),
        ("read = true", "read = ", "Invalid value"),
    ],
)
def test_a_faulty_draft_is_one_line_and_adds_nothing(run, file, tmp_path, old, new, said):  # noqa: PLR0913, PLR0917
    mine = tmp_path / "mine"
    draft = tmp_path / "draft.toml"
    run("corpus", "add", file, "--draft", draft, "--corpus", mine)
    page = draft.read_text("utf-8")
    assert old in page
    draft.write_text(page.replace(old, new, 1), "utf-8")
    line = one_line(
        run("corpus", "add", file, "--clauses", draft, "--corpus", mine, "--id", "paddle")
    )
    modify = [label for label, _ in proposed()].index("permission/modify")
    assert said.format(modify=modify) in line
    assert "draft.toml" in line or "paddle.toml" in line
    assert not list(tmp_path.glob("mine/**/*.t*"))


def test_an_unknown_category_is_one_line(run, file, mine):
    line = one_line(run("corpus", "add", file, "--category", "freeware", "--corpus", mine))
    assert "[category]: 'freeware' is no category" in line


def test_a_key_or_text_that_is_there_is_one_line(run, file, mine):
    add = ("corpus", "add", file, "--yes", "--corpus", mine, "--id")
    assert run(*add, "paddle").exit_code == 0
    before = (mine / "paddle.toml").read_bytes()
    assert "paddle.toml [key]: is there already" in one_line(run(*add, "paddle"))
    assert "is the text of 'paddle'" in one_line(run(*add, "other"))
    assert (mine / "paddle.toml").read_bytes() == before


def test_nobody_to_ask_is_one_line(run, file, mine):
    assert "nobody can be asked" in one_line(run("corpus", "add", file, "--corpus", mine))


def test_near_texts_join_the_family_and_its_split(run, tmp_path):
    folder = write(tmp_path / "small")
    (relative, *_) = [r for r in read_records(folder) if r.split == "dev"]
    path = tmp_path / "near.list"
    path.write_text((folder / "texts" / f"{relative.key}.txt").read_text() + "Made anew.\n")
    result = run("corpus", "add", path, "--yes", "--corpus", folder)
    assert relative.family in result.stdout
    (added,) = [r for r in read_records(folder) if r.key == "near"]
    assert (added.family, added.split) == (relative.family, "dev")


def test_on_a_terminal_a_category_is_asked_for(file, mine):
    keys = "c\nuse-restricted\nk\n"
    code, said = on_terminal(keys, file, "--corpus", mine, "--id", "paddle")
    assert code == 0, said
    (record,) = read_records(mine)
    assert (record.category, record.basis, record.clauses) == ("use-restricted", "read", None)


def test_clauses_are_walked_through(file, mine):
    keys = walked({"permission/distribute": "d", "permission/use": "t use/prohibition"}) + "k\n"
    code, said = on_terminal(keys, file, "--corpus", mine, "--id", "paddle")
    assert code == 0, said
    (record,) = read_records(mine)
    effects = [f"{label.modality}/{label.term}" for label in record.clauses]
    assert "permission/distribute" not in effects
    assert "prohibition/use" in effects


def test_an_unknown_term_is_asked_for_again(file, mine):
    keys = walked({"permission/use": "t usage\nt use/never\nt use/prohibition"}) + "k\n"
    code, said = on_terminal(keys, file, "--corpus", mine, "--id", "paddle")
    assert code == 0, said
    assert said.count("permission, obligation, prohibition") == 2
    (record,) = read_records(mine)
    assert "prohibition/use" in [f"{label.modality}/{label.term}" for label in record.clauses]


def test_what_was_corrected_is_kept_where_it_cannot_be_added(file, mine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keys = walked({"permission/distribute": "t use"}) + "k\n"
    code, said = on_terminal(keys, file, "--corpus", mine, "--id", "paddle")
    assert code == 2, said
    assert "says the same as one before" in said
    kept = tomllib.loads((tmp_path / "paddle.draft.toml").read_text("utf-8"))
    assert [clause["term"] for clause in kept["clauses"]].count("use") == 2
    assert not mine.exists()


def test_a_second_walk_shows_the_clauses_that_are_left(file, mine):
    first = [label for label, text in proposed() if "copy and modify" in text]
    left = len(proposed()) - len(first)
    keys = walked(dict.fromkeys(first, "d")) + "w\n" + "k\n" * left + "k\n"
    code, said = on_terminal(keys, file, "--corpus", mine, "--id", "paddle")
    assert code == 0, said
    second = said.partition(f"non-commercial, {left}, read = True")[2]
    assert "wet feet" in second
    assert "copy and modify" not in second


def test_the_editor_is_handed_what_was_corrected_before(file, mine):
    keys = "c\nuse-restricted\n" + walked({"permission/distribute": "d"}) + "e\nk\n"
    code, said = on_terminal(keys, file, "--corpus", mine, "--id", "paddle")
    assert code == 0, said
    (record,) = read_records(mine)
    assert record.category == "use-restricted"
    assert "permission/distribute" not in [f"{c.modality}/{c.term}" for c in record.clauses]


def test_a_draft_that_was_corrected_is_written_anew_as_it_is(run, file, mine, tmp_path):
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    run("corpus", "add", file, "--draft", first, "--corpus", mine)
    page = first.read_text("utf-8").replace('why = ""', 'why = "Tickets."')
    own = 'quote = "The paddle … wet feet."\nterm = "audit"\nmodality = "obligation"\n'
    first.write_text(f"{page}\n[[clauses]]\n{own}", "utf-8")
    options = ("--alt", "use-restricted", "--corpus", mine)
    result = run("corpus", "add", file, "--clauses", first, "--draft", second, *options)
    assert result.exit_code == 0, result.stderr
    said = tomllib.loads(second.read_text("utf-8"))
    before = tomllib.loads(first.read_text("utf-8"))
    assert (said["alt"], said["why"]) == ("use-restricted", "Tickets.")
    assert [c["quote"] for c in said["clauses"]] == [c["quote"] for c in before["clauses"]]


def test_the_draft_is_corrected_in_an_editor(file, mine):
    editor = "sed -i s/non-commercial/proprietary/"
    code, said = on_terminal("e\nk\n", file, "--corpus", mine, "--id", "paddle", editor=editor)
    assert code == 0, said
    (record,) = read_records(mine)
    assert record.category == "proprietary"
    assert record.clauses


def test_what_was_typed_is_kept_where_it_is_faulty(file, mine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    editor = "sed -i s/non-commercial/free/"
    code, said = on_terminal("e\nn\nq\n", file, "--corpus", mine, "--id", "paddle", editor=editor)
    assert code == 130, said
    assert 'category = "free"' in (tmp_path / "paddle.draft.toml").read_text("utf-8")
    assert not mine.exists()
