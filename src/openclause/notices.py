"""What a text says as a whole: licenses it names, dedications, exceptions, outside policies.

In: the document's text. Out: `Notices`. Which clauses it holds is `clauses`' business, what
follows for the category is `openness`'. Words and names are data, in `data/openness.toml`
and `data/notices.toml`, and the names of the licenses that the index knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial

import msgspec

from openclause.addresses import Policy, outside_policies
from openclause.documents import without_comment_signs
from openclause.errors import DataError
from openclause.expressions import Expression, read_expressions
from openclause.governing import NOTICE, leads, meant, not_beside, of_a_side_part
from openclause.references import Names, Reference, identified, references
from openclause.searches import Texts, compiled, literals, squeezed
from openclause.signals import Signals, fixed_texts, signal_shows, words_of
from openclause.taxonomy import is_license, mildest, read_toml, strictest
from openclause.windows import spaced, windows, without_hyphens
from openclause.wording import lowered

# A notice names its license early or at its end; a long text between names many in passing.
_HEAD = 4000
_TAIL = 1000
# Shorter than this, whatever license a text names is what it is about.
_ONLY_A_NAME = 250

# What kind of license it is may stand between its name and that word.
_KIND = "(?: open source| software| style)? licen"
# A short name in brackets behind a name is that license once more.
_AGAIN = re.compile(r"[\s,]*\([\"“']?(?:the )?")
# How far before the first name and behind the last one words of choice may stand.
_BEFORE, _BEHIND = 500, 200
# Signals that the text amends another one.
_AMENDING = {"exception", "addendum-title", "policy-title"}
_LATER = re.compile(r"either version|\(?at your option\)?,? any later|or \(?at your option")


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Well-known licenses of one category; `patterns` find their names where an anchor shows."""

    name: str
    category: str
    anchors: tuple[str, ...]
    patterns: tuple[str, ...]


class Mention(msgspec.Struct, frozen=True):
    """A license named at `[start, end)` of the text; `id` is that of the license in the index."""

    start: int
    end: int
    name: str
    category: str
    id: str | None = None


class Notices(msgspec.Struct, frozen=True):
    """What the text says beside its clauses; `words` counts the kinds of license words in it.

    `expression` is the category that SPDX expressions come to, `unknown` the identifiers in them
    that nobody knows.
    """

    signals: Signals
    mentions: tuple[Mention, ...]
    policies: tuple[Policy, ...]
    words: int
    length: int
    expression: str | None = None
    unknown: tuple[str, ...] = ()


def read_notices(text: str, names: Names | None = None) -> Notices:
    """Read what a text says about itself, clauses aside.

    Parameters
    ----------
    names
        What known licenses are called; without them only the families of the data are known.
    """
    plain = without_comment_signs(text)
    low = lowered(plain)
    words = low.split()
    said, maybe = squeezed(words), _texts().maybe(set(words))
    policies = outside_policies(text)
    signals = _signals_of(low, said, maybe, policies)
    loose = "addendum" in signals or len(low) < _ONLY_A_NAME
    expressions = [
        one
        for one in read_expressions(text, partial(_category_of, names=names))
        if loose or _governs(low, one)
    ]
    mentions = tuple(mention for one in expressions for mention in _expressed(one))
    if not expressions:
        mentions = _mentions(plain, low, names, maybe, loose=loose)
    signals.told_by("choice", lambda: not expressions and _chosen(low, mentions))
    return Notices(
        signals=signals,
        mentions=mentions,
        policies=policies,
        words=words_of("license-words", said, maybe),
        length=len(said),
        expression=_together(expressions),
        unknown=tuple(dict.fromkeys(name for one in expressions for name in one.unknown)),
    )


def read_signals(text: str) -> Signals:
    """Return the signals that the words of a text show: all but `choice` and `outside-policy`."""
    low = lowered(without_comment_signs(text))
    words = low.split()
    return _signals_of(low, squeezed(words), _texts().maybe(set(words)), ())


def _signals_of(
    low: str, said: str, maybe: frozenset[str], policies: tuple[Policy, ...]
) -> Signals:
    """Return the signals of a text; an identifier of a license amends none."""
    signals = Signals(said, maybe)
    if "spdx-license-identifier" in low:
        for name in _AMENDING:
            signals.told_by(name, lambda: False)
    amends = signals.any_of(_AMENDING)
    signals.told_by("addendum", lambda: amends)
    signals.told_by("outside-policy", lambda: bool(policies))
    return signals


def _expressed(expression: Expression) -> Iterator[Mention]:
    """Make mentions of the names in an expression; one that nobody knows grants nothing."""
    place = 0
    for name, category in expression.licenses:
        place = max(expression.text.find(name, place), place)
        start = expression.start + place
        yield Mention(start, start + len(name), name, category or "proprietary")
        place += len(name)


def _governs(low: str, expression: Expression) -> bool:
    tagged = "identifier:" in low[max(0, expression.start - 30) : expression.start]
    return tagged or meant(low, expression.start, expression.end)


def _together(expressions: Sequence[Expression]) -> str | None:
    """Return what all expressions of a text come to together."""
    found = [one.category or "proprietary" for one in expressions]
    return strictest(found) if found else None


def _category_of(name: str, names: Names | None) -> str | None:
    """Return the category of an identifier: that of the index, else that of its family."""
    if names and (known := identified(name, names)):
        return known.category if is_license(known.category) else None
    low = name.lower()
    if low.endswith("-exception") or "-exception-" in low:
        return "weak-copyleft"
    found = _names(name, low, (0, len(name)), frozenset())
    return found[0].category if found else None


def named_category(mentions: tuple[Mention, ...], notices: Notices) -> str | None:
    """Return what the named licenses come to: the mildest of a choice, else the strictest."""
    names = named_categories(mentions)
    if not names:
        return None
    if notices.expression:
        return notices.expression
    if "choice" not in notices.signals:
        return strictest(names)
    given_up = "public-domain" in notices.signals and "part-public-domain" not in notices.signals
    return "public-domain" if given_up and notices.length < NOTICE else mildest(names)


def named_categories(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Return the category of each license named; a named exception frees from its copyleft."""
    named = tuple(mentions)
    freed = any(one.category == "weak-copyleft" and "exception" in (one.id or "") for one in named)
    return tuple(
        "weak-copyleft" if freed and one.category == "strong-copyleft" else one.category
        for one in named
    )


def _mentions(
    text: str, low: str, names: Names | None, maybe: frozenset[str], *, loose: bool
) -> tuple[Mention, ...]:
    spans = [(0, len(low))]
    if len(low) > _HEAD + _TAIL:
        spans = [(0, _HEAD), (len(low) - _TAIL, len(low))]
    found = [mention for span in spans for mention in _names(text, low, span, maybe)]
    if names and (loose or leads(low)):
        known = [one for one in references(text, spans, names) if is_license(one.known.category)]
        found = _with_references(text, found, known)
    found = list(_each_once(low, found))
    governs = not_beside if loose else meant
    return _of_the_work(
        low, [mention for mention in found if governs(low, mention.start, mention.end)]
    )


def _of_the_work(low: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Leave out the licenses of parts that the work can do without, if others are named."""
    if len(mentions) <= 1:
        return tuple(mentions)
    main = tuple(one for one in mentions if not of_a_side_part(low, one.start))
    return main or tuple(mentions)


def _each_once(low: str, found: Iterable[Mention]) -> Iterator[Mention]:
    """Leave out the short names that follow their licenses in brackets."""
    end = 0
    for mention in found:
        if not (end and _AGAIN.fullmatch(low, end, mention.start)):
            yield mention
        end = mention.end


def _with_references(
    text: str, found: Sequence[Mention], known: Iterable[Reference]
) -> list[Mention]:
    """Put the licenses of the index beside those of the families, and in their place."""
    mentions = {mention.start: mention for mention in found}
    for one in known:
        across = [each for each in found if each.start < one.end and one.start < each.end]
        if any(each.start < one.start for each in across):
            continue  # its name is the end of a longer one: "Lesser GPL version 3"
        end = max([one.end, *(each.end for each in across)])
        for each in across:
            mentions.pop(each.start, None)
        name = " ".join(text[one.start : end].split())
        mentions[one.start] = Mention(one.start, end, name, one.known.category, one.known.id)
    return sorted(mentions.values(), key=lambda mention: mention.start)


def _names(text: str, low: str, span: tuple[int, int], maybe: frozenset[str]) -> list[Mention]:
    found: list[Mention] = []
    folded = without_hyphens(low[slice(*span)])
    for family in _families():
        for left, right in windows(low, maybe.intersection(family.anchors), span, folded):
            for match in _matches(family.patterns, low, left, right):
                if not any(m.start < match.end() and match.start() < m.end for m in found):
                    name = " ".join(text[match.start() : match.end()].split())
                    found.append(Mention(match.start(), match.end(), name, family.category))
    return sorted(found, key=lambda mention: mention.start)


def _matches(patterns: tuple[str, ...], low: str, left: int, right: int) -> Iterator[re.Match[str]]:
    """Yield what patterns match in a stretch, the first of several that begin at one place.

    Only those are tried whose words it holds.
    """
    holds = low[left:right].__contains__
    able = [compiled(each) for words, each in _with_words(patterns) if all(map(holds, words))]
    while found := [match for each in able if (match := each.search(low, left, right))]:
        first = min(found, key=re.Match.start)
        yield first
        left = first.end()


def choice_shows(text: str) -> bool:
    """Tell whether words that stand between licenses leave a choice, later versions aside."""
    said = _LATER.sub(" ", squeezed(text.lower().split()))
    return signal_shows("choice", said, _texts().maybe(set(said.split())))


def _chosen(low: str, mentions: tuple[Mention, ...]) -> bool:
    """Tell whether the words around the names leave a choice, later versions aside."""
    if not mentions:
        return False
    first, last = mentions[0].start, mentions[-1].end
    return choice_shows(low[max(0, first - _BEFORE) : last + _BEHIND])


@cache
def _families() -> tuple[Family, ...]:
    return tuple(map(_family, read_toml("openness.toml")["family"]))


def _family(table: object) -> Family:
    try:
        return msgspec.convert(table, Family)
    except msgspec.ValidationError as error:
        raise DataError(f"data/openness.toml [[family]]: {error}") from error


@cache
def _texts() -> Texts:
    """Return the fixed texts of all signals and the anchors of all families."""
    return Texts([*fixed_texts(), *(anchor for each in _families() for anchor in each.anchors)])


@cache
def _with_words(patterns: tuple[str, ...]) -> tuple[tuple[list[str], str], ...]:
    """Return the words that each match holds, and the pattern; its spaces are any white space."""
    return tuple(
        (" ".join(literals(pattern)).split(), spaced(pattern.replace(" licen", _KIND)))
        for pattern in patterns
    )
