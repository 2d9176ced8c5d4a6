from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openclause import analyze, documents
from openclause.documents import (
    Document,
    read_bytes,
    read_path,
    read_stream,
    read_text,
)
from openclause.errors import DocumentError

LICENSE = (
    "ACME Model License\n\nYou may copy the model and the weights for research.\n"
    "You may not sell it, and you must not use it to train another model.\n"
)
PAGE = f"<!doctype html><title>Legal</title><body><p>{LICENSE}</p></body>"


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read_or_refused(data: bytes, path: str | None) -> Document | str:
    try:
        return read_bytes(data, path=path)
    except DocumentError as error:
        return str(error)


def refused(data: bytes, path: str | None = None) -> str:
    with pytest.raises(DocumentError) as caught:
        read_bytes(data, path=path)
    return str(caught.value)


def test_a_file_becomes_a_document(tmp_path: Path) -> None:
    path = written(tmp_path, "LICENSE", LICENSE.encode())
    assert read_path(path) == Document(
        text=LICENSE,
        path=str(path),
        sha256=hashlib.sha256(LICENSE.encode()).hexdigest(),
        encoding="utf-8",
        media_type="text/plain",
        language="en",
        title="ACME Model License",
    )


def test_path_may_be_a_str(tmp_path: Path) -> None:
    path = written(tmp_path, "LICENSE", LICENSE.encode())
    assert read_path(str(path)) == read_path(path)


def test_stream_bytes_and_path_agree(tmp_path: Path) -> None:
    path = written(tmp_path, "LICENSE", LICENSE.encode())
    from_path = read_path(path)
    assert read_bytes(LICENSE.encode(), path=str(path)) == from_path
    assert read_stream(io.BytesIO(LICENSE.encode()), path=str(path)) == from_path


def test_bytes_without_a_path_have_none() -> None:
    assert read_bytes(LICENSE.encode()).path is None


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("LICENSE", LICENSE, "text/plain"),
        ("LICENSE.txt", LICENSE, "text/plain"),
        ("LICENSE.md", "# ACME\n\nYou may *not* sell it.", "text/markdown"),
        ("LICENSE.MARKDOWN", LICENSE, "text/markdown"),
        ("README.md", "<p align='center'>ACME</p>\n\ntext", "text/markdown"),
        ("LICENSE.html", "<b>You</b> may not sell it.", "text/html"),
        ("LICENSE.html", LICENSE, "text/plain"),
        ("LICENSE", PAGE, "text/html"),
        ("LICENSE.txt", "\n <?xml version='1.0'?>\n<!-- c -->\n<HTML><p>You may", "text/html"),
        ("LICENSE", "<div class='x'>You may not sell it.</div>", "text/html"),
        ("LICENSE", "<YEAR> <OWNER> grants nothing.", "text/plain"),
        ("LICENSE", "<title of program> Copyright <year>", "text/plain"),
        ("LICENSE", "Write <html> at the top of your page.", "text/plain"),
    ],
)
def test_media_type_is_told_by_content_then_suffix(name: str, data: str, media_type: str) -> None:
    assert read_bytes(data.encode(), path=name).media_type == media_type


def test_markdown_is_kept_raw() -> None:
    text = "# ACME\n\n* You may **not** sell it.\r\n"
    assert read_bytes(text.encode(), path="LICENSE.md").text == text


def test_html_in_utf16_is_html() -> None:
    document = read_bytes(PAGE.encode("utf-16"))
    assert (document.media_type, document.encoding) == ("text/html", "utf-16")
    assert "You may not sell it" in document.text


def test_html_title_stands_in_where_the_text_has_none() -> None:
    page = "<html><title> The\n License </title><p>you may not sell it.</p></html>"
    assert read_bytes(page.encode()).title == "The License"


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"nowhere\.txt: does not exist; check the path$"):
        read_path(tmp_path / "nowhere.txt")


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"is a folder; name a file in it, or scan it$"):
        read_path(tmp_path)


def test_forbidden_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, "LICENSE", b"x")
    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(DocumentError, match=r"LICENSE: may not be read; check its permissions$"):
        read_path(path)


@pytest.mark.parametrize("number", [errno.EACCES, errno.ELOOP])
def test_a_name_that_cannot_be_looked_at_is_there(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def stat(*_: object, **__: object) -> None:
        raise OSError(number, "shut")

    monkeypatch.setattr(Path, "stat", stat)
    assert documents.exists("shut/LICENSE")


@pytest.mark.parametrize("name", ["no such file", "a\0b", "x" * 5_000])
def test_words_that_name_no_file_are_not_there(name: str) -> None:
    assert not documents.exists(name)


def test_failing_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    path = written(tmp_path, "LICENSE", b"x")
    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(DocumentError, match=r"cannot be read \(Input/output error\); check"):
        read_path(path)


def test_path_that_cannot_be_is_told_on_one_line() -> None:
    with pytest.raises(DocumentError, match="null") as caught:
        read_path("LICENSE\0\n")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their file names are Unicode")
def test_file_name_that_is_no_unicode_is_shown(tmp_path: Path) -> None:
    path = written(tmp_path, os.fsdecode(b"LIC\xff"), LICENSE.encode())
    assert read_path(path).path == str(tmp_path / "LIC\\xff")


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe \0\n\0", b"\0"])
def test_empty_input_is_refused(data: bytes) -> None:
    message = "NOTICE: is empty; give a file with the text of the license"
    assert refused(data, "NOTICE") == message


def test_large_input_is_refused() -> None:
    with pytest.raises(DocumentError, match="input: is larger than 10 bytes; give the license"):
        read_bytes(b"a" * 11, max_bytes=10)
    assert read_bytes(b"a" * 10, max_bytes=10).text == "a" * 10


def test_large_file_and_stream_are_refused_without_being_read(tmp_path: Path) -> None:
    path = written(tmp_path, "LICENSE", b"a" * 100)
    stream = io.BytesIO(b"a" * 100)
    with pytest.raises(DocumentError, match="is larger than 10 bytes"):
        read_path(path, max_bytes=10)
    with pytest.raises(DocumentError, match="is larger than 10 bytes"):
        read_stream(stream, max_bytes=10)
    assert stream.tell() == 11


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "is an image (PNG); run OCR on it"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is an image (JPEG); run OCR on it"),
        (b"GIF89a\1\0\1\0", "is an image (GIF); run OCR on it"),
        (b"II*\0\x08\0\0\0", "is an image (TIFF); run OCR on it"),
        (b"\x1f\x8b\x08\0", "is an archive (gzip); unpack it first"),
        (b"PK\x03\x04\x14\0", "is an archive (ZIP); unpack it first"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "is an old or encrypted Office file; save it as DOCX",
        ),
        (b"{\\rtf1\\ansi You may", "is RTF; save it as DOCX, PDF or text"),
        (b"%!PS-Adobe-3.0\n", "is PostScript; turn it into PDF or text"),
        (b"\x7fELF\2\1\1\0", "is a program; give its license file"),
        (b"GGUF\3\0\0\0\0\0\0\0\x17", "is a binary file; give the license as text, HTML, PDF or"),
        (bytes(range(256)) * 4, "is a binary file; give the license as text, HTML, PDF or"),
    ],
)
def test_what_is_no_text_is_named_and_refused(head: bytes, message: str) -> None:
    assert refused(head, "model.bin").startswith(f"model.bin: {message}")


def test_office_file_under_a_new_name_is_refused() -> None:
    assert "is a broken DOCX (no ZIP archive); save it again" in refused(b"some text", "a.docx")
    assert "is an old or encrypted Office file" in refused(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.docx"
    )


def test_large_binary_is_refused_without_the_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    noise = hashlib.shake_256(b"seed").digest(2_000_000)
    assert "is a binary file" in refused(noise)


@pytest.mark.parametrize(
    ("extra", "module", "data"),
    [
        ("html", "lxml", b"<!doctype html><p>You may not sell it."),
        ("pdf", "pypdf", b"%PDF-1.7\n"),
        ("docx", "docx", b"PK\x03\x04 word/document.xml"),
    ],
)
def test_absent_extra_is_named(
    extra: str, module: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    message = refused(data, "terms")
    assert message.startswith("terms: is ")
    assert message.endswith(f"to read it, pip install 'openclause[{extra}]'")


def test_text_keeps_its_words_and_digest() -> None:
    document = read_text("Du darfst © nicht.")
    assert document.text == "Du darfst © nicht."
    assert document.sha256 == hashlib.sha256("Du darfst © nicht.".encode()).hexdigest()
    assert (document.path, document.media_type, document.warnings) == (None, "text/plain", ())


def test_text_is_taken_as_it_is_even_if_it_looks_like_a_page() -> None:
    assert read_text(PAGE).text == PAGE


def test_empty_text_is_warned_of() -> None:
    assert read_text(" ").warnings == ("the text is empty",)


@given(st.text(st.characters()))
@example("\ufeffa\r\n\0\f\x85\u2028\ud800")
@example("")
def test_any_text_is_kept_but_for_surrogates(text: str) -> None:
    kept = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
    assert read_text(text).text == kept


HEADS = [
    b"",
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"<html>",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"/*\n",
    b"\x82\xa0",
]
NAMES = [None, "a.txt", "a.md", "a.html", "a.pdf", "a.docx"]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(HEADS), st.binary(max_size=300), st.sampled_from(NAMES))
def test_any_bytes_give_a_document_or_one_line(head: bytes, tail: bytes, name: str | None) -> None:
    outcome = read_or_refused(head + tail, name)
    if isinstance(outcome, str):
        assert outcome.startswith(f"{name or 'input'}: is ")
        assert len(outcome.splitlines()) == 1
    else:
        assert outcome.text.encode()
        assert outcome.sha256 == hashlib.sha256(head + tail).hexdigest()


@given(st.text(min_size=1))
def test_plain_text_decodes_back(text: str) -> None:
    data = text.encode("utf-8", "ignore")
    outcome = read_or_refused(data, None)
    if isinstance(outcome, Document) and not outcome.warnings:
        assert outcome.media_type == "text/plain"
        assert outcome.text == data.decode(outcome.encoding)


def test_long_text_takes_linear_time_and_stays_whole() -> None:
    text = LICENSE * 10_000
    assert read_bytes(text.encode()).text == text


def test_import_stays_cheap() -> None:
    heavy = {"charset_normalizer", "bs4", "lxml", "pypdf", "docx", "spacy", "sklearn", "zipfile"}
    script = "import sys, openclause.documents; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert heavy.isdisjoint(found.stdout.split())
    assert "openclause.documents" in found.stdout.split()


def test_a_surrogate_that_no_encoding_holds_moves_no_offset():
    text = "You may not sell it\ud800. You may copy it.\udfff"
    answer = analyze(text)
    assert len(json.loads(answer.to_json())["clauses"]) == len(answer.clauses)
    (sold,) = [clause for clause in answer.clauses if clause.term == "sell"]
    assert text[sold.start : sold.end].startswith("You may not sell it")
