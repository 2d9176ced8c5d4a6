import pytest

from openclause.reading import read
from openclause.standing import hangs_on_others, is_licensors, is_main, restricts
from openclause.taxonomy import Modality


@pytest.mark.parametrize(
    ("term", "modality", "said", "alike", "main"),
    [
        ("termination", "permission", "We may end this licence at any time.", 1, True),
        ("termination", "permission", "We may end it at any time if you breach it.", 1, False),
        ("contact-licensor", "obligation", "Write to us.", 1, False),
        ("field-of-use", "prohibition", "harm animals", 3, True),
        ("field-of-use", "prohibition", "harm animals", 4, False),
        ("field-of-use", "prohibition", "Use it only with our hardware.", 9, True),
        ("include-license", "obligation", "Keep this licence.", 1, False),
    ],
)
def test_main_is_what_a_reader_must_not_miss(
    term: str, modality: Modality, said: str, alike: int, *, main: bool
) -> None:
    assert is_main(term, modality, said, alike=alike) is main


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("Example Inc may terminate this Agreement at any time.", "licensor"),
        ("If you breach it, Example may terminate this Agreement.", "licensor"),
        ("You may terminate this Agreement at any time.", "recipient"),
    ],
)
def test_who_may_end_an_agreement(text: str, holder: str) -> None:
    assert [clause.holder for clause in read(text)] == [holder]


def test_only_some_permissions_are_the_licensors() -> None:
    assert is_licensors("audit", "permission", ["example"])
    assert not is_licensors("audit", "obligation", ["example"])
    assert not is_licensors("use", "permission", ["example"])


def test_a_duty_restricts_the_acts_that_it_hangs_on() -> None:
    assert restricts("include-license", "obligation", "Copies must bear it.") == ("redistribution",)
    assert restricts("commercial-use", "prohibition", "Not for gain.") == ("use",)
    assert restricts("use", "permission", "You may use it.") == ()


def test_the_terms_of_what_is_contributed_restrict_no_derivatives() -> None:
    offered = "Any Contribution intentionally submitted for inclusion shall be under this License."
    assert restricts("ownership", "obligation", offered) == ()
    assert restricts("ownership", "obligation", "We own your changes.") == ("derivatives",)


def test_of_many_forbidden_fields_none_is_main_and_only_there_others_count() -> None:
    assert hangs_on_others("field-of-use", "prohibition")
    assert not hangs_on_others("field-of-use", "permission")
    assert not hangs_on_others("termination", "permission")
