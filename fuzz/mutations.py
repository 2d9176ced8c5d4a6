"""A fuzzer that is not guided by coverage: changed seeds, the same ones for the same seed number.

It stands in where atheris is not installed, and the default tests run a little of it. What it
changes: bits, bytes, stretches cut, doubled, repeated many times or joined from two inputs, and
words that readers and rules look at.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

WORDS = (
    b"not ", b"You may ", b"unless ", b"(a) ", b"1.", b"- ", b"\n\n", b"\r", b"\0", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xe2\x80\xae", b"*/", b"<!--", b"<li>", b"</", b"]]>", b"endstream",
    b"/Kids [2 0 R]", b"&#x110000;", b"99999999999", b"\xed\xa0\x80", b" OR ", b" WITH ", b"(",
    b"https://", b"\xc4\xb0", b"\xef\xac\x81", b"\xf0\x9d\x90\x80", b"\x1b[2J", b"\"",
    b"\xc2\xad\n",
)  # fmt: skip
MOST = 8


def inputs(seeds: Sequence[bytes], *, count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` changed inputs."""
    chance = random.Random(seed)
    for _ in range(count):
        data = chance.choice(seeds)
        for _ in range(chance.randint(1, MOST)):
            data = _changed(data, seeds, chance)
        yield data


def _changed(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    at, until = sorted(chance.randrange(1, len(data) + 2) for _ in range(2))
    piece = data[at:until]
    match chance.randrange(6):
        case 0:
            return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        case 1:
            return data[:at] + data[until:]
        case 2:
            return data[:at] + piece * chance.choice((2, 3, 200)) + data[until:]
        case 3:
            other = chance.choice(seeds)
            return data[:at] + other[chance.randrange(1, len(other)) :]
        case 4:
            return data[:at] + chance.choice(WORDS) * chance.choice((1, 1, 2, 500)) + data[at:]
        case _:
            return data[:at] + piece[::-1] + data[until:]
