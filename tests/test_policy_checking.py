"""What a policy makes of records: rules one by one, paths, exceptions and the verdict."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from test_scanning_writers import record

from openclause.page import View
from openclause.policy import check, read_policy, ready_made
from openclause.policy.licensing import asked, declared_answer, text_answer
from openclause.policy.reports import GRAVITIES
from openclause.policy.writers import WRITERS
from openclause.scanning.records import Finding, Identified, Passage, Released

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


def test_an_empty_policy_keeps_anything_that_is_sure(policy):
    report = held(policy(""), text("proprietary"))
    assert (report.verdict, report.issues) == ("kept", ())
    assert report.counts.files == 1


@pytest.mark.parametrize(
    ("asks", "category", "fails"),
    [
        ('allow = ["open"]', "strong-copyleft", False),
        ('allow = ["open"]', "use-restricted", True),
        ('allow = ["permissive"]', "weak-copyleft", True),
        ('deny = ["closed"]', "no-derivatives", True),
        ('deny = ["closed"]', "non-commercial", False),
        ('allow = ["open"]\ndeny = ["strong-copyleft"]', "strong-copyleft", True),
        ('allow = ["open"]', "not-a-license", False),
    ],
)
def test_categories_are_allowed_and_denied(policy, asks, category, fails):
    report = held(policy(f"[categories]\n{asks}"), text(category, kind="notice"))
    assert said(report) == ([("category", "error", category)] if fails else [])
    assert report.verdict == ("violated" if fails else "kept")


@pytest.mark.parametrize(
    ("asks", "fails"),
    [
        ('deny = ["commercial-use/prohibition"]', True),
        ('deny = ["commercial-use"]', True),
        ('deny = ["commercial-use/permission"]', False),
        ('deny = ["commercial-use"]\nallow = ["commercial-use/prohibition"]', False),
    ],
)
def test_terms_are_denied_with_the_place_of_the_first_clause(policy, asks, fails):
    stated = text(
        terms=("commercial-use/prohibition",), passages=(PASSAGE, PASSAGE), media_type="text/plain"
    )
    report = held(policy(f"[terms]\n{asks}"), stated)
    assert bool(report.issues) == fails
    for issue in report.issues:
        assert (issue.rule, issue.subject) == ("term", "commercial-use/prohibition")
        assert (issue.place.line, issue.quote) == (2, "not for sale")


def test_terms_that_restrict_nothing_are_found_too_and_places_of_pages_are_left_out(policy):
    asks = policy('[terms]\ndeny = ["indemnity", "commercial-use"]')
    stated = text(terms=("indemnity/obligation",))
    assert said(held(asks, stated)) == [("term", "error", "indemnity/obligation")]
    page = text(
        terms=("commercial-use/prohibition",), passages=(PASSAGE,), media_type="application/pdf"
    )
    (issue,) = held(asks, page).issues
    assert (issue.place, issue.quote) == (None, "not for sale")


@pytest.mark.parametrize(
    ("asks", "found", "expected"),
    [
        ('deny = ["MIT"]', text(name="MIT"), [("license", "MIT")]),
        ('deny = ["MIT"]', text(name="MIT", similarity=0.95), [("license", "MIT")]),
        ('deny = ["MIT"]', text(name="MIT", similarity=0.8), []),
        ('allow = ["MIT"]', text(name="MIT"), []),
        ('allow = ["MIT"]', text(name="Apache-2.0"), [("not-listed", "Apache-2.0")]),
        ('allow = ["MIT"]', text(), [("not-listed", "permissive")]),
        ('allow = ["Lama"]', text("source-available", "Lama"), []),
        ('allow = ["MIT"]', text("use-restricted", "MIT", 0.97), [("not-listed", "MIT")]),
        ('deny = ["GPL-2.0-or-later"]', text("strong-copyleft", "GPL-2.0-only"),
         [("license", "GPL-2.0")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_licenses_are_allowed_and_denied_by_name(policy, asks, found, expected):
    issues = held(policy(f"[licenses]\n{asks}"), found).issues
    assert [(one.rule, one.subject.upper()) for one in issues] == [
        (rule, subject.upper()) for rule, subject in expected
    ]


def test_a_listed_license_needs_no_allowed_category_and_no_look_at_terms(policy):
    asks = policy(
        '[categories]\nallow = ["open"]\n[licenses]\nallow = ["Lama"]\n[terms]\ndeny = ["fee"]\n'
    )
    lama = text("source-available", "Lama", terms=("fee/obligation",), needs_review=True)
    assert held(asks, lama).verdict == "kept"
    assert said(held(asks, text("source-available"))) == [("category", "error", "source-available")]


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("MIT", "listed"),
        ("Apache-2.0", "allowed"),
        ("GPL-2.0-only", "category"),
        ("Lama", "license"),
        ("Nobody-1.0", "unknown"),
        ("MIT OR Lama", "listed"),
        ("MIT AND Lama", "license"),
        ("GPL-2.0-only OR Nobody-1.0", "unknown"),
        ("MIT AND Nobody-1.0", "unknown"),
        ("GPL-2.0-only AND Nobody-1.0", "category"),
        ("GPL-2.0-only WITH Freeing-exception", "allowed"),
        ("MIT WITH Some-rider", "unknown"),
        ("GPL-2.0-only WITH Some-rider", "category"),
        ("(GPL-2.0-only OR MIT) AND Apache-2.0", "allowed"),
        ("SEE LICENSE IN x", "allowed"),
        ("UNLICENSED", "category"),
        ("MIT OR OR", "unknown"),
    ],
)
def test_declared_expressions(policy, expression, kind):
    asks = policy(
        '[categories]\nallow = ["permissive"]\n[licenses]\nallow = ["MIT"]\ndeny = ["Lama"]'
    )
    assert declared_answer(expression, asked(asks, resolve), resolve).kind == kind


def test_a_whole_expression_may_be_listed(policy):
    asks = policy('[licenses]\nallow = ["Apache-2.0 AND GPL-2.0-only"]\ndeny = ["MIT OR Lama"]')
    form = asked(asks, resolve)
    assert declared_answer("GPL-2.0-only AND Apache-2.0", form, resolve).kind == "listed"
    assert declared_answer("GPL-2.0-only", form, resolve).kind == "not-listed"
    assert declared_answer("Lama OR MIT", form, resolve).kind == "license"
    assert text_answer(("MIT",), "permissive", None, form, exact=True).kind == "not-listed"


def test_metadata_is_judged_by_what_it_declares(policy):
    asks = policy('[categories]\nallow = ["open"]\n[licenses]\ndeny = ["GPL-2.0-only"]')
    assert said(held(asks, metadata("Lama"))) == [("category", "error", "source-available")]
    assert said(held(asks, metadata("GPL-2.0-only"))) == [("license", "error", "GPL-2.0-only")]
    assert held(asks, metadata("MIT", "Apache-2.0")).verdict == "kept"
    tag = metadata("Nobody", kind="tag", category="permissive", by_reference=True)
    assert said(held(asks, tag)) == [("unknown-license", "warning", "Nobody")]
    debian = text("permissive", kind="licence", declared=("GPL-2.0-only",))
    assert said(held(asks, debian)) == [("license", "error", "GPL-2.0-only")]


FLOOR = '[categories]\nallow = ["open"]\n[confidence]\nfloor = 0.6\n'


@pytest.mark.parametrize(
    ("below", "rules", "verdict"),
    [
        ("unsure", ["confidence"], "unsure"),
        ("error", ["confidence", "category"], "violated"),
        ("warning", ["category", "confidence"], "violated"),
        ("off", ["category"], "violated"),
    ],
)
def test_below_the_floor_nothing_is_called_a_violation_but_where_that_is_asked(
    policy, below, rules, verdict
):
    report = held(policy(f'{FLOOR}below = "{below}"'), text("non-commercial", confidence=0.59))
    assert [one.rule for one in report.issues] == rules
    assert report.verdict == verdict
    assert held(policy(FLOOR), text("permissive", confidence=0.6)).verdict == "kept"


def test_what_needs_review_is_in_doubt_unless_the_policy_says_otherwise(policy):
    found = text("permissive", needs_review=True)
    assert said(held(policy(FLOOR), found)) == [("review", "unsure", "permissive")]
    assert held(policy(f'{FLOOR}review = "off"'), found).issues == ()
    assert held(policy(f'{FLOOR}[severity]\nreview = "note"'), found).verdict == "kept"


def test_a_text_that_may_be_a_license_after_all_is_in_doubt(policy):
    found = text("not-a-license", needs_review=True)
    assert [rule for rule, *_ in said(held(policy(FLOOR), found))] == ["review", "not-a-license"]
    assert held(policy(FLOOR), found).verdict == "unsure"
    assert held(policy(FLOOR), text("not-a-license")).verdict == "kept"


def test_unreadable_files_and_empty_searches_leave_the_answer_open(policy):
    broken = record(category=None, identification=None, error="is no PDF")
    report = held(policy(""), broken)
    assert (report.verdict, said(report)) == ("unsure", [("unreadable", "unsure", "is no PDF")])
    assert said(held(policy(""))) == [("nothing-found", "unsure", ".")]
    assert held(policy('[severity]\nnothing-found = "off"')).verdict == "kept"
    skip = policy('[[path]]\npaths = ["**"]\nskip = true')
    assert said(held(skip, text())) == [("nothing-found", "unsure", ".")]
    assert held(policy('[severity]\nunreadable = "error"'), broken).verdict == "violated"


def test_why_a_file_could_not_be_read_is_in_the_readers_language(policy):
    error = "is empty; give a file with the text of the license"
    broken = record(category=None, identification=None, error=error)
    (issue,) = held(policy(""), broken, lang="ko").issues
    assert issue.text == "읽을 수 없음: 비어 있습니다. 라이선스 본문이 든 파일을 주십시오"
    assert issue.subject == error


def test_what_does_not_fit_together_is_as_grave_as_the_policy_says(policy):
    finding = Finding("declared-differs", "a declares b", "warning", ("a/LICENSE",))
    package = record(
        path="a", kind="package", category=None, identification=None, findings=(finding,)
    )
    report = held(policy(""), text(), package)
    assert said(report) == [("declared-differs", "warning", "declared-differs")]
    assert (report.verdict, report.issues[0].path) == ("kept", "a/LICENSE")
    strict = policy('[severity]\ndeclared-differs = "error"')
    assert held(strict, text(), package).verdict == "violated"


def test_a_finding_that_is_in_doubt_itself_stays_a_note(policy):
    def package(kind):
        finding = Finding(kind, "said", "note", ("a/LICENSE",))
        return record(path="a", kind="package", category=None, findings=(finding,))

    strict = policy('[severity]\ndeclared-differs = "error"\ndeclared-unknown = "error"')
    assert held(strict, text(), package("declared-differs")).issues[0].severity == "note"
    assert held(strict, text(), package("declared-unknown")).issues[0].severity == "error"
    silent = policy('[severity]\ndeclared-differs = "off"')
    assert held(silent, text(), package("declared-differs")).issues == ()


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ({"reached": "II", "category": "permissive"}, []),
        ({"reached": "I", "category": "permissive"}, []),
        ({"reached": "III", "category": "permissive"}, [("model-class", "error", "II")]),
        ({"at_best": "II", "category": "permissive"}, [("model-class", "unsure", "II")]),
        ({"reached": "II"}, [("model-without-license", "error", "m")]),
        ({"reached": "II", "category": "permissive", "gated": True, "api_only": True},
         [("model-api-only", "warning", "m"), ("model-gated", "note", "m")]),
    ],
    ids=str,
)  # fmt: skip
def test_models_are_held_to_a_class_and_to_a_license(policy, release, expected):
    report = held(policy('[models]\nclass = "II"'), released(**release))
    assert said(report) == expected
    assert (report.counts.files, report.counts.models) == (0, 1)


PATHS = """
[categories]
allow = ["permissive"]
[[path]]
paths = ["vendor/"]
skip = true
[[path]]
paths = ["vendor/kept/**"]
categories.allow = ["open"]
[[path]]
paths = ["*.md"]
severity.category = "warning"
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("LICENSE", [("category", "error")]),
        ("vendor/a/LICENSE", []),
        ("src/vendor/a/LICENSE", []),
        ("vendor/kept/LICENSE", []),
        ("docs/README.md", [("category", "warning")]),
        ("vendor/kept/README.md", []),
        ("a.zip!/vendor/LICENSE", []),
    ],
)
def test_the_last_rule_of_a_path_decides_and_others_show_through(policy, path, expected):
    report = held(policy(PATHS), text("strong-copyleft", path=path))
    assert [(one.rule, one.severity) for one in report.issues if one.rule == "category"] == expected


def test_patterns_hold_below_what_was_scanned_and_as_paths_are_shown(policy):
    asks = policy('[categories]\nallow = []\n[[path]]\npaths = ["/src/LICENSE"]\nskip = true')
    for root, path in (
        ("/w/app", "/w/app/src/LICENSE"),
        ("src", "src/LICENSE"),
        (".", "src/LICENSE"),
    ):
        report = held(asks, text(path=path), text(path=f"{path}.md"), paths=(root,))
        assert (report.counts.skipped, report.counts.error) == (1, 1)


@pytest.mark.parametrize("pattern", ["models/m/", "models/m/**", "models/", "m/", "**"])
def test_patterns_for_folders_hold_for_the_record_of_a_model(policy, pattern):
    model = msgspec.structs.replace(released(), path="models/m")
    skip = policy(f'[[path]]\npaths = ["{pattern}"]\nskip = true')
    assert held(skip, model).counts.skipped == 1
    excuse = f'[[exception]]\npaths = ["{pattern}"]\nreason = "r"\nexpires = "never"'
    assert held(policy(excuse), model).verdict == "kept"


def test_roots_of_names_that_are_not_utf_8_are_shown(policy):
    report = held(policy(""), paths=("caf\udce9",))
    assert report.issues[0].path == "caf\\xe9"
    WRITERS["json"](report, View())


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


def test_an_exception_excuses_and_says_why(policy):
    report = held(policy(EXCUSED), text("non-commercial", path="vendor/LICENSE"))
    assert (report.verdict, report.counts.excused, report.counts.error) == ("kept", 1, 0)
    assert report.issues[0].excused.reason == "asked the author"
    assert report.exceptions[0].state == "used"


def test_an_expired_exception_is_reported_and_excuses_nothing(policy):
    found = text("non-commercial", path="vendor/LICENSE")
    report = held(policy(EXCUSED), found, today=date(2027, 1, 2))
    assert report.verdict == "violated"
    assert [(one.rule, one.excused) for one in report.issues] == [
        ("category", None),
        ("exception-expired", None),
    ]
    assert "expired on 2027-01-01" in report.issues[1].text
    assert (report.exceptions[0].state, report.exceptions[0].excused) == ("expired", 0)


@pytest.mark.parametrize(
    "found",
    [
        text("non-commercial", path="src/LICENSE"),
        text("use-restricted", path="vendor/LICENSE"),
    ],
    ids=["another path", "another subject"],
)
def test_an_exception_covers_no_more_than_it_names(policy, found):
    report = held(policy(EXCUSED), found)
    assert report.verdict == "violated"
    assert ("exception-unused", "note") in [(one.rule, one.severity) for one in report.issues]


def test_a_doubt_can_be_excused_and_the_gravest_come_first(policy):
    excuse = (
        '[[exception]]\npaths = ["**"]\nrules = ["unreadable"]\nreason = "r"\nexpires = "never"'
    )
    broken = record(path="x", category=None, identification=None, error="e")
    assert held(policy(excuse), broken).verdict == "kept"
    report = held(policy(FLOOR), text(needs_review=True), text("proprietary"))
    assert report.verdict == "violated"
    order = [GRAVITIES.index(one.severity) for one in report.issues]
    assert order == sorted(order)
    assert len(order) == 2


def test_what_is_said_is_korean_where_that_is_asked_for(policy):
    report = held(policy('[categories]\nallow = ["open"]'), text("non-commercial"), lang="ko")
    assert report.issues[0].text == "비상업은(는) 허용되지 않음"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("open-source-only", {"permissive", "weak-copyleft", "strong-copyleft", "public-domain"}),
        ("commercial-product", {"permissive", "weak-copyleft", "strong-copyleft", "public-domain"}),
        ("redistribute-in-product", {"permissive", "weak-copyleft", "public-domain"}),
        ("research", {"permissive", "weak-copyleft", "strong-copyleft", "public-domain",
                      "use-restricted", "source-available", "non-commercial"}),
    ],
)  # fmt: skip
def test_what_ready_made_policies_keep(name, kept):
    from openclause.taxonomy import categories

    ranked = [one for one in categories() if one != "not-a-license"]
    verdicts = {one: held(ready_made()[name], text(one)).verdict for one in ranked}
    assert {one for one, verdict in verdicts.items() if verdict == "kept"} == kept
    assert {verdicts[one] for one in ranked if one not in kept} == {"violated"}


@pytest.mark.parametrize("kind", ["nothing-declared", "file-missing"])
def test_a_package_without_a_license_is_in_doubt_by_the_strict_policies(kind):
    found = record(kind="package", category=None, findings=(Finding(kind, "s"),))
    verdicts = {name: held(asks, text(), found).verdict for name, asks in ready_made().items()}
    assert verdicts.pop("research") == "kept"
    assert set(verdicts.values()) == {"unsure"}


def test_a_network_duty_keeps_a_text_out_of_a_commercial_product():
    found = text("strong-copyleft", terms=("network-disclosure/obligation",))
    assert held(ready_made()["commercial-product"], found).verdict == "violated"
    assert held(ready_made()["open-source-only"], found).verdict == "kept"
