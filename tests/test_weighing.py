"""What was found is weighed by learnt trees: served as fitted, and never opened by a limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import labelled

from openclause import weighing
from openclause.clause_examples import drilled_limit
from openclause.corpus import LabelledDocument
from openclause.drills import Drill
from openclause.errors import DataError
from openclause.findings import decision_rules
from openclause.ranks import ranked
from openclause.weighing import from_json, load_trees, to_json
from openclause.weighing_examples import planted, set_aside
from openclause.weighing_fitting import _grown, drawn, fit_trees, signs

RULE = "rule:distribution-forbidden"
NAMES = (RULE, "grant:distribution", "length")
TEXT = (
    "You may use, copy, modify and distribute this work for any purpose.\n\n"
    "Keep this notice in every copy, and say what you changed in it and when.\n\n"
    "It comes without warranty of any kind, and its authors owe nobody anything for its use, "
    "however it came about, and whatever it did or left undone in the hands of anybody. It is "
    "given away in the hope that it is of use to somebody, which nobody can promise, and so "
    "nobody does; what you make of it is yours, and so is what comes of that, good or bad.\n"
)


def rows(n: int = 800) -> tuple[list[dict[str, float]], list[int], list[str]]:
    """Texts whose rank follows from a ban, and some that are mislabelled, each two of a family."""
    chance = np.random.default_rng(3)
    ranks = chance.integers(0, len(ranked()), n)
    made = [
        {RULE: rank / 8 + noise, "grant:distribution": 1.0 - rank / 8, "length": 9 * noise}
        for rank, noise in zip(ranks.tolist(), (0.2 * chance.random(n)).tolist(), strict=True)
    ]
    return made, ranks.tolist(), [f"family {number // 2}" for number in range(n)]


def test_trees_answer_as_scikit_learn_does_on_average() -> None:
    made, ranks, families = rows()
    trees = fit_trees(made, ranks, families)
    table, own = np.array([[row[name] for name in NAMES] for row in made]), np.array(ranks)
    for rank in (1, 5, 8):
        models = [
            _grown(table[taken], own[taken] == rank, NAMES)
            for taken in drawn(families) & (own <= rank)
        ]
        odds = np.mean([model.decision_function(table) for model in models], axis=0)
        given = [trees.chances(row)[rank - 1] for row in made]
        assert given == pytest.approx((1 / (1 + np.exp(-odds))).tolist(), abs=1e-4)


def test_a_set_of_trees_learns_from_whole_families() -> None:
    families = [f"family {number // 2}" for number in range(800)]
    draws = drawn(families)
    assert (draws[:, ::2] == draws[:, 1::2]).all()
    assert (draws.mean(axis=1) > 0.4).all()
    assert (draws.mean(axis=1) < 0.6).all()
    assert len({each.tobytes() for each in draws}) == len(draws)


def test_a_ban_more_raises_every_chance_or_leaves_it() -> None:
    trees = fit_trees(*rows())
    for at in np.linspace(0.0, 1.0, 11):
        values = {RULE: float(at), "grant:distribution": 0.4, "length": 1.0}
        more = trees.chances(values | {RULE: float(at) + 0.1})
        assert all(b >= a for a, b in zip(trees.chances(values), more, strict=True))


def test_trees_come_back_from_their_file() -> None:
    trees = fit_trees(*rows())
    again = from_json(to_json(trees))
    values = rows(1)[0][0]
    assert again.chances(values) == trees.chances(values)


def test_a_damaged_file_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "weighing.json").write_text('{"names": []}', encoding="utf-8")
    monkeypatch.setattr(weighing, "__file__", str(tmp_path / "weighing.py"))
    load_trees.cache_clear()
    with pytest.raises(DataError, match=r"weighing\.json"):
        load_trees()
    load_trees.cache_clear()


def test_what_may_restrict_only_raises_and_grants_only_lower() -> None:
    told = dict(zip(load_trees().names, signs(load_trees().names), strict=True))
    bans = [
        f"rule:{id_}"
        for id_, rule in decision_rules().items()
        if any(read.endswith("/prohibition") for read in rule.reads) and f"rule:{id_}" in told
    ]
    assert len(bans) > 20
    assert {told[name] for name in bans} == {1}
    assert told["limit:non-commercial"] == told["reached:proprietary"] == 1
    assert told["grant:distribution"] == -1


def license_(category: str, **changes: Any) -> LabelledDocument:
    return labelled(TEXT, category=category, **changes)


def test_a_drill_in_an_open_license_makes_it_what_it_says() -> None:
    ban = Drill(frozenset({"prohibition/commercial-use"}), "", "", "You may not use it for gain.")
    kind = Drill(frozenset(), "-", "", "The authors thank their cats.")
    made = {each.category: each for each in planted([license_("permissive")], [ban, kind])}
    assert drilled_limit(ban) == "non-commercial"
    assert set(made) == {"non-commercial", "permissive"}
    assert made["non-commercial"].text.count(ban.sentence) == 1
    assert kind.sentence in made["permissive"].text


def test_more_limits_are_planted_than_what_limits_nothing() -> None:
    kind = [Drill(frozenset(), "-", "", f"The authors thank cat {n}.") for n in range(40)]
    bans = [Drill(frozenset(), "proprietary", "", f"Keep copy {n} to yourself.") for n in range(40)]
    made = [each.category for each in planted([license_("permissive")], [*kind, *bans])]
    assert len(made) == 8
    assert made[5:] == ["proprietary"] * 3


def test_a_fifth_of_the_drills_is_set_aside_and_the_rest_learnt() -> None:
    drills = [Drill(frozenset(), "-", "", f"The authors thank cat {n}.") for n in range(500)]
    learnt, aside = set_aside(drills)
    assert sorted([*learnt, *aside], key=drills.index) == drills
    assert 60 < len(aside) < 140
    assert set_aside(drills[::-1])[1] == aside[::-1]


def test_what_is_not_open_takes_what_limits_nothing_and_stays_what_it_is() -> None:
    kind = [Drill(frozenset(), "-", "", f"The authors thank cat {n}.") for n in range(9)]
    ban = Drill(frozenset({"prohibition/distribute"}), "proprietary", "", "Pass no copy on.")
    made = list(planted([license_("non-commercial")], [ban, *kind]))
    assert [each.category for each in made] == ["non-commercial"] * 2
    assert not any(ban.sentence in each.text for each in made)


def test_what_is_no_license_of_its_own_takes_no_drill() -> None:
    drill = Drill(frozenset(), "-", "", "The authors thank their cats.")
    assert not list(planted([license_("permissive", key="rider", addendum=True)], [drill]))
