"""Small trees and archives for the tests of `finding`."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from openclause.finding import Candidate, candidates

GRANT = "Anyone may use, change and pass on this work for any purpose.\n"


def plant(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(files: Mapping[str, str | bytes], mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def found_in(root: Path, **options: object) -> dict[str, Candidate]:
    """Search a tree; the candidates by their path below it, in the order they came in."""
    prefix = f"{root.as_posix()}/"
    found = [*candidates([root], **options)]  # type: ignore[arg-type]
    by_path = {each.path.removeprefix(prefix): each for each in found}
    assert len(by_path) == len(found)
    return by_path
