"""A model's folder: its components, their licenses, the class reached, and the text kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_finding_discrepancies import _resolve
from trees import plant

from openclause.finding.components import CLASSES, component_of, components
from openclause.finding.packages import Text
from openclause.finding.releases import Release, release, texts_below
from openclause.finding.surveying import survey
from openclause.messages import LANGUAGES
from openclause.taxonomy import read_toml

CARD = "---\nlicense: mild-1.0\nlibrary_name: x\n---\n# Model\n"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
WHOLE = {
    "README.md": CARD,
    "modeling_x.py": "class X: ...\n",
    "model.safetensors": "weights",
    "technical_report.pdf": "%PDF-",
    "eval_results.json": "{}",
    "DATA_CARD.md": "# Data\n",
    "train.py": "...\n",
    "inference.py": "...\n",
    "evaluate.py": "...\n",
    "test.jsonl": "{}\n",
    "paper.pdf": "%PDF-",
    "data/train.jsonl": "{}\n",
    "preprocess.py": "...\n",
    "checkpoint-100/model.safetensors": "weights",
}
MILD = Text(path="LICENSE", category="permissive", id="mild-1.0", name="Mild License 1.0")
LAMA = Text(path="LICENSE", category="source-available", name="Lama Community Agreement")


def _judged(root: Path, files: dict[str, str | bytes], *texts: Text) -> Release:
    return release(survey(plant(root, files)), texts, _resolve)


def _status(judged: Release) -> dict[str, str]:
    return {each.component: each.status for each in judged.components}


def test_the_framework_has_seventeen_components_in_three_classes() -> None:
    classes = [component.class_ for component in components().values()]
    assert {each: classes.count(each) for each in CLASSES} == {"III": 7, "II": 5, "I": 5}
    optional = {name for name, component in components().items() if component.optional}
    assert optional == {"sample-outputs", "supporting-tools", "model-metadata"}


def test_a_whole_release_reaches_the_highest_class(tmp_path: Path) -> None:
    judged = _judged(tmp_path, {**WHOLE}, MILD)
    assert (judged.reached, judged.at_best, judged.lacking) == ("I", "I", ())
    assert judged.sentences()[-1] == (
        "The release: Class I (open science) of the Model Openness Framework is reached."
    )


@pytest.mark.parametrize(
    ("without", "reached"),
    [
        ("README.md", None),
        ("modeling_x.py", None),
        ("model.safetensors", None),
        ("technical_report.pdf", "I"),
        ("eval_results.json", None),
        ("DATA_CARD.md", None),
        ("train.py", "III"),
        ("inference.py", "III"),
        ("evaluate.py", "III"),
        ("test.jsonl", "III"),
        ("paper.pdf", "II"),
        ("data/train.jsonl", "II"),
        ("preprocess.py", "II"),
        ("checkpoint-100/model.safetensors", "II"),
    ],
)
def test_each_component_counts_for_its_class(
    tmp_path: Path, without: str, reached: str | None
) -> None:
    files = {name: content for name, content in WHOLE.items() if name != without}
    judged = _judged(tmp_path, {**files}, MILD)
    assert judged.reached == reached
    assert bool(judged.lacking) == (reached != "I")


def test_weights_under_a_closed_text_reach_no_class(tmp_path: Path) -> None:
    judged = _judged(tmp_path, {**WHOLE}, LAMA)
    assert (judged.reached, judged.at_best, judged.category) == (None, None, "source-available")
    assert _status(judged)["model-parameters"] == "restricted"
    assert _status(judged)["datasets"] == "open"
    assert "The text: LICENSE is source-available." in judged.sentences()


def test_an_open_text_without_a_whole_release_is_told_apart(tmp_path: Path) -> None:
    files = {"README.md": CARD, "model.safetensors": "w", "config.json": '{"architectures": ["X"]}'}
    judged = _judged(tmp_path, {**files}, MILD)
    assert (judged.category, judged.reached, judged.architecture) == ("permissive", None, "X")
    assert _status(judged)["model-architecture"] == "unclear"
    assert judged.lacking == (
        "model-architecture",
        "technical-report",
        "evaluation-results",
        "data-card",
    )
    assert judged.sentences() == (
        "The weights are in the folder.",
        "The text: LICENSE is permissive.",
        "The release: no class of the Model Openness Framework is reached; Class III (open model) "
        "lacks model architecture, technical report, evaluation results, data card.",
    )


def test_what_the_card_only_mentions_is_unclear(tmp_path: Path) -> None:
    card = (
        CARD + "## Evaluation\n\n90 %.\n\nSee our data card and https://arxiv.org/abs/2403.13784\n"
    )
    files = {"README.md": card, "model.safetensors": "w", "modeling_x.py": "..."}
    judged = _judged(tmp_path, {**files}, MILD)
    status = _status(judged)
    assert (status["evaluation-results"], status["research-paper"]) == ("open", "unclear")
    assert (status["data-card"], status["technical-report"]) == ("unclear", "absent")
    assert (judged.reached, judged.at_best) == (None, "III")
    assert judged.sentences()[-1] == (
        "The release: Class III (open model) may be reached; look at technical report, data card."
    )


@pytest.mark.parametrize(
    ("files", "state", "words"),
    [
        ({"model.safetensors": "w"}, "present", "are in the folder"),
        ({"model.safetensors": POINTER}, "pointers", "pointers to weights"),
        ({"model.safetensors": b""}, "pointers", "pointers to weights"),
        ({"adapter_model.safetensors": "w"}, "adapter", "added to another model (a/b)"),
        (
            {"model-00001-of-00002.safetensors": "w"},
            "incomplete",
            "missing: model-00002-of-00002.safetensors.",
        ),
        (
            {
                "model.safetensors": "w",
                "model.safetensors.index.json": '{"weight_map": {"a": "other.safetensors"}}',
            },
            "incomplete",
            "missing: other.safetensors.",
        ),
        ({"a.gguf": "GGUF", "b.gguf": POINTER}, "incomplete", "missing"),
        ({"config.json": "{}"}, "absent", "no weights in the folder"),
    ],
)
def test_whether_the_weights_are_there(
    tmp_path: Path, files: dict[str, str | bytes], state: str, words: str
) -> None:
    card = "---\nlicense: mild-1.0\nbase_model: a/b\n---\n# M\n"
    judged = _judged(tmp_path, {"README.md": card, **files}, MILD)
    assert judged.weights == state
    assert words in judged.sentences()[0]
    assert (_status(judged)["model-parameters"] == "open") == (state == "present")


def test_a_gated_folder_without_weights_says_so(tmp_path: Path) -> None:
    card = "---\nlicense: other\nlicense_name: lama-9\nextra_gated_prompt: Agree?\n---\n# M\n"
    judged = _judged(tmp_path, {"README.md": card})
    assert (judged.gated, judged.api_only, judged.weights) == (True, False, "absent")
    assert "(gated)" in judged.sentences()[1]
    assert judged.sentences()[2].endswith("no licence here, so that nothing is granted.")


def test_a_folder_of_a_model_behind_an_api_says_so(tmp_path: Path) -> None:
    card = CARD + "The model is available through our API; get an API key.\n"
    judged = _judged(tmp_path / "a", {"README.md": card}, MILD)
    assert judged.api_only
    assert any("over an API" in sentence for sentence in judged.sentences())
    files = {"README.md": card, "model.gguf": "GGUF"}
    assert not _judged(tmp_path / "b", {**files}, MILD).api_only


def test_the_card_declares_where_there_is_no_text(tmp_path: Path) -> None:
    judged = _judged(tmp_path, {"README.md": CARD, "model.safetensors": "w"})
    (weights,) = [each for each in judged.components if each.component == "model-parameters"]
    assert (weights.status, weights.licenses, weights.category) == (
        "open",
        ("README.md",),
        "permissive",
    )
    assert "The text: none is here; the card declares mild-1.0 (permissive)." in judged.sentences()


def test_each_component_has_the_license_nearest_to_it(tmp_path: Path) -> None:
    texts = [
        Text(path="LICENSE-CODE", category="permissive"),
        Text(path="LICENSE-MODEL", category="non-commercial"),
        Text(path="LICENSE", category="strong-copyleft"),
        Text(path="eval/LICENSE", category="proprietary"),
        Text(path="USE_POLICY.md", category="not-a-license"),
    ]
    files = {**WHOLE, "eval/run.py": "..."}
    del files["evaluate.py"]
    judged = _judged(tmp_path, {**files}, *texts)
    covered = {each.component: (each.category, each.licenses) for each in judged.components}
    assert covered["training-code"] == ("permissive", ("LICENSE-CODE",))
    assert covered["model-parameters"] == ("non-commercial", ("LICENSE-MODEL",))
    assert covered["data-card"] == ("strong-copyleft", ("LICENSE",))
    assert covered["evaluation-code"] == ("proprietary", ("eval/LICENSE",))
    assert judged.texts == ("LICENSE-MODEL",)


def test_a_license_in_doubt_makes_a_component_unclear(tmp_path: Path) -> None:
    doubted = Text(path="LICENSE", category="permissive", needs_review=True)
    judged = _judged(tmp_path, {**WHOLE}, doubted)
    assert (judged.reached, judged.at_best) == (None, "I")


@pytest.mark.parametrize(
    ("path", "component"),
    [
        ("config.json", "model-metadata"),
        ("tokenizer.json", "supporting-tools"),
        ("src/models/block.py", "model-architecture"),
        ("unet/diffusion_pytorch_model.bin", "model-parameters"),
        ("training_args.bin", "model-metadata"),
        ("optimizer.pt", "intermediate-parameters"),
        ("global_step1000/mp_rank_00.pt", "intermediate-parameters"),
        ("scripts/finetune_lora.sh", "training-code"),
        ("tokenize_corpus.py", "preprocessing-code"),
        ("eval/tasks.jsonl", "evaluation-data"),
        ("2403.13784v2.pdf", "research-paper"),
        ("Model_Card.md", "model-card"),
        ("USE_POLICY.md", None),
        ("LICENSE-MODEL", None),
        ("notes.md", None),
    ],
)
def test_files_are_recognised(path: str, component: str | None) -> None:
    assert component_of(path) == component


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_are_whole_in_each_language(tmp_path: Path, lang: str) -> None:
    for files in (WHOLE, {"README.md": "Hello.\n"}, {"a.gguf": POINTER}):
        root = tmp_path / str(len(files)) / str("README.md" in files)
        said = _judged(root, {**files}).sentences(lang)  # type: ignore[arg-type]
        assert said
        assert not any("{" in sentence for sentence in said)
    table = read_toml("model_openness.toml")
    assert all(lang in words for key in ("saying", "class") for words in table[key].values())


def test_a_hostile_folder_is_survived(tmp_path: Path) -> None:
    files = {"README.md": b"---\n\xff\n---\n", "config.json": b"[" * 10_000, "a.index.json": "3"}
    plant(tmp_path, {**files})
    (tmp_path / "model.safetensors").symlink_to("model.safetensors")
    (tmp_path / "loop").symlink_to(".")
    judged = release(survey(tmp_path), [], _resolve)
    assert (judged.weights, judged.category, judged.reached) == ("pointers", None, None)


@pytest.mark.parametrize("folder", ["a/m", "a/m/"])
def test_texts_of_a_scan_are_those_below_the_folder(folder: str) -> None:
    paths = ("a/m/LICENSE", "a/m/eval/LICENSE", "a/mm/LICENSE", "LICENSE")
    texts = [Text(path=path, category="permissive") for path in paths]
    assert [text.path for text in texts_below(folder, texts)] == ["LICENSE", "eval/LICENSE"]
    assert texts_below("", texts) == tuple(texts)


def test_a_snapshot_of_links_is_a_release(tmp_path: Path) -> None:
    cache = plant(tmp_path / "models--a--b", {"blobs/1": "weights", "blobs/2": CARD})
    snapshot = cache / "snapshots/0"
    snapshot.mkdir(parents=True)
    (snapshot / "model.safetensors").symlink_to("../../blobs/1")
    (snapshot / "README.md").symlink_to("../../blobs/2")
    judged = release(survey(snapshot), [MILD], _resolve)
    assert (judged.weights, judged.category) == ("present", "permissive")
    assert _status(judged)["model-card"] == "open"
