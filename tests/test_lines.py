import pytest

from openclause.lines import TAB, LineNumbers, read_lines


@pytest.mark.parametrize(
    ("said", "kind", "marker"),
    [
        ("# Grant", "heading", "#"),
        ("Section 2. Grant", "section", "Section 2."),
        ("ARTICLE IV: Grant", "section", "ARTICLE IV:"),
        ("2.1 Grant", "decimal", "2.1"),
        ("2. Grant", "decimal", "2."),
        ("(2) Grant", "decimal", "(2)"),
        ("(2)Grant", "paren", "(2)"),
        ("2) Grant", "decimal", "2)"),
        ("(iv) grant", "roman", "(iv)"),
        ("iv. grant", "roman", "iv."),
        ("(b) grant", "alpha", "(b)"),
        ("b. grant", "alpha", "b."),
        ("(aa) grant", "alpha", "(aa)"),
        ("- grant", "bullet", "-"),
        ("• grant", "bullet", "•"),
        ("o  grant", "bullet", "o"),
        ("§ grant", "bullet", "§"),
        ("- (b) grant", "alpha", "(b)"),
        ("* 2. grant", "decimal", "2."),
        ("**2.** grant", "decimal", "2."),
        ("*(iv)* grant", "roman", "(iv)"),
        ("2\\. grant", "decimal", "2."),
        ("\\(b\\) grant", "alpha", "(b)"),
    ],
)
def test_markers(said: str, kind: str, marker: str) -> None:
    (line,) = read_lines(said)
    assert (line.kind, line.marker) == (kind, marker)
    assert said[line.body :].lower() == "grant"


def test_the_sign_of_a_section_is_a_bullet_where_no_section_begins() -> None:
    (first, second) = read_lines("§ 2 Grant\n§ 2 or more")
    assert (first.kind, first.marker) == ("section", "§ 2")
    assert (second.kind, second.marker) == ("bullet", "§")


@pytest.mark.parametrize(
    "said",
    [
        "Section 2 or the next one",
        "o grant",
        "-grant",
        "2.1grant",
        "A grant",
        "ab. grant",
        "#grant",
        "**Grant.** of rights",
        "*grant* of rights",
        "\\grant",
    ],
)
def test_no_markers(said: str) -> None:
    (line,) = read_lines(said)
    assert (line.kind, line.marker, line.body) == ("", "", 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f", "\u2028"])
def test_any_line_end_ends_a_line(end: str) -> None:
    text = f"one{end}two"
    assert [text[line.start : line.end] for line in read_lines(text)] == ["one", "two"]


@pytest.mark.parametrize(
    ("between", "gap"),
    [("\n", False), ("\n\n", True), ("\n \t\n", True), ("\r\n", False), ("\r\n\r\n", True)],
)
def test_a_gap_is_a_blank_line(between: str, gap: bool) -> None:
    first, second = read_lines(f"one{between}two")
    assert (first.gap, second.gap) == (True, gap)


@pytest.mark.parametrize(("lead", "indent"), [("", 0), ("   ", 3), ("\t", TAB), ("  \t", TAB)])
def test_indent_is_a_column(lead: str, indent: int) -> None:
    text = f"one\n{lead}two  "
    line = read_lines(text)[1]
    assert line.indent == indent
    assert text[line.start : line.end] == "two"


def test_masked_decoration_is_white_space() -> None:
    text = " * one   *\n *\n * two   *"
    mask = ((0, 2), (9, 10), (11, 13), (14, 16), (23, 24))
    lines = read_lines(text, mask)
    assert [text[line.start : line.end] for line in lines] == ["one", "two"]
    assert [line.indent for line in lines] == [3, 3]
    assert lines[1].gap


def test_blank_texts_have_no_lines() -> None:
    assert read_lines(" \n\t\r\n\x0c") == []


@pytest.mark.parametrize("space", [sign for sign in map(chr, range(0x3001)) if sign.isspace()])
def test_lines_of_any_white_space_are_blank(space: str) -> None:
    text = f"one\n{space * 50}two{space}\n{space}\nthree"
    assert [text[line.start : line.end] for line in read_lines(text)] == ["one", "two", "three"]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_line_end_counts_once_and_belongs_to_its_line(end):
    text = f"one{end}{end}three{end}"
    numbers = [LineNumbers(text).of(offset) for offset in range(len(text) + 1)]
    assert numbers == [1] * (3 + len(end)) + [2] * len(end) + [3] * (5 + len(end)) + [4]
