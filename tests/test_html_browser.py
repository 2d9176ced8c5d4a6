"""The page in a real browser: Debian's Chromium, or the one that playwright brings.

Each test fails on any error in the console and on any request beyond the page itself; screenshots
and the PDF are left in build/screenshots.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec
import pytest
from builders import analysis
from untrusted_texts import HOSTILE

from openclause.analysis import analyze_document
from openclause.documents import read_path, read_text
from openclause.formats import FORMATS
from openclause.page import View

api = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
pytestmark = [
    pytest.mark.slow,
    # Chromium's pipes are closed by its own process.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "tests" / "documents" / "example-model.txt"
SHOTS = ROOT / "build" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Milliseconds on two busy cores, several times what is measured.
SOON, LOADED = 1_500, 6_000


@pytest.fixture(scope="module")
def browser():
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with api.sync_playwright() as play:
        try:
            chromium = play.chromium.launch(executable_path=found, args=flags)
        except api.Error as error:
            pytest.skip(f"no browser here: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()


def write(path, document, lang="en"):
    page = FORMATS["html"](analyze_document(document), View(lang=lang), document.text)
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return write(tmp_path_factory.mktemp("page") / "model.html", read_path(MODEL))


@pytest.fixture(scope="module")
def long_address(tmp_path_factory):
    said = MODEL.read_text("utf-8")
    text = "\n".join(said.replace("minors", f"minors {number}") for number in range(235))
    assert text.count("\n") > 10_000
    return write(tmp_path_factory.mktemp("page") / "long.html", read_text(text))


@pytest.fixture
def visit(browser):
    """Open pages, and hold at the end that none complained or asked for more."""
    complaints, contexts = [], []

    def go(address, **options):
        context = browser.new_context(**({"viewport": {"width": 1300, "height": 900}} | options))
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda asked: asked.url.partition("#")[0] == address.partition("#")[0]
               or complaints.append(asked.url))  # fmt: skip
        tab.on("dialog", lambda dialog: complaints.append(dialog.message))
        tab.goto(address)
        return tab

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


def shot(tab, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=SHOTS / f"{name}.png")


def color(tab, selector, name="background-color"):
    return tab.eval_on_selector(selector, f"node => getComputedStyle(node)['{name}']")


def test_it_opens_and_shows_the_document_and_the_verdict(visit, address):
    tab = visit(address)
    assert "open model (restricted)" in tab.inner_text("header")
    assert tab.locator(".l").count() == len(MODEL.read_text("utf-8").splitlines())
    assert tab.locator("#card").is_hidden()
    shot(tab, "report")


def test_hovering_tells_term_modality_holder_rule_and_confidence(visit, address):
    tab = visit(address)
    tab.hover("#c12")
    said = tab.inner_text("#card")
    for words in (
        "must not",
        "Training models",
        "whose act: recipient",
        "confidence",
        "rule:train",
    ):
        assert words in said
    tab.hover("h1")
    tab.locator("#card").wait_for(state="hidden")


def test_the_pointer_may_move_onto_the_card_and_escape_closes_it(visit, address):
    tab = visit(address)
    tab.hover("#c12")
    tab.hover("#card")
    tab.wait_for_timeout(400)
    assert tab.locator("#card").is_visible()
    tab.keyboard.press("Escape")
    assert tab.locator("#card").is_hidden()


def test_a_tap_pins_the_card_and_the_address_names_the_clause(visit, address):
    tab = visit(address, has_touch=True, viewport={"width": 400, "height": 800})
    tab.tap("#c12")
    assert "Training models" in tab.inner_text("#card")
    assert tab.evaluate("location.hash") == "#c12"
    box = tab.locator("#card").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400
    shot(tab, "report-narrow")


def test_focus_alone_tells_the_same(visit, address):
    tab = visit(address)
    tab.focus("#c12")
    assert "Training models" in tab.inner_text("#card")


def test_filters_by_group_and_by_term(visit, address):
    tab = visit(address)
    marked, listed = "[data-c]:not(.off)", "#clauses li:not([hidden])"
    marks, entries = tab.locator(marked).count(), tab.locator(listed).count()
    tab.uncheck("input[value=use]")
    assert tab.locator(listed).count() == entries - 7
    assert tab.locator(marked).count() < marks
    assert tab.inner_text("#shown") == f"{entries - 7} clauses shown"
    tab.check("input[value=use]")
    tab.select_option("#term", "field-of-use")
    assert tab.locator(listed).count() == 3
    assert tab.eval_on_selector_all(marked, "nodes => nodes.map(node => node.dataset.c)") == [
        "c9",
        "c9",
        "c10",
        "c11",
    ]
    shot(tab, "report-filtered")
    tab.click("button[data-term=field-of-use]")
    assert tab.locator(listed).count() == entries
    tab.click("button[data-term=naming]")
    assert tab.input_value("#term") == "naming"
    assert tab.locator(listed).count() == 1


def test_a_filtered_passage_keeps_the_colour_of_what_is_left(visit, address):
    tab = visit(address)
    assert "redistribution" in tab.get_attribute("#c1", "class").split()
    tab.uncheck("input[value=redistribution]")
    assert tab.get_attribute("#c1", "class") == "s grants permission"


def test_search_finds_over_line_ends_and_turns_from_match_to_match(visit, address):
    tab = visit(address)
    tab.fill("#find", "non-exclusive, non-transferable")
    api.expect(tab.locator("#matches")).to_have_text("0 / 1")
    tab.fill("#find", "MODEL")
    api.expect(tab.locator("#matches")).to_have_text("0 / 17")
    tab.press("#find", "Shift+Enter")
    assert tab.inner_text("#matches") == "17 / 17"
    tab.press("#find", "Enter")
    tab.press("#find", "Enter")
    assert tab.inner_text("#matches") == "2 / 17"
    tab.press("#find", "Shift+Enter")
    assert tab.inner_text("#matches") == "1 / 17"
    assert tab.evaluate("CSS.highlights.get('found').size") == 17
    shot(tab, "report-search")
    tab.fill("#find", "(no such words")
    api.expect(tab.locator("#matches")).to_have_text("not found")


def test_deep_links_open_at_their_clause(visit, address):
    tab = visit(f"{address}#c18")
    tab.locator("#card").wait_for(state="visible")
    assert "Termination" in tab.inner_text("#card")
    box = tab.locator("#c18").bounding_box()
    assert 0 < box["y"] < 900
    assert "on" in tab.get_attribute("#c18", "class").split()


def test_a_link_of_the_margin_leads_to_its_clause_even_where_it_is_filtered_out(visit, address):
    tab = visit(address)
    tab.select_option("#term", "naming")
    tab.uncheck("input[value=use]")
    tab.click(".reasons a[href='#c12']")
    tab.locator("#card").wait_for(state="visible")
    assert "Training models" in tab.inner_text("#card")
    assert tab.is_checked("input[value=use]")


def test_the_keyboard_walks_through_the_clauses_and_can_be_left_alone(visit, address):
    tab = visit(address)
    tab.keyboard.press("j")
    api.expect(tab).to_have_url(f"{address}#c1")
    tab.keyboard.press("j")
    api.expect(tab).to_have_url(f"{address}#c2")
    tab.keyboard.press("k")
    api.expect(tab).to_have_url(f"{address}#c1")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "find"
    tab.keyboard.type("j")
    assert tab.evaluate("location.hash") == "#c1"
    tab.click("summary")
    tab.uncheck("#keys")
    tab.focus("#document")
    tab.keyboard.press("j")
    assert tab.evaluate("location.hash") == "#c1"


def test_the_first_tab_stop_skips_to_the_document(visit, address):
    tab = visit(address)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "document"


def test_dark_by_the_system_and_by_the_button(visit, address):
    dark, light = "rgb(21, 23, 27)", "rgb(255, 255, 255)"
    tab = visit(address, color_scheme="dark")
    assert color(tab, "body") == dark
    shot(tab, "report-dark")
    tab.click("#theme")
    assert color(tab, "body") == light
    tab.click("#theme")
    assert color(tab, "body") == dark
    tab.reload()
    assert color(tab, "body") == dark
    assert "dark" in tab.inner_text("#theme")
    tab.emulate_media(media="print")
    assert color(tab, "body") == light


def test_it_prints_all_of_it_on_light_paper(visit, address):
    from pypdf import PdfReader

    tab = visit(address, color_scheme="dark")
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / "report.pdf"
    tab.pdf(path=path)
    said = " ".join(page.extract_text() for page in PdfReader(path).pages)
    for words in ("This agreement is governed by the laws of", "Criteria", "rule:train-models"):
        assert words in " ".join(said.split())
    tab.emulate_media(media="print")
    assert tab.locator(".controls").is_hidden()


def test_it_shows_everything_without_scripts(visit, address):
    tab = visit(f"{address}#c12", java_script_enabled=False)
    assert tab.locator(".controls").is_hidden()
    assert tab.locator("#clauses li >> nth=0").is_visible()
    assert tab.locator("#c12").is_visible()


@pytest.mark.parametrize("name", HOSTILE)
def test_strange_texts_run_nothing(visit, tmp_path, name):
    tab = visit(write(tmp_path / "strange.html", read_text(HOSTILE[name])))
    assert tab.locator("script").count() == 1
    tab.keyboard.press("j")
    tab.locator("#card").wait_for(state="visible")


def test_a_name_that_is_markup_stays_a_name(visit, tmp_path):
    said = "You may use it.\n"
    found = analyze_document(read_text(said))
    evil = '"><script>alert(1)</script>\u202e=cmd()'
    document = analysis().document
    named = msgspec.structs.replace(
        found, document=msgspec.structs.replace(document, path=evil, title=evil, chars=len(said))
    )
    path = tmp_path / "name.html"
    path.write_text(FORMATS["html"](named, View(), said), encoding="utf-8")
    tab = visit(path.as_uri())
    assert tab.inner_text("h1") == '"><script>alert(1)</script>[U+202E]=cmd()'


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_axe_finds_no_breach_of_wcag_aa(visit, tmp_path, scheme, lang):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="extra `browser`")
    address = write(tmp_path / "page.html", read_path(MODEL), lang)
    tab = visit(f"{address}#c12", color_scheme=scheme, bypass_csp=True)
    tab.locator("#card").wait_for(state="visible")
    tags = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = axe.Axe().run(tab, options=tags)
    assert [one["id"] for one in found.response["violations"]] == [], found.generate_report()
    shot(tab, f"report-{lang}-{scheme}")


def timed(tab, action):
    """Return the milliseconds from an action to the frame after the one that shows it."""
    return tab.evaluate(
        "async action => { const begin = performance.now(); eval?.(action); "
        "await new Promise(done => requestAnimationFrame(() => setTimeout(done))); "
        "return performance.now() - begin; }",
        action,
    )


def test_ten_thousand_lines_stay_smooth(visit, long_address, record_property, capsys):
    # Only `timed` needs the policy out of its way.
    tab = visit(long_address, bypass_csp=True)
    took = {"load": tab.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")}
    took["group"] = timed(tab, "document.querySelector('input[value=use]').click()")
    took["term"] = timed(
        tab,
        "const term = document.getElementById('term'); term.value = 'sublicense';"
        "term.dispatchEvent(new Event('change'))",
    )
    tab.select_option("#term", "")
    took["link"] = timed(tab, "location.hash = '#c4000'")
    tab.locator("#card").wait_for(state="visible")
    assert 0 < tab.locator("#c4000").bounding_box()["y"] < 900
    tab.fill("#find", "minors 190")
    tab.wait_for_timeout(SOON)
    assert tab.inner_text("#matches") == "0 / 1"
    took["worst frame"] = tab.evaluate(
        "async () => { let worst = 0, last = performance.now();"
        "for (let step = 0; step < 40; step++) {"
        "scrollTo(0, step * document.body.scrollHeight / 40);"
        "await new Promise(requestAnimationFrame);"
        "const now = performance.now(); worst = Math.max(worst, now - last); last = now; }"
        "return worst; }"
    )
    with capsys.disabled():
        print("\nms in 10,000 lines:", {name: round(value) for name, value in took.items()})  # noqa: T201
    assert took.pop("load") < LOADED
    assert max(took.values()) < SOON
