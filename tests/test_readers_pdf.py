from __future__ import annotations

import logging
from io import BytesIO

import pytest

from openclause.documents import read_bytes
from openclause.errors import DocumentError
from openclause.readers import pdf

pypdf = pytest.importorskip("pypdf")

LINES = ("ACME Model License", "You may not sell the model.")


def made(*pages: tuple[str, ...]) -> bytes:
    """Write a PDF by hand: one page for each tuple of lines."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 12 Tf 14 TL 72 700 Td {shown} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * at} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return joined(objects)


def joined(objects: list[str]) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()


def encrypted(password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(made(LINES)))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_lines_of_a_page_are_read() -> None:
    document = read_bytes(made(LINES))
    assert document.text.splitlines() == list(LINES)
    assert (document.media_type, document.encoding) == ("application/pdf", "binary")
    assert document.title == "ACME Model License"
    assert document.warnings == ()


def test_form_feeds_stand_between_pages() -> None:
    assert read_bytes(made(("one",), ("two",))).text == "one\n\ftwo\n"


def test_pages_without_text_are_warned_of() -> None:
    document = read_bytes(made(("one",), (), ("three",), ()))
    assert document.warnings == ("no text on PDF page 2, 4",)


def test_white_space_before_the_header_is_allowed() -> None:
    assert "You may not sell" in read_bytes(b"\r\n" + made(LINES)).text


def test_text_about_pdf_is_text() -> None:
    assert read_bytes(b"Files start with %PDF-1.7 here.").media_type == "text/plain"


def test_empty_password_opens() -> None:
    assert "You may not sell" in read_bytes(encrypted("")).text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (encrypted("secret"), r"^eula\.pdf: is an encrypted PDF; save a copy without a password$"),
        (made(()), r"^eula\.pdf: is a PDF without text, perhaps a scan; run OCR on it first$"),
        (made(LINES)[:60], r"^eula\.pdf: is a broken PDF \(.+\); export it again, or as text$"),
        (b"%PDF-1.7\n", r"^eula\.pdf: is a broken PDF \(.+\); export it again, or as text$"),
        (b"You may not sell it.", r"^eula\.pdf: is a broken PDF \(.+\); export it again, or as"),
        (bytes(500), r"^eula\.pdf: is a broken PDF \(.+\); export it again, or as text$"),
    ],
)
def test_pdf_that_cannot_be_read_is_told_on_one_line(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        read_bytes(data, path="eula.pdf")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("at", range(20, 700, 40))
def test_damaged_pdf_gives_text_or_one_line(at: int) -> None:
    data = bytearray(made(LINES, LINES))
    data[at : at + 7] = b"\0<</[(\xff"
    try:
        outcome = read_bytes(bytes(data)).text
    except DocumentError as error:
        outcome = str(error)
    assert "You may not sell" in outcome or outcome.startswith("input: is ")


def test_unknown_cipher_is_taken_for_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise NotImplementedError("no such cipher")

    monkeypatch.setattr("pypdf.PdfReader.decrypt", fail)
    with pytest.raises(DocumentError, match="is an encrypted PDF; save a copy without a password"):
        pdf.read(encrypted(""))


def test_small_faults_stay_off_the_log(caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogger("pypdf").propagate
    with caplog.at_level(logging.DEBUG):
        pdf.read(made(LINES).replace(b"startxref\n", b"startxref\n9"))
    assert caplog.records == []
    assert logging.getLogger("pypdf").propagate == before


def test_halves_of_characters_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pypdf.PageObject.extract_text", lambda _: "a \ud835\udc00 \ud835 b")
    assert pdf.read(made(LINES)).text == "a \U0001d400 \ufffd b\n"
