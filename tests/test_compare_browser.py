"""The compare page in a real browser; run with -m slow where Playwright and Chromium are there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from untrusted_texts import HOSTILE

from openclause.comparing import compare
from openclause.formats.comparison import html
from openclause.page import View

DOCUMENTS = Path(__file__).parent / "documents"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the path"),
]


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open a comparison; whatever the page complains of or asks for is kept on it."""
    pages = []

    def show(*licenses, lang="en", **context):
        file = tmp_path / "page.html"
        file.write_text(html(compare(*licenses), View(lang=lang)), encoding="utf-8")
        page = browser.new_page(**context)
        page.complaints, page.requests = [], []
        page.on("console", lambda said: page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(file.as_uri())
        pages.append((page, file.as_uri()))
        return page

    yield show
    for page, uri in pages:
        assert page.complaints == []
        assert {url.partition("#")[0] for url in page.requests} <= {uri, "data:,"}
        page.close()


PAIR = (DOCUMENTS / "short-grant.txt", DOCUMENTS / "evaluation-terms.txt")


def test_columns_sort_both_ways(opened):
    page = opened(*PAIR)
    heads = page.locator("#matrix thead button")
    heads.nth(2).click()
    column = page.locator("#matrix tbody td:nth-child(3)")
    order = column.evaluate_all("cells => cells.map(cell => cell.dataset.order)")
    assert order == sorted(order)
    heads.nth(2).click()
    order = column.evaluate_all("cells => cells.map(cell => cell.dataset.order)")
    assert order == sorted(order, reverse=True)
    assert page.locator("#matrix th[aria-sort=descending]").count() == 1


def test_a_cell_opens_its_quote(opened):
    page = opened(*PAIR)
    link = page.locator("#matrix td a").first
    target = link.get_attribute("href")
    assert not page.locator(target).is_visible()
    link.click()
    assert page.locator(target).is_visible()
    assert page.evaluate("document.activeElement.id") == target[1:]


def test_only_terms_that_differ(opened):
    page = opened("You may use and copy it.", "You may use and copy it.\nYou may not sell it.\n")
    rows = page.locator("#matrix tbody tr")
    shown = "rows => rows.filter(row => row.offsetParent).map(row => row.className)"
    assert "" in rows.evaluate_all(shown)
    page.check("#differing")
    assert set(rows.evaluate_all(shown)) == {"differs"}


def test_dark_and_light(opened):
    page = opened(*PAIR, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.click("#theme")
    light = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == light


def test_the_keyboard_reaches_the_table_first(opened):
    page = opened(*PAIR)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_it_prints_its_headings_on_light_paper(opened):
    page = opened(*PAIR, color_scheme="dark")
    page.click("#theme")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.pdf()[:5] == b"%PDF-"
    page.emulate_media(media="print")
    assert page.locator("#matrix thead button").last.is_visible()
    assert page.locator("#theme").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_run_nothing(opened, name):
    page = opened(HOSTILE[name], HOSTILE[name] + "\nYou must pay.\n")
    assert page.locator("script").count() == 1
    assert page.locator("img, svg, iframe").count() == 0


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("ko", "dark")])
def test_it_is_accessible(opened, lang, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    )
    page = opened(*PAIR, lang=lang, color_scheme=scheme)
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
