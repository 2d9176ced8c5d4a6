from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from builders import clause
from msgspec.structs import replace
from untrusted_texts import HOSTILE

from openclause import documents
from openclause.comparing import compare
from openclause.comparison import Source, compare_documents
from openclause.formats.comparison import COMPARISON_FORMATS, html, markdown, table
from openclause.formats.comparison.markdown import code
from openclause.formats.comparison.words import pieces, telling
from openclause.page import View

DOCUMENTS = Path(__file__).parent / "documents"
PATHS = [DOCUMENTS / f"{name}.txt" for name in ("short-grant", "example-model", "evaluation-terms")]
ALLOWED_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "link",
    "style",
    "body",
    "a",
    "header",
    "h1",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "strong",
    "span",
    "bdi",
    "button",
    "main",
    "section",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "p",
    "blockquote",
    "footer",
    "label",
    "input",
    "ins",
    "del",
    "script",
}


class Page(HTMLParser):
    """Gathers tags, ids, addresses and the cells of the matrix."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.targets, self.handlers, self.text = set(), [], [], [], []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.scripts += tag == "script"
        for name, value in attrs:
            self.handlers += [name] if name.startswith("on") or name == "style" else []
            self.ids += [value] if name == "id" else []
            self.targets += [value] if name in ("href", "src", "action") else []

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def three():
    return compare(*PATHS)


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request):
    text = HOSTILE[request.param]
    one = documents.read_bytes(text.encode("utf-8", "surrogatepass"), path=f"{text[13:60]}.txt")
    other = documents.read_text(text.replace("may not", "must not") + "\n<b>And more.</b>\n")
    return compare_documents([Source(one), Source(other)])


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", COMPARISON_FORMATS)
def test_every_format_ends_in_one_line_feed_and_speaks_the_language(three, name, lang):
    answer = COMPARISON_FORMATS[name](three, View(lang=lang))
    assert answer.endswith("\n")
    assert not answer.endswith("\n\n")
    assert bool(re.search("[가-힣]", answer)) == (lang == "ko" or name == "json")


@pytest.mark.parametrize("width", [48, 80, 160])
def test_the_table_fits_its_width(three, width):
    from rich.cells import cell_len

    answer = table(three, View(width=width))
    assert max(cell_len(line) for line in answer.splitlines()) <= width
    assert "✗" in answer


def test_many_licenses_fit_a_narrow_terminal_by_letters():
    many = compare(*PATHS, *PATHS, *PATHS)
    lines = table(many, View(width=60)).splitlines()
    assert max(map(len, lines)) <= 60
    assert any(re.search(r"\bA B C D E F G H I\b", " ".join(line.split())) for line in lines)


def test_colour_is_only_for_terminals(three):
    assert "\x1b[" not in table(three, View())
    assert "\x1b[" in table(three, View(color=True))


def test_words_that_differ_are_bracketed_without_colour_and_struck_with_it():
    one = "You may copy it for any purpose."
    found = compare(f"{one}\nNo warranty.", f"{one.replace('any', 'a private')}\nNo warranty.")
    assert "for [-any-]{+a private+} purpose." in table(found, View())
    assert "[-" not in table(found, View(color=True))
    (change,) = found.wording.changes
    assert "".join(said for mark, said in pieces(change) if mark != "inserted") == one


def test_what_one_forbids_is_quoted_of_each():
    answer = table(
        compare(
            "You may use and sell the work.", "You may use the work.\nYou may not sell the work."
        ),
        View(width=100),
    )
    assert "#1, line 1: “You may use and sell the work.”" in answer
    assert "#2, line 2: “You may not sell the work.”" in answer


def test_words_put_in_stand_apart_from_their_neighbours():
    found = compare(
        "You may copy the work. It is free.", "You may freely copy the work now. It is free."
    )
    answer = table(found, View())
    assert "may {+freely +}copy the work{+ now+}." in answer


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_each_cell_of_the_page_links_to_its_quotes(three, lang):
    answer = html(three, View(lang=lang))
    page = Page(answer)
    cells = [(row.term, n) for row in three.terms for n, c in enumerate(row.cells) if c.clauses]
    assert cells
    assert {f"#q-{term}-{n}" for term, n in cells} <= set(page.targets)
    assert len(set(page.ids)) == len(page.ids)
    assert {target[1:] for target in page.targets if target.startswith("#")} <= set(page.ids)
    assert f'<html lang="{lang}">' in answer
    said = " ".join("".join(page.text).split())
    for one in three.licenses:
        assert all(" ".join(clause.text.split()) in said for clause in one.clauses)


def test_the_page_asks_nothing_of_any_network(three):
    answer = html(three, View())
    page = Page(answer)
    assert {target for target in page.targets if not target.startswith("#")} == {"data:,"}
    assert "default-src &#39;none&#39;" in answer
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|WebSocket|sendBeacon", answer)


def test_signs_differ_in_shape_and_carry_words(three):
    answer = html(three, View())
    for sign, word in (("✓", "can"), ("◐", "conditional"), ("●", "must"), ("✗", "cannot")):
        assert f'aria-hidden="true">{sign}</span> {word}' in answer


def test_nothing_hostile_reaches_the_page(hostile):
    answer = html(hostile, View())
    page = Page(answer)
    assert page.tags <= ALLOWED_TAGS
    assert page.handlers == []
    assert page.scripts == 1
    assert {target for target in page.targets if not target.startswith("#")} == {"data:,"}
    assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", answer)
    assert "49" not in re.findall(r"may not sell (\S+) ", answer)


def test_nothing_hostile_reaches_the_terminal(hostile):
    answer = table(hostile, View())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", answer)


def test_nothing_hostile_acts_in_markdown(hostile):
    answer = markdown(hostile, View())
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", answer)
    outside = re.sub(r"</?details>|</?summary>", "", outside)
    assert "<" not in outside
    assert "](" not in outside
    assert "@" not in outside
    assert "http" not in outside
    for line in answer.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", answer)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("plain", "`plain`"),
        ("a `b` c", "``a `b` c``"),
        ("`b`", "`` `b` ``"),
        ("``` x", "```` ``` x ````"),
        ("one\n\n# two", "`one # two`"),
        ("", "` `"),
    ],
)
def test_a_code_span_holds_any_text(text, span):
    assert code(text) == span


def test_bars_are_escaped_in_cells():
    assert code("a|b", cell=True) == "`a\\|b`"


def test_a_name_stands_in_code_wherever_it_stands_and_only_there():
    other = documents.read_bytes(b"You may not sell it.\n", path="equal|missing")
    answer = markdown(
        compare_documents([Source(documents.read_text("You may sell it.\n")), Source(other)]),
        View(),
    ).splitlines()
    assert answer[0] == "# `#1`, `equal|missing` side by side"
    assert "| Term | `#1` | `equal\\|missing` |" in answer
    (said,) = (line for line in answer if "sentences" in line)
    assert said.startswith("0 sentences equal, 0 missing in `equal|missing`, ")


def test_the_page_tells_every_condition_of_a_quote(three):
    first = three.licenses[0]
    clauses = tuple(replace(one, conditions=("if so", "unless <b>")) for one in first.clauses)
    found = replace(three, licenses=(replace(first, clauses=clauses), *three.licenses[1:]))
    assert "<bdi>if so</bdi>; <bdi>unless &lt;b&gt;</bdi>" in html(found, View())


def test_markdown_quotes_of_a_cell_what_shows_its_attitude_first_and_says_how_many_more():
    clauses = [
        clause("sell", "permission", start=0, text="It may be sold."),
        clause("sell", "prohibition", start=100, text="Not sold, if so.", main=False),
        *(clause("sell", "prohibition", start=200 + n, text=f"No sale {n}.") for n in range(3)),
    ]
    two = compare_documents([Source(documents.read_text("You may not sell it.\n"))] * 2)
    (row,) = (row for row in two.terms if row.term == "sell")
    cell = replace(row.cells[0], clauses=tuple(one.id for one in clauses))
    first = replace(two.licenses[0], clauses=tuple(clauses))
    found = replace(
        two,
        licenses=(first, two.licenses[1]),
        terms=(replace(row, cells=(cell, row.cells[1])),),
    )
    quotes = markdown(found, View()).partition("## Quotes")[2].partition("</details>")[0]
    told = [line for line in quotes.splitlines() if line.startswith("- `#1`")]
    assert "No sale 0." in told[0]
    assert "No sale 1." in told[1]
    assert told[2:] == ["- `#1`: and 3 more; --format json has all"]


def test_a_cell_of_very_many_clauses_is_told_soon():
    clauses = tuple(clause("sell", "prohibition", start=n) for n in range(50_000))
    two = compare_documents([Source(documents.read_text("You may not sell it.\n"))] * 2)
    cell = replace(two.terms[0].cells[0], clauses=tuple(one.id for one in clauses))
    start = time.perf_counter()
    found = telling(replace(two.licenses[0], clauses=clauses), cell)
    assert time.perf_counter() - start < 5
    assert found == list(clauses)
