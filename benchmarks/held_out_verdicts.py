"""Whole verdicts on families that no part learnt from: accuracy, calibration, wrong "open" calls.

Run `python benchmarks/held_out_verdicts.py` in a checkout whose texts are there; it takes minutes.
Clauses and the document classifier's chances come from models of other folds; the confidence is
fitted on other families than it is judged on, its bias on texts of dev among them, and so are the
trees that weigh the evidence. With `--fit`, `data/weighing.json` and `data/confidence.toml` are
written anew, from all families.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import msgspec

import openclause
from openclause.calibration import fit_confidence, settled, write_confidence
from openclause.category_training import train_categories
from openclause.clause_examples import (
    any_fold,
    clause_examples,
    fold_of,
    plain_examples,
)
from openclause.clause_model import ClauseModel
from openclause.clause_training import calibrated_all, held_out_models, learnable, scaled
from openclause.confidence import Calibration, Calibrations, Signs
from openclause.corpus import LabelledDocument, default_folder, load, write_whole
from openclause.drills import read_drills
from openclause.evaluation import CategoryScores, Guess, category_scores
from openclause.negatives import negatives
from openclause.openness import read_values, signs_of
from openclause.planting import exercises
from openclause.reading import Found, read_with_limits
from openclause.taxonomy import categories
from openclause.verdicts import is_judged
from openclause.weighing import Trees, Values, to_json
from openclause.weighing_examples import planted, set_aside
from openclause.weighing_fitting import fit_trees
from openclause.written import read_written

N_FOLDS = 5
SURE = 0.9


class Case(NamedTuple):
    """A document, what models of other families find in it, and the chances they give it."""

    document: LabelledDocument
    found: Found
    prior: Mapping[str, float]


class Row(NamedTuple):
    """The values of a text that are weighed, its family, and the rank that it has."""

    values: Values
    family: str
    rank: int


def say(words: str) -> None:
    """Tell how far the work is."""
    sys.stderr.write(f"{words}\n")


def cases(documents: Sequence[LabelledDocument]) -> tuple[list[Case], list[Row]]:
    """Read all English documents of train and dev whose category a reader gave.

    With them come the rows of open licenses with a drill put in that no model learnt from.
    """
    examples = clause_examples(documents)
    drills, aside = set_aside(read_drills(default_folder().parent / "drills"))
    dealt = fold_of([each for each in documents if each.record.clauses is not None])
    written = read_written(default_folder().parent / "written")
    beside = chain(exercises(drills, written), plain_examples(documents, dealt))
    labels = learnable(examples)
    models, margins = held_out_models(examples, beside, labels=labels, progress=say)
    lines = calibrated_all(margins)
    models = {fold: scaled(each, lines) for fold, each in models.items()}
    learnt = [document for document in documents if document.record.split != "test"]
    priors = train_categories(learnt, negatives(), written=written, progress=say).priors
    judged = [document for document in learnt if is_judged(document)]
    found = [
        Case(each, _read(each.text, models[fold_for(each, dealt)]), priors[each.record.key])
        for each in judged
    ]
    more = [
        row_of(Case(msgspec.structs.replace(each.host, text=each.text), read, prior), each.category)
        for each in planted(judged, aside)
        for read in (_read(each.text, models[fold_for(each.host, dealt)]),)
        for prior in (priors[each.host.record.key],)
    ]
    return found, more


def _read(text: str, model: ClauseModel) -> Found:
    return read_with_limits(text, model)


def row_of(case: Case, category: str) -> Row:
    """Return what is weighed of a document, beside the rank of its category."""
    values = read_values(
        case.found.clauses, text=case.document.text, prior=case.prior, limits=case.found.limits
    )
    return Row(values, case.document.record.family, categories()[category].rank or 0)


def weighers(some: Sequence[Case], more: Sequence[Row]) -> tuple[list[Trees], Trees]:
    """Return the trees of each fold, which saw nothing of its families, and those of all."""
    rows = [
        row_of(case, case.document.record.category)
        for case in some
        if categories()[case.document.record.category].rank is not None
    ]
    rows += more
    folds = [
        fit([row for row in rows if fold_of_family(row.family) != number])
        for number in range(N_FOLDS)
    ]
    return folds, fit(rows)


def fit(rows: Sequence[Row]) -> Trees:
    """Fit trees to rows."""
    return fit_trees(
        [row.values for row in rows], [row.rank for row in rows], [row.family for row in rows]
    )


def fold_for(document: LabelledDocument, dealt: Mapping[str, int]) -> int:
    """Return the fold that a document was not learnt from in."""
    family = document.record.family
    return dealt.get(family, any_fold(family))


def fold(case: Case) -> int:
    """Return the fold of a document's family."""
    return fold_of_family(case.document.record.family)


def fold_of_family(family: str) -> int:
    """Return the fold of a family."""
    return crc32(family.encode()) % N_FOLDS


def confidences(found: Sequence[tuple[str, Signs]], some: Sequence[Case]) -> list[float]:
    """Return how sure a fit on other families is of each verdict."""
    sure = [0.0] * len(some)
    for number in range(N_FOLDS):
        rest = [i for i, case in enumerate(some) if fold(case) != number]
        fitted = how_sure([found[i] for i in rest], [some[i] for i in rest])
        for i, case in enumerate(some):
            if fold(case) == number:
                sure[i] = fitted.chance(found[i][1])
    return sure


def how_sure(found: Sequence[tuple[str, Signs]], some: Sequence[Case]) -> Calibration:
    """Fit the weights of the signs to all verdicts, and the bias to those on texts of dev.

    Most texts that the rules of decision were written and mended by are of train, where they
    are right more often: users bring other ones.
    """
    signs = [each for _, each in found]
    right = [v[0] == case.document.record.category for v, case in zip(found, some, strict=True)]
    dev = [number for number, case in enumerate(some) if is_of_dev(case)]
    fitted = fit_confidence(signs, right)
    return settled(fitted, [signs[i] for i in dev], [right[i] for i in dev])


def is_of_dev(case: Case) -> bool:
    """Tell whether a document is of dev."""
    return case.document.record.split == "dev"


def table(name: str, scores: CategoryScores, found: Sequence[Guess], some: Sequence[Case]) -> str:
    """Return the figures as lines."""
    calls = sure_opens(found, some)
    covered = next(1 - risk.risk for risk in scores.risks if risk.coverage == 0.8)  # noqa: PLR2004
    rows = [
        f"{name}: {scores.documents} documents, accuracy {scores.accuracy:.3f}, with the second "
        f"category {scores.lenient_accuracy:.3f}, open / open-ish / closed "
        f"{scores.openness_accuracy:.3f}, macro F1 {scores.macro_f1:.3f}, of the nine categories "
        f"of licenses {macro_of_nine(scores):.3f}",
        f"  ECE {scores.calibration_error:.3f}, accuracy at 80 % coverage {covered:.3f}, open at "
        f"{SURE} or more: {len(calls)}, of them wrong {len(calls) - sum(calls)}",
    ]
    rows += [
        f"  {each.label:18} P {each.precision:.2f} R {each.recall:.2f} F1 {each.f1:.2f}"
        f" of {each.support}"
        for each in scores.labels
    ]
    return "\n".join(rows)


def macro_of_nine(scores: CategoryScores) -> float:
    """Return the mean F1 of the categories of licenses: what is no license is left out."""
    ranked = [each.f1 for each in scores.labels if categories()[each.label].rank is not None]
    return sum(ranked) / max(len(ranked), 1)


def sure_opens(found: Sequence[Guess], some: Sequence[Case]) -> list[bool]:
    """Return for each document that is surely called open whether it is."""
    openness = {key: category.openness for key, category in categories().items()}
    return [
        openness[case.document.record.category] == "open"
        for guess, case in zip(found, some, strict=True)
        if openness[guess.category] == "open" and guess.confidence >= SURE
    ]


def of_dev(found: Sequence[Guess], some: Sequence[Case]) -> str:
    """Return the figures of the texts of dev as a line."""
    chosen = [number for number, case in enumerate(some) if is_of_dev(case)]
    guesses, judged = [found[i] for i in chosen], [some[i] for i in chosen]
    scores = category_scores([case.document.record.category for case in judged], guesses)
    mean = sum(guess.confidence for guess in guesses) / max(len(guesses), 1)
    calls = sure_opens(guesses, judged)
    return (
        f"  texts of dev: {scores.documents}, accuracy {scores.accuracy:.3f}, mean "
        f"confidence {mean:.3f}, ECE {scores.calibration_error:.3f}, open at {SURE} or more: "
        f"{len(calls)}, of them wrong {len(calls) - sum(calls)}"
    )


def by_kind(found: Sequence[Guess], some: Sequence[Case], families: Counter[str]) -> str:
    """Return how often verdicts are right by whether a text has a name, and relatives, as a line.

    Parameters
    ----------
    families
        How many texts of the whole corpus are of each family.
    """
    right: dict[str, list[bool]] = {}
    for guess, case in zip(found, some, strict=True):
        record = case.document.record
        kind = "named, alone" if families[record.family] == 1 else "named, with relatives"
        kind = "unnamed" if record.unnamed else kind
        right.setdefault(kind, []).append(guess.category == record.category)
    shares = (f"{kind} {sum(own) / len(own):.3f} of {len(own)}" for kind, own in right.items())
    return f"  {'; '.join(sorted(shares))}"


def main() -> None:
    """Print the figures with and without the document classifier; with `--fit` keep the fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="write what is fitted anew")
    options = parser.parse_args()
    documents = load(default_folder())
    families = Counter(document.record.family for document in documents)
    some, more = cases(documents)
    folds, weigher = weighers(some, more)
    truth = [case.document.record.category for case in some]
    fits = {}
    for name in ("with_prior", "alone"):
        found = [
            signs_of(
                case.found.clauses,
                limits=case.found.limits,
                text=case.document.text,
                prior=case.prior if name == "with_prior" else None,
                trees=folds[fold(case)],
            )
            for case in some
        ]
        sure = confidences(found, some)
        guesses = [Guess(v[0], chance) for v, chance in zip(found, sure, strict=True)]
        second = [case.document.record.alt for case in some]
        scores = category_scores(truth, guesses, alternatives=second)
        sys.stdout.write(table(name, scores, guesses, some) + "\n")
        sys.stdout.write(f"{of_dev(guesses, some)}\n{by_kind(guesses, some, families)}\n")
        fits[name] = how_sure(found, some)
    if options.fit:
        data = Path(openclause.__file__).parent / "data"
        write_whole(data / "weighing.json", to_json(weigher))
        write_confidence(Calibrations(**fits), data / "confidence.toml")


if __name__ == "__main__":
    main()
