"""Commands as tests run them: as a process of its own, and what is refused in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MODEL = str(Path(__file__).parent / "documents" / "example-model.txt")


def process(*arguments, **given):
    environment = os.environ | {"COLUMNS": "90"} | given.pop("env", {})
    command = [sys.executable, "-m", "openclause", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, env=environment, **given)


def refused(result, said):
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("openclause: ")
    assert said in line
