"""What is handed out: wheels, source archives and what they need; when extras are loaded."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# What extras bring, and what is heavy or rarely needed of the rest.
UNUSED = (
    "lxml", "pypdf", "docx", "spdx_tools", "spdx_python_model", "cyclonedx", "pyarrow",
    "distributed", "sklearn", "scipy", "spacy", "torch", "hypothesis",
)  # fmt: skip
LICENSE = "You may copy and change the work.\n\nYou may not sell the work.\n"


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", each)[0].lower() for each in requirements}


def build(target: Path, epoch: str) -> dict[str, str]:
    """Build wheel and source archive from a copy of the sources; return their digests."""
    source = target / "source"
    unwanted = ("texts", "__pycache__", ".*")
    source.mkdir(parents=True)
    for name in ("src", "models", "pyproject.toml", "README.md", "LICENSE", "NOTICE", "tests"):
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns(*unwanted))
        else:
            shutil.copyfile(path, source / name)
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target / "dist")]
    environment = os.environ | {"SOURCE_DATE_EPOCH": epoch}
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
    built = sorted((target / "dist").iterdir())
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in built}


def test_each_dependency_is_explained_and_nothing_else():
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `([\w.-]+)`", page, re.MULTILINE))
    extras = PROJECT["optional-dependencies"]
    needed = names(PROJECT["dependencies"])
    needed |= {name for each in extras.values() for name in names(each)} - {"openclause"}
    assert explained == needed


def test_each_dependency_has_a_lower_bound():
    extras = [each for many in PROJECT["optional-dependencies"].values() for each in many]
    for requirement in (*PROJECT["dependencies"], *extras):
        assert ">=" in requirement or requirement.startswith("openclause["), requirement


def test_the_lock_holds_each_dependency_with_its_digests():
    lock = (ROOT / "requirements-dev.lock").read_text("utf-8")
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    extras = PROJECT["optional-dependencies"]
    wanted = names(PROJECT["dependencies"]) | names(extras["dev"]) | names(extras["html"])
    assert wanted - {"openclause"} <= locked
    assert lock.count("--hash=sha256:") > len(locked)
    assert "://" not in lock


def test_reading_plain_text_loads_no_extra():
    code = (
        "import sys; from openclause import analyze; "
        f"analyze({LICENSE!r}); print(sorted({{*{UNUSED!r}}} & {{*sys.modules}}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
def test_wheel_and_source_archive_are_the_same_bytes_when_built_again(tmp_path):
    first = build(tmp_path / "one", "1700000000")
    os.utime(tmp_path / "one" / "source" / "README.md", (1, 1))
    assert build(tmp_path / "two", "1700000000") == first
    assert len(first) == 2


@pytest.mark.slow
def test_the_archives_hold_the_model_and_no_license_texts(tmp_path):
    build(tmp_path, "1700000000")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    (archive,) = (tmp_path / "dist").glob("*.tar.gz")
    inside = zipfile.ZipFile(wheel).namelist()
    assert "openclause/models/model.json" in inside
    assert any(name.endswith("licenses/NOTICE") for name in inside)
    with tarfile.open(archive) as packed:
        inside += packed.getnames()
    assert not [name for name in inside if "corpora/licenses/texts" in name]


@pytest.mark.slow
def test_the_wheel_runs_in_a_fresh_environment_outside_the_repository(tmp_path):
    build(tmp_path, "1700000000")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install = [programs / "python", "-m", "pip", "install", "--quiet", wheel]
    subprocess.run(install, check=True, capture_output=True)
    work = tmp_path / "work"
    work.mkdir()
    (work / "A").write_text(LICENSE)
    (work / "B").write_text(LICENSE.replace("sell", "host"))
    (work / "C.html").write_text("<!DOCTYPE html><p>You may copy it.")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [programs / "openclause", *arguments]
        environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
        return subprocess.run(
            command, cwd=work, env=environment, capture_output=True, text=True, check=False
        )

    assert "sell the work" in run("analyze", "A").stdout
    assert '"schema_version": "1"' in run("analyze", "A", "--format", "json").stdout
    assert run("explain", "permissive").returncode == 0
    compared = run("compare", "A", "B")
    assert (compared.returncode, compared.stderr) == (0, "")
    assert compared.stdout
    absent = run("analyze", "C.html")
    assert absent.returncode == 2
    assert absent.stderr == (
        "openclause: C.html: is HTML; to read it, pip install 'openclause[html]'\n"
    )
