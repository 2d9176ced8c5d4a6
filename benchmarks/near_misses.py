"""Near misses: texts that one changed word or sentence makes another license, and who tells them.

In: the text of a license and a seed. Out: `NearMiss` records. They are told if the deviations of a
`Match` are the change: what the sentences hold that are named, word by word, and nothing else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from openclause.deviations import Deviation
from openclause.fingerprints import Sentence, sentences
from openclause.identity import Known, Match
from openclause.index import without_titles
from openclause.wording import normal_form


class NearMiss(NamedTuple):
    """A text that is no longer the license, and where: `changed` is the span that is new in it.

    `was` is the span of the license in whose place it stands: it is empty where a sentence was put
    in, and `changed` is where one was left out.
    """

    what: Literal["word", "added", "missing"]
    text: str
    changed: tuple[int, int]
    was: tuple[int, int]


_INSERTED = (
    "You may not use the software to train models.",
    "Any commercial use requires a fee.",
    "Copies must be painted blue.",
    "The licensee shall not publish the results of tests.",
    "This license ends on the first of May.",
)
# Where a sentence ends: not behind the short form of a word, for what follows may belong to it.
_SENTENCE = re.compile(
    r"(?<=[a-z]{2}[.])(?<!\b(?:Co|cf|Cf|vs)\.)(?<!\b(?:Inc|Ltd|etc|Sec|sec|Art|art)\.)"
    r"(?<!\bCorp\.)(?:[ \t]+|\n\s*\n)(?=\s*[A-Z])"
)
# What does not count, or may not: names of holders, years, blanks; and what ends within.
_NOT_PLAIN = re.compile(
    r"copyright|\(c\)|©|all rights|neither the name|provided by|in no event shall|\d{4}|[<>\[\]{}]"
    r"|https?:|[.:;!?][\"'”’)\]]*\s|[=*_-]{3}|\n\s*\n|\b(?:Inc|Corp|Ltd|Co)\.",
    re.IGNORECASE,
)
_HOLDER = re.compile(r"copyright|\(c\)|©|rights\s+reserved", re.IGNORECASE)
_LEAST_WORDS = 6
_WORDS = ("zebra", "not", "commercial", "only", "never")


def near_misses(text: str, seed: str) -> Iterator[NearMiss]:
    """Yield texts with one word changed, one sentence put in and one left out, where that can be.

    Words and sentences are taken from plain prose: not from copyright lines, titles or examples.
    """
    dice = random.Random(f"{seed}:near")
    spans = _plain_sentences(text)
    if not spans:
        return
    yield _other_word(text, dice.choice(spans), dice)
    yield _one_more(text, dice.choice(spans), dice)
    start, end = dice.choice(spans)
    if text.count(text[start:end]) == 1 and len(spans) > 1:
        left = text[:start].rstrip(" ") + " " + text[end:].lstrip(" ")
        place = len(text[:start].rstrip(" ")) + 1
        yield NearMiss("missing", left, (place, place), (start, end))


def _plain_sentences(text: str) -> list[tuple[int, int]]:
    """Return sentences of prose that stand between others, from the first letter to the stop."""
    cuts = [found.span() for found in _SENTENCE.finditer(text)]
    spans = [(before[1], after[0]) for before, after in pairwise(cuts)]
    return [
        (start + len(text[start:end]) - len(text[start:end].lstrip()), end)
        for start, end in spans
        if "\n\n" not in text[start:end]
        and len(text[start:end].split()) > _LEAST_WORDS
        and not _NOT_PLAIN.search(text, start, end)
    ]


def word_anywhere(text: str, known: Known, seed: str) -> NearMiss | None:
    """Return a text in which one word of any sentence is another; None if it has no such word.

    Titles are no sentences, and holders, years and reserved rights do not count.
    """
    dice = random.Random(f"{seed}:anywhere")
    words = [
        (each.start + word.start(), each.start + word.end())
        for each in without_titles(sentences(text), known)
        for word in re.finditer(r"\b[A-Za-z]{3,}\b", text[each.start : each.end])
        if not _HOLDER.search(text, each.start, each.end)
    ]
    changed = _with_other_word(text, dice.choice(words), dice) if words else None
    return changed if changed and normal_form(changed.text) != normal_form(text) else None


def _other_word(text: str, span: tuple[int, int], dice: random.Random) -> NearMiss:
    """Change a word that stands between others."""
    words = list(re.finditer(r"\b[A-Za-z]{3,}\b", text[span[0] : span[1]]))[1:-1]
    word = dice.choice(words)
    return _with_other_word(text, (span[0] + word.start(), span[0] + word.end()), dice)


def _with_other_word(text: str, span: tuple[int, int], dice: random.Random) -> NearMiss:
    """Put another word in the place of one, put one in, or leave one out."""
    start, end = span
    word = text[start:end]
    new = dice.choice([each for each in _WORDS if each != word.lower()])
    put = dice.choice([new, f"{new} {word}", ""])
    if not put and (text[start - 1] == " " or not text[end : end + 1].isspace()):
        start -= text[start - 1].isspace()  # the blank before it goes, too
    changed = text[:start] + put + text[end:]
    return NearMiss("word", changed, (start, start + len(put)), (start, end))


def _one_more(text: str, span: tuple[int, int], dice: random.Random) -> NearMiss:
    sentence = dice.choice(_INSERTED)
    changed, start = f"{text[: span[1]]} {sentence}{text[span[1] :]}", span[1] + 1
    return NearMiss("added", changed, (start, start + len(sentence)), (span[1], span[1]))


def told(miss: NearMiss, best: Match, text: str) -> bool:
    """Tell whether the deviations of a match are the change and nothing else, at its place.

    `text` is that of the license which the match names. The sentences that are told by number must
    be those in which the old words stood, and with the new words in their place say what was added.
    """
    known = Known(best.id, best.spdx_id, best.name, "")
    added = [each for each in best.deviations if each.kind == "added"]
    missing = [each for each in best.deviations if each.kind == "missing"]
    if (len(added), bool(missing)) != (miss.what != "missing", miss.what != "added"):
        return False
    named = _named(missing, without_titles(sentences(text), known))
    said = [word for each in added for word in _words(each.text)]
    return said == _words(_changed(miss, text, named)) and _placed(miss, added, missing, known)


def _named(missing: Sequence[Deviation], own: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences of a license that deviations name by their numbers."""
    numbers = [re.search(r"\d+", each.text) for each in missing]
    return [own[int(number[0]) - 1] for number in numbers if number]


def _changed(miss: NearMiss, text: str, named: Sequence[Sentence]) -> str:
    """Return what named sentences say with the change, or all of them if it is in none or some."""
    new, (start, end) = miss.text[slice(*miss.changed)], miss.was
    if not named:
        return new
    first, last = named[0].start, named[-1].end
    if any(each.end <= start or end <= each.start for each in named) or end > last:
        return text[first:last]
    return text[first:start] + new + text[end:last]


def _placed(
    miss: NearMiss, added: Sequence[Deviation], missing: Sequence[Deviation], known: Known
) -> bool:
    """Tell whether the change is within what was added, and stands next behind what is missing.

    Titles and copyright lines, which have no number, may stand between.
    """
    start, end = miss.changed
    behind = min((each.start for each in added), default=start)
    counted = without_titles(sentences(miss.text), known)
    between = [
        said for said in counted for each in missing if each.start < said.end and said.end <= behind
    ]
    within = all(each.start <= max(start, behind) and end <= each.end for each in added)
    blank = not miss.text[start:behind].strip()
    return (
        within
        and (behind <= start or blank)
        and not between
        and all(each.start <= behind for each in missing)
    )


def _words(text: str) -> list[bytes]:
    return normal_form(text).split()
