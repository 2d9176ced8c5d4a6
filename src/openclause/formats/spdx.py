"""SPDX 2.3: the licensed work as a package under its license, as JSON.

In: an `Analysis`, and the document's text if it shall be carried along. Out: a document of one
package. The library (spdx-tools) is the extra `spdx`.

References
----------
SPDX Specification 2.3, clauses 6 (document creation), 7 (package) and 10 (other licensing).
"""

from __future__ import annotations

import json
from typing import Any

from openclause import __version__
from openclause.analysis import Analysis
from openclause.formats.declared import Declared, declared, library
from openclause.page import View

_DOCUMENT, _WORK = "SPDXRef-DOCUMENT", "SPDXRef-work"


def spdx(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the document.

    Raises
    ------
    DocumentError
        If spdx-tools is not installed, or SOURCE_DATE_EPOCH is no time.
    """
    library("spdx_tools.spdx.model", "spdx")
    from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter

    found = DocumentConverter().convert(document(declared(analysis, view.lang, text)))
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def document(found: Declared) -> Any:
    """Return the document as spdx-tools has it."""
    from spdx_tools.spdx.model import (
        Document,
        ExtractedLicensingInfo,
        Relationship,
        RelationshipType,
    )

    own = ExtractedLicensingInfo(
        license_id=found.expression,
        extracted_text=found.text,
        license_name=found.name,
        comment=found.comment,
    )
    return Document(
        creation_info=_creation(found),
        packages=[_package(found)],
        relationships=[Relationship(_DOCUMENT, RelationshipType.DESCRIBES, _WORK)],
        extracted_licensing_info=[] if found.listed else [own],
    )


def _creation(found: Declared) -> Any:
    from spdx_tools.spdx.model import Actor, ActorType, CreationInfo

    return CreationInfo(
        spdx_version="SPDX-2.3",
        spdx_id=_DOCUMENT,
        name=found.name,
        document_namespace=f"urn:uuid:{found.uuid}",
        creators=[Actor(ActorType.TOOL, f"openclause-{__version__}")],
        created=found.created.replace(tzinfo=None),
    )


def _package(found: Declared) -> Any:
    from license_expression import get_spdx_licensing
    from spdx_tools.spdx.model import Package, SpdxNoAssertion

    return Package(
        spdx_id=_WORK,
        name=found.name,
        download_location=SpdxNoAssertion(),
        files_analyzed=False,
        license_concluded=SpdxNoAssertion(),
        license_declared=get_spdx_licensing().parse(found.expression),
        license_comment=found.comment,
        copyright_text=SpdxNoAssertion(),
    )
