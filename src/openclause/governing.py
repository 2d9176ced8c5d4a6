"""Whether the words about the name of a license put the work under it.

In: a lower-cased text and where a name `[start, end)` stands in it. What the names are and what
they come to is for `notices`.
"""

from __future__ import annotations

import re

# A notice is shorter than this many characters: it is about the license that it names. Titles in
# longer texts are those of the licenses that they print.
NOTICE = 3500
_LEADS = re.compile(
    r"\bunder\b|licen[sc]ed?\b|\bterms\b|conditions of|accordance with|governed by|subject to"
    r"|pursuant to|identifier:|covered by|\bby the\b|published by|exception to|\beither\b|, or\b"
    r"|\bor the\b|with the requirements of|consistent with|compl(?:y|ies|iance) with|\brespect\b"
    r"|\bobey|\bobserve\b|according to|(?:clause|section|article)s? [\w.]+ of\b"
)
# Nearly all texts that hold such words hold one of these.
_MOSTLY = ("license ", " under ", " terms ", ", or ", " by the ")
_NEGATED = re.compile(
    r"\bnot\b|compatib\w+ with|other than|similar to|based on|unlike|derived from|secondary"
    r"|exclud\w+|\be\.?[gx]\.|replac\w+|version of|instead of|\bcalled\b"
    r"|\bsuch as\b|for example|\bneither\b|\bnor\b|compatible to"
    r"|incorporated by reference"
)
_DEFINED = re.compile(
    r"[^;()]{0,60}\((?:hereinafter |collectively )?,? ?(?:the )?[\"“][^\"”]{0,40}licen"
    r"|[^;.()]{0,30}\b(?:which|that) (?:also )?(?:covers?|governs?|appl(?:y|ies) to)\b"
)
_BESIDE = re.compile(r"compatib\w+ with")
_NOT_SO = re.compile(
    r"would (?:require|cause)|\bremains? under\b|\brecommend|\bsuggest"
    r"|licen[sc]es?\b[^.;]{0,30}(?:\bsuch as\b|\bfor example\b|\be\.g\.)"
    r"|\b(?:previously|formerly|initially|originally|no longer|used to)\b"
)
# Words that may stand beside a name in a title, and how long its line may be.
_WORDS, _LONGEST_TITLE = re.compile(r"[^\W\d_]+"), 200
_TITLE_WORDS = frozenset(["the", "license", "licence", "version", "v"])
# Parts that a work can do without, as what a license is said of.
_SIDE = re.compile(
    r"\b(?:optional|helper|examples?|samples?|tests?|test suite|build (?:files|scripts|system)"
    r"|demos?)\b[^.;]{0,90}\b(?:is|are)\b"
)


def leads(low: str) -> bool:
    """Tell whether a text holds words that may put it under a license."""
    return any(map(low.__contains__, _MOSTLY)) or _LEADS.search(low) is not None


def not_beside(low: str, start: int, _end: int) -> bool:
    """Tell a license from one that the text says it goes together with."""
    return not _BESIDE.search(low, max(0, start - 40), start)


def _alone_on_a_line(low: str, start: int, end: int) -> bool:
    """Tell whether a name is a title: nothing but its version and decoration stands beside it.

    Over it there is no line of words that goes on in it.
    """
    first = low.rfind("\n", 0, start) + 1
    over = low[low.rfind("\n", 0, max(first - 1, 0)) + 1 : first].strip()
    if over and over[-1].isalnum():
        return False
    last = low.find("\n", end)
    beside = low[first:start] + " " + low[end : last if last >= 0 else len(low)]
    return len(beside) < _LONGEST_TITLE and _TITLE_WORDS.issuperset(_WORDS.findall(beside))


def meant(low: str, start: int, end: int) -> bool:
    """Tell whether the words before a name put the work under it, or those behind define it."""
    if _DEFINED.match(low, end):
        return True
    if len(low) < NOTICE and _alone_on_a_line(low, start, end):
        return True
    before = " ".join(low[max(0, start - 130) : start].split())
    clause = before[max(before.rfind(". "), before.rfind(";")) + 1 :]
    near = clause[clause.rfind(",") + 1 :][-40:]
    return bool(leads(clause) and not _NEGATED.search(near) and not _NOT_SO.search(clause))


def of_a_side_part(low: str, start: int) -> bool:
    """Tell whether the sentence of a name speaks of parts that the work can do without."""
    before = " ".join(low[max(0, start - 220) : start].split())
    return _SIDE.search(before[max(before.rfind(". "), before.rfind(";")) + 1 :]) is not None
