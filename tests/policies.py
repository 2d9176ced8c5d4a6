"""Policies for tests, records that they are held against, and what comes of it."""

from __future__ import annotations

from datetime import date

import pytest
from test_scanning_writers import record

from openclause.policy import check, read_policy
from openclause.scanning.records import Identified, Passage, Released

TODAY = date(2027, 1, 1)
CATEGORIES = {
    "MIT": "permissive",
    "Apache-2.0": "permissive",
    "GPL-2.0-only": "strong-copyleft",
    "GPL-2.0-or-later": "strong-copyleft",
    "Freeing-exception": "permissive",
    "Lama": "source-available",
}


class Known:
    def __init__(self, name):
        self.id = self.spdx_id = self.name = name
        self.category = CATEGORIES[name]


def resolve(name):
    return Known(name) if name in CATEGORIES else None


@pytest.fixture
def policy(tmp_path):
    def read(text):
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return read_policy(path)

    return read


def held(policy, *records, today=TODAY, lang="en", paths=(".",)):
    return check(records, policy, paths=paths, resolve=resolve, today=today, lang=lang)


def said(report):
    return [(one.rule, one.severity, one.subject) for one in report.issues]


def text(category="permissive", name=None, similarity=1.0, **given):
    found = name and Identified(name, name, name, similarity, similarity == 1.0)
    usual = {"confidence": 0.99, "identification": found, "near": (name,) if name else ()}
    return record(category=category, **(usual | given))


def metadata(*declared, path="package.json", **given):
    usual = {"kind": "metadata", "category": None, "confidence": None, "identification": None}
    return record(path=path, declared=declared, **(usual | given))


def released(**given):
    usual = dict.fromkeys(
        ("missing", "base_models", "texts", "components", "lacking", "sentences"), ()
    ) | dict.fromkeys(("architecture", "category", "reached", "at_best"))
    usual |= {"weights": "present", "gated": False, "api_only": False}
    release = Released(**(usual | given))
    return record(path="m", kind="model", category=None, identification=None, release=release)


PASSAGE = Passage("commercial-use", "prohibition", ("use",), 3, 9, 2, 1, 2, 7, "not for sale")
FLOOR = '[categories]\nallow = ["open"]\n[confidence]\nfloor = 0.6\n'
EXCUSED = """
[categories]
allow = ["permissive"]
[[exception]]
paths = ["vendor/"]
rules = ["category"]
subjects = ["non-commercial"]
reason = "asked the author"
expires = 2027-01-01
"""
