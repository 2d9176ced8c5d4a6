from __future__ import annotations

import inspect

import pytest

from openclause.analysis import analyze
from openclause.strays import is_bare_code

CODE = """import os

def users(limit):
    # The caller must not pass more than 10 users.
    for name in os.listdir('.'):
        print(name)
    return min(limit, 10)
"""
C = """#include <stdio.h>

/* Returns how many users are allowed; you may not free the result. */
int users(int limit) {
    return limit > 10 ? 10 : limit;
}
"""


@pytest.mark.parametrize("text", [CODE, C, inspect.getsource(inspect.getmodule)])
def test_programs_that_say_nothing_of_rights(text: str) -> None:
    assert is_bare_code(text)


@pytest.mark.parametrize(
    "head",
    [
        "# Copyright (c) 2020 Jane Roe\n",
        "# SPDX-License-Identifier: MIT\n",
        "# This file is part of Foo, licensed as above.\n",
        "# See LICENSE for details.\n",
        "# Licensed under the MIT license.\n",
        "# This code is in the public domain.\n",
        "# Permission is granted to use this.\n",
        "# This code may be used freely.\n",
    ],
)
def test_programs_that_say_something_of_rights(head: str) -> None:
    assert not is_bare_code(head + CODE)


@pytest.mark.parametrize(
    "text",
    [
        "You may use and copy it. You must not sell it.",
        "Toy License\n\nYou may:\n\n(a) copy it;\n(b) sell it;\n(c) paint it;\n(d) share it;\n",
        "",
    ],
)
def test_other_texts_are_no_programs(text: str) -> None:
    assert not is_bare_code(text)


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        C,
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor. " * 9,
        '{"name": "foo", "scripts": {"build": "make", "test": "pytest"}, "files": ["a", "b"]}\n',
        "id,name,price\n" + "".join(f"{n},item{n},{n * 3}\n" for n in range(40)),
        "".join(f"12:00:{n} INFO request {n}: permission denied for user {n}\n" for n in range(40)),
        "[server]\nhost = 0.0.0.0\n# You must restart after it\n[limits]\nusers = 9\n",
        "name: build\non: [push]\njobs:\n  test:\n    steps:\n      - run: make test\n",
        pytest.param(
            "Pancakes\n\nMix 2 eggs and milk. You may add sugar. Do not use cold butter.\n",
            marks=pytest.mark.xfail(reason="orders that speak of use are read as limits of use"),
        ),
        "# Foo\n\nFoo converts tables.\n\n## Usage\n\nYou must pass a file, not a folder.\n",
        "".join(f"The river flows past village {n} and on to the sea. " for n in range(40)),
    ],
)
def test_no_license_is_invented(text: str) -> None:
    assert analyze(text).openness.category == "not-a-license"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Copyright 2020 Jane Roe. Licensed under the MIT License.", "permissive"),
        ("# SPDX-License-Identifier: GPL-3.0-only\n" + CODE * 3, "strong-copyleft"),
        ("# Foo\n\nFoo parses things.\n\n## License\n\nMIT\n", "permissive"),
        (
            "---\nlicense: cc-by-nc-4.0\nlanguage: en\n---\n# My model\n\nA model.\n",
            "non-commercial",
        ),
        ("license: cc-by-nd-4.0\n", "no-derivatives"),
        ("Licensed under CC-BY-NC-4.0.", "non-commercial"),
        ("This file is licensed under BUSL-1.1.", "source-available"),
        ("Licensed under the Hippocratic License 2.1.", "use-restricted"),
        ("This work is in the public domain.", "public-domain"),
        ("Copyright (c) 2015 Acme Corp. All rights reserved. Confidential.", "proprietary"),
        ("Copyright 2020 Acme. See the LICENSE file for details.", "proprietary"),
        ("Dual-licensed under Apache-2.0 or MIT, at your option.", "permissive"),
        ("// Licensed under the GNU GPL v3\nint main() { return 0; }\n", "strong-copyleft"),
    ],
)
def test_short_notices_are_not_lost(text: str, category: str) -> None:
    assert analyze(text).openness.category == category


@pytest.mark.parametrize("named", ["CC-BY-NC-4.0", "BUSL-1.1", "GPL-3.0-only", "MIT"])
@pytest.mark.parametrize(
    "limit",
    [
        "You must not use it to build weapons.",
        "Keep this notice with every copy.",
        "Copies may not be passed on.",
    ],
)
def test_a_sentence_more_opens_no_notice(named: str, limit: str) -> None:
    notice = f"Licensed under {named}.\n"
    before, after = analyze(notice).openness, analyze(f"{notice}\n{limit}\n").openness
    assert before.rank is not None
    assert after.rank is not None
    assert after.rank >= before.rank
