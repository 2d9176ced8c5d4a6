from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from test_bad_input import docx
from test_readers_pdf import joined, made

from openclause.documents import read_bytes
from openclause.errors import DocumentError
from openclause.readers import confined, pdf

pytest.importorskip("pypdf")
pytest.importorskip("docx")

SAID = "You may not sell the model."


def refused(data: bytes, name: str) -> str:
    """Return the one line that a document is refused with."""
    with pytest.raises(DocumentError) as caught:
        read_bytes(data, path=name)
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert line.isprintable()
    assert len(line) < 250
    return line


def drawn(commands: bytes) -> bytes:
    """Return a PDF of one page drawn by `commands`, which are packed."""
    packed = zlib.compress(commands, 9).decode("latin-1")
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>"
    )
    stream = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed}\nendstream"
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    catalog, pages = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    )
    objects = [catalog, pages, page, stream, font]
    data, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 6\n0000000000 65535 f \n{table}{trailer}".encode()


def test_a_page_that_draws_for_ever_is_stopped_by_the_clock(monkeypatch):
    monkeypatch.setattr(
        confined,
        "_START",
        "import resource;"
        + confined._START.replace(
            "import serve;", "import serve; import openclause.readers.confined as c; c.CPU_S = 1;"
        ),
    )
    line = refused(drawn(b"BT /F1 12 Tf (a) Tj ET\n" * 3_000_000), "eula.pdf")
    assert "seconds to be read; save the part with the license as text" in line


def test_a_page_that_unpacks_to_hundreds_of_megabytes_is_one_line():
    data = drawn(b"0" * 300_000_000)
    assert len(data) < 500_000
    assert "eula.pdf: is a broken PDF (" in refused(data, "eula.pdf")


def test_more_memory_than_is_given_is_one_line(monkeypatch):
    monkeypatch.setattr(
        confined,
        "_START",
        confined._START.replace(
            "import serve;",
            "import serve; import openclause.readers.confined as c; c.MEMORY = 120_000_000;",
        ),
    )
    said = "</w:t></w:r></w:p><w:p><w:r><w:t>a" * 1_200_000
    assert "MB of memory to be read; save the part" in refused(docx("", said), "eula.docx")


@pytest.mark.slow
def test_of_ten_thousand_pages_the_first_thousand_are_read_and_a_warning_says_so():
    document = read_bytes(made(*[(SAID,)] * 10_000))
    assert document.text.count(SAID) == pdf.MAX_PAGES
    assert document.warnings == ("only the first 1000 of 10000 pages were read",)


def test_pages_beyond_the_limit_are_left_out_with_a_warning(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    content = pdf.read(made((SAID,), (), ("three",)))
    assert content.text == f"{SAID}\n\f\n"
    assert content.warnings == ("no text on PDF page 2", "only the first 2 of 3 pages were read")


def test_pages_that_name_each_other_in_a_circle_are_one_line():
    catalog = "<< /Type /Catalog /Pages 2 0 R >>"
    circle = "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2000000000 >>"
    assert "PDF" in refused(joined([catalog, circle]), "eula.pdf")


def test_a_zip_bomb_that_calls_itself_a_document_is_one_line():
    data = docx("", "a" * 60_000_000)
    assert len(data) < 100_000
    assert refused(data, "eula.docx") == (
        "eula.docx: is a DOCX of more than 50 MB unpacked; save it as text"
    )


def test_a_zip_bomb_that_lies_about_its_size_is_one_line():
    data = docx("", "a" * 60_000_000)
    at = data.rindex(b"word/document.xml") - 46 + 24
    lying = data[:at] + (1000).to_bytes(4, "little") + data[at + 4 :]
    assert "eula.docx: is a broken DOCX (" in refused(lying, "eula.docx")


def test_tables_within_tables_are_one_line():
    table = "<w:tbl><w:tr><w:tc>" * 3_000 + "</w:tc></w:tr></w:tbl>" * 3_000
    data = docx("", f"</w:t></w:r></w:p>{table}<w:p><w:r><w:t>{SAID}")
    assert "eula.docx: is a broken DOCX (" in refused(data, "eula.docx")


def test_an_archive_of_twenty_thousand_empty_members_is_one_line():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"word/{number}", b"")
    assert "eula.docx: is a" in refused(stream.getvalue(), "eula.docx")


def test_a_large_page_is_read_apart_and_is_the_same():
    page = f"<!DOCTYPE html><html><body>{f'<p>{SAID}</p>' * 40_000}</body></html>"
    document = read_bytes(page.encode(), path="terms.html")
    assert document.text.count(SAID) == 40_000
    assert document.encoding == "utf-8"


def test_what_a_reader_says_comes_through_whole():
    document = read_bytes(made((SAID,), ()))
    assert (document.text, document.warnings) == (f"{SAID}\n\f\n", ("no text on PDF page 2",))


def test_where_no_process_can_be_started_the_document_is_read_here(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError("no processes here")

    monkeypatch.setattr(subprocess, "run", refuse)
    assert SAID in read_bytes(made((SAID,))).text


def test_modules_in_the_folder_a_user_stands_in_are_not_run(tmp_path, monkeypatch):
    for name in ("pypdf", "json", "msgspec"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert SAID in read_bytes(made((SAID,))).text
    assert not (tmp_path / "ran").exists()


def test_a_reader_that_dies_is_one_line(monkeypatch):
    monkeypatch.setattr(confined, "_START", "import os; os.kill(os.getpid(), 11)")
    assert "MB of memory to be read" in refused(made((SAID,)), "eula.pdf")


@pytest.mark.skipif(os.name != "posix", reason="counts descriptors in /proc")
def test_reading_leaves_nothing_open():
    read_bytes(made((SAID,)))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        read_bytes(made((SAID,)))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
