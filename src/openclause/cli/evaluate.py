"""The command that measures whole answers, of one model or of several side by side."""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openclause.cli import answering, edge
from openclause.cli import common_options as common
from openclause.cli.train import differences_page

if TYPE_CHECKING:
    from rich.console import RenderableType

    from openclause.bootstrap import Interval
    from openclause.corpus import LabelledDocument
    from openclause.evaluation import CategoryScores, ClauseScores, LabelScore, UnitScores
    from openclause.review import Error, Measured
    from openclause.sidebyside import SideBySide

_FIGURE = 26
_QUOTE = 300


def evaluate(
    folder: common.Corpus = None,
    split: Annotated[
        common.Split,
        typer.Option(help="Which texts; what is not `test` the model has learnt from."),
    ] = common.Split.test,
    errors: Annotated[
        int,
        typer.Option(min=0, help="Quote so many misses, and as many false alarms, of each term."),
    ] = 0,
    models: common.Models = None,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Measure whole answers against the labels of the corpus.

    With several models it shows them side by side, with 95 % intervals drawn over the families of
    the texts. Texts that a model has learnt from flatter it.

    \b
    Examples:
      openclause evaluate
      openclause evaluate --split dev --format json
      openclause evaluate --split dev --errors 3
      openclause evaluate --corpus my/licenses --split train --model models --model my/model

    \b
    Exit codes: 0 measured, 2 wrong use or a faulty corpus, 130 interrupted.
    """
    from msgspec.structs import replace

    from openclause import corpus
    from openclause.review import answer, measure

    edge.start(quiet=quiet)
    documents = [
        document
        for document in corpus.load(folder or corpus.default_folder())
        if document.record.split == split
    ]
    if not documents:
        edge.fail(f"{folder or corpus.default_folder()}: holds no text of the split {split.value!r}"
                  "; pass --split")  # fmt: skip
    if models and len(models) > 1:
        compared = _side_by_side(documents, models, quiet=quiet)
        page = _models_page(compared)
        answering.write_record(compared, page, format=format, output=output, no_color=no_color)
        return
    with edge.progress({"texts": "reading"}, quiet=quiet) as show:
        given = answer(documents, model=models[0] if models else None, progress=show)
    measured = measure(documents, given)
    found = replace(measured, errors=tuple(_some(measured.errors, errors)))
    page = chain(
        _category_page(found.category),
        _verdict_page(found.verdicts),
        _clauses_page(found),
        _errors_page(found.errors),
    )
    answering.write_record(found, page, format=format, output=output, no_color=no_color)


def _side_by_side(
    documents: Sequence[LabelledDocument], models: Sequence[Path], *, quiet: bool
) -> SideBySide:
    from openclause.review import answer
    from openclause.sidebyside import compare_models

    answers = {}
    for model in models:
        with edge.progress({"texts": str(model)}, quiet=quiet) as show:
            answers[str(model)] = answer(documents, model=model, progress=show)
    return compare_models(documents, answers)


def _models_page(found: SideBySide) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    head, widths = ("model", "categories", "open / open-ish / closed", "clause F1"), (26, 22, 26)
    counted = found.models[0]
    yield edge.tell(
        f"{counted.documents:,} documents of {counted.families:,} families, 95 % intervals"
    )
    yield row(*(styled(edge.tell(name), "bold") for name in head), widths=(*widths, None), indent=0)
    for one in found.models:
        shares = map(_interval, (one.categories, one.openness, one.clauses))
        yield row(styled(one.model, "cyan"), *shares, widths=(*widths, None), indent=0)
    for name, differences in found.differences.items():
        yield from differences_page(differences, title=edge.tell(f"{counted.model} against {name}"))


def _interval(one: Interval | None) -> str:
    return "-" if one is None else f"{one.value:.3f} ({one.low:.3f}–{one.high:.3f})"


def _some(errors: Sequence[Error], n: int) -> Iterator[Error]:
    """Yield n misses and n false alarms of each term, the terms with most errors first."""
    from openclause.review import by_term, spread

    for members in by_term(errors).values():
        for state in ("missed", "found"):
            yield from spread([one for one in members if one.mark.state == state], n)


def _category_page(scores: CategoryScores) -> Iterator[RenderableType]:
    from openclause.page import styled

    yield styled(edge.tell("Categories"), "bold")
    yield from _figures(
        _category_figures(scores) | {"calibration error": f"{scores.calibration_error:.3f}"}
    )
    yield from _labels(scores.labels)


def _verdict_page(scores: CategoryScores) -> Iterator[RenderableType]:
    from openclause.page import styled

    if not scores.documents:
        return
    yield ""
    yield styled(edge.tell("Verdicts on labelled clauses"), "bold")
    yield from _figures(_category_figures(scores))


def _category_figures(scores: CategoryScores) -> dict[str, str]:
    return {
        "documents": f"{scores.documents:,}",
        "accuracy": f"{scores.accuracy:.3f}",
        "with the second category": f"{scores.lenient_accuracy:.3f}",
        "open / open-ish / closed": f"{scores.openness_accuracy:.3f}",
        "macro F1": f"{scores.macro_f1:.3f}",
    }


def _clauses_page(found: Measured) -> Iterator[RenderableType]:
    from openclause.page import styled

    if not found.documents:
        return
    yield ""
    yield styled(edge.tell("Clauses"), "bold")
    yield from _figures(_clause_figures(found.clauses))
    mean = sum(one.f1 for one in found.documents) / len(found.documents)
    yield from _figures({"F1, mean of documents": f"{mean:.3f}"})
    yield ""
    yield styled(edge.tell("Sentences and items"), "bold")
    yield from _figures(_unit_figures(found.units))
    yield ""
    yield styled(edge.tell("Terms, by number of labels"), "bold")
    yield from _labels(sorted(found.clauses.terms, key=lambda term: -term.support))


def _clause_figures(scores: ClauseScores) -> dict[str, str]:
    return {
        "documents": f"{scores.documents:,}",
        "labelled, found": f"{scores.labelled:,}, {scores.found:,}",
        "precision": f"{scores.precision:.3f}",
        "recall": f"{scores.recall:.3f}",
        "F1": f"{scores.f1:.3f}",
        "F1, mean of terms": f"{scores.macro_f1:.3f}",
        "modality": f"{scores.modality_accuracy:.3f}",
        "main clauses found": f"{scores.main_recall:.3f}",
    }


def _unit_figures(scores: UnitScores) -> dict[str, str]:
    return {
        "units": f"{scores.units:,}",
        "labelled, found": f"{scores.labelled:,}, {scores.found:,}",
        "precision": f"{scores.precision:.3f}",
        "recall": f"{scores.recall:.3f}",
        "F1": f"{scores.f1:.3f}",
        "F1, mean of labels": f"{scores.macro_f1:.3f}",
    }


def _labels(labels: Iterable[LabelScore]) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    for label in labels:
        said = (
            f"P {label.precision:.2f}  R {label.recall:.2f}  F1 {label.f1:.2f}  of {label.support}"
        )
        yield row(styled(label.label, "cyan"), edge.tell(said), widths=(_FIGURE, None))


def _errors_page(errors: Sequence[Error]) -> Iterator[RenderableType]:
    from openclause.page import styled

    term = ""
    for error in errors:
        if error.mark.term != term:
            term = error.mark.term
            yield ""
            yield styled(edge.tell(f"{term}: missed (-) and only found (+)"), "bold")
        yield from _error(error)


def _error(error: Error) -> Iterator[RenderableType]:
    from openclause.messages import message
    from openclause.page import row, shorten, styled

    missed = error.mark.state == "missed"
    said = message(f"modality.{error.mark.modality}", edge.language())
    sign = styled(f"{'-' if missed else '+'} {said}", "red" if missed else "yellow")
    where = f"  {error.key}:{error.line}"
    if error.mark.source is not None:
        where += f"  {error.mark.source} {error.mark.confidence:.2f}"
    yield row(sign, f"“{shorten(error.text, _QUOTE)}”", widths=(11, None))
    yield row("", styled(where.strip(), "dim"), widths=(11, None))


def _figures(figures: dict[str, str]) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    for name, figure in figures.items():
        yield row(styled(edge.tell(name), "dim"), figure, widths=(_FIGURE, None))
