from __future__ import annotations

from pathlib import Path

import pytest
from records import GRANT, clauses, make

from openclause.analysis import analyze
from openclause.caution import elsewhere, english, foreign, named, unknown, warnings
from openclause.identity import Known, build_index
from openclause.notices import read_notices
from openclause.openness import decide
from openclause.references import names_of

TEXTS = Path(__file__).parents[1] / "corpora" / "licenses" / "texts"
TEXT = "Licensed under the Parade License."
NAMES = names_of(
    build_index(
        [Known("parade", None, "Parade License", "non-commercial")],
        ["This is the text of the Parade License."],
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "Copyright 2020 Acme. All rights reserved. See the LICENSE file for details.",
        "This file is part of Foo, licensed as above.",
        "For terms of use, see COPYING.",
        "Use of this source is governed by a license that can be found in the LICENSE file.",
        "# Copyright 2020 Acme.\n# See LICENSE\n# for details.\n\nimport os\n",
    ],
)
def test_a_license_elsewhere_without_a_name_is_proprietary_and_for_review(text: str) -> None:
    notices = read_notices(text)
    answer = elsewhere(decide([], text=text, notices=notices), notices, [])
    assert (answer.category, answer.rank) == ("proprietary", 8)
    assert answer.by_reference
    assert answer.needs_review
    assert answer.reasons[0].rule == "unnamed-license"
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "See the MIT license.",
        "Read the manual and see the examples.",
        "The function reads a line above and a file below.",
    ],
)
def test_what_names_a_license_or_none_at_all_stays(text: str) -> None:
    notices = read_notices(text)
    before = decide([], text=text, notices=notices)
    assert elsewhere(before, notices, []) == before


def test_a_grant_outweighs_a_pointer() -> None:
    text = "You may use it. See the LICENSE file."
    notices = read_notices(text)
    before = decide(clauses(*GRANT), text=text, notices=notices)
    assert elsewhere(before, notices, clauses(*GRANT)) == before


def test_a_name_of_the_index_is_believed() -> None:
    notices = read_notices(TEXT, NAMES)
    answer = named(decide([], text=TEXT, notices=notices), notices, [])
    assert (answer.category, answer.by_reference) == ("non-commercial", True)
    assert answer.confidence >= 0.9
    assert not answer.needs_review
    (warning,) = warnings(answer, notices, "en")
    assert "(parade)" in warning


def test_an_unknown_identifier_is_for_review() -> None:
    text = "SPDX-License-Identifier: LicenseRef-Nobody"
    notices = read_notices(text, NAMES)
    answer = unknown(decide([], text=text, notices=notices), notices)
    assert answer.needs_review
    assert any("LicenseRef-Nobody" in warning for warning in warnings(answer, notices, "en"))


def test_licenses_of_a_notice_are_listed_once() -> None:
    text = "Licensed under the MIT license or, at your option, the GPL license (MIT or GPL)."
    notices = read_notices(text)
    answer = named(decide([], text=text, notices=notices), notices, [])
    assert [part.category for part in answer.parts] == ["permissive", "strong-copyleft"]


def test_a_text_in_another_language_is_a_guess() -> None:
    text = "Die Weitergabe der Software an Dritte ist nicht gestattet und wird nicht gewährt."
    notices = read_notices(text)
    answer = foreign(decide([], text=text, notices=notices), "de", [])
    assert answer.needs_review
    assert answer.confidence <= 0.5
    assert answer.reasons[0].rule == "other-language"
    assert any("'de'" in warning for warning in warnings(answer, notices, "de"))


def test_clauses_of_a_foreign_text_are_those_in_english() -> None:
    some = [
        make("use/permission", "You may use the software for any purpose that you like."),
        make(
            "distribute/prohibition", "Die Weitergabe der Software an Dritte ist nicht gestattet."
        ),
    ]
    assert english(some, "de") == (some[0],)
    assert english(some, "en") == tuple(some)


FOREIGN = {
    "ko": "이 소프트웨어는 누구나 사용하고 복제할 수 있으나 상업적으로 이용할 수 없습니다.",
    "de": "Die Weitergabe der Software an Dritte ist nicht gestattet. Der Lizenznehmer darf die "
    "Software nicht verändern, und die Haftung des Lizenzgebers ist ausgeschlossen.",
    "pl": "Rozpowszechnianie oprogramowania nie jest dozwolone bez zgody licencjodawcy, a licencja "
    "wygasa w przypadku naruszenia jej warunków lub nie jest ważna.",
    "ja": "このソフトウェアは非商用の目的に限り使用できます。再配布することを禁止します。",
}


@pytest.mark.parametrize(("code", "text"), FOREIGN.items())
def test_a_license_in_another_language_is_told_as_such(code: str, text: str) -> None:
    found = analyze(text)
    assert found.document.language == code
    assert found.clauses == ()
    assert found.openness.needs_review
    assert found.openness.confidence < 0.5
    assert any(f"'{code}'" in warning for warning in found.warnings)


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the texts were not fetched")
@pytest.mark.parametrize(
    ("key", "category"), [("cecill-2.1-fr", "strong-copyleft"), ("mulanpsl-2.0", "permissive")]
)
def test_a_known_text_in_another_language_is_known(key: str, category: str) -> None:
    found = analyze((TEXTS / f"{key}.txt").read_text("utf-8"))
    assert (found.openness.category, found.openness.needs_review) == (category, False)
    assert found.openness.reasons[0].rule == "known-text"
