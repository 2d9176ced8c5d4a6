"""Pages of HTML that are one file: they ask nothing of any network and run only what is ours.

In: the name of a page in `data/templates` (`NAME.html`, `NAME.css`, `NAME.js`) and its values. Out:
the page. Head, foot, theme, tables that sort and print are those of `base.*`, which each page adds
to. Values are escaped, and what acts unseen in them is written out. The policy in the page's head
names the digests of its one style and one script; browsers refuse all else.

References
----------
W3C, "Content Security Policy Level 3", sections 2.3.1 (hash sources) and 6.1 (fetch directives).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache, partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from openclause import __version__
from openclause.messages import Language, message
from openclause.untrusted import visible


def page(name: str, *, title: str, lang: Language, **values: Any) -> str:
    """Return the page of that name; a value that the template lacks is an error, hence a bug.

    Templates say the texts of `messages` by `tell(KEY)`.
    """
    style, script = (_asset(f"base.{kind}") + _asset(f"{name}.{kind}") for kind in ("css", "js"))
    made = (
        _environment()
        .get_template(f"{name}.html")
        .render(
            title=title,
            lang=lang,
            tell=partial(message, lang=lang),
            version=__version__,
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            **values,
        )
    )
    return f"{made}\n"


def safe(text: str) -> Markup:
    """Return a stranger's text as HTML that shows it."""
    return escape(visible(text))


def _policy(style: str, script: str) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return files("openclause").joinpath("data", "templates", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("openclause", "data/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: Any) -> Any:
    return visible(value) if type(value) is str else value
