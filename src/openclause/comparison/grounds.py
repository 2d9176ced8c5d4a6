"""Grounds: reasons in words of both languages, with quotes of both licenses.

In: an id of `[ground]` in `data/passing.toml` and passages. Out: a `Ground`.
"""

from __future__ import annotations

from collections.abc import Iterable

from openclause.comparison.records import Ground, Span, Weight
from openclause.comparison.signs import rules
from openclause.comparison.stances import Stance
from openclause.messages import LANGUAGES, in_language
from openclause.taxonomy import Words, terms

Said = tuple[tuple[Span, ...], tuple[Span, ...]]

# So many passages of each license are enough to show a reason.
_SHOWN = 4


def ground(  # noqa: PLR0913
    rule: str,
    weight: Weight,
    a: Stance,
    b: Stance,
    *,
    said: Said = ((), ()),
    about: Iterable[str] = (),
    which: Stance | None = None,
) -> Ground:
    """Return a reason; `about` names terms, or burdens that are no terms, and `which` one side."""
    text = rules().ground[rule]
    about = tuple(about)
    filled = {
        lang: in_language(text, lang).format(
            a=a.label,
            b=b.label,
            which=which.label if which else "",
            terms=", ".join(in_language(_name(name), lang) for name in about),
        )
        for lang in LANGUAGES
    }
    return Ground(rule, weight, Words(**filled), said[0][:_SHOWN], said[1][:_SHOWN])


def _name(name: str) -> Words:
    term = terms().get(name)
    return term.name if term else rules().names[name]
