"""Unknown licenses in other dresses: how many clauses come or go, how many categories change.

Run `python benchmarks/redressed.py` in a checkout whose texts are there. Of some texts of the
corpus, the same ones in each run, no part knows the family; each is read as it is and in every
dress, none of which changes a word of it. A clause is the same if its term, modality and words are;
those below a chance of 0.3 may come and go.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from perturbations import Copy, perturbed

from openclause.analysis import Analysis, analyze_document, load_model, unaware
from openclause.corpus import read_records
from openclause.documents import read_bytes

TEXTS = Path(__file__).resolve().parents[1] / "corpora" / "licenses" / "texts"
N_TEXTS, SEED, FAINT = 150, 5, 0.3
_SIZES = range(500, 20_000)  # bytes
_NUMBER = r"^([ \t]*)(\(?(?:[a-z]|\d{1,2}|[ivx]{2,4}))([.)])(?=[ \t])"
_DOTTED = r"^([ \t]*)([a-z]|\d{1,2}|[ivx]{2,4})\.(?=[ \t])"
_ENUMERATOR = re.compile(r"br|[a-j]|\d+|[ivx]+")

Said = Counter[tuple[str, str, tuple[str, ...]]]


def _sub(pattern: str, put: str) -> Callable[[str], Copy]:
    return lambda text: Copy("LICENSE", re.sub(pattern, put, text, flags=re.MULTILINE).encode())


def _lines(change: Callable[[str], str]) -> Callable[[str], Copy]:
    return lambda text: Copy("LICENSE", "\n".join(map(change, text.split("\n"))).encode())


DRESSES: dict[str, Callable[[str], Copy]] = {
    **{
        name: lambda text, name=name: perturbed(text, name, str(SEED))  # type: ignore[misc]
        for name in ("comment block", "re-wrapped", "HTML page", "typographic")
    },
    "quoted": _lines(lambda line: f"> {line}"),
    "set in": _lines(lambda line: f"    {line}" if line else line),
    "CRLF": _lines(lambda line: f"{line}\r"),
    "lines end in <br>": _lines(lambda line: f"{line}<br>"),
    "soft hyphens": _sub(r"ware", "\xadware"),
    "**not**, **only**": _sub(r"\b(may not|must not|shall not|not|only)\b", r"**\1**"),
    "**(a)**, **1.**": _sub(_NUMBER, r"\1**\2\3**"),
    "1\\., (a\\)": _sub(_NUMBER, r"\1\2\\\3"),
    "- (a), - 1.": _sub(_NUMBER, r"\1- \2\3"),
    "(1), (a) for 1., a.": _sub(_DOTTED, r"\1(\2)"),
    "1), a) for 1., a.": _sub(_DOTTED, r"\1\2)"),
}


def said(found: Analysis, *, least: float = 0.0) -> Said:
    """Count what clauses say, whatever their words are dressed in."""
    return Counter(
        (clause.term, clause.modality, tuple(_words(clause.text)))
        for clause in found.clauses
        if clause.confidence >= least
    )


def _words(text: str) -> list[str]:
    plain = re.findall(r"[\w']+", text.lower().replace("’", "'").replace("\xad", ""))
    return [word for word in plain if not _ENUMERATOR.fullmatch(word)]


def chosen() -> list[str]:
    """Return ids of texts of usual length, the same ones in each run."""
    keys = sorted(record.key for record in read_records(TEXTS.parent))
    random.Random(SEED).shuffle(keys)
    paths = {key: TEXTS / f"{key}.txt" for key in keys}
    fit = [key for key in keys if paths[key].is_file() and paths[key].stat().st_size in _SIZES]
    return fit[:N_TEXTS]


def main() -> None:
    """Write a line for each dress."""
    blind = unaware(load_model(), [record.key for record in read_records(TEXTS.parent)])

    def read(copy: Copy) -> Analysis:
        return analyze_document(read_bytes(copy.data, path=copy.name), model=blind)

    texts = [(TEXTS / f"{key}.txt").read_text("utf-8", errors="replace") for key in chosen()]
    plain = [read(Copy("LICENSE", text.encode())) for text in texts]
    total = sum(said(found, least=FAINT).total() for found in plain)
    for name, dress in DRESSES.items():
        pairs = [(one, read(dress(text))) for one, text in zip(plain, texts, strict=True)]
        gone = sum((said(one, least=FAINT) - said(two)).total() for one, two in pairs)
        come = sum((said(two, least=FAINT) - said(one)).total() for one, two in pairs)
        other = sum(one.openness.category != two.openness.category for one, two in pairs)
        sys.stdout.write(
            f"{name:<20} of {total} clauses {gone} gone, {come} new; "
            f"of {len(texts)} categories {other} changed\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
