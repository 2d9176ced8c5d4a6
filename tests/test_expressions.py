from __future__ import annotations

import subprocess
import sys

import pytest

from openclause.expressions import read_expressions

CATEGORIES = {
    "mit": "permissive",
    "apache-2.0": "permissive",
    "gpl-2.0-only": "strong-copyleft",
    "mpl-2.0": "weak-copyleft",
    "classpath-exception-2.0": "weak-copyleft",
    "licenseref-no-trade": "non-commercial",
    "no-trade-rider": "source-available",
}


def read(text: str):
    return read_expressions(text, lambda name: CATEGORIES.get(name.lower()))


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("MIT", "permissive"),
        ("MIT OR GPL-2.0-only", "permissive"),
        ("MIT AND GPL-2.0-only", "strong-copyleft"),
        ("(MIT OR GPL-2.0-only) AND MPL-2.0", "weak-copyleft"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "weak-copyleft"),
        ("MIT WITH Classpath-exception-2.0", "permissive"),
        ("MIT WITH no-trade-rider", "source-available"),
        ("LicenseRef-No-Trade OR LicenseRef-Nobody", "non-commercial"),
        ("MIT AND LicenseRef-Nobody", None),
        ("LicenseRef-Nobody", None),
    ],
)
def test_what_a_tag_comes_to(said: str, category: str | None) -> None:
    text = f"# SPDX-License-Identifier: {said}\nimport this\n"
    (found,) = read(text)
    assert (found.category, text[found.start : found.end]) == (category, said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/* SPDX-License-Identifier: MIT */", "MIT"),
        ("<!-- SPDX-License-Identifier: MIT -->", "MIT"),
        ("// spdx-license-identifier: (MIT OR MPL-2.0)", "(MIT OR MPL-2.0)"),
    ],
)
def test_comment_signs_are_no_part_of_it(line: str, said: str) -> None:
    assert [found.text for found in read(line)] == [said]


def test_unknown_names_are_told() -> None:
    (found,) = read("SPDX-License-Identifier: MIT AND LicenseRef-Nobody")
    assert found.unknown == ("LicenseRef-Nobody",)


def test_prose_is_an_expression_only_where_all_names_are_known() -> None:
    assert [found.text for found in read("It is under MIT OR MPL-2.0.")] == ["MIT OR MPL-2.0"]
    assert read("MERCHANTABILITY AND FITNESS; the terms of MIT OR other terms") == ()


@pytest.mark.parametrize("said", ["", "(", "MIT OR", "OR OR", "MIT/", "\0", ")(", "AND" * 90])
def test_broken_expressions_are_passed_over(said: str) -> None:
    assert all(found.category is None for found in read(f"SPDX-License-Identifier: {said}\n"))


def test_the_library_is_loaded_only_where_a_tag_is() -> None:
    code = (
        "import sys; from openclause.notices import read_notices;"
        "read_notices('Under MIT. NO LIABILITY OR WARRANTY.');"
        "print('license_expression' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
