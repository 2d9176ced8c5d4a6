"""Make the models: `python train.py [options]` is `openclause train [options]` on this checkout."""

import sys
from pathlib import Path

from openclause.cli import app

HERE = Path(__file__).resolve().parent


def arguments(given: list[str]) -> list[str]:
    """Return the arguments of `openclause train`: this checkout's corpus, unless one is named."""
    if any(word == "--corpus" or word.startswith("--corpus=") for word in given):
        return ["train", *given]
    return ["train", "--corpus", str(HERE / "corpora" / "licenses"), *given]


if __name__ == "__main__":
    app(arguments(sys.argv[1:]), prog_name="openclause")
