"""Lines of a `.gitignore`, as expressions that never go back to what they have passed.

In: a line. Out: a `Rule`, or None where git passes the line over. A path is held against a rule by
itself: whether a folder above it is ignored is asked before one goes into that folder.

References
----------
gitignore(5), "Pattern format". The first place where a piece between two stars fits is as good as
any later one, on which `fnmatch` of Python relies, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_TOKEN = re.compile(
    r"(?P<many>\*+)|(?P<one>\?)|\\(?P<escaped>.)|(?P<plain>[^\\*?\[]+)"
    r"|\[(?P<no>[!^]?+)(?P<set>\]?+(?:[^\]\\]|\\.)*+)\]",
    re.DOTALL,
)
_RANGE = re.compile(r"(?P<first>\\.|.)-(?P<last>\\.|.)|(?P<sign>\\.|.)", re.DOTALL)
_DEEP = "**"
_BEGINS = "(?=[^/])"
_FOLDERS = "(?:[^/]++/)*"


class Rule(msgspec.Struct, frozen=True):
    """What fits a path below the folder of the rule, `/` behind a folder, and what that means."""

    expression: re.Pattern[str]
    ignores: bool

    def fits(self, path: str) -> bool:
        """Tell whether the rule speaks of a path."""
        return self.expression.fullmatch(path) is not None


def rule(line: str) -> Rule | None:
    """Return the rule of a line; None for comments, blank lines and what is no pattern."""
    said = _without_blanks(line)
    pattern = said.removeprefix("!")
    if said.startswith("#") or not pattern.strip("/"):
        return None
    try:
        return Rule(re.compile(_expression(pattern), re.DOTALL), ignores=pattern == said)
    except (ValueError, re.error, OverflowError, RecursionError):
        return None


def _without_blanks(line: str) -> str:
    """Return a line without the blanks at its end, of which a backslash keeps one."""
    bare = line.rstrip(" ")
    return f"{bare} " if bare.endswith("\\") and bare != line else bare


def _expression(pattern: str) -> str:
    body = pattern.removesuffix("/")
    parts = body.removeprefix("/").split("/")
    if "/" not in body:
        parts = [_DEEP, *parts]
    *firsts, last = _runs(parts)
    start = "".join(_segment(part) + "/" for part in firsts.pop(0)) if firsts else ""
    middle = "".join(
        f"(?>{_FOLDERS}?{''.join(_segment(one) + '/' for one in run)})" for run in firsts
    )
    deep = _FOLDERS if _DEEP in parts and last else ""
    end = "/".join(map(_segment, last)) or f"{_BEGINS}.+"
    return start + middle + deep + end + ("/" if pattern.endswith("/") else "/?")


def _runs(parts: Sequence[str]) -> list[list[str]]:
    """Return the segments between `**`."""
    runs: list[list[str]] = [[]]
    for part in parts:
        if part == _DEEP:
            runs.append([])
        else:
            runs[-1].append(part)
    return [runs[0], *filter(None, runs[1:-1]), *runs[1:][-1:]]


def _segment(glob: str) -> str:
    """Return the expression of a glob between slashes; each piece stands where it first fits."""
    pieces, at = [""], 0
    while at < len(glob):
        found = _TOKEN.match(glob, at)
        if found is None:
            raise ValueError(glob)
        if found["many"]:
            pieces.append("")
        else:
            pieces[-1] += _signs(found)
        at = found.end()
    first, *rest = pieces
    middle = "".join(f"(?>[^/]*?{piece})" for piece in rest[:-1])
    return f"{_BEGINS}{first}{middle}" + "".join(f"[^/]*{piece}" for piece in rest[-1:])


def _signs(found: re.Match[str]) -> str:
    if found["one"]:
        return "[^/]"
    if found["set"]:
        return f"(?!/)[{'^' if found['no'] else ''}{_RANGE.sub(_range, found['set'])}]"
    return re.escape(found["escaped"] or found["plain"])


def _range(found: re.Match[str]) -> str:
    if found["sign"]:
        return re.escape(found["sign"][-1])
    return f"{re.escape(found['first'][-1])}-{re.escape(found['last'][-1])}"
