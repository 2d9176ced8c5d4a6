"""What the ready-made policies keep, doubt and refuse."""

from __future__ import annotations

import pytest
from policies import held, text
from test_scanning_writers import record

from openclause.policy import ready_made
from openclause.scanning.records import Finding


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("open-source-only", {"permissive", "weak-copyleft", "strong-copyleft", "public-domain"}),
        ("commercial-product", {"permissive", "weak-copyleft", "strong-copyleft", "public-domain"}),
        ("redistribute-in-product", {"permissive", "weak-copyleft", "public-domain"}),
        ("research", {"permissive", "weak-copyleft", "strong-copyleft", "public-domain",
                      "use-restricted", "source-available", "non-commercial"}),
    ],
)  # fmt: skip
def test_what_ready_made_policies_keep(name, kept):
    from openclause.taxonomy import categories

    ranked = [one for one in categories() if one != "not-a-license"]
    verdicts = {one: held(ready_made()[name], text(one)).verdict for one in ranked}
    assert {one for one, verdict in verdicts.items() if verdict == "kept"} == kept
    assert {verdicts[one] for one in ranked if one not in kept} == {"violated"}


@pytest.mark.parametrize("kind", ["nothing-declared", "file-missing"])
def test_a_package_without_a_license_is_in_doubt_by_the_strict_policies(kind):
    found = record(kind="package", category=None, findings=(Finding(kind, "s"),))
    verdicts = {name: held(asks, text(), found).verdict for name, asks in ready_made().items()}
    assert verdicts.pop("research") == "kept"
    assert set(verdicts.values()) == {"unsure"}


def test_a_network_duty_keeps_a_text_out_of_a_commercial_product():
    found = text("strong-copyleft", terms=("network-disclosure/obligation",))
    assert held(ready_made()["commercial-product"], found).verdict == "violated"
    assert held(ready_made()["open-source-only"], found).verdict == "kept"
