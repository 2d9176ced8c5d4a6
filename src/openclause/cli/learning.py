"""The commands of those who teach: make a model of the corpus, and measure whole answers."""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openclause.cli import edge

if TYPE_CHECKING:
    from rich.console import RenderableType

    from openclause.corpus import LabelledDocument
    from openclause.evaluation import CategoryScores, ClauseScores

_FIGURE = 26


def train(
    folder: edge.Corpus = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to write; `models` by default."),
    ] = None,
    format: edge.AnyFormat = edge.TextOrJson.text,
    output: edge.Output = None,
    quiet: edge.Quiet = False,
    no_color: edge.NoColor = False,
) -> None:
    """Learn a model from the corpus and say how good it is.

    \b
    Examples:
      openclause corpus fetch
      openclause train
      openclause train --corpus my/licenses --out my/model
    """
    from openclause.corpus import default_folder
    from openclause.training import train as learn

    edge.start(quiet=quiet)
    folder = folder or default_folder()
    scores = learn(folder, out or folder.parents[1] / "models", progress=_say(quiet=quiet))
    page = _category_page(scores.category.folds)
    edge.write_record(scores, page, format=format, output=output, no_color=no_color)


def evaluate(
    folder: edge.Corpus = None,
    split: Annotated[
        edge.Split, typer.Option(help="Which texts; what is not `test` the model has learnt from.")
    ] = edge.Split.test,
    model: edge.Model = None,
    format: edge.AnyFormat = edge.TextOrJson.text,
    output: edge.Output = None,
    quiet: edge.Quiet = False,
    no_color: edge.NoColor = False,
) -> None:
    """Measure answers and verdicts against the labels of the corpus.

    \b
    Examples:
      openclause evaluate
      openclause evaluate --split dev --format json
    """
    from openclause import corpus
    from openclause.verdicts import verdict_scores

    edge.start(quiet=quiet)
    documents = [
        document
        for document in corpus.load(folder or corpus.default_folder())
        if document.record.split == split
    ]
    with edge.progress({"texts": "reading"}, quiet=quiet) as show:
        category, clauses = _measure(documents, model=model, show=show)
    verdicts = verdict_scores(documents)
    page = (*_category_page(category), *_verdict_page(verdicts), *_clause_page(clauses))
    scores = {"category": category, "verdicts": verdicts, "clauses": clauses}
    edge.write_record(scores, iter(page), format=format, output=output, no_color=no_color)


def _say(*, quiet: bool) -> Callable[[str], None]:
    return (lambda _: None) if quiet else (lambda words: typer.echo(words, err=True))


def _measure(
    documents: list[LabelledDocument], *, model: Path | None, show: Callable[[str, int, int], None]
) -> tuple[CategoryScores, ClauseScores]:
    from openclause.analysis import analyze_document
    from openclause.documents import read_text
    from openclause.evaluation import Guess, category_scores, clause_scores

    answers = []
    for done, document in enumerate(documents, start=1):
        answers.append(analyze_document(read_text(document.text), model=model))
        show("texts", done, len(documents))
    read = [
        (document.record.clauses, answer.clauses)
        for document, answer in zip(documents, answers, strict=True)
        if document.record.clauses is not None
    ]
    category = category_scores(
        [document.record.category for document in documents],
        [Guess(answer.openness.category, answer.openness.confidence) for answer in answers],
        alternatives=[document.record.alt for document in documents],
    )
    return category, clause_scores([labels for labels, _ in read], [found for _, found in read])


def _category_page(scores: CategoryScores) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    yield styled("Categories", "bold")
    yield from _figures(
        _category_figures(scores) | {"calibration error": f"{scores.calibration_error:.3f}"}
    )
    for label in scores.labels:
        said = (
            f"P {label.precision:.2f}  R {label.recall:.2f}  F1 {label.f1:.2f}  of {label.support}"
        )
        yield row(styled(label.label, "cyan"), said, widths=(_FIGURE, None))


def _verdict_page(scores: CategoryScores) -> Iterator[RenderableType]:
    from openclause.page import styled

    if not scores.documents:
        return
    yield ""
    yield styled("Verdicts on labelled clauses", "bold")
    yield from _figures(_category_figures(scores))


def _category_figures(scores: CategoryScores) -> dict[str, str]:
    return {
        "documents": f"{scores.documents:,}",
        "accuracy": f"{scores.accuracy:.3f}",
        "with the second category": f"{scores.lenient_accuracy:.3f}",
        "open / open-ish / closed": f"{scores.openness_accuracy:.3f}",
        "macro F1": f"{scores.macro_f1:.3f}",
    }


def _clause_page(scores: ClauseScores) -> Iterator[RenderableType]:
    from openclause.page import styled

    if not scores.documents:
        return
    yield ""
    yield styled("Clauses", "bold")
    yield from _figures(
        {
            "documents": f"{scores.documents:,}",
            "labelled, found": f"{scores.labelled:,}, {scores.found:,}",
            "precision": f"{scores.precision:.3f}",
            "recall": f"{scores.recall:.3f}",
            "F1": f"{scores.f1:.3f}",
            "macro F1": f"{scores.macro_f1:.3f}",
            "modality": f"{scores.modality_accuracy:.3f}",
            "main clauses found": f"{scores.main_recall:.3f}",
        }
    )


def _figures(figures: dict[str, str]) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    for name, figure in figures.items():
        yield row(styled(name, "dim"), figure, widths=(_FIGURE, None))
