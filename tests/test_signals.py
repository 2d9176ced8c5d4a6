from __future__ import annotations

from openclause.searches import Texts
from openclause.signals import Signals, fixed_texts, signal_shows, words_of

SAID = "unless we say otherwise, this irrevocable license is a work in the public domain"
MAYBE = Texts(fixed_texts()).maybe(set(SAID.split()))


def test_a_signal_shows_where_its_words_do() -> None:
    assert signal_shows("irrevocable", SAID, MAYBE)
    assert signal_shows("public-domain", SAID, MAYBE)
    assert not signal_shows("change-date", SAID, MAYBE)
    assert words_of("license-words", SAID, MAYBE) == len(("licen", "public domain"))


def test_signals_are_a_set_that_looks_for_what_it_is_asked() -> None:
    signals = Signals(SAID, MAYBE)
    assert "irrevocable" in signals
    assert "waiver" not in signals
    assert signals.any_of(("waiver", "irrevocable"))
    assert not signals.any_of(("waiver", "floss-only"))


def test_what_else_tells_a_signal_is_asked_once_and_only_when_wanted() -> None:
    asked = []
    signals = Signals(SAID, MAYBE)
    signals.told_by("choice", lambda: bool(asked.append("choice")))
    assert "irrevocable" in signals
    assert asked == []
    assert "choice" not in signals
    assert "choice" not in signals
    assert asked == ["choice"]


def test_signals_of_equal_texts_are_equal_however_much_was_asked_of_them() -> None:
    signals = Signals(SAID, MAYBE)
    assert "irrevocable" in signals
    assert signals == Signals(SAID, MAYBE)
    assert signals != Signals("may be used", frozenset())
    assert {"irrevocable", "public-domain"} <= signals
