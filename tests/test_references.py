from __future__ import annotations

import pytest

from openclause.identity import Known, build_index
from openclause.notices import named_category, read_notices
from openclause.references import identified, names_of, references

KNOWN = (
    Known("toy-1.0", "Toy-1.0", "Toy License 1.0", "permissive"),
    Known("toy-2.0", "Toy-2.0-only", "General Toy License 2.0", "strong-copyleft"),
    Known("toy-2.0-plus", "Toy-2.0-or-later", "General Toy License 2.0 or later", "weak-copyleft"),
    Known("parade", None, "Parade License Agreement 2024", "non-commercial"),
    Known("kit", "KIT", "KIT License", "permissive"),
    Known("cc", "CC-BX-4.0", "Common Wheels 4.0 International Public License", "permissive"),
)
NAMES = names_of(build_index(KNOWN, [known.name for known in KNOWN]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under the Toy License, Version 1.0", ["toy-1.0"]),
        ("under the Toy-1.0 terms", ["toy-1.0"]),
        ("under the General Toy License as published; version 2", ["toy-2.0"]),
        (
            "the General Toy License as published by the shop; either version 2 of the License, or "
            "(at your option) any later version",
            ["toy-2.0-plus"],
        ),
        ("the Parade License", ["parade"]),
        ("under KIT", ["kit"]),
        ("under the Common Wheels 4.0 International License", ["cc"]),
        ("a kit of wheels; a parade in the street; a toy of 2 parts", []),
        ("the General Toy License, version 9", []),
    ],
)
def test_names_find_their_license(text: str, expected: list[str]) -> None:
    found = references(text, [(0, len(text))], NAMES)
    assert [one.known.id for one in found] == expected


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Toy-1.0", "toy-1.0"),
        ("toy-2.0", "toy-2.0"),
        ("Toy-2.0+", "toy-2.0-plus"),
        ("LicenseRef-parade", "parade"),
        ("LicenseRef-Nobody", None),
    ],
)
def test_identifiers_find_their_license(name: str, key: str | None) -> None:
    known = identified(name, NAMES)
    assert (known and known.id) == key


def test_a_notice_takes_the_category_of_the_license_it_names() -> None:
    text = "Licensed under the Parade License. See the LICENSE file."
    notices = read_notices(text, NAMES)
    (mention,) = notices.mentions
    assert (mention.id, mention.category) == ("parade", "non-commercial")
    assert "elsewhere" in notices.signals
    assert named_category(notices.mentions, notices) == "non-commercial"


def test_expressions_take_the_categories_of_the_index() -> None:
    notices = read_notices("SPDX-License-Identifier: KIT AND LicenseRef-parade", NAMES)
    assert named_category(notices.mentions, notices) == "non-commercial"
    notices = read_notices("SPDX-License-Identifier: LicenseRef-Nobody", NAMES)
    assert named_category(notices.mentions, notices) == "proprietary"
    assert notices.unknown == ("LicenseRef-Nobody",)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Licensed under the Sworn Word of Toymakers 1.0.", None),
        ("Licensed under the Toy License 1.0 or the Sworn Word of Toymakers 1.0.", "permissive"),
        ("SPDX-License-Identifier: SWT-1.0", "proprietary"),
        ("SPDX-License-Identifier: SWT-1.0 AND Toy-1.0", "proprietary"),
        ("SPDX-License-Identifier: SWT-1.0 OR Toy-1.0", "permissive"),
    ],
)
def test_what_is_named_but_is_no_license_grants_nothing(text: str, category: str | None) -> None:
    word = Known("swt-1.0", "SWT-1.0", "Sworn Word of Toymakers 1.0", "not-a-license")
    names = names_of(build_index((*KNOWN, word), [known.name for known in (*KNOWN, word)]))
    notices = read_notices(text, names)
    assert named_category(notices.mentions, notices) == category
