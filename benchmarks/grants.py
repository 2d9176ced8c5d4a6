"""What hangs on the weights of `grants`: verdicts on labelled clauses, each weight moved by 0.2.

Run `python benchmarks/grants.py` in a checkout whose texts are there; it takes about five minutes.
Of a table all weights are moved together. The rules of decision alone are asked: the trees that
weigh them learnt from the weights as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from openclause import grants
from openclause.corpus import LabelledDocument, default_folder, load
from openclause.openness import decide
from openclause.verdicts import labelled_clauses

BY = 0.2


def main() -> None:
    """Print, for each weight, how many verdicts change, and how many more are right."""
    documents = [
        one
        for one in load(default_folder())
        if one.record.clauses is not None and one.record.basis == "read"
    ]
    before = _verdicts(documents)
    sys.stdout.write(f"{len(documents)} documents, {_right(documents, before)} right\n")
    for name, value in _weights():
        for by in (-BY, BY):
            setattr(grants, name, _moved(value, by))
            after = _verdicts(documents)
            changed = sum(one != other for one, other in zip(before, after, strict=True))
            gained = _right(documents, after) - _right(documents, before)
            sys.stdout.write(f"{name:24}{by:+.1f}  {changed:3} changed, {gained:+} right\n")
        setattr(grants, name, value)


def _weights() -> Iterator[tuple[str, float | dict[str, float]]]:
    for name, value in list(vars(grants).items()):
        if name.startswith("_") and name.isupper() and isinstance(value, float | dict):
            yield name, value


def _moved(value: float | dict[str, float], by: float) -> float | dict[str, float]:
    if isinstance(value, dict):
        return {kind: min(max(weight + by, 0.0), 1.0) for kind, weight in value.items()}
    return min(max(value + by, 0.0), 1.0)


def _verdicts(documents: Sequence[LabelledDocument]) -> list[str]:
    return [decide(labelled_clauses(one), text=one.text).category for one in documents]


def _right(documents: Sequence[LabelledDocument], verdicts: Sequence[str]) -> int:
    found = zip(documents, verdicts, strict=True)
    return sum(one.record.category == category for one, category in found)


if __name__ == "__main__":
    main()
