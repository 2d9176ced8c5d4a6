"""Patterns of a policy over paths, as in a `.gitignore`.

In: patterns, and paths with `/` behind folders. Out: whether the patterns speak of a path, or of a
folder that it is in. A path within a folder that is left out may be taken in again, and the other
way round: unlike git, nothing is passed over unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from openclause.finding.globs import Rule, rule

LONGEST = 4_096  # characters; no path has more
_INSIDE = re.compile(r"(?P<frees>!?)/?(?P<folder>(?:[^#*/!]|.*/[^*/]).*)/\*\*", re.DOTALL)


def read_pattern(pattern: str) -> Rule | None:
    """Return the rule of a pattern; None where it is none.

    All that is in a folder is that folder, too, which has a record where it is a model's.
    """
    if len(pattern) > LONGEST:
        return None
    inside = _INSIDE.fullmatch(pattern)
    return rule(f"{inside['frees']}/{inside['folder']}/" if inside else pattern)


class Patterns(msgspec.Struct, frozen=True):
    """Rules in the order in which they were written."""

    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, patterns: Sequence[str]) -> Patterns:
        """Read patterns; what is none says nothing."""
        return cls(tuple(found for one in patterns if (found := read_pattern(one))))

    def hold(self, path: str) -> bool:
        """Tell whether they speak of a path.

        What takes out frees only from what was written before it; a name counts more than the
        folder that it is in.
        """
        held, by = False, -1
        for level in _levels(path):
            last = self._last(level)
            if last is not None and (self.rules[last].ignores or last > by):
                held, by = self.rules[last].ignores, last
        return held

    def _last(self, level: str) -> int | None:
        path, folder = level.removesuffix("/"), level.endswith("/")
        name = path.rpartition("/")[2]
        numbers = range(len(self.rules) - 1, -1, -1)
        fits = (n for n in numbers if self.rules[n].fits(path, name, folder=folder))
        return next(fits, None)


def _levels(path: str) -> Iterator[str]:
    """Yield the folders that a path is in, the outermost first, and the path."""
    end = path.find("/")
    while end != -1 and end + 1 < len(path):
        yield path[: end + 1]
        end = path.find("/", end + 1)
    yield path
