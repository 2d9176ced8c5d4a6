"""The words of the sentences that a text lacks of the known license it comes near to.

In: an `Analysis` and the folder of a materialised corpus. Out: the same analysis, for people: what
stood there by number is quoted, with its heading. The index holds no texts and one input has one
answer, so the record that programs read never has these words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path

import msgspec

from openclause import corpus
from openclause.analysis import Analysis
from openclause.blocks import Block, read_blocks
from openclause.deviations import Deviation
from openclause.documents import comment_mask
from openclause.errors import DataError
from openclause.fingerprints import Sentence, sentences
from openclause.identity import Index, Known, Match, wanted
from openclause.index import title_words, without_titles
from openclause.lines import read_lines
from openclause.messages import message, parsed
from openclause.wording import normal_form


class _License(msgspec.Struct, frozen=True):
    """The text of a known license, its sentences as the index numbers them, and its blocks."""

    known: Known
    text: str
    sentences: Sequence[Sentence]
    blocks: Sequence[Block]


def with_words(analysis: Analysis, index: Index, *, folder: Path | None = None) -> Analysis:
    """Return an analysis that quotes each missing sentence, with the heading over it.

    Without the text of the license, or with one that is not that of its record and of the index,
    the analysis stays as it is.

    Parameters
    ----------
    index
        The index by which the analysis was made.
    folder
        The folder of the corpus; by default the one found here or above.
    """
    matches = tuple(_with_words(match, index, folder) for match in analysis.identification)
    if matches == analysis.identification:
        return analysis
    return msgspec.structs.replace(analysis, identification=matches)


def _with_words(match: Match, index: Index, folder: Path | None) -> Match:
    license_ = _license(match.id, index, folder) if match.lacks() else None
    if license_ is None:
        return match
    said = tuple(_quoted(each, license_) for each in match.deviations)
    return msgspec.structs.replace(match, deviations=said)


def _license(id_: str, index: Index, folder: Path | None) -> _License | None:
    """Read a known license; None if its text is not there or not the one that the index knows."""
    text = _text(id_, folder)
    known = next((known for known in index.known if known.id == id_), None)
    if text is None or known is None:
        return None
    found = without_titles(sentences(text), known)
    if tuple(each.hash for each in found) != wanted(index.known.index(known), index).hashes:
        return None
    return _License(known, text, found, read_blocks(text, read_lines(text, comment_mask(text))))


def _text(id_: str, folder: Path | None) -> str | None:
    try:
        folder = folder or corpus.default_folder()
        record = corpus.read_record(folder / f"{id_}.toml")
        text = corpus.read_texts(folder, [record]).get(id_)
    except DataError:
        return None
    known = text is not None and corpus.digest(text.encode("utf-8")) == record.sha256
    return text if known else None


def _quoted(deviation: Deviation, license_: _License) -> Deviation:
    key, number = (deviation.kind == "missing" and parsed(deviation.text)) or ("", {})
    if key != "identity.sentence" or number["total"] != str(len(license_.sentences)):
        return deviation
    sentence = license_.sentences[int(number["n"]) - 1]
    words = " ".join(license_.text[sentence.start : sentence.end].split())
    heading = _heading(sentence, license_)
    key = "identity.sentence-words" if heading is None else "identity.sentence-under"
    text = message(key, "en", **number, words=words, heading=heading)
    return msgspec.structs.replace(deviation, text=text)


def _heading(sentence: Sentence, license_: _License) -> str | None:
    """Return the nearest heading over a sentence, with its number.

    A heading stands under the next higher one; the license's own title says nothing of a place.
    """
    blocks, title = license_.blocks, title_words(license_.known)
    at = bisect_right(blocks, sentence.start, key=attrgetter("end"))
    itself = at < len(blocks) and (blocks[at].kind == "heading" or sentence.end <= blocks[at].start)
    at = blocks[at].parent if itself else at
    while 0 <= at < len(blocks):
        block = blocks[at]
        if not title.issuperset(normal_form(block.title).split()):
            return f"{block.marker} {block.title}" if _counts(block.marker) else block.title
        at = block.parent
    return None


def _counts(marker: str) -> bool:
    """Tell the number of a section from a bullet or another sign."""
    return any(map(str.isalnum, marker))
