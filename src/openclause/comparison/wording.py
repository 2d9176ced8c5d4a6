"""How the wording of one text differs from another's, sentence by sentence, word by word.

In: two texts. Out: `Change` records in reading order with offsets true in both. Sentences are
equal where their normal forms are (see `openclause.wording`): case, quotes, bullets and
copyright lines do not count. What a difference means is left to the clauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openclause.comparison.alignment import Pairing, pair_up
from openclause.comparison.edits import edits, equal_share
from openclause.comparison.records import Change, Span, Wording
from openclause.fingerprints import Sentence, sentences
from openclause.lines import LineNumbers


class Spans:
    """Cuts spans out of a text."""

    def __init__(self, text: str) -> None:
        self._text, self._lines = text, LineNumbers(text)

    def span(self, start: int, end: int) -> Span:
        """Return the characters `[start, end)` with their line."""
        return Span(start, end, self._lines.of(start), self._text[start:end])


def compare_wording(a: str, b: str) -> Wording:
    """Return how text B differs from text A; time grows with n log n of their lengths."""
    said = sentences(a), sentences(b)
    pairing = pair_up(*said)
    spans = Spans(a), Spans(b)
    changed = [_changed(said[0][one], said[1][two], spans) for one, two in pairing.changed]
    changes = sorted([*changed, *_whole(said, pairing, spans)], key=_reading_order)
    same = [said[0][one] for one, _ in (*pairing.equal, *pairing.moved)]
    kept = 2 * sum(len(sentence.words) for sentence in same) + sum(map(_kept, changed))
    total = sum(len(sentence.words) for side in said for sentence in side)
    similarity = round(min(kept / total, 1.0), 4) if total else 1.0
    return Wording(0, 1, similarity, len(same), tuple(changes))


def _changed(one: Sentence, two: Sentence, spans: tuple[Spans, Spans]) -> Change:
    before, after = spans[0].span(one.start, one.end), spans[1].span(two.start, two.end)
    found = edits(before, after)
    return Change("changed", before, after, round(equal_share(before, after, found), 3), found)


def _kept(change: Change) -> float:
    """Return how many words of both sides a changed sentence keeps."""
    return change.similarity * sum(len(side.text.split()) for side in (change.a, change.b) if side)


def _whole(
    said: tuple[Sequence[Sentence], Sequence[Sentence]],
    pairing: Pairing,
    spans: tuple[Spans, Spans],
) -> Iterator[Change]:
    """Yield the changes that are whole sentences."""

    def span(side: int, number: int) -> Span:
        return spans[side].span(said[side][number].start, said[side][number].end)

    for number in pairing.missing:
        yield Change("missing", span(0, number), None, 0.0)
    for number in pairing.added:
        yield Change("added", None, span(1, number), 0.0)
    for one, two in pairing.moved:
        yield Change("moved", span(0, one), span(1, two), 1.0)


def _reading_order(change: Change) -> tuple[int, int]:
    """Order by the place in B, and what B lacks by its place in A."""
    at = change.b or change.a
    return (at.start if at else 0, 0 if change.b else 1)
