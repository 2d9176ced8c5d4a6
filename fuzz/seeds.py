"""Small inputs of our own to start from, one for each kind of thing that is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

TEXTS = (
    "You may copy the work. You may not sell it, unless we agree in writing.",
    "# Toy License\n\n1. You may:\n (a) use it;\n (b) change it.\n2. You must not:\n - rent it\n",
    "/*\n * Copyright (c) 2020 Me\n * SPDX-License-Identifier: MIT OR (Apache-2.0 AND 0BSD)\n */\n",
    "Licensee shall not (i) use the Model for surveillance, or (ii) train other models. "
    '"Output" means what the Model makes. See https://example.org/policy for the policy.',
    "NO WARRANTY. ALL RIGHTS RESERVED.\n=====\nOr, at choice:\n-----\nDo as you wish.",
    "이 소프트웨어를 복제할 수 있다. You may \u202enot\u202c copy it.\0\x1b[31m",
)
METADATA = (
    '{"license": {"type": "MIT"}, "licenses": [{"type": "Apache-2.0"}]}',
    '[project]\nlicense = {text = "MIT"}\nclassifiers = ["License :: OSI Approved"]\n',
    "<project><licenses><license><name>MIT</name></license></licenses></project>",
)


def pdf() -> bytes:
    """Return a PDF of one page."""
    stream = "BT /F1 12 Tf 72 700 Td (You may not sell it.) Tj ET"
    page = "/MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body = "".join(f"{at} 0 obj\n{each}\nendobj\n" for at, each in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer\n<< /Size 6 /Root 1 0 R >>\n%%EOF\n".encode()


def docx() -> bytes:
    """Return a Word document of one paragraph."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r>'
        "<w:t>You may not sell it.</w:t></w:r></w:p></w:body></w:document>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return stream.getvalue()


def seeds() -> Iterator[bytes]:
    """Yield inputs of `target.check`: the byte that chooses, and what is read."""
    for text in TEXTS:
        for choice in (0, 1, 5):
            yield bytes([choice]) + text.encode()
        yield b"\x00" + text.encode("utf-16")
        yield b"\x02<html><body><ol><li>" + text.encode() + b"</ol><table><tr><td>x"
    yield b"\x03" + pdf()
    yield b"\x04" + docx()
    for text in METADATA:
        yield b"\x06" + text.encode()
