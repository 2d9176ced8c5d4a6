"""Measure `openclause compare` by the verdicts on compatibility that others have published.

Run `python tests/compatibility.py` in a checkout with the materialised corpus; it prints the
agreement on both halves of `compatibility.toml`, and every pair on which it is not reached.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from openclause.analysis import analyze_document
from openclause.comparing import find_source
from openclause.comparison.editions import notice_of
from openclause.comparison.passing import decide
from openclause.comparison.records import Ground
from openclause.comparison.stances import Stance

TABLE = Path(__file__).with_name("compatibility.toml")
Verdict = Literal["allowed", "not", "unclear"]


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An ordered pair of ids with the published verdict."""

    a: str
    b: str
    verdict: Verdict
    source: str


class Half(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pairs that were in view while the rules were written, or those that were not."""

    pairs: tuple[Pair, ...]


class Publisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who published a verdict, and where."""

    name: str
    url: str


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `compatibility.toml`."""

    sources: dict[str, Publisher]
    tuned: Half
    fresh: Half


class Answer(msgspec.Struct, frozen=True):
    """A pair with what openclause says of it."""

    pair: Pair
    verdict: str
    grounds: tuple[Ground, ...]

    @property
    def agrees(self) -> bool:
        return self.verdict == self.pair.verdict

    @property
    def opposed(self) -> bool:
        return {self.verdict, self.pair.verdict} == {"allowed", "not"}


def read_table() -> Table:
    return msgspec.convert(tomllib.loads(TABLE.read_text("utf-8")), Table)


@cache
def stance(name: str) -> Stance:
    source = find_source(name)
    return Stance(
        analyze_document(source.document),
        source.document.text,
        label=source.spdx_id or name,
        spdx_id=source.spdx_id,
        edition=notice_of(source.spdx_id),
    )


def answer(pair: Pair) -> Answer:
    return Answer(pair, *decide(stance(pair.a), stance(pair.b)))


def lines() -> Iterator[str]:
    table = read_table()
    for name, half in (("tuned", table.tuned), ("fresh", table.fresh)):
        answers = [answer(pair) for pair in half.pairs]
        agreed = sum(one.agrees for one in answers)
        opposed = sum(one.opposed for one in answers)
        yield f"{name}: {agreed} of {len(answers)} agree, {opposed} opposed"
        for one in answers:
            if not one.agrees:
                why = ", ".join(f"{ground.rule} ({ground.weight})" for ground in one.grounds)
                pair = one.pair
                yield f"  {pair.a} -> {pair.b}: {pair.verdict}, but {one.verdict}: {why}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines())
