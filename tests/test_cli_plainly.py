"""What is taken plainly is what Typer makes of it, in its absence too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from openclause.cli import app
from openclause.cli import common_options as common
from openclause.cli.plainly import take_plainly

MODEL = str(Path(__file__).parent / "documents" / "example-model.txt")
VALUES = (None, "", "text", "json", "ko", "-", ".", "no/such/file", "2", "yes", True, False)
VALUES += (common.Lang.ko, common.TextOrJson.json, 3, 0.5, (), ["x"], ("no/such", "."))


def parameters(command, context):
    yield from ((context, each) for each in command.get_params(context) if not each.callback)
    for name, each in getattr(command, "commands", {}).items():
        yield from parameters(each, typer.Context(each, info_name=name, parent=context))


def taken(parameter, context, value):
    """Return what a parameter makes of a value, or how it refuses it."""
    try:
        return parameter.process_value(context, value)
    except Exception as error:  # of any kind: the same one is wanted
        return type(error), str(error)


def test_each_value_is_taken_or_refused_as_typer_does():
    root = get_command(app)
    seen = 0
    for context, parameter in parameters(root, typer.Context(root, info_name="openclause")):
        typers = [taken(parameter, context, value) for value in VALUES]
        take_plainly(parameter)
        assert [taken(parameter, context, value) for value in VALUES] == typers
        seen += 1
    assert seen > 50


def test_an_unreadable_path_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    result = CliRunner().invoke(app, ["analyze", MODEL, "--output", str(tmp_path)])
    assert "is not readable" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [[], ["--format", "json"], ["--lang", "ko"], ["-o", os.devnull], ["--quiet", "--no-color"]],
)
def test_pydantic_is_not_imported_for_good_values(arguments):
    code = (
        "import sys\nfrom openclause.cli import app\n"
        f"try: app({['analyze', MODEL, *arguments]!r})\n"
        "except SystemExit: print(sorted({'pydantic', 'openclause.cli.scan'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
