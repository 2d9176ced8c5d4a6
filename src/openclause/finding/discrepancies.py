"""Declared against found: where a package's metadata and its license texts do not go together.

In: a `Package` and a function that knows licenses by name. Out: `Discrepancy` records, each with a
plain sentence in English and Korean. Nothing here reads a file or runs the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from openclause.errors import DataError
from openclause.expressions import Expression, read_expressions
from openclause.finding.declarations import grants_nothing, pointed_to
from openclause.finding.packages import Package, Text
from openclause.messages import Language, in_language
from openclause.taxonomy import NOT_A_LICENSE, categories, read_toml, strictest

if TYPE_CHECKING:
    from openclause.identity import Known

Severity = Literal["warning", "note"]
Resolve = Callable[[str], "Known | None"]

_ENDING = re.compile(r"(?:-only|-or-later|-plus|\+)$")
_OPERATOR = re.compile(r"\s(?:AND|OR|WITH)\s")
_WITH = re.compile(r"\sWITH\s+([^\s()]+)")
_WORD = re.compile(r"[^\W\d_]+")


class Discrepancy(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not go together in a package.

    `folder` is empty for the folder that was searched from; `declared` are expressions as they
    stand, `declared_in` and `texts` paths; `category` is that of the text, `claimed` that of the
    declaration, where there is one.
    """

    kind: str
    severity: Severity
    folder: str
    declared: tuple[str, ...] = ()
    declared_in: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    found: str | None = None
    category: str | None = None
    claimed: str | None = None
    file: str | None = None

    def sentence(self, lang: Language = "en") -> str:
        """Return what does not go together, in one sentence."""
        table = _sayings()
        words = table["words"][lang]
        said: str = table[self.kind][lang]
        return said.format(
            folder=self.folder or words["root"],
            declared=", ".join(self.declared),
            texts=", ".join(self.texts),
            found=self.found or words["unnamed"],
            category=_category_name(self.category, lang) or words["unknown"],
            claimed=_category_name(self.claimed, lang) or words["unknown"],
            file=self.file or "",
        )


class _Name(msgspec.Struct, frozen=True):
    """A name in a declaration, and the known license that it stands for."""

    name: str
    known: Known | None
    category: str | None


class _Claims(msgspec.Struct, frozen=True):
    """All that a package declares; `pointers` are the files that it sends to."""

    paths: tuple[str, ...]
    expressions: tuple[str, ...]
    names: tuple[_Name, ...]
    pointers: tuple[str, ...]

    @property
    def category(self) -> str | None:
        """The strictest category that is declared."""
        said = [name.category for name in self.names if name.category]
        return strictest(said) if said else None

    @property
    def unknown(self) -> tuple[_Name, ...]:
        """The names that stand for no known license and grant something."""
        return tuple(name for name in self.names if name.category is None)


def discrepancies(package: Package, resolve: Resolve) -> tuple[Discrepancy, ...]:
    """Compare what a package declares with the license texts in it.

    Parameters
    ----------
    resolve
        The known license that a name stands for, None for a name that nobody knows.
    """
    claims = _claims(package, resolve)
    texts = [text for text in package.texts if text.category != NOT_A_LICENSE]
    found = [*_disagreeing(package, resolve)]
    if not claims.expressions:
        found += _undeclared(package, texts)
    else:
        found += _missing(package, claims, texts)
        found += _named(package, claims, texts)
        found += _differing(package, claims, texts)
    return tuple(found)


def _claims(package: Package, resolve: Resolve) -> _Claims:
    said = [one for each in package.declarations for one in each.expressions]
    expressions = tuple(dict.fromkeys(said))
    pointers = tuple(file for one in expressions if (file := pointed_to(one)))
    names = [name for one in expressions if not pointed_to(one) for name in _names(one, resolve)]
    paths = tuple(each.path for each in package.declarations if each.expressions)
    return _Claims(paths, expressions, tuple(dict.fromkeys(names)), pointers)


def declared_category(expressions: Sequence[str], resolve: Resolve) -> str | None:
    """Return what declared expressions come to, all of them together; None if one is unknown."""
    said = [_category_of(one, resolve) for one in expressions]
    return strictest([one for one in said if one]) if said and all(said) else None


def _category_of(expression: str, resolve: Resolve) -> str | None:
    if grants_nothing(expression):
        return "proprietary"
    if not _OPERATOR.search(expression):
        return known.category if (known := resolve(expression)) else None
    read = _read(expression, resolve)
    return read.category if read else None


def _read(expression: str, resolve: Resolve) -> Expression | None:
    """Return a declared expression as it is read, None where not all of it is one."""

    def category(name: str) -> str | None:
        return found.category if (found := resolve(name)) else None

    tag = f"SPDX-License-Identifier: {expression}"
    read = next(iter(read_expressions(tag, category)), None)
    return read if read and read.text == expression else None


def _names(expression: str, resolve: Resolve) -> list[_Name]:
    """Return the names in an expression, or the whole of it as one name."""
    if grants_nothing(expression):
        return [_Name(expression, None, "proprietary")]
    if not _OPERATOR.search(expression) and (known := resolve(expression)):
        return [_Name(expression, known, known.category)]

    read = _read(expression, resolve)
    if read is None:
        return [_Name(expression, None, None)]
    names = [_Name(name, resolve(name.partition(" WITH ")[0]), own) for name, own in read.licenses]
    joined = [exception for exception in _WITH.findall(expression) if resolve(exception) is None]
    return [*names, *(_Name(exception, None, None) for exception in joined)]


def _undeclared(package: Package, texts: Sequence[Text]) -> Iterator[Discrepancy]:
    if not package.declarations:
        return
    if not texts:
        yield _one("nothing-declared", package)
    for text in texts:
        yield _about("text-but-not-declared", package, text)


def _missing(package: Package, claims: _Claims, texts: Sequence[Text]) -> Iterator[Discrepancy]:
    """Yield what is declared without a text: a file that is sent to, or any text at all."""
    for file in claims.pointers:
        if not any(_last(text.path) == _last(file) for text in texts):
            missing = _one("file-missing", package, claims=claims)
            yield msgspec.structs.replace(missing, file=file)
    if not texts and claims.names and any(name.known for name in claims.names):
        yield _one("declared-but-no-text", package, claims=claims)


def _last(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]


def _named(package: Package, claims: _Claims, texts: Sequence[Text]) -> Iterator[Discrepancy]:
    """Yield names that nobody knows: they may hide a restriction, or a text may bear them."""
    for name in claims.unknown:
        closed = [text for text in texts if not _is_open(text.category)]
        if closed and not any(_same(known, text) for text in closed for known in claims.names):
            kind = "custom-name-hides-restriction"
            yield _about(kind, package, closed[0], claims=claims, declared=(name.name,))
        elif not any(_bears(text, name.name) for text in texts):
            yield _one("declared-unknown", package, claims=claims, declared=(name.name,))


def _differing(package: Package, claims: _Claims, texts: Sequence[Text]) -> Iterator[Discrepancy]:
    """Yield texts that are not what is declared, or stricter than it."""
    claimed = claims.category
    if claimed is None:
        return
    kept = [text for text in texts if _may_be_declared(text, claims)]
    for text in texts:
        stricter = strictest((text.category, claimed)) != claimed
        if text in kept:
            if stricter and not text.exact:
                yield _about("text-adds-restriction", package, text, claims=claims)
        elif kept and stricter:
            yield _about("text-but-not-declared", package, text, claims=claims)
        elif not kept:
            yield _about("declared-differs", package, text, claims=claims)


def _may_be_declared(text: Text, claims: _Claims) -> bool:
    """Tell whether a text is a declared license, or one that nobody knows of the same category."""
    if text.id is None:
        return text.category == claims.category
    return any(_same(name, text) or _bears(text, name.name) for name in claims.names)


def _same(name: _Name, text: Text) -> bool:
    """Tell whether a name stands for a text's license; `-only` and `-or-later` share a text."""
    if name.known is None or text.id is None:
        return False
    said = (text.id,) if text.exact else (text.id, *text.near)
    return stem(name.known.id) in map(stem, said)


def stem(identifier: str) -> str:
    """Return an id without what only says whether later versions count: they share a text."""
    return _ENDING.sub("", identifier.casefold())


def _bears(text: Text, name: str) -> bool:
    """Tell whether a known text is called by all the telling words of a vaguer name."""
    telling = _telling(name)
    if text.id is None or not telling or any(sign.isdigit() for sign in name):
        return False
    return telling <= _telling(f"{text.id} {text.spdx_id} {text.name}")


def _telling(name: str) -> frozenset[str]:
    fillers = _sayings()["words"]["fillers"]
    return frozenset(word for word in _WORD.findall(name.casefold()) if word not in fillers)


def _is_open(category: str) -> bool:
    return categories()[category].openness == "open"


def _disagreeing(package: Package, resolve: Resolve) -> Iterator[Discrepancy]:
    """Yield declarations of one package that name different licenses, each of them known."""
    by_ids: dict[frozenset[str], str] = {}
    for each in package.declarations:
        names = [name for one in each.expressions for name in _names(one, resolve)]
        if names and all(name.known for name in names):
            ids = frozenset(stem(name.known.id) for name in names if name.known)
            by_ids.setdefault(ids, f"{', '.join(each.expressions)} ({_last(each.path)})")
    if len(by_ids) > 1:
        found = _one("declarations-disagree", package, declared=tuple(by_ids.values()))
        paths = tuple(each.path for each in package.declarations)
        yield msgspec.structs.replace(found, declared_in=paths)


def _one(
    kind: str, package: Package, *, claims: _Claims | None = None, declared: tuple[str, ...] = ()
) -> Discrepancy:
    return Discrepancy(
        kind=kind,
        severity=_sayings()[kind]["severity"],
        folder=package.folder,
        declared=declared or (claims.expressions if claims else ()),
        declared_in=claims.paths if claims else (),
        claimed=claims.category if claims else None,
    )


def _about(kind: str, package: Package, text: Text, **claimed: Any) -> Discrepancy:
    """Return what is said of a text; it is a note where the text's category is in doubt."""
    found = _one(kind, package, **claimed)
    doubted = text.needs_review or (kind == "declared-differs" and not _is_sure(text, found))
    return msgspec.structs.replace(
        found,
        severity="note" if doubted else found.severity,
        texts=(text.path,),
        found=text.name,
        category=text.category,
    )


def _is_sure(text: Text, found: Discrepancy) -> bool:
    """Tell whether a text surely is another one than declared, and no milder one."""
    if found.claimed == text.category:
        return text.exact
    return found.claimed is None or strictest((text.category, found.claimed)) == text.category


def _category_name(category: str | None, lang: Language) -> str | None:
    return in_language(categories()[category].name, lang) if category else None


@cache
def _sayings() -> dict[str, Any]:
    tables = read_toml("discrepancies.toml")
    for kind, table in tables.items():
        if kind != "folders" and not {"en", "ko"} <= table.keys():
            raise DataError(f"data/discrepancies.toml: [{kind}] lacks a language; give en and ko")
    return tables
