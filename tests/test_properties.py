"""What holds for every document: texts that hypothesis makes of what licenses are made of."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openclause.analysis import Analysis, Failure, analyze_document, analyze_many
from openclause.documents import read_bytes, read_text
from openclause.errors import OpenClauseError

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

import mutations
import seeds
import target

ACTS = ("copy", "sell", "modify", "distribute", "use", "host", "sublicense")
THINGS = ("the Software", "the Model", "it", "any derivative works", "copies of the work")
CUES = (
    "You may",
    "You may not",
    "You must not",
    "Licensee shall",
    "You agree not to",
    "Nobody can",
)
TAILS = ("", " for any purpose", " for commercial purposes", " unless we agree", " without notice")
GLUE = (". ", ".\n", ";\n\n", ", and ", "\n\n1. ", "\n  (a) ", "\n\n# Terms\n\n", " - ", "\r\n")
NOISE = st.text(st.characters(), max_size=12)

sentences = st.builds(
    lambda cue, act, thing, tail: f"{cue} {act} {thing}{tail}",
    *map(st.sampled_from, (CUES, ACTS, THINGS, TAILS)),
)
pieces = st.one_of(sentences, sentences, sentences, NOISE, st.sampled_from(seeds.TEXTS))
texts = st.lists(st.tuples(pieces, st.sampled_from(GLUE)), max_size=10).map(
    lambda parts: "".join(said + glue for said, glue in parts)
)
some = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
few = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])

PROHIBITIONS = (
    "You may not use the Software for commercial purposes.",
    "You may not modify the Software.",
    "You may not distribute copies of the Software.",
)
GRANTS = ("use", "copy", "modify", "merge", "publish", "distribute", "sublicense", "sell")


@some
@given(texts)
def test_offsets_are_true_and_ids_are_known_and_json_comes_back(text: str) -> None:
    target.check_analysis(read_text(text))


@some
@given(texts)
def test_the_same_text_gives_the_same_bytes(text: str) -> None:
    first, again = (analyze_document(read_text(text)).to_json() for _ in range(2))
    assert first == again


@some
@given(st.binary(max_size=300))
def test_bytes_give_an_answer_or_one_line(data: bytes) -> None:
    target.check(b"\0" + data)
    target.check(b"\2" + data)


@some
@given(st.sampled_from(list(seeds.seeds())), st.integers(0, 2**32))
def test_changed_documents_give_an_answer_or_one_line(data: bytes, seed: int) -> None:
    (changed,) = mutations.inputs([data], count=1, seed=seed)
    if changed[:1] not in (b"\3", b"\4"):  # these cost a process each; see the test below
        target.check(changed)


@pytest.mark.parametrize("seed", range(4))
def test_changed_pdf_and_docx_give_an_answer_or_one_line(seed: int) -> None:
    pytest.importorskip("pypdf")
    pytest.importorskip("docx")
    start = [b"\3" + seeds.pdf(), b"\4" + seeds.docx()]
    for data in mutations.inputs(start, count=4, seed=seed):
        target.check(data)


@few
@given(st.lists(texts, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_answers_do_not_depend_on_what_was_read_before(said: list[str], chance) -> None:
    def answers(some: list[str]) -> dict[str, str]:
        return {text: analyze_document(read_text(text)).to_json() for text in some}

    before = answers(said)
    chance.shuffle(said)
    assert answers(said) == before


def test_answers_stand_in_the_order_of_the_paths_in_any_number_of_processes(tmp_path) -> None:
    paths = []
    for number in range(40):
        paths.append(tmp_path / f"{number}")
        paths[-1].write_text(
            f"You may copy it. You may not {ACTS[number % 7]} it.\n" * (number % 5)
        )
    one, two = (analyze_many(paths, jobs=jobs) for jobs in (1, 2))
    assert msgspec.json.encode(one) == msgspec.json.encode(two)
    assert [type(each) for each in one[::5]] == [Failure] * 8
    backwards = analyze_many(paths[::-1])
    assert msgspec.json.encode(backwards[::-1]) == msgspec.json.encode(one)


@some
@given(st.sets(st.sampled_from(GRANTS), min_size=3), st.sampled_from(PROHIBITIONS), st.booleans())
def test_one_more_prohibition_never_opens_a_license(granted, prohibition, last) -> None:
    acts = [act for act in GRANTS if act in granted]
    grant = f"Permission is granted to {', '.join(acts[:-1])} and {acts[-1]} the Software."
    parts = [grant, "The notice above must be kept.", "THE SOFTWARE COMES WITHOUT WARRANTY."]
    before = analyze_document(read_text("\n\n".join(parts))).openness
    parts.insert(3 if last else 1, prohibition)
    after = analyze_document(read_text("\n\n".join(parts))).openness
    assert before.rank is not None
    assert after.rank is not None
    assert after.rank >= before.rank


@some
@given(texts)
def test_a_record_is_the_same_after_json(text: str) -> None:
    found = analyze_document(read_text(text))
    again = msgspec.json.decode(found.to_json(), type=Analysis)
    assert again == found


@some
@given(st.text(st.characters(), max_size=40))
def test_names_of_files_never_break_the_line(name: str) -> None:
    with pytest.raises(OpenClauseError) as caught:
        read_bytes(b"", path=name)
    assert str(caught.value).isprintable()


@pytest.mark.slow
def test_thousands_of_changed_inputs_give_answers_or_one_line() -> None:
    count = 0
    for data in mutations.inputs(list(seeds.seeds()), count=2_000, seed=9):
        target.check(data)
        count += 1
    assert count == 2_000
