"""What a policy makes of records, rule by rule, and the verdict."""

from __future__ import annotations

import pytest
from policies import FLOOR, PASSAGE, held, metadata, policy, released, resolve, said, text
from test_scanning_writers import record

from openclause.policy.licensing import asked, declared_answer, text_answer
from openclause.scanning.records import Finding

__all__ = ["policy"]


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


def test_what_is_said_is_korean_where_that_is_asked_for(policy):
    report = held(policy('[categories]\nallow = ["open"]'), text("non-commercial"), lang="ko")
    assert report.issues[0].text == "비상업은(는) 허용되지 않음"
