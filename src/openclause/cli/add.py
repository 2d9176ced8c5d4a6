"""The command that adds a license to a corpus, and the small talk in which a person corrects it."""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from openclause.cli import answering, edge
from openclause.cli import common_options as common
from openclause.errors import OpenClauseError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from openclause.additions import Added
    from openclause.analysis import Analysis
    from openclause.clauses import Clause
    from openclause.corpus import Basis
    from openclause.documents import Document
    from openclause.drafts import Draft, DraftClause
    from openclause.messages import Language

_QUOTE = 300
_LINE, _SAID = 6, 34


class _Proposal(NamedTuple):
    """What there is to correct: the draft, and what the program read."""

    draft: Draft
    analysis: Analysis
    text: str
    lang: common.Lang


def add(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The text of a license.")],
    id: Annotated[
        str | None, typer.Option("--id", help="Its key; made of the file's name or its title.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Its name; the title by default.")] = None,
    category: Annotated[str | None, typer.Option(help="Its category, if you know it.")] = None,
    alt: Annotated[str | None, typer.Option(help="A second plausible category.")] = None,
    clauses: Annotated[
        Path | None,
        typer.Option("--clauses", metavar="TOML", help="A corrected draft; see --draft."),
    ] = None,
    draft: Annotated[
        Path | None,
        typer.Option("--draft", metavar="TOML", help="Write the proposal here, and add nothing."),
    ] = None,
    split: Annotated[
        common.Split | None, typer.Option(help="The split of a new family; never test by default.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; what nobody read weighs less.")
    ] = False,
    folder: common.Corpus = None,
    model: common.Model = None,
    format: common.AnyFormat = common.TextOrJson.text,
    output: common.Output = None,
    lang: common.Language = common.Lang.en,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Add a license to a corpus, once you have corrected its labels.

    Its category and clauses are proposed, and all is checked.

    On a terminal it asks; the clauses can be corrected in your $EDITOR. Elsewhere give the
    category or a corrected draft, or take the proposal with --yes.

    \b
    Examples:
      openclause corpus add LICENSE --corpus my/licenses
      openclause corpus add LICENSE --id acme-1.0 --category non-commercial --yes
      openclause corpus add LICENSE --draft acme.toml
      openclause corpus add LICENSE --clauses acme.toml

    \b
    Exit codes: 0 added, 2 wrong use or a faulty record, 130 given up; then nothing is written.
    """
    from openclause import additions
    from openclause.analysis import analyze_document
    from openclause.corpus import default_folder
    from openclause.drafts import propose, to_page

    edge.start(quiet=quiet)
    given = bool(category or clauses)
    asked = not (yes or clauses or draft) and sys.stdin.isatty()
    if not (yes or asked or given or draft):
        edge.fail(f"{file}: nobody can be asked here; pass --category, --clauses or --yes")
    corpus = additions.read_corpus(folder or default_folder())
    document = _document(file)
    key = id or additions.key_of(document.path, document.title)
    if draft is None:
        additions.refuse_known(key, document.text, corpus)
    analysis = analyze_document(document, model=model)
    title = " ".join((name or document.title or key).split())
    proposed = propose(analysis, document.text, name=title)
    proposal = _Proposal(
        _given(proposed, clauses, category, alt, name), analysis, document.text, lang
    )
    if draft is not None:
        _write_draft(proposal, draft, quiet=quiet)
        return
    chosen = _talk(proposal, key) if asked else proposal.draft
    basis: Basis = "read" if asked or given else "mapped"
    try:
        added = additions.add(
            chosen,
            document.text,
            corpus,
            key=key,
            basis=basis,
            split=split.value if split else None,
        )
    except OpenClauseError:
        if asked:  # what was typed is not lost
            page = to_page(chosen, analysis, document.text)
            _save(page, Path(f"{key}.draft.toml"), lang)
        raise
    answering.write_record(
        added, _added_page(added, lang), format=format, output=output, no_color=no_color
    )


def _document(file: str) -> Document:
    from openclause import documents

    if file == "-":
        return documents.read_stream(sys.stdin.buffer)
    return documents.read_path(Path(file))


def _given(
    proposed: Draft, clauses: Path | None, category: str | None, alt: str | None, name: str | None
) -> Draft:
    """Return the proposal, or the draft that was named, with what the options say."""
    from msgspec.structs import replace

    from openclause.drafts import read_draft

    draft = read_draft(clauses) if clauses else proposed
    said = {"category": category, "alt": alt, "name": name}
    return replace(draft, **{field: value for field, value in said.items() if value is not None})


def _write_draft(proposal: _Proposal, path: Path, *, quiet: bool) -> None:
    from openclause.drafts import to_page
    from openclause.messages import message

    answering.write(to_page(proposal.draft, proposal.analysis, proposal.text), output=path)
    if not quiet:
        typer.echo(message("add.draft", proposal.lang.value, path=path), err=True)


def _talk(proposal: _Proposal, key: str) -> Draft:
    """Let a person correct a draft until it is kept; to give up is an abort."""
    from openclause.messages import message

    lang: Language = proposal.lang.value
    draft = proposal.draft
    typer.echo(_shown(_proposal_page(proposal)), err=True)
    while True:
        answer = typer.prompt(message("add.what", lang), default="k", err=True).strip().lower()[:1]
        if answer == "k":
            return draft
        if answer == "c":
            draft = _with_category(draft, proposal.lang)
        elif answer == "w":
            draft = _walk(draft, proposal)
        elif answer == "e":
            draft = _edited(draft, proposal, key)
        elif answer == "q":
            raise typer.Abort
        shown = f"{draft.category}, {len(draft.clauses)}, read = {draft.read}"
        typer.echo(edge.tell(shown), err=True)


def _shown(rows: Iterator[RenderableType]) -> str:
    """Return rows as the plain page that is asked about."""
    from openclause.page import View, render

    return render(rows, view=View(lang="en", width=88, color=False))


def _with_category(draft: Draft, lang: common.Lang) -> Draft:
    from msgspec.structs import replace

    from openclause.messages import message
    from openclause.taxonomy import categories

    known = categories()
    while True:
        said = typer.prompt(message("add.category", lang.value), default=draft.category, err=True)
        if said in known:
            return replace(draft, category=said)
        typer.echo(", ".join(known), err=True)


def _walk(draft: Draft, proposal: _Proposal) -> Draft:
    """Go through the clauses one by one; what is left then counts as read."""
    from msgspec.structs import replace

    from openclause.drafts import origins

    found = origins(proposal.analysis, proposal.text)
    kept = (_asked(one, found.get(one), proposal) for one in draft.clauses)
    return replace(draft, clauses=tuple(filter(None, kept)), read=True)


def _asked(one: DraftClause, found: Clause | None, proposal: _Proposal) -> DraftClause | None:
    """Show a clause and return what a person makes of it, None if it is dropped."""
    from msgspec.structs import replace

    from openclause.messages import message
    from openclause.taxonomy import MODALITIES, terms

    typer.echo(_shown(_draft_rows(one, found, proposal.text)), err=True)
    while True:
        said = message("add.clause", proposal.lang.value)
        answer = typer.prompt(said, default="k", err=True).strip()
        if answer.startswith("d"):
            return None
        if not answer.startswith("t "):
            return one
        term, _, modality = answer.removeprefix("t ").strip().partition("/")
        modality = modality or one.modality
        if term in terms() and modality in MODALITIES:
            return replace(one, term=term, modality=modality)
        typer.echo(f"{', '.join(terms())}\n{', '.join(MODALITIES)}", err=True)


def _draft_rows(one: DraftClause, found: Clause | None, text: str) -> Iterator[RenderableType]:
    sure = f" {found.confidence:.2f}" if found else ""
    quote = text[one.start : one.end] if one.quote is None else one.quote
    yield _clause_row(one.line, f"{one.modality}/{one.term}{sure}", quote)


def _edited(draft: Draft, proposal: _Proposal, key: str) -> Draft:
    """Open the draft in an editor, again as long as it is faulty and its writer goes on."""
    from openclause.drafts import place_clauses, read_page, to_page
    from openclause.messages import message

    page = to_page(draft, proposal.analysis, proposal.text)
    while True:
        page = _in_editor(page)
        try:
            corrected = read_page(page, key)
            place_clauses(corrected, proposal.text, where=key)
        except OpenClauseError as error:
            typer.echo(edge.tell(str(error)), err=True)
            if not typer.confirm(message("add.again", proposal.lang.value), default=True, err=True):
                _save(page, Path(f"{key}.draft.toml"), proposal.lang)
                return draft
        else:
            return corrected


def _in_editor(page: str) -> str:
    """Return a page as it was left by $VISUAL or $EDITOR."""
    import shlex
    from tempfile import TemporaryDirectory

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with TemporaryDirectory() as folder:
        path = Path(folder, "draft.toml")
        path.write_text(page, encoding="utf-8")
        try:
            subprocess.run([*shlex.split(command), str(path)], check=True)
            return path.read_text(encoding="utf-8")
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            edge.fail(f"{command}: the editor failed ({error}); set EDITOR, or use --draft")


def _save(page: str, path: Path, lang: common.Lang) -> None:
    from openclause.messages import message

    answering.write(page, output=path)
    typer.echo(message("add.saved", lang.value, path=path), err=True)


def _proposal_page(proposal: _Proposal) -> Iterator[RenderableType]:
    from openclause.formats.phrases import reason_words
    from openclause.page import styled

    draft, openness = proposal.draft, proposal.analysis.openness
    best = sorted(openness.probabilities.items(), key=lambda item: -item[1])[:3]
    yield styled(draft.name, "bold")
    yield ", ".join(f"{name} {chance:.2f}" for name, chance in best)
    for reason in openness.reasons:
        yield reason_words(reason, proposal.lang.value)
    for clause in proposal.analysis.clauses:
        said = f"{clause.modality}/{clause.term} {clause.confidence:.2f}"
        yield _clause_row(clause.line, said, clause.text)


def _clause_row(line: int | None, said: str, quote: str) -> RenderableType:
    from openclause.page import row, shorten

    quoted = f"“{shorten(' '.join(quote.split()), _QUOTE)}”"
    return row(str(line or ""), said, quoted, widths=(_LINE, _SAID, None), indent=0)


def _added_page(added: Added, lang: common.Lang) -> Iterator[RenderableType]:
    from openclause.messages import message
    from openclause.page import styled

    record = added.record
    yield styled(message("add.added", lang.value, path=added.path), "bold")
    yield f"{record.category}, {record.family}, {record.split}, {record.basis}"
    if added.relative:
        yield message("add.relative", lang.value, family=added.relative, split=record.split)
    if added.left_out:
        yield message("add.left-out", lang.value)
    if _is_project(Path(added.path).parent):
        yield message("add.project", lang.value)


def _is_project(folder: Path) -> bool:
    """Tell the corpus of a checkout, whose texts are fetched and never committed."""
    return (folder.parent / "source.toml").is_file()
