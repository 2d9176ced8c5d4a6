"""The door: a file, bytes or a str become a Document.

In: a path, a stream, bytes or text. Out: `Document`, its text exactly as decoded, so that offsets
stay true, and `comment_mask`, what later stages take as white space. What the text says is for
others.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import msgspec

from openclause.emphasis import emphasis
from openclause.errors import DocumentError
from openclause.locales import visible_bytes
from openclause.messages import message
from openclause.readers import Content, plain
from openclause.readers.comments import comment_mask
from openclause.readers.language import language
from openclause.readers.sniff import declared_encoding, is_html
from openclause.readers.titles import title

__all__ = [
    "MAX_BYTES",
    "MAX_CHARS",
    "Document",
    "comment_mask",
    "exists",
    "language",
    "read_bytes",
    "read_path",
    "read_stream",
    "read_text",
    "title",
    "without_comment_signs",
]

MAX_BYTES = 20_000_000
# A text of so many characters is read in half a minute; no license is a tenth as long.
MAX_CHARS = 6_000_000

# What keeps a name that is there from being looked at.
_UNSEEN = frozenset({errno.EACCES, errno.EPERM, errno.ELOOP, errno.EIO})

PLAIN = "text/plain"
MARKDOWN = "text/markdown"
HTML = "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_IMAGE = "is an image ({}); run OCR on it, or give the license as text"
_ARCHIVE = "is an archive ({}); unpack it first"
_FOREIGN = {  # how files begin that hold no text we can read, and what to say of them
    b"\x89PNG": _IMAGE.format("PNG"),
    b"\xff\xd8\xff": _IMAGE.format("JPEG"),
    b"GIF87a": _IMAGE.format("GIF"),
    b"GIF89a": _IMAGE.format("GIF"),
    b"II*\0": _IMAGE.format("TIFF"),
    b"MM\0*": _IMAGE.format("TIFF"),
    b"\x1f\x8b": _ARCHIVE.format("gzip"),
    b"PK\x03\x04": _ARCHIVE.format("ZIP"),
    b"PK\x05\x06": _ARCHIVE.format("ZIP"),
    b"\xfd7zXZ\0": _ARCHIVE.format("xz"),
    b"\x28\xb5\x2f\xfd": _ARCHIVE.format("Zstandard"),
    b"7z\xbc\xaf\x27\x1c": _ARCHIVE.format("7-Zip"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "is an old or encrypted Office file; save it as DOCX",
    b"{\\rtf": "is RTF; save it as DOCX, PDF or text",
    b"%!PS": "is PostScript; turn it into PDF or text",
    b"\x7fELF": "is a program; give its license file",
}
_EMPTY = "is empty; give a file with the text of the license"
_BLANK = " \t\n\r\f\v\0"
_BLANKED = re.compile(r"[^\n]")
# Smaller pages cost less than the process in which larger ones are read.
_LARGE_PAGE = 1_000_000  # characters
_PDF_HEAD = 1024  # bytes; so far in Acrobat still finds the header
_DOCX_PART = b"word/document.xml"
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_PATH_LIKE = re.compile(r"\S{1,255}\.[A-Za-z][A-Za-z0-9]{0,7}|\S{0,255}[/\\]\S{0,255}")


class Document(msgspec.Struct, frozen=True):
    """A text to be read, and where it came from.

    All offsets of the program count the characters of `text`; `sha256` is that of the bytes it was
    decoded from; `encoding` is the name of a Python codec, `binary` where a PDF or DOCX was read;
    `language` an ISO 639-1 code or `und`.
    """

    text: str
    path: str | None
    sha256: str
    encoding: str
    media_type: str
    language: str
    title: str | None
    warnings: tuple[str, ...] = ()


def read_path(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Document:
    """Read the file at `path`.

    Raises
    ------
    DocumentError
        When the file is missing, a folder, not to be opened, larger than `max_bytes`, or when its
        content cannot be read as text; the message names file, cause and remedy on one line.
    """
    shown = visible_bytes(path)
    try:
        if Path(path).is_dir():
            raise _error(shown, "is a folder; name a file in it, or scan it")
        with Path(path).open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise _error(shown, "does not exist; check the path") from error
    except PermissionError as error:
        raise _error(shown, "may not be read; check its permissions") from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise _error(shown, f"cannot be read ({cause}); check the path") from error
    return read_bytes(data, path=shown, max_bytes=max_bytes)


def read_stream(
    stream: BinaryIO, *, path: str | None = None, max_bytes: int = MAX_BYTES
) -> Document:
    """Read a binary stream to its end; `path` is what messages and the Document call it.

    Raises
    ------
    DocumentError
        As `read_bytes` does, and when the stream cannot be read.
    """
    try:
        data = stream.read(max_bytes + 1)
    except OSError as error:
        raise _error(
            path or "input", f"cannot be read ({error.strerror}); check the path"
        ) from error
    return read_bytes(data, path=path, max_bytes=max_bytes)


def read_bytes(data: bytes, *, path: str | None = None, max_bytes: int = MAX_BYTES) -> Document:
    """Read bytes: plain text, Markdown, HTML, PDF or DOCX, told by content and then by suffix.

    Raises
    ------
    DocumentError
        When `data` is empty, larger than `max_bytes`, of another kind or broken, or when it holds
        more than `MAX_CHARS` of text.
    """
    name = path or "input"
    if len(data) > max_bytes:
        raise _error(name, f"is larger than {max_bytes:,} bytes; give the license alone")
    if not data.strip():
        raise _error(name, _EMPTY)
    try:
        media_type, content = _content(data, Path(name).suffix.lower())
    except DocumentError as error:
        raise _error(name, str(error)) from error
    if not content.text.strip(_BLANK):
        raise _error(name, _EMPTY)
    if len(content.text) > MAX_CHARS:
        raise _error(name, f"holds more than {MAX_CHARS:,} characters; give the license alone")
    return _document(content, media_type, data, path)


def read_text(text: str) -> Document:
    """Make a Document of a str; its digest is that of its UTF-8 bytes.

    Surrogates, which no UTF-8 holds, become U+FFFD, one for each, so that no offset moves.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        return read_text(_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text))
    empty = () if text.strip(_BLANK) else (message("warning.empty"),)
    content = Content(text, "utf-8", warnings=(*empty, *plain.nul_warnings(text)))
    return _document(content, PLAIN, data, None)


def read_source(source: Path | str) -> Document:
    """Return the document at a path, or the one that a text makes.

    Raises
    ------
    DocumentError
        If the file cannot be read, or the string looks like a path at which there is no file.
    """
    if isinstance(source, Path):
        return read_path(source)
    if "\n" in source or not source.strip():
        return read_text(source)
    if exists(source):
        return read_path(Path(source))
    if _PATH_LIKE.fullmatch(source):
        raise DocumentError(f"{source}: no such file; give an existing file, or a license's text")
    return read_text(source)


def exists(name: str) -> bool:
    """Tell whether there is a file or folder of a name, which may be any words.

    What cannot be looked at counts: who opens it is told why.
    """
    try:
        Path(name).stat()
    except ValueError:
        return False
    except OSError as error:
        return error.errno in _UNSEEN
    return True


def _document(content: Content, media_type: str, data: bytes, path: str | None) -> Document:
    return Document(
        text=content.text,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=content.encoding,
        media_type=media_type,
        language=language(content.text),
        title=title(content.text) or content.title,
        warnings=content.warnings,
    )


def _content(data: bytes, suffix: str) -> tuple[str, Content]:
    if suffix == ".pdf" or data[:_PDF_HEAD].lstrip().startswith(b"%PDF-"):
        return PDF, _confined("pdf", data)
    if data.startswith(b"PK\x03\x04") and (suffix == ".docx" or _DOCX_PART in data):
        return DOCX, _confined("docx", data)
    for magic, words in _FOREIGN.items():
        if data.startswith(magic):
            raise DocumentError(words)
    if suffix == ".docx":
        raise DocumentError("is a broken DOCX (no ZIP archive); save it again from Word")
    return _text(data, suffix)


def _text(data: bytes, suffix: str) -> tuple[str, Content]:
    content = plain.read(data, declared=declared_encoding(data))
    if suffix in (".md", ".markdown"):
        return MARKDOWN, content
    if is_html(content.text, suffix):
        return HTML, _page(content)
    return PLAIN, content


def _page(content: Content) -> Content:
    if len(content.text) > _LARGE_PAGE:
        return _confined("html", content.text.encode("utf-8", "replace"), content.encoding)
    from openclause.readers import html

    return html.read(content.text, encoding=content.encoding)


def _confined(reader: str, data: bytes, encoding: str = "") -> Content:
    from openclause.readers import confined

    return confined.read(reader, data, encoding=encoding)


@lru_cache(maxsize=2)
def without_comment_signs(text: str, *more: tuple[int, int]) -> str:
    """Put spaces in the place of comment decoration, emphasis and more ranges; offsets hold.

    The last ones are kept, for several rooms ask for the same text.
    """
    parts, position = [], 0
    for start, end in sorted([*comment_mask(text), *emphasis(text), *more]):
        if end > position:
            begin = max(start, position)
            parts += [text[position:begin], _BLANKED.sub(" ", text[begin:end])]
            position = end
    return "".join([*parts, text[position:]])


def _error(name: str, words: str) -> DocumentError:
    """Return the error for the file called `name`, itself on one line too."""
    return DocumentError(f"{name if name.isprintable() else ascii(name)}: {words}")
