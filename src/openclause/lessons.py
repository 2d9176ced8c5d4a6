"""Lessons that were learnt before: the same inputs need not be gone through again.

In: a digest of all that a lesson depends on. Out: the lesson as it was kept, or nothing. What is
kept is data that is checked when it is read; a file that is damaged is learnt anew. The clause
model is kept so: a licence that a user adds to a corpus of his own with its category alone leaves
it byte for byte as it was.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import scipy
import sklearn

from openclause.clause_examples import is_plain
from openclause.clause_training import ClauseLesson
from openclause.corpus import LabelledDocument, to_toml, write_whole
from openclause.drills import Drill

_KEPT = 4
_SUM = 32  # bytes of a sha256
_SUFFIX = ".lesson"


def clause_lesson_id(
    documents: Sequence[LabelledDocument],
    drills: Sequence[Drill],
    plain: Sequence[LabelledDocument] = (),
) -> str:
    """Return the digest of what the clause model is made from: texts, labels, drills, program."""
    told = sha256(_program())
    for document in documents:
        if document.record.clauses is not None:
            told.update(to_toml(document.record).encode("utf-8"))
    for document in filter(is_plain, plain):
        told.update(to_toml(document.record).encode("utf-8"))
    told.update(msgspec.json.encode(sorted((d.text, d.makes, sorted(d.labels)) for d in drills)))
    return told.hexdigest()


@cache
def _program() -> bytes:
    """Return the digest of the package's code and data and of the libraries that learn."""
    told = sha256()
    package = Path(__file__).resolve().parent
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".toml", ".tsv", ".json", ".list"}:
            told.update(f"{path.relative_to(package)}\0".encode())
            told.update(path.read_bytes())
    versions = (np.__version__, scipy.__version__, sklearn.__version__)
    told.update(" ".join((*versions, platform.python_version(), platform.machine())).encode())
    return told.digest()


def recall(folder: Path, lesson_id: str) -> ClauseLesson | None:
    """Return the lesson of that digest, if the folder holds it whole."""
    try:
        data = (folder / f"{lesson_id}{_SUFFIX}").read_bytes()
        if sha256(data[_SUM:]).digest() != data[:_SUM]:
            return None
        return msgspec.msgpack.decode(data[_SUM:], type=ClauseLesson, dec_hook=_to_array)
    except (OSError, ValueError, RecursionError):
        return None


def keep(folder: Path, lesson_id: str, lesson: ClauseLesson) -> None:
    """Keep a lesson, and forget all but the latest few; a full disk keeps nothing."""
    data = msgspec.msgpack.encode(lesson, enc_hook=_to_bytes)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{lesson_id}{_SUFFIX}", sha256(data).digest() + data)
        kept = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-_KEPT]:
            path.unlink()


def _to_bytes(value: Any) -> bytes:
    if not isinstance(value, np.ndarray):
        raise TypeError(f"a lesson cannot hold {type(value).__name__}")
    stream = BytesIO()
    np.save(stream, value, allow_pickle=False)
    return stream.getvalue()


def _to_array(wanted: Any, value: Any) -> Any:
    return np.load(BytesIO(value), allow_pickle=False)
