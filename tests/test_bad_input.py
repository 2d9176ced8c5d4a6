"""What nobody means to give: too long, too deep, too broken. It costs a line, never the machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from openclause.analysis import Analysis, analyze_document
from openclause.documents import MAX_CHARS, read_bytes, read_text
from openclause.errors import DocumentError
from openclause.sentences import read_sentences

# Seconds, many times what each takes, so that only a wrong order of growth is found.
LIMIT = 20.0
MARKERS = ("(a)", "1.", "i)", "-", "*", "A.", "(1)")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def in_time(text: str) -> Analysis:
    begin = perf_counter()
    found = analyze_document(read_text(text))
    assert perf_counter() - begin < LIMIT
    for clause in found.clauses:
        assert text[clause.start : clause.end] == clause.text
    return found


ODD: dict[str, Callable[[], str]] = {
    "digits on one line": lambda: "1." * 20_000,
    "words joined by hyphens": lambda: "a-" * 20_000 + " OR ",
    "quotes": lambda: '"' * 50_000,
    "underscores": lambda: "_" * 50_000,
    "dashes": lambda: "- " * 50_000,
    "spaces": lambda: " " * 200_000 + "x",
    "empty lines": lambda: "\n" * 100_000 + "x",
    "one letter": lambda: "a" * 1_000_000,
    "short lines": lambda: "a\n" * 20_000,
    "lines without an end": lambda: "".join(f"line {n} may be used\n" for n in range(10_000)),
    "a sentence without an end": lambda: "You may use it and you must not sell it, " * 5_000,
    "one line of sentences": lambda: "You may use it. You must not sell it. " * 3_000,
    "cues only": lambda: "not without unless except if and or may must " * 5_000,
    "conditions and acts": lambda: "if so, sell unless sell " * 8_000,
    "acts behind conditions": lambda: ("if so, " * 1_200 + "sell " * 1_000 + ". ") * 10,
    "acts behind parentheses": lambda: (
        ("(you may x " * 700 + ")" * 700 + " sell" * 1_500 + ". ") * 10
    ),
    "parentheses within each other": lambda: "(you may sell " * 6_000 + ") and not use it" * 6_000,
    "lists within lists": lambda: (
        "You may not:\n" + "".join(f"{' ' * n}{MARKERS[n % 7]} sell it:\n" for n in range(300))
    ),
    "a long list": lambda: (
        "You may not:\n" + "".join(f"  ({n}) sell thing {n};\n" for n in range(2_000))
    ),
    "a long list in one line": lambda: (
        "You may not: " + "".join(f"({n}) sell thing {n}; " for n in range(2_000))
    ),
    "lists in one line within each other": lambda: "(i) a; (ii) sell b; (iii) c; " * 4_000,
    "letters within numbers within letters": lambda: "(a) sell (b) y (1) x (2) z " * 4_000,
    "addresses": lambda: "http://a.b/c d.ef/g " * 5_000,
    "a word of letters without an end": lambda: "abcdefghij" * 20_000,
    "comment signs": lambda: " * a\n" * 20_000,
    "headings": lambda: "# a\n" * 10_000,
    "capitals": lambda: "YOU MAY NOT " * 10_000,
    "lines of wide spaces": lambda: "You may copy it\n\u2003\n" * 5_000,
    "separators": lambda: "You may\x1d copy it\n\x1c\n" * 5_000,
    "NULs between words": lambda: "You may copy it. \0You may not sell it.\n" * 100,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_texts_take_time_in_proportion(name: str) -> None:
    in_time(ODD[name]())


def test_a_license_a_hundred_times_is_that_license() -> None:
    text = "You may use, copy, change and distribute this work for any purpose.\n\n" * 100
    assert in_time(text).openness.category == "permissive"


def test_sentences_without_end_are_cut_and_lose_nothing() -> None:
    text = "word " * 20_000
    pieces = list(read_sentences(text, 0, len(text)))
    assert len(pieces) > 1
    assert " ".join(text[start:end] for start, end in pieces) == text.strip()
    assert all(start < end for start, end in pieces)


def test_a_word_without_end_is_cut() -> None:
    pieces = list(read_sentences("a" * 50_000, 0, 50_000))
    assert sum(end - start for start, end in pieces) == 50_000


def test_more_text_than_a_license_has_is_refused_in_one_line() -> None:
    data = b"You may copy it. " * (MAX_CHARS // 17 + 1)
    with pytest.raises(DocumentError) as refused:
        read_bytes(data, path="NOTICE")
    assert str(refused.value) == (
        "NOTICE: holds more than 6,000,000 characters; give the license alone"
    )


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 20_000 + "You may copy it.",
        "<ul><li>You may not sell:" * 2_000,
        "<p>" + "<b>" * 20_000 + "You may copy it.",
        "<table><tr><td>" * 2_000 + "You may copy it.",
        "<main>You may copy it. " * 2_000,
        "<article>You may copy it. " * 2_000,
    ],
    ids=["div", "list", "bold", "table", "main", "article"],
)
def test_deep_pages_take_time_in_proportion(body: str) -> None:
    page = f"<!DOCTYPE html><html><body>{body}</body></html>".encode()
    begin = perf_counter()
    analyze_document(read_bytes(page, path="terms.html"))
    assert perf_counter() - begin < LIMIT


def docx(declared: str, said: str) -> bytes:
    """Return a DOCX whose document declares entities."""
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<!DOCTYPE x [{declared}]><w:document xmlns:w="{WORD}"><w:body><w:p>'
        f"<w:r><w:t>{said}</w:t></w:r></w:p></w:body></w:document>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (
            '<!ENTITY a0 "lol">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)),
            "&a11;",
        ),
        (f'<!ENTITY a "{"a" * 100_000}">', "&a;" * 20_000),
    ],
    ids=["billion laughs", "quadratic"],
)
def test_entity_bombs_are_one_line(declared: str, said: str) -> None:
    with pytest.raises(DocumentError, match=r"bomb\.docx: is a broken DOCX") as refused:
        read_bytes(docx(declared, said), path="bomb.docx")
    assert "\n" not in str(refused.value)


def test_entities_of_other_files_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    declared = f'<!ENTITY f SYSTEM "{secret.as_uri()}">'
    text = read_bytes(docx(declared, "You may copy it. &f;"), path="a.docx").text
    assert "You may copy it." in text
    assert "a secret" not in text
