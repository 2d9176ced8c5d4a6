"""Fuzz openclause: `python fuzz/run.py [--mutations N] [CORPUS] [options of libFuzzer]`.

With atheris, inputs are guided by the coverage of the package's own code; a crash is written as
`crash-*` and its path printed. With `--mutations`, or where atheris is not installed, N changed
seeds are tried (10,000 by default), numbered so that a failure can be had again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

os.environ.setdefault("OPENCLAUSE_CACHE", tempfile.gettempdir() + "/openclause-fuzz")
sys.path.insert(0, str(Path(__file__).parent))

COUNT = 10_000


def main() -> None:
    """Choose the fuzzer and run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    asked, others = parser.parse_known_args()
    try:
        import atheris
    except ImportError:
        sys.stderr.write("atheris is not installed: trying changed seeds\n")
        atheris = None
    if atheris is None or asked.mutations:
        mutate(asked.mutations or COUNT, asked.seed)
    else:
        guided(atheris, others)


def guided(atheris: object, options: list[str]) -> None:
    """Let libFuzzer find inputs that reach new code."""
    with atheris.instrument_imports(include=["openclause"]):
        import target
    import seeds

    folders = [each for each in options if not each.startswith("-")]
    folder = Path(folders[0] if folders else tempfile.mkdtemp(prefix="openclause-corpus-"))
    folder.mkdir(parents=True, exist_ok=True)
    for data in seeds.seeds():
        folder.joinpath(sha256(data).hexdigest()[:16]).write_bytes(data)
    flags = [each for each in options if each.startswith("-")]
    limits = [f"-max_len={target.LONGEST}", "-timeout=20", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], str(folder), *limits, *flags], target.check)
    atheris.Fuzz()


def mutate(count: int, seed: int) -> None:
    """Try changed seeds; the first that fails is kept as a file and named."""
    import mutations
    import seeds
    import target

    for number, data in enumerate(mutations.inputs(list(seeds.seeds()), count=count, seed=seed)):
        try:
            target.check(data)
        except BaseException:
            path = Path(f"crash-{sha256(data).hexdigest()[:16]}")
            path.write_bytes(data)
            sys.stderr.write(f"input {number} of seed {seed} fails; it is kept in {path}\n")
            raise
    sys.stdout.write(f"{count} inputs of seed {seed}: no failure\n")


if __name__ == "__main__":
    main()
