"""Headings: which lines are a title, and which sentence opens with one.

In: the lines of a block. Out: whether they are a heading, or where the text behind a run-in heading
("Term. You may ...") begins. What hangs under a heading is for `blocks` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from openclause.lines import Line

# Up to so many words a title that ends in a full stop needs no number before it.
SHORTEST = 3
# No title has more lines, characters, words; behind a colon or as a run-in it has still fewer.
_MOST_LINES, _MOST_CHARS, _MOST_WORDS = 2, 90, 12
_MOST_STOPPED_CHARS = 50
# What is marked as a title may be longer, but no text: each clause below names its title.
_MOST_MARKED_CHARS = 300
_MOST_BEFORE_COLON, _MOST_RUN_IN, _MOST_RUN_IN_COLON = 6, 8, 5
_SHORTEST_SHOUT = 3
# A line in capitals of more words that has a verb is a sentence; so is one in large and small.
_MOST_SHOUTED, _MOST_MIXED = 6, 3
# Of the words of a title, so many begin large.
_LARGE = 0.6

_NEGATIONS = ("no", "not", "never", "none", "all", "do")
_SMALL_WORDS = (
    "a an and as at but by for from in into is no nor not of on or over per than that the "
    "this to under upon with without your you our et al. de la - – — & / vs v"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_VERB = re.compile(
    r"\b(?:may|must|shall|will|can|cannot|should|is|are|was|were|has|have|hereby|agrees?|grants?|"
    r"does|do|provided|means|make|use)\b",
    re.I,
)
_FINITE = re.compile(
    r"\b(?:may|must|shall|will|can|cannot|should|is|are|was|were|has|have|does|do)\b", re.I
)
# A line that says what is so and ends in a full stop is a sentence, be it all in capitals.
_RULING = re.compile(r"\b(?:only|not?|never|prohibited|forbidden|allowed|permitted)\b", re.I)
# A line that ends in these goes on in the next, or in the next item.
_HANGING_WORDS = "an and any as at but by for from in of or the to whether with"
_HANGING = frozenset(_HANGING_WORDS.split())
_LEADS_IN = re.compile(r"\b(?:may|must|shall|will|cannot|agrees? to)(?: not)?$", re.I)
# A number within emphasis, where `lines` sees no marker: "**3. Distribution**".
_NUMBER = r"(?:\d{1,2}\.)*\d{1,2}[.)]?[ \t]+"
_EMPHASIZED_NUMBER = re.compile(rf"(?<=[*_]){_NUMBER}")
_RUN_IN = re.compile(
    rf"(?P<title>(?:[*_]{{1,3}}{_NUMBER})?"
    r"[A-Z\"“*_(][^.:;\n]{1,70}?)(?P<stop>[.:][\"”*_]*|\s[-–—])\s+(?=[\"“(\[]?[A-Z(“\"]|[a-z]+:)"
)

# Of these signs one ends a run-in heading, among so many first characters if it is not emphasized.
_STOPS, _REACH = ".:-–—", 73


def is_heading(text: str, group: Sequence[Line]) -> bool:
    """Tell whether the lines of a block are a heading."""
    first = group[0]
    if first.kind in ("heading", "bullet") or len(group) > _MOST_LINES:
        return first.kind == "heading" and group[-1].end - first.body <= _MOST_MARKED_CHARS
    said = _without_number(text[first.body : group[-1].end]).strip("*_= ")
    if not said or len(said) > _MOST_CHARS:
        return False
    bare = said.rstrip(":")
    words = bare.split()
    short = len(bare) < _MOST_STOPPED_CHARS and (
        first.kind or (0 < len(words) <= SHORTEST and words[0].lower() not in _NEGATIONS)
    )
    if said[-1] in ";,." and not (said[-1] == "." and short):
        return False
    if said[-1] == ":" and len(words) > _MOST_BEFORE_COLON:
        return False
    if said[-1] == "." and (_is_mixed(words) or (not first.kind and _RULING.search(said))):
        return False
    return _is_titled(bare.rstrip("."))


def _without_number(said: str) -> str:
    emphasized = "*" in said or "_" in said
    return _EMPHASIZED_NUMBER.sub("", said, count=1) if emphasized else said


def _is_titled(said: str) -> bool:
    words = [word.strip("\"“”'’(),/*_") for word in said.split()]
    words = [word for word in words if word]
    if not words or len(words) > _MOST_WORDS:
        return False
    if len(words) > SHORTEST and words[-1].lower() in _HANGING:
        return False
    if said.isupper():
        long = len(words) > 1 or len(said) > _SHORTEST_SHOUT
        return long and not (len(words) > _MOST_SHOUTED and _FINITE.search(said, len(words[0])))
    if not words[0][0].isupper() or "@" in said:
        return False
    if _VERB.search(said) and not all(w[0].isupper() or w.lower() in _SMALL for w in words):
        return False
    capital = sum(
        word[0].isupper() or not word[0].isalpha() or word.lower() in _SMALL for word in words
    )
    return capital == len(words) or (capital / len(words) >= _LARGE and not _VERB.search(said))


def _is_mixed(words: Sequence[str]) -> bool:
    """Tell a sentence: most words that a title writes large are small, but defined terms are not.

    "Preserve any Notices" is an order.
    """
    if len(words) <= _MOST_MIXED:
        return False
    bare = [word.strip("\"“”'’(),/*_.") for word in words[1:]]
    told = [word for word in bare if word[:1].isalpha() and word.lower() not in _SMALL]
    small = sum(word[0].islower() for word in told)
    return len(told) < 2 * small < 2 * len(told) or words[1].lower() in ("any", "each", "every")


def run_in(text: str, group: Sequence[Line]) -> tuple[int, str]:
    """Return where the text after a run-in heading begins, and the heading."""
    first = group[0]
    begin = first.body
    opening = text[begin : begin + _REACH]
    if opening[:1] not in "*_" and not any(map(opening.__contains__, _STOPS)):
        return begin, ""
    found = _RUN_IN.match(text, begin, min(group[-1].end, begin + 120))
    if not found:
        return begin, ""
    title = _without_number(found["title"])
    words = title.split()
    marked = first.kind not in ("", "bullet") or found["stop"][0] in ":-–—" or title[0] in "*_"
    marked = marked or len(words) <= SHORTEST
    named = marked and len(words) <= _MOST_RUN_IN and _is_titled(title.strip("*_ "))
    if found["stop"][0] == ":":
        named = named and len(words) <= _MOST_RUN_IN_COLON and not _LEADS_IN.search(title)
    elif _is_mixed(words):
        named = False
    return (found.end(), title) if named else (begin, "")


def tidy(title: str) -> str:
    """Return a title without emphasis, stop and line ends."""
    return " ".join(title.strip("*_ .:-–—").split())
