"""How open a model's release is: what of it is there, under which license, and which class that is.

In: a `Survey` of the folder, what its license texts are, and a function that knows licenses by
name. Out: a `Release`, which keeps the verdict of the license's text apart from the verdict of the
release. Nothing here reads a file or runs the engine.

References
----------
White et al., The Model Openness Framework, arXiv:2403.13784: 17 components in three classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Literal

import msgspec

from openclause.finding.components import (
    CLASSES,
    Class,
    Component,
    ComponentKind,
    any_of,
    components,
    kinds_of_weights,
)
from openclause.finding.discrepancies import Resolve, declared_category
from openclause.finding.packages import Text
from openclause.finding.surveying import Survey
from openclause.messages import Language, in_language
from openclause.taxonomy import NOT_A_LICENSE, Words, categories, read_toml, strictest

Status = Literal["open", "restricted", "unclear", "absent"]
WeightsState = Literal["present", "incomplete", "pointers", "adapter", "absent"]

# So many names of missing files are said.
_SAID = 3


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A component of the framework in a release.

    `open` is there and openly licensed, `restricted` there under a license that is not open,
    `unclear` only said to be somewhere, not complete, or there without a license or under one that
    needs review. `files` show it, `licenses` are the paths of the texts that cover it (the card's,
    where only the card declares a license), and `category` is their strictest.
    """

    component: str
    status: Status
    files: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    category: str | None = None


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's folder comes to.

    `reached` is the class that what is there reaches, `at_best` the one that it may reach if all
    that is unclear proves open; `lacking` are the components that stand between, for the class
    after the one reached. `category` and `texts` are the verdict of the license's text alone.
    """

    weights: WeightsState
    missing: tuple[str, ...]
    gated: bool
    api_only: bool
    base_models: tuple[str, ...]
    architecture: str | None
    texts: tuple[str, ...]
    declared: tuple[str, ...]
    category: str | None
    components: tuple[Found, ...]
    reached: Class | None
    at_best: Class | None
    lacking: tuple[str, ...]

    def sentences(self, lang: Language = "en") -> tuple[str, ...]:
        """Return the answer in sentences: the weights, the text, the release."""
        return tuple(_sentences(self, lang))


def release(survey: Survey, texts: Sequence[Text], resolve: Resolve) -> Release:
    """Judge a model's release.

    Parameters
    ----------
    texts
        The license texts in the folder; their paths are below it.
    resolve
        The known license that a name stands for, for what the card declares.
    """
    real = [text for text in texts if text.category != NOT_A_LICENSE]
    declared = survey.card.declared if survey.card else ()
    card = _Licenses(real, survey.card_path, declared_category(declared, resolve))
    found = tuple(_found(name, survey, card) for name in components())
    state = _weights(survey)
    main = card.covering(survey.weights[:1] or ("",), "model")
    reached, at_best = _reached(found, ("open",)), _reached(found, ("open", "unclear"))
    return Release(
        weights=state,
        missing=survey.missing,
        gated=bool(survey.card and survey.card.gated),
        api_only=state == "absent" and bool(kinds_of_weights().api.search(survey.text)),
        base_models=survey.card.base_models if survey.card else (),
        architecture=survey.architecture,
        texts=tuple(text.path for text in main),
        declared=declared,
        category=_category(main) or card.declared,
        components=found,
        reached=reached,
        at_best=at_best,
        lacking=tuple(_lacking(found, _after(reached))),
    )


def texts_below(folder: str, texts: Iterable[Text]) -> tuple[Text, ...]:
    """Return the texts that a search found below a folder, their paths below it too."""
    prefix = f"{folder.rstrip('/')}/" if folder not in ("", ".") else ""
    return tuple(
        msgspec.structs.replace(text, path=text.path.removeprefix(prefix))
        for text in texts
        if text.path.startswith(prefix)
    )


class _Licenses(msgspec.Struct, frozen=True):
    """The license texts of a folder, and the category that its card declares."""

    texts: Sequence[Text]
    card_path: str | None
    declared: str | None

    def covering(self, files: Sequence[str], kind: ComponentKind) -> tuple[Text, ...]:
        """Return the texts that cover some files: those nearest above, for their kind."""
        mine = [text for text in self.texts if _scope(text.path) in (None, kind)]
        for folder in _upwards(files[0]):
            here = [text for text in mine if _folder(text.path) == folder]
            if here:
                return tuple([text for text in here if _scope(text.path) == kind] or here)
        return ()


def _found(name: str, survey: Survey, licenses: _Licenses) -> Found:
    """Return what is there of a component, and whether it is open."""
    component = components()[name]
    files, is_whole = _evidence(name, component, survey)
    if not files:
        return Found(component=name, status="unclear" if is_whole is False else "absent")
    covering = licenses.covering(files, component.kind)
    category = _category(covering) or licenses.declared
    paths = tuple(text.path for text in covering)
    if not covering and licenses.declared and licenses.card_path:
        paths = (licenses.card_path,)
    return Found(
        component=name,
        status=_status(component, covering, category) if is_whole else "unclear",
        files=files,
        licenses=paths,
        category=category,
    )


def _evidence(
    name: str, component: Component, survey: Survey
) -> tuple[tuple[str, ...], bool | None]:
    """Return the files that show a component, and whether all of it is there.

    Without files, False says that it is said to be elsewhere, None that nothing is said.
    """
    files = survey.files.get(name, ())
    if name == "model-parameters":
        state = _weights(survey)
        return survey.weights + survey.adapters + survey.pointers, state == "present" or (
            None if state == "absent" else False
        )
    if name == "model-card" and survey.card_path:
        files = (survey.card_path, *(file for file in files if file != survey.card_path))
    if not files and survey.card_path and _said(component.headings, *survey.headings):
        files = (survey.card_path,)
    if name == "evaluation-results" and not files and survey.card and survey.card.evaluated:
        files = (survey.card_path or "",)
    if files:
        return files, True
    named = name == "model-architecture" and survey.architecture
    listed = name == "datasets" and survey.card and survey.card.datasets
    return (), False if named or listed or _said(component.mentions, survey.text) else None


def _said(patterns: tuple[str, ...], *texts: str) -> bool:
    looked_for = _compiled(patterns)
    return any(looked_for.search(text) for text in texts)


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return any_of(patterns)


def _status(component: Component, covering: Sequence[Text], category: str | None) -> Status:
    if component.license == "any":
        return "open"
    if category is None:
        return "unclear"
    if categories()[category].openness != "open":
        return "restricted"
    return "unclear" if any(text.needs_review for text in covering) else "open"


def _category(texts: Sequence[Text]) -> str | None:
    return strictest([text.category for text in texts]) if texts else None


def _weights(survey: Survey) -> WeightsState:
    if survey.weights:
        return "incomplete" if survey.missing or survey.pointers else "present"
    if survey.pointers:
        return "pointers"
    return "adapter" if survey.adapters else "absent"


def _scope(path: str) -> str | None:
    """Return the kind of component that a license file says it is for, by its name."""
    name = path.rpartition("/")[2].casefold()
    return next((kind for kind, pattern in _scopes() if pattern.search(name)), None)


@cache
def _scopes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = read_toml("model_openness.toml")["scope"]
    return tuple((kind, re.compile(pattern)) for kind, pattern in table.items())


def _folder(path: str) -> str:
    """Return the folder that a license text is for."""
    folder, _, last = path.rpartition("/")[0].rpartition("/")
    return (
        folder
        if last.casefold() in ("license", "licence", "licenses", "legal")
        else _joined(folder, last)
    )


def _joined(folder: str, last: str) -> str:
    return f"{folder}/{last}" if folder else last


def _upwards(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path
    yield ""


def _reached(found: Sequence[Found], enough: tuple[Status, ...]) -> Class | None:
    """Return the highest class all of whose components, and those before, have such a status."""
    reached: Class | None = None
    for each in CLASSES:
        if any(_lacking(found, each, enough)):
            return reached
        reached = each
    return reached


def _lacking(
    found: Sequence[Found], wanted: Class | None, enough: tuple[Status, ...] = ("open",)
) -> Iterator[str]:
    """Yield the components that stand between a release and a class."""
    status = {each.component: each.status for each in found}
    until = CLASSES.index(wanted) + 1 if wanted else 0
    for name, component in components().items():
        if component.optional or component.class_ not in CLASSES[:until]:
            continue
        if status[name] not in enough and status.get(component.instead or "") not in enough:
            yield name


def _after(reached: Class | None) -> Class | None:
    if reached is None:
        return CLASSES[0]
    following = CLASSES.index(reached) + 1
    return CLASSES[following] if following < len(CLASSES) else None


def _sentences(judged: Release, lang: Language) -> Iterator[str]:
    files = ", ".join(judged.missing[:_SAID] or ("…",))
    base = ", ".join(judged.base_models) or "?"
    yield _say(f"weights-{judged.weights}", lang, files=files, base=base)
    if judged.gated:
        yield _say("gated", lang)
    if judged.api_only:
        yield _say("api-only", lang)
    yield _text_sentence(judged, lang)
    yield from _release_sentences(judged, lang)


def _text_sentence(judged: Release, lang: Language) -> str:
    if judged.category is None and not judged.texts:
        return _say("text-none", lang)
    name = in_language(categories()[judged.category].name, lang) if judged.category else "?"
    if judged.texts:
        return _say("text", lang, texts=", ".join(judged.texts), category=name)
    return _say("text-declared", lang, declared=", ".join(judged.declared), category=name)


def _release_sentences(judged: Release, lang: Language) -> Iterator[str]:
    missing = ", ".join(in_language(components()[name].name, lang) for name in judged.lacking)
    following = _after(judged.reached)
    if judged.reached:
        yield _say("release-reached", lang, **{"class": _class_name(judged.reached, lang)})
    if following:
        key = "release-next" if judged.reached else "release-none"
        yield _say(key, lang, missing=missing, **{"class": _class_name(following, lang)})
    if judged.at_best and judged.at_best != judged.reached:
        unclear = _lacking(judged.components, judged.at_best)
        names = ", ".join(in_language(components()[name].name, lang) for name in unclear)
        yield _say(
            "release-unclear", lang, missing=names, **{"class": _class_name(judged.at_best, lang)}
        )


def _class_name(each: Class, lang: Language) -> str:
    return in_language(msgspec.convert(_tables()["class"][each], Words), lang)


def _say(key: str, lang: Language, **values: str) -> str:
    return in_language(msgspec.convert(_tables()["saying"][key], Words), lang).format(**values)


def _tables() -> dict[str, Any]:
    return read_toml("model_openness.toml")
