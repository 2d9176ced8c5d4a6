from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from openclause import corpus
from openclause.corpus import ClauseLabel, Record, Source
from openclause.errors import DataError
from openclause.index import load_index

COMMITTED = Path(__file__).parents[1] / "corpora" / "licenses"
TEXT = "You may copy it.\r\nYou may not sell it.\n"
MAY = ClauseLabel(0, 16, "distribute", "permission", "recipient", True)
MAY_NOT = ClauseLabel(18, 38, "sell", "prohibition", "recipient", True)


def record(key: str = "acme-1.0", **changes: Any) -> Record:
    made = Record(
        key=key,
        name="ACME License 1.0",
        language="en",
        artifact="software",
        category="source-available",
        addendum=False,
        hard=False,
        basis="read",
        family=key,
        split="train",
        chars=len(TEXT),
        sha256=corpus.digest(TEXT.encode()),
    )
    return msgspec.structs.replace(made, **changes)


def write(folder: Path, *records: Record, text: str | None = TEXT) -> Path:
    (folder / "texts").mkdir(exist_ok=True)
    for made in records:
        corpus.write_record(made, folder)
        if text is not None:
            corpus.text_path(folder, made.key).write_bytes(text.encode())
    return folder


@pytest.fixture(scope="module")
def committed() -> tuple[Record, ...]:
    return corpus.read_records(COMMITTED)


class TestCommitted:
    def test_every_record_is_right_without_its_text(self, committed: tuple[Record, ...]) -> None:
        assert corpus.check(committed) == ()

    def test_every_record_stands_in_the_canonical_shape(
        self, committed: tuple[Record, ...]
    ) -> None:
        for made in committed:
            stored = (COMMITTED / f"{made.key}.toml").read_bytes().decode("utf-8")
            assert stored == corpus.to_toml(made), made.key

    def test_every_record_names_a_file_of_the_pinned_package(
        self, committed: tuple[Record, ...]
    ) -> None:
        pin = tomllib.loads((COMMITTED.parent / "source.toml").read_text("utf-8"))
        for made in committed:
            file = f"licensedcode/data/licenses/{made.key}.LICENSE"
            if made.unnamed:
                file = f"licensedcode/data/rules/{made.key.removesuffix('-rule')}.RULE"
            assert made.source
            assert made.source.file.lower() == file.lower()
            assert (made.source.package, made.source.version) == (pin["package"], pin["version"])

    def test_no_text_is_identified_as_one_without_a_name(
        self, committed: tuple[Record, ...]
    ) -> None:
        known = {license_.id for license_ in load_index().known}
        assert known == {made.key for made in committed if not made.unnamed}

    def test_every_family_is_named_after_a_member(self, committed: tuple[Record, ...]) -> None:
        family = {made.key: made.family for made in committed}
        assert {name for name in family.values() if family.get(name) != name} == set()

    def test_splits_hold_about_what_they_should(self, committed: tuple[Record, ...]) -> None:
        named = [made for made in committed if not made.unnamed]
        splits = corpus.stats(named).splits
        assert splits["test"] / len(named) == pytest.approx(0.15, abs=0.03)
        assert splits["dev"] / len(named) == pytest.approx(0.10, abs=0.03)

    def test_the_datasheet_gives_the_numbers(self, committed: tuple[Record, ...]) -> None:
        sheet = (COMMITTED / "README.md").read_text("utf-8")
        found = corpus.stats(committed)
        rows = {
            "records": found.records,
            "characters": found.chars,
            "families": found.families,
            "texts in the largest family": found.largest_family,
            "texts annotated clause by clause": found.annotated,
            "clauses": found.clauses,
            **found.splits,
            **{f"`{name}`": sum(counts.values()) for name, counts in found.categories.items()},
        }
        missing = [name for name, n in rows.items() if f"| {name} | {n:,} |" not in sheet]
        assert missing == []

    def test_the_datasheet_explains_every_field(self) -> None:
        sheet = (COMMITTED / "README.md").read_text("utf-8")
        fields = Record.__struct_fields__ + ClauseLabel.__struct_fields__
        assert [name for name in fields if f"`{name}`" not in sheet] == []

    def test_every_text_is_the_labelled_one(self) -> None:
        if not (COMMITTED / "texts").is_dir():
            pytest.skip("texts are not fetched: run `openclause corpus fetch`")
        assert len(corpus.load(COMMITTED)) == len(corpus.read_records(COMMITTED))


class TestRecordFiles:
    @pytest.mark.parametrize(
        "made",
        [
            record(),
            record(clauses=()),
            record(clauses=(MAY, MAY_NOT), spdx_id="ACME-1.0", alt="proprietary", why="No sale."),
            record(
                name='Lawyer\'s "own" \\ \u201ctext\u201d \t\x7f \U0001f600', language="zh-hans"
            ),
            record(source=Source("package", "1.0", "a/b.LICENSE"), scancode_category="CLA"),
        ],
        ids=["least", "annotated but empty", "clauses", "odd characters", "source"],
    )
    def test_writing_and_reading_give_the_record_back(self, made: Record, tmp_path: Path) -> None:
        path = corpus.write_record(made, tmp_path)
        assert corpus.read_records(tmp_path) == (made,)
        assert path.read_bytes().decode("utf-8") == corpus.to_toml(made)

    def test_a_clause_takes_one_line(self) -> None:
        assert (
            '  { start = 0, end = 16, term = "distribute", modality = "permission", '
            'holder = "recipient", main = true },\n'
        ) in corpus.to_toml(record(clauses=(MAY, MAY_NOT)))

    def test_what_is_unknown_is_left_out(self) -> None:
        assert "spdx_id" not in corpus.to_toml(record())

    def test_records_are_sorted_by_key(self, tmp_path: Path) -> None:
        write(tmp_path, record("a-b"), record("a"), record("a.b"))
        assert [made.key for made in corpus.read_records(tmp_path)] == ["a", "a-b", "a.b"]

    def test_writing_leaves_no_other_file(self, tmp_path: Path) -> None:
        corpus.write_record(record(), tmp_path)
        corpus.write_record(record(hard=True), tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["acme-1.0.toml"]

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('name = "ACME License 1.0"\n', "", "`name`"),
            ("hard = false", "hard = false\ncolour = 1", "`colour`"),
            ("addendum = false", 'addendum = "no"', "$.addendum"),
            ('split = "train"', 'split = "exam"', "$.split"),
            ('modality = "permission"', 'modality = "may"', "$.clauses[0].modality"),
            ('holder = "recipient"', 'holder = "you"', "$.clauses[0].holder"),
            ("main = true", "main = true, note = 1", "`note`"),
            ('key = "acme-1.0"', 'key = "acme-2.0"', "[key]"),
            ("chars = ", "chars == ", "line"),
        ],
    )
    def test_a_bad_record_gives_one_line_that_names_file_and_key(
        self, old: str, new: str, said: str, tmp_path: Path
    ) -> None:
        path = corpus.write_record(record(clauses=(MAY,)), tmp_path)
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        with pytest.raises(DataError) as raised:
            corpus.read_records(tmp_path)
        message = str(raised.value)
        assert message.startswith(str(path))
        assert said in message
        assert "\n" not in message

    def test_a_record_that_is_not_utf_8_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "acme.toml").write_bytes(b'key = "\xff"')
        with pytest.raises(DataError, match=r"acme\.toml: 'utf-8' codec"):
            corpus.read_records(tmp_path)

    @pytest.mark.parametrize("text", ["a = " + "[" * 100_000, f"{'a.' * 20_000}a = 1"])
    def test_a_record_that_would_take_for_ever_is_named(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "acme.toml").write_text(text)
        with pytest.raises(DataError, match=r"acme\.toml: .* too many .*; mend the record"):
            corpus.read_records(tmp_path)

    def test_a_folder_without_records_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"no records.*--corpus"):
            corpus.read_records(tmp_path)


class TestCheck:
    def test_right_records_have_no_problem(self) -> None:
        assert corpus.check([record(clauses=(MAY, MAY_NOT))], {"acme-1.0": TEXT}) == ()

    @pytest.mark.parametrize(
        ("made", "where", "said"),
        [
            (record(category="freeware"), "[category]", "'freeware'"),
            (record(alt="freeware"), "[alt]", "'freeware'"),
            (record(alt="source-available"), "[alt]", "leave it out"),
            (record("Acme/1"), "[key]", "small letters"),
            (record(sha256="abc"), "[sha256]", "hexadecimal"),
            (record(split="test", clauses=(MAY,)), "[split]", "train or dev"),
        ],
    )
    def test_a_wrong_label_is_found(self, made: Record, where: str, said: str) -> None:
        (problem,) = corpus.check([made])
        assert problem.startswith(f"{made.key}.toml {where}")
        assert said in problem

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"term": "copying"}, "'copying'"),
            ({"modality": "may"}, "'may'"),
            ({"end": 999}, "[0, 999)"),
            ({"start": -1}, "[-1, 16)"),
            ({"start": 16}, "[16, 16)"),
        ],
    )
    def test_a_wrong_clause_is_found(self, change: dict[str, Any], said: str) -> None:
        label = msgspec.structs.replace(MAY, **change)
        (problem,) = corpus.check([record(clauses=(MAY_NOT, label))])
        assert problem.startswith("acme-1.0.toml [clauses 1]:")
        assert said in problem

    def test_a_repeated_clause_is_found(self) -> None:
        again = msgspec.structs.replace(MAY, main=False)
        (problem,) = corpus.check([record(clauses=(MAY, again))])
        assert "[clauses 1]: says the same" in problem

    def test_a_repeated_key_is_found(self) -> None:
        (problem,) = corpus.check([record(), record()])
        assert "[key]: is used twice" in problem

    def test_a_family_in_two_splits_is_found(self) -> None:
        (problem,) = corpus.check([record("a"), record("b", family="a", split="test")])
        assert "b.toml [split]: family 'a' is in 'train' and 'test'" in problem

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("You may copy that." + TEXT[18:], "[sha256]: the text has changed"),
            (TEXT.replace("\r\n", "\n"), "[sha256]: the text has changed"),
        ],
    )
    def test_a_changed_text_is_found(self, text: str, said: str) -> None:
        assert said in corpus.check([record()], {"acme-1.0": text})[0]

    def test_a_wrong_length_is_found(self) -> None:
        (problem,) = corpus.check([record(chars=7)], {"acme-1.0": TEXT})
        assert "[chars]: is 7, the text has 39" in problem

    def test_an_empty_quote_is_found(self) -> None:
        blank = msgspec.structs.replace(MAY, start=16, end=18)
        (problem,) = corpus.check([record(clauses=(blank,))], {"acme-1.0": TEXT})
        assert "[clauses 0]: quotes nothing" in problem

    @pytest.mark.parametrize(
        ("source", "mend"),
        [(None, "put it there"), (Source("p", "1", "f"), "openclause corpus fetch")],
    )
    def test_a_missing_text_is_found(self, source: Source | None, mend: str) -> None:
        (problem,) = corpus.check([record(source=source)], {})
        assert "texts/acme-1.0.txt is missing" in problem
        assert mend in problem

    def test_all_problems_are_returned(self) -> None:
        wrong = record(category="x", alt="y", clauses=(msgspec.structs.replace(MAY, term="z"),))
        assert len(corpus.check([wrong, record()], {})) == 6


class TestLoad:
    def test_texts_keep_their_line_ends(self, tmp_path: Path) -> None:
        write(tmp_path, record("b"), record("a"))
        documents = corpus.load(tmp_path)
        assert [document.record.key for document in documents] == ["a", "b"]
        assert [document.text for document in documents] == [TEXT, TEXT]

    def test_problems_are_one_line_with_their_number(self, tmp_path: Path) -> None:
        write(tmp_path, record("a"), record("b"), text=None)
        with pytest.raises(DataError, match=r"a\.toml \[sha256\]: .* \(and 1 more\)$"):
            corpus.load(tmp_path)

    def test_a_text_that_is_not_utf_8_is_named(self, tmp_path: Path) -> None:
        write(tmp_path, record("a"))
        corpus.text_path(tmp_path, "a").write_bytes(b"\xff")
        with pytest.raises(DataError, match=r"a\.txt: 'utf-8' codec"):
            corpus.load(tmp_path)


class TestDefaultFolder:
    def test_it_is_found_from_below(self, tmp_path: Path) -> None:
        (tmp_path / "corpora" / "licenses").mkdir(parents=True)
        (tmp_path / "deep" / "er").mkdir(parents=True)
        found = corpus.default_folder(tmp_path / "deep" / "er")
        assert found == (tmp_path / "corpora" / "licenses").resolve()

    def test_none_is_an_error_that_names_the_option(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="--corpus"):
            corpus.default_folder(tmp_path)


class TestFolds:
    def made(self) -> list[Record]:
        kinds = ["permissive", "proprietary"]
        return [record(f"k{i}", family=f"f{i // 3}", category=kinds[i // 3 % 2]) for i in range(60)]

    def test_folds_share_no_family_and_lose_no_record(self) -> None:
        folds = corpus.folds(self.made(), 5)
        names = [{made.family for made in fold} for fold in folds]
        assert sum(map(len, names)) == len(set().union(*names)) == 20
        assert sum(map(len, folds)) == 60

    def test_folds_are_even_in_size_and_category(self) -> None:
        folds = corpus.folds(self.made(), 5)
        assert [len(fold) for fold in folds] == [12] * 5
        counts = [sum(made.category == "permissive" for made in fold) for fold in folds]
        assert counts == [6] * 5

    def test_folds_do_not_depend_on_order(self) -> None:
        assert corpus.folds(self.made(), 4) == corpus.folds(self.made()[::-1], 4)

    @pytest.mark.parametrize("n", [0, 21])
    def test_too_many_or_too_few_are_an_error(self, n: int) -> None:
        with pytest.raises(DataError, match=f"20 families cannot make {n} folds"):
            corpus.folds(self.made(), n)


def test_stats_count_records_clauses_and_families() -> None:
    made = [
        record("a", clauses=(MAY, MAY_NOT), split="dev"),
        record("b", family="a", split="dev"),
        record("c", category="permissive", basis="mapped"),
    ]
    found = corpus.stats(made)
    assert (found.records, found.families, found.largest_family) == (3, 2, 2)
    assert (found.annotated, found.clauses) == (1, 2)
    assert found.categories["source-available"] == {"dev": 2}
    assert found.categories["not-a-license"] == {}
    assert found.splits == {"dev": 2, "train": 1}
    assert found.bases == {"read": 2, "mapped": 1}
    assert found.terms == {"distribute": 1, "sell": 1}


class TestPlace:
    OLD = "Redistribution is permitted to everyone who keeps this notice and names the author."

    def test_a_relative_gives_its_family_and_split(self) -> None:
        old = corpus.LabelledDocument(record("old", family="elder", split="dev"), self.OLD)
        assert corpus.place("new", f"{self.OLD} Thanks!", among=[old]) == ("elder", "dev")

    def test_a_stranger_founds_its_own(self) -> None:
        old = corpus.LabelledDocument(record("old", family="elder", split="dev"), self.OLD)
        family, split = corpus.place("new", "Nobody may do anything with it at all.", among=[old])
        assert family == "new"
        assert split in {"train", "dev", "test"}
