"""Families: which texts are too alike to be learnt from and judged by at once.

In: texts by key. Out: a family name for each key, and the split that a family is drawn into.
The records that keep both are those of `corpus`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

Split = Literal["train", "dev", "test"]

TEST_PERCENT = 20
DEV_PERCENT = 12
SHINGLE_WORDS = 5
NEAR_JACCARD = 0.5
NAMESAKE_JACCARD = 0.1

_WORD = re.compile(r"\w+")
_VERSION = re.compile(r"-v?\d[\d.x]*[a-z]?(?=-|$)(?:-[a-z]{2}$)?")
_VARIANT = re.compile(r"-(?:plus|only|or-later|rc\d*|beta\d*)$")


def families(texts: Mapping[str, str]) -> dict[str, str]:
    """Group texts that share wording, so that none is judged by a model that saw its sibling.

    Two texts are linked when the Jaccard similarity of their word 5-grams is above 0.5, or above
    0.1 when their keys also differ only in version, variant or jurisdiction; a family is what
    hangs together (single link). It bears the key of its best linked member.

    Returns
    -------
    dict of str to str
        The family of each key.
    """
    links = _links(texts)
    found: dict[str, str] = {}
    for key in links:
        if key not in found:
            members = _reach(key, links)
            name = min(members, key=lambda member: (-len(links[member]), len(member), member))
            found |= dict.fromkeys(members, name)
    return found


def nearest(texts: Mapping[str, str], *, among: Mapping[str, str]) -> dict[str, str]:
    """Return for each text the key of the text that it is nearest to, if the two are relatives.

    Relatives are what `families` links; nothing is kept of the other texts, so that many will do.
    """
    asked = {key: frozenset(_shingles(text)) for key, text in texts.items()}
    best: dict[str, tuple[float, str]] = {}
    for key, text in among.items():
        grams = frozenset(_shingles(text))
        for other, own in asked.items():
            likeness = _jaccard(own, grams)
            least = NAMESAKE_JACCARD if stem(key) == stem(other) else NEAR_JACCARD
            if likeness > least and likeness > best.get(other, (0.0, ""))[0]:
                best[other] = likeness, key
    return {other: key for other, (_, key) in best.items()}


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    shared = len(first & second)
    return shared / max(len(first) + len(second) - shared, 1)


def _links(texts: Mapping[str, str]) -> dict[str, set[str]]:
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer

    keys = sorted(texts)
    grams = CountVectorizer(analyzer=_shingles, binary=True).fit_transform(texts[k] for k in keys)
    shared = (grams @ grams.T).tocoo()
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    jaccard = shared.data / (sizes[shared.row] + sizes[shared.col] - shared.data)
    stems = np.array([stem(key) for key in keys])
    namesakes = stems[shared.row] == stems[shared.col]
    near = (jaccard > NEAR_JACCARD) | (namesakes & (jaccard > NAMESAKE_JACCARD))
    links: dict[str, set[str]] = {key: set() for key in keys}
    for row, col in zip(shared.row[near], shared.col[near], strict=True):
        links[keys[row]].add(keys[col])
    return links


def _shingles(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    last = max(1, len(words) - SHINGLE_WORDS + 1)
    return [" ".join(words[start : start + SHINGLE_WORDS]) for start in range(last)]


def _reach(key: str, links: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = {key}, [key]
    while waiting:
        fresh = links[waiting.pop()] - reached
        reached |= fresh
        waiting += fresh
    return reached


def stem(key: str) -> str:
    """Return a key without version, jurisdiction after it, and variant: cc-by-3.0-us to cc-by."""
    return _VARIANT.sub("", _VERSION.sub("", key))


def split_of(family: str, *, annotated: bool) -> Split:
    """Draw a family's split from the hash of its name: 20 % test, 12 % dev, the rest train.

    A family with an annotated text is never drawn into test. The largest families have one, so
    that 20 % of the others hold about 15 % of all texts.
    """
    draw = int(sha256(family.encode("utf-8")).hexdigest()[:8], 16) % 100
    if draw < TEST_PERCENT:
        return "train" if annotated else "test"
    return "dev" if draw < TEST_PERCENT + DEV_PERCENT else "train"
