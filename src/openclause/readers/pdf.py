"""PDF: the text of its pages.

In: bytes. Out: the pages' text, a form feed between them. Needs the extra `pdf` (pypdf).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from openclause.errors import DocumentError
from openclause.messages import message
from openclause.readers import Content, one_line

if TYPE_CHECKING:
    from pypdf import PdfReader

PAGE_BREAK = "\n\f"
MAX_PAGES = 1_000
_MOST_NAMED = 10


def read(data: bytes) -> Content:
    """Extract the text of a PDF.

    Raises
    ------
    DocumentError
        When the extra is absent, the file broken or encrypted, or when it holds no text.
    """
    try:
        import pypdf
    except ImportError as error:
        raise DocumentError("is a PDF; to read it, pip install 'openclause[pdf]'") from error
    try:
        with _quiet():
            pages, count = _pages(pypdf.PdfReader(BytesIO(data)))
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # on broken files pypdf raises whatever its parser stumbled over
        cause = one_line(error)
        raise DocumentError(f"is a broken PDF ({cause}); export it again, or as text") from error
    return _content(pages, count)


def _pages(reader: PdfReader) -> tuple[list[str], int]:
    """Return the text of the first pages, and how many pages there are."""
    if reader.is_encrypted and not _opens(reader):
        raise DocumentError("is an encrypted PDF; save a copy without a password")
    count = len(reader.pages)
    pages = (reader.pages[at] for at in range(min(count, MAX_PAGES)))
    return [_paired(page.extract_text()) for page in pages], count


def _opens(reader: PdfReader) -> bool:
    """Try the empty password, with which many PDFs are encrypted only against changes."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # an unknown cipher, or one whose library is absent
        return False


def _paired(text: str) -> str:
    """Join halves of UTF-16 pairs that fonts leave apart; a lone half becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _content(pages: list[str], count: int) -> Content:
    blank = [number for number, page in enumerate(pages, 1) if not page.strip()]
    if len(blank) == len(pages):
        raise DocumentError("is a PDF without text, perhaps a scan; run OCR on it first")
    text = PAGE_BREAK.join(page.strip("\n") for page in pages)
    return Content(text + "\n", "binary", warnings=tuple(_left_out(blank, len(pages), count)))


def _left_out(blank: list[int], read: int, count: int) -> Iterator[str]:
    if blank:
        told = ", ".join(map(str, blank[:_MOST_NAMED]))
        more = ", ..." if len(blank) > _MOST_NAMED else ""
        yield message("warning.no-pdf-text", pages=told + more)
    if read < count:
        yield message("warning.pages-cut", n=read, count=count)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what pypdf says about small faults off stderr."""
    import logging
    import warnings

    logger = logging.getLogger("pypdf")
    handler, before = logging.NullHandler(), logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.propagate = before
        logger.removeHandler(handler)
