from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import msgspec
import pytest

from openclause import corpus, fetching
from openclause.corpus import Record, Source
from openclause.errors import DataError

WHEEL = "labels-1.0-py3-none-any.whl"
TEXTS = {
    "acme-1.0": "ACME\r\nYou may copy it.\n",
    "bolt": "---\nYou may \u201cuse\u201d it.\n---\n",
    "nut": "No line end",
}


def record(key: str, text: str, *, version: str = "1.0") -> Record:
    return Record(
        key=key,
        name=key,
        language="en",
        artifact="software",
        category="permissive",
        addendum=False,
        hard=False,
        basis="read",
        family=key,
        split="train",
        chars=len(text),
        sha256=corpus.digest(text.encode()),
        source=Source("labels", version, f"data/{key}.LICENSE"),
    )


class World:
    """A corpus, a wheel for it, a cache, and a pip that copies the wheel and counts its runs."""

    def __init__(self, root: Path) -> None:
        self.folder, self.cache = root / "corpora" / "licenses", root / "cache"
        self.folder.mkdir(parents=True)
        for key, text in TEXTS.items():
            corpus.write_record(record(key, text), self.folder)
        self.shelf = root / "shelf.whl"
        with zipfile.ZipFile(self.shelf, "w") as archive:
            for key, text in TEXTS.items():
                front = f"---\nkey: {key}\nname: |\n  --- {key}\n---\n"
                archive.writestr(f"data/{key}.LICENSE", (front + text).encode())
        self.pin(corpus.digest(self.shelf.read_bytes()))
        self.runs: list[list[str]] = []
        self.stages: list[tuple[str, int, int]] = []

    def pin(self, sha256: str) -> None:
        lines = {"package": "labels", "version": "1.0", "wheel": WHEEL, "sha256": sha256}
        body = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
        (self.folder.parent / "source.toml").write_text(body + "size = 10\n", "utf-8")

    def pip(self, arguments: Sequence[str]) -> CompletedProcess[str]:
        self.runs.append(list(arguments))
        into = Path(arguments[arguments.index("--dest") + 1])
        (into / WHEEL).write_bytes(self.shelf.read_bytes())
        return CompletedProcess(arguments, 0, "", "")

    def progress(self, stage: str, done: int, total: int) -> None:
        self.stages.append((stage, done, total))

    def fetch(self, run: fetching.Runner | None = None) -> int:
        return fetching.fetch(
            self.folder, cache=self.cache, run=run or self.pip, progress=self.progress
        )

    def text(self, key: str) -> Path:
        return corpus.text_path(self.folder, key)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_texts_are_written_without_front_matter_byte_for_byte(world: World) -> None:
    assert world.fetch() == 3
    assert {key: world.text(key).read_bytes() for key in TEXTS} == {
        key: text.encode() for key, text in TEXTS.items()
    }


def test_of_a_rule_the_marks_of_required_words_are_left_out(tmp_path: Path) -> None:
    wheel = tmp_path / WHEEL
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("data/nut.RULE", "---\nrelevance: 90\n---\nUnder the {{Nut License}}.\n")
        archive.writestr("data/nut.LICENSE", "Fill in {{owner}}.")
    pin = fetching.Pin("labels", "1.0", WHEEL, 10, "0" * 64)
    for ending, text in (("RULE", "Under the Nut License.\n"), ("LICENSE", "Fill in {{owner}}.")):
        source = Source("labels", "1.0", f"data/nut.{ending}")
        one = msgspec.structs.replace(record("nut", text), source=source)
        with zipfile.ZipFile(wheel) as archive:
            assert fetching.text_in(archive, one, pin=pin).decode() == text


def test_what_is_fetched_loads(world: World) -> None:
    world.fetch()
    assert [document.text for document in corpus.load(world.folder)] == list(TEXTS.values())


def test_pip_is_asked_for_the_pinned_wheel_on_any_python(world: World) -> None:
    world.fetch()
    (arguments,) = world.runs
    assert arguments[0] == "download"
    assert arguments[-1] == "labels==1.0"
    assert {"--no-deps", "--python-version=3.11", "--abi=none"} <= set(arguments)


def test_progress_tells_stage_and_numbers(world: World) -> None:
    world.fetch()
    assert world.stages == [
        ("download", 0, 10),
        ("download", 10, 10),
        ("texts", 1, 3),
        ("texts", 2, 3),
        ("texts", 3, 3),
    ]


def test_right_texts_need_neither_wheel_nor_pip(world: World) -> None:
    world.fetch()
    (world.cache / WHEEL).unlink()
    assert world.fetch() == 0
    assert len(world.runs) == 1


def test_only_missing_and_changed_texts_are_written(world: World) -> None:
    world.fetch()
    kept = world.text("bolt").stat().st_mtime_ns
    world.text("nut").unlink()
    world.text("acme-1.0").write_text("half a te", "utf-8")
    assert world.fetch() == 2
    assert world.text("bolt").stat().st_mtime_ns == kept
    assert world.text("acme-1.0").read_bytes() == TEXTS["acme-1.0"].encode()
    assert len(world.runs) == 1


def test_nothing_but_texts_and_the_wheel_is_left_behind(world: World) -> None:
    world.fetch()
    assert [path.name for path in world.cache.iterdir()] == [WHEEL]
    assert {path.stem for path in world.text("any").parent.iterdir()} == set(TEXTS)


def test_a_damaged_wheel_in_the_cache_is_downloaded_again(world: World) -> None:
    world.cache.mkdir()
    (world.cache / WHEEL).write_bytes(b"half a wheel")
    assert world.fetch() == 3
    assert len(world.runs) == 1


def failing(code: int, stderr: str) -> Callable[[Sequence[str]], CompletedProcess[str]]:
    return lambda arguments: CompletedProcess(arguments, code, "", stderr)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (failing(1, "WARNING: Retrying\nERROR: No matching distribution\n"), "No matching"),
        (failing(1, ""), "no such file came"),
        (failing(0, ""), "no such file came"),
    ],
    ids=["offline", "silent", "no wheel"],
)
def test_a_failing_pip_gives_one_line_that_says_what_to_do(
    world: World, run: fetching.Runner, said: str
) -> None:
    with pytest.raises(DataError) as raised:
        world.fetch(run)
    message = str(raised.value)
    assert message.startswith("labels==1.0: ")
    assert said in message
    assert f"put {WHEEL} into {world.cache}" in message
    assert "\n" not in message
    assert not world.text("nut").exists()


def test_a_wheel_put_into_the_cache_by_hand_is_used(world: World) -> None:
    world.cache.mkdir()
    (world.cache / WHEEL).write_bytes(world.shelf.read_bytes())
    assert world.fetch(failing(1, "offline")) == 3


def test_a_tampered_wheel_is_refused_and_not_kept(world: World) -> None:
    world.pin("0" * 64)
    with pytest.raises(DataError, match="sha256 is not the pinned 0000"):
        world.fetch()
    assert list(world.cache.iterdir()) == []
    assert not world.text("nut").exists()


def test_a_text_of_another_sha256_is_refused_by_name(world: World) -> None:
    corpus.write_record(record("bolt", "Another text."), world.folder)
    with pytest.raises(DataError, match=r"bolt\.toml \[sha256\]: not that of data/bolt\.LICENSE"):
        world.fetch()
    assert world.text("acme-1.0").exists()
    assert not world.text("bolt").exists()


def test_a_record_of_another_version_is_refused_by_name(world: World) -> None:
    corpus.write_record(record("bolt", TEXTS["bolt"], version="2.0"), world.folder)
    with pytest.raises(DataError, match=r"bolt\.toml \[source\]: is not labels 1\.0"):
        world.fetch()


def test_a_file_that_the_wheel_lacks_is_named(world: World) -> None:
    corpus.write_record(record("screw", "Text."), world.folder)
    with pytest.raises(DataError, match=r"screw\.toml \[source\]: .* has no text data/screw"):
        world.fetch()


def test_a_text_of_the_user_is_left_alone(world: World) -> None:
    own = record("own", "Mine.")
    corpus.write_record(msgspec.structs.replace(own, source=None), world.folder)
    assert world.fetch() == 3
    assert not world.text("own").exists()


@pytest.mark.parametrize("pin", [None, "package = 1\n", "not toml"])
def test_a_missing_or_broken_pin_is_named(world: World, pin: str | None) -> None:
    path = world.folder.parent / "source.toml"
    path.unlink()
    if pin is not None:
        path.write_text(pin, "utf-8")
    with pytest.raises(DataError, match=r"source\.toml: .*; restore it"):
        world.fetch()


def test_a_folder_that_cannot_be_written_is_one_clear_line(world: World) -> None:
    (world.folder / "texts").write_text("in the way", "utf-8")
    with pytest.raises(DataError, match="make it writable"):
        world.fetch()


def test_the_cache_is_where_the_user_keeps_caches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert fetching.user_folder() == tmp_path / "openclause"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert fetching.user_folder() == tmp_path / ".cache" / "openclause"


def test_pip_that_ends_badly_is_reported_not_raised() -> None:
    ended = fetching.run_pip(["no-such-command"])
    assert ended.returncode != 0
    assert "no-such-command" in ended.stderr


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("---\nkey: a\n---\nText\n", "Text\n"),
        ("---\nkey: a\n---\n\n\n  Text", "Text"),
        ("---\nkey: a\n---\nText\n---\nmore\n---\n", "Text\n---\nmore\n---\n"),
        ("Text\n---\nno front matter\n---\n", "Text\n---\nno front matter\n---\n"),
        ("---\nkey: a\n---\nA\r\nB\n", "A\r\nB\n"),
    ],
)
def test_front_matter_is_taken_off_and_nothing_else(content: str, text: str) -> None:
    assert fetching.without_front_matter(content.encode()) == text.encode()


@pytest.mark.slow
def test_pip_brings_the_pinned_wheel(tmp_path: Path) -> None:
    folder = Path(__file__).parents[1] / "corpora" / "licenses"
    wheel = fetching.obtain(fetching.read_pin(folder), cache=tmp_path)
    assert zipfile.is_zipfile(wheel)
