from __future__ import annotations

import os
from atexit import register
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import settings

# A busy machine is no mistake of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# What the tests keep for one another is not what the user's programs keep.
os.environ["OPENCLAUSE_CACHE"] = mkdtemp(prefix="openclause-tests-")
register(rmtree, os.environ["OPENCLAUSE_CACHE"], ignore_errors=True)

GOLDEN = Path(__file__).parent / "golden"
DOCUMENTS = Path(__file__).parent / "documents"

Golden = Callable[[str, str], None]


@pytest.fixture
def run() -> Callable[..., Any]:
    """Return what runs a command in this process, and returns what became of it."""
    from typer.testing import CliRunner

    from openclause.cli import app

    return lambda *arguments, **given: CliRunner().invoke(app, [*map(str, arguments)], **given)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="Write the answers in tests/golden anew."
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare an answer with the file of that name, or write it there with --update-golden."""
    update: bool = request.config.getoption("--update-golden")

    def check(name: str, answer: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(exist_ok=True)
            path.write_text(answer, encoding="utf-8", newline="\n")
        assert path.is_file(), f"no tests/golden/{name}; write it with pytest --update-golden"
        assert answer == path.read_text(encoding="utf-8")

    return check


@pytest.fixture
def documents() -> Path:
    """Return the folder of documents that were written for the tests."""
    return DOCUMENTS
