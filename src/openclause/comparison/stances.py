"""What one license demands of those who pass its work on, from its clauses and signs.

In: a document, its analysis, and what is known of its name. Out: a `Stance`: what it grants,
how far its copyleft reaches, what it limits and asks for, and the doors that it leaves open. What
two stances come to is for `passing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from openclause.analysis import Analysis
from openclause.caution import SUPPORTED_LANGUAGES
from openclause.clauses import Clause
from openclause.comparison.editions import Title, title_of
from openclause.comparison.records import Edition, Span
from openclause.comparison.signs import find_signs, flat, rules
from openclause.comparison.wording import Spans
from openclause.fingerprints import Sentence, sentences
from openclause.taxonomy import Modality, categories

# A share-alike clause is believed from here on; other clauses that decide from there on.
_SURE_COPYLEFT, _SURE = 0.6, 0.5
_SURE_CATEGORY = 0.6
# A notice that tells the version stands so early in a text, in characters.
_HEAD = 2_000
_DEFINITION = re.compile(
    r"[\"“‘']?(?P<name>[A-Z]\w*(?: [A-Z]\w*){0,4})[\"”’']?,?:? (?:means|refers to)\b"
)
_COPYLEFT = frozenset(["weak-copyleft", "strong-copyleft"])
_CLOSED_RANK, _LIMITED_RANK = 7, 4


class Stance:
    """One license as the other side of a bargain; everything is worked out when it is asked for.

    Parameters
    ----------
    analysis, text
        The license, read.
    label
        What it is called in reasons.
    spdx_id
        The id it was asked for by, or is exactly known by.
    edition
        What the id or notice says of later versions.
    """

    def __init__(
        self,
        analysis: Analysis,
        text: str,
        *,
        label: str,
        spdx_id: str | None = None,
        edition: Edition | None = None,
    ) -> None:
        self.analysis, self.text, self.label = analysis, text, label
        self._spdx_id, self._edition = spdx_id, edition

    @cached_property
    def said(self) -> tuple[Sentence, ...]:
        """Return the sentences of the text."""
        return sentences(self.text)

    @cached_property
    def wording(self) -> frozenset[int]:
        """Return the hashes of the sentences."""
        return frozenset(sentence.hash for sentence in self.said)

    @cached_property
    def signs(self) -> dict[str, tuple[Sentence, ...]]:
        """Return the sentences that show each sign."""
        return find_signs(self.text, self.said)

    @cached_property
    def _spans(self) -> Spans:
        return Spans(self.text)

    @cached_property
    def title(self) -> Title:
        """Return how the license is called, as it is known or as its first line says."""
        best = self.analysis.identification[0] if self.analysis.identification else None
        if best and best.exact:
            return title_of(best.name, self._spdx_id or best.spdx_id)
        return title_of(self.analysis.document.title or self.label, self._spdx_id)

    @property
    def known(self) -> bool:
        """Tell whether the text is exactly one that the index knows."""
        return any(match.exact for match in self.analysis.identification)

    @property
    def altered(self) -> bool:
        """Tell whether the text is like a known one and not the same."""
        return bool(self.analysis.identification) and not self.known

    @cached_property
    def edition(self) -> Edition | None:
        """Return what the id, or a notice before the license's text, says of later versions."""
        if self._edition:
            return self._edition
        for name, edition in (("notice-later", "or-later"), ("notice-only", "only")):
            if any(found.start < _HEAD for found in self.signs.get(name, ())):
                return edition  # type: ignore[return-value]
        return None

    @property
    def rank(self) -> int:
        """Return the rank of the category, 0 the most open; -1 for no license."""
        rank = categories()[self.analysis.openness.category].rank
        return -1 if rank is None else rank

    @property
    def limited(self) -> bool:
        """Tell whether not every use is free."""
        return self.rank >= _LIMITED_RANK

    @property
    def english(self) -> bool:
        """Tell whether the clauses were read."""
        return self.analysis.document.language in SUPPORTED_LANGUAGES

    def clauses(self, terms: Iterable[str], *modalities: Modality) -> tuple[Clause, ...]:
        """Return the clauses on some terms that bind or free the recipient, the surest first."""
        wanted = set(terms)
        found = [
            clause
            for clause in self.analysis.clauses
            if clause.term in wanted
            and clause.modality in modalities
            and clause.holder == "recipient"
            and clause.confidence >= _SURE
        ]
        return tuple(sorted(found, key=lambda clause: (-clause.main, -clause.confidence)))

    @cached_property
    def grants(self) -> tuple[Clause, ...]:
        """Return the clauses that let changed copies be passed on, at least taken together."""
        direct = self.clauses(["distribute-derivatives"], "permission")
        if direct:
            return direct
        change = self.clauses(["modify"], "permission")
        share = self.clauses(["distribute", "sublicense"], "permission")
        return (*change[:1], *share[:1]) if change and share else ()

    @cached_property
    def refusals(self) -> tuple[Clause, ...]:
        """Return the clauses that keep changed copies from being passed on, if they prevail."""
        if self.analysis.terms["distribute-derivatives"].attitude != "cannot":
            return ()
        return self.clauses(["distribute-derivatives"], "prohibition")

    @property
    def closed(self) -> bool:
        """Tell whether passing on changed copies is withheld as a whole."""
        return self.rank >= _CLOSED_RANK and not self.grants

    @property
    def withheld(self) -> bool:
        """Tell whether the category, which is sure enough, withholds it, whatever a clause says."""
        return self.rank >= _CLOSED_RANK and self.analysis.openness.confidence >= _SURE_CATEGORY

    @property
    def reasons(self) -> tuple[Clause, ...]:
        """Return the clauses that decide the category."""
        shown = {name for reason in self.analysis.openness.reasons for name in reason.clauses}
        return tuple(clause for clause in self.analysis.clauses if clause.id in shown)

    @cached_property
    def share_alike(self) -> tuple[Span, ...]:
        """Return the passages that want derivatives under the same license."""
        clauses = [
            clause
            for clause in self.clauses(["share-alike"], "obligation")
            if clause.confidence >= _SURE_COPYLEFT
        ]
        shown = [*self.signs.get("copyleft", ()), *self.signs.get("only-this", ())]
        return self.quote(clauses) or self.quote(shown)

    @property
    def copyleft(self) -> bool:
        """Tell whether derivatives are wanted under the same license."""
        return bool(self.share_alike)

    @property
    def unquoted_copyleft(self) -> bool:
        """Tell whether the category says share-alike and no clause does."""
        return not self.copyleft and self.analysis.openness.category in _COPYLEFT

    @cached_property
    def limits(self) -> dict[str, tuple[Clause, ...]]:
        """Return the clauses that limit what the work may be used for, by term."""
        found = {term: self.clauses([term], "prohibition") for term in rules().limits.terms}
        return {term: clauses for term, clauses in found.items() if clauses}

    def asks(self, terms: Iterable[str]) -> tuple[Clause, ...]:
        """Return the clauses that ask something of the recipient."""
        return self.clauses(terms, "obligation", "prohibition")

    def sign(self, *names: str) -> tuple[Span, ...]:
        """Return the passages that show some signs."""
        return self.quote(found for name in names for found in self.signs.get(name, ()))

    def quote(self, parts: Iterable[Clause | Sentence]) -> tuple[Span, ...]:
        """Return the passages of clauses or sentences, each once."""
        spans = dict.fromkeys((part.start, part.end) for part in parts)
        return tuple(self._spans.span(start, end) for start, end in spans)

    def with_definitions(self, sentence: Sentence) -> str:
        """Return a sentence, flat, with what the names in it mean in the place of these."""
        said = flat(self._words(sentence))
        own = {name: meaning for name, meaning in self._definitions if name in said and meaning}
        for name in own:
            said = said.replace(name, " ")
        return "\n".join([said, *own.values()])

    @cached_property
    def _definitions(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._defined(self.said))

    def _defined(self, said: Sequence[Sentence]) -> Iterator[tuple[str, str]]:
        for sentence in said:
            words = " ".join(self._words(sentence).split())
            for found in _DEFINITION.finditer(words):
                yield flat(found["name"]), flat(words[found.end() :])

    def _words(self, sentence: Sentence) -> str:
        return self.text[sentence.start : sentence.end]
