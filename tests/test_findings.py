from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from records import GRANT, clauses, make

from openclause import findings as room
from openclause.errors import DataError
from openclause.findings import decision_rules, find
from openclause.notices import read_notices
from openclause.taxonomy import MODALITIES, read_toml, terms


def shown(*said: str | tuple[str, str], text: str = "") -> set[str]:
    found = find(clauses(*said), read_notices(text)).rules.values()
    return {finding.rule.id for finding in found if finding.shown}


def test_rules_read_terms_and_modalities_that_exist() -> None:
    for rule in decision_rules().values():
        for kind in rule.reads:
            term, _, modality = kind.partition("/")
            assert term in terms()
            assert modality in MODALITIES


def test_rule_ids_are_unique() -> None:
    assert len(decision_rules()) == len(read_toml("openness.toml")["rule"])


def test_signals_that_rules_ask_for_exist() -> None:
    known = {*read_toml("openness.toml")["signal"], "outside-policy", "addendum"}
    for rule in decision_rules().values():
        assert {*rule.when, *rule.never} <= known


def test_independent_clauses_corroborate_one_another() -> None:
    assert "no-competing" not in shown("compete/prohibition@0.45")
    assert "no-competing" in shown("compete/prohibition@0.45", "compete/prohibition@0.45")
    assert "no-competing" not in shown(*["compete/prohibition@0.25"] * 4)


def test_the_licensors_own_duties_are_not_the_recipients() -> None:
    clause = clauses("disclose-source/obligation")[0]
    fields = {name: getattr(clause, name) for name in clause.__struct_fields__}
    own = type(clause)(**fields | {"holder": "licensor"})
    assert not find([own], read_notices("")).rules["source-duty"].shown


def test_a_signal_of_the_text_can_bar_a_rule() -> None:
    said = ("termination/permission", "a revocable license")
    assert "revocable" in shown(said)
    assert "revocable" not in shown(said, text="This license is otherwise irrevocable.")


def test_verbatim_copies_do_not_bar_changed_ones_that_are_granted() -> None:
    verbatim = ("distribute/permission", "You may distribute verbatim copies.")
    assert "verbatim-only" in shown(verbatim)
    assert "verbatim-only" not in shown(verbatim, "distribute-derivatives/permission")


CHANGED = ("distribute/permission", "modify/permission", "distribute-derivatives/permission")


@pytest.mark.parametrize(
    ("kind", "rule", "narrow", "flat"),
    [
        (
            "distribute-derivatives/prohibition",
            "derivatives-stay-home",
            "No changes made using secret materials may be passed on.",
            "You may not pass on any changed copies.",
        ),
        (
            "modify/prohibition",
            "modification-forbidden",
            "Do not make a derivative work that breaks the format.",
            "Do not make a derivative work of it.",
        ),
        (
            "distribute/prohibition",
            "distribution-forbidden",
            "You may not distribute new rules until thirty days lapse.",
            "You may not distribute the rules.",
        ),
    ],
)
def test_a_ban_on_some_of_an_act_yields_to_its_grant_a_flat_one_does_not(
    kind: str, rule: str, narrow: str, flat: str
) -> None:
    assert rule in shown((kind, narrow))
    assert rule not in shown((kind, narrow), *CHANGED)
    assert rule in shown((kind, flat), *CHANGED)


def test_a_ban_said_in_passing_yields_to_a_main_grant_alone() -> None:
    aside = make("modify/prohibition", "Do not alter the covers.", start=900, main=False)
    plain = read_notices("")
    assert find([aside], plain).rules["modification-forbidden"].shown
    assert not find([*clauses(*CHANGED), aside], plain).rules["modification-forbidden"].shown


def test_a_ban_but_for_what_is_granted_bars_what_is_not_granted() -> None:
    ban = ("distribute/prohibition", "Do not distribute it except as expressly permitted here.")
    assert "distribution-forbidden" in shown(ban, "use/permission")
    assert "distribution-forbidden" not in shown(ban, *GRANT)


def test_words_of_another_limb_excuse_no_ban() -> None:
    limb = "You may not distribute the code to others, nor sell it by itself."
    whole = "You may not distribute or sell the code by itself."
    assert "distribution-forbidden" in shown(("distribute/prohibition", limb), *GRANT)
    assert "distribution-forbidden" not in shown(("distribute/prohibition", whole), *GRANT)


@pytest.mark.parametrize(
    "damage",
    [
        {"category": "nonsense"},
        {"breaks": ["OSD-11"]},
        {"wants": ["no-such-cue"]},
        {"no_such_key": 1},
        {"weight": "heavy"},
        {"when": ["no-such-signal"]},
        {"never": ["no-such-signal"]},
    ],
)
def test_damaged_rules_are_refused(damage: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    raw = deepcopy(read_toml("openness.toml"))
    raw["rule"][0] |= damage
    monkeypatch.setattr(room, "read_toml", lambda name: raw)
    with pytest.raises(DataError, match=r"openness\.toml"):
        decision_rules.__wrapped__()
