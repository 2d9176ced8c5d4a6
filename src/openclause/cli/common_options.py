"""Options that several commands take, each said once.

In: nothing. Out: types for the parameters of commands, and the values that they may have.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """The languages that people read answers in."""

    en = "en"
    ko = "ko"


class TextOrJson(StrEnum):
    """The formats of an answer that is for people or for programs."""

    text = "text"
    json = "json"


class Split(StrEnum):
    """The splits of the corpus."""

    train = "train"
    dev = "dev"
    test = "test"


AnyFormat = Annotated[
    TextOrJson, typer.Option("--format", "-f", help="For people or for programs.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the answer to FILE, not to stdout."),
]
Language = Annotated[
    Lang,
    typer.Option(
        "--lang",
        help="The language of all that is shown; that of the locale by default.",
        show_default=False,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress and no logs.")]
NoColor = Annotated[
    bool, typer.Option("--no-color", help="Write without colour; NO_COLOR does the same.")
]
Model = Annotated[
    Path | None,
    typer.Option("--model", metavar="FOLDER", help="A model of your own; see `openclause train`."),
]
Corpus = Annotated[
    Path | None,
    typer.Option(
        "--corpus", metavar="FOLDER", help="The folder of records; found above here by default."
    ),
]

Corpora = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        metavar="FOLDER",
        help="A folder of records; found above here by default, given again for several.",
    ),
]
Models = Annotated[
    list[Path] | None,
    typer.Option("--model", metavar="FOLDER", help="A model; given again to compare with it."),
]
