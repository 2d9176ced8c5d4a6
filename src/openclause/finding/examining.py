"""From files and archives to candidates: what a name promised is looked up in the content.

In: entries of a walk. Out: `Candidate` records. A license by name is taken as it is, its content
is for whoever reads it; a README, a source file or a package's metadata is looked into, and is no
candidate if it says nothing of licenses or is no package.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import IO

import msgspec

from openclause.finding.archives import Member, members
from openclause.finding.candidates import Candidate, Kind, Limits
from openclause.finding.metadata import declared_in, may_declare
from openclause.finding.model_cards import read_card
from openclause.finding.names import archive_suffix, display, kind_of
from openclause.finding.passages import Ranges, license_passages, tagged_passages
from openclause.finding.streams import Budget, Problem, nested, open_file, read_up_to

Location = tuple[str, ...]


class File(msgspec.Struct, frozen=True):
    """A file to look into: `read(n)` gives its first n bytes, `tail(n)` its last; once each."""

    location: Location
    kind: Kind
    size: int
    read: Callable[[int], bytes]
    tail: Callable[[int], bytes] | None = None


def on_disk(path: str, kind: Kind, limits: Limits) -> Candidate | None:
    """Look into a file on disk."""
    try:
        if kind in ("licence", "notice") and not may_declare(path):
            return _by_name((path,), kind, os.stat(path).st_size, limits)
        with open_file(path) as stream:
            return examined(_disk_file(path, kind, stream), limits)
    except OSError as error:
        return failed((path,), kind, f"cannot be read ({error.strerror}); run again")
    except Problem as problem:
        return None if kind == "tag" else failed((path,), kind, str(problem))


def _disk_file(path: str, kind: Kind, stream: IO[bytes]) -> File:
    size = os.fstat(stream.fileno()).st_size

    def tail(count: int) -> bytes:
        stream.seek(max(0, size - count))
        return read_up_to(stream, count)

    return File((path,), kind, size, lambda count: read_up_to(stream, count), tail)


def in_archive(path: str, form: tuple[str, str], limits: Limits) -> Iterator[Candidate]:
    """Look into the members of an archive on disk, and of archives within it."""
    if not limits.archive_depth:
        return
    try:
        with open_file(path) as stream:
            budget = Budget(os.fstat(stream.fileno()).st_size, limits)
            yield from _members((path,), stream, form, budget)
    except Problem as problem:
        yield failed((path,), "licence", str(problem))


def _members(
    location: Location, stream: IO[bytes], form: tuple[str, str], budget: Budget
) -> Iterator[Candidate]:
    for member in members(stream, location[-1], form, budget):
        place = (*location, member.name)
        kind, inner = kind_of(member.name), archive_suffix(member.name)
        if inner and kind in (None, "tag"):
            yield from _inner(place, member, inner, budget)
        elif kind and (found := _member(place, kind, member, budget.limits)):
            yield found


def _member(place: Location, kind: Kind, member: Member, limits: Limits) -> Candidate | None:
    if member.error:
        return None if kind == "tag" else failed(place, kind, member.error)
    if kind in ("licence", "notice") and not may_declare(member.name):
        return _by_name(place, kind, member.size, limits)
    try:
        return examined(File(place, kind, member.size, member.read), limits)
    except Problem as problem:
        return failed(place, kind, str(problem))


def _inner(
    place: Location, member: Member, form: tuple[str, str], budget: Budget
) -> Iterator[Candidate]:
    """Look into an archive within an archive, down to the depth that the limits allow."""
    if len(place) > budget.limits.archive_depth:
        error = f"is an archive {len(place) - 1} deep in others; unpack it first"
        yield failed(place, "licence", error)
        return
    try:
        if member.error:
            raise Problem(member.error)
        with nested(member.read, member.size, budget) as stream:
            yield from _members(place, stream, form, budget)
    except Problem as problem:
        yield failed(place, "licence", str(problem))
        if budget.spent:
            raise


def examined(file: File, limits: Limits) -> Candidate | None:
    """Return the candidate that a file is by its content; None if it is none.

    Raises
    ------
    Problem
        When it cannot be read.
    """
    if file.kind == "tag":
        return _tagged(file, limits)
    if file.kind == "metadata":
        return _metadata(file, limits)
    if file.kind == "readme":
        return _readme(file, limits)
    if file.size > limits.file_bytes:
        return _by_name(file.location, file.kind, file.size, limits)
    declared = declared_in(file.location[-1], file.read(limits.metadata_bytes))
    return _candidate(file, declared=declared or ())


def _tagged(file: File, limits: Limits) -> Candidate | None:
    count = limits.tag_bytes
    ranges, declared = tagged_passages(file.read(count)) if count else ((), ())
    if count and file.tail and count < file.size <= limits.file_bytes:
        late, more = tagged_passages(file.tail(min(count, file.size - count)))
        shift = max(count, file.size - count)
        ranges = (*ranges, *((start + shift, end + shift) for start, end in late))
        declared = tuple(dict.fromkeys((*declared, *more)))
    return _candidate(file, declared=declared, kept=ranges) if declared else None


def _metadata(file: File, limits: Limits) -> Candidate | None:
    if file.size > limits.metadata_bytes:
        return _too_large(file, limits)
    declared = declared_in(file.location[-1], file.read(limits.metadata_bytes))
    return None if declared is None else _candidate(file, declared=declared)


def _readme(file: File, limits: Limits) -> Candidate | None:
    data = file.read(limits.metadata_bytes + 1)
    if len(data) > limits.metadata_bytes:
        return None if b"\0" in data else _too_large(file, limits)
    card, passages = read_card(data), license_passages(data)
    if card:
        kept = passages or ((0, card.end),)
        return _candidate(file, kind="model-card", declared=card.declared, kept=kept)
    return _candidate(file, kept=passages) if passages else None


def _too_large(file: File, limits: Limits) -> Candidate:
    error = f"is larger than {limits.metadata_bytes:,} bytes; look at it by hand"
    return failed(file.location, file.kind, error)


def _by_name(location: Location, kind: Kind, size: int, limits: Limits) -> Candidate:
    if size > limits.file_bytes:
        error = f"is larger than {limits.file_bytes:,} bytes; give the license alone"
        return msgspec.structs.replace(failed(location, kind, error), size=size)
    return Candidate(path=display(location), kind=kind, size=size, location=location)


def _candidate(
    file: File, *, kind: Kind | None = None, declared: tuple[str, ...] = (), kept: Ranges = ()
) -> Candidate:
    return Candidate(
        path=display(file.location),
        kind=kind or file.kind,
        size=file.size,
        location=file.location,
        declared=declared,
        kept=kept,
    )


def failed(location: Location, kind: Kind, error: str) -> Candidate:
    """Return the candidate that stands for what could not be read, the path before the cause."""
    path = display(location)
    return Candidate(path=path, kind=kind, size=0, location=location, error=f"{path}: {error}")
