from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path
from time import perf_counter

import html5lib
import pytest
from builders import analysis
from untrusted_texts import HOSTILE, LONG_LINE

from openclause.analysis import analyze_document
from openclause.documents import read_path, read_text
from openclause.errors import DocumentError
from openclause.formats import FORMATS
from openclause.formats.html import KINDS, kinds_of
from openclause.messages import LANGUAGES, messages
from openclause.page import View
from openclause.untrusted import visible

MODEL = Path(__file__).parent / "documents" / "example-model.txt"
TEMPLATES = Path(__file__).parents[1] / "src/openclause/data/templates"


def page_of(text, lang="en"):
    found = analyze_document(read_text(text))
    return FORMATS["html"](found, View(lang=lang), text), found


def parsed(page):
    """Parse as browsers do; html5lib notes every departure from the standard."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)
    return tree, [error[1] for error in parser.errors]


def words(node):
    return "".join(node.itertext())


def shown_lines(tree):
    return [words(node) for node in tree.iter("div") if node.get("class") == "l"]


@pytest.fixture(scope="module")
def model():
    page, found = page_of(MODEL.read_text("utf-8"))
    return parsed(page)[0], found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["model", *HOSTILE])
def test_the_page_is_valid_and_every_link_arrives(name, lang):
    text = HOSTILE.get(name) or MODEL.read_text("utf-8")
    tree, errors = parsed(page_of(text, lang)[0])
    assert errors == []
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    targets = [node.get("href") for node in tree.iter("a") if node.get("href")]
    assert {target.removeprefix("#") for target in targets} <= set(ids)
    assert tree.get("lang") == lang


def test_the_text_is_shown_whole_line_by_line(model):
    tree, _ = model
    assert shown_lines(tree) == MODEL.read_text("utf-8").splitlines()
    numbers = [node.get("data-n") for node in tree.iter("div") if node.get("class") == "l"]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_every_clause_is_marked_with_its_words_and_listed_with_all_that_is_known(model):
    tree, found = model
    pieces = [node for node in tree.iter() if node.get("data-c")]
    entries = {node.get("data-id"): node for node in tree.iter("li") if node.get("data-id")}
    assert list(entries) == [one.id for one in found.clauses]
    for one in found.clauses:
        said = " ".join(words(node) for node in pieces if one.id in node.get("data-c").split())
        assert said.split() == one.text.split()
        facts = " ".join(words(entries[one.id]).split())
        assert f"line {one.line}" in facts
        assert one.source in facts
        assert f"confidence {round(100 * one.confidence)} %" in facts or one.confidence > 0.99
        assert f"whose act: {one.holder}" in facts
        assert all(condition in facts for condition in one.conditions)
        assert entries[one.id].get("data-kinds").split() == list(kinds_of(one))


def test_clauses_are_coloured_by_what_they_restrict(model):
    _, found = model
    kinds = {(one.term, one.modality): kinds_of(one) for one in found.clauses}
    assert kinds["sublicense", "prohibition"] == ("redistribution",)
    assert kinds["naming", "obligation"] == ("derivatives",)
    assert kinds["use-threshold", "prohibition"] == ("use",)
    assert kinds["unilateral-change", "permission"] == ("control",)
    assert kinds["modify", "permission"] == ("grants",)
    assert kinds["governing-law", "obligation"] == ("risk",)
    assert {kind for some in kinds.values() for kind in some} <= set(KINDS)


def test_the_margin_says_category_reasons_criteria_and_warnings(model):
    tree, found = model
    (aside,) = tree.iter("aside")
    said = " ".join(words(aside).split())
    assert all(reason.text in said for reason in found.openness.reasons)
    assert all(warning in said for warning in found.warnings)
    assert all(name in said for name in found.criteria)
    (header,) = tree.iter("header")
    assert "open model (restricted)" in words(header)
    assert "needs review" in words(header)


def test_landmarks_and_names_for_those_who_do_not_see(model):
    tree, _ = model
    for tag in ("header", "main", "aside", "footer", "h1", "title"):
        assert len(list(tree.iter(tag))) == 1, tag
    assert [node.get("role") for node in tree.iter("div") if node.get("role")] == [
        "search",
        "region",
    ]
    for node in tree.iter("button"):
        assert words(node).strip(" ◀▶▲▼×") or node.get("aria-label")
    labelled = {child for label in tree.iter("label") for child in label.iter()}
    fields = [node for tag in ("input", "select") for node in tree.iter(tag)]
    assert fields
    assert all(node in labelled for node in fields)


def test_the_policy_allows_our_style_and_script_alone(model):
    tree, _ = model
    (policy,) = [
        node.get("content") for node in tree.iter("meta") if node.get("http-equiv") is not None
    ]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for tag in ("style", "script"):
        (node,) = tree.iter(tag)
        digest = b64encode(hashlib.sha256(node.text.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"


@pytest.mark.parametrize("name", ["model", *HOSTILE])
def test_nothing_is_asked_of_any_network_and_nothing_foreign_runs(name):
    text = HOSTILE.get(name) or MODEL.read_text("utf-8")
    tree, _ = parsed(page_of(text)[0])
    tags = {node.tag for node in tree.iter() if isinstance(node.tag, str)}
    assert not tags & {"img", "svg", "iframe", "object", "embed", "form", "base"}
    assert len(list(tree.iter("script"))) == 1
    for node in tree.iter():
        for attribute, value in node.attrib.items():
            assert not attribute.startswith("on"), attribute
            assert attribute != "style"
            assert attribute not in ("src", "srcset", "action")
            if attribute == "href":
                assert value == "data:," or value.startswith("#")


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.css")), ids=lambda path: path.name)
def test_no_style_fetches_anything(path):
    style = path.read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("name", HOSTILE)
def test_strange_texts_are_shown_and_do_nothing(name):
    text = HOSTILE[name]
    tree, _ = parsed(page_of(text)[0])
    lines = visible(text).split("\n")
    assert [line.replace("\ufeff", "") for line in shown_lines(tree)] == [
        line.replace("\ufeff", "") for line in (lines[:-1] if not lines[-1] else lines)
    ]
    assert not set(words(tree)) & set("\x00\x07\x1b\x9b\u202e\u2066\U000e0041")


def test_a_line_of_a_megabyte_is_cut_into_blocks():
    begin = perf_counter()
    page, found = page_of(LONG_LINE)
    assert perf_counter() - begin < 30
    tree, errors = parsed(page)
    assert errors == []
    lines = shown_lines(tree)
    assert "".join(lines) == LONG_LINE
    assert max(map(len, lines)) <= 4_000
    assert [one.term for one in found.clauses] == ["use", "sell"] * 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_one_language(lang):
    page, _ = page_of("You may use it. You may not sell it.\n", lang)
    other = next(one for one in LANGUAGES if one != lang)
    tree, _ = parsed(page)
    (controls,) = [node for node in tree.iter("div") if node.get("role") == "search"]
    said = words(controls)
    for key, both in messages().items():
        if key.startswith("html.") and getattr(both, lang) in said:
            assert getattr(both, other) not in said


def test_a_text_without_clauses_has_a_page_too():
    text = "Nothing is said here of any right.\n"
    found = analysis(category="not-a-license", warnings=())
    page = FORMATS["html"](
        analyze_document(read_text(text)) if found.document.chars != len(text) else found,
        View(),
        text,
    )
    tree, errors = parsed(page)
    assert errors == []
    assert "none found" in words(tree)


@pytest.mark.parametrize("text", [None, "another text"])
def test_without_its_text_there_is_one_clear_line(text):
    with pytest.raises(DocumentError, match=r"licenses/example\.txt: .* give the text") as error:
        FORMATS["html"](analysis(), View(), text)
    assert "\n" not in str(error.value)


def test_the_same_page_twice():
    document = read_path(MODEL)
    found = analyze_document(document)
    pages = {FORMATS["html"](found, View(), document.text) for _ in range(2)}
    assert len(pages) == 1


def luminance(color):
    """Return the relative luminance of WCAG 2.2 of a colour `#rrggbb`."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes(name):
    """Return the colours of a page by light and by dark."""
    style = "".join((TEMPLATES / f"{each}.css").read_text("utf-8") for each in ("base", name))
    said = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style)
    return {name: light for name, light, _ in said}, {name: dark for name, _, dark in said}


WORDS = {
    "report": ("open", "ish", "closed"),
    "compare": ("can", "cond", "must", "cannot"),
    "atlas": ("can", "cond", "must", "cannot"),
}
MARKS = {"report": tuple(KINDS), "compare": (), "atlas": ("open", "openish", "closed", "none")}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("page", WORDS)
def test_words_keep_a_contrast_of_4_5_and_marks_of_3(page, theme):
    colors = themes(page)[theme]
    grounds = ["page", "panel", *(name for name in colors if name.endswith("-tint"))]
    for ground in grounds:
        assert contrast(colors["ink"], colors[ground]) >= 7, ground
    for name in ("soft", "link", *WORDS[page]):
        for ground in ("page", "panel", f"{name}-tint"):
            assert contrast(colors[name], colors.get(ground, colors["page"])) >= 4.5, (name, ground)
    for name in (*MARKS[page], "line", "focus"):
        for ground in ("page", "panel", f"{name}-tint"):
            assert contrast(colors[name], colors.get(ground, colors["page"])) >= 3, (name, ground)
