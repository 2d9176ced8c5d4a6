# Lines of sample text are as long as they have to be.
# ruff: noqa: E501

import pytest

from openclause.analysis import analyze
from openclause.headings import is_heading, run_in, tidy
from openclause.lines import read_lines


def heading(text: str) -> bool:
    return is_heading(text, read_lines(text))


@pytest.mark.parametrize(
    "text",
    [
        "MIT License",
        "## What you may not do with it, in a few words",
        "TERMS AND CONDITIONS",
        "Definitions.",
        "7. No Surrender of Others' Freedom.",
        "2.2 Rights not covered.",
        "8. Limitation of liability.",
        "Things You May Not Do",
        "YOU MAY NOT",
        "DO WHAT YOU WANT TO WITH IT PUBLIC LICENSE",
        "The Licensee SHALL:",
        "Exhibit A",
        "4. Your relationship with Acme.",
        "**3. Distribution**",
        "__4) No Sale__",
    ],
)
def test_titles(text: str) -> None:
    assert heading(text)


@pytest.mark.parametrize(
    "text",
    [
        "NON-COMMERCIAL USE ONLY.",
        "You may copy it.",
        "No copies.",
        "- Grant of Rights",
        "Pass It On;",
        "H. Include an unaltered copy of this License.",
        "O. Preserve any Warranty Disclaimers.",
        "(b) Promoting or sharing the distribution of spam; or",
        "(a) The entire Derivative Database; or",
        "This License allows you to",
        "IN NO EVENT SHALL THE HOLDERS OF THE RIGHTS BE LIABLE",
        "IMPLIED, INCLUDING BUT NOT LIMITED TO ANY WARRANTY OF",
        "YOU SHALL NOT INSTALL THE SOFTWARE; AND",
        "Jane Doe <jane@example.org>",
    ],
)
def test_sentences_are_no_titles(text: str) -> None:
    assert not heading(text)


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("2. Grant of Rights. You may copy it.", "Grant of Rights", "You may copy it."),
        ("Grant: You may copy it.", "Grant", "You may copy it."),
        ("(g) No Use in Cars. Do not drive.", "No Use in Cars", "Do not drive."),
        ("a. Additional offer from the Licensor. You may.", "Additional offer from the Licensor", "You may."),
        ("M. Delete any section Entitled Notes. You may.", "", "Delete any section Entitled Notes. You may."),
        ("d. Acme claims no rights in Outputs You generate. You may.", "", "Acme claims no rights in Outputs You generate. You may."),
        ("CUSTOMER SHALL NOT: Copy it.", "", "CUSTOMER SHALL NOT: Copy it."),
        ("You may copy it. You may sell it.", "", "You may copy it. You may sell it."),
    ],
)  # fmt: skip
def test_run_in_titles(text: str, title: str, rest: str) -> None:
    start, found = run_in(text, read_lines(text))
    assert (found, text[start:]) == (title, rest)


def test_what_is_marked_as_a_title_but_runs_on_is_text() -> None:
    said = "# " + "You may copy it. " * 20 + "You may not sell it."
    assert heading("# " + "Grant " * 20)
    assert not heading(said)
    assert "sell" in {clause.term for clause in analyze(said).clauses}


def test_tidy_titles() -> None:
    assert tidy("** Grant of\n Rights.** ") == "Grant of Rights"
