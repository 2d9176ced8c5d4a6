from __future__ import annotations

import re
import time

import pytest
from stances import (
    BAR,
    BIND,
    BOMBS,
    GRANT,
    KEEP,
    LAW,
    LITIGATE,
    RESEARCH,
    SHARE,
    SOURCE,
    VERBATIM,
    WEAPONS,
    near,
    rules,
    stance,
)

from openclause.comparison.editions import is_later, is_same, names, notice_of, title_of
from openclause.comparison.passing import decide
from openclause.comparison.signs import find_signs
from openclause.comparison.signs import rules as read_rules
from openclause.fingerprints import sentences
from openclause.openness import Part
from openclause.taxonomy import terms

COPYLEFT = (GRANT, KEEP, SHARE, BAR, SOURCE)
LATER = "You may distribute it under the terms of any later version of this License."
NOTICE = 'If the work specifies a version of this License "or any later version", you may choose.'
SECOND = '"Secondary License" means the Common License, Version 2.0, or any later versions of it.'
OPENS = "You may distribute the work under the terms of such Secondary License."
LISTED = "Changed versions may also come under a Compatible License."
NAMES = "Products derived from the work may not be called Ruritania."
ADVERTISE = "All advertising materials must display an acknowledgment of the author."


def plain(*more, **changes):
    return stance("Plain License 1.0", GRANT, KEEP, *more, **changes)


def common(*more, title="Common License 2.0", **changes):
    return stance(title, *COPYLEFT, *more, category="strong-copyleft", **changes)


def test_a_permissive_license_goes_under_a_copyleft_one():
    assert rules(plain(), common()) == ("allowed", ["grants"])


def test_a_copyleft_license_does_not_go_under_a_permissive_one():
    verdict, grounds = decide(common(), plain())
    assert verdict == "not"
    assert grounds[0].rule == "copyleft"
    assert [span.text for span in grounds[0].a] == [SHARE]
    assert [span.text for span in grounds[0].b] == [GRANT]


def test_a_license_goes_under_itself():
    assert rules(common(), common()) == ("allowed", ["same-license"])


def test_no_derivatives_means_no():
    a = stance("Verbatim License", VERBATIM, category="no-derivatives")
    assert rules(a, plain()) == ("not", ["no-derivatives"])


def test_nothing_granted_is_no_grant():
    assert rules(stance("Notice", KEEP), plain()) == ("unclear", ["no-grant"])
    assert rules(stance("Notice", KEEP, category="proprietary"), plain()) == ("not", ["no-grant"])


@pytest.mark.parametrize(
    ("burden", "rule"),
    [(LITIGATE, "further"), (LAW, "further"), (NAMES, "further"), (ADVERTISE, "further")],
)
def test_what_asks_for_more_does_not_go_under_a_bar_on_further_restrictions(burden, rule):
    verdict, grounds = decide(plain(burden), common())
    assert (verdict, grounds[0].rule) == ("not", rule)
    assert [span.text for span in grounds[0].a] == [burden]
    assert [span.text for span in grounds[0].b] == [BAR]


@pytest.mark.parametrize("burden", [LITIGATE, LAW, NAMES, ADVERTISE])
def test_what_both_ask_for_is_no_further_restriction(burden):
    assert rules(plain(burden), common(burden)) == ("allowed", ["grants"])


@pytest.mark.parametrize("burden", [LITIGATE, LAW, NAMES])
def test_without_a_bar_more_may_be_asked_for_beside(burden):
    verdict, grounds = decide(plain(burden), stance("Other License 1.0", GRANT, KEEP))
    assert verdict == "allowed"
    assert "keeps" in [one.rule for one in grounds]


@pytest.mark.parametrize("category", ["non-commercial", "source-available", "use-restricted"])
def test_limits_do_not_go_under_a_license_without_them(category):
    assert rules(plain(RESEARCH, category=category), plain()) == ("not", ["limits"])


def test_limits_that_flow_down_say_so_and_quote_it():
    verdict, grounds = decide(plain(WEAPONS, BIND, category="use-restricted"), plain())
    assert (verdict, grounds[0].rule) == ("not", "limits-flow")
    assert [span.text for span in grounds[0].a] == [WEAPONS, BIND]


def test_a_limit_of_the_same_kind_is_kept():
    b = stance("Other License", GRANT, KEEP, RESEARCH, category="non-commercial")
    assert rules(plain(RESEARCH, category="non-commercial"), b) == ("allowed", ["grants"])


def test_purposes_are_compared_by_their_words():
    a = plain(WEAPONS, category="use-restricted")
    same = stance("Other License", GRANT, KEEP, WEAPONS, category="use-restricted")
    assert rules(a, same) == ("allowed", ["grants"])
    other = stance("Other License", GRANT, KEEP, BOMBS, category="use-restricted")
    assert rules(a, other) == ("unclear", ["limits-differ"])


def test_a_limit_said_very_often_is_compared_soon():
    often = [WEAPONS] * 10_000
    a = plain(*often, category="use-restricted")
    b = stance("Other License", GRANT, KEEP, *often, category="use-restricted")
    start = time.perf_counter()
    assert rules(a, b) == ("allowed", ["grants"])
    assert time.perf_counter() - start < 8


def test_notices_may_not_be_dropped():
    waives = stance("Dedication", GRANT, category="public-domain")
    assert rules(plain(), waives) == ("not", ["drops-notices"])
    asks_nothing = stance("Bare License", GRANT)
    assert rules(plain(), asks_nothing) == ("unclear", ["maybe-drops-notices"])
    closed = stance("Terms", GRANT, category="proprietary")
    assert rules(plain(), closed) == ("allowed", ["grants"])
    assert rules(waives, plain()) == ("allowed", ["grants"])


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Common License 3.0", "allowed"),
        ("Common License 2.1", "allowed"),
        ("Common License 1.0", "not"),
        ("Uncommon License 3.0", "not"),
    ],
)
def test_a_later_version_may_be_chosen_where_the_text_says_so(title, said):
    assert rules(common(LATER), common(SOURCE, title=title))[0] == said


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("or-later", ("allowed", ["later-version"])),
        ("only", ("not", ["copyleft"])),
        (None, ("unclear", ["later-by-notice"])),
    ],
)
def test_what_a_notice_decides_is_unclear_without_it(edition, expected):
    b = common(NOTICE, title="Common License 3.0")
    assert rules(common(NOTICE, edition=edition), b) == expected


def test_an_earlier_version_is_not_wider():
    verdict, grounds = decide(common(NOTICE, edition="only"), common(NOTICE, edition="or-later"))
    assert (verdict, grounds[0].rule) == ("not", "not-wider")


def test_a_named_license_is_an_open_door_and_its_later_versions_too():
    a = stance("Lake License 1.0", *COPYLEFT, SECOND, OPENS, category="weak-copyleft")
    assert rules(a, common()) == ("allowed", ["named-license"])
    assert rules(a, common(title="Common License 3.0")) == ("allowed", ["named-license"])
    assert rules(a, common(title="Common License 1.0"))[0] == "not"
    assert rules(a, common(title="River License 2.0"))[0] == "not"


def test_a_text_that_only_bears_the_name_opens_no_door():
    a = stance("Lake License 1.0", *COPYLEFT, SECOND, OPENS, category="weak-copyleft")
    assert rules(a, common(match=near("Common License 2.0"))) == ("unclear", ["altered"])


def test_a_list_elsewhere_decides_for_share_alike_licenses_only():
    a = stance("Lake License 1.0", *COPYLEFT, LISTED, category="strong-copyleft")
    assert rules(a, common()) == ("unclear", ["listed"])
    assert rules(a, plain())[0] == "not"


def test_what_cannot_be_read_is_unclear():
    foreign = plain(language="de")
    assert rules(foreign, plain()) == ("unclear", ["foreign"])
    assert rules(plain(), stance("A poem", category="not-a-license")) == (
        "unclear",
        ["not-a-license"],
    )


@pytest.mark.parametrize(
    ("flags", "rule"),
    [
        ({"addendum": True}, "addendum"),
        ({"parts": (Part(0, 9, "permissive"), Part(9, 19, "proprietary"))}, "parts"),
    ],
)
def test_what_is_no_one_license_is_unclear(flags, rule):
    assert rules(plain(**flags), common()) == ("unclear", [rule])
    assert rules(common(), plain(**flags)) == ("unclear", [rule])


def test_a_notice_that_only_names_a_license_is_unclear():
    assert rules(stance("Notice", KEEP, by_reference=True), plain()) == (
        "unclear",
        ["by-reference"],
    )


def test_what_is_given_up_goes_anywhere():
    gives_up = stance("Dedication", "I give up all rights.", category="public-domain")
    for b in (plain(), common()):
        assert rules(gives_up, b) == ("allowed", ["waived"])


def test_source_that_must_stay_open_does_under_copyleft():
    a = stance("Open Source License", GRANT, KEEP, SOURCE, category="strong-copyleft")
    assert rules(a, common()) == ("allowed", ["grants"])
    assert rules(a, plain()) == ("unclear", ["copyleft-unquoted"])


@pytest.mark.parametrize("more", [LITIGATE, LAW, NAMES, ADVERTISE, SHARE, SOURCE, BIND, LATER])
@pytest.mark.parametrize("base", [(GRANT, KEEP), COPYLEFT, (GRANT, KEEP, LITIGATE)])
def test_asking_for_more_never_frees(base, more):
    order = ["not", "unclear", "allowed"]
    for b in (plain(), common(), common(LITIGATE, title="Other License 1.0")):
        before = decide(stance("A License", *base), b)[0]
        after = decide(stance("A License", *base, more), b)[0]
        assert order.index(after) <= order.index(before)


def test_every_reason_is_said_in_both_languages_and_names_both_sides():
    for a in (plain(LITIGATE), common(), plain(WEAPONS, BIND, category="use-restricted")):
        for b in (plain(), common()):
            for ground in decide(a, b)[1]:
                assert ground.text.en != ground.text.ko
                assert re.search("[가-힣]", ground.text.ko)
                assert "{" not in ground.text.en + ground.text.ko


def test_quotes_are_true():
    a, b = plain(LITIGATE), common()
    for ground in decide(a, b)[1]:
        for side, spans in ((a, ground.a), (b, ground.b)):
            assert all(side.text[span.start : span.end] == span.text for span in spans)


def test_the_rules_name_terms_and_signs_that_exist():
    found = read_rules()
    for burden in found.burden:
        assert set(burden.terms) | set(burden.carried) <= set(terms())
        assert {*burden.signs, *burden.carried_signs, *burden.admitted} <= set(found.sign)
        assert burden.id in terms() or burden.id in found.names
    assert set(found.limits.terms) | set(found.notices.terms) <= set(terms())
    for words in found.ground.values():
        assert set(re.findall(r"{\w+}", words.en)) == set(re.findall(r"{\w+}", words.ko))


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        (LATER, "later"),
        (NOTICE, "later-by-notice"),
        ("Version 2 of the License, or (at your option) any later version.", "notice-later"),
        (OPENS, "named"),
        (BAR, "further"),
        (ADVERTISE, "advertising"),
        (NAMES, "no-name"),
        ("Derivative Works may be distributed only under this License.", "copyleft"),
        ("You may distribute the larger work under terms of your choice.", None),
        ("We may publish new versions of this License.", None),
        ("You may use it for any purpose.", None),
        ("You may not distribute it under the terms of the Secondary License.", None),
    ],
)
def test_signs_are_read_from_sentences(sentence, sign):
    found = find_signs(sentence, sentences(sentence))
    assert (sign in found) if sign else not set(found) - {"larger-work"}


def test_titles_are_parted_from_versions():
    assert title_of("Common License 2.0", None).version == (2,)
    assert title_of("x", "Common-2.1-or-later").stem == "common"
    assert is_later(title_of("A License 1.0", None), title_of("A License 1.1", None))
    assert not is_later(title_of("A License 1.0", None), title_of("B License 1.1", None))
    assert is_same(title_of("x", "A-2.0-only"), title_of("y", "A-2.0-or-later"))
    assert not is_same(title_of("A License", None), title_of("A License", None))
    assert [notice_of(name) for name in ("A-1.0-only", "A-1.0-or-later", "A-1.0+", "A-1.0")] == [
        "only",
        "or-later",
        "or-later",
        None,
    ]


@pytest.mark.parametrize(
    ("passage", "named"),
    [
        ("under the Common License, version 2", True),
        ("under version 2 of the Common License", True),
        ("under the Common License, version 1, or any later version", True),
        ("under the Common License, version 1", False),
        ("under version 3 of the Common License", False),
        ("under the Common License", True),
        ("under the Uncommon License, version 2", False),
        ("under the Lesser-Common License, version 2", False),
    ],
)
def test_a_passage_names_a_license_in_a_version(passage, named):
    assert names(passage, title_of("Common License 2.0", None)) is named
