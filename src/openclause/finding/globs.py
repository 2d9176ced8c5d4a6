"""Lines of a `.gitignore`, as expressions that never go back to what they have passed.

In: a line, and paths, each byte of both a character, for git compares bytes. Out: a `Rule`, or None
where nothing can fit. A path is held against a rule by itself: whether a folder above it is ignored
is asked before one goes into that folder.

References
----------
gitignore(5), "Pattern format", and `wildmatch.c` of git for what that page leaves open: behind
plain text at its beginning, `**` is read as if it began the pattern. The first place where a piece
between two stars fits is as good as any later one, on which `fnmatch` of Python relies, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

_BLANKS = re.compile(r"(?:[^ \\]|\\.| +(?=[^ ]))*+\\?", re.DOTALL)
_TOKEN = re.compile(
    r"(?P<stars>\*+)|(?P<one>\?)|(?P<slash>\\?/)|(?P<plain>[^\\*?/\[]+)|\\(?P<escaped>.)"
    r"|\[(?P<no>[!^]?)",
    re.DOTALL,
)
_MEMBER = re.compile(r"\[:(?P<named>[^]]*):\]|(\\.|[^\\])(?:-(?!\])(\\.|[^\\]))?", re.DOTALL)
_SPECIAL = re.compile(r"[*?\[\\]")
_NAMED = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_STAR, _SLASH, _DEEP = "*", "/", "**/"
_ONE, _ALL, _FOLDERS = "[^/]", ".*", "(?:[^/]*+/)*"


class Rule(msgspec.Struct, frozen=True):
    """What fits a path below the folder of the rule, or its last name, and what that means."""

    fitting: re.Pattern[str] | str
    ignores: bool
    folders: bool
    names: bool

    def fits(self, path: str, name: str, *, folder: bool) -> bool:
        """Tell whether the rule speaks of a path that ends in `name`."""
        if self.folders and not folder:
            return False
        given = name if self.names else path
        if isinstance(self.fitting, str):
            return given == self.fitting
        return self.fitting.fullmatch(given) is not None


def rule(line: str) -> Rule | None:
    """Return the rule of a line; None for comments, blank lines and what fits nothing."""
    said = _without_blanks(line.partition("\0")[0])
    pattern = said.removeprefix("!")
    body = pattern.removesuffix("/")
    if said.startswith("#") or not body.strip("/"):
        return None
    names = "/" not in body
    try:
        fitting = _fitting(body.removeprefix("/"), names=names)
    except (LookupError, ValueError, re.error, OverflowError, RecursionError):
        return None
    return Rule(fitting, ignores=pattern == said, folders=body != pattern, names=names)


def _without_blanks(line: str) -> str:
    """Return a line without the blanks at its end, of which a backslash keeps one."""
    found = _BLANKS.match(line)
    return found[0] if found else line


def _fitting(pattern: str, *, names: bool) -> re.Pattern[str] | str:
    first = _SPECIAL.search(pattern)
    if first is None:
        return pattern
    tokens = [*_tokens(pattern, None if names else first.start())]
    return re.compile(_expression(tokens), re.DOTALL)


def _tokens(pattern: str, start: int | None) -> Iterator[str]:
    """Yield expressions of fixed length, and `*`, `/` and `**/` between them.

    `start` is where `**` may stand without a slash before it; None where all stars are alike.
    """
    at = 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if found is None:
            raise ValueError(pattern)
        at = found.end()
        if found["stars"]:
            deep = start is not None and _is_deep(pattern, found, start)
            yield from _deep(pattern, at) if deep else (_STAR,)
            at += deep and pattern.startswith("/", at)
        elif found["no"] is not None:
            at, signs = _signs(pattern, at)
            yield f"[^/{signs}]" if found["no"] else f"(?!/)[{signs}]"
        elif found["one"]:
            yield _ONE
        else:
            yield _SLASH if found["slash"] else re.escape(found["plain"] or found["escaped"])


def _is_deep(pattern: str, stars: re.Match[str], start: int) -> bool:
    begin, end = stars.span()
    begins = begin == start or pattern[begin - 1] == "/"
    return end - begin > 1 and begins and pattern[end : end + 2].removeprefix("\\")[:1] in {"", "/"}


def _deep(pattern: str, at: int) -> tuple[str, ...]:
    """Return what `**` is before its end: behind it comes a slash, a written-out one or nothing."""
    if at == len(pattern):
        return (_ALL,)
    return (_DEEP,) if pattern[at] == "/" else (_DEEP, _STAR)


def _signs(pattern: str, at: int) -> tuple[int, str]:
    """Return where a set ends and the expressions of its members, of which it has one at least."""
    signs = ""
    while not signs or not pattern.startswith("]", at):
        found = _MEMBER.match(pattern, at)
        if found is None:
            raise ValueError(pattern)
        signs += _range(found)
        at = found.end()
    return at + 1, signs


def _range(found: re.Match[str]) -> str:
    """Return a member of a set; of a range that runs backwards its beginning alone counts."""
    named, first, last = found.groups()
    if named is not None:
        return _NAMED[named]
    if last is None or last[-1] < first[-1]:
        return re.escape(first[-1])
    return f"{re.escape(first[-1])}-{re.escape(last[-1])}"


def _expression(tokens: Sequence[str]) -> str:
    first, *runs = _parted(tokens, _DEEP)
    if not runs:
        return _run(first)
    middle = "".join(f"(?>{_FOLDERS}?{_run(run)})" for run in runs[:-1] if run)
    return _run(first) + middle + _FOLDERS + _run(runs[-1])


def _run(tokens: Sequence[str]) -> str:
    return "/".join(map(_segment, _parted(tokens, _SLASH)))


def _segment(tokens: Sequence[str]) -> str:
    """Return the expression of what is between slashes; each piece is where it first fits."""
    first, *rest = ("".join(piece) for piece in _parted(tokens, _STAR))
    middle = "".join(f"(?>[^/]*?{piece})" for piece in rest[:-1] if piece)
    return first + middle + "".join(f"[^/]*{piece}" for piece in rest[-1:])


def _parted(tokens: Sequence[str], sign: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == sign:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
