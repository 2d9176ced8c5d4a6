"""Make the models from the corpus: `python train.py [corpus folder [model folder]]`."""

import sys
from pathlib import Path

from rich.console import Console

from openclause.errors import OpenClauseError
from openclause.training import train

HERE = Path(__file__).resolve().parent


def main(corpus: str = str(HERE / "corpora" / "licenses"), out: str = str(HERE / "models")) -> int:
    """Train, say how far it is on stderr and the scores on stdout, and return the exit code."""
    answers, progress = (
        Console(stderr=err, highlight=False, soft_wrap=True) for err in (False, True)
    )
    try:
        scores = train(Path(corpus), Path(out), progress=progress.print)
    except OpenClauseError as error:
        progress.print(str(error), markup=False)
        return 2
    for title, found in (("folds", scores.category.folds), ("test", scores.category.test)):
        if found:
            answers.print(
                f"category, {title}: {found.documents} documents, accuracy {found.accuracy:.3f}, "
                f"macro F1 {found.macro_f1:.3f}, openness {found.openness_accuracy:.3f}, "
                f"ECE {found.calibration_error:.3f}"
            )
    clauses = scores.clauses
    answers.print(
        f"clauses, folds: {clauses.documents} documents, F1 {clauses.f1:.3f}, "
        f"precision {clauses.precision:.3f}, recall {clauses.recall:.3f}, "
        f"modality {clauses.modality_accuracy:.3f}, main clauses {clauses.main_recall:.3f}"
    )
    answers.print(
        f"identity: exact when wrapped anew {scores.identity.rewrapped_exact:.3f}, "
        f"with one other word {scores.identity.changed_exact:.3f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
