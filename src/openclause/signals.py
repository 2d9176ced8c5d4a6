"""Marks of a whole text, such as that it is an exception or waives all rights.

In: a text's words in lower case with single spaces. Out: `Signals`, which tell of each mark whether
it shows. Most are never asked for, and are not looked for then. The words are data, the tables
`[signal]` of `data/openness.toml` and `data/notices.toml`; what they mean `grants` and others say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache

import msgspec

from openclause.errors import DataError
from openclause.searches import beginnings, searches, shows
from openclause.taxonomy import read_toml

# Told by what is no word of the text, or by others together.
_TOLD = frozenset(["addendum", "outside-policy"])


class Signal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that mark the whole text, looked for in its first `head` characters (0: in all).

    A text of more than `longest` characters (0: no limit) is not marked by them.
    """

    phrases: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    head: int = 0
    longest: int = 0


class Signals(AbstractSet[str]):
    """The signals of a text, as a set of their names; each is looked for when it is asked for.

    Parameters
    ----------
    maybe
        The texts of `fixed_texts` that may occur in it.
    """

    def __init__(self, said: str, maybe: frozenset[str]) -> None:
        self._said, self._maybe = said, maybe
        self._known: dict[str, bool] = {}
        self._told: dict[str, Callable[[], bool]] = {}

    def told_by(self, name: str, tells: Callable[[], bool]) -> None:
        """Let something else than the words of the data tell whether a signal shows."""
        self._told[name] = tells

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        known = self._known.get(name)
        if known is None:
            tells = self._told.get(name)
            known = tells() if tells else signal_shows(name, self._said, self._maybe)
            self._known[name] = known
        return known

    def __iter__(self) -> Iterator[str]:
        return (name for name in {**_signals(), **self._told} if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def any_of(self, names: Iterable[str]) -> bool:
        """Tell whether any of some signals shows."""
        return any(name in self for name in names)


def signal_shows(name: str, said: str, maybe: frozenset[str]) -> bool:
    """Tell whether the words of a signal show in a text; `maybe` as for `Signals`."""
    signal = _signals()[name]
    if signal.longest and len(said) > signal.longest:
        return False
    where = said[: signal.head] if signal.head else said
    if any(_those_in(where, signal.phrases, maybe)):
        return True
    if signal.anchors and not any(_those_in(where, signal.anchors, maybe)):
        return False
    return shows(searches(signal.patterns), where, maybe)


def words_of(name: str, said: str, maybe: frozenset[str]) -> int:
    """Return how many phrases of a signal a text holds; `maybe` as for `Signals`."""
    return sum(_those_in(said, _signals()[name].phrases, maybe))


def fixed_texts() -> Iterator[str]:
    """Yield what all signals look for first: phrases, anchors, and what patterns hold for sure."""
    for signal in _signals().values():
        yield from (*signal.phrases, *signal.anchors)
        for held, pattern in searches(signal.patterns):
            yield from (*held, *(beginnings(pattern) if pattern else ()))


def _those_in(said: str, texts: Iterable[str], maybe: frozenset[str]) -> Iterator[bool]:
    """Yield for each of some texts that may occur whether it does."""
    return (text in said for text in maybe.intersection(texts))


def signal_names() -> frozenset[str]:
    """Return the names of all signals, those that other rooms tell among them."""
    return _TOLD.union(_signals())


@cache
def _signals() -> dict[str, Signal]:
    tables = read_toml("openness.toml")["signal"] | read_toml("notices.toml")["signal"]
    return {name: _signal(name, table) for name, table in tables.items()}


def _signal(name: str, table: object) -> Signal:
    try:
        return msgspec.convert(table, Signal)
    except msgspec.ValidationError as error:
        raise DataError(f"data [signal.{name}]: {error}") from error
