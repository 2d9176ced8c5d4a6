"""The pictures of README and site, taken of pages as the program makes them: `make pictures`.

In: the texts of the corpus, a Chromium. Out: `docs/images/*.png`, each below 200 kB. The report
shows a little licence of our own, so that no picture carries the text of another.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
MOST = 200_000  # bytes of a picture
OWN = "tests/documents/example-model.txt"
KNOWN = ("MIT", "Apache-2.0", "GPL-2.0-only")


class Picture(NamedTuple):
    """What a page is made with, what its address names, what stands on top, and how large."""

    arguments: tuple[str, ...]
    anchor: str = ""
    top: str = "body"
    width: int = 1200
    height: int = 720


PICTURES = {
    "report": Picture(("analyze", OWN, "--format", "html"), anchor="#c12"),
    "compare": Picture(("compare", OWN, *KNOWN, "--format", "html"), top="#terms"),
    "atlas": Picture(("atlas",), top="#time", width=1010, height=880),
    "atlas-heat": Picture(("atlas",), top="#heat", width=1440),
}


def main() -> None:
    """Write all pictures."""
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox"],
        )
        for name, picture in PICTURES.items():
            page = Path(folder) / f"{name}.html"
            run = [sys.executable, "-m", "openclause", *picture.arguments, "--output", str(page)]
            subprocess.run(run, check=True, cwd=ROOT)
            take(chromium, page.as_uri(), picture, IMAGES / f"{name}.png")
        chromium.close()


def take(chromium: Any, address: str, picture: Picture, path: Path) -> None:
    """Take one picture."""
    size = {"width": picture.width, "height": picture.height}
    tab = chromium.new_page(viewport=size, reduced_motion="reduce")
    tab.goto(f"{address}{picture.anchor}")
    if not picture.anchor:
        tab.locator(picture.top).evaluate("node => node.scrollIntoView()")
    tab.screenshot(path=path)
    tab.close()
    written = path.stat().st_size
    if written > MOST:
        sys.exit(f"{path}: has {written} bytes, more than {MOST}; show less on it")
    sys.stdout.write(f"{path.relative_to(ROOT)}: {written} bytes\n")


if __name__ == "__main__":
    main()
