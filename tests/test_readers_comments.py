from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclause.documents import comment_mask

MIT = """\
Permission is hereby granted, free of charge, to any person who obtains a
copy of this software and its documentation, to deal in the Software in the
manner described here, including without limitation the rights to use it,
to copy it and to change it.

The above copyright notice shall be included in all copies of the Software:
* in source code;
* in binaries.

1. The Software is provided as is.
"""


def unmasked(text: str) -> str:
    """Return the text with its decoration blanked out, as later stages see it."""
    chars = list(text)
    for start, end in comment_mask(text):
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def wrapped(marker: str, *, bare: str | None = None) -> str:
    blank = marker if bare is None else bare
    lines = (f"{marker} {line}" if line else blank for line in MIT.splitlines())
    return "\n".join(lines) + "\n"


def test_quoted_lines_and_ends_of_lines_in_html_are_decoration() -> None:
    quoted = "> You may:\n> copy it;<br>\n> sell it<BR />\n"
    assert words(unmasked(quoted)) == [["You", "may:"], ["copy", "it;"], ["sell", "it"]]
    assert comment_mask("a brave <brand>") == ()


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.split()]


MARKERS = [
    "#",
    "##",
    "//",
    "///",
    "*",
    " *",
    "   *",
    ";",
    ";;",
    "--",
    "%",
    "%%",
    ">",
    "REM",
    "dnl",
    "~",
]


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_wrapped_text_is_freed_of_its_markers(marker: str, newline: str) -> None:
    text = wrapped(marker).replace("\n", newline)
    assert words(unmasked(text)) == words(MIT)


@pytest.mark.parametrize("marker", MARKERS)
def test_paragraphs_may_stand_apart(marker: str) -> None:
    assert words(unmasked(wrapped(marker, bare=""))) == words(MIT)


@pytest.mark.parametrize(
    ("opening", "marker", "closing"),
    [
        ("/*", " *", " */"),
        ("/**", " *", " */"),
        ("/*", "", "*/"),
        ("/*!", "    ", "*/"),
        ("/*" + "*" * 70, " *", " " + "*" * 70 + "/"),
        ("/*" + "-" * 70, "", "-" * 70 + "*/"),
        ("<!--", "", "-->"),
        ("<!--", "  ~", "  -->"),
        ('"""', "", '"""'),
        ("'''", "", "'''"),
        ("#" * 72, "#", "#" * 72),
        ("=" * 60, "", "=" * 60),
    ],
)
def test_brackets_and_rows_are_masked(opening: str, marker: str, closing: str) -> None:
    lines = (f"{marker} {line}".rstrip() for line in MIT.splitlines())
    assert words(unmasked("\n".join([opening, *lines, closing]))) == words(MIT)


@pytest.mark.parametrize(
    ("left", "right"),
    [("*", "*"), ("#", "#"), ("/*", "*/"), ("//", "//"), (";;", ";;"), ("**", "**"), ("%", "%")],
)
def test_boxes_lose_both_borders(left: str, right: str) -> None:
    text = "\n".join(f"{left} {line:<78} {right}" for line in MIT.splitlines())
    assert words(unmasked(text)) == words(MIT)


def test_bracket_on_the_lines_of_the_words_is_masked() -> None:
    text = "/* You may copy it\n   but you may\n   not sell it. */\n"
    assert words(unmasked(text)) == words("You may copy it\nbut you may\nnot sell it.")


def test_comment_is_masked_within_a_longer_text() -> None:
    block = "# You may copy it, and\n# you may change it, but\n# you may not sell it.\n"
    text = f"The header says:\n\n{block}\nThat is all. # 1 is here\n"
    assert "#" not in unmasked(text).split("That")[0]
    assert unmasked(text).endswith("That is all. # 1 is here\n")


def test_short_runs_follow_the_family_that_wraps_the_text() -> None:
    text = wrapped("//") + "a line without\n// one more line\nno marker\n// the last\n"
    assert "//" not in unmasked(text)


def test_ranges_hold_offsets_of_the_decoration() -> None:
    text = "/*\r\n * You may not\r\n * sell it.\r\n */ "
    masked = [text[start:end] for start, end in comment_mask(text)]
    assert masked == ["/*", " *", " *", " */"]


@pytest.mark.parametrize(
    "text",
    [
        MIT,
        "",
        "\n\n",
        "# ACME License\n\nYou may not sell it.\n\n## 1. Grant\n\nYou may copy.\n\n# 2. Term\n",
        "# ACME License\n## Preamble\n### Scope\nYou may copy it.\n",
        "# One\n\n# Two\n\n# Three\n",
        "* Redistributions must keep this notice.\n* No one may sell it.\n* Names stay out.\n",
        "You may:\n* use it for research\n* copy it\n* change the source code of the model\n",
        "* commercial use of the model\n* sale of the weights to all\n* training of other models\n",
        "* You may copy it, and you may\n  change it.\n* You may not sell it, not\n  once.\n* End",
        "- use it\n- copy it\n- change it\n",
        "1. use it\n2. copy it\n3. change it\n",
        "a) use it\nb) copy it\nc) change it\n",
        "+ one\n+ two\n+ three\n",
        "* serde - https://example.org/serde/serde/blob/master/LICENSE-MIT\n"
        "* flate2 - https://example.org/flate2/flate2/blob/master/LICENSE-MIT\n"
        "* config - https://example.org/config/config/blob/master/LICENSE-MIT\n",
        "> quoted once\n",
        "# a heading\ntext\n# another\ntext\n# third\ntext\n",
        "Rem acu tetigisti.\nRedistribution is allowed.\nDnl",
        "/* one line */\n",
        "Write /* and */ around it.\n",
        "**Section 1.** You may copy.\n**Section 2.** You may not sell.\n**Section 3.** End.\n",
        "Signed: ______________\n______________\n",
        "--\n",
        "<!-- a note -->\nYou may copy.\n",
        "```\ncode\n```\n",
    ],
)
def test_ordinary_text_and_markdown_are_left_alone(text: str) -> None:
    assert comment_mask(text) == ()


def test_markdown_keeps_its_bullets_inside_a_comment() -> None:
    text = "# You may use the model for\n# these ends only:\n#\n# * research\n# * teaching\n"
    assert unmasked(text).split("\n")[3:] == ["  * research", "  * teaching", ""]


@given(st.text(st.sampled_from("#*/-;%><!~=\"' \t\r\nab.R"), max_size=200))
def test_ranges_are_in_order_apart_and_free_of_words(text: str) -> None:
    ranges = comment_mask(text)
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(one[1] < two[0] for one, two in pairwise(ranges))
    assert not any(set("ab.") & set(text[start:end]) for start, end in ranges)


@pytest.mark.parametrize(
    "text",
    [
        MIT * 3000,
        wrapped("#") * 3000,
        "/*\n" * 200_000,
        "# a" + " *" * 500_000 + " x\n",
        "-" * 1_000_000 + "x",
        '"""\n' * 200_000,
        "/* x */ " * 100_000,
        " " * 1_000_000 + "#",
    ],
)
def test_time_is_linear(text: str) -> None:
    began = time.process_time()
    assert isinstance(comment_mask(text), tuple)
    assert time.process_time() - began < 5
