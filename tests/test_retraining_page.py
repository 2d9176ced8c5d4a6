"""The page on retraining is run as it stands: its blocks marked `sh`, in one shell, in order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from openclause import analyze
from openclause.corpus import read_records
from openclause.heldout import load_heldout

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "retraining.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def run(folder: Path, script: str) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(folder / "cache")}
    done = subprocess.run(
        ["bash", "-eu"], input=script, cwd=folder, env=environment, text=True,
        capture_output=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / "tests").symlink_to(ROOT / "tests")
    return folder, run(folder, "echo '#'\n".join(BLOCKS))


def test_the_licence_is_read_wrongly_and_then_rightly(done):
    folder, _ = done
    oar = folder / "OAR"
    assert analyze(oar, model=folder / "before").openness.category == "permissive"
    after = analyze(oar, model=folder / "model")
    assert after.openness.category == "non-commercial"
    (limit,) = [one for one in after.clauses if one.term == "commercial-use"]
    assert (limit.modality, limit.text) == (
        "prohibition",
        "Whoever rows for coin rows without our blessing.",
    )


def test_nothing_else_has_changed_for_the_worse(done):
    folder, said = done
    for record in read_records(folder / "practice"):
        text = folder / "practice" / "texts" / f"{record.key}.txt"
        verdicts = [
            analyze(text, model=folder / model, known_answers=False).openness.category
            for model in ("before", "model")
        ]
        assert verdicts[1] == record.category or verdicts[0] == verdicts[1], record.key
    assert "Beside the model that was there" in said
    assert "second less first" in said
    assert len(load_heldout(folder / "model")) == len(load_heldout(folder / "before")) + 1


def test_models_side_by_side_are_data_too(done):
    folder, _ = done
    command = (
        "openclause evaluate --corpus practice --split dev --model before --model model -f json"
    )
    found = json.loads(run(folder, command))
    assert [one["model"] for one in found["models"]] == ["before", "model"]
    for one in found["models"]:
        for figure in ("categories", "openness", "clauses"):
            assert 0 <= one[figure]["low"] <= one[figure]["value"] <= one[figure]["high"] <= 1
    figures = {each["figure"]: each for each in found["differences"]["model"]}
    assert figures["categories"]["gain"]["high"] >= 0
    assert figures["clause F1"]["documents"] == 5
    before, after = (one["categories"]["value"] for one in found["models"])
    assert figures["categories"]["gain"]["value"] == pytest.approx(after - before)


def test_the_page_names_only_commands_that_there_are():
    from typer.testing import CliRunner

    from openclause.cli import app

    said = set(
        re.findall(r"^openclause ((?:corpus )?[a-z]+)", PAGE.read_text("utf-8"), re.MULTILINE)
    )
    assert {"train", "evaluate", "analyze", "corpus add", "corpus review"} <= said
    for command in said:
        assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0
