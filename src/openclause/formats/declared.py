"""What bills of materials say of a license, whichever format they have.

In: an `Analysis`, and the text if it shall be carried along. Out: a `Declared`: a listed SPDX id
where the text is that very license, else a LicenseRef of its own; how open it is, and why, as a
comment. The time is SOURCE_DATE_EPOCH where that is set, for files that are equal byte by byte.

References
----------
SPDX 2.3, clause 10 (other licensing information) and annex D (license expressions);
https://reproducible-builds.org/specs/source-date-epoch/.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from uuid import UUID, uuid5

import msgspec

from openclause.analysis import Analysis
from openclause.errors import DocumentError
from openclause.formats.phrases import reason_words, remarks, title, verdict
from openclause.messages import Language, message
from openclause.untrusted import visible

_REFERENCE = "LicenseRef-"
_NO_NAME = re.compile(r"[^A-Za-z0-9.]+")
# The names of our documents: the digest of what was read, in this space of names.
_SPACE = UUID("5a4c8f5e-9a0f-5c0e-8a53-0d1f4f0f7f5b")
# Characters of a title that go into a reference.
_NAME = 40


class Declared(msgspec.Struct, frozen=True):
    """The license of one document; `expression` is what SPDX license fields hold."""

    expression: str
    listed: bool
    name: str
    comment: str
    text: str
    uuid: UUID
    created: datetime


def declared(analysis: Analysis, lang: Language, text: str | None) -> Declared:
    """Gather what to declare; without the text, a sentence stands in its place."""
    best = analysis.identification[0] if analysis.identification else None
    known = best.spdx_id if best and best.exact and _stands_alone(best.spdx_id) else None
    name = visible(title(analysis, lang))
    digest = analysis.document.sha256
    return Declared(
        expression=known or _reference(name, digest),
        listed=known is not None and not known.startswith(_REFERENCE),
        name=best.name if best and known else name,
        comment=visible(_comment(analysis, lang)),
        text=message("bill.no-text", lang, digest=digest) if text is None else visible(text),
        uuid=uuid5(_SPACE, digest),
        created=_now(),
    )


def library(name: str, extra: str) -> ModuleType:
    """Import the library that an extra brings.

    Raises
    ------
    DocumentError
        If it is absent; the message says how to get it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise DocumentError(
            f"this format needs a library; pip install 'openclause[{extra}]'"
        ) from error


def _stands_alone(spdx_id: str | None) -> bool:
    """Tell an id that is an expression by itself from that of an exception, which is none."""
    from license_expression import get_spdx_licensing

    if spdx_id is None or spdx_id.startswith(_REFERENCE):
        return spdx_id is not None
    symbol = get_spdx_licensing().known_symbols.get(spdx_id)
    return symbol is not None and not symbol.is_exception


def _reference(name: str, digest: str) -> str:
    words = _NO_NAME.sub("-", name)[:_NAME].strip("-.")
    return "-".join(["LicenseRef-openclause", *([words] if words else []), digest[:12]])


def _comment(analysis: Analysis, lang: Language) -> str:
    return "\n".join(
        [
            f"openclause: {verdict(analysis, lang)}.",
            *(f"- {reason_words(reason, lang)}" for reason in analysis.openness.reasons),
            *(f"- {words}" for words in remarks(analysis, lang)),
            f"sha256 {analysis.document.sha256}",
            message("about.advice", lang),
        ]
    )


def _now() -> datetime:
    """Return the time in whole seconds, UTC.

    Raises
    ------
    DocumentError
        If SOURCE_DATE_EPOCH is set and is no number of seconds.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.now(UTC).replace(microsecond=0) if not given else _at(given)
    except (ValueError, OverflowError, OSError) as error:
        raise DocumentError(
            f"SOURCE_DATE_EPOCH is {given!r}: give whole seconds since 1970, or unset it"
        ) from error


def _at(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
