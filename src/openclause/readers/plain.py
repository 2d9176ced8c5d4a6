"""Plain text: bytes become characters, exactly.

In: bytes. Out: all characters they encode, white space and controls included, the byte order mark
left out, so that offsets stay true. UTF-8 comes first; older encodings are for `legacy` to tell.
"""

from __future__ import annotations

import codecs
import re

from openclause.errors import DocumentError
from openclause.messages import message
from openclause.readers import Content
from openclause.readers.legacy import detect

SAMPLE = 1 << 16
MAX_CONTROLS = 0.05
FEW_CONTROLS = 2
MIN_ASCII = 0.005  # spaces, digits and line ends there are in any script
BELIEVED = 8  # bytes of sound characters for each broken one
BELIEVED_WESTERN = 2
MAX_NULS = 1 / 3  # Latin text in UTF-16 has half
MAX_WORD = 20  # characters for each space, on the average; where there are fewer, NULs are spaces

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_LAYOUT = b"\t\n\v\f\r\b\x1b"  # what typewriters, pagers and terminals leave in a text
_CONTROLS = bytes(byte for byte in (*range(32), 127) if byte not in _LAYOUT)
_ASCII = dict.fromkeys(range(128))  # what UTF-8 shares with others tells nothing
_WESTERN = r"[\xa0-ÿ\u2010-\u2026€™]*"  # what English texts hold besides ASCII
_PAGES = r"ascii|(?:cp|iso8859|koi8|mac|euc|shift|gb|big5|johab|tis)[\w-]*"
_WEB = {  # what browsers read under these names: WHATWG Encoding Standard, section 4.2
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


def read(data: bytes, *, declared: str | None = None) -> Content:
    """Decode `data`.

    Parameters
    ----------
    data
        Not empty.
    declared
        The encoding the document itself names; believed when the bytes are not UTF-8.

    Raises
    ------
    DocumentError
        When `data` is binary, or no encoding fits it.
    """
    binary = _is_binary(data) and not _is_strewn(data)
    content = _marked(data) or (None if binary else _utf8(data)) or _wide(data)
    if content is None and binary:
        raise DocumentError("is a binary file; give the license as text, HTML, PDF or DOCX")
    return content or _older(data, declared)


def _marked(data: bytes) -> Content | None:
    """Decode what begins with a byte order mark, if it is text: chance makes such marks too."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            text = _decoded(data, codec)
            content = Content(text, codec) if text is not None else _mended(data, codec)
            if content is not None and _is_text(content.text[:SAMPLE]):
                return content
    return None


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _is_binary(data: bytes) -> bool:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return controls > max(FEW_CONTROLS, MAX_CONTROLS * len(data))


def _is_strewn(data: bytes) -> bool:
    """Tell UTF-8 with single NULs strewn into it from binary files, which have rows of them."""
    bare = data.replace(b"\0", b"")
    strewn = 0 < len(data) - len(bare) < MAX_NULS * len(data) and b"\0\0\0" not in data
    return strewn and not _is_binary(bare) and _decoded(bare, "utf-8") is not None


def _utf8(data: bytes) -> Content | None:
    text = _decoded(data, "utf-8")
    return _without_nuls(text) if text is not None else _mended(data, "utf-8")


def _without_nuls(text: str) -> Content:
    """Leave NULs out where there are many, unless they stand where spaces should."""
    bare = text.replace("\0", "")
    few = len(text) - len(bare) <= FEW_CONTROLS
    if few or sum(map(str.isspace, bare)) * MAX_WORD < len(bare):
        return Content(text, "utf-8", warnings=nul_warnings(text))
    note = message("warning.nuls-left-out", n=len(text) - len(bare))
    return Content(bare, "utf-8", warnings=(note,))


def nul_warnings(text: str) -> tuple[str, ...]:
    """Return what is to be said of a text whose NULs are read as spaces."""
    count = text.count("\0")
    return (message("warning.nuls", n=count),) if count else ()


def _mended(data: bytes, codec: str) -> Content | None:
    """Decode bytes that are nearly in `codec`: cut at the end, or with a foreign line in them."""
    text = data.decode(codec, "replace")
    bad = text.count("\ufffd")
    telling = (text if codec != "utf-8" else text.translate(_ASCII)).replace("\ufffd", "")
    believed = BELIEVED_WESTERN if re.fullmatch(_WESTERN, telling) else BELIEVED
    if len(telling.encode(codec, "replace")) < believed * bad:
        return None
    note = message("warning.mended", codec=codec.upper(), n=bad)
    return Content(text, codec, warnings=(note,))


def _wide(data: bytes) -> Content | None:
    """Decode UTF-16 or UTF-32 without a mark: the reading with most ASCII, if it is text at all."""
    if b"\0" not in data:
        return None
    samples = {codec: _begun(data[:SAMPLE], codec) for codec in _WIDE}
    shares = {codec: _ascii_share(text) for codec, text in samples.items() if text}
    for codec in sorted(shares, key=lambda codec: -shares[codec]):
        text = _decoded(data, codec) if shares[codec] >= MIN_ASCII else None
        if text is not None and _is_text(text[:SAMPLE]):
            return Content(text, codec)
    return None


def _begun(sample: bytes, codec: str) -> str | None:
    """Decode the beginning of a text, which may end within a character."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeError:
        return None


def _is_text(text: str) -> bool:
    controls = sum(not (char.isprintable() or char.isspace()) for char in text)
    return controls <= max(FEW_CONTROLS, MAX_CONTROLS * len(text))


def _ascii_share(text: str) -> float:
    return sum(char.isascii() for char in text) / len(text)


def _older(data: bytes, declared: str | None) -> Content:
    for codec in (_known(declared), *detect(data)):
        text = _decoded(data, codec) if codec else None
        if codec and text is not None and _is_text(text[:SAMPLE]):
            return Content(text, codec)
    raise DocumentError("is in no encoding that openclause can tell; save it as UTF-8")


def _known(declared: str | None) -> str | None:
    """Return the codec of a declared encoding, if it is one of those from before Unicode."""
    try:
        name = codecs.lookup(declared or "").name
    except LookupError:
        return None
    return _WEB.get(name, name) if re.fullmatch(_PAGES, name) else None
