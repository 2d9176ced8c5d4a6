"""Comparing what arguments stand for: files, texts, and ids of known licenses.

In: paths, texts, `Document` records or ids. Out: a `Comparison`. The index holds no texts, so an
id needs the materialised corpus; what is compared then is for `comparison`.
"""

from __future__ import annotations

from pathlib import Path

from openclause import corpus, documents
from openclause.analysis import load_model
from openclause.comparison import Comparison, Source, compare_documents
from openclause.documents import Document, read_source
from openclause.errors import DataError, DocumentError
from openclause.explanation import nearest
from openclause.identity import Known
from openclause.references import identified, names_of


def compare(
    *licenses: Path | str | Document, model: Path | None = None, folder: Path | None = None
) -> Comparison:
    """Compare two licenses or more, side by side.

    Parameters
    ----------
    licenses
        Each a path, the path of an existing file or the id of a known license as a string, a
        text, or a document that was read already.
    model
        A model folder; by default the one that the package carries.
    folder
        The folder of the corpus, for ids; by default the one found here or above.

    Raises
    ------
    DocumentError
        If a file cannot be read, or an argument is neither a file nor a known license, or the
        text of a known license is not there.
    ModelError
        If the model is missing, damaged or of another format version.
    ValueError
        If there are fewer than two licenses.
    """
    sources = [find_source(each, model=model, folder=folder) for each in licenses]
    return compare_documents(sources, model=model)


def find_source(
    wanted: Path | str | Document, *, model: Path | None = None, folder: Path | None = None
) -> Source:
    """Return the document that an argument stands for; a file comes before an id.

    Raises
    ------
    DocumentError
        As `compare`.
    """
    if isinstance(wanted, Document):
        return Source(wanted)
    if isinstance(wanted, Path):
        return Source(documents.read_path(wanted))
    if len(wanted.split()) > 1 and not documents.exists(wanted):
        return Source(read_source(wanted))
    return find_license(wanted, model=model, folder=folder)


def find_license(name: str, *, model: Path | None = None, folder: Path | None = None) -> Source:
    """Return the document at a path, or else the known license of an id.

    Raises
    ------
    DocumentError
        As `compare`.
    """
    if documents.exists(name):
        return Source(documents.read_path(name))
    known = identified(name, names_of(load_model(model).index))
    if known is None:
        raise DocumentError(_neither(name))
    return Source(_known_text(name, known, folder), known.id, known.spdx_id)


def _known_text(wanted: str, known: Known, folder: Path | None) -> Document:
    try:
        path = corpus.text_path(folder or corpus.default_folder(), known.id)
    except DataError:
        raise DocumentError(
            f"{wanted}: a known license, but there is no corpora/licenses here or above; "
            "pass --corpus FOLDER, or give a file"
        ) from None
    if not path.is_file():
        raise DocumentError(
            f"{wanted}: a known license, but its text is not at {path}; "
            "run `openclause corpus fetch`, or give a file"
        )
    return documents.read_path(path)


def _neither(wanted: str) -> str:
    said = f"{wanted}: no such file, and no known license has this id"
    near = [name for name in nearest(wanted) if name]
    return f"{said}; did you mean {', '.join(near)}?" if near else said
