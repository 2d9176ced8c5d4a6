from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import GRANT, GRANTED, clauses, make

from openclause.findings import decision_rules
from openclause.openness import Openness, decide
from openclause.taxonomy import MODALITIES, categories


def read(*said: str | tuple[str, str], text: str = GRANTED) -> Openness:
    return decide(clauses(*said), text=text)


@pytest.mark.parametrize(
    ("kind", "sentence", "category"),
    [
        # who, what for, how much
        ("use-threshold/prohibition", "Not above 700 million monthly users.", "source-available"),
        ("territory/prohibition", "Not within the European Union.", "source-available"),
        ("territory/prohibition", "You must not use it if under 18 years of age.", "permissive"),
        ("compete/prohibition", "You may not compete with the licensor.", "source-available"),
        ("hosted-service/prohibition", "Not as a managed service.", "source-available"),
        ("sell/prohibition", "You may not sell the software.", "source-available"),
        ("sell/prohibition", "The fonts may not be sold by themselves.", "permissive"),
        ("field-of-use/prohibition", "Do not use it for military ends.", "use-restricted"),
        ("field-of-use/prohibition", "It must run only on our chips.", "use-restricted"),
        ("field-of-use/prohibition", "Not designed or intended for reactors.", "permissive"),
        ("field-of-use/prohibition", "Not licensed or intended for reactors.", "use-restricted"),
        ("field-of-use/prohibition", "You must comply with all applicable law.", "permissive"),
        ("field-of-use/prohibition", "Only within our Services.", "source-available"),
        ("train-models/prohibition", "You may not train models on it.", "use-restricted"),
        ("commercial-use/prohibition", "No commercial use.", "non-commercial"),
        ("commercial-use/prohibition", "Commercial Entities may not use it.", "source-available"),
        ("commercial-use/prohibition", "No commercial use until you register.", "source-available"),
        ("field-of-use/prohibition", "Solely for academic research.", "non-commercial"),
        # the policy in the text, or outside it
        (
            "field-of-use/prohibition",
            "You must adhere to the Acceptable Use Policy at https://example.org/use.",
            "source-available",
        ),
        (
            "field-of-use/prohibition",
            "You must adhere to the use restrictions in Attachment A.",
            "use-restricted",
        ),
        # control
        ("termination/permission", "We may end this license at any time.", "source-available"),
        ("termination/permission", "a non-exclusive, revocable license", "source-available"),
        ("termination/permission", "We may end it if you breach it.", "permissive"),
        (
            "termination/permission",
            "We may terminate with or without cause, also for breach.",
            "source-available",
        ),
        ("unilateral-change/permission", "We may amend this license at will, at any time.",
         "source-available"),
        ("unilateral-change/permission", "The steward may publish revised versions.", "permissive"),
        ("remote-restriction/permission", "We may restrict use that violates this license.",
         "permissive"),
        # copies and changes
        ("distribute/prohibition", "You may not redistribute the software.", "proprietary"),
        ("distribute/prohibition", "You may not rent or lease it.", "permissive"),
        (
            "distribute/prohibition",
            "You may not distribute it except as expressly provided here.",
            "permissive",
        ),
        ("modify/prohibition", "The software must not be changed.", "no-derivatives"),
        ("modify/prohibition", "You may not modify this license.", "permissive"),
        ("distribute-derivatives/prohibition", "Do not share changed copies.", "no-derivatives"),
        ("distribute/permission", "Distribute it only as part of your product.",
         "source-available"),
        # share-alike
        ("share-alike/obligation", "License the work as a whole under this license.",
         "strong-copyleft"),
        ("share-alike/obligation", "Modified files stay under this license.", "weak-copyleft"),
        ("disclose-source/obligation", "You must offer the source.", "weak-copyleft"),
        ("network-disclosure/obligation", "Offer the source to network users.", "strong-copyleft"),
        (
            "network-disclosure/obligation",
            "Offer the source of all programs you use to offer the service.",
            "source-available",
        ),
        ("relicense/prohibition", "You may not impose further restrictions.", "permissive"),
        # what never moves the rank
        ("attribution/obligation", "You must display our logo on your website.", "permissive"),
        ("indemnity/obligation", "You must indemnify us.", "permissive"),
        ("export-control/obligation", "You must obey export law.", "permissive"),
        ("contact-licensor/obligation", "You must tell us of your use.", "permissive"),
        ("trademark/prohibition", "You must not use our name.", "permissive"),
    ],
)  # fmt: skip
def test_one_sentence_more_in_an_open_license(kind: str, sentence: str, category: str) -> None:
    assert read(*GRANT, (kind, sentence), text=f"{GRANTED} {sentence}").category == category


@pytest.mark.parametrize(
    ("kind", "sentence", "category"),
    [
        # a sale that is free with something added, or copies that stay gratis under the license
        ("sell/prohibition", "You may not sell it where it does not contain work of your own.",
         "permissive"),
        ("sell/prohibition", "It may not be priced unless the price is for added value.",
         "permissive"),
        ("sell/prohibition", "Pass it on free of charge and under the terms of this license.",
         "permissive"),
        ("sell/prohibition", "You may not sell it, nor ask a fee for access.", "source-available"),
        ("sell/prohibition", "The license does not include the right to sell it.",
         "source-available"),
        # an end that the recipient chooses, that follows a breach, or of a gift alone
        ("termination/permission", "It ends at any time on a notice of withdrawal by the Licensee.",
         "permissive"),
        ("termination/permission", "It ends at any time on notice by you or by us.",
         "source-available"),
        ("termination/permission", "We may end this license at any time on notice if you:",
         "permissive"),
        ("termination/permission", "Upon the occurrence of such use we may end it on notice.",
         "permissive"),
        ("termination/permission", "I may withdraw my Contribution by giving notice.",
         "permissive"),
        # terms of copies to come; policies that bind no user
        ("unilateral-change/permission", "We may change the terms of future copies at any time.",
         "permissive"),
        ("unilateral-change/permission", "We may change these terms at any time.",
         "source-available"),
        ("unilateral-change/permission", "We may update our trademark policy at any time.",
         "permissive"),
        ("unilateral-change/permission", "We may update our use policy at any time.",
         "source-available"),
        # who may not have it by law; what a list is not limited to
        ("territory/prohibition", "It may not go to Specially Designated Nationals.",
         "permissive"),
        ("use/permission", "Use it in any field, including but not limited to research.",
         "permissive"),
        ("use/permission", "Your use is limited to research.", "non-commercial"),
    ],
)  # fmt: skip
def test_what_limits_only_by_its_looks_leaves_a_license_open(
    kind: str, sentence: str, category: str
) -> None:
    assert read(*GRANT, (kind, sentence), text=f"{GRANTED} {sentence}").category == category


@pytest.mark.parametrize(
    ("kind", "sentence", "category"),
    [
        # some commerce shut out, or all of it
        ("commercial-use/prohibition", "No commercial offering of it to third parties.",
         "source-available"),
        ("commercial-use/prohibition", "You may not commercialise the work as a game engine.",
         "source-available"),
        ("commercial-use/prohibition", "No commercial offering.", "non-commercial"),
        ("commercial-use/prohibition", "No commercial use, including offering it to third parties.",
         "non-commercial"),
        # a product, or those who are customers
        ("field-of-use/prohibition", "It may only be used with the web services and devices of X.",
         "use-restricted"),
        ("field-of-use/prohibition", "Only customers with a subscription to our product.",
         "source-available"),
        # who may use it
        ("territory/obligation", "Products made with it have to be on sale in Canada.",
         "source-available"),
        ("territory/obligation", "You must be 18 years of age.", "permissive"),
        ("contact-licensor/obligation", "You must register before use.", "source-available"),
        ("contact-licensor/obligation", "You must register our trademark.", "permissive"),
    ],
)  # fmt: skip
def test_who_is_told_from_what_for(kind: str, sentence: str, category: str) -> None:
    assert read(*GRANT, (kind, sentence), text=f"{GRANTED} {sentence}").category == category


@pytest.mark.parametrize(
    "sentence",
    ["If you want a commercial license instead, purchase one from us.", "Our license fee is 5."],
)
def test_the_paid_way_of_a_choice_limits_nobody(sentence: str) -> None:
    text = f"You may use it under either the GNU General Public License or our license. {sentence}"
    said = (("contact-licensor/obligation", sentence), ("fee/obligation", sentence))
    answer = decide(clauses(*said), text=text)
    assert answer.category == "strong-copyleft"
    assert {"ask-first", "paid-use"}.isdisjoint(reason.rule for reason in answer.reasons)


def test_a_named_license_lets_copies_out_beside_leave_to_include_them() -> None:
    sentence = "You may distribute it within your own product."
    text = f"Licensed under the Mozilla Public License 2.0. {sentence}"
    answer = decide(
        clauses(("use/permission", text[:47]), ("distribute/permission", sentence)), text=text
    )
    assert answer.category == "weak-copyleft"


@pytest.mark.parametrize(
    ("said", "text", "category"),
    [
        (["use/permission"], "You may use this program free of charge.", "proprietary"),
        (["warranty-disclaimer/obligation"], "There is no warranty. License.", "proprietary"),
        (["use/permission", "distribute/permission"], "You may use and copy it on.",
         "no-derivatives"),
        (["use/permission", "modify/permission"], "You may use and change it.", "proprietary"),
        # only inside one's own product, or compiled only: what may be changed is source-available
        (["use/permission", "modify/permission",
          ("distribute/permission", "Distribute it solely as part of your product.")],
         "You may use it.", "source-available"),
        (["use/permission",
          ("distribute/permission", "Distribute it solely as part of your product.")],
         "You may use it.", "no-derivatives"),
        (["use/permission", "modify/permission", "distribute/permission",
          ("distribute/prohibition", "Distribute it in object code only.")],
         "You may use it.", "source-available"),
        (["use/permission", "distribute/permission",
          ("distribute/prohibition", "Distribute it in object code only.")],
         "You may use it.", "no-derivatives"),
        (
            ["use/permission", "modify/permission",
             ("distribute/permission", "You may distribute verbatim copies.")],
            "You may use and change it. You may distribute verbatim copies.",
            "no-derivatives",
        ),
        (
            ["use/permission", "modify/permission",
             ("distribute/permission", "You may distribute the sample code.")],
            "You may use and change it. You may distribute the sample code.",
            "proprietary",
        ),
        (
            [*GRANT, "commercial-use/prohibition", "modify/prohibition"],
            GRANTED,
            "no-derivatives",
        ),
        (
            [*GRANT, ("commercial-use/prohibition", "No production use.")],
            f"{GRANTED} No production use. On the Change Date the Change License applies.",
            "source-available",
        ),
        (
            [*GRANT, ("share-alike/obligation", "the whole of the work under this license")],
            f"{GRANTED} A work that uses the library may have any terms.",
            "weak-copyleft",
        ),
        ([], "I hereby dedicate any and all copyright to the public domain.", "public-domain"),
        (
            ["use/permission", "distribute/permission", "modify/permission"],
            "This software is released into the public domain. Do what you like.",
            "public-domain",
        ),
        (
            [*GRANT, "include-license/obligation"],
            "This class is in the public domain. Keep this notice in all copies.",
            "permissive",
        ),
        (GRANT, f"{GRANTED} Parts of it are in the public domain.", "permissive"),
        (
            [("field-of-use/prohibition", "You must not use it for spam.")],
            "Acceptable Use Policy\n\nYou must not use it for spam. We may update this policy.",
            "use-restricted",
        ),
    ],
)  # fmt: skip
def test_edge_cases(said: list[str | tuple[str, str]], text: str, category: str) -> None:
    assert read(*said, text=text).category == category


def test_every_decision_names_its_rule_and_clauses() -> None:
    reason = read(*GRANT, ("compete/prohibition", "You may not compete with us.")).reasons[0]
    assert (reason.rule, reason.clauses) == ("no-competing", ("compete-prohibition-400",))


def test_reasons_go_on_with_what_else_restricts() -> None:
    answer = read(*GRANT, "modify/prohibition", "compete/prohibition", "train-models/prohibition")
    rules = [reason.rule for reason in answer.reasons]
    assert rules == ["modification-forbidden", "no-competing", "no-training", "contradiction"]


def test_an_open_license_gives_its_grants_as_reason() -> None:
    reason = read(*GRANT).reasons[0]
    assert reason.rule == "free-grant"
    assert "distribute-permission-100" in reason.clauses


@pytest.mark.parametrize(
    "extra",
    [
        ("distribute/prohibition", "You may not redistribute it."),
        ("attribution/obligation", "Prominently display our logo."),
        ("field-of-use/prohibition", "You must comply with all laws."),
    ],
)
def test_contradictions_and_borderline_terms_ask_for_review(extra: tuple[str, str]) -> None:
    assert read(*GRANT, extra).needs_review or extra[0].startswith("field-of-use")


def test_distribution_that_is_merely_implied_asks_for_review() -> None:
    answer = read(
        ("use/permission", "You may use and modify it; keep this in all copies you distribute."),
        ("modify/permission", "You may use and modify it; keep this in all copies you distribute."),
        text="You may use and modify it; keep this in all copies you distribute.",
    )
    assert answer.category == "permissive"
    assert answer.needs_review


def test_probabilities_cover_all_categories_and_sum_to_one() -> None:
    answer = read(*GRANT, "field-of-use/prohibition@0.5")
    assert list(answer.probabilities) == list(categories())
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=0.001)
    assert answer.confidence == answer.probabilities[answer.category]


def test_every_rule_is_told_in_both_languages() -> None:
    for rule in decision_rules().values():
        assert rule.text.en
        assert rule.text.ko


TERMS = [
    *("use", "distribute", "modify", "distribute-derivatives", "commercial-use", "field-of-use"),
    *("compete", "sell", "share-alike", "disclose-source", "include-license", "territory", "link"),
    *("termination", "sublicense", "unilateral-change", "train-models", "use-threshold"),
]
KINDS = [f"{term}/{modality}" for term in TERMS for modality in MODALITIES]
SENTENCES = [
    "You may distribute and modify it.",
    "You must not do this.",
    "Verbatim copies only, for research.",
    "as a whole, from time to time, at https://example.org/policy",
    "unless expressly permitted",
]


@st.composite
def said(draw: st.DrawFn, kinds: list[str] = KINDS) -> tuple[str, str]:
    sure = draw(st.floats(0.1, 1.0))
    return f"{draw(st.sampled_from(kinds))}@{sure}", draw(st.sampled_from(SENTENCES))


PRIORS = st.none() | st.dictionaries(
    st.sampled_from(list(categories())), st.floats(0.0, 1.0), min_size=1
)
TEXTS = st.sampled_from(
    [GRANTED, "Licensed under the MIT license or the GNU GPL.", "", "x " * 2000]
)


@settings(max_examples=200, deadline=None)
@given(
    base=st.lists(said(), max_size=8),
    ban=said([kind for kind in KINDS if kind.endswith("prohibition")]),
    text=TEXTS,
    prior=PRIORS,
    weighed=st.booleans(),
)
def test_one_prohibition_more_never_makes_a_text_more_open(
    base: list[tuple[str, str]],
    ban: tuple[str, str],
    text: str,
    prior: dict[str, float] | None,
    *,
    weighed: bool,
) -> None:
    before = decide(clauses(*base), text=text, prior=prior, weighed=weighed)
    more = [*clauses(*base), make(*ban, start=9000)]
    after = decide(more, text=text, prior=prior, weighed=weighed)
    if before.rank is not None:
        assert after.rank is not None
        assert after.rank >= before.rank


def test_the_order_of_clauses_does_not_matter() -> None:
    some = clauses(*GRANT, "compete/prohibition", "field-of-use/prohibition")
    one, other = decide(some, text=GRANTED), decide(some[::-1], text=GRANTED)
    assert one.category == other.category
    assert one.probabilities == other.probabilities


def test_a_decision_is_quick() -> None:
    some = clauses(*(["use/permission", "field-of-use/prohibition", "share-alike/obligation"] * 33))
    text = (GRANTED + " ") * 60
    decide(some, text=text)
    start = time.process_time()
    for _ in range(20):
        decide(some, text=text)
    assert (time.process_time() - start) / 20 < 0.02
