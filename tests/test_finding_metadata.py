"""What packages declare, format by format, and the words that come of it."""

from __future__ import annotations

import tomllib
import tracemalloc
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import found_in, plant

from openclause.finding import read
from openclause.finding.declarations import grants_nothing, pointed_to, worded
from openclause.finding.metadata import declared_in
from openclause.finding.model_cards import read_card
from openclause.finding.names import original, shown
from openclause.finding.passages import tagged_passages
from openclause.finding.streams import Problem

DEP5 = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"


CASES = tomllib.loads(Path(__file__).with_name("declared.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_declared_licenses(case: dict[str, Any]) -> None:
    found = declared_in(case["name"], case["text"].encode())
    assert found == (tuple(case["declared"]) if "declared" in case else None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project\n"),
        ("package.json", '{"name": '),
        ("package.json", "[" * 100_000),
        ("setup.cfg", "name = x\n"),
        ("pyproject.toml", "a" + ".a" * 50_000 + "=1"),
        ("setup.py", "x = [" + "1," * 200_000 + "]"),
        ("setup.py", "setup(\n"),
        ("setup.py", "a" + "(" * 5000),
        ("pom.xml", "<project>"),
        ("pom.xml", '<!DOCTYPE x [<!ENTITY a "b">]><project>&a;</project>'),
        ("CITATION.cff", "license: [\n"),
    ],
    ids=lambda words: words[:20],
)
def test_broken_metadata_is_one_line_that_says_what(name: str, text: str) -> None:
    with pytest.raises(Problem, match=r"^is broken \(.+\); mend it$") as raised:
        declared_in(name, text.encode())
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["pyproject.toml", "package.json", "METADATA", "copyright"])
@given(data=st.binary(max_size=200))
def test_no_bytes_break_a_parser(name: str, data: bytes) -> None:
    try:
        found = declared_in(name, data)
    except Problem:
        return
    assert found is None or all(isinstance(one, str) for one in found)


def test_metadata_of_packages_is_given_also_when_it_declares_nothing(tmp_path: Path) -> None:
    plant(tmp_path, {"a/package.json": '{"name": "x"}', "b/package.json": '{"type": "module"}'})
    (found,) = found_in(tmp_path).values()
    assert (found.path.endswith("a/package.json"), found.declared) == (True, ())
    assert read(found) == b'{"name": "x"}'


def test_a_debian_copyright_is_a_text_and_declares(tmp_path: Path) -> None:
    text = DEP5 + "\nFiles: *\nLicense: Zlib\n Words of it.\n"
    (found,) = found_in(plant(tmp_path, {"debian/copyright": text})).values()
    assert (found.kind, found.declared) == ("licence", ("Zlib",))
    assert read(found) == text.encode()


@pytest.mark.parametrize(
    ("front", "declared"),
    [
        ("license: apache-2.0", ("apache-2.0",)),
        ("license:\n- mit\n- cc-by-4.0", ("mit", "cc-by-4.0")),
        ("license: other\nlicense_name: own-1.0", ("own-1.0",)),
        ("license: other", ("other",)),
        ("license_name: own-1.0", ("own-1.0",)),
        ("library_name: transformers", ()),
    ],
)
def test_what_a_card_declares(front: str, declared: tuple[str, ...]) -> None:
    card = read_card(f"---\n{front}\n---\n# A\n".encode())
    assert card is not None
    assert card.declared == declared


def test_a_card_tells_its_base_and_its_gate() -> None:
    front = "license: other\nbase_model: [a/b, c/d]"
    front += "\nextra_gated_prompt: Ask.\nmodel-index: [{name: x}]"
    card = read_card(f"---\r\n{front}\r\n---\r\nText\r\n".encode())
    assert card is not None
    assert (card.base_models, card.gated, card.evaluated) == (("a/b", "c/d"), True, True)


@pytest.mark.parametrize(
    "text",
    [
        "# A\n",
        "---\ntitle: blog\n---\n",
        "---\nlicense: [\n---\n",
        "---\n- a\n---\n",
        "---\nlicense: mit\n",
        "---\na: !!python/object/apply:os.system [true]\nlicense: x\n---\n",
    ],
)
def test_what_is_no_card(text: str) -> None:
    assert read_card(text.encode()) is None


@pytest.mark.parametrize(
    "front",
    [
        "license: 0x" + "f" * 6000,
        "license: 1" + ":1" * 200_000,
        "license: 1" + ":1" * 200_000 + ".5",
        "license: !!int 1" + ":1" * 200_000,
        "license: !!float 1" + ":1" * 200_000,
        "license: !!timestamp 2001-99-99",
        "license: mit\n"
        + "".join(
            f"a{n}: &a{n} {{x{n}: 1, <<: [{f'*a{n - 1}, ' * 9 * bool(n)}]}}\n" for n in range(9)
        ),
    ],
    ids=["hex", "sixty", "sixty and a half", "int", "float", "day", "merges"],
)
def test_numbers_and_merges_of_a_card_cost_nothing(front: str) -> None:
    begin = perf_counter()
    card = read_card(f"---\n{front}\n---\n".encode())
    assert perf_counter() - begin < 5
    assert card
    assert card.declared


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Apache-2.0 and Own-License", "Apache-2.0 AND Own-License"),
        ("(mit or gpl-2.0-only) AND ISC", "(mit OR gpl-2.0-only) AND ISC"),
        ("GPL-2.0-only with Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("GPL-2.0 or later", "GPL-2.0 or later"),
        ("MIT and others as named", "MIT and others as named"),
        ("and or and", "and OR and"),
    ],
)
def test_operators_in_small_letters_are_operators(said: str, read: str) -> None:
    assert worded([said]) == (read,)
    assert declared_in("package.json", f'{{"license": "{said}"}}'.encode()) == (read,)
    assert tagged_passages(f"# SPDX-License-Identifier: {said}\n".encode())[1] == (read,)


def test_special_words() -> None:
    assert grants_nothing("UNLICENSED")
    assert not grants_nothing("MIT")
    assert pointed_to("SEE LICENSE IN 'a b.txt'") == "a b.txt"
    assert pointed_to("MIT") is None


@given(st.binary(max_size=30))
def test_shown_names_print_and_turn_back(raw: bytes) -> None:
    name = raw.decode("utf-8", "surrogateescape")
    text = shown(name)
    assert text.isprintable()
    assert text.encode("utf-8").decode("utf-8") == text
    assert original(text) == name


def test_endless_declarations_are_cut() -> None:
    assert [len(one) for one in worded(["a" * 5000])] == [1000]
    assert len(worded(map(str, range(5000)))) == 500


def test_deep_xml_costs_no_more_than_its_size() -> None:
    deep = b"<project>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</project>"
    tracemalloc.start()
    assert declared_in("pom.xml", deep) == ()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100 * len(deep)


@pytest.mark.parametrize("part", ["a", '"!"', "'é'", '"\\""', "a" * 41])
@pytest.mark.parametrize("line", ["{} = 1", "[{}]", "[[{}]]", "a = {{ {} = 1 }}"])
def test_keys_of_very_many_parts_are_refused(part: str, line: str) -> None:
    key = " . ".join([part] * 20_000)
    with pytest.raises(Problem, match="a key of too many parts"):
        declared_in("Cargo.toml", line.format(key).encode())


def test_metadata_of_thousands_of_kinds_of_fields_is_refused() -> None:
    fields = "".join(f"Kind-{n}: x\n" for n in range(50_000))
    with pytest.raises(Problem, match="more kinds of fields than there are"):
        declared_in("METADATA", f"Name: x\n{fields}".encode())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", f"[metadata]\nname = x\nlicense = MIT\na{' ' * 200_000}b = 1\n"),
        ("copyright", f"{DEP5}License: MIT{' ' * 200_000}or{' ' * 200_000}MIT\n"),
        ("copyright", f"{DEP5.strip()} {'http://' * 100_000}\nLicense: MIT or MIT\n"),
        ("copyright", f"Format: {'http://' * 100_000}\nLicense: MIT or MIT\n"),
    ],
    ids=["setup.cfg", "operators", "addresses", "no format"],
)
def test_wide_blanks_and_many_addresses_take_time_in_proportion(name: str, text: str) -> None:
    begin = perf_counter()
    declared_in(name, text.encode())
    assert perf_counter() - begin < 5
