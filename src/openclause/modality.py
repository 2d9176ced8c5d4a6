"""Modality: which cue - may, must, must not - governs an act, and how far each cue reaches.

In: an `Outline` and the phrases found in it. Out: a `Scopes` that answers, for words of a unit, the
modality that governs them: the nearest cue before them that is no condition, else a cue behind
them ("... is prohibited"), else what the lead-in ended with. Terms are for `rules`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import Literal

import msgspec

from openclause import taxonomy
from openclause.patterns import lexicon
from openclause.phrases import Place
from openclause.reach import AHEAD, BACK, Cue, CueKind, Reach, first_word, is_condition, reach_of
from openclause.segmentation import Outline, Unit
from openclause.taxonomy import Holder, Modality
from openclause.wording import one_spelling

Governed = Modality | Literal["mask", "none"]

# So many words at most stand between a "no" and the permission that it takes back, or between whose
# act it is and the cue.
_REACH = 8
# Among so many last words of a unit "following" and "below" lead in what comes next.
_FOLLOWING, _BELOW = 25, 12
# A right that is told of stands among so many first words of a unit.
_OPENING = 5


class Subjects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of `data/subjects.toml`, which says what each tells."""

    recipient: frozenset[str]
    licensor: frozenset[str]
    towards: frozenset[str]
    articles: frozenset[str]
    rights: frozenset[str]
    ends: frozenset[str]
    boundaries: frozenset[str]
    frees: frozenset[str]


@cache
def subjects() -> Subjects:
    """Return the words that tell whose act a cue speaks of.

    Raises
    ------
    DataError
        If the table has an unknown, missing or wrong key.
    """
    table = taxonomy.read_toml("subjects.toml")
    return taxonomy.convert(table, Subjects, where="subjects.toml")


@cache
def cue_kinds() -> dict[str, CueKind]:
    """Return the kinds of cue by id.

    Raises
    ------
    DataError
        If an entry has an unknown, missing or wrong key.
    """
    return {
        key: taxonomy.convert(table, CueKind, where=f"modality.toml [{key}]")
        for key, table in taxonomy.read_toml("modality.toml").items()
    }


@cache
def cue_phrases() -> dict[str, tuple[tuple[str, CueKind], ...]]:
    """Return the kinds of cue, with their ids, by each phrase that is one."""
    kinds: dict[str, dict[str, CueKind]] = defaultdict(dict)
    for key, kind in sorted(cue_kinds().items()):
        for phrase in kind.phrases:
            for words in _expand(phrase):
                kinds[one_spelling(" ".join(words))][key] = kind
    return {phrase: tuple(own.items()) for phrase, own in kinds.items()}


def find_cues(places: Iterable[Place]) -> list[Cue]:
    """Return the cues among the places of phrases in an outline."""
    kinds = cue_phrases()
    return [
        Cue(first, last, key, kind)
        for first, last, phrase in places
        if phrase in kinds
        for key, kind in kinds[phrase]
    ]


def scopes_of(outline: Outline, cues: list[Cue]) -> Scopes:
    """Return the cues of each unit, longest kept where two overlap."""
    return Scopes(outline, _by_unit(outline, cues))


def _expand(phrase: str) -> Iterator[list[str]]:
    choices = [
        sorted(lexicon()[word.strip("{}")]) if word.startswith("{") else [word]
        for word in phrase.split()
    ]
    return (list(words) for words in product(*choices))


def _by_unit(outline: Outline, cues: list[Cue]) -> list[list[Cue]]:
    cues = sorted(cues, key=lambda cue: (cue.first, -cue.last))
    rows: list[list[Cue]] = []
    at = 0
    for unit in outline.units:
        row: list[Cue] = []
        while at < len(cues) and cues[at].first < unit.last:
            cue = cues[at]
            at += 1
            heading = unit.kind == "heading"
            if cue.last > unit.last or (cue.kind.direction == "heading") != heading:
                continue
            _keep_longest(row, cue)
        rows.append(row)
    return rows


def _keep_longest(row: list[Cue], cue: Cue) -> None:
    while row and row[-1].last > cue.first:
        if _weight(row[-1]) >= _weight(cue):
            return
        row.pop()
    row.append(cue)


def _weight(cue: Cue) -> tuple[int, bool]:
    """Of two cues that overlap the longer counts, then the one that governs what follows."""
    governs = cue.kind.direction in AHEAD and cue.kind.modality != "mask"
    return cue.last - cue.first, governs


def _goes_on(words: Sequence[str]) -> bool:
    """Tell words behind a "no" that neither end it nor say what it frees from."""
    said = subjects()
    return said.boundaries.isdisjoint(words) and said.frees.isdisjoint(words)


class Scopes(msgspec.Struct, frozen=True):
    """The cues of an outline, unit by unit, and what they govern."""

    outline: Outline
    cues: list[list[Cue]]
    # What units hand down, as it is asked for: lead-ins may stand in a row as long as the text.
    handed: dict[int, tuple[Governed, Cue | None]] = msgspec.field(default_factory=dict)
    reaches: dict[int, Reach] = msgspec.field(default_factory=dict)

    def governs(self, unit: int, first: int, last: int) -> tuple[Governed, Cue | None]:
        """Return the modality of the words `[first, last)` of a unit, and the cue that gives it.

        A match may open with its own cue ("may be freely copied"), but not with its condition.
        """
        reach = self._reach(unit)
        cue = reach.within(first, last) or reach.nearest(first)
        if cue is None:
            behind = self._behind(unit, last)
            return (behind.kind.modality, behind) if behind else self.inherited(unit)
        if is_condition(cue):
            return "mask", reach.nearest_plain(first)
        return self._told(unit, cue, last)

    def _reach(self, unit: int) -> Reach:
        reach = self.reaches.get(unit)
        if reach is None:
            reach = reach_of(self.outline.words, self.outline.units[unit], self.cues[unit])
            self.reaches[unit] = reach
        return reach

    def _told(self, unit: int, cue: Cue, last: int) -> tuple[Governed, Cue]:
        """Return a modality; "the right to sell is withheld" is told by what stands behind."""
        said = self._said(unit, cue)
        if said == "permission" and self._is_subject(unit, cue):
            told = self._behind(unit, last)
            words = self.outline.words[cue.last : told.first] if told else ()
            if told and told.kind.modality == "prohibition" and subjects().ends.isdisjoint(words):
                return "prohibition", told
        return said, cue

    def _is_subject(self, unit: int, cue: Cue) -> bool:
        """Tell a right that opens the unit: what follows is told of it."""
        words = self.outline.words[self.outline.units[unit].first : cue.last]
        return (
            len(words) <= _OPENING and not subjects().rights.isdisjoint(words) and cue.id == "grant"
        )

    def _said(self, unit: int, cue: Cue) -> Governed:
        """Return a cue's modality; a permission that a "no" stands close before is none."""
        if cue.kind.modality != "permission":
            return cue.kind.modality
        cues = self.cues[unit]
        for at in range(bisect_left(cues, cue.first, key=first_word) - 1, -1, -1):
            other = cues[at]
            if other.last < cue.first - _REACH:
                return "permission"
            if other.last <= cue.first and other.kind.modality == "prohibition":
                between = self.outline.words[other.last : cue.first]
                near = len(between) <= _REACH and _goes_on(between)
                return "prohibition" if near else "permission"
        return "permission"

    def _behind(self, unit: int, last: int) -> Cue | None:
        """Return the first cue behind some words that speaks of them; not one in an exception."""
        cues = self._reach(unit).behind
        for at in range(bisect_left(cues, last - 1, key=first_word), len(cues)):
            if cues[at].kind.direction in BACK:
                return cues[at]
            if cues[at].first >= last:
                return None
        return None

    def inherited(self, unit: int) -> tuple[Governed, Cue | None]:
        """Return the modality that a unit's lead-ins give to it."""
        lead, passed = self.outline.units[unit].lead, list[int]()
        given = None
        while lead >= 0 and given is None:
            given = self.handed.get(lead)
            if given is None:
                passed.append(lead)
                given = self._handed_by(lead)
            lead = self.outline.units[lead].lead
        given = given or ("none", None)
        self.handed.update(dict.fromkeys(passed, given))
        return given

    def _handed_by(self, lead: int) -> tuple[Governed, Cue | None] | None:
        """Return what a unit itself hands down; None where it only passes on what is above it."""
        if not self.leads_in(lead):
            return "none", None
        cues = (cue for cue in reversed(self.cues[lead]) if cue.kind.modality != "mask")
        return next(((cue.kind.modality, cue) for cue in cues), None)

    def leads_in(self, unit: int) -> bool:
        """Tell whether a unit hands its modality down: a heading, or a sentence left open."""
        above = self.outline.units[unit]
        if above.kind == "heading" or above.first == above.last:
            return True
        words = self.outline.words[above.first : above.last]
        open_end = words[-1] not in ".!?"
        return open_end or "following" in words[-_FOLLOWING:] or "below" in words[-_BELOW:]

    def holder(self, unit: int, cue: Cue | None) -> Holder:
        """Return whose act a cue speaks of: the subject that stands before it."""
        if cue is None:
            return "recipient"
        own, said = self.outline.units[unit], subjects()
        above = own if own.first <= cue.first < own.last else self._unit_at(cue.first)
        for at in range(cue.first - 1, max(above.first, cue.first - _REACH) - 1, -1):
            word = self.outline.words[at]
            if word in said.recipient:
                return "recipient"
            if word in said.licensor and not self._is_object(at):
                return "licensor" if cue.id in ("may", "must", "must-not") else "recipient"
        return "recipient"

    def _is_object(self, at: int) -> bool:
        """Tell whom something is done to: "submitted by you to the licensor" is not his act."""
        before, said = self.outline.words[max(at - 2, 0) : at], subjects()
        return bool(before) and (
            before[-1] in said.towards
            or (before[-1] in said.articles and before[0] in said.towards)
        )

    def first_cue(self, unit: int) -> Cue | None:
        """Return the cue by which a unit as a whole is read, if it has one."""
        return next((c for c in self.cues[unit] if c.kind.modality != "mask"), None)

    def _unit_at(self, word: int) -> Unit:
        return self.outline.units[bisect_right(self.outline.units, word, key=first_word) - 1]
