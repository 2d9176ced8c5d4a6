import pytest

from openclause import negatives as room
from openclause.negatives import negatives


@pytest.fixture(scope="module")
def made():
    return negatives()


def test_the_same_seed_gives_the_same_documents(made):
    assert negatives(0) == made


def test_another_seed_gives_other_prose(monkeypatch):
    monkeypatch.setattr(room, "_of_module", lambda module: iter([room.Negative(module, module)]))
    assert negatives(0) != negatives(1)


def test_there_are_code_prose_jumbles_and_nothing(made):
    sources = {negative.source for negative in made}
    assert {"json", "textwrap", "read-me", "stories", "jumble", "lorem", "empty"} <= sources


def test_code_that_speaks_of_rights_is_left_out(made):
    ours = {"read-me", "stories", "jumble", "lorem"}
    for negative in made:
        assert negative.source in ours or not room._ABOUT_RIGHTS.search(negative.text)


def test_no_field_is_left_unfilled(made):
    prose = [n.text for n in made if n.source in {"read-me", "stories"}]
    assert prose
    assert not any("{" in text or "}" in text for text in prose)


@pytest.mark.parametrize("module", ["no.such.module", "sys", "json.nothing"])
def test_a_module_without_source_gives_nothing(module):
    assert room._source(module) == ""
    assert list(room._of_module(module)) == []


def test_a_file_of_the_users_that_is_named_like_a_module_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "textwrap.py").write_text("HERE = True\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert "HERE = True" not in room._source("textwrap")
    assert "def dedent" in room._source("textwrap")
