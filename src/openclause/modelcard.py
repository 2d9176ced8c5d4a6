"""The card of a model, for people: what it was made from, how good it is, where it ends.

In: facts and scores. Out: Markdown, the same for the same arguments. What is measured and how is
left to `evaluation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from openclause.evaluation import CategoryScores, ClauseScores, Scores
from openclause.plots import confusion, reliability
from openclause.taxonomy import categories


class Facts(msgspec.Struct, frozen=True):
    """What a model was made from and with."""

    corpus_sha256: str
    negatives_sha256: str
    records: int
    read: int
    test: int
    negatives: int
    temperature: float
    buckets: int
    versions: Mapping[str, str]


def render(facts: Facts, scores: Scores) -> str:
    """Write the card."""
    parts = [
        _INTRODUCTION,
        _data(facts),
        *_verdicts(scores),
        _category_models(facts, scores),
        _category_section("On held-out families of train and dev", scores.category.folds),
    ]
    if scores.category.test:
        parts.append(_category_section("On the test split", scores.category.test))
    parts += [
        _clauses(scores.clauses, scores.item_recall),
        _identity(scores),
        _LIMITS,
        _versions(facts),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def pages(scores: Scores) -> dict[str, str]:
    """Return the pictures that the card shows, by file name."""
    if scores.verdicts is None:
        shown, title = scores.category.folds, "by words alone, on held-out families"
    else:
        shown, title = scores.verdicts, "verdicts on held-out families"
    return {
        "confusion.svg": confusion(shown, f"true and given category: {title}"),
        "reliability.svg": reliability(shown, f"confidence: {title}"),
    }


_INTRODUCTION = """
# Model card: openclause

Numbers that `openclause` reads beside its rules. `category.*` says how open a whole document looks;
`clauses.*` says what a sentence permits, obliges to or prohibits, with what the rules found in it;
`identity.*` knows licenses again without holding their texts. All of it is data: arrays and JSON,
loaded only if the sha256 in `model.json` agree. Made by `python train.py`; do not edit. A reading
aid, not legal advice.
"""

_LIMITS = """
## Limits

- The category from words alone is a prior: one restrictive sentence in an open license rarely
  changes it. The clauses decide; this model abstains, cross-checks and breaks ties.
- English only. A text in another language shares few words with what was learnt, and its
  probabilities say little. The few other texts of the corpus are learnt and judged with the rest.
- Rare categories (public domain, use-restricted, non-commercial) are found less often than common
  ones: look at their rows above. Labels with the basis `mapped` were carried over unread.
- Temperature was fitted on the same held-out scores whose calibration is shown; the test split's
  is untouched by it.
- A document made to be no license is easier to tell than a real one that quotes license words.
- The same normal form is taken for the same license: case, punctuation, enumerators, copyright
  lines and the holder's name in the usual places do not count. A text that is only near must be
  read. The index knows the texts of the test split too: do not judge categories through it.
"""


def _data(facts: Facts) -> str:
    return f"""
## Data

{facts.records:,} license texts of `corpora/licenses` (its README is the datasheet), {facts.read:,}
of them read and labelled by careful readers, the others mapped from ScanCode's categories and
weighted less. {facts.test:,} of the split `test` were neither learnt from nor tuned on.
{facts.negatives:,} documents that are no license were made by `openclause.negatives`: modules and
docstrings of Python's standard library, prose, words in no order.

| | sha256 |
|---|---|
| records | `{facts.corpus_sha256}` |
| made documents | `{facts.negatives_sha256}` |
"""


def _verdicts(scores: Scores) -> list[str]:
    if scores.verdicts is None:
        return []
    head = """
## Verdicts, on held-out families

What a whole answer says of how open an annotated text is, decided from the clauses and the chances
that models gave which had seen nothing of its family; the rules of decision, the trees that weigh
what they find and the fit of their confidence are those of the program, and saw these texts: on
families that they were not fitted on `benchmarks/held_out_verdicts.py` measures less. These
figures tell one model from another, not how good answers are.

![reliability](reliability.svg) ![confusion](confusion.svg)
"""
    found = scores.verdicts
    tables = (_summary(found), _labels(found), _bins(found), _risks(found), _confusion(found))
    return [head, *tables]


def _category_models(facts: Facts, scores: Scores) -> str:
    return f"""
## Category of a document

Words and pairs of words of the normal form, hashed to {facts.buckets:,} buckets; 1 + log(count),
length 1; multinomial logistic regression (scikit-learn), exported in half precision; temperature
{facts.temperature:.3f}. Families of texts are never learnt from and judged at once. Of the made
documents {scores.category.negatives_found:.1%} were found to be no license by models that saw
nothing alike; {scores.category.licenses_lost:.1%} of the licenses were taken for none.
"""


def _category_section(title: str, scores: CategoryScores) -> str:
    tables = (_summary(scores), _labels(scores), _bins(scores), _risks(scores), _confusion(scores))
    return "\n\n".join([f"### {title}", *tables])


def _summary(scores: CategoryScores) -> str:
    shares = (
        scores.accuracy,
        scores.lenient_accuracy,
        scores.macro_f1,
        scores.openness_accuracy,
        scores.calibration_error,
    )
    return _table(
        ["documents", "accuracy", "or second label", "macro F1", "open/open-ish/closed", "ECE"],
        [[f"{scores.documents:,}", *(f"{share:.3f}" for share in shares)]],
    )


def _labels(scores: CategoryScores) -> str:
    return _table(
        ["category", "precision", "recall", "F1", "documents"],
        (
            [f"`{s.label}`", f"{s.precision:.2f}", f"{s.recall:.2f}", f"{s.f1:.2f}", str(s.support)]
            for s in scores.labels
        ),
    )


def _bins(scores: CategoryScores) -> str:
    return _table(
        ["confidence", "documents", "mean confidence", "right"],
        (
            [f"{b.low:.1f}-{b.high:.1f}", str(b.count), f"{b.confidence:.2f}", f"{b.accuracy:.2f}"]
            for b in scores.reliability
        ),
    )


def _risks(scores: CategoryScores) -> str:
    return _table(
        ["answered", "wrong", "confidence at least"],
        ([f"{r.coverage:.0%}", f"{r.risk:.2f}", f"{r.least_confidence:.2f}"] for r in scores.risks),
    )


def _confusion(scores: CategoryScores) -> str:
    names = list(categories())
    return _table(
        ["true \\ given", *map(str, range(len(names)))],
        (
            [f"{number} `{name}`", *map(str, scores.confusion[number])]
            for number, name in enumerate(names)
        ),
    )


def _clauses(scores: ClauseScores, item_recall: float) -> str:
    head = ("term", "labels", "precision", "recall", "F1")
    rows = [
        (f"`{term.label}`", str(term.support), *_shares(term.precision, term.recall, term.f1))
        for term in sorted(scores.terms, key=lambda term: (-term.support, term.label))
    ]
    return f"""
## Clauses, on held-out families

One network with a hidden layer for all terms and modalities that occur often enough, over words,
context and what the rules found in a sentence (`docs/clause-engine.md`); learnt from annotated
texts, the drills of `corpora/drills` and the licenses of `corpora/written`, judged on annotated
texts of other families.

{scores.documents:,} annotated documents, {scores.labelled:,} clauses. A clause counts as found
where term, modality and span (overlap at least half of both together) agree.

- precision {scores.precision:.3f}, recall {scores.recall:.3f}, micro-F1 {scores.f1:.3f},
  macro-F1 over terms {scores.macro_f1:.3f}
- modality right where term and span are: {scores.modality_accuracy:.3f}
- main clauses found: {scores.main_recall:.3f}; clauses in list items under a lead-in:
  {item_recall:.3f}

{_table(head, rows)}
"""


def _shares(*numbers: float) -> tuple[str, ...]:
    return tuple(f"{number:.2f}" for number in numbers)


def _identity(scores: Scores) -> str:
    found = scores.identity
    return f"""
## Identity of a license

{found.texts:,} known texts, changed: wrapped anew {found.rewrapped_exact:.1%} are exact; with one
other word {found.changed_exact:.1%} are exact and {found.changed_first:.1%} come first.
"""


def _versions(facts: Facts) -> str:
    rows = [[name, version] for name, version in sorted(facts.versions.items())]
    return "## Made with\n\n" + _table(["what", "version"], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
