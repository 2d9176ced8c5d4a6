from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from openclause.documents import read_bytes
from openclause.errors import DocumentError
from openclause.readers import docx as reader

docx = pytest.importorskip("docx")

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def made(*steps: Callable[[Any], object]) -> bytes:
    document = docx.Document()
    for step in steps:
        step(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def said(text: str, style: str | None = None) -> Callable[[Any], object]:
    return lambda document: document.add_paragraph(text, style=style)


def raw(xml: str) -> Callable[[Any], object]:
    """Put a block of XML at the end of the body."""
    element = docx.oxml.parse_xml(xml.replace(">", f" {W}>", 1))
    return lambda document: document.element.body.insert(-1, element)


def paragraph(xml: str) -> Callable[[Any], object]:
    return raw(f"<w:p>{xml}</w:p>")


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(*levels: tuple[str, str]) -> Callable[[Any], object]:
    """Define list 77 of the document: a format and a pattern for each level."""
    rows = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for at, (style, pattern) in enumerate(levels)
    )
    abstract = f'<w:abstractNum {W} w:abstractNumId="77">{rows}</w:abstractNum>'
    first = f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
    again = (
        f'<w:num {W} w:numId="78"><w:abstractNumId w:val="77"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )

    def define(document: Any) -> None:
        root = document.part.numbering_part.element
        root.insert(0, docx.oxml.parse_xml(abstract))
        for num in (first, again):
            root.append(docx.oxml.parse_xml(num))

    return define


def item(level: int, text: str, num: int = 77) -> Callable[[Any], object]:
    number = f'<w:ilvl w:val="{level}"/><w:numId w:val="{num}"/>'
    return paragraph(f"<w:pPr><w:numPr>{number}</w:numPr></w:pPr>{run(text)}")


def text(*steps: Callable[[Any], object]) -> str:
    return read_bytes(made(*steps)).text


def test_paragraphs_stand_apart_in_order() -> None:
    document = read_bytes(made(said("ACME License", "Title"), said(""), said("You may not sell.")))
    assert document.text == "ACME License\n\nYou may not sell.\n"
    assert document.media_type.endswith("wordprocessingml.document")
    assert (document.encoding, document.title) == ("binary", "ACME License")


def test_table_stands_where_it_stands() -> None:
    def table(document: Any) -> None:
        made_table = document.add_table(2, 2)
        for cell, words in zip(
            [cell for row in made_table.rows for cell in row.cells],
            ("Term", "Meaning", "Model", "weights\ncode"),
            strict=True,
        ):
            cell.text = words

    expected = "before\n\nTerm\tMeaning\nModel\tweights\ncode\n\nafter\n"
    assert text(said("before"), table, said("after")) == expected


def test_numbers_come_from_the_styles() -> None:
    steps = [said(each, "List Number") for each in ("one", "two")]
    assert text(*steps, said("three", "List Bullet")) == "1. one\n2. two\n- three\n"


def test_numbers_are_counted_as_word_does() -> None:
    levels = numbered(("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))
    steps = [
        item(0, "Grant"),
        item(1, "You may:"),
        item(2, "use"),
        item(2, "copy"),
        item(1, "You may not."),
        item(2, "sell"),
        item(0, "Term"),
        item(1, "ends"),
    ]
    assert text(levels, *steps).splitlines() == [
        "1. Grant",
        "    1.1 You may:",
        "        (a) use",
        "        (b) copy",
        "    1.2 You may not.",
        "        (a) sell",
        "2. Term",
        "    2.1 ends",
    ]


@pytest.mark.parametrize(
    ("style", "marker"),
    [("upperRoman", "I."), ("lowerRoman", "i."), ("upperLetter", "A."), ("ordinal", "1.")],
)
def test_formats_of_numbers(style: str, marker: str) -> None:
    assert text(numbered((style, "%1.")), item(0, "x")) == f"{marker} x\n"


def test_bullets_are_dashes() -> None:
    assert text(numbered(("bullet", "\uf0b7")), item(0, "x")) == "- x\n"


def test_lists_start_anew_where_they_say() -> None:
    steps = [item(0, "a"), item(0, "b"), said("between"), item(0, "c", 78), item(0, "d", 78)]
    expected = "1) a\n2) b\n\nbetween\n\n5) c\n6) d\n"
    assert text(numbered(("decimal", "%1)")), *steps) == expected


def test_document_without_lists_has_no_markers() -> None:
    def strip(document: Any) -> None:
        rels = document.part.rels
        key = next(key for key, rel in rels.items() if rel.reltype.endswith("/numbering"))
        del rels[key]

    assert text(strip, item(0, "x")) == "x\n"


def test_unknown_list_has_no_marker() -> None:
    assert text(item(0, "x", 999)) == "x\n"
    assert text(numbered(("decimal", "%1.")), item(7, "x")) == "x\n"


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (run("You ") + run("may"), "You may"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>", "a\tb\nc"),
        ("<w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>free</w:t></w:r>", "non-free"),
        (f"<w:hyperlink>{run('link')}</w:hyperlink>", "link"),
        (f"<w:ins w:id='1'>{run('added')}</w:ins>", "added"),
        (f"{run('kept')}<w:del w:id='1'><w:r><w:delText>gone</w:delText></w:r></w:del>", "kept"),
        (f"<w:sdt><w:sdtContent>{run('field')}</w:sdtContent></w:sdt>", "field"),
        ("<w:r><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r>", "7"),
    ],
)
def test_what_word_shows_is_read(xml: str, expected: str) -> None:
    assert text(paragraph(xml)) == expected + "\n"


def test_content_controls_around_paragraphs_are_read() -> None:
    inner = f"<w:p>{run('inside')}</w:p>"
    assert text(raw(f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>")) == "inside\n"


def archived(**entries: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return out.getvalue()


BROKEN = r"^terms\.docx: is a broken DOCX \(.+\); save it again from Word$"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (made(), r"^terms\.docx: is a DOCX without text; save it as PDF or text$"),
        (made(said("x"))[:900], BROKEN),
        (archived(word__document=b"<x/>"), BROKEN),
        (archived(other=b"<x/>"), BROKEN),
        (b"PK\x03\x04", BROKEN),
    ],
)
def test_docx_that_cannot_be_read_is_told_on_one_line(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        read_bytes(data, path="terms.docx")
    assert len(str(caught.value).splitlines()) == 1


def test_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_UNPACKED", 1_000_000)
    monkeypatch.setattr("docx.Document", lambda _: pytest.fail("unpacked"))
    data = archived(word__document=b" " * 1_000_001)
    assert len(data) < 5_000
    with pytest.raises(
        DocumentError, match="is a DOCX of more than 1 MB unpacked; save it as text"
    ):
        reader.read(data)


def test_footnotes_left_out_are_warned_of() -> None:
    def notes(document: Any) -> None:
        each = '<w:footnote w:id="2"/><w:footnote w:type="separator" w:id="1"/>'
        blob = f"<w:footnotes {W}>{each}</w:footnotes>"
        base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        name = docx.opc.packuri.PackURI("/word/footnotes.xml")
        part = docx.opc.part.Part(name, "application/xml", blob.encode(), document.part.package)
        document.part.relate_to(part, f"{base}/footnotes")

    assert read_bytes(made(said("x"), notes)).warnings == ("1 footnotes are left out",)


def test_office_archive_of_another_kind_is_an_archive() -> None:
    with pytest.raises(DocumentError, match=r"is an archive \(ZIP\); unpack it first"):
        read_bytes(archived(xl__workbook=b"<x/>"), path="terms.xlsx")
