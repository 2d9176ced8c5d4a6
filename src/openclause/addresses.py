"""Use policies that a text takes in by naming an address, where they are kept.

In: a text. Out: `Policy` records in its order, and the warnings about them. What else a text says
as a whole is for `notices`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase, digits

import msgspec

from openclause.documents import title
from openclause.messages import message
from openclause.wording import places

_URL = re.compile(r"(?:https?://|www\.)[^\s)>\]\"”’,;]+[^\s)>\]\"”’,;.]")
# An address without its scheme: a host, and a path behind it.
_HOST = re.compile(r"(?<![\w.@/:-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,5}[a-z]{2,10}/")
_WITH_PATH = re.compile(_HOST.pattern + r"[^\s)>\]\"”’,;]+[^\s)>\]\"”’,;.]")
_HOST_SIGNS, _LONGEST_HOST = ascii_lowercase + digits + "-.", 5 * 64 + 10
_POLICY = re.compile(
    r"acceptable use polic|prohibited use polic|usage polic|use polic|usage guidelines"
    r"|use guidelines|terms of use|code of conduct|\baup\b|content polic|community guidelines"
    r"|use restrictions"
)


class Policy(msgspec.Struct, frozen=True):
    """A use policy kept at an address outside the text; offsets are those of the address."""

    start: int
    end: int
    url: str


def outside_policies(text: str) -> tuple[Policy, ...]:
    """Find use policies that the text takes in by naming an address, each address once."""
    found: dict[str, Policy] = {}
    matches = sorted([*_addresses(text), *_hosts(text)], key=re.Match.start)
    own = (title(text) or "").lower() if matches else ""
    for match in matches:
        before = text[max(0, match.start() - 160) : match.start()].lower()
        before = before.replace(own, " ") if own else before
        address = re.sub("[-_]", " ", match.group().lower())
        if _POLICY.search(" ".join(before.split())) or _POLICY.search(address):
            found.setdefault(match.group(), Policy(match.start(), match.end(), match.group()))
    return tuple(found.values())


def _addresses(text: str) -> Iterator[re.Match[str]]:
    done = 0
    for place in sorted([*places(text, "http"), *places(text, "www.")]):
        if place >= done and (match := _URL.match(text, place)):
            yield match
            done = match.end()


def _hosts(text: str) -> Iterator[re.Match[str]]:
    """Yield addresses without a scheme: tried only before a slash in a word with a dot."""
    done = 0
    for slash in places(text, "/"):
        before = text[max(slash - _LONGEST_HOST, done) : slash]
        host = before[len(before.rstrip(_HOST_SIGNS)) :]
        found = _HOST.search(text, slash - len(host), slash + 1) if "." in host else None
        if found and (match := _WITH_PATH.match(text, found.start())):
            yield match
            done = match.end()


def policy_warnings(policies: Iterable[Policy]) -> tuple[str, ...]:
    """Return one warning for each outside policy that a text takes in by reference."""
    return tuple(message("warning.policy", url=policy.url) for policy in policies)
