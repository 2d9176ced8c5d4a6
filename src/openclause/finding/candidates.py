"""What a search gives: places where a license may stand, and the limits that it keeps.

A `Candidate` holds where its bytes are and never the bytes, so that a million of them are small
and travel to worker processes. Who finds them is `walking` and `archives`, who reads them
`reading`.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Kind = Literal["licence", "notice", "readme", "tag", "metadata", "model-card"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A place where a license may stand, also one that could not be read.

    Attributes
    ----------
    path
        What users are shown: POSIX separators, members of archives as `outer.zip!/inner/LICENSE`,
        all of it printable and encodable; `names.original` turns it back into the name on disk.
    kind
        `licence` is a text that is a license as a whole, `notice` one that says whose works are in
        it, `readme` and `tag` files with a passage on licenses, `model-card` one with front matter
        that names a license, `metadata` a package's. Texts of `metadata` are not worth analyzing.
    size
        Of the whole file, in bytes; 0 where it is not known.
    location
        The path on disk (undecodable bytes as `os.fsdecode` gives them), then the names of members,
        one for each archive on the way.
    declared
        The license expressions that metadata at this place declares, SPDX where the format allows
        to tell, in the order of the file.
    kept
        Ranges `[start, end)` of bytes that matter; `reading.read` blanks the others so that lines
        and offsets stay true. Empty where all of it matters.
    error
        One line that says why there is nothing to read and what to do.
    """

    path: str
    kind: Kind
    size: int
    location: tuple[str, ...]
    declared: tuple[str, ...] = ()
    kept: tuple[tuple[int, int], ...] = ()
    error: str | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How far a search goes; sizes in bytes.

    Attributes
    ----------
    file_bytes
        Larger candidates are an error record and are not opened.
    metadata_bytes
        Larger metadata, READMEs and model cards are an error record, if they are text.
    tag_bytes
        So much of the beginning and of the end of a source file is looked at for SPDX tags; 0 looks
        at none.
    archive_depth
        Archives within archives; 0 opens none.
    archive_members
        Of one archive.
    archive_bytes
        Unpacked from one archive on disk, archives within it included.
    nested_bytes
        Of one archive within another, which is held in memory while it is looked into.
    archive_ratio
        Unpacked to packed, looked at from `archive_ratio_from` unpacked bytes on.
    """

    file_bytes: int = 20_000_000
    metadata_bytes: int = 2_000_000
    tag_bytes: int = 4096
    archive_depth: int = 3
    archive_members: int = 100_000
    archive_bytes: int = 1_000_000_000
    nested_bytes: int = 64_000_000
    archive_ratio: int = 200
    archive_ratio_from: int = 20_000_000
