"""The command that makes a model of one corpus or several."""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openclause.cli import answering, edge
from openclause.cli import common_options as common

if TYPE_CHECKING:
    from rich.console import RenderableType

    from openclause.bootstrap import Difference
    from openclause.evaluation import CategoryScores, Scores
    from openclause.training import Outcome

_WORSE = 1
_FIGURE = 26


def train(
    folders: common.Corpora = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where to write; the checkout's `models` by default."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the model even if the new one is worse.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Learn everything anew, also what has not changed.")
    ] = False,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Learn a model from a corpus and say how good it is.

    The model that is there stays as it is until the new one is whole, and if the new one is worse
    beyond chance. Several corpora are learnt from as one.

    \b
    Examples:
      openclause corpus fetch
      openclause train
      openclause train --corpus corpora/licenses --corpus my/licenses --out my/model

    \b
    Exit codes: 0 written, 1 not written since it is worse, 2 wrong use or a faulty corpus,
    130 interrupted.
    """
    from openclause.corpus import default_folder
    from openclause.keeping import cache_folder
    from openclause.succession import WorseModelError
    from openclause.training import train as learn

    edge.start(quiet=quiet)
    folders = folders or [default_folder()]
    cache = None if anew else cache_folder()
    lessons = cache / "lessons" if cache else None
    try:
        outcome = learn(
            folders, out or _out(folders[0]), force=force, lessons=lessons, progress=_say(quiet)
        )
    except WorseModelError as error:
        edge.note(edge.tell(str(error)))
        raise typer.Exit(_WORSE) from error
    page = _outcome_page(outcome)
    answering.write_record(outcome, page, format=format, output=output, no_color=no_color)


def _out(folder: Path) -> Path:
    """Return the models of the checkout that a corpus belongs to; no other place is guessed."""
    root = folder.resolve().parent.parent
    if not (root / "train.py").is_file() or folder.resolve() != root / "corpora" / "licenses":
        edge.fail(f"{folder}: is no checkout's corpus; say where to write with --out FOLDER")
    return root / "models"


def _say(quiet: bool) -> Callable[[str], None]:
    begun = time.monotonic()

    def say(words: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - begun), 60)
        typer.echo(f"{minutes:3}:{seconds:02}  {edge.tell(words)}", err=True)

    return (lambda _: None) if quiet else say


def _outcome_page(outcome: Outcome) -> Iterator[RenderableType]:
    yield from _scores_page(outcome.scores)
    yield from differences_page(
        outcome.differences, title=edge.tell("Beside the model that was there")
    )


def _scores_page(scores: Scores) -> Iterator[RenderableType]:
    from openclause.page import row, styled

    clauses, identity = scores.clauses, scores.identity
    figures = {
        "verdicts, held out": _category(scores.verdicts),
        "categories by words alone": _category(scores.category.folds),
        "  on the test split": _category(scores.category.test),
        "clauses, held out": f"{clauses.documents:,} documents, F1 {clauses.f1:.3f}, precision "
        f"{clauses.precision:.3f}, recall {clauses.recall:.3f}, main {clauses.main_recall:.3f}",
        "known again": f"wrapped anew {identity.rewrapped_exact:.3f}, "
        f"with another word first {identity.changed_first:.3f}",
    }
    for name, said in figures.items():
        yield row(styled(edge.tell(name), "dim"), edge.tell(said), widths=(_FIGURE, None), indent=0)


def _category(scores: CategoryScores | None) -> str:
    if scores is None:
        return "none"
    return (
        f"{scores.documents:,} documents, right {scores.accuracy:.3f}, macro F1 "
        f"{scores.macro_f1:.3f}, openness {scores.openness_accuracy:.3f}, ECE "
        f"{scores.calibration_error:.3f}"
    )


def differences_page(differences: Sequence[Difference], *, title: str) -> Iterator[RenderableType]:
    """Show two models side by side, with 95 % intervals."""
    from openclause.page import row, styled

    if not differences:
        return
    widths = (_FIGURE, 22, 22, 25, None)
    head = ("", "first", "second", "second less first", "documents, families")
    yield ""
    yield styled(title, "bold")
    yield row(*(styled(edge.tell(name), "dim") for name in head), widths=widths, indent=0)
    for one in differences:
        shares = (f"{s.value:.3f} ({s.low:.3f}–{s.high:.3f})" for s in (one.first, one.second))
        gain = f"{one.gain.value:+.3f} ({one.gain.low:+.3f}–{one.gain.high:+.3f})"
        counted = f"{one.documents:,}, {one.families:,}"
        yield row(edge.tell(one.figure), *shares, gain, counted, widths=widths, indent=0)
