from __future__ import annotations

import re

import pytest
from records import make

from openclause.cues import Shown, Sightings, cue_names, limbs
from openclause.taxonomy import read_toml

# The keys of a rule that list cues.
KEYS = ("wants", "unless", "bounds", "saves")


@pytest.mark.parametrize(
    ("cue", "shows", "hides"),
    [
        ("at-will", "we may end it at any time", "we may end it if you break it"),
        ("breach", "terminate upon any breach", "terminate on thirty days notice"),
        ("revocable", "a revocable license", "an irrevocable license"),
        ("circular", "not copy except as expressly provided here", "not copy the work"),
        ("rental-only", "you may not rent or lease it", "you may not rent or distribute it"),
        ("rental-only", "you may not lend it", "you may not lend or otherwise transfer it"),
        ("by-itself", "may not be sold by itself", "may not be sold"),
        ("by-itself", "may not be sold separately", "your copy is yours alone"),
        ("unchanged-only", "verbatim copies", "copies with modifications"),
        ("unchanged-only", "copies must be unchanged", "copies, changed or unchanged"),
        ("unchanged-only", "without modification", "with or without modification"),
        ("changed-copies", "no altered versions", "neither the original nor altered versions"),
        ("conditional", "so long as it is free", "so long as you do not pass it on"),
        ("one-channel", "not on web servers", "run it on your own servers"),
        ("age-or-sanctions", "at least 18 years of age", "not within the european union"),
        ("outside", "the policy at https://example.org", "the policy in annex a"),
        ("own-product", "only as part of your application", "as you like"),
        ("whole-scope", "license the entire work, as a whole", "license the changed files"),
        ("disclaimer", "not designed or intended for reactors", "may not be used in reactors"),
        ("disclaimer", "is not intended for aircraft", "not licensed or intended for aircraft"),
        ("only-research", "solely for research purposes", "for any purpose"),
        ("law", "in violation of any law", "in a flaw"),
        ("displayed", "prominently display the logo on your website", "retain the notice"),
        ("service-stack", "the source of all programs you use", "the source of the program"),
    ],
)
def test_cue_tells_two_texts_apart(cue: str, shows: str, hides: str) -> None:
    assert Shown(shows)[cue]
    assert not Shown(hides)[cue]


@pytest.mark.parametrize(
    "said",
    [
        "may not be\n// sold by\n// itself",
        "may not be sold by it\xadself",
        "may not be sold by it-\n//  self",
        "may not be sold by itself",
    ],
)
def test_no_comment_sign_and_no_unseen_sign_parts_the_words_of_a_cue(said: str) -> None:
    text = f"// The toys are yours.\n// They {said}.\n// Enjoy them.\n\nlet wheels = 4;\n"
    start = text.index("They")
    clause = make("sell/prohibition", text[start : text.index(".\n// Enjoy") + 1], start=start)
    assert Sightings(text).of(clause)["by-itself"]


@pytest.mark.parametrize("said", ["aren't", "aren’t", "are not"])
def test_short_forms_of_not_are_read_as_it(said: str) -> None:
    assert Shown(f"Copies {said} limited to members.").low == "copies are not limited to members."


def test_what_does_not_stand_in_the_text_is_taken_as_it_is_quoted() -> None:
    clause = make("sell/prohibition", "It may not be sold by itself.")
    assert Sightings("Something else that is longer than it.").of(clause)["by-itself"]
    assert Sightings().of(clause)["by-itself"]


def test_every_cue_is_used_by_a_rule_or_the_code() -> None:
    raw = read_toml("openness.toml")
    used = {cue for rule in raw["rule"] for key in KEYS for cue in rule.get(key, ())}
    worked = {
        "boilerplate",
        "changes-things",
        "commerce-aside",
        "dedication",
        "free-exception",
        "free-hand",
        "free-linking",
        "license-text",
        "later-version",
        "limits",
        "listed-parts",
        "narrow-link",
        "negated",
        "own-terms",
        "passes-on",
        "no-limits",
        "not-the-work",
        "redistributes",
        "technical-change",
        "to-licensor-or-inside",
    }
    assert cue_names() == used | worked


@pytest.mark.parametrize(
    "text",
    [
        "you may end this license at any time upon thirty days notice",
        "the licensor reserves the right to amend these terms from time to time",
        "derivative works must be licensed as a whole under this license",
        "distribute the runtime only as part of your application",
        "",
    ],
)
def test_skipping_by_a_literal_never_hides_a_match(text: str) -> None:
    for cue, patterns in read_toml("openness.toml")["cues"].items():
        assert Shown(text)[cue] == any(re.search(pattern, text) for pattern in patterns), cue


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("copy, share or sell the work by itself", 1),
        ("share or lease the work, provide the work as a stand-alone offer", 2),
        ("you may not pass on the code to others, nor make it available on a web site", 2),
        ("distribute the work, in any way that violates this license", 1),
        ("permit any third party to change, copy, or distribute the work for gain", 1),
    ],
)
def test_a_limb_is_a_verb_with_an_object_of_its_own(text: str, count: int) -> None:
    assert len(limbs(text)) == count
