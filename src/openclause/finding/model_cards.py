"""What the front matter of a model card or data card says: its license, its base, its gate.

In: the bytes of a README. Out: a `Card`, or None if it has no front matter that is a card's.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from openclause.finding.declarations import worded
from openclause.taxonomy import read_toml

_FRONT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
# Longer front matter is not read; that of real cards is a hundredth of it, but for large tables.
_MOST_BYTES = 1_000_000
_MARKS = frozenset(
    ["license", "license_name", "license_link", "base_model", "library_name", "pipeline_tag"],
) | frozenset(["model-index", "datasets", "task_categories", "dataset_info", "extra_gated_prompt"])
_OTHER = "other"
# Plain words of YAML that are more than text, and what is kept as it is written also where marked.
_TOLD = (":null", ":bool")
_WRITTEN = ("int", "float", "timestamp")


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The front matter of a card; `end` is where it ends, in bytes.

    `declared` are its licenses; for `other`, the name that it gives them.
    """

    end: int
    declared: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    gated: bool = False
    evaluated: bool = False
    is_data: bool = False


def read_card(data: bytes) -> Card | None:
    """Return the card that a README begins with."""
    found = _FRONT.match(data[:_MOST_BYTES])
    if not found:
        return None
    try:
        fields = safe_yaml(found[1].decode("utf-8", "replace"))
    except ValueError:
        return None
    if not isinstance(fields, dict) or not _MARKS.intersection(map(str, fields)):
        return None
    return _card(fields, found.end())


def _card(fields: dict[Any, Any], end: int) -> Card:
    licenses, name = _texts(fields.get("license")), _text(fields.get("license_name"))
    named = [name if one.casefold() == _OTHER and name else one for one in licenses]
    if not licenses and name:
        named = [name]
    return Card(
        end=end,
        declared=worded(_hub().get(one.casefold(), one) for one in named),
        base_models=_texts(fields.get("base_model")),
        datasets=_texts(fields.get("datasets")),
        gated=any(str(key).startswith("extra_gated") for key in fields),
        evaluated=bool(fields.get("model-index")),
        is_data=bool({"task_categories", "dataset_info", "size_categories"} & fields.keys()),
    )


def _texts(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(text for one in values if (text := _text(one)))


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("name")
    text = " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""
    return text[:400] or None


@cache
def _hub() -> dict[str, str]:
    return dict(read_toml("declared.toml")["hub"])


def safe_yaml(text: str) -> Any:
    """Return what a YAML text holds, numbers and days as they are written.

    Raises
    ------
    ValueError
        When it is no sound YAML; the message is on one line.
    """
    import yaml

    try:
        return yaml.load(text, Loader=_loader())  # a safe loader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError(" ".join(str(error).split())[:200]) from error


@cache
def _loader() -> Any:
    """Return a safe loader that counts nothing and merges nothing.

    A number to the base of sixty takes the square of its digits, mappings merged within each other
    grow with each merge, and nothing that is looked for here is either.
    """
    import yaml

    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("Loader", (safe,), {"flatten_mapping": lambda *_: None})
    loader.yaml_implicit_resolvers = {
        sign: [(tag, pattern) for tag, pattern in found if tag.endswith(_TOLD)]
        for sign, found in safe.yaml_implicit_resolvers.items()
    }
    for kind in _WRITTEN:
        loader.add_constructor(f"tag:yaml.org,2002:{kind}", safe.construct_yaml_str)
    return loader
