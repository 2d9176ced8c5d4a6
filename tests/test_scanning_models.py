"""Folders of models in a scan: which they are, what they come to, and where their records stand."""

from __future__ import annotations

import csv
import json
import os
from collections import deque
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import scan_stubs
from test_finding_releases import WHOLE
from test_scanning_together import resolve
from test_scanning_writers import record
from trees import plant

from openclause.finding import ModelFolders, candidates
from openclause.finding.packages import Text
from openclause.page import View
from openclause.scanning import Plan, run
from openclause.scanning.models import with_models
from openclause.scanning.records import Identified
from openclause.scanning.together import text_of_record
from openclause.scanning.writers import WRITERS

CARD = "---\nlicense: other\nlicense_name: own\npipeline_tag: text-generation\n---\n# X\n"
GATED = "---\nlicense: mit\nextra_gated_prompt: agree\n---\nOnly through our API.\n"


def licensed(path, category="permissive", **given):
    found = Identified("mit", "MIT", "MIT License", 1.0, True)
    return record(path=path, category=category, identification=found, near=("mit",), **given)


def named(*paths, ignored=False):
    models = ModelFolders()
    deque(candidates([*map(Path, paths)], ignored=ignored, models=models), maxlen=0)
    return models.folders


def folders(root):
    return [os.path.relpath(one, root) for one in named(root).values()]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"x.gguf": "w"}, ["."]),
        ({"a/model.safetensors": "w", "b/x.py": ""}, ["a"]),
        ({"a/model.bin": "w", "a/config.json": "{}"}, ["a"]),
        ({"a/model.bin": "w"}, []),
        ({"a/net.onnx": "w", "a/test.py": ""}, []),
        ({"a/README.md": CARD}, ["a"]),
        ({"a/README.md": GATED}, ["a"]),
        ({"a/README.md": "---\nlicense: mit\nlayout: page\n---\n"}, []),
        ({"a/README.md": "---\nlicense: mit\n---\n", "a/config.json": "{}"}, ["a"]),
        ({"a/README.md": "---\nlicense: mit\ntask_categories: [x]\n---\n"}, []),
        ({"a/README.md": CARD, "a/vae/model.safetensors": "w"}, ["a"]),
        ({"node_modules/a/x.gguf": "w", ".git/x.gguf": "w"}, ["node_modules/a"]),
        ({"b/x.gguf": "w", "a/x.gguf": "w", "a-b/x.gguf": "w"}, ["a", "a-b", "b"]),
    ],
    ids=str,
)
def test_a_model_is_told_by_names_and_cards(tmp_path, files, found):
    assert folders(plant(tmp_path, files)) == found


def test_models_that_git_ignores_count_only_where_that_is_asked_for(tmp_path):
    plant(tmp_path, {".git/HEAD": "", ".gitignore": "big/\n", "big/x.gguf": "w"})
    assert folders(tmp_path) == []
    assert [*named(tmp_path, ignored=True).values()] == [str(tmp_path / "big")]


def test_a_loop_of_links_ends_and_a_snapshot_of_links_is_a_model(tmp_path):
    snapshot = tmp_path / "models--a--b" / "snapshots" / "0"
    plant(tmp_path, {"models--a--b/blobs/00": "w", "models--a--b/snapshots/0/config.json": "{}"})
    (snapshot / "model.safetensors").symlink_to("../../blobs/00")
    (snapshot / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert folders(tmp_path) == [str(snapshot.relative_to(tmp_path))]


def test_names_are_those_that_candidates_have(tmp_path, monkeypatch):
    plant(tmp_path, {"m/x.gguf": "w", "a\\b/x.gguf": "w"})
    monkeypatch.chdir(tmp_path)
    assert [*named(".")] == ["a\\\\b", "m"]
    assert [*named("./m", "m", tmp_path)] == ["m", f"{tmp_path}/a\\\\b"]
    monkeypatch.chdir(tmp_path / "m")
    assert [*named(".")] == [""]


def test_the_record_stands_behind_the_last_file_of_the_folder(tmp_path, monkeypatch):
    plant(tmp_path, {"a/x.gguf": "w", "b/x.gguf": "w", "c/x.gguf": "w"})
    monkeypatch.chdir(tmp_path)
    records = [licensed("a/LICENSE"), licensed("a/sub/LICENSE"), licensed("c/LICENSE")]
    found = [(one.kind, one.path) for one in with_models(records, named("."), resolve)]
    assert found == [
        ("licence", "a/LICENSE"),
        ("licence", "a/sub/LICENSE"),
        ("model", "a"),
        ("licence", "c/LICENSE"),
        ("model", "c"),
        ("model", "b"),
    ]


def test_without_models_records_pass_as_they_are(tmp_path):
    records = [licensed("a/LICENSE"), licensed("b/LICENSE")]
    assert [*with_models(records, named(tmp_path), resolve)] == records


def told(tmp_path, files, *records, lang="en"):
    root = plant(tmp_path / "m", files)
    below = [licensed(f"{root}/{name}", category) for name, category in records]
    (found,) = [one for one in with_models(below, named(root), resolve, lang=lang) if one.release]
    assert found.path == str(root)
    return found.release


def test_a_whole_release_reaches_its_class_and_each_component_has_its_license(tmp_path):
    found = told(tmp_path, WHOLE, ("LICENSE", "permissive"))
    assert (found.reached, found.at_best, found.category) == ("I", "I", "permissive")
    assert len(found.components) == 17
    weights = next(one for one in found.components if one.component == "model-parameters")
    assert (weights.status, weights.licenses) == ("open", ("LICENSE",))
    assert weights.files == ("model.safetensors",)


def test_the_verdict_of_the_text_stands_apart_from_the_release(tmp_path):
    found = told(tmp_path, {"x.gguf": "w"}, ("LICENSE", "permissive"))
    assert (found.category, found.reached) == ("permissive", None)
    found = told(tmp_path, WHOLE, ("LICENSE", "source-available"))
    assert (found.category, found.reached) == ("source-available", None)


def test_gated_and_api_only_are_said_in_both_languages(tmp_path):
    found = told(tmp_path, {"README.md": GATED})
    assert (found.gated, found.api_only, found.weights) == (True, True, "absent")
    assert any("asks for consent" in one for one in found.sentences)
    assert any("over an API" in one for one in found.sentences)
    korean = told(tmp_path, {"README.md": GATED}, lang="ko").sentences
    assert any("동의를 요구한다" in one for one in korean)


def test_files_of_a_component_are_cut_and_counted(tmp_path):
    found = told(tmp_path, {f"{n}.gguf": "w" for n in range(25)})
    weights = next(one for one in found.components if one.component == "model-parameters")
    assert (len(weights.files), weights.n_files) == (10, 25)


@pytest.fixture
def scanned(tmp_path):
    root = plant(tmp_path / "m", {"README.md": GATED, "x.gguf": "w"})
    return [*with_models([licensed(f"{root}/LICENSE")], named(root), resolve)]


def test_the_table_shows_class_text_and_components(scanned):
    said = b"".join(WRITERS["table"](scanned, View())).decode()
    assert "a model" in said
    assert "reaches no class" in said
    assert "open: final model parameters, model card (permissive, LICENSE)" in said
    korean = b"".join(WRITERS["table"](scanned, View(lang="ko"))).decode()
    assert "해당 등급 없음" in korean


def test_csv_has_columns_of_the_release(scanned):
    rows = [*csv.DictReader(StringIO(b"".join(WRITERS["csv"](scanned, View())).decode()))]
    assert (rows[0]["weights"], rows[0]["gated"]) == ("", "")
    assert (rows[1]["weights"], rows[1]["gated"]) == ("present", "true")
    assert rows[1]["category"] == "permissive"


def test_parquet_keeps_the_release(scanned):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(BytesIO(b"".join(WRITERS["parquet"](scanned, View()))))
    kept = table.to_pylist()[1]["release"]
    assert kept["weights"] == "present"
    assert {one["component"] for one in kept["components"]} >= {"model-parameters", "datasets"}


def test_sarif_and_html_name_the_model(scanned):
    log = json.loads(b"".join(WRITERS["sarif"](scanned, View())))
    (found,) = [one for one in log["runs"][0]["results"] if one["ruleId"] == "model"]
    assert found["level"] == "note"
    assert "The weights are in the folder." in found["message"]["text"]
    assert b"reaches no class" in b"".join(WRITERS["html"](scanned, View()))


def test_a_scan_counts_models_as_no_files_and_keeps_them_apart(tmp_path):
    root = plant(tmp_path / "m", {"x.gguf": "w", "LICENSE": "You may copy it."})
    records = [*run([root], Plan(jobs=1))]
    assert [one.kind for one in records] == ["licence", "model"]
    assert "1 files" in b"".join(WRITERS["table"](records, View())).decode()


def test_all_near_siblings_reach_the_comparison():
    """A verdict names three; a text of a family is near to more of them."""
    from openclause.identity import Match
    from openclause.scanning import reading

    near = [Match(f"id-{n}", None, "", 0.95, exact=False) for n in range(5)]
    far = Match("far", None, "", 0.5, exact=False)

    class Verdict:
        alike = (*near, far)
        identification = tuple(near[:3])

    assert reading._near(Verdict) == tuple(f"id-{n}" for n in range(5))
    Verdict.identification = (near[0], far)
    assert reading._near(Verdict) == ("id-0",)
    said = text_of_record(record(near=("id-0", "id-1")))
    assert isinstance(said, Text)
    assert said.near == ("id-0", "id-1")


def test_a_scan_lists_each_folder_once(tmp_path, monkeypatch):
    plant(tmp_path, {"a/b/LICENSE": "x", "c/x.gguf": "w", ".git/HEAD": ""})
    listed = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or real(path))
    records = [*run([tmp_path], Plan(jobs=1, reader=scan_stubs.stub))]
    assert [one.kind for one in records] == ["licence", "model"]
    # Others list folders too: `Path.glob` from Python 3.13 on.
    inside = [path for path in listed if Path(path).is_relative_to(tmp_path)]
    below = [os.path.relpath(path, tmp_path) for path in inside]
    assert below[:4] == [".", "a", "a/b", "c"]
    assert below[4:] == ["c"]  # of what is in a model all is looked at
