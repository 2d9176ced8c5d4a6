"""The command that reviews the labelled corpus: its faults, and labels beside answers."""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openclause.cli import answering, completing, edge
from openclause.cli import common_options as common

if TYPE_CHECKING:
    from rich.console import RenderableType

    from openclause.corpus import Record
    from openclause.review import (
        Agreement,
        DocumentScore,
        Mark,
        MarkedUnit,
        ReadingPair,
        Review,
        State,
    )
    from openclause.uncertainty import DocumentDoubt, SentenceDoubt

_FAULTS = 1
_SHOWN_FAULTS = 20
_QUOTE = 300
_LINE, _MARKS = 6, 36
_KEY, _COUNT, _SHARE = 34, 8, 6
_SIGNS: dict[State, tuple[str, str]] = {
    "agreed": ("=", "green"),
    "missed": ("-", "red"),
    "found": ("+", "yellow"),
}


def review(
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="KEY", help="The key of a record.", autocompletion=completing.records
        ),
    ] = None,
    folder: common.Corpus = None,
    second: Annotated[
        Path | None,
        typer.Option(
            "--second", metavar="FOLDER", help="Compare with the records of a second reader."
        ),
    ] = None,
    uncertain: Annotated[
        bool,
        typer.Option("--uncertain", help="What to label next: where rules and models differ."),
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="How many documents to list.")] = 20,
    model: common.Model = None,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Check the labels, and lay them beside what the program finds.

    With a KEY, shows its text unit by unit: what both have (=), what the program missed (-) and
    what only the program found (+). Without one, checks all records and lists the annotated
    documents on which labels and program disagree most. With --uncertain, it lists the documents
    and then the sentences on which rules, models and labels differ or none is sure, annotated or
    not; never those of the test split.

    \b
    Examples:
      openclause corpus review
      openclause corpus review mit
      openclause corpus review --uncertain --limit 50
      openclause corpus review --second corpora/second-readings

    \b
    Exit codes: 0 no faults, 1 faults in records or texts, 2 wrong use, 130 interrupted.
    """
    from openclause.corpus import default_folder

    edge.start(quiet=quiet)
    folder = folder or default_folder()
    records, texts, faults = _checked(folder, second or folder, key)
    found: dict[str, object] = {"faults": faults}
    page = _faults_page(faults, records)
    if faults:
        answering.write_record(found, page, format=format, output=output, no_color=no_color)
        raise typer.Exit(_FAULTS)
    if second is not None:
        more, rest = _second(records, folder)
    elif uncertain:
        with edge.progress({"texts": "reading"}, quiet=quiet) as show:
            more, rest = _uncertain(records, texts, model=model, limit=limit, progress=show)
    elif key is not None:
        more, rest = _one(records[0], texts, model=model)
    else:
        with edge.progress({"texts": "reading"}, quiet=quiet) as show:
            answers = _scores(records, texts, model=model, progress=show)
        more, rest = _listed(answers, limit=limit)
    page = chain(page, rest)
    answering.write_record(found | more, page, format=format, output=output, no_color=no_color)


_Found = tuple[dict[str, object], "Iterator[RenderableType]"]


def _checked(
    folder: Path, read: Path, key: str | None
) -> tuple[list[Record], dict[str, str], tuple[str, ...]]:
    """Return the records to review, their texts, and what is wrong with them."""
    from openclause.corpus import check, read_records, read_texts

    records = [record for record in read_records(read) if key in (None, record.key)]
    if key is not None and not records:
        edge.fail(unknown(key, read))
    texts = read_texts(folder, records)
    return records, texts, check(records, texts)


def unknown(key: str, folder: Path) -> str:
    """Say that there is no such record, and which come nearest."""
    from difflib import get_close_matches

    from openclause.messages import message

    lang = edge.language()
    said = message("corpus.unknown", lang, key=key, folder=folder)
    near = get_close_matches(key, [path.stem for path in folder.glob("*.toml")], n=3)
    nearest = message("explain.nearest", lang, ids=", ".join(near))
    return message("explain.then", lang).join([said, nearest] if near else [said])


def _faults_page(faults: Sequence[str], records: Sequence[Record]) -> Iterator[RenderableType]:
    from openclause.page import styled

    annotated = sum(record.clauses is not None for record in records)
    yield styled(
        edge.tell(f"{len(records):,} records, {annotated:,} annotated, {len(faults):,} faults")
    )
    for fault in faults[:_SHOWN_FAULTS]:
        yield styled(edge.tell(fault), "red")
    if len(faults) > _SHOWN_FAULTS:
        more = f"and {len(faults) - _SHOWN_FAULTS:,} more; --format json has all"
        yield styled(edge.tell(more), "dim")


def _one(record: Record, texts: Mapping[str, str], *, model: Path | None) -> _Found:
    from openclause.corpus import LabelledDocument
    from openclause.review import answer
    from openclause.review import review as lay_beside

    document = LabelledDocument(record, texts[record.key])
    (analysis,) = answer([document], model=model)
    found = lay_beside(document, analysis)
    return {"review": found}, _review_page(found)


def _scores(
    records: Sequence[Record],
    texts: Mapping[str, str],
    *,
    model: Path | None,
    progress: Callable[[str, int, int], None],
) -> list[DocumentScore]:
    from openclause.corpus import LabelledDocument
    from openclause.review import answer, score

    documents = [
        LabelledDocument(record, texts[record.key])
        for record in records
        if record.clauses is not None
    ]
    answers = answer(documents, model=model, progress=progress)
    return [score(one.record, given) for one, given in zip(documents, answers, strict=True)]


def _listed(scores: Sequence[DocumentScore], *, limit: int) -> _Found:
    from openclause.review import ranked

    listed = ranked(scores)[:limit]
    return {"documents": listed}, _score_page(listed)


def _uncertain(
    records: Sequence[Record],
    texts: Mapping[str, str],
    *,
    model: Path | None,
    limit: int,
    progress: Callable[[str, int, int], None],
) -> _Found:
    """Return the most doubtful documents, and the most doubtful sentences of these."""
    from openclause.analysis import load_model
    from openclause.corpus import LabelledDocument
    from openclause.review import answer
    from openclause.uncertainty import document_doubts, sentence_doubts

    learnt = load_model(model)
    documents = [LabelledDocument(r, texts[r.key]) for r in records if r.split != "test"]
    answers = answer(documents, model=model, progress=progress)
    listed = document_doubts(documents, answers, learnt)[:limit]
    by_key = {document.record.key: document for document in documents}
    found = [one for each in listed for one in sentence_doubts(by_key[each.key], learnt)]
    found = sorted(found, key=lambda one: (-one.doubt, one.key, one.start))[:limit]
    return {"documents": listed, "sentences": found}, _doubt_page(listed, found)


def _second(records: Sequence[Record], folder: Path) -> _Found:
    from openclause.corpus import read_records
    from openclause.review import agreement

    first = {one.key: one for one in read_records(folder) if one.clauses is not None}
    strange = [record.key for record in records if record.key not in first]
    if strange:
        edge.fail(f"{strange[0]}: not annotated in {folder}; delete it or pass --corpus")
    found = agreement([first[record.key] for record in records], records)
    return {"agreement": found}, _agreement_page(found)


def _review_page(found: Review) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    score = found.score
    yield ""
    yield styled(f"{found.name}  ({score.key})", "bold")
    if found.annotated:
        counts = f"{score.labelled} labelled, {score.found} found, {score.agreed} agreed"
        yield edge.tell(f"{counts}, F1 {score.f1:.2f}")
    else:
        yield edge.tell(f"not annotated, {score.found} found")
    yield edge.tell(f"category {score.category}, found {score.found_category}")
    signs = "= both   - only labelled   + only found, with its confidence   * main"
    yield styled(edge.tell(signs), "dim")
    for unit in found.units:
        cells = (styled(str(unit.line), "dim"), _unit_cell(unit), _marks_cell(unit.marks))
        yield row(*cells, widths=(_LINE, None, _MARKS), indent=0)


def _unit_cell(unit: MarkedUnit) -> RenderableType:
    from openclause.page import styled

    style = "bold" if unit.kind == "heading" else "" if unit.marks else "dim"
    return styled(" ".join(unit.text.split()), style)


def _marks_cell(marks: Sequence[Mark]) -> RenderableType:
    from openclause.page import styled

    cell = styled("")
    for number, mark in enumerate(marks):
        sign, style = _SIGNS[mark.state]
        cell.append(f"{chr(10) if number else ''}{sign} {_said(mark)}", style)
    return cell


def _said(mark: Mark) -> str:
    from openclause.messages import message

    sure = f" {mark.confidence:.2f}" if mark.state == "found" else ""
    verb = message(f"modality.{mark.modality}", edge.language())
    return f"{verb} {mark.term}{'*' if mark.main else ''}{sure}"


def _score_page(scores: Sequence[DocumentScore]) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    head = ("document", "labelled", "found", "agreed", "F1", "sure", "category")
    widths = (_KEY, _COUNT, _SHARE, _SHARE, _SHARE, _SHARE, None)
    yield ""
    yield row(*(styled(edge.tell(name), "bold") for name in head), widths=widths, indent=0)
    for one in scores:
        counts = (str(one.labelled), str(one.found), str(one.agreed))
        shares = (f"{one.f1:.2f}", f"{one.confidence:.2f}")
        category = _two(one.category, one.found_category)
        yield row(styled(one.key, "cyan"), *counts, *shares, category, widths=widths, indent=0)


def _doubt_page(
    documents: Sequence[DocumentDoubt], sentences: Sequence[SentenceDoubt]
) -> Iterator[RenderableType]:
    from openclause.page import row, shorten, styled

    head, widths = ("document", "doubt", "sure", "label", "verdict", "by words"), (34, 7, 7, 18, 18)
    yield ""
    yield row(*(styled(edge.tell(name), "bold") for name in head), widths=(*widths, None), indent=0)
    for one in documents:
        figures = (f"{one.doubt:.2f}", f"{one.confidence:.2f}")
        cells = (styled(one.key, "cyan"), *figures, one.label, one.verdict, one.prior)
        yield row(*cells, widths=(*widths, None), indent=0)
    for each in sentences:
        said = styled(
            f"{edge.tell(each.why)} {each.chance:.2f}  {edge.tell(each.effect)}", "yellow"
        )
        yield ""
        yield row(styled(f"{each.key}:{each.line}", "cyan"), said, widths=(34, None), indent=0)
        yield f"“{shorten(' '.join(each.text.split()), _QUOTE)}”"


def _agreement_page(found: Agreement) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    head = ("document", "labels", "F1", "modality", "main", "category")
    widths = (_KEY, _COUNT, _SHARE, _COUNT, 11, None)
    yield ""
    yield row(*(styled(edge.tell(name), "bold") for name in head), widths=widths, indent=0)
    for one in found.documents:
        yield row(styled(one.key, "cyan"), *_pair_cells(one), widths=widths, indent=0)
    yield ""
    yield row(styled(edge.tell("over all"), "bold"), *_total_cells(found), widths=widths, indent=0)
    note = "main: first reader's main clauses that the second has / the other way round"
    yield styled(edge.tell(note), "dim")


def _pair_cells(one: ReadingPair) -> tuple[str, ...]:
    return (
        f"{one.first}/{one.second}",
        f"{one.f1:.3f}",
        f"{one.modality_accuracy:.3f}",
        f"{_share(one.main_recall)}/{_share(one.main_recall_back)}",
        _two(one.category, one.second_category),
    )


def _total_cells(found: Agreement) -> tuple[str, ...]:
    scores = found.clauses
    return (
        f"{scores.labelled}/{scores.found}",
        f"{scores.f1:.3f}",
        f"{scores.modality_accuracy:.3f}",
        f"{scores.main_recall:.3f}/{found.main_recall_back:.3f}",
        edge.tell(f"{found.category_agreement:.3f} same, {found.openness_agreement:.3f} as open"),
    )


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"


def _two(first: str, second: str) -> str:
    return first if first == second else f"{first} / {second}"
