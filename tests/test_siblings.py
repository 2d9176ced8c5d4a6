"""Versions and relatives of one license are told apart; the texts are those of the corpus."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from near_misses import near_misses, told  # noqa: E402
from perturbations import PERTURBATIONS, perturbed  # noqa: E402

from openclause.documents import read_bytes  # noqa: E402
from openclause.identity import Known, build_index, identify  # noqa: E402
from openclause.index import Index  # noqa: E402

TEXTS = ROOT / "corpora" / "licenses" / "texts"
SIBLINGS = (
    ("cc-by-3.0", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-sa-4.0"),
    ("llama-3.1-license-2024", "llama-3.2-license-2024", "llama-3.3-license-2024"),
    ("llama-2-license-2023", "llama-4-cla-2025", "llama-4-license-2025"),
    ("bsd-simplified", "bsd-new", "bsd-original"),
    ("afl-2.1", "afl-3.0", "osl-2.1", "osl-3.0"),
    ("mpl-1.0", "mpl-1.1", "mpl-2.0"),
    ("lgpl-2.1", "lgpl-2.1-plus", "lgpl-3.0", "lgpl-3.0-plus"),
    ("gpl-2.0", "gpl-2.0-plus", "gpl-3.0", "gpl-3.0-plus", "agpl-3.0", "agpl-3.0-plus"),
    ("mit", "mit-0", "isc", "x11", "apache-2.0"),
)
KEYS = tuple(key for group in SIBLINGS for key in group)
LATER = ("gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0", "agpl-3.0")

needs_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason="the texts were not fetched")


@cache
def text(key: str) -> str:
    return (TEXTS / f"{key}.txt").read_text("utf-8")


@cache
def index() -> Index:
    return build_index([Known(key, key, key, "") for key in KEYS], [text(key) for key in KEYS])


@needs_texts
@pytest.mark.parametrize("name", [name for name in PERTURBATIONS if not name.startswith("first")])
def test_relatives_are_told_apart_in_every_dress(name):
    for key in KEYS:
        copy = perturbed(text(key), name, key)
        (best, *_) = identify(read_bytes(copy.data, path=copy.name).text, index())
        assert best.id == key, name


@needs_texts
@pytest.mark.parametrize("key", LATER)
def test_any_later_version_is_told_from_the_notice(key):
    assert identify(text(key), index())[0].id == key
    assert identify(text(f"{key}-plus"), index())[0].id == f"{key}-plus"
    own = "wheels, which turn\nCopyright (C) 2024 Jane Roe\n\n"
    assert identify(own + text(f"{key}-plus"), index())[0].id == f"{key}-plus"
    assert identify(own + text(key), index())[0].id == key


@needs_texts
@pytest.mark.parametrize("key", KEYS)
def test_a_near_miss_is_never_exact_and_told_where_it_is(key):
    for miss in near_misses(text(key), f"test:{key}"):
        found = identify(miss.text, index())
        assert not any(match.exact for match in found)
        assert told(miss, found[0], text(key)), miss.what


@needs_texts
def test_what_is_cut_off_is_named_by_what_is_left():
    for key in ("apache-2.0", "mpl-2.0", "gpl-3.0", "cc-by-nc-4.0", "llama-4-cla-2025"):
        copy = perturbed(text(key), "first 60%", key)
        found = identify(copy.data.decode(), index())
        assert found[0].id.removesuffix("-plus") == key.removesuffix("-plus")
        assert not found[0].exact


@needs_texts
@pytest.mark.parametrize("name", PERTURBATIONS)
def test_copies_are_the_same_bytes_for_the_same_seed(name):
    assert perturbed(text("mit"), name, "a") == perturbed(text("mit"), name, "a")
