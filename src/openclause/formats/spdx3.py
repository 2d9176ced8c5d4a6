"""SPDX 3.0.1: the licensed work as a package under its license, as JSON-LD.

In: an `Analysis`, and the document's text if it shall be carried along. Out: a graph of one
package, its license expression and, for a license of its own, the licensing text. The library
(spdx-python-model, made from the model itself) is the extra `spdx`.

References
----------
SPDX Specification 3.0.1, profiles Core, Software and SimpleLicensing.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from openclause import __version__
from openclause.analysis import Analysis
from openclause.formats.declared import Declared, declared, library
from openclause.page import View


def spdx3(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the graph.

    Raises
    ------
    DocumentError
        If spdx-python-model is not installed, or SOURCE_DATE_EPOCH is no time.
    """
    model = library("spdx_python_model.bindings.v3_0_1", "spdx")
    written = io.BytesIO()
    elements = model.SHACLObjectSet(_elements(declared(analysis, view.lang, text), model))
    model.JSONLDSerializer().write(elements, written)
    return json.dumps(json.loads(written.getvalue()), indent=2, ensure_ascii=False) + "\n"


def _elements(found: Declared, model: Any) -> Iterator[Any]:
    """Yield all elements of the document, and the document itself."""
    base = f"urn:uuid:{found.uuid}#"
    created = model.CreationInfo(_id="_:creation", created=found.created, specVersion="3.0.1")
    common = {"creationInfo": created}
    agent = model.SoftwareAgent(_id=f"{base}openclause", name=f"openclause {__version__}", **common)
    created.createdBy = [agent]
    work = model.software_Package(_id=f"{base}work", name=found.name, **common)
    texts = [] if found.listed else [_text(found, model, base, common)]
    license_ = _license(found, model, base, common, texts)
    declares = model.Relationship(
        _id=f"{base}declares",
        from_=work,
        to=[license_],
        relationshipType=model.RelationshipType.hasDeclaredLicense,
        **common,
    )
    parts = [agent, work, license_, *texts, declares]
    yield from (created, *parts)
    yield model.SpdxDocument(
        _id=f"{base}document",
        name=found.name,
        element=parts,
        rootElement=[work],
        profileConformance=[
            model.ProfileIdentifierType.core,
            model.ProfileIdentifierType.software,
            model.ProfileIdentifierType.simpleLicensing,
        ],
        **common,
    )


def _license(found: Declared, model: Any, base: str, common: Any, texts: list[Any]) -> Any:
    places = [model.DictionaryEntry(key=found.expression, value=text._id) for text in texts]
    return model.simplelicensing_LicenseExpression(
        _id=f"{base}license",
        simplelicensing_licenseExpression=found.expression,
        simplelicensing_customIdToUri=places,
        comment=found.comment,
        **common,
    )


def _text(found: Declared, model: Any, base: str, common: Any) -> Any:
    return model.simplelicensing_SimpleLicensingText(
        _id=f"{base}text",
        name=found.name,
        simplelicensing_licenseText=found.text,
        **common,
    )
