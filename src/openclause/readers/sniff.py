"""What kind of page a text is, and the encoding it names.

In: the beginning of a file. Out: whether it is HTML, and what charset it declares.
"""

from __future__ import annotations

import re

HEAD = 4096  # bytes or characters that are looked at

_PAGE = (  # these are compiled when first used
    r"(?i:\s*+(?:(?:<\?xml[^>]*+>|(?><!--(?s:.*?)-->))\s*+)*+"
    r"<(?:!doctype\s+html|(?:html|head|body)[\s>]|"
    r"(?:div|p|h[1-6]|table|section|article|main)(?:\s*>|\s+[a-z-]+\s*=)))"
)
_TAG = r"</?[A-Za-z][A-Za-z0-9]*[\s>/]"
_CHARSET = (
    rb"(?i:<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]+?encoding=[\"']([\w.:-]+))"
)


def is_html(text: str, suffix: str) -> bool:
    """Tell an HTML page by how it begins, or by the suffix of its file if there are tags in it."""
    if re.match(_PAGE, text[:HEAD]):
        return True
    return suffix in (".html", ".htm", ".xhtml") and bool(re.search(_TAG, text))


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that a page says it is in."""
    found = re.search(_CHARSET, data[:HEAD])
    return (found[1] or found[2]).decode("ascii") if found else None
