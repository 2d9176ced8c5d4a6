"""Whether a license is allowed: one that a text is, or an expression that metadata declares.

In: names of licenses and the settings that hold. Out: an `Answer`. Of a choice it is enough that
one license is allowed; of licenses that hold together each must be.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

import msgspec

from openclause.errors import DataError
from openclause.expressions import combined, parsed
from openclause.finding.declarations import grants_nothing, pointed_to
from openclause.finding.discrepancies import Resolve, stem
from openclause.policy.policies import Policy, Settings, allowed_categories
from openclause.policy.wording import near_name
from openclause.taxonomy import mildest

Kind = Literal["listed", "allowed", "unknown", "not-listed", "category", "license"]
# From best to worst: what is only unknown may still prove to be allowed.
_ORDER: tuple[Kind, ...] = ("listed", "allowed", "unknown", "not-listed", "category", "license")
_OPERATORS = frozenset({"AND", "OR", "WITH"})
_parsed = cache(parsed)  # packages declare the same few again and again


class Answer(msgspec.Struct, frozen=True):
    """Whether a license is allowed; `subject` is what is complained of.

    `listed` is allowed by its name, `allowed` by its category.
    """

    kind: Kind
    subject: str = ""
    category: str | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether there is nothing to complain of."""
        return self.kind in ("listed", "allowed")


LISTED, ALLOWED = Answer("listed"), Answer("allowed")


class Asked(msgspec.Struct, frozen=True):
    """The settings in the form in which they are asked: ids without versions' endings."""

    allowed: frozenset[str] | None
    denied: frozenset[str]
    categories: frozenset[str] | None
    barred: frozenset[str]

    def category(self, name: str, subject: str) -> Answer:
        """Return whether a category is allowed, for a license that no list names."""
        if name in self.barred or (self.categories is not None and name not in self.categories):
            return Answer("category", name, name)
        if self.allowed is not None and self.categories is None:
            return Answer("not-listed", subject, name)
        return ALLOWED


def asked(settings: Settings, resolve: Resolve) -> Asked:
    """Return settings in the form in which they are asked."""
    licenses, named = settings.licenses, settings.categories
    return Asked(
        allowed=None if licenses.allow is None else _written(licenses.allow, resolve),
        denied=_written(licenses.deny or (), resolve),
        categories=None if named.allow is None else allowed_categories(named.allow),
        barred=allowed_categories(named.deny or ()),
    )


def check_names(policy: Policy, resolve: Resolve, names: Iterable[str]) -> None:
    """Raise a `DataError` for the first license of a policy that nobody knows."""
    parts = [("", policy), *((f"path[{n}].", rule) for n, rule in enumerate(policy.path))]
    for at, settings in parts:
        for side in ("allow", "deny"):
            for entry in getattr(settings.licenses, side) or ():
                for name in unknown(entry, resolve):
                    near = near_name(name, names, otherwise="give its SPDX id")
                    where = f"{policy.source}: {at}licenses.{side}"
                    raise DataError(f"{where}: {name!r} is no licence that is known; {near}")


def unknown(entry: str, resolve: Resolve) -> tuple[str, ...]:
    """Return the names in an entry that nobody knows; an entry that is none is one name."""
    tree = _parsed(entry) if _OPERATORS & {*entry.split()} else None
    names = _leaves(tree) if tree is not None else (entry,)
    return tuple(name for name in names if resolve(name) is None)


def text_answer(
    ids: Iterable[str], category: str, own: str | None, asked_: Asked, *, exact: bool
) -> Answer:
    """Return whether a text is allowed.

    Parameters
    ----------
    ids
        The known licenses that it is, or the one that it nearly is.
    category, own
        The text's category, and that of the known license: a changed text that is no longer of
        the same category is not that license.
    """
    stems = [stem(name) for name in ids]
    for name in stems:
        if name in asked_.denied:
            return Answer("license", name, category)
    same = exact or own == category
    if same and asked_.allowed is not None and any(name in asked_.allowed for name in stems):
        return LISTED
    return asked_.category(category, stems[0] if stems else category)


def declared_answer(expression: str, asked_: Asked, resolve: Resolve) -> Answer:
    """Return whether a declared expression is allowed; one that sends to a file says nothing."""
    if pointed_to(expression):
        return ALLOWED
    if grants_nothing(expression):
        return asked_.category("proprietary", expression)
    if not _OPERATORS & {*expression.split()}:
        return _leaf(expression, asked_, resolve)
    tree = _parsed(expression)
    return Answer("unknown", expression) if tree is None else _tree(tree, asked_, resolve)


def _leaf(name: str, asked_: Asked, resolve: Resolve) -> Answer:
    known = resolve(name)
    if known is None:
        return Answer("unknown", name)
    if stem(known.id) in asked_.denied:
        return Answer("license", name, known.category)
    if asked_.allowed is not None and stem(known.id) in asked_.allowed:
        return LISTED
    return asked_.category(known.category, name)


def _tree(tree: Any, asked_: Asked, resolve: Resolve) -> Answer:
    written = _canonical(tree, resolve)
    if written in asked_.denied:
        return Answer("license", str(tree))
    if asked_.allowed is not None and written in asked_.allowed:
        return LISTED
    if hasattr(tree, "exception_symbol"):
        return _with(tree, asked_, resolve)
    if not tree.args:
        return _leaf(tree.key, asked_, resolve)
    answers = [_tree(part, asked_, resolve) for part in tree.args]
    choose = min if type(tree).__name__ == "OR" else max
    return choose(answers, key=lambda answer: _ORDER.index(answer.kind))


def _with(tree: Any, asked_: Asked, resolve: Resolve) -> Answer:
    """Return the answer to a license with an exception: that which frees is as good as without.

    What nobody knows may restrict, whatever it is called.
    """
    name, exception = tree.license_symbol.key, resolve(tree.exception_symbol.key)
    own, answer = resolve(name), _leaf(name, asked_, resolve)
    if own is None or answer.kind == "license":
        return answer
    if exception is None:
        return Answer("unknown", tree.exception_symbol.key) if answer.is_good else answer
    made = combined(own.category, exception.category)
    if answer.is_good and mildest((made, own.category)) == made:
        return answer
    return asked_.category(made, str(tree))


def _written(entries: Iterable[str], resolve: Resolve) -> frozenset[str]:
    return frozenset(_entry(entry, resolve) for entry in entries)


def _entry(entry: str, resolve: Resolve) -> str:
    tree = _parsed(entry) if _OPERATORS & {*entry.split()} else None
    if tree is not None:
        return _canonical(tree, resolve)
    known = resolve(entry)
    return stem(known.id if known else entry)


def _canonical(tree: Any, resolve: Resolve) -> str:
    """Return an expression with the ids that we know, so that equal ones are equal texts."""
    if hasattr(tree, "exception_symbol"):
        parts = [tree.license_symbol.key, tree.exception_symbol.key]
        return " WITH ".join(_entry(part, resolve) for part in parts)
    if not tree.args:
        return _entry(tree.key, resolve)
    inside = sorted({_canonical(part, resolve) for part in tree.args})
    return f"({f' {type(tree).__name__} '.join(inside)})"


def _leaves(tree: Any) -> tuple[str, ...]:
    if hasattr(tree, "exception_symbol"):
        return tree.license_symbol.key, tree.exception_symbol.key
    return (tree.key,) if not tree.args else tuple(n for part in tree.args for n in _leaves(part))
