"""The GitHub Action and the pre-commit hook: their form, and the very commands that they run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from trees import plant

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
OPEN = "You may use, copy, modify, sell, sublicense and distribute it for any purpose.\n"
TIED = "You may use, copy, modify and share it.\nYou may not use it for commercial ends.\n"
LENIENT = '[categories]\nallow = ["open"]\n[confidence]\nreview = "off"\n'

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the scripts are run with bash here")


@pytest.fixture
def action():
    return yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@pytest.fixture
def hook():
    (one,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return one


def run(command, cwd, **env):
    home = {"XDG_CACHE_HOME": str(cwd / ".cache"), "PATH": f"{BIN}:{os.environ['PATH']}"}
    return subprocess.run(
        command, cwd=cwd, env=os.environ | home | env, capture_output=True, text=True, check=False
    )


def step(action, name):
    return next(one for one in action["runs"]["steps"] if one["id"] == name)


def test_the_action_keeps_the_schema_of_actions():
    pytest.importorskip("check_jsonschema")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = run([*command, "vendor.github-actions", str(ROOT / "action.yml")], ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_manifest_of_hooks_is_one_that_pre_commit_reads(tmp_path):
    pytest.importorskip("pre_commit")
    command = [sys.executable, "-m", "pre_commit", "validate-manifest"]
    done = run([*command, str(ROOT / ".pre-commit-hooks.yaml")], tmp_path, HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_of_an_input_is_pasted_into_a_script_and_all_is_pinned(action):
    inputs = set(action["inputs"])
    used = set()
    for one in action["runs"]["steps"]:
        assert "${{" not in one["run"]
        assert "uses" not in one
        used |= set(re.findall(r"inputs\.([\w-]+)", " ".join(one["env"].values())))
    assert used == inputs
    assert all(one.get("default") for one in action["inputs"].values())


def test_the_constraints_pin_each_dependency_to_a_version_that_the_project_takes():
    lines = (ROOT / ".github" / "constraints.list").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for one in map(Requirement, project["dependencies"]):
        assert one.specifier.contains(pins[one.name]), one


def checked(action, cwd, **given):
    """Run the step that checks, with inputs as they are by default or as given."""
    inputs = {name: one["default"] for name, one in action["inputs"].items()} | given
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value)
        for name, value in step(action, "check")["env"].items()
    }
    files = {"GITHUB_OUTPUT": str(cwd / "output"), "GITHUB_STEP_SUMMARY": str(cwd / "summary")}
    script = cwd / "script.sh"
    script.write_text(step(action, "check")["run"])
    return run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)], cwd, **env, **files
    )


@pytest.mark.parametrize(
    ("text", "verdict", "codes"),
    [
        (OPEN, "kept", {"unsure": 0, "violated": 0, "never": 0}),
        (TIED, "violated", {"unsure": 1, "violated": 1, "never": 0}),
        ("", "unsure", {"unsure": 2, "violated": 0, "never": 0}),
    ],
    ids=["kept", "violated", "unsure"],
)
def test_the_step_writes_sarif_summary_and_outputs_before_it_fails(
    action, tmp_path, text, verdict, codes
):
    plant(tmp_path, {"p.toml": LENIENT, "a tree/LICENSE": text})
    for fail_on, code in codes.items():
        (tmp_path / "output").write_text("")
        given = {"paths": "a tree\n", "policy": "p.toml", "fail-on": fail_on}
        done = checked(action, tmp_path, **given)
        assert done.returncode == code, done.stderr
        assert (tmp_path / "output").read_text() == f"verdict={verdict}\nsarif=openclause.sarif\n"
    log = json.loads((tmp_path / "openclause.sarif").read_text("utf-8"))
    assert log["runs"][0]["properties"]["verdict"] == verdict
    assert (tmp_path / "summary").read_text("utf-8").startswith("## ")


def test_a_wrong_policy_is_said_and_leaves_no_old_report(action, tmp_path):
    plant(tmp_path, {"openclause.sarif": "old", "LICENSE": OPEN})
    done = checked(action, tmp_path, policy="open-source")
    assert done.returncode == 2
    assert "did you mean 'open-source-only'?" in done.stderr
    assert "::error::" in done.stdout
    assert not (tmp_path / "openclause.sarif").exists()


def test_the_install_step_refuses_an_old_python(action, tmp_path):
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = run(
        ["bash", "-eo", "pipefail", "-c", step(action, "install")["run"]],
        tmp_path,
        OPENCLAUSE_PYTHON=str(old),
    )
    assert done.returncode == 2
    assert "Python 3.11 or later" in done.stdout


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("LICENSE", True),
        ("vendor/x/LICENCE-MIT.txt", True),
        ("a/COPYING", True),
        ("package.json", True),
        ("m/USE_POLICY.md", True),
        ("README.md", True),
        ("MIT-LICENSE", True),
        ("LICENSES/MIT", True),
        ("x.gemspec", True),
        ("src/main.py", False),
        ("src/license_check/main.py", False),
        ("docs/relicensed.md", False),
    ],
)
def test_the_hook_runs_where_a_license_may_have_changed(hook, name, wanted):
    assert bool(re.search(hook["files"], name)) == wanted


def test_the_hook_runs_for_all_metadata_that_a_search_reads(hook):
    data = ROOT / "src" / "openclause" / "data" / "finding.toml"
    table = tomllib.loads(data.read_text("utf-8"))["metadata"]
    names = [*table["names"], *(one["name"] for one in table["within"])]
    names += [pattern.replace(".+\\", "x") for pattern in table["patterns"]]
    assert "x.nuspec" in names
    assert [name for name in names if not re.search(hook["files"], name)] == []


@pytest.mark.parametrize(("text", "code"), [(OPEN, 0), (TIED, 1)], ids=["open", "tied"])
def test_the_hook_runs_in_a_repository(hook, tmp_path, text, code):
    plant(tmp_path, {".git/HEAD": "", "LICENSE": text, ".gitignore": "out/\n", "out/LICENSE": TIED})
    (tmp_path / "p.toml").write_text(LENIENT)
    command = [*hook["entry"].split(), *(("--policy", "p.toml") if code == 0 else hook["args"])]
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
    assert shutil.which(command[0], path=str(BIN))
    done = run(command, tmp_path)
    assert done.returncode == code, done.stdout
    assert "out/LICENSE" not in done.stdout
