"""Bills of materials: SPDX 2.3, SPDX 3.0.1 and CycloneDX 1.6, each read back by its own library."""

from __future__ import annotations

import io
import json
from importlib import import_module
from pathlib import Path

import pytest
from builders import analysis, clause
from typer.testing import CliRunner
from untrusted_texts import HOSTILE

from openclause.analysis import analyze_document
from openclause.cli import app
from openclause.documents import read_path, read_text
from openclause.errors import DocumentError
from openclause.formats import BILLS, FORMATS
from openclause.identity import Match
from openclause.page import View

MODEL = Path(__file__).parent / "documents" / "example-model.txt"
KNOWN = Match(id="zlib", spdx_id="Zlib", name="zlib License", similarity=1.0, exact=True)
LIBRARIES = {
    "spdx": "spdx_tools.spdx.model",
    "spdx3": "spdx_python_model",
    "cyclonedx": "cyclonedx",
}
by_bill = pytest.mark.parametrize("name", sorted(BILLS))


@pytest.fixture(autouse=True)
def at_a_known_time(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def bill(name, found, text=None, lang="en"):
    pytest.importorskip(LIBRARIES[name], reason="needs an extra")
    return FORMATS[name](found, View(lang=lang), text)


@pytest.fixture(scope="module")
def model():
    document = read_path(MODEL)
    return analyze_document(document), document.text


def errors(name, said):
    """Return what the format's own library finds wrong."""
    if name == "spdx":
        from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
        from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

        document = JsonLikeDictParser().parse(json.loads(said))
        return [found.validation_message for found in validate_full_spdx_document(document)]
    if name == "spdx3":
        model = import_module("spdx_python_model.bindings.v3_0_1")
        found = model.SHACLObjectSet()
        model.JSONLDDeserializer().read(io.BytesIO(said.encode()), found)
        return [] if list(found.foreach_type("SpdxDocument")) else ["no SpdxDocument"]
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(said)
    return [] if wrong is None else [str(wrong)]


@by_bill
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("text", ["model", *HOSTILE])
def test_bills_are_sound_for_their_own_library(name, lang, text):
    document = read_text(HOSTILE[text]) if text in HOSTILE else read_path(MODEL)
    said = bill(name, analyze_document(document), document.text, lang)
    assert errors(name, said) == []
    strings = json.dumps(json.loads(said), ensure_ascii=False)
    assert not set(strings) & set("\x00\x07\x1b\x9b\u202e\u2066\U000e0041")


@by_bill
def test_a_bill_is_the_same_twice(name, model):
    assert len({bill(name, model[0]) for _ in range(3)}) == 1
    assert "2023-11-14T22:13:20" in bill(name, model[0])


@by_bill
def test_the_text_is_carried_only_for_who_asks(name, model):
    found, text = model
    sentence = "Upon termination you must delete all copies of the Model."
    assert sentence not in bill(name, found)
    assert sentence in bill(name, found, text)
    for arguments, carried in ([], False), (["--with-text"], True):
        result = CliRunner().invoke(app, ["analyze", str(MODEL), "--format", name, *arguments])
        assert result.exit_code == 0
        assert (sentence in result.stdout) == carried


def test_spdx_2_names_a_license_of_its_own_and_says_how_open_it_is(model):
    said = json.loads(bill("spdx", model[0]))
    (own,) = said["hasExtractedLicensingInfos"]
    (package,) = said["packages"]
    assert own["licenseId"] == package["licenseDeclared"]
    assert own["licenseId"].startswith("LicenseRef-openclause-Example-Model-License-Agreement-")
    assert "open model (restricted)" in own["comment"]
    assert package["licenseConcluded"] == "NOASSERTION"


def test_spdx_3_links_the_work_to_its_license_and_the_license_to_its_text(model):
    graph = json.loads(bill("spdx3", model[0]))["@graph"]
    by_type = {node["type"]: node for node in graph}
    work, license_ = by_type["software_Package"], by_type["simplelicensing_LicenseExpression"]
    declares, text = by_type["Relationship"], by_type["simplelicensing_SimpleLicensingText"]
    assert declares["relationshipType"] == "hasDeclaredLicense"
    assert (declares["from"], declares["to"]) == (work["spdxId"], [license_["spdxId"]])
    (entry,) = license_["simplelicensing_customIdToUri"]
    assert entry["key"] == license_["simplelicensing_licenseExpression"]
    assert entry["value"] == text["spdxId"]


def test_cyclonedx_holds_the_license_of_a_model_and_the_verdict(model):
    component = json.loads(bill("cyclonedx", model[0]))["metadata"]["component"]
    assert component["type"] == "machine-learning-model"
    (license_,) = component["licenses"]
    assert license_["license"]["name"] == "Example Model License Agreement"
    facts = {one["name"]: one["value"] for one in component["properties"]}
    assert facts["openclause:category"] == "source-available"
    assert facts["openclause:term:use-threshold"] == "cannot"


def test_a_known_text_goes_by_its_listed_id():
    found = analysis(clause("modify", "permission"), identification=(KNOWN,))
    spdx = json.loads(bill("spdx", found))
    assert spdx["packages"][0]["licenseDeclared"] == "Zlib"
    assert "hasExtractedLicensingInfos" not in spdx
    spdx3 = json.loads(bill("spdx3", found))["@graph"]
    assert "simplelicensing_SimpleLicensingText" not in {node["type"] for node in spdx3}
    component = json.loads(bill("cyclonedx", found))["metadata"]["component"]
    assert component["licenses"][0]["license"]["id"] == "Zlib"


def test_a_text_that_is_only_near_goes_by_its_own_name():
    near = Match(id="zlib", spdx_id="Zlib", name="zlib License", similarity=0.97, exact=False)
    spdx = json.loads(bill("spdx", analysis(identification=(near,))))
    assert spdx["packages"][0]["licenseDeclared"].startswith("LicenseRef-openclause-")
    assert "97 %" in spdx["hasExtractedLicensingInfos"][0]["comment"]


@by_bill
def test_a_known_exception_is_no_license_and_goes_by_its_own_name(name):
    exception = Match("x", "Classpath-exception-2.0", "Classpath exception", 1.0, exact=True)
    said = bill(name, analysis(identification=(exception,)))
    assert errors(name, said) == []
    assert "Classpath-exception-2.0" not in said.replace("(Classpath-exception-2.0)", "")


@by_bill
def test_an_absent_library_is_one_line_that_says_what_to_do(name, monkeypatch):
    def absent(module):
        raise ImportError(module)

    monkeypatch.setattr("openclause.formats.declared.import_module", absent)
    extra = "cyclonedx" if name == "cyclonedx" else "spdx"
    with pytest.raises(DocumentError, match=rf"pip install 'openclause\[{extra}\]'"):
        FORMATS[name](analysis(), View(), None)


def test_a_time_that_is_none_is_one_line(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    result = CliRunner().invoke(app, ["analyze", str(MODEL), "--format", "spdx"])
    assert result.exit_code == 2
    assert result.stderr.startswith("openclause: SOURCE_DATE_EPOCH is 'yesterday'")
    assert len(result.stderr.splitlines()) == 1
