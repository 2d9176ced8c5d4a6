"""The check command, a gate for pipelines: a scan is held against a policy.

It ends in 0 for kept, 1 for violated, 2 for could not tell; the report is written before.
"""

# An option is an argument of its command; commands import what they use, when they use it.
# ruff: noqa: A002, PLR0913, PLR0917

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openclause.cli import answering, edge
from openclause.cli import common_options as common
from openclause.cli import scan_options as options

if TYPE_CHECKING:
    from openclause.page import View
    from openclause.policy import Policy, Report
    from openclause.scanning import Plan

_ENDS = {"kept": edge.DONE, "violated": edge.VIOLATED, "unsure": edge.WRONG}


class CheckFormat(StrEnum):
    """The formats of `openclause check`, by their names in `policy.writers.WRITERS`."""

    text = "text"
    json = "json"
    sarif = "sarif"
    markdown = "markdown"


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Folders, files or archives.")
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option("--policy", "-p", metavar="FILE|NAME", help="A file, or a ready-made one."),
    ] = None,
    list_policies: Annotated[
        bool, typer.Option("--list-policies", help="List the ready-made policies.")
    ] = False,
    format: Annotated[
        CheckFormat, typer.Option("--format", "-f", help="For people or for programs.")
    ] = CheckFormat.text,
    output: common.Output = None,
    today: Annotated[
        datetime | None,
        typer.Option(
            "--today",
            metavar="DAY",
            formats=["%Y-%m-%d"],
            help="The day exceptions are read on; now by default.",
        ),
    ] = None,
    jobs: options.Jobs = None,
    timeout_s: options.Timeout = options.TIMEOUT_S,
    cache: options.Cache = True,
    cache_dir: options.CacheDir = None,
    ignored: options.Ignored = False,
    lang: common.Language = common.Lang.en,
    model: common.Model = None,
    quiet: common.Quiet = False,
    no_color: common.NoColor = False,
) -> None:
    """Hold the licenses in folders and archives against a policy.

    A policy says which categories, terms and licenses are allowed, how sure an answer must be, and
    what is excused until when; docs/policy.md has all keys. The report is written before it ends.

    \b
    Examples:
      openclause check . --policy open-source-only
      openclause check ~/models --policy policy.toml --format markdown
      openclause check . --policy policy.toml --format sarif --output check.sarif
      openclause check --list-policies

    \b
    Exit codes: 0 kept, 1 violated, 2 could not tell or wrong use, 130 interrupted.
    """
    edge.start_reading(quiet=quiet)
    from openclause.scanning import Plan

    if list_policies:
        _list(lang, output)
        return
    if policy is None or not paths:
        missing = "PATH" if policy else "--policy; `openclause check --list-policies` lists some"
        edge.fail(f"check needs a {missing}")
    answering.spare(output, [*paths, policy])
    said = edge.answer_language(format)
    plan = Plan(
        jobs=jobs,
        timeout_s=timeout_s or None,
        ignored=ignored,
        cache=options.cache_folder(cache=cache, cache_dir=cache_dir),
        model=model,
        lang=said.value,
    )
    day = today.date() if today else datetime.now(UTC).date()
    report = _checked(paths, _policy(policy, model), plan, day, quiet=quiet)
    _write(report, format, answering.view(lang=said, no_color=no_color, output=output), output)
    if output is not None and not quiet:
        edge.note(f"{output}: {_line(report)}")
    raise typer.Exit(_ENDS[report.verdict])


def _policy(name: str, model: Path | None) -> Policy:
    """Read a policy, with the names of licenses in it."""
    from openclause.policy import check_names, read_policy
    from openclause.scanning.run import resolver_of

    found = read_policy(name)
    if any((*(s.licenses.allow or ()), *(s.licenses.deny or ())) for s in (found, *found.path)):
        from openclause.identity import load_index

        known = load_index(model).known
        check_names(found, resolver_of(model), [one.spdx_id or one.id for one in known])
    return found


def _checked(paths: list[Path], policy: Policy, plan: Plan, today: date, *, quiet: bool) -> Report:
    from openclause.cli.scan_progress import shown
    from openclause.policy import check as hold
    from openclause.scanning.run import resolver_of, run

    with shown(paths, plan, quiet=quiet) as progress:
        records = run(paths, plan, watch=progress.add)
        return hold(
            records,
            policy,
            paths=paths,
            resolve=resolver_of(plan.model),
            today=today,
            lang=plan.lang,
        )


def _write(report: Report, format: CheckFormat, page: View, output: Path | None) -> None:
    """Write the report; that nobody reads it to its end changes no verdict."""
    from openclause.policy.writers import WRITERS

    try:
        answering.write(WRITERS[format.value](report, page), output=output)
    except typer.Exit as ended:
        if ended.exit_code != edge.DONE:
            raise


def _line(report: Report) -> str:
    from openclause.page import View
    from openclause.policy.writers.text import counts, title

    view = View(lang=edge.told_language())
    return f"{title(report, view)}; {counts(report, view)}"


def _list(lang: common.Lang, output: Path | None) -> None:
    from openclause.messages import in_language, message
    from openclause.policy import ready_made

    lines = [message("policy.listed", lang.value), ""]
    for name, found in ready_made().items():
        title = found.title
        said = title if isinstance(title, str) else in_language(title, lang.value)
        lines.append(f"  {name:26}{said}")
    answering.write("\n".join(lines) + "\n", output=output)
