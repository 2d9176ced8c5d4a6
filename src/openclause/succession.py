"""Whether a new model may take the place of the one that is there.

In: what models of other families answered on each document for the new model, and the folder of
the one that is there, which holds the same of its own. Out: their differences, on documents that
both have learnt from, each judged without its family, and on those that the old one has never
seen a relative of, judged by it as it is. The labels are those of the new model's corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from openclause.analysis import analyze_document, load_model, prior_of
from openclause.bootstrap import Difference, difference
from openclause.corpus import LabelledDocument, Record
from openclause.documents import read_text
from openclause.errors import ModelError
from openclause.heldout import Row, load_heldout, row, text_id

# So many documents that are new to the old model are judged by it, from all over the corpus.
_MOST_UNSEEN = 100


class WorseModelError(ModelError):
    """A model that is worse than the one whose place it would take."""


class _Pair(NamedTuple):
    record: Record
    first: Row
    second: Row


def compare(
    documents: Sequence[LabelledDocument], answers: Sequence[Row], folder: Path
) -> tuple[Difference, ...]:
    """Compare a new model's answers with those of the model in a folder.

    Returns
    -------
    tuple of Difference
        Of the verdicts, of the clauses (F1) and of the document classifier, each on the documents
        that both can be judged on; nothing where the old model keeps no answers.

    Raises
    ------
    ModelError
        If the folder holds no model, or a damaged one.
    """
    before = load_heldout(folder)
    if before is None:
        return ()
    known = before | {each.text: each for each in _unseen(documents, before, folder)}
    after = {each.text: each for each in answers}
    pairs = [
        _Pair(document.record, known[text], after[text])
        for document in documents
        if (text := text_id(document.record)) in known and text in after
    ]
    return tuple(each for each in _differences(pairs) if each.documents)


def _unseen(
    documents: Sequence[LabelledDocument], before: Mapping[int, Row], folder: Path
) -> Iterator[Row]:
    """Yield what the old model answers on annotated documents that are all new to it."""
    seen = {each.record.family for each in documents if text_id(each.record) in before}
    fresh = [
        each
        for each in documents
        if each.record.clauses is not None and each.record.family not in seen
    ]
    for document in fresh[:: max(1, len(fresh) // _MOST_UNSEEN)][:_MOST_UNSEEN]:
        answer = analyze_document(read_text(document.text), model=folder, known_answers=False)
        chances = prior_of(document.text, load_model(folder))
        likeliest = max(chances, key=lambda name: chances[name])
        yield row(
            document.record,
            prior=likeliest,
            verdict=answer.openness.category,
            clauses=answer.clauses,
        )


def _differences(pairs: Sequence[_Pair]) -> Iterator[Difference]:
    judged = [each for each in pairs if each.first.verdict and each.second.verdict]
    yield _difference(
        "verdicts right",
        judged,
        [[float(row.verdict == each.record.category) for row in each[1:]] for each in judged],
        [[1.0, 1.0]] * len(judged),
    )
    read = [each for each in pairs if each.first.labels == each.second.labels != 0]
    yield _difference(
        "clause F1",
        read,
        [[2.0 * row.agreed for row in each[1:]] for each in read],
        [[float(row.labelled + row.found) for row in each[1:]] for each in read],
    )
    looked_at = [each for each in pairs if each.first.prior and each.second.prior]
    yield _difference(
        "categories by words alone",
        looked_at,
        [[float(row.prior == each.record.category) for row in each[1:]] for each in looked_at],
        [[1.0, 1.0]] * len(looked_at),
    )


def _difference(
    figure: str,
    pairs: Sequence[_Pair],
    above: Sequence[Sequence[float]],
    below: Sequence[Sequence[float]],
) -> Difference:
    first, second = (
        ([each[side] for each in above], [each[side] for each in below]) for side in (0, 1)
    )
    return difference(figure, first, second, [each.record.family for each in pairs])


def refuse_worse(differences: Sequence[Difference], folder: Path) -> None:
    """Raise a `WorseModelError` if a figure is lower by more than chance explains."""
    for one in differences:
        if one.worse:
            raise WorseModelError(
                f"{folder}: the new model is worse, so the old one stays: {one.figure} "
                f"{one.second.value:.3f}, before {one.first.value:.3f} (by {one.gain.low:+.3f} to "
                f"{one.gain.high:+.3f} on {one.documents:,} documents of {one.families:,} "
                "families); mend the corpus, write elsewhere with --out, or pass --force"
            )
