"""What happens to licenses in the wild: copies of a text, each changed in one way, by a seed.

In: a text and a seed. Out: a `Copy`, bytes and the name of a file, as another program would find
it. None of these changes makes it another license; for texts that are none see `near_misses`.
"""

from __future__ import annotations

import html
import random
import re
import textwrap
from collections.abc import Callable
from typing import NamedTuple

TYPO_SHARE = 0.03  # of the words
KEPT_SHARE = 0.6  # of a truncated text
_WIDTHS = (48, 64, 72, 90, 120)
_COPYRIGHT = re.compile(
    r"^(?P<lead>[ \t]*(?:portions )?copyright\s+(?:\(c\)|©)?\s*)(?P<years>[\[<]?(?:\d{4}|year|yyyy)"
    r"[\d ,\-]*[\]>]?)(?P<holder>[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_HOLDERS = (
    "Jane Roe",
    "Example Works, Inc. and its affiliates",
    "The Toymakers of the Northern Hills <toys@example.org>",
    "Müller & Söhne GmbH",
)
_README = """# wheels

Turns wooden wheels, and counts how often.

## Install

```
pip install wheels
wheels --turn 3
```

## Questions

Where is the axle? Below the cart. Open an issue if it squeaks, and say which wheel it was.

"""
_AFTER = """

## Thanks

To the carvers of the first cart, and to all who told us which wheel squeaked.
"""


class Copy(NamedTuple):
    """A changed copy as a file: its name and its bytes."""

    name: str
    data: bytes


def _plain(text: str) -> Copy:
    return Copy("LICENSE", text.encode("utf-8"))


def _clean(text: str, _: random.Random) -> Copy:
    return _plain(text)


def _rewrapped(text: str, dice: random.Random) -> Copy:
    """Fill each paragraph anew, at another width."""
    width = dice.choice(_WIDTHS)
    paragraphs = re.split(r"\n\s*\n", text)
    return _plain(
        "\n\n".join(
            textwrap.fill(
                " ".join(p.split()), width, break_long_words=False, break_on_hyphens=False
            )
            for p in paragraphs
        )
    )


def _other_holder(text: str, dice: random.Random) -> Copy:
    """Name other years and another holder, or any where there are none."""
    holder, year = dice.choice(_HOLDERS), dice.randint(1994, 2026)
    changed, count = _COPYRIGHT.subn(rf"\g<lead>{year} {holder}", text)
    return _plain(changed if count else f"Copyright (c) {year} {holder}\n\n{text}")


def _typographic(text: str, _: random.Random) -> Copy:
    """Curve the quotes, lengthen the dashes, draw ellipses and the copyright sign."""
    parts = text.split('"')
    curved = parts[0] + "".join(("“" if i % 2 else "”") + p for i, p in enumerate(parts[1:], 1))
    changed = curved.replace("'", "’").replace(" -- ", " — ").replace(" - ", " – ")
    return _plain(changed.replace("...", "…").replace("(c)", "©").replace("(C)", "©"))


def _html(text: str, _: random.Random) -> Copy:
    """Put each paragraph into a page with a menu and a footer."""
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]
    body = "\n".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    page = (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>License</title>"
        "<style>p { margin: 1em }</style><script>var wheels = 4;</script></head>\n<body><nav><a "
        f"href='/'>Home</a> <a href='/wheels'>Wheels</a></nav>\n<main>{body}</main>\n"
        "<footer><a href='/contact'>Contact</a></footer></body></html>\n"
    )
    return Copy("license.html", page.encode("utf-8"))


def _commented(text: str, dice: random.Random) -> Copy:
    """Make a comment of it, in one of four languages, with some code behind."""
    name, sign, code = dice.choice(
        [
            ("wheels.js", "//", "let wheels = 4;"),
            ("wheels.py", "#", "wheels = 4"),
            ("wheels.sql", "--", "SELECT wheels FROM carts;"),
            ("wheels.c", " *", "int wheels = 4;"),
        ]
    )
    lines = [f"{sign} {line}".rstrip() for line in text.split("\n")]
    if sign == " *":
        lines = ["/*", *lines, " */"]
    return Copy(name, ("\n".join(lines) + f"\n\n{code}\n").encode("utf-8"))


def _truncated(text: str, _: random.Random) -> Copy:
    """Keep the first part, whole words."""
    words = list(re.finditer(r"\S+", text))
    kept = words[: max(1, round(KEPT_SHARE * len(words)))]
    return _plain(text[: kept[-1].end()] if kept else text)


def _mistyped(text: str, dice: random.Random) -> Copy:
    """Mistype some words of four letters and more: a letter lost, doubled, or two swapped."""

    def mistype(word: re.Match[str]) -> str:
        said = word[0]
        if dice.random() >= TYPO_SHARE:
            return said
        at = dice.randrange(1, len(said) - 1)
        return dice.choice(
            [
                said[:at] + said[at + 1 :],
                said[:at] + said[at] + said[at:],
                said[:at] + said[at + 1] + said[at] + said[at + 2 :],
            ]
        )

    return _plain(re.sub(r"[A-Za-z]{4,}", mistype, text))


def _headed(text: str, dice: random.Random) -> Copy:
    """Put a header before it, as packages do."""
    holder = dice.choice(_HOLDERS)
    header = (
        f"wheels 2.{dice.randint(0, 9)}\n\nThis package holds wheels, axles and a cart.\n"
        f"It was made by {holder} and is distributed under the following terms:\n\n"
    )
    return _plain(header + text)


def _in_readme(text: str, _: random.Random) -> Copy:
    """Make it a section of a README."""
    return Copy("README.md", f"{_README}## License\n\n{text.strip()}{_AFTER}".encode())


PERTURBATIONS: dict[str, Callable[[str, random.Random], Copy]] = {
    "clean": _clean,
    "re-wrapped": _rewrapped,
    "other holder": _other_holder,
    "typographic": _typographic,
    "HTML page": _html,
    "comment block": _commented,
    f"first {KEPT_SHARE:.0%}": _truncated,
    f"typos in {TYPO_SHARE:.0%} of words": _mistyped,
    "header added": _headed,
    "inside a README": _in_readme,
}
# Every word of the license is there, and none beside it that does not count.
SAME_WORDS = ("clean", "re-wrapped", "other holder", "typographic")


def perturbed(text: str, name: str, seed: str) -> Copy:
    """Return the copy of a text that a perturbation makes; the same seed gives the same bytes."""
    return PERTURBATIONS[name](text, random.Random(f"{seed}:{name}"))
