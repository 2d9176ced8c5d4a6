from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from untrusted_texts import HOSTILE, LONG_LINE

from openclause.analysis import analyze_document
from openclause.documents import read_path, read_text
from openclause.formats import FORMATS
from openclause.formats.markdown import plain
from openclause.messages import LANGUAGES, messages
from openclause.page import View
from openclause.untrusted import visible

MODEL = Path(__file__).parent / "documents" / "example-model.txt"
# The most characters that GitHub takes for an issue or a comment.
ISSUE = 65_536
OURS = {"html", "head", "body", "h1", "h2", "p", "strong", "em", "code", "ol", "ul", "li", "br"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
# What hosts look for in each text node of a rendered page.
MAGNETS = re.compile(r"(?<!\w)@\w|#\d|\bGH-\d|//\w|\bwww\.|:[\w+-]+:|(?<!\w)!\d", re.IGNORECASE)


def said(text, lang="en"):
    return FORMATS["markdown"](analyze_document(read_text(text)), View(lang=lang), text)


def rendered(text):
    reader = MarkdownIt("gfm-like", {"html": True})
    # Bare names of hosts are no links in GitHub's Markdown; addresses and www. are.
    reader.linkify.set({"fuzzy_link": False})
    html = reader.render(text)
    return html5lib.parse(html, namespaceHTMLElements=False)


def nodes(tree):
    """Yield each stretch of text by itself: comments part them."""
    for node in tree.iter():
        if isinstance(node.tag, str) and node.text:
            yield node.text
        if node.tail:
            yield node.tail


def words(node):
    own = (node.text or "") if isinstance(node.tag, str) else ""
    return own + "".join(words(child) + (child.tail or "") for child in node)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_as_it_stands(golden, lang):
    document = read_path(MODEL)
    found = analyze_document(document)
    golden(f"issue.{lang}.md", FORMATS["markdown"](found, View(lang=lang), document.text))


@pytest.mark.parametrize("name", HOSTILE)
def test_strange_texts_make_no_link_no_html_and_no_mention(name):
    tree = rendered(said(HOSTILE[name]))
    tags = {node.tag for node in tree.iter() if isinstance(node.tag, str)}
    assert tags <= OURS | TABLE
    assert not any(node.attrib for node in tree.iter() if isinstance(node.tag, str))
    assert [found[0] for text in nodes(tree) if (found := MAGNETS.search(text))] == []
    assert not set(words(tree)) & set("\x00\x07\x1b\x9b\u202e\u2066\U000e0041")


@pytest.mark.parametrize("name", HOSTILE)
def test_strange_texts_are_quoted_word_by_word(name):
    found = analyze_document(read_text(HOSTILE[name]))
    tree = rendered(FORMATS["markdown"](found, View(), HOSTILE[name]))
    cells = [words(node) for node in tree.iter("td")]
    quoted = [clause for clause in found.clauses if clause.restricts]
    assert quoted
    for clause in quoted:
        assert f"“{' '.join(visible(clause.text).split())}”" in cells


def test_every_row_has_the_cells_of_its_head():
    for name in HOSTILE:
        for table in rendered(said(HOSTILE[name])).iter("table"):
            rows = [len(list(row)) for row in table.iter("tr")]
            assert len(set(rows)) == 1, name


@given(st.text(st.sampled_from("ab1\\`*_{}[]()<>#+-.!|~$&^:@=/\"' wGH\n"), max_size=30))
def test_any_text_is_said_and_nothing_else(text):
    tree = rendered(plain(text))
    tags = {node.tag for node in tree.iter() if isinstance(node.tag, str)}
    assert tags <= {"html", "head", "body", "p"}
    assert words(tree).strip() == " ".join(text.split())
    assert [found[0] for part in nodes(tree) if (found := MAGNETS.search(part))] == []


@pytest.mark.parametrize("text", [LONG_LINE, MODEL.read_text("utf-8") * 60], ids=["line", "long"])
def test_it_fits_into_an_issue(text):
    assert len(said(text)) < ISSUE


def test_korean_answers_say_nothing_of_the_interface_in_english():
    answer = said("You may use it. You may not sell it.", "ko")
    lines = [line for line in answer.splitlines() if "“" not in line]
    heads = {both.en for key, both in messages().items() if key.startswith("section.")}
    assert [line for line in lines if any(head in line for head in heads)] == []
