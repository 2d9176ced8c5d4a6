from __future__ import annotations

import pytest

from openclause.families import families, split_of, stem

GRANT = (
    "permission is granted to any person to use copy modify and distribute this work "
    "for every purpose with or without fee provided that this notice stays in all copies"
)
OTHER = (
    "the company keeps all rights and the customer agrees to install one copy on one machine "
    "and to pay the yearly price before the first day of each year of the term"
)
HALF = " ".join([*GRANT.split()[:16], *OTHER.split()[:20]])


def grouped(texts: dict[str, str]) -> set[frozenset[str]]:
    found = families(texts)
    return {frozenset(k for k in found if found[k] == name) for name in found.values()}


def test_near_texts_are_one_family_whatever_their_case_and_layout() -> None:
    texts = {"one": GRANT, "two": GRANT.upper().replace(" ", "\n"), "three": OTHER}
    assert grouped(texts) == {frozenset({"one", "two"}), frozenset({"three"})}


def test_links_chain_into_one_family() -> None:
    words = GRANT.split()
    texts = {f"k{i}": " ".join(words[i * 4 : 18 + i * 4]) for i in range(3)}
    assert len(grouped({key: texts[key] for key in ("k0", "k2")})) == 2
    assert len(grouped(texts)) == 1


def test_versions_are_one_family_when_they_share_some_wording() -> None:
    assert len(grouped({"acme-1.0": GRANT, "acme-2.0": HALF})) == 1
    assert len(grouped({"acme-1.0": GRANT, "bolt-2.0": HALF})) == 2


def test_versions_that_share_no_wording_are_two_families() -> None:
    assert len(grouped({"acme-1.0": GRANT, "acme-2.0": OTHER})) == 2


def test_an_owner_in_common_makes_no_family() -> None:
    assert len(grouped({"acme-tools": GRANT, "acme-fonts": HALF})) == 2


def test_a_family_bears_the_key_of_its_best_linked_member() -> None:
    words = GRANT.split()
    texts = {f"k{i}": " ".join(words[i * 4 : 18 + i * 4]) for i in range(3)}
    assert set(families(texts).values()) == {"k1"}


def test_order_changes_nothing() -> None:
    texts = {"acme-1.0": GRANT, "acme-2.0": HALF, "bolt": OTHER, "nut": GRANT}
    assert families(texts) == families(dict(reversed(texts.items())))


def test_texts_shorter_than_a_shingle_are_grouped_only_when_equal() -> None:
    assert grouped({"a": "as is", "b": "As is.", "c": "no"}) == {
        frozenset({"a", "b"}),
        frozenset({"c"}),
    }


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("gpl-2.0-plus", "gpl"),
        ("cc-by-nc-3.0-us", "cc-by-nc"),
        ("llama-3.1-license-2024", "llama-license"),
        ("lppl-1.3c", "lppl"),
        ("gtpl-v2", "gtpl"),
        ("mit", "mit"),
        ("3com-microcode", "3com-microcode"),
        ("ms-asp-net-mvc4", "ms-asp-net-mvc4"),
    ],
)
def test_a_stem_is_a_key_without_version(key: str, expected: str) -> None:
    assert stem(key) == expected


def test_splits_are_drawn_in_their_proportions() -> None:
    drawn = [split_of(f"family-{i}", annotated=False) for i in range(4000)]
    assert drawn.count("test") / 4000 == pytest.approx(0.20, abs=0.02)
    assert drawn.count("dev") / 4000 == pytest.approx(0.12, abs=0.02)


def test_an_annotated_family_is_never_drawn_into_test() -> None:
    for i in range(200):
        free, bound = (split_of(f"family-{i}", annotated=kept) for kept in (False, True))
        assert bound == ("train" if free == "test" else free)
