from __future__ import annotations

import tracemalloc

import pytest
from lxml import etree

from openclause.errors import DocumentError
from openclause.readers.html import LONGEST_TITLE, read
from openclause.readers.numbering import numeral

FILL = "<p>" + "The license goes on for some lines here. " * 6 + "</p>"


def shown(page: str) -> str:
    return read(page, encoding="utf-8").text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>You may  not\n sell   it.</p>", "You may not sell it.\n"),
        ("<p>You <b>may</b> <i>not</i>, at <a href='x'>all</a>.", "You may not, at all.\n"),
        ("<p>one<p>two", "one\n\ntwo\n"),
        ("<div>one</div><div>two</div>", "one\ntwo\n"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree\n"),
        ("<h1>ACME</h1>text<h2>1. Grant</h2>text", "ACME\n\ntext\n\n1. Grant\n\ntext\n"),
        ("<p>a<hr>b", "a\n\nb\n"),
        ("<blockquote>a</blockquote>b", "a\n\nb\n"),
        ("<dl><dt>Model<dd>the weights</dl>", "Model\nthe weights\n"),
        ("<p>a</p><p> &nbsp; </p><p>b</p>", "a\n\nb\n"),
        ("<p>&copy; 2020 &ldquo;A&rdquo; &amp; B &#8211; &lt;x&gt;", "© 2020 “A” & B – <x>\n"),
        ("<p>re&shy;distri\u200bbution", "redistribution\n"),
        ("<p>if a < b then", "if a < b then\n"),
        ("<p>a\0b", "a\ufffdb\n"),
    ],
)
def test_blocks_become_lines(page: str, text: str) -> None:
    assert shown(page) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>no()</script>",
        "<style>.no{}</style>",
        "<noscript>no</noscript>",
        "<template>no</template>",
        "<nav>no</nav>",
        "<!-- no -->",
        "<div hidden>no<p>no</p></div>",
        "<div style='color:red; DISPLAY : none'><b>no</b></div>",
        "<span style='visibility:hidden'>no</span>",
        "<svg><title>no</title><text>no</text></svg>",
        "<button>no</button>",
        "<select><option>no</select>",
    ],
)
def test_what_is_not_seen_is_left_out(hidden: str) -> None:
    assert shown(f"<p>a</p>{hidden}<p>b</p>") == "a\n\nb\n"


def test_body_hidden_until_its_scripts_run_is_read() -> None:
    assert shown("<body style='visibility:hidden'><p>a</p></body>") == "a\n"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<ul><li>one<li>two</ul>", "- one\n- two\n"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two\n"),
        ("<ol start=4><li>one<li value=9>two<li>three</ol>", "4. one\n9. two\n10. three\n"),
        ("<ol type=a><li>one<li>two</ol>", "a. one\nb. two\n"),
        ("<ol type=A><li>one</ol>", "A. one\n"),
        ("<ol type=i><li>one<li>two</ol>", "i. one\nii. two\n"),
        ("<ol type=I start=4><li>one</ol>", "IV. one\n"),
        ("<ol style='list-style-type: lower-latin'><li>one</ol>", "a. one\n"),
        ("<ol style='list-style: none'><li>one</ol>", "one\n"),
        ("<ol start=x><li>one</ol>", "1. one\n"),
        ("<ol><li>(a) one<li>1.1 two<li>A. three</ol>", "(a) one\n1.1 two\nA. three\n"),
        ("<ul><li><p>one</p><p>more</p></li></ul>", "- one\n\n    more\n"),
        ("<ol><li>one:<ul><li>two</ul><li>three</ol>", "1. one:\n    - two\n2. three\n"),
        ("<ol><li><ul><li>two</ul></ol>", "1.\n    - two\n"),
        ("<ul><li></li><li>two</ul>", "- two\n"),
        ("<li>alone</li>", "- alone\n"),
        ("<p>You may:</p><ul><li>use<br>it</ul>end", "You may:\n\n- use\n    it\n\nend\n"),
    ],
)
def test_lists_keep_their_markers(page: str, text: str) -> None:
    assert shown(page) == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<tr><th>Term<th>Meaning<tr><td>a<td>b", "Term\tMeaning\na\tb\n"),
        ("<tr><td><p>1.</p><td><p>You shall</p><p>not</p>", "1.\tYou shall\n\nnot\n"),
        ("<tr><td>a<br>b<td>c", "a\nb\nc\n"),
        ("<tr><td> <td>b<tr><td>c<td>d", "b\nc\td\n"),
        ("<caption>Terms</caption><tr><td>a", "Terms\na\n"),
    ],
)
def test_table_rows_become_lines(page: str, text: str) -> None:
    assert shown(f"<table>{page}</table>") == text


def test_preformatted_text_stands_as_it_is() -> None:
    page = "<p>a</p><pre>\n  1.  You may\r\n      not <b>sell</b>\n</pre><p>b</p>"
    assert shown(page) == "a\n\n  1.  You may\n      not sell\n\nb\n"


@pytest.mark.parametrize(
    "page",
    [
        f"<header>no</header><main>{FILL}</main><footer>no</footer>",
        f"<div>no</div><article>{FILL}</article><aside>no</aside>",
        f"<p>no</p><div role=main>{FILL}</div>",
        f"<article><p>no</p></article><main><article>{FILL}</article></main>",
    ],
)
def test_main_part_is_read_alone(page: str) -> None:
    assert shown(page).startswith("The license goes on")
    assert "no" not in shown(page).split()


@pytest.mark.parametrize("part", ["main", "article"])
def test_parts_within_parts_are_held_once(part: str) -> None:
    page = f"<!DOCTYPE html><body>{(f'<{part}>' + 'word ' * 200) * 400}"
    tracemalloc.start()
    text = shown(page)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert text.count("word") == 200 * 400
    assert held < 10 * len(page)


@pytest.mark.parametrize(
    "page",
    [
        f"<main></main><div>{FILL}yes</div>",
        f"<article>{FILL}</article><article>{FILL}yes</article>",
    ],
)
def test_page_is_read_whole_without_one_main_part(page: str) -> None:
    assert "yes" in shown(page)
    assert "The license goes on" in shown(page)


def test_a_title_as_long_as_a_book_is_cut() -> None:
    for said in ("Title words " * 70_000, "x" * 800_000):
        title = read(f"<title>{said}</title><p>a", encoding="cp1252").title
        assert title is not None
        assert len(title) <= LONGEST_TITLE
        assert title.endswith("…")
    whole = "x" * LONGEST_TITLE
    assert read(f"<title>{whole}</title><p>a", encoding="cp1252").title == whole


def test_title_of_the_page_is_kept() -> None:
    page = "<html><head><title>Terms &amp;\n Use</title></head><svg><title>no</title></svg><p>a"
    assert read(page, encoding="cp1252").title == "Terms & Use"
    assert read("<p>a", encoding="cp1252").title is None


def test_deep_nesting_loses_nothing() -> None:
    assert shown("<div>" * 5000 + "deep" + "</div>" * 5000 + "after") == "deep\nafter\n"


def test_lists_without_end_stay_small() -> None:
    assert len(shown("<ul><li>a" * 5000)) < 300_000


@pytest.mark.parametrize("page", ["<html></html>", "<script>x</script>", "<p> &nbsp; </p>", "<!--"])
def test_page_without_text_is_refused(page: str) -> None:
    with pytest.raises(DocumentError, match=r"^is (HTML that shows no text|broken HTML); save the"):
        read(page, encoding="utf-8")


def test_page_that_breaks_the_parser_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise etree.XMLSyntaxError("broken", 1, 1, 1)

    monkeypatch.setattr(etree, "fromstring", fail)
    with pytest.raises(DocumentError, match=r"^is broken HTML; save the page again, or as text"):
        read("<p>a", encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "style", "written"),
    [
        (3, "decimal", "3"),
        (3, "lower-alpha", "c"),
        (28, "lower-alpha", "ab"),
        (26, "upper-alpha", "Z"),
        (1994, "lower-roman", "mcmxciv"),
        (8, "upper-roman", "VIII"),
        (0, "lower-alpha", "0"),
        (-2, "upper-roman", "-2"),
        (4000, "lower-roman", "4000"),
        (7, "unknown", "7"),
    ],
)
def test_numerals(number: int, style: str, written: str) -> None:
    assert numeral(number, style) == written
