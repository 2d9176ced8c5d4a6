"""Policy files: what they may say, and what is said of one that is wrong."""

# A table of mistakes, one a line.
# ruff: noqa: E501

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest

from openclause.errors import DataError
from openclause.policy import check_names, read_policy, ready_made
from openclause.policy.policies import SEVERITIES, over
from openclause.policy.wording import rules
from openclause.taxonomy import Words

EXCUSE = '[[exception]]\npaths = ["a"]\nreason = "agreed"\n'


@pytest.fixture
def policy(tmp_path):
    def read(text, name="policy.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_policy(path)

    return read


def test_there_are_four_ready_made_policies_in_two_languages():
    found = ready_made()
    assert set(found) == {
        "commercial-product",
        "open-source-only",
        "redistribute-in-product",
        "research",
    }
    for name, one in found.items():
        assert isinstance(one.title, Words)
        assert one.title.en
        assert one.title.ko
        assert one.source == name
        assert one.categories.allow


def test_each_rule_has_a_severity_and_words_in_both_languages():
    for name, wording in rules().items():
        assert wording.severity in SEVERITIES
        assert wording.en != wording.ko
        fields = [sorted(set(_fields(words))) for words in (wording.en, wording.ko)]
        assert fields[0] == fields[1], name


def _fields(words):
    from string import Formatter

    return [field for _, field, _, _ in Formatter().parse(words) if field]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("categoris = 1", "categoris: no such key; did you mean 'categories'?"),
        ('[categories]\nalow = ["open"]', "categories.alow: no such key; did you mean 'allow'?"),
        ("[categories]\nallow = 3", "categories.allow: Expected `array`, got `int`"),
        ('[categories]\nallow = ["permisive"]', "'permisive' is no category; did you mean 'permissi"),
        ('[terms]\ndeny = ["comercial-use"]', "'comercial-use' is no term; did you mean 'commercial"),
        ('[terms]\ndeny = ["commercial-use/forbidden"]', "'forbidden' is no modality; it may be"),
        ('[confidence]\nbelow = "fail"', "confidence.below: 'fail' is no severity; it may be error"),
        ("[confidence]\nfloor = 60", "confidence.floor: 60 is not within 0 and 1"),
        ('[severity]\ncategori = "error"', "severity.categori: no such rule; did you mean 'categor"),
        ('[severity]\ncategory = "eror"', "severity.category: 'eror' is no severity; did you mean 'er"),
        ('[models]\nclass = "IV"', "models.class: Invalid enum value 'IV'"),
        ('[[path]]\npaths = []\nskip = true', "path[0].paths: is empty"),
        ('[[path]]\npath = ["a"]', "path[0].path: no such key; did you mean 'paths'?"),
        ('[[path]]\npaths = ["a"]\n[path.severity]\nterm = "x"', "path[0].severity.term: 'x' is no"),
        (EXCUSE, "exception[0]: Object missing required field `expires`"),
        (EXCUSE + 'expires = "soon"', "exception[0].expires: 'soon' is no day; write 2027-03-31"),
        (EXCUSE + 'expires = 2027-01-01T00:00:00', "exception[0].expires: '2027-01-01T00:00:00' is"),
        ('[[exception]]\npaths = ["a"]\nreason = " "\nexpires = "never"', "exception[0].reason: is e"),
        (EXCUSE + 'expires = "never"\nrules = ["terms"]', "exception[0].rules: 'terms' is no rule; did"),
        ('[[path]]\npaths = ["# a"]', "path[0].paths: '# a' is no pattern; write one as in a"),
        ('[[path]]\npaths = ["' + "**/" * 2_000 + 'a"]', "path[0].paths: a pattern is longer than 4,096"),
        ("[[path]]\npaths = [" + '"a",' * 1_001 + "]", "path[0].paths: has more than 1,000 patterns"),
        ("a = [", "is no TOML"),
        ("a = " + "[" * 100_000, "is no TOML: tables or lists within too many others; mend"),
        (".".join(["a"] * 20_000) + " = 1", "is no TOML: a key of too many parts; mend the file"),
        ("[" + " . ".join(["a"] * 20_000) + "]", "is no TOML: a key of too many parts; mend the file"),
        ("\udcff", "is no TOML"),
        ("extends = 'open-source'", "open-source: no policy can be read there"),
        ("extends = 'policy.toml'", "extends itself"),
    ],
    ids=lambda value: value[:30].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_a_wrong_policy_is_one_line_with_file_key_and_suggestion(tmp_path, text, said):
    path = tmp_path / "policy.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError) as failed:
        read_policy(path)
    line = " ".join(str(failed.value).split())
    assert said in line
    assert "policy.toml" in line or "open-source" in line


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_that_a_policy_extends_is_not_waited_for(policy, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match=r"policy\.toml: extends: pipe is a pipe or device; name"):
        policy('extends = "pipe"')


def test_an_unknown_name_suggests_a_ready_made_policy():
    with pytest.raises(DataError, match=r"open-source-onyl: .* did you mean 'open-source-only'\?"):
        read_policy("open-source-onyl")
    with pytest.raises(DataError, match="ready-made are commercial-product"):
        read_policy("zzzzzz.toml")


def test_what_extends_says_more_or_otherwise(policy, tmp_path):
    (tmp_path / "base.toml").write_text(
        'extends = "open-source-only"\n[severity]\nterm = "note"\n' + EXCUSE + 'expires = "never"'
    )
    found = policy(
        'extends = "base.toml"\n[categories]\ndeny = ["strong-copyleft"]\n'
        '[severity]\ncategory = "warning"\n' + EXCUSE + "expires = 2027-01-01"
    )
    assert found.categories.allow == ("open",)
    assert found.categories.deny == ("strong-copyleft",)
    assert found.confidence.floor == ready_made()["open-source-only"].confidence.floor
    assert (found.severity["term"], found.severity["category"]) == ("note", "warning")
    assert [one.expires for one in found.exception] == ["never", "2027-01-01"]


def test_an_exception_holds_through_its_last_day(policy):
    (one,) = policy(EXCUSE + "expires = 2027-01-31").exception
    assert not one.is_over(date(2027, 1, 31))
    assert one.is_over(date(2027, 2, 1))
    (never,) = policy(EXCUSE + 'expires = "never"').exception
    assert not never.is_over(date(9999, 12, 31))


def test_settings_show_through_where_those_above_say_nothing(policy):
    below = policy('[licenses]\nallow = ["MIT"]\ndeny = ["X"]')
    above = policy("[licenses]\ndeny = []")
    both = over(below, above)
    assert (both.licenses.allow, both.licenses.deny) == (("MIT",), ())


def test_a_license_that_nobody_knows_is_told_with_the_nearest(policy):
    found = policy('[[path]]\npaths = ["a"]\n[path.licenses]\ndeny = ["MIT", "Apache-2"]')
    known = {"MIT": object(), "Apache-2.0": object()}
    with pytest.raises(DataError, match=r"path\[0\].licenses.deny: 'Apache-2' .*'Apache-2.0'"):
        check_names(found, known.get, known)
    expression = policy('[licenses]\nallow = ["MIT OR Nobody-1.0"]')
    with pytest.raises(DataError, match=r"'Nobody-1\.0' is no licence"):
        check_names(expression, known.get, known)
    check_names(policy('[licenses]\nallow = ["MIT OR Apache-2.0"]'), known.get, known)
    deep = f"{'(MIT AND (MIT OR ' * 3_000}MIT{'))' * 3_000}"
    with pytest.raises(DataError, match="is no licence that is known"):
        check_names(policy(f'[licenses]\nallow = ["{deep}"]'), known.get, known)


DOCS = (Path(__file__).parents[1] / "docs" / "policy.md").read_text("utf-8")


def test_the_policy_in_the_docs_is_one(policy):
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    found = policy(example)
    assert found.exception[0].reason == "bought; contract 2026-14"
    assert found.path[1].skip


def test_the_docs_name_each_ready_made_policy_rule_and_severity():
    said = set(re.findall(r"`([\w-]+)`", DOCS))
    assert said >= {*ready_made(), *rules(), *SEVERITIES}


def test_the_python_of_the_docs_runs(tmp_path, monkeypatch, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "LICENSE").write_text("You may use it. You may not sell it.\n")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/policy.md", "exec"), {})  # the project's own page
    assert capsys.readouterr().out.startswith(("violated", "unsure"))
