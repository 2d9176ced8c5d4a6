"""Declared against found, with licenses made up for the purpose."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from openclause.finding import Candidate
from openclause.finding.discrepancies import Discrepancy, discrepancies
from openclause.finding.packages import Declaration, Package, Text, packages
from openclause.finding.resolving import resolver
from openclause.identity import Known, load_index
from openclause.messages import LANGUAGES
from openclause.references import Names, names_of
from openclause.taxonomy import read_toml

KNOWN = {
    known.id: known
    for known in (
        Known("mild-1.0", "Mild-1.0", "Mild License 1.0", "permissive"),
        Known("mellow-2.0", "Mellow-2.0", "Mellow License 2.0", "permissive"),
        Known("share-3.0", "Share-3.0-only", "Share License 3.0", "strong-copyleft"),
        Known("share-3.0-plus", "Share-3.0-or-later", "Share 3.0 or later", "strong-copyleft"),
        Known("lama", None, "Lama Community Agreement", "source-available"),
    )
}  # fmt: skip
BY_NAME = {known.id: known for known in KNOWN.values()} | {
    known.spdx_id.casefold(): known for known in KNOWN.values() if known.spdx_id
}


def _resolve(name: str) -> Known | None:
    return BY_NAME.get(name.casefold()) if name != "lama" else None


def _text(license_: str | None, category: str | None = None, *, exact: bool = True) -> Text:
    known = KNOWN.get(license_ or "")
    return Text(
        path="pkg/LICENSE",
        category=category or (known.category if known else "permissive"),
        id=known.id if known else None,
        spdx_id=known.spdx_id if known else None,
        name=known.name if known else None,
        exact=exact and known is not None,
    )


def _elsewhere(path: str) -> Text:
    return msgspec.structs.replace(_text("mild-1.0"), path=path)


def _found(declared: str | None, *texts: Text) -> list[Discrepancy]:
    said = Declaration("pkg/package.json", (declared,) if declared else ())
    return [*discrepancies(Package("pkg", (said,), texts), _resolve)]


@pytest.mark.parametrize(
    ("declared", "texts", "kinds"),
    [
        ("Mild-1.0", [_text("mild-1.0")], []),
        ("Mild-1.0", [_text(None, "permissive")], []),
        ("Mild-1.0 OR Share-3.0-only", [_text("mild-1.0")], []),
        ("Share-3.0-or-later", [_text("share-3.0")], []),
        ("Mild License", [_text("mild-1.0")], []),
        ("Mild-1.0", [_text("mellow-2.0")], ["declared-differs"]),
        ("Mild-1.0", [_text(None, "permissive"), _text("mellow-2.0")], []),
        ("Mild-1.0", [_text("lama")], ["declared-differs"]),
        ("Mild-1.0", [_text(None, "non-commercial")], ["declared-differs"]),
        ("Share-3.0-only", [_text("mild-1.0")], ["declared-differs"]),
        ("UNLICENSED", [_text("mild-1.0")], ["declared-differs"]),
        ("Mild-1.0", [_text("mild-1.0", "use-restricted", exact=False)], ["text-adds-restriction"]),
        ("Mild-1.0", [_text("mild-1.0"), _text("lama")], ["text-but-not-declared"]),
        ("Mild-1.0", [_text("mild-1.0"), _text("mellow-2.0")], []),
        ("Share-3.0-only", [_text("share-3.0"), _text("mild-1.0")], []),
        ("Mild-1.0", [], ["declared-but-no-text"]),
        ("Mild-1.0", [_text(None, "not-a-license")], ["declared-but-no-text"]),
        ("SEE LICENSE IN docs/TERMS", [_text("mild-1.0")], ["file-missing"]),
        ("SEE LICENSE IN ./LICENSE", [_text("mild-1.0")], []),
        ("SEE LICENSE IN LICENSE", [_elsewhere("pkg/MIT-LICENSE")], ["file-missing"]),
        ("own-name", [_text("mild-1.0")], ["declared-unknown"]),
        ("Mild-1.0 WITH own-rider", [_text("mild-1.0")], ["declared-unknown"]),
        ("own-name", [_text("lama")], ["custom-name-hides-restriction"]),
        ("lama", [_text("lama")], ["custom-name-hides-restriction"]),
        ("Mild-1.0 AND own-name", [_text("mild-1.0")], ["declared-unknown"]),
        ("some words (that are) no expression", [_text("mild-1.0")], ["declared-unknown"]),
        (None, [_text("mild-1.0")], ["text-but-not-declared"]),
        (None, [], ["nothing-declared"]),
    ],
)
def test_what_does_not_go_together(
    declared: str | None, texts: list[Text], kinds: list[str]
) -> None:
    assert [each.kind for each in _found(declared, *texts)] == kinds


@pytest.mark.parametrize(
    ("declared", "text", "severity"),
    [
        ("Mild-1.0", _text("lama"), "warning"),
        ("Mild-1.0", _text("mellow-2.0"), "warning"),
        ("Mild-1.0", _text("mellow-2.0", exact=False), "note"),
        ("Share-3.0-only", _text("mild-1.0"), "note"),
        ("own-name", _text("mild-1.0"), "note"),
        (None, _text("mild-1.0"), "note"),
    ],
)
def test_how_grave_it_is(declared: str | None, text: Text, severity: str) -> None:
    assert [each.severity for each in _found(declared, text)] == [severity]


def test_siblings_of_a_text_that_is_only_near_are_not_told_apart() -> None:
    text = Text(
        path="LICENSE",
        category="permissive",
        id="mellow-2.0",
        spdx_id="Mellow-2.0",
        name="Mellow License 2.0",
        near=("mellow-2.0", "mild-1.0"),
    )
    assert _found("Mild-1.0", text) == []
    (found,) = _found("Mild-1.0", msgspec.structs.replace(text, exact=True))
    assert found.kind == "declared-differs"


def test_a_text_in_doubt_gives_a_note() -> None:
    text = Text(path="LICENSE", category="proprietary", needs_review=True)
    assert [each.severity for each in _found("Mild-1.0", text)] == ["note"]


def test_files_of_a_package_that_declare_different_licenses() -> None:
    said = (
        Declaration("pkg/package.json", ("Mild-1.0",)),
        Declaration("pkg/setup.cfg", ("Share-3.0-only",)),
        Declaration("pkg/README.md", ("Share-3.0-or-later",)),
    )
    (found,) = discrepancies(Package("pkg", said, (_text("mild-1.0"),)), _resolve)
    assert found.kind == "declarations-disagree"
    assert found.declared == ("Mild-1.0 (package.json)", "Share-3.0-only (setup.cfg)")
    assert found.declared_in == ("pkg/package.json", "pkg/setup.cfg", "pkg/README.md")


def test_sentences_name_folder_declaration_and_text() -> None:
    (found,) = _found("Mild-1.0", _text("lama"))
    assert found.sentence() == (
        "pkg declares Mild-1.0 (permissive), but the text in pkg/LICENSE is "
        "Lama Community Agreement (source-available)."
    )
    assert found.sentence("ko") == (
        "pkg은(는) Mild-1.0(허용적(퍼미시브))라고 선언하지만 pkg/LICENSE의 본문은 "
        "Lama Community Agreement(소스 공개형)이다."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_has_a_sentence(lang: str) -> None:
    for kind, table in read_toml("discrepancies.toml").items():
        if "severity" in table:
            said = Discrepancy(kind=kind, severity=table["severity"], folder="")
            assert said.sentence(lang)[0].isprintable()  # type: ignore[arg-type]
            assert "{" not in said.sentence(lang)  # type: ignore[arg-type]


def _candidate(path: str, kind: str, *declared: str) -> Candidate:
    return Candidate(path=path, kind=kind, size=1, location=(path,), declared=declared)  # type: ignore[arg-type]


def test_texts_belong_to_the_package_that_they_lie_in() -> None:
    paths = [
        "LICENSE", "LICENSES/A.txt", "src/vendor/LICENSE", "sub/LICENSE", "sub/licenses/deep/x.txt",
        "w.whl!/x-1.dist-info/licenses/LICENSE", "j.jar!/META-INF/LICENSE", "other/LICENSE",
    ]  # fmt: skip
    found = [
        *(_candidate(path, "licence") for path in paths),
        _candidate("pyproject.toml", "metadata", "Mild-1.0"),
        _candidate("x.egg-info/PKG-INFO", "metadata", "Mild-1.0"),
        _candidate("sub/package.json", "metadata"),
        _candidate("sub/debian/copyright", "licence", "Mild-1.0"),
        _candidate("w.whl!/x-1.dist-info/METADATA", "metadata", "Mild-1.0"),
        _candidate("j.jar!/META-INF/maven/g/a/pom.xml", "metadata", "Mild-1.0"),
        _candidate("j.jar!/META-INF/lib/k.jar!/META-INF/maven/g/b/pom.xml", "metadata", "Mild-1.0"),
    ]
    found.sort(key=lambda each: each.path.split("/"))
    texts = {path: Text(path=path, category="permissive") for path in paths}
    gathered = [*packages((each, texts.get(each.path)) for each in found)]
    owned = {each.folder: [text.path for text in each.texts] for each in gathered}
    assert all("debian" not in said.path for each in gathered for said in each.declarations)
    (root,) = [each for each in gathered if not each.folder]
    assert [said.path for said in root.declarations] == ["pyproject.toml", "x.egg-info/PKG-INFO"]
    assert owned == {
        "": ["LICENSE", "LICENSES/A.txt"],
        "j.jar!": ["j.jar!/META-INF/LICENSE"],
        "j.jar!/META-INF/lib/k.jar!": [],
        "sub": ["sub/LICENSE", "sub/licenses/deep/x.txt"],
        "w.whl!/x-1.dist-info": ["w.whl!/x-1.dist-info/licenses/LICENSE"],
    }


def test_a_package_comes_as_soon_as_its_folder_is_left() -> None:
    def found() -> Iterator[tuple[Candidate, None]]:
        for number in range(3):
            seen.append(number)
            yield _candidate(f"top/{number}/package.json", "metadata"), None

    seen: list[int] = []
    gathered = packages(found())
    assert next(gathered).folder == "top/0"
    assert seen == [0, 1]
    assert [each.folder for each in gathered] == ["top/1", "top/2"]


def test_an_installed_egg_is_a_package_of_its_own() -> None:
    found = _candidate("site/x.egg-info/PKG-INFO", "metadata", "Mild-1.0")
    assert [each.folder for each in packages([(found, None)])] == ["site/x.egg-info"]


def test_an_error_belongs_to_no_package() -> None:
    broken = Candidate(path="a/package.json", kind="metadata", size=0, location=(), error="broken")
    assert [*packages([(broken, None)])] == []


def test_names_in_words_are_resolved() -> None:
    known = KNOWN["mild-1.0"]
    names = Names(
        by_key={"mild 1": known},
        by_id={"mild-1.0": known},
        stems=frozenset({"mild"}),
        beginnings=frozenset({"mild", "mild 1"}),
        by_rarest={"mild": ["mild"]},
    )
    resolve = resolver(names)
    assert resolve("MILD-1.0") == known
    assert resolve("The Mild License, Version 1.0") == known
    assert resolve("The Mild Software License, Version 1.0") == known
    assert resolve("Wild-1.0") is None


def test_a_name_that_says_more_than_a_license_is_not_that_license() -> None:
    resolve = resolver(names_of(load_index()))
    mit, later = resolve("MIT"), resolve("GPL-2.0-or-later")
    assert mit
    assert later
    for name in ("The MIT License (MIT)", "MIT, see LICENSE", "MIT/X Consortium License"):
        assert resolve(name) == mit
    for ending in ("or later", "or any later version"):
        assert resolve(f"GNU GPL version 2 {ending}") == later
    assert resolve("GNU GPL version 2 only") == resolve("GPL-2.0-only")
    for more in ("and our own terms", "with limits", "or commercial", "& others", "(only here)"):
        assert resolve(f"MIT License {more}") is None
    assert resolve("Ours, not MIT") is None
