"""CycloneDX 1.6: the licensed work, such as a model, as a component with its license.

In: an `Analysis`, and the document's text if it shall be carried along. Out: a bill of one
component, as JSON; what openclause decided stands in its properties. The library
(cyclonedx-python-lib) is the extra `cyclonedx`.

References
----------
ECMA-424 (CycloneDX 1.6), `licenseChoice` and `property`; CycloneDX, "Authoritative Guide to
AI/ML-BOM" (2025).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openclause import __version__
from openclause.analysis import Analysis
from openclause.formats.declared import Declared, declared, library
from openclause.page import View


def cyclonedx(analysis: Analysis, view: View, text: str | None = None) -> str:
    """Return the bill.

    Raises
    ------
    DocumentError
        If cyclonedx-python-lib is not installed, or SOURCE_DATE_EPOCH is no time.
    """
    library("cyclonedx.output.json", "cyclonedx")
    from cyclonedx.output.json import JsonV1Dot6

    bill = _bill(analysis, declared(analysis, view.lang, text), carried=text is not None)
    return str(JsonV1Dot6(bill).output_as_string(indent=2)) + "\n"


def _bill(analysis: Analysis, found: Declared, *, carried: bool) -> Any:
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType

    kind = ComponentType.MACHINE_LEARNING_MODEL if analysis.about_model() else ComponentType.DATA
    component = Component(
        type=kind,
        name=found.name,
        bom_ref="work",
        licenses=[_license(found, carried=carried)],
        properties=[Property(name=name, value=value) for name, value in _facts(analysis)],
    )
    tool = Component(type=ComponentType.APPLICATION, name="openclause", version=__version__)
    about = BomMetaData(timestamp=found.created, component=component)
    about.tools.components.add(tool)
    return Bom(serial_number=found.uuid, metadata=about)


def _license(found: Declared, *, carried: bool) -> Any:
    from cyclonedx.model import AttachedText, Property
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement
    from cyclonedx.spdx import is_supported_id

    listed = found.listed and is_supported_id(found.expression)
    return DisjunctiveLicense(
        id=found.expression if listed else None,
        name=None if listed else found.name,
        text=AttachedText(content=found.text) if carried else None,
        acknowledgement=LicenseAcknowledgement.DECLARED,
        properties=[Property(name="openclause:comment", value=found.comment)],
    )


def _facts(analysis: Analysis) -> Iterator[tuple[str, str]]:
    openness = analysis.openness
    yield "openclause:category", openness.category
    yield "openclause:confidence", str(openness.confidence)
    yield "openclause:needs-review", str(openness.needs_review).lower()
    yield "openclause:sha256", analysis.document.sha256
    yield from (("openclause:rule", reason.rule) for reason in openness.reasons)
    for term, summary in analysis.terms.items():
        if summary.attitude != "none":
            yield f"openclause:term:{term}", summary.attitude
