import json
import os
import resource
import signal
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from openclause import modelfile
from openclause.errors import ModelError
from openclause.modelfile import CARD, MANIFEST, Part, find_folder, read_part, write_model


@pytest.fixture
def part():
    arrays = {
        "weights": np.arange(12, dtype=np.float16).reshape(6, 2),
        "owners": np.array([3, 1, 2], np.uint16),
    }
    return Part("toy", {"labels": ["a", "b"], "temperature": 1.5}, arrays)


@pytest.fixture
def folder(tmp_path, part):
    write(tmp_path / "models", part)
    return tmp_path / "models"


def write(folder, *parts, card="# Card\n"):
    versions = {"numpy": "2", "openclause": "1"}
    return write_model(folder, parts, versions=versions, corpus_sha256="0" * 64, card=card)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def edit_manifest(folder, **fields):
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def replace_file(folder, name, data):
    """Put other bytes in a file and its right sha256 in the manifest."""
    (folder / name).write_bytes(data)
    files = json.loads((folder / MANIFEST).read_text())["files"]
    edit_manifest(folder, files=files | {name: sha256(data).hexdigest()})


def test_a_part_is_read_as_it_was_written(folder, part):
    again = read_part(folder, "toy")
    assert again.settings == part.settings
    assert set(again.arrays) == {"weights", "owners"}
    for name, array in part.arrays.items():
        assert again.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(again.arrays[name], array)


def test_the_folder_holds_manifest_card_settings_and_arrays(folder):
    names = {MANIFEST, CARD, "toy.json", "toy.weights.npy", "toy.owners.npy"}
    assert set(contents(folder)) == names
    assert json.loads((folder / MANIFEST).read_text())["format_version"] == 1


def test_the_same_parts_give_the_same_bytes(folder, part, tmp_path):
    write(tmp_path / "again", part)
    assert contents(tmp_path / "again") == contents(folder)


def test_parts_are_told_apart_even_if_one_name_begins_the_other(tmp_path, part):
    other = Part("toy-two", {}, {"weights": np.zeros(3)})
    write(tmp_path / "models", part, other)
    assert set(read_part(tmp_path / "models", "toy").arrays) == {"weights", "owners"}
    assert set(read_part(tmp_path / "models", "toy-two").arrays) == {"weights"}


def test_a_part_is_read_although_another_is_damaged(tmp_path, part):
    write(tmp_path / "models", part, Part("other", {}, {"x": np.zeros(3)}))
    (tmp_path / "models" / "other.x.npy").unlink()
    assert read_part(tmp_path / "models", "toy").settings == part.settings


@pytest.mark.parametrize("name", ["toy.json", "toy.weights.npy"])
def test_one_changed_byte_is_an_error(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[-1] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=rf"{name}: has changed"):
        read_part(folder, "toy")


@pytest.mark.parametrize("name", ["toy.json", "toy.weights.npy", MANIFEST])
def test_a_truncated_file_is_an_error(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes()[:-9])
    with pytest.raises(ModelError, match=name):
        read_part(folder, "toy")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("name", ["toy.json", "toy.weights.npy"])
def test_a_pipe_in_the_place_of_a_file_is_an_error(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(ModelError, match=f"{name}: is no regular file"):
        read_part(folder, "toy")


@pytest.mark.parametrize("name", ["toy.json", "toy.weights.npy", MANIFEST])
def test_a_file_larger_than_any_is_not_read(folder, name):
    os.truncate(folder / name, 2**40)  # sparse: it takes no room
    with pytest.raises(ModelError, match=f"{name}: is larger than 268435456 bytes"):
        read_part(folder, "toy")


@pytest.mark.parametrize("name", ["toy.json", "toy.weights.npy", MANIFEST])
def test_a_missing_file_is_an_error(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        read_part(folder, "toy")


def test_an_unknown_part_is_an_error(folder):
    with pytest.raises(ModelError, match="no part 'clause'"):
        read_part(folder, "clause")


def test_a_newer_format_is_named(folder):
    edit_manifest(folder, format_version=2, surprise=True)
    with pytest.raises(ModelError, match="format version is 2, this openclause reads 1"):
        read_part(folder, "toy")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "\0\1\2", "[" * 100_000, '{"format": "onnx", "format_version": 1}']
)
def test_a_foreign_manifest_is_an_error(folder, text):
    (folder / MANIFEST).write_text(text)
    with pytest.raises(ModelError, match=MANIFEST) as caught:
        read_part(folder, "toy")
    assert "\n" not in str(caught.value)


def test_an_unknown_field_of_the_manifest_is_an_error(folder):
    edit_manifest(folder, code="import os")
    with pytest.raises(ModelError, match="code"):
        read_part(folder, "toy")


@pytest.mark.parametrize("name", ["toy.../../secret.npy", "../toy.json"])
def test_no_file_outside_the_folder_is_read(folder, name):
    edit_manifest(folder, files={name: "0" * 64, "toy.json": "0" * 64})
    with pytest.raises(ModelError, match="outside its folder"):
        read_part(folder, "toy")


def test_a_pickle_is_not_loaded(folder, tmp_path):
    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "ran"),))

    with (tmp_path / "trap.npy").open("wb") as stream:
        np.save(stream, np.array([Trap()], object), allow_pickle=True)
    replace_file(folder, "toy.weights.npy", (tmp_path / "trap.npy").read_bytes())
    with pytest.raises(ModelError, match=r"toy\.weights\.npy: holds object"):
        read_part(folder, "toy")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "shape", [b"(9, 9)", b"(99,) ", b"(-6,2)", b"9**9**", b"[1, 2 ", b"\x80\0\xff(((", b""]
)
def test_a_header_that_does_not_fit_is_an_error(folder, shape):
    data = (folder / "toy.weights.npy").read_bytes().replace(b"(6, 2)", shape)
    replace_file(folder, "toy.weights.npy", data)
    with pytest.raises(ModelError, match=r"toy\.weights\.npy"):
        read_part(folder, "toy")


def test_settings_that_are_no_json_are_an_error(folder):
    replace_file(folder, "toy.json", b"labels = 3")
    with pytest.raises(ModelError, match=r"toy\.json"):
        read_part(folder, "toy")


def test_writing_replaces_the_old_model_whole(folder, part):
    write(folder, Part("new", {}, {"x": np.zeros(2)}))
    assert set(contents(folder)) == {MANIFEST, CARD, "new.json", "new.x.npy"}
    assert [path.name for path in folder.parent.iterdir()] == ["models"]


def test_an_empty_folder_is_filled(tmp_path, part):
    (tmp_path / "models").mkdir()
    write(tmp_path / "models", part)
    assert read_part(tmp_path / "models", "toy").settings == part.settings


def test_a_folder_with_other_files_is_left_alone(folder, part):
    (folder / "thesis.txt").write_text("years of work")
    before = contents(folder)
    with pytest.raises(ModelError, match=r"thesis\.txt"):
        write(folder, part)
    assert contents(folder) == before


def test_a_file_in_the_folders_place_is_left_alone(tmp_path, part):
    (tmp_path / "models").write_text("mine")
    with pytest.raises(ModelError, match="is a file"):
        write(tmp_path / "models", part)
    assert (tmp_path / "models").read_text() == "mine"


def test_a_failed_write_leaves_the_old_model(folder, part, monkeypatch):
    before = contents(folder)
    replace = Path.replace

    def fail_for_new(self, target):
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_for_new)
    with pytest.raises(ModelError, match="No space left"):
        write(folder, Part("new", {}, {"x": np.zeros(2)}))
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["models"]


def test_the_folder_asked_for_is_taken(folder):
    assert find_folder(folder) == folder


def test_a_folder_without_a_model_is_an_error(tmp_path):
    with pytest.raises(ModelError, match=r"no model here \(model\.json is missing\)"):
        find_folder(tmp_path)


def whole(folder):
    """Tell which model a folder holds, having read all of it."""
    return read_part(find_folder(folder), "toy").settings["temperature"]


_CALLS = ("replace", "unlink", "mkdir", "open")


def killed_at(step, act, how):
    """Run `act` in a child that is stopped at its n-th call to the file system; tell if it was."""
    child = os.fork()
    if child == 0:
        count = 0

        def stepping(call):
            def step_on(*arguments, **options):
                nonlocal count
                count += 1
                if count == step:
                    how()
                return call(*arguments, **options)

            return step_on

        for name in _CALLS:
            setattr(Path, name, stepping(getattr(Path, name)))
        for name in ("link", "fsync", "rmdir", "unlink"):
            setattr(os, name, stepping(getattr(os, name)))
        with suppress(ModelError):
            act()
        os._exit(2 if count >= step else 0)
    status = os.waitpid(child, 0)[1]
    return status != 0


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def run_out_of_space():
    raise OSError(28, "No space left on device")


@pytest.mark.filterwarnings("ignore:This process")
@pytest.mark.parametrize("how", [die, run_out_of_space])
def test_a_run_that_stops_anywhere_leaves_a_whole_model(tmp_path, part, how):
    """The old or the new one, whichever step it stops at; the next run ends as if none had."""
    arrays = part.arrays | {"more": np.zeros(3)}
    new = Part("toy", {"labels": [], "temperature": 2.5}, arrays)
    write(tmp_path / "expected", new)
    seen = set()
    for step in range(1, 200):
        folder = tmp_path / f"models-{step}"
        write(folder, part, Part("old", {}, {"x": np.zeros(2)}))
        stopped = killed_at(step, lambda folder=folder: write(folder, new), how)
        seen.add(whole(folder))
        write(folder, new)
        assert contents(folder) == contents(tmp_path / "expected"), step
        if not stopped:
            break
    assert seen == {1.5, 2.5}
    assert step > 20


@pytest.mark.filterwarnings("ignore:This process")
def test_a_file_that_does_not_fit_leaves_the_old_model(folder):
    before = contents(folder)
    big = Part("toy", {"temperature": 2.5}, {"big": np.zeros(100_000)})

    def act():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        write(folder, big)

    assert killed_at(0, act, die)
    assert contents(folder) == before


def test_a_few_hundred_flipped_bytes_give_one_clear_line_each(folder):
    """In the files of a part every flip is seen; in the manifest only harmless ones are not."""
    random = np.random.default_rng(7)
    before = contents(folder)
    for name in (MANIFEST, "toy.json", "toy.weights.npy", "toy.owners.npy"):
        for _ in range(100):
            data = bytearray(before[name])
            data[random.integers(len(data))] ^= 1 << random.integers(8)
            (folder / name).write_bytes(data)
            try:
                settings = read_part(folder, "toy").settings
            except ModelError as error:
                said = str(error)
                assert str(folder) in said
                assert said.isprintable(), said
                assert len(said) < 500
            else:
                assert name == MANIFEST
                assert settings["temperature"] == 1.5
            (folder / name).write_bytes(before[name])


def test_flips_that_bring_their_own_sum_load_as_data_or_not_at_all(folder):
    random = np.random.default_rng(8)
    said = set()
    original = (folder / "toy.weights.npy").read_bytes()
    for _ in range(300):
        data = bytearray(original)
        data[random.integers(128)] ^= 1 << random.integers(8)
        replace_file(folder, "toy.weights.npy", bytes(data))
        try:
            assert read_part(folder, "toy").arrays["weights"].dtype.kind in "fiu"
        except ModelError as error:
            said.add("toy.weights.npy" in str(error))
    assert said == {True}


@pytest.fixture
def checkout(tmp_path, part, monkeypatch):
    package = tmp_path / "src" / "openclause"
    package.mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(modelfile, "__file__", str(package / "modelfile.py"))
    write(tmp_path / "models", part)
    return tmp_path


def test_in_a_checkout_the_projects_models_are_taken(checkout):
    assert find_folder() == checkout / "models"


def test_the_packages_own_models_come_first(checkout, part):
    packaged = checkout / "src" / "openclause" / "models"
    write(packaged, part)
    assert find_folder() == packaged


def test_the_models_of_a_foreign_project_are_not_taken(checkout, monkeypatch):
    site = checkout / ".venv" / "lib" / "openclause"
    site.mkdir(parents=True)
    monkeypatch.setattr(modelfile, "__file__", str(site / "modelfile.py"))
    with pytest.raises(ModelError, match="no model here"):
        find_folder()
