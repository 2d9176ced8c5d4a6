"""The options of commands that scan: how fast, for how long, what is kept, and what is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, help="Worker processes; all cores by default."),
]
Timeout = Annotated[
    float, typer.Option("--timeout-s", min=0, help="Seconds for one file; 0 sets no limit.")
]
TIMEOUT_S = 120
Cache = Annotated[
    bool, typer.Option("--cache/--no-cache", help="Keep what was read for later scans.")
]
CacheDir = Annotated[
    Path | None, typer.Option("--cache-dir", metavar="FOLDER", help="Keep it there.")
]
Ignored = Annotated[bool, typer.Option("--ignored", help="Read files that git ignores, too.")]


def cache_folder(*, cache: bool, cache_dir: Path | None) -> Path | None:
    """Return the folder that readings are kept in; None where none shall be kept."""
    from openclause.scanning.cache import default_folder

    return (cache_dir or default_folder()) if cache else None
