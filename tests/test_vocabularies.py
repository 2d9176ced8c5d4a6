from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import analysis, clause
from typer.testing import CliRunner

from openclause.analysis import analyze
from openclause.cli import app
from openclause.taxonomy import MODALITIES, categories, terms
from openclause.vocabularies import VOCABULARIES, choosealicense, export, lidetector, names

DOCUMENT = Path(__file__).parent / "documents" / "example-model.txt"
TEXTS = Path(__file__).parents[1] / "corpora" / "licenses" / "texts"

# What choosealicense.com publishes for them.
OPEN = {"commercial-use", "modifications", "distribution", "private-use"}
PUBLISHED = {
    "mit": (OPEN, {"include-copyright"}, {"liability", "warranty"}),
    "apache-2.0": (
        OPEN | {"patent-use"},
        {"include-copyright", "document-changes"},
        {"trademark-use", "liability", "warranty"},
    ),
    "gpl-3.0": (
        OPEN | {"patent-use"},
        {"include-copyright", "document-changes", "disclose-source", "same-license"},
        {"liability", "warranty"},
    ),
    "bsd-new": (OPEN, {"include-copyright"}, {"liability", "warranty"}),
    "lgpl-2.1": (
        OPEN,
        {"include-copyright", "disclose-source", "document-changes", "same-license--library"},
        {"liability", "warranty"},
    ),
    "agpl-3.0": (
        OPEN | {"patent-use"},
        {
            "include-copyright",
            "document-changes",
            "disclose-source",
            "network-use-disclose",
            "same-license",
        },
        {"liability", "warranty"},
    ),
}
# What LiDetector's terms say of them; terms that readers of these texts differ on are left out.
ATTITUDES = {
    "mit": {
        "can": {"Distribute", "Modify", "Commercial Use", "Sublicense", "Private Use"},
        "cannot": {"Hold Liable"},
        "must": {"Include Copyright", "Include License"},
        "not mentioned": {"Disclose Source", "State Changes", "Use Trademark", "Give Credit"},
    },
    "apache-2.0": {
        "can": {"Distribute", "Modify", "Sublicense", "Use Patent Claims", "Place Warranty"},
        "cannot": {"Hold Liable", "Use Trademark"},
        "must": {"Include Copyright", "Include License", "Include Notice", "State Changes"},
        "not mentioned": {"Disclose Source", "Rename", "Pay Above Use Threshold"},
    },
    "gpl-3.0": {
        "can": {"Distribute", "Modify", "Use Patent Claims", "Place Warranty"},
        "cannot": {"Hold Liable", "Sublicense"},
        "must": {
            "Include Copyright",
            "Include License",
            "Disclose Source",
            "State Changes",
            "Include Install Instructions",
        },
        "not mentioned": {"Contact Author", "Pay Above Use Threshold"},
    },
    "cc-by-nc-4.0": {
        "can": {"Distribute", "Modify"},
        "cannot": {"Commercial Use", "Hold Liable", "Use Trademark", "Use Patent Claims"},
        "must": {"Give Credit", "Include Copyright", "State Changes"},
        "not mentioned": {"Disclose Source", "Place Warranty", "Include Install Instructions"},
    },
}


def text_of(key):
    path = TEXTS / f"{key}.txt"
    if not path.exists():
        pytest.skip("the text is not there: run `openclause corpus fetch`")
    return path


def attitudes(*clauses):
    return {
        name: found["attitude"] for name, found in lidetector(analysis(*clauses))["terms"].items()
    }


def tags(*clauses, **changes):
    shown = choosealicense(analysis(*clauses, **changes))
    return {part: shown[part] for part in ("permissions", "conditions", "limitations")}


def test_lidetector_has_23_terms():
    assert len(names().lidetector) == 23


def test_each_name_stands_for_clauses_that_there_are():
    meanings = [*names().lidetector.values()]
    for part in names().choosealicense.values():
        meanings += part.values()
        assert {one.instead_of for one in part.values()} - {None} <= part.keys()
    for meaning in meanings:
        sources = [*meaning.can, *meaning.cannot, *meaning.must]
        assert sources
        for source in (*sources, *meaning.implied):
            term, modality = source.split("/")
            assert term in terms()
            assert modality in MODALITIES
        assert set(meaning.categories) <= categories().keys()


def test_what_no_clause_says_is_not_mentioned():
    assert set(attitudes().values()) == {"not mentioned"}
    assert tags() == {"permissions": [], "conditions": [], "limitations": []}


@pytest.mark.parametrize(
    ("said", "name", "expected"),
    [
        (["distribute/permission"], "Distribute", "can"),
        (["distribute/prohibition"], "Distribute", "cannot"),
        (["use/permission"], "Commercial Use", "can"),
        (["use/permission", "commercial-use/prohibition"], "Commercial Use", "cannot"),
        (["sell/permission", "commercial-use/prohibition"], "Commercial Use", "cannot"),
        (["trademark/permission", "trademark/prohibition"], "Use Trademark", "cannot"),
        (["liability-limit/prohibition"], "Hold Liable", "cannot"),
        (["naming/prohibition"], "Rename", "must"),
        (["naming/obligation"], "Rename", "not mentioned"),
        (["use-threshold/prohibition"], "Pay Above Use Threshold", "must"),
    ],
)
def test_clauses_become_attitudes(said, name, expected):
    clauses = [
        clause(*each.split("/"), start=100 * place, main="trademark" not in each)
        for place, each in enumerate(said)
    ]
    assert attitudes(*clauses)[name] == expected


def test_a_grant_on_a_condition_is_a_grant():
    bound = clause("modify", "permission", conditions=("provided that you mark changes",))
    assert attitudes(bound)["Modify"] == "can"


def test_an_attitude_names_the_clauses_that_show_it():
    one = clause("use", "permission")
    shown = lidetector(analysis(one))["terms"]["Private Use"]
    assert shown == {"attitude": "can", "clauses": [one.id]}


@pytest.mark.parametrize(
    ("text", "category", "expected"),
    [
        ("Changes stay under this license.", "strong-copyleft", "same-license"),
        ("Changed files stay under this license.", "weak-copyleft", "same-license--file"),
        ("The Library stays under this license.", "weak-copyleft", "same-license--library"),
        ("The Library stays under this license.", "strong-copyleft", "same-license"),
    ],
)
def test_a_narrower_tag_stands_in_the_place_of_the_wide_one(text, category, expected):
    shown = tags(clause("share-alike", "obligation", text=text), category=category)
    assert shown["conditions"] == [expected]


def test_a_ban_on_endorsement_is_no_limit_of_trademarks():
    ban = clause("trademark", "prohibition", text="Our names must not endorse your products.")
    assert tags(ban)["limitations"] == []
    ban = clause("trademark", "prohibition", text="No rights in our trademarks are granted.")
    assert tags(ban)["limitations"] == ["trademark-use"]


def test_a_limited_patent_grant_is_no_limitation():
    grant = clause("patent-grant", "permission", main=False)
    rest = clause("patent-grant", "prohibition", start=200, main=False)
    assert tags(grant, rest)["limitations"] == []
    assert tags(rest)["limitations"] == ["patent-use"]


@pytest.mark.parametrize("key", PUBLISHED)
def test_known_licenses_get_the_tags_that_are_published(key):
    shown = choosealicense(analyze(text_of(key)))
    found = tuple(set(shown[part]) for part in ("permissions", "conditions", "limitations"))
    assert found == PUBLISHED[key]


def test_a_noncommercial_license_gets_no_commercial_use():
    shown = choosealicense(analyze(text_of("cc-by-nc-4.0")))
    assert set(shown["permissions"]) == OPEN - {"commercial-use"}


@pytest.mark.parametrize("key", ATTITUDES)
def test_known_licenses_get_the_attitudes_that_are_known(key):
    found = lidetector(analyze(text_of(key)))["terms"]
    for said, expected in ATTITUDES[key].items():
        assert {name: found[name]["attitude"] for name in expected} == dict.fromkeys(expected, said)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_the_command_prints_the_same_as_the_function(vocabulary):
    done = CliRunner().invoke(app, ["analyze", str(DOCUMENT), "--vocabulary", vocabulary])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == export(analyze(DOCUMENT), vocabulary)
