"""What a reading was made with: the version, the source and the model, as one digest.

In: a model folder. Out: a digest that differs whenever an answer may differ, so that neither cache
nor journal nor a worker on another machine ever answers for another program.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from openclause import __version__
from openclause.modelfile import MANIFEST, find_folder, read_manifest

# What people see changes no reading.
_BESIDE = frozenset({"cli", "formats", "models", "__pycache__"})
_SOURCES = frozenset({".py", ".toml"})


def edition_of(model: Path | None = None) -> str:
    """Return the digest, in hexadecimal, of version, source and model.

    Raises
    ------
    ModelError
        If the model is missing or damaged.
    """
    folder = find_folder(model)
    read_manifest(folder)
    digest = sha256(__version__.encode())
    digest.update((folder / MANIFEST).read_bytes())
    package = Path(__file__).resolve().parents[1]
    for path in sorted(_sources(package)):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in _BESIDE:
                yield from _sources(path)
        elif path.suffix in _SOURCES:
            yield path
