"""Declared against found on what this machine has installed; docs/scan-figures.md has figures."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from openclause.analysis import load_model
from openclause.finding.resolving import resolver
from openclause.references import names_of
from openclause.scanning import Plan, run

ROOT = Path(__file__).parents[1]
DOCUMENTS = Path("/usr/share/doc")
# Each so many of the Debian files.
_EVERY = 7

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def declared():
    spec = importlib.util.spec_from_file_location("declared", ROOT / "benchmarks" / "declared.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["declared"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def resolve():
    return resolver(names_of(load_model().index))


def test_site_packages_declare_what_their_texts_are(declared, resolve):
    tree = declared.measure(Path(sysconfig.get_path("purelib")), resolve, 1)
    assert tree.with_both >= 40
    assert tree.at_one / tree.with_both >= 0.85
    warnings = [one for one in tree.found if one.severity == "warning"]
    assert len(warnings) <= 0.02 * tree.with_both, [one.sentence() for one in warnings]


def test_debian_copyright_files_are_of_the_category_that_they_declare(declared, resolve):
    if not any(DOCUMENTS.glob("*/copyright")):
        pytest.skip("this system has no Debian copyright files")
    tree = declared.measure(DOCUMENTS, resolve, _EVERY)
    assert tree.debian.total() >= 10
    assert tree.debian["same category"] / tree.debian.total() >= 0.6
    assert tree.debian["text milder"] / tree.debian.total() <= 0.3


def test_node_modules_declare_what_their_texts_are(declared, resolve):
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    root = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=True)
    folder = Path(root.stdout.strip()) / "npm" / "node_modules"
    if not folder.is_dir():
        pytest.skip("npm is installed elsewhere")
    tree = declared.measure(folder, resolve, 1)
    assert tree.with_both >= 40
    assert tree.at_one / tree.with_both >= 0.85


def test_a_scan_of_site_packages_reads_all_of_it_and_finds_no_model():
    records = [*run([sysconfig.get_path("purelib")], Plan(ignored=True))]
    files = [one for one in records if one.kind not in ("package", "model")]
    assert len(files) >= 100
    errors = [one for one in files if one.error]
    assert len(errors) <= 0.02 * len(files), [(one.path, one.error) for one in errors]
    assert [one.path for one in records if one.kind == "model"] == []
