"""What a folder of a model comes to: a record behind the last file of each.

In: the records of a scan, in their order, and the folders that it goes through. Out: the same, and
for each model what of it is there, under which license, and which class of the Model Openness
Framework that reaches. `finding.releases` does the judging.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from openclause.finding.candidates import Limits
from openclause.finding.discrepancies import Resolve
from openclause.finding.packages import Text
from openclause.finding.releases import Found, Release, release, texts_below
from openclause.finding.surveying import survey
from openclause.messages import Language
from openclause.scanning.records import MODEL, NOTHING, Item, Part, Record, Released, record
from openclause.scanning.together import text_of_record

# So many files of a component are told; `n_files` counts all.
_FILES = 10
_MOST_TEXTS = 5000


class _Model(msgspec.Struct):
    """A model's folder, as it is and as records call it, and the texts below it."""

    folder: str
    name: str
    texts: list[Text] = []
    is_told: bool = False

    def holds(self, path: str) -> bool:
        """Tell whether a path is the folder, or below it."""
        return self.name in ("", path) or path.startswith(f"{self.name}/")

    def add(self, one: Record) -> None:
        """Keep what a record says of a license text."""
        text = text_of_record(one) if len(self.texts) < _MOST_TEXTS else None
        if text is not None:
            self.texts.append(text)


def with_models(
    records: Iterable[Record],
    folders: Mapping[str, str],
    resolve: Resolve,
    *,
    limits: Limits | None = None,
    lang: Language = "en",
) -> Iterator[Record]:
    """Yield records, and one of the kind `model` behind the last one of each model's folder.

    Those of models in which nothing else was found come last.

    Parameters
    ----------
    folders
        The models' folders by what records call them, as `ModelFolders` has them; those that hold
        a record are looked up when it comes.
    resolve
        The known license that a declared name stands for.
    lang
        The language of the sentences.
    """
    models = _Models(folders)
    judge = _Judge(resolve, limits or Limits(), lang)
    inside: _Model | None = None
    for one in records:
        if inside is not None and not inside.holds(one.path):
            yield judge.told(inside)
            inside = None
        inside = inside or models.home(one.path)
        if inside is not None:
            inside.add(one)
        yield one
    if inside is not None:
        yield judge.told(inside)
    yield from (judge.told(model) for model in models.rest())


class _Judge(msgspec.Struct, frozen=True):
    """What is needed to judge a release."""

    resolve: Resolve
    limits: Limits
    lang: Language

    def told(self, model: _Model) -> Record:
        """Look through a model's folder, and say what it comes to."""
        model.is_told = True
        looked = survey(Path(model.folder), limits=self.limits)
        judged = release(looked, texts_below(model.name, model.texts), self.resolve)
        item = Item(path=model.name or ".", kind=MODEL, size=0, declared=judged.declared)
        return record(item, NOTHING, sha256=None, release=_released(judged, self.lang))


def _released(judged: Release, lang: Language) -> Released:
    return Released(
        weights=judged.weights,
        missing=judged.missing[:_FILES],
        gated=judged.gated,
        api_only=judged.api_only,
        base_models=judged.base_models,
        architecture=judged.architecture,
        texts=judged.texts,
        category=judged.category,
        components=tuple(map(_part, judged.components)),
        reached=judged.reached,
        at_best=judged.at_best,
        lacking=judged.lacking,
        sentences=judged.sentences(lang),
    )


def _part(found: Found) -> Part:
    return Part(
        component=found.component,
        status=found.status,
        files=found.files[:_FILES],
        n_files=len(found.files),
        licenses=found.licenses,
        category=found.category,
    )


class _Models:
    """The models of a scan, more and more of them."""

    def __init__(self, folders: Mapping[str, str]) -> None:
        self._folders = folders
        self._models: dict[str, _Model] = {}

    def home(self, path: str) -> _Model | None:
        """Return the model that a path belongs to and that is not told yet."""
        while path and self._folders:
            path = path.rpartition("/")[0]
            if path in self._folders and not self._model(path).is_told:
                return self._model(path)
        return None

    def rest(self) -> Iterator[_Model]:
        """Yield the models that are not told yet."""
        yield from (one for one in map(self._model, self._folders) if not one.is_told)

    def _model(self, name: str) -> _Model:
        if name not in self._models:
            self._models[name] = _Model(self._folders[name], name)
        return self._models[name]
